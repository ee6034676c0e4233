"""Auth's tables."""

from apps.auth.models.addresses import EmailToken
from apps.auth.models.api_keys import ApiKey
from apps.auth.models.audit import AuditEntry, AuditHead
from apps.auth.models.brands import Brand
from apps.auth.models.challenges import LoginChallenge
from apps.auth.models.invitations import Invitation
from apps.auth.models.legal import Consent
from apps.auth.models.limits import Attempts
from apps.auth.models.members import Membership
from apps.auth.models.organizations import Organization
from apps.auth.models.quotas import QuotaUsage
from apps.auth.models.recovery_codes import RecoveryCode
from apps.auth.models.roles import Grant, Role
from apps.auth.models.second_factor import UsedTotpCode
from apps.auth.models.sessions import Session, SessionQuerySet
from apps.auth.models.signing_keys import SigningKey
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
    "Session",
    "SessionQuerySet",
    "SigningKey",
    "UsedTotpCode",
    "User",
]
