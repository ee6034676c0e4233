"""Auth's tables."""

from apps.auth.models.credentials import Attempts, EmailToken, RecoveryCode, UsedTotpCode
from apps.auth.models.keys import SigningKey
from apps.auth.models.ledgers import AuditEntry, AuditHead, Consent
from apps.auth.models.organizations import (
    Brand,
    Grant,
    Invitation,
    Membership,
    Organization,
    QuotaUsage,
    Role,
)
from apps.auth.models.sessions import ApiKey, LoginChallenge, TokenFamily, TokenFamilyQuerySet
from apps.auth.models.users import User

__all__ = [
    "ApiKey",
    "Attempts",
    "AuditEntry",
    "AuditHead",
    "Brand",
    "Consent",
    "EmailToken",
    "Grant",
    "Invitation",
    "LoginChallenge",
    "Membership",
    "Organization",
    "QuotaUsage",
    "RecoveryCode",
    "Role",
    "SigningKey",
    "TokenFamily",
    "TokenFamilyQuerySet",
    "UsedTotpCode",
    "User",
]
