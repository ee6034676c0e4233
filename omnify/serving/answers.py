"""Write answers: whole, and refusals of what is no request as problems."""

from __future__ import annotations

from typing import ClassVar

from waitress.task import ErrorTask, WSGITask  # type: ignore[import-untyped]

from omnify.api.problems import problem_response
from omnify.exceptions import InternalServiceError, OmnifyError, PayloadTooLargeError

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


class Answering(WSGITask):  # type: ignore[misc]
    """The application's answer to a request.

    Its head leaves together with the first part of its body: a gateway that has passed a head on
    cannot ask another server when this one is killed before it sends the body.
    """

    def build_response_header(self) -> bytes:
        """Write the head; what was not executed ends the connection."""
        if self.status.startswith(_NOT_EXECUTED):
            self.set_close_on_finish()
        head: bytes = super().build_response_header()
        return head

    def finish(self) -> None:
        """End the answer, and send what the client takes at once."""
        super().finish()
        self.channel.send_now()


class Refusing(ErrorTask):  # type: ignore[misc]
    """The answer to what cannot be given to the application."""

    _errors: ClassVar[dict[int, type[OmnifyError]]] = {
        413: BodyTooLargeError,
        431: HeadersTooLargeError,
        500: InternalServiceError,
    }

    def execute(self) -> None:
        """Answer with a problem and close the connection."""
        error = self._errors.get(self.request.error.code, MalformedRequestError)
        problem = problem_response(error())
        self.status = f"{problem.status_code} {problem.reason_phrase}"
        self.response_headers.extend(problem.items())
        self.set_close_on_finish()
        self.content_length = len(problem.content)
        self.write(problem.content)
