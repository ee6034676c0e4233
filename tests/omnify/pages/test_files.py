"""Tables as files: exact values, and nothing that a spreadsheet would run."""

import pytest

from omnify.pages.files import csv_file
from omnify.pages.parts import Cell, Column, Table


def lines(*names):
    table = Table(
        id="channels",
        caption="Channels",
        columns=(Column("channel", "Channel"), Column("spend", "Spend", is_number=True)),
        rows=tuple((Cell(name), Cell(-5)) for name in names),
    )
    return csv_file(table, name="channels").content.decode().splitlines()


class TestCsvFile:
    def test_has_keys_and_exact_values(self):
        assert lines("tv") == ["channel,spend", "tv,-5"]

    @pytest.mark.parametrize("name", ["=1+1", "+1", "-cmd", "@SUM(A1)", " =1"])
    def test_lets_no_name_be_a_formula(self, name):
        assert lines(name)[1] == f"'{name},-5"
