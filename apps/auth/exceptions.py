"""What auth refuses."""

from __future__ import annotations

from omnify.exceptions import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    OmnifyError,
    PermissionDeniedError,
    ServiceUnavailableError,
    UnauthenticatedError,
)


class EmailTakenError(ConflictError):
    """The address belongs to an account already."""

    code = "email_taken"
    message = "There is already an account with this e-mail address; sign in instead."


class EmailUndeliverableError(InvalidInputError):
    """An address has no form in which mail could be sent to it."""

    code = "email_undeliverable"
    message = "No mail can be sent to this address: check its spelling, before and after the @."


class SignUpDisabledError(PermissionDeniedError):
    """An operator closed public registration; invitations can still be accepted."""

    code = "sign_up_disabled"
    title = "Registration is closed"
    message = "No new organizations are registered here now; to join one, ask it to invite you."


class WeakPasswordError(InvalidInputError):
    """The password is too short, too common, or contains the user's own words."""

    code = "password_refused"
    message = "Choose another password; 'errors' says why."


class PasswordsBusyError(ServiceUnavailableError):
    """More passwords are being hashed, or wait for it, than memory and processor allow."""

    code = "passwords_busy"
    message = (
        "Too many passwords are being checked now; try again in {retry_after_seconds} seconds."
    )


class InvalidCredentialsError(UnauthenticatedError):
    """E-mail and password do not match; it says no more on purpose."""

    code = "invalid_credentials"
    title = "Sign-in failed"
    message = "The e-mail address or the password is wrong."


class RefreshTokenInvalidError(UnauthenticatedError):
    """The refresh token is not ours, or its session has expired or was ended."""

    code = "refresh_token_invalid"
    message = "The session has expired or was ended; sign in again."


class RefreshTokenReusedError(UnauthenticatedError):
    """A refresh token came back after its successor was used: somebody holds a copy."""

    code = "refresh_token_reused"
    message = "This refresh token was used before; the session was ended. Sign in again."


class SessionNotFoundError(NotFoundError):
    """The user has no session with this id."""

    code = "session_not_found"
    message = "You have no session '{session_id}'."


class DeviceNotFoundError(NotFoundError):
    """The user has no session of this device."""

    code = "device_not_found"
    message = "You have no session of a device '{device_id}'."


class MemberNotFoundError(NotFoundError):
    """The organization has no member with this id."""

    code = "member_not_found"
    message = "The organization has no member '{user_id}'."


class RoleNotFoundError(NotFoundError):
    """The organization has no such role."""

    code = "role_not_found"
    message = "The organization has no role '{role}'."


class SystemRoleError(PermissionDeniedError):
    """A system role cannot be changed: it is the same for all organizations."""

    code = "system_role"
    message = "The system role '{role}' cannot be changed; make a role of your own."


class RoleNameTakenError(ConflictError):
    """The organization has a role of this name already."""

    code = "role_name_taken"
    message = "There is already a role named '{name}'."


class RoleInUseError(ConflictError):
    """A role that members or invitations have cannot be deleted."""

    code = "role_in_use"
    message = "{members} members and {invitations} invitations have this role; change them first."


class MoreThanOwnError(PermissionDeniedError):
    """The caller would give or take permissions that they do not hold."""

    code = "more_than_own"
    message = "You do not hold all of these permissions yourself; see 'permissions'."


class LastOwnerError(ConflictError):
    """The organization's last owner cannot be removed or get another role."""

    code = "last_owner"
    message = "This is the last owner; make another member owner first."


class GrantNotFoundError(NotFoundError):
    """The user has no grant on this object."""

    code = "grant_not_found"
    message = "The user has no grant on this object."


class BrandNotFoundError(NotFoundError):
    """The organization has no such brand."""

    code = "brand_not_found"
    message = "The organization has no brand '{brand_id}'."


class BrandNameTakenError(ConflictError):
    """The organization has a brand of this name already."""

    code = "brand_name_taken"
    message = "There is already a brand named '{name}'."


class InvitationNotFoundError(NotFoundError):
    """The invitation is unknown, was used or revoked, or has expired."""

    code = "invitation_not_found"
    message = "This invitation is not valid or has expired; ask for a new one."


class InvitationForOtherError(PermissionDeniedError):
    """The caller is signed in with another address than the invited one."""

    code = "invitation_for_other"
    message = "This invitation was sent to another address than the one you are signed in with."


class InvitationNeedsSignInError(UnauthenticatedError):
    """The invited address has an account; its owner has to accept."""

    code = "invitation_needs_sign_in"
    message = "There is an account with the invited address; sign in with it and accept again."


class AlreadyMemberError(ConflictError):
    """The invited user belongs to the organization already."""

    code = "already_member"
    message = "'{email}' belongs to the organization already."


class NotAMemberError(NotFoundError):
    """The user does not belong to the organization."""

    code = "not_a_member"
    message = "You do not belong to an organization '{organization_id}'."


class ApiKeyNotFoundError(NotFoundError):
    """The user has no such key."""

    code = "api_key_not_found"
    message = "You have no API key '{key_id}'."


class NoSessionError(PermissionDeniedError):
    """An API key may neither see nor change sessions, keys and second factors."""

    code = "session_required"
    message = "Sign in yourself for this: an API key is not enough."


class QuotaExceededError(OmnifyError):
    """The plan's limit is reached."""

    code = "quota_exceeded"
    status = 402
    title = "Plan limit reached"
    message = "The plan '{plan}' allows {limit} {kind}; upgrade, or remove some."


class ChallengeInvalidError(UnauthenticatedError):
    """The challenge is unknown, was used, or has expired."""

    code = "challenge_invalid"
    message = "This sign-in has expired; start again with e-mail and password."


class FactorRefusedError(UnauthenticatedError):
    """The code or passkey is wrong or was used before."""

    code = "factor_refused"
    title = "Sign-in failed"
    message = "The code is wrong or was used before; try the next one."


class EmailNotVerifiedError(PermissionDeniedError):
    """The password is right, but the address is not proven yet."""

    code = "email_not_verified"
    message = "Confirm your e-mail address first: open the link that was sent to it."


class LinkInvalidError(InvalidInputError):
    """A mailed link is unknown, was used, or has expired."""

    code = "link_invalid"
    message = "This link is not valid or has expired; ask for a new one."


class WrongPasswordError(PermissionDeniedError):
    """The current password is wrong."""

    code = "wrong_password"
    message = "The current password is wrong."


class FactorExistsError(ConflictError):
    """The user has an authenticator app already."""

    code = "factor_exists"
    message = "An authenticator app is set up already; remove it first."


class NoFactorError(ConflictError):
    """Recovery codes need a factor that they can replace."""

    code = "no_factor"
    message = "Set up an authenticator app or a passkey first."


class PasskeyNotFoundError(NotFoundError):
    """The user has no such passkey."""

    code = "passkey_not_found"
    message = "You have no passkey '{passkey_id}'."


class PasskeyKnownError(ConflictError):
    """The user registers a passkey that they have registered before."""

    code = "passkey_known"
    message = "This device has a passkey here already."


class PasskeyNeedsNameError(ConflictError):
    """The site was opened by an IP address, to which no passkey can belong."""

    code = "passkey_needs_name"
    message = (
        "A passkey belongs to a site's name: open the page by its name, not by {host}."
        " On this computer the name is localhost."
    )


class DocumentNotFoundError(NotFoundError):
    """There is no such legal document, or another version of it is in force."""

    code = "document_not_found"
    message = "'{document_type}' version '{version}' is not in force; see /api/legal/versions."


class NothingToWithdrawError(ConflictError):
    """The user has not accepted the document, so that nothing can be withdrawn."""

    code = "nothing_to_withdraw"
    message = "'{document_type}' is not accepted, so there is nothing to withdraw."


class KeysConfiguredError(ConflictError):
    """The environment names the signing keys, so that those of the database are not used."""

    code = "keys_configured"
    message = "AUTH_SIGNING_KEYS is set and wins: change it there, newest first, and restart."


class SigningKeyNotFoundError(NotFoundError):
    """No signing key with this id is accepted."""

    code = "signing_key_not_found"
    message = "No signing key '{kid}' is accepted; 'manage.py keys list' names them."


class SigningKeyInUseError(ConflictError):
    """The key signs, or tokens that it signed have not expired."""

    code = "signing_key_in_use"
    message = "Key '{kid}' is in use: rotate first, and retire it {seconds} s after that."


class AuditExportTooLargeError(OmnifyError):
    """More entries of the ledger match than one file has."""

    code = "audit_export_too_large"
    status = 422
    title = "Too many entries"
    message = (
        "{count} entries match, and a file has at most {limit}; narrow them by 'from' and 'to'."
    )
