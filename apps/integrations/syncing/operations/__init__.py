"""Planning, reading, keeping and comparing what platforms give."""
