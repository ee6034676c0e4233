"""Two services that exist for the tests of faults: calls that must not happen twice, in a chain.

A slice under observation has them beside the product's own when ``LAYOUTS_PROBES`` is set.
"""
