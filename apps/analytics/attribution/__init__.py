"""Attribution: the touches before conversions, and which channels they credit."""
