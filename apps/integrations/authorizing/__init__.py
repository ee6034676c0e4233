"""What people granted: consent at platforms, and tokens that are kept alive."""
