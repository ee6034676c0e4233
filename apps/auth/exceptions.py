"""What auth refuses."""

from __future__ import annotations

from omnify.exceptions import ConflictError, InvalidInputError, NotFoundError, UnauthenticatedError


class EmailTakenError(ConflictError):
    """Somebody already registered with this address."""

    code = "email_taken"
    message = "There is already an account with this e-mail address; sign in instead."


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
