"""Files and requests that went wrong elsewhere, each with what is right."""

from pathlib import Path

FOLDER = Path(__file__).parent


def read_case(case, name):
    """The text of a case's file."""
    return (FOLDER / case / name).read_text()
