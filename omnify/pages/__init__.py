"""The shell that every service's pages share."""
