"""What is done on platforms: asked for, carried out once, kept, and taken back."""
