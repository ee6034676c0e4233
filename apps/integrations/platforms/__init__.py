"""The platforms that Omnify knows."""
