"""Check what a principal may do; each view declares it, and refuses what it does not declare."""

from __future__ import annotations

from typing import Any, Final

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from omnify.context import Principal, current
from omnify.exceptions import (
    OmnifyError,
    OrganizationRequiredError,
    PermissionDeniedError,
    UnauthenticatedError,
)
from omnify.identity.contract import Identity
from omnify.services import client_of

#: Anybody, signed in or not.
PUBLIC: Final = "public"
#: Anybody who is signed in.
SIGNED_IN: Final = "signed-in"
#: The platform's operators.
STAFF: Final = "staff"


class MissingPermissionError(PermissionDeniedError):
    """The principal lacks the permission that the route asks for."""

    code = "missing_permission"
    message = "This needs the permission '{permission}', which your role does not have."


class DocumentsOutstandingError(PermissionDeniedError):
    """The principal has to accept legal documents before anything else."""

    code = "documents_outstanding"
    message = "Accept the outstanding documents first: GET /api/legal/outstanding names them."


class ReauthenticationRequiredError(PermissionDeniedError):
    """The session's proof of identity is too old for this."""

    code = "reauthentication_required"
    message = "Prove who you are again (POST /api/auth/reauthenticate), then repeat this."


class StaffOnlyError(PermissionDeniedError):
    """Only the platform's operators may see this."""

    code = "staff_only"
    message = "This is for the platform's operators."


class DeclaredPermission(BasePermission):
    """Hold a view to its ``access``: HTTP method to a permission, or one of the words above.

    ``HEAD`` needs what ``GET`` needs; ``OPTIONS`` is answered to everybody.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        """Tell whether the request is allowed; raises the precise refusal where it is not."""
        needed = find_access(view, request.method)
        if needed is not None:
            try:
                refuse_unless_allowed(current().principal, needed)
            except MissingPermissionError:
                if not _is_granted(view, needed):
                    raise
            refuse_without_consent(current().principal, view, request.method or "", needed)
        return True


def find_access(view: Any, method: str | None) -> str | None:
    """Return what a view's ``access`` says of an HTTP method, None where it says nothing."""
    access: dict[str, str] = view.access
    return access.get("GET" if method == "HEAD" else method or "")


def is_held(view: Any, permission: str) -> bool:
    """Tell whether the caller holds a permission on what the path names, by role or by grant."""
    return current().principal.has_permission(permission) or _is_granted(view, permission)


def _is_granted(view: Any, permission: str) -> bool:
    """Tell whether a grant gives the permission on the very object that the path names.

    Grants are asked for only where the role refuses; without an answer, the refusal stays.
    """
    if view.grants_on is None:
        return False
    resource_type, parameter = view.grants_on
    resource_id = str(view.kwargs[parameter])
    try:
        is_granted: bool = client_of(Identity).has_grant(permission, resource_type, resource_id)
    except OmnifyError:
        return False
    return is_granted


def check_declaration(view: Any) -> None:
    """Refuse a view class that has a method of which its ``access`` says nothing.

    Raises:
        TypeError: it names the methods.
    """
    methods = {name.upper() for name in view.http_method_names if hasattr(view, name)}
    undeclared = methods - set(getattr(view, "access", {})) - {"OPTIONS", "HEAD"}
    if undeclared:
        raise TypeError(f"{view.__name__}.access says nothing of {sorted(undeclared)}")


def refuse_without_consent(principal: Principal, view: Any, method: str, needed: str) -> None:
    """Refuse writes of a principal who has documents to accept, except in some views.

    Such a view has ``is_open_without_consent``: to accept, to sign out, to lock others out.

    Raises:
        DocumentsOutstandingError: there are documents to accept.
    """
    is_write = method not in ("GET", "HEAD", "OPTIONS") and needed != PUBLIC
    is_open = getattr(view, "is_open_without_consent", False)
    if is_write and principal.must_accept_documents and not is_open:
        raise DocumentsOutstandingError


def is_allowed(principal: Principal | None, needed: str) -> bool:
    """Tell whether a principal has a permission, or is what one of the words above says."""
    try:
        refuse_unless_allowed(principal, needed)
    except OmnifyError:
        return False
    return True


def refuse_unless_allowed(principal: Principal | None, needed: str) -> None:
    """Hold a principal to a permission or to one of the words above.

    Raises:
        UnauthenticatedError, StaffOnlyError, MissingPermissionError, OrganizationRequiredError:
            the principal may not, as each says.
    """
    if needed == PUBLIC:
        return
    if principal is None or not principal.is_authenticated:
        raise UnauthenticatedError
    if needed == SIGNED_IN:
        return
    if needed == STAFF:
        if not principal.is_staff:
            raise StaffOnlyError
        return
    if principal.organization_id is None:
        raise OrganizationRequiredError
    if not principal.has_permission(needed):
        raise MissingPermissionError(permission=needed)
