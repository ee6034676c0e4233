"""What auth refuses."""

from __future__ import annotations

from omnify.exceptions import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    OmnifyError,
    PermissionDeniedError,
    UnauthenticatedError,
)


class EmailTakenError(ConflictError):
    """Somebody already registered with this address."""

    code = "email_taken"
    message = "There is already an account with this e-mail address; sign in instead."


class SignUpDisabledError(PermissionDeniedError):
    """An operator closed public registration; invitations are accepted all the same."""

    code = "sign_up_disabled"
    title = "Registration is closed"
    message = "No new organizations are registered here now; to join one, ask it to invite you."


class WeakPasswordError(InvalidInputError):
    """The password is too short, too common or made of what anybody knows about the user."""

    code = "password_refused"
    message = "Choose another password; 'errors' says why."


class InvalidCredentialsError(UnauthenticatedError):
    """E-mail and password do not belong together; says no more than that on purpose."""

    code = "invalid_credentials"
    title = "Sign-in failed"
    message = "The e-mail address or the password is not right."


class RefreshTokenInvalidError(UnauthenticatedError):
    """The refresh token is not ours, its session is over, or its time is."""

    code = "refresh_token_invalid"
    message = "The session is over; sign in again."


class RefreshTokenReusedError(UnauthenticatedError):
    """A refresh token came back after its successor was used: someone holds a copy."""

    code = "refresh_token_reused"
    message = "This refresh token was used before; the session was ended. Sign in again."


class SessionNotFoundError(NotFoundError):
    """No session of this user has the id."""

    code = "session_not_found"
    message = "You have no session '{session_id}'."


class DeviceNotFoundError(NotFoundError):
    """No session of this user is of the device."""

    code = "device_not_found"
    message = "You have no session of a device '{device_id}'."


class MemberNotFoundError(NotFoundError):
    """No member of the organization has the id."""

    code = "member_not_found"
    message = "The organization has no member '{user_id}'."


class RoleNotFoundError(NotFoundError):
    """The organization has no such role."""

    code = "role_not_found"
    message = "The organization has no role '{role}'."


class SystemRoleError(PermissionDeniedError):
    """System roles are the same for everybody."""

    code = "system_role"
    message = "The system role '{role}' cannot be changed; make a role of your own."


class RoleNameTakenError(ConflictError):
    """A role's name is there once."""

    code = "role_name_taken"
    message = "There is already a role named '{name}'."


class RoleInUseError(ConflictError):
    """A role that somebody has cannot go."""

    code = "role_in_use"
    message = "{members} members and {invitations} invitations have this role; change them first."


class MoreThanOwnError(PermissionDeniedError):
    """Nobody gives or takes permissions that they do not hold."""

    code = "more_than_own"
    message = "You do not hold all of these permissions yourself; see 'permissions'."


class LastOwnerError(ConflictError):
    """An organization has an owner."""

    code = "last_owner"
    message = "This is the last owner; make somebody else owner first."


class GrantNotFoundError(NotFoundError):
    """Nothing was granted on this object."""

    code = "grant_not_found"
    message = "The user has no grant on this object."


class BrandNotFoundError(NotFoundError):
    """The organization has no such brand."""

    code = "brand_not_found"
    message = "The organization has no brand '{brand_id}'."


class BrandNameTakenError(ConflictError):
    """A brand's name is there once."""

    code = "brand_name_taken"
    message = "There is already a brand named '{name}'."


class InvitationNotFoundError(NotFoundError):
    """The invitation is unknown, was used, was revoked, or its time is over."""

    code = "invitation_not_found"
    message = "This invitation is not valid (any more); ask for a new one."


class InvitationForOtherError(PermissionDeniedError):
    """An invitation is bound to its address."""

    code = "invitation_for_other"
    message = "This invitation was sent to another address than the one you are signed in with."


class InvitationNeedsSignInError(UnauthenticatedError):
    """The invited address has an account; its owner has to accept."""

    code = "invitation_needs_sign_in"
    message = "There is an account with the invited address; sign in with it and accept again."


class AlreadyMemberError(ConflictError):
    """Somebody who belongs to the organization needs no invitation."""

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
    """An API key may neither change nor see who gets in, and how."""

    code = "session_required"
    message = "Sign in yourself for this: an API key is not enough."


class QuotaExceededError(OmnifyError):
    """The plan's limit is reached."""

    code = "quota_exceeded"
    status = 402
    title = "Plan limit reached"
    message = "The plan '{plan}' allows {limit} {kind}; upgrade, or remove some."


class ChallengeInvalidError(UnauthenticatedError):
    """The challenge is unknown, was used, or its time is over."""

    code = "challenge_invalid"
    message = "This sign-in is over; start again with e-mail and password."


class FactorRefusedError(UnauthenticatedError):
    """The code or passkey is not right, was used before, or there were too many wrong ones."""

    code = "factor_refused"
    title = "Sign-in failed"
    message = "The code is not right, or was used before; try the next one."


class EmailNotVerifiedError(PermissionDeniedError):
    """The password is right, and the address is not proven yet."""

    code = "email_not_verified"
    message = "Confirm your e-mail address first: open the link that was sent to it."


class LinkInvalidError(InvalidInputError):
    """A link of a mail is unknown, was used, or its time is over."""

    code = "link_invalid"
    message = "This link is not valid (any more); ask for a new one."


class WrongPasswordError(PermissionDeniedError):
    """The present password was asked for, and is not right."""

    code = "wrong_password"
    message = "The present password is not right."


class FactorExistsError(ConflictError):
    """A user has one authenticator app."""

    code = "factor_exists"
    message = "An authenticator app is set up already; remove it first."


class NoFactorError(ConflictError):
    """Recovery codes replace a factor, so there has to be one."""

    code = "no_factor"
    message = "Set up an authenticator app or a passkey first."


class PasskeyNotFoundError(NotFoundError):
    """The user has no such passkey."""

    code = "passkey_not_found"
    message = "You have no passkey '{passkey_id}'."


class DocumentNotFoundError(NotFoundError):
    """There is no such legal document, or another version of it is in force."""

    code = "document_not_found"
    message = "'{document_type}' version '{version}' is not in force; see /api/legal/versions."


class NothingToWithdrawError(ConflictError):
    """Only a given consent can be withdrawn."""

    code = "nothing_to_withdraw"
    message = "'{document_type}' is not accepted, so there is nothing to withdraw."


class KeysConfiguredError(ConflictError):
    """The environment names the keys, so that the database's are not used."""

    code = "keys_configured"
    message = "AUTH_SIGNING_KEYS is set and wins: change it there, newest first, and restart."


class SigningKeyNotFoundError(NotFoundError):
    """No key with this id is accepted."""

    code = "signing_key_not_found"
    message = "No signing key '{kid}' is accepted; 'manage.py keys list' names them."


class SigningKeyInUseError(ConflictError):
    """The key signs, or tokens that it signed are alive."""

    code = "signing_key_in_use"
    message = "Key '{kid}' is in use: rotate first, and retire it {seconds} s after that."
