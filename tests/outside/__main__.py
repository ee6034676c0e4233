"""Let outsiders judge what we ask of platforms: ``python -m tests.outside``.

An OpenID provider that is certified, the signatures of Stripe's and HubSpot's own libraries,
Klaviyo's library, and the schemas of Shopify, Google Ads and Stripe. They are fetched into
``var/outside`` first. Options are pytest's, whose counts are printed and whose exit code it ends
with.
"""

import sys

import pytest

from tests.outside.fetching import LIBRARIES, ROOT, fetch


def main():
    """Fetch the outsiders, and ask them."""
    fetch()
    # Behind our own, which stay those that run; the lock keeps both of one version.
    sys.path.append(str(LIBRARIES))
    checks = sorted((ROOT / "tests" / "outside" / "checks").glob("[a-z]*.py"))
    options = ["-q", "-p", "no:cacheprovider", "-rN", *sys.argv[1:]]
    sys.exit(pytest.main([*options, *map(str, checks)]))


if __name__ == "__main__":
    main()
