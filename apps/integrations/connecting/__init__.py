"""How a person connects a platform, lets a colleague do it, and disconnects it."""
