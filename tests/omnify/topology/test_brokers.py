"""A fleet whose events could not arrive is refused before any of it runs."""

import sys

import pytest
from django.core.management import CommandError, call_command

from omnify.topology.brokers import find_broker_problems
from tests.journeys.fleets import ROOT, free_ports
from tests.needs import takes_long
from tests.omnify.topology.test_fleet import answers
from tests.programs import run_program

HYBRID = str(ROOT / "deploy" / "topologies" / "hybrid.toml")


def run(*command, **environ):
    return run_program(sys.executable, "manage.py", "topology", *command, **environ)


class TestFindBrokerProblems:
    def test_finds_none_where_all_share_one_database(self):
        assert find_broker_problems() == []

    @pytest.mark.parametrize("scheme", ["amqp", "redis"])
    def test_names_a_broker_that_does_not_answer_and_not_its_password(self, settings, scheme):
        settings.EVENT_BUS_URL = f"{scheme}://user:secret@127.0.0.1:1/0"

        [problem] = find_broker_problems()

        assert f"{scheme}://127.0.0.1:1/0 (omnify), does not answer" in problem
        assert "secret" not in problem


@takes_long
class TestTopologyCommand:
    def test_check_names_the_broker(self, settings):
        settings.EVENT_BUS_URL = "redis://127.0.0.1:1/0"

        with pytest.raises(CommandError, match=r"redis://127\.0\.0\.1:1/0 .*: start it, or name"):
            call_command("topology", "check", HYBRID)

    def test_check_names_an_address_that_is_none(self):
        code, said = run("check", HYBRID, EVENT_BUS_URL="kafka://broker:9092")

        assert code == 1
        assert "EVENT_BUS_URL cannot be used: begin with amqp://" in said

    def test_check_names_databases_that_need_a_broker(self):
        [port] = free_ports(1)

        code, said = run(
            "check", HYBRID, ML_DATABASE_URL=f"postgresql://me:secret@127.0.0.1:{port}/ml"
        )

        assert code == 1
        assert f"the database of ml, 127.0.0.1:{port}/ml, is out of reach" in said
        assert "set EVENT_BUS_URL for the whole fleet" in said
        assert "secret" not in said

    def test_up_starts_nothing(self, tmp_path):
        [port] = free_ports(1)
        file = tmp_path / "fleet.toml"
        text = (ROOT / "deploy" / "topologies" / "monolith.toml").read_text()
        file.write_text(text.replace("8000", str(port)))
        database = tmp_path / "up.sqlite3"

        code, said = run(
            "up",
            str(file),
            EVENT_BUS_URL="amqp://127.0.0.1:1/",
            DATABASE_URL=f"sqlite:///{database}",
        )

        assert code == 1
        assert "the broker of EVENT_BUS_URL, amqp://127.0.0.1:1 (omnify), does not answer" in said
        assert answers(f"http://127.0.0.1:{port}/health/live") == 0
        assert not database.exists()
