"""Files of dated numbers: read, checked, and taken whole."""
