"""HTTP to one operation or query and back."""
