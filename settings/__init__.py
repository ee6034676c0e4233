"""Which services a process hosts: one module per slice, all environment read in ``base``."""
