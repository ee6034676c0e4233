"""Write answers: whole, and refusals of what is no request as problems."""

from __future__ import annotations

from typing import Any, ClassVar

from uuid_utils.compat import uuid7
from waitress.task import ErrorTask, WSGITask  # type: ignore[import-untyped]

from omnify.api.limits import REFUSAL_KEY
from omnify.api.problems import problem_response
from omnify.context import Context, use
from omnify.exceptions import (
    InternalServiceError,
    OmnifyError,
    PayloadTooLargeError,
    ServiceUnavailableError,
)

_NOT_EXECUTED = "502"


class MalformedRequestError(OmnifyError):
    """What arrived is not a request of HTTP/1.1 as it is taken here."""

    code = "malformed_request"
    status = 400
    title = "Malformed request"
    message = "This is no HTTP request."


class HeadersTooLargeError(OmnifyError):
    """The head of a request is larger than any that is needed."""

    code = "headers_too_large"
    status = 431
    title = "Headers too large"
    message = "Send fewer or shorter headers."


class BodyTooLargeError(PayloadTooLargeError):
    """A body that came in chunks, so that its length was not announced, is too large."""

    message = "The body is larger than what is taken here; announce its Content-Length."


class NoRoomError(ServiceUnavailableError):
    """The large bodies that are being received fill what they may take on the disk."""

    code = "no_room"
    message = "Too many large requests are being received; try again in a moment."


class Answering(WSGITask):  # type: ignore[misc]
    """The application's answer to a request.

    Its head leaves together with the first part of its body: a gateway that has passed a head on
    cannot ask another server when this one is killed before it sends the body.
    """

    chunked_response: bool

    @property
    def _is_head(self) -> bool:
        return bool(self.request.command == "HEAD")

    def get_environment(self) -> dict[str, Any]:
        """Return what the application is asked; it sends no file where no body is sent."""
        environ: dict[str, Any] = super().get_environment()
        if self._is_head:
            environ.pop("wsgi.file_wrapper", None)
        if self.request.leaves_body and self.request.refusal:
            environ[REFUSAL_KEY] = self.request.refusal
        return environ

    def write(self, data: bytes) -> None:
        """Send a part of the body, to HEAD the head alone."""
        super().write(b"" if self._is_head else data)

    def build_response_header(self) -> bytes:
        """Write the head; what was not executed ends the connection."""
        if self.status.startswith(_NOT_EXECUTED):
            self.set_close_on_finish()
        head: bytes = super().build_response_header()
        return head

    def finish(self) -> None:
        """End the answer, and send what the client takes at once."""
        if not self.wrote_header:
            self.write(b"")
        # The end of a body in chunks is a part of it.
        self.chunked_response = self.chunked_response and not self._is_head
        super().finish()
        self.channel.send_now()


class Refusing(ErrorTask):  # type: ignore[misc]
    """The answer to what cannot be given to the application."""

    _errors: ClassVar[dict[int, type[OmnifyError]]] = {
        413: BodyTooLargeError,
        431: HeadersTooLargeError,
        500: InternalServiceError,
        503: NoRoomError,
    }

    def execute(self) -> None:
        """Answer with a problem and close the connection."""
        by_code = self._errors.get(self.request.error.code, MalformedRequestError)
        error = self.request.refusal or by_code()
        # Nothing of the request is believed, so that it has no id yet.
        with use(Context(request_id=str(uuid7()))):
            problem = problem_response(error)
        self.status = f"{problem.status_code} {problem.reason_phrase}"
        self.response_headers.extend(problem.items())
        self.set_close_on_finish()
        self.content_length = len(problem.content)
        self.write(problem.content)
