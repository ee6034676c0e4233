"""The one tree of errors that may reach a client or cross a service border."""

from __future__ import annotations

from typing import Any

import msgspec

Details = dict[str, Any]


class OmnifyError(Exception):
    """An error with a stable code, an HTTP status and details that survive a service border.

    Args:
        message: what is wrong and the way out; by default the class's ``message``,
            formatted with the details.
        details: builtins, or what msgspec turns into builtins (UUIDs, dates, decimals).
            They are readable as attributes, also on the far side of a remote call.
    """

    code: str = "error"
    status: int = 500
    title: str = "Error"
    message: str = "Something went wrong."

    def __init__(self, message: str | None = None, **details: Any) -> None:
        self.details: Details = msgspec.to_builtins(details)
        self.detail: str = message if message is not None else self._formatted_message()
        super().__init__(self.detail)

    def __getattr__(self, name: str) -> Any:
        details = self.__dict__.get("details", {})
        if name in details:
            return details[name]
        raise AttributeError(f"{type(self).__name__} has no attribute or detail {name!r}")

    def _formatted_message(self) -> str:
        return self.message.format_map(_Missing(self.details))


class _Missing(dict[str, Any]):
    """Leave a placeholder readable when its detail was not given."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


class InvalidInputError(OmnifyError):
    """What the caller sent breaks a rule; ``errors`` lists each field or line."""

    code = "invalid_input"
    status = 400
    title = "Invalid input"
    message = "The request is not valid; 'errors' names each field."


class UnauthenticatedError(OmnifyError):
    """The caller did not prove who they are."""

    code = "unauthenticated"
    status = 401
    title = "Sign-in required"
    message = "Sign in and send the access token as 'Authorization: Bearer <token>'."


class PermissionDeniedError(OmnifyError):
    """The principal is known and may not do this."""

    code = "permission_denied"
    status = 403
    title = "Not allowed"
    message = "You do not have permission to do this."


class OrganizationRequiredError(PermissionDeniedError):
    """Tenant data was queried without an organization in the context."""

    code = "organization_required"
    message = "This needs an organization: sign in to one."


class NotFoundError(OmnifyError):
    """What was requested does not exist, or belongs to another organization."""

    code = "not_found"
    status = 404
    title = "Not found"
    message = "This does not exist, or you have no access to it."


class CursorInvalidError(NotFoundError):
    """A cursor leads nowhere in this list."""

    code = "cursor_invalid"
    message = "The cursor is not one that this list gave; begin again without it."


class NotHostedHereError(NotFoundError):
    """The path belongs to a service that another process hosts."""

    code = "not_hosted_here"
    message = "The service '{service}' is not hosted by this process."


class MethodNotAllowedError(OmnifyError):
    """The path exists, the HTTP method on it does not."""

    code = "method_not_allowed"
    status = 405
    title = "Method not allowed"
    message = "The method {method} is not allowed here."


class ConflictError(OmnifyError):
    """The request does not fit the current state."""

    code = "conflict"
    status = 409
    title = "Conflict"
    message = "The request conflicts with the current state."


class InProgressError(ConflictError):
    """A first request with the same idempotency key still runs."""

    code = "in_progress"
    message = "A request with this idempotency key is still running; ask again in a moment."


class AlreadyDoneError(ConflictError):
    """A request with the same idempotency key was carried out, and its answer is not kept."""

    code = "already_done"
    message = (
        "A request with this idempotency key was carried out, and its answer is given once alone;"
        " look at what it did, or send another request with a new key."
    )


class PayloadTooLargeError(OmnifyError):
    """The body exceeds the limit of this route."""

    code = "payload_too_large"
    status = 413
    title = "Too large"
    message = "The request has {size_bytes} bytes; at most {limit_bytes} are taken here."


class UnsupportedMediaTypeError(OmnifyError):
    """The route does not read this content type."""

    code = "unsupported_media_type"
    status = 415
    title = "Unsupported media type"
    message = "This route does not read {media_type}."


class IdempotencyKeyReusedError(OmnifyError):
    """One idempotency key came with two different requests."""

    code = "idempotency_key_reused"
    status = 422
    title = "Idempotency key reused"
    message = "This idempotency key was used for another request; use a new key for a new request."


class InsufficientDataError(OmnifyError):
    """An honest answer needs data that is not there; the details say which."""

    code = "insufficient_data"
    status = 422
    title = "Not enough data"
    message = "There is not enough data for an answer."


class RateLimitedError(OmnifyError):
    """Too many requests; ``retry_after_seconds`` says when to come back."""

    code = "rate_limited"
    status = 429
    title = "Too many requests"
    message = "Too many requests; try again in {retry_after_seconds} seconds."


class InternalServiceError(OmnifyError):
    """An unexpected failure; the log tells more under the request id."""

    code = "internal_error"
    status = 500
    title = "Internal error"
    message = "Something failed on our side; give the request id when you report it."


class ServiceUnavailableError(OmnifyError):
    """A part that the request needs does not answer now."""

    code = "service_unavailable"
    status = 503
    title = "Service unavailable"
    message = "The service '{service}' is not available now; try again shortly."


class DeadlineExceededError(ServiceUnavailableError):
    """The time given to the request ran out."""

    code = "deadline_exceeded"
    status = 504
    title = "Out of time"
    message = "The request took too long in '{service}'."


class UnknownMethodError(NotFoundError):
    """The caller asks for a method that this version of the service does not have."""

    code = "unknown_method"
    message = "The service '{service}' has no method '{method}'."


class ContractViolatedError(InternalServiceError):
    """Arguments or a result do not have the types that the contract names."""

    code = "contract_violated"
    message = "A call of '{method}' of '{service}' breaks its contract: {reason}."


class ArgumentsInvalidError(InvalidInputError):
    """A call brings arguments that do not have the types of the contract."""

    code = "arguments_invalid"
    message = "The arguments of '{method}' of '{service}' do not fit its contract: {reason}."


class MethodSwitchedOffError(ServiceUnavailableError):
    """An operator switched this method off by a flag."""

    code = "method_switched_off"
    message = "'{method}' of '{service}' is switched off at the moment."
