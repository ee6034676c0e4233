"""What integrations refuses."""

from __future__ import annotations

from omnify.exceptions import InvalidInputError, NotFoundError


class CsvMappingError(InvalidInputError):
    """The mapping does not say clearly which column is what."""

    code = "csv_mapping_invalid"
    title = "Invalid mapping"
    message = "The mapping is not valid; 'errors' names each field."


class CsvInvalidError(InvalidInputError):
    """The file cannot be taken as it is; nothing of it was."""

    code = "csv_invalid"
    title = "Invalid file"
    message = "The file has {error_count} problems and nothing was imported; 'errors' lists them."


class ConnectionNotFoundError(NotFoundError):
    """No connection of the organization has the id."""

    code = "connection_not_found"
    message = "There is no connection '{connection_id}'."


class CursorInvalidError(InvalidInputError):
    """A page was asked for with a cursor that no page gave out."""

    code = "cursor_invalid"
    message = "The cursor '{cursor}' is not one that an earlier page gave."
