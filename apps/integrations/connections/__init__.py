"""Where metrics come from: accounts of platforms, and files of one source."""
