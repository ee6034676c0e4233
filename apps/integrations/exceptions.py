"""What integrations refuses, and why."""

from __future__ import annotations

from omnify.exceptions import InvalidInputError, NotFoundError


class CsvMappingError(InvalidInputError):
    """A mapping does not say clearly what each column is."""

    code = "csv_mapping_invalid"
    title = "Invalid mapping"
    message = "The mapping is not valid; 'errors' names each field."


class CsvInvalidError(InvalidInputError):
    """A file has problems, so nothing of it was imported."""

    code = "csv_invalid"
    title = "Invalid file"
    message = "The file has {error_count} problems and nothing was imported; 'errors' lists them."


class ConnectionNotFoundError(NotFoundError):
    """The organization has no connection with the id."""

    code = "connection_not_found"
    message = "There is no connection '{connection_id}'."
