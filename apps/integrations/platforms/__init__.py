"""The platforms that Omnify knows of."""
