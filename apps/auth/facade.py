"""The contracts that auth implements: rows to messages."""

from __future__ import annotations

import json

from apps.auth import queries
from apps.auth.contract import Auth, OrganizationProfile
from apps.auth.models import Organization
from apps.auth.operations import keys, organizations
from omnify.api.identity import Identity, VerificationKey


class AuthFacade(Auth):
    """Answers about the organization of the context."""

    def get_organization(self) -> OrganizationProfile:
        """Return the organization of the context."""
        return to_profile(queries.get_organization())

    def adopt_currency(self, currency: str) -> OrganizationProfile:
        """Settle the reporting currency unless it is settled already."""
        return to_profile(organizations.adopt_currency(currency=currency))


class IdentityFacade(Identity):
    """Hands out the public keys."""

    def verification_keys(self) -> tuple[VerificationKey, ...]:
        """List the public keys; on a first start there is one after this."""
        return tuple(
            VerificationKey(kid=item["kid"], jwk=json.dumps(item)) for item in keys.publish_keys()
        )


def to_profile(organization: Organization) -> OrganizationProfile:
    """An organization as other services see it."""
    return OrganizationProfile(
        id=organization.id,
        name=organization.name,
        currency=organization.currency,
        is_currency_settled=organization.is_currency_settled,
        timezone=organization.timezone,
    )
