"""What a page says of a refusal: what is wrong, and who or what helps."""

from __future__ import annotations

from typing import NamedTuple

from omnify.context import Principal
from omnify.exceptions import InvalidInputError, NotFoundError, OmnifyError
from omnify.identity.contract import Viewer
from omnify.identity.permissions import MissingPermissionError, StaffOnlyError

_SERVER_ERRORS = 500


class Advice(NamedTuple):
    """The words of a page of a refusal."""

    title: str
    text: str
    #: What to do.
    way_out: str = ""


def advise(error: OmnifyError, principal: Principal, viewer: Viewer) -> Advice:
    """Return what to say of an error to somebody."""
    if isinstance(error, MissingPermissionError):
        return Advice(error.title, "Your role does not allow this.", _who_grants(viewer))
    if isinstance(error, StaffOnlyError):
        way_out = "The operators of this platform give each other access to it."
        return Advice("For operators only", error.detail, way_out)
    if error.status >= _SERVER_ERRORS:
        way_out = "Try again in a moment. What was saved before is still there."
        return Advice(error.title, error.detail, way_out)
    if isinstance(error, NotFoundError):
        way_out = "Check the address, or find the page in the navigation."
        return Advice(error.title, error.detail, way_out if principal.is_authenticated else "")
    if error.details.get("errors"):
        way_out = "Go back, correct it and send it again."
        is_general = error.detail == InvalidInputError.message
        return Advice(error.title, "This was not taken:" if is_general else error.detail, way_out)
    return Advice(error.title, error.detail)


def _who_grants(viewer: Viewer) -> str:
    """Return whom to ask for another role."""
    if not viewer.owners:
        return "An owner of your organization can give you another role, under Members."
    names = viewer.owners[0]
    if len(viewer.owners) > 1:
        names = f"{', '.join(viewer.owners[:-1])} or {viewer.owners[-1]}"
    return f"{names} can give you another role in {viewer.organization_name}, under Members."
