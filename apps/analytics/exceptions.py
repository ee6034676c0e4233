"""The requests that analytics refuses."""

from __future__ import annotations

from omnify.exceptions import (
    ConflictError,
    InsufficientDataError,
    InvalidInputError,
    NotFoundError,
    PermissionDeniedError,
)


class QueryInvalidError(InvalidInputError):
    """A query names what does not exist, or days that make no range."""

    code = "query_invalid"
    message = "The query is not valid; 'errors' names each field."


class NoMetricsError(InsufficientDataError):
    """The organization has no metrics yet."""

    message = "There are no metrics yet; import a file or connect a platform first."


class NoOrdersError(InsufficientDataError):
    """No customer of the organization, or of the brand, has an order."""

    message = (
        "There are no orders of customers yet; import a file of orders or connect a shop first."
    )


class NoJourneysError(InsufficientDataError):
    """No customer's journey to a conversion is known."""

    message = (
        "There are no journeys with a conversion in these days; import a file of touchpoints, or"
        " choose other days."
    )


class ViewNotFoundError(NotFoundError):
    """No saved view of the organization has the id."""

    code = "view_not_found"
    message = "There is no saved view '{view_id}'."


class ViewNameTakenError(ConflictError):
    """The organization has a saved view of this name."""

    code = "view_name_taken"
    message = "There is already a view called '{name}'; choose another name."


class ForeignViewError(PermissionDeniedError):
    """The caller did not save the view, and does not administer analytics."""

    code = "foreign_view"
    message = (
        "Only who saved '{name}', or holds the permission 'analytics:admin', may change or"
        " delete it."
    )
