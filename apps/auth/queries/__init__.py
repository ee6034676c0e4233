"""What auth reads."""

from apps.auth.queries.addresses import (
    find_pending_address,
    is_email_verified,
    is_verification_mandatory,
    list_doubled_accounts,
)
from apps.auth.queries.api_keys import find_api_key, list_api_keys
from apps.auth.queries.audit import (
    export_audit,
    list_audit,
    list_audit_actions,
    list_exported,
)
from apps.auth.queries.brands import get_brand, list_brands
from apps.auth.queries.invitations import get_invitation, get_open_invitation, list_invitations
from apps.auth.queries.legal import (
    find_consent,
    get_document,
    list_acceptances,
    list_consents,
    list_outstanding,
    to_versions,
)
from apps.auth.queries.members import (
    find_last_seen,
    get_member,
    list_members,
    list_memberships,
    list_owners,
    search_members,
    to_member,
)
from apps.auth.queries.organizations import get_organization
from apps.auth.queries.passkeys import get_passkey, list_passkeys, to_passkey
from apps.auth.queries.quotas import measure_quotas
from apps.auth.queries.recovery_codes import count_recovery_codes
from apps.auth.queries.registration import is_sign_up_open
from apps.auth.queries.roles import (
    check_permission,
    get_custom_role,
    get_role,
    has_permission,
    list_custom_roles,
    list_roles,
    name_of_role,
    permissions_of_membership,
    permissions_of_role,
    to_role,
)
from apps.auth.queries.second_factor import describe_factors, find_factors, find_totp, list_factors
from apps.auth.queries.sessions import (
    find_own_session,
    find_session,
    find_voice,
    get_current_session,
    is_session_active,
    list_sessions,
    require_fresh_session,
    to_session,
)
from apps.auth.queries.sign_in import find_home
from apps.auth.queries.signing_keys import configured_keys, list_public_keys, list_signing_keys
from apps.auth.queries.tokens import build_principal
from apps.auth.queries.users import describe_caller, find_users, find_viewer, get_user, get_viewer

__all__ = [
    "build_principal",
    "check_permission",
    "configured_keys",
    "count_recovery_codes",
    "describe_caller",
    "describe_factors",
    "export_audit",
    "find_api_key",
    "find_consent",
    "find_factors",
    "find_home",
    "find_last_seen",
    "find_own_session",
    "find_pending_address",
    "find_session",
    "find_totp",
    "find_users",
    "find_viewer",
    "find_voice",
    "get_brand",
    "get_current_session",
    "get_custom_role",
    "get_document",
    "get_invitation",
    "get_member",
    "get_open_invitation",
    "get_organization",
    "get_passkey",
    "get_role",
    "get_user",
    "get_viewer",
    "has_permission",
    "is_email_verified",
    "is_session_active",
    "is_sign_up_open",
    "is_verification_mandatory",
    "list_acceptances",
    "list_api_keys",
    "list_audit",
    "list_audit_actions",
    "list_brands",
    "list_consents",
    "list_custom_roles",
    "list_doubled_accounts",
    "list_exported",
    "list_factors",
    "list_invitations",
    "list_members",
    "list_memberships",
    "list_outstanding",
    "list_owners",
    "list_passkeys",
    "list_public_keys",
    "list_roles",
    "list_sessions",
    "list_signing_keys",
    "measure_quotas",
    "name_of_role",
    "permissions_of_membership",
    "permissions_of_role",
    "require_fresh_session",
    "search_members",
    "to_member",
    "to_passkey",
    "to_role",
    "to_session",
    "to_versions",
]
