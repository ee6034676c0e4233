"""Two versions of the contracts run side by side, in whichever order they are deployed."""

import msgspec
import pytest

from tests.layouts.fleet import run_fleet
from tests.layouts.journey import walk
from tests.layouts.plans import SINGLES, Plan
from tests.layouts.transcript import differences
from tests.layouts.versions import FIELD, PARAMETER, without_additions, write_next_version
from tests.layouts.visitor import record
from tests.layouts.workshop import ROOT

#: Those who are asked by others, in front of those who only ask.
CALLEES = {"auth", "integrations", "analytics"}
CALLERS = {"agentkit", "analytics", "onboarding", "ml"}


@pytest.fixture(scope="module")
def next_version(tmp_path_factory):
    root = tmp_path_factory.mktemp("next")
    write_next_version(root)
    return root


class TestRollingDeployment:
    @pytest.mark.parametrize(
        "first",
        [
            pytest.param(CALLERS, id="caller first"),
            pytest.param(CALLEES, id="callee first", marks=pytest.mark.proof),
        ],
    )
    def test_answers_as_one_version_does(self, first, next_version, workshop, oracle):
        renewed = {i: next_version for i, part in enumerate(SINGLES) if {*part} <= first}

        with run_fleet(workshop, Plan(SINGLES), roots=renewed) as fleet:
            found = record(fleet, walk)

        pair = (without_additions(msgspec.to_builtins(one)) for one in (oracle, found))
        assert list(differences(*pair)) == []
        assert FIELD in str(found)


class TestNextVersion:
    def test_is_compatible_with_this_one(self, next_version, workshop, tmp_path):
        said = check(workshop, next_version, ROOT / "docs" / "contracts.json", tmp_path)

        assert said == (0, f"compatible with {ROOT / 'docs' / 'contracts.json'}")

    def test_cannot_be_taken_back(self, next_version, workshop, tmp_path):
        document = tmp_path / "next.json"
        assert manage(workshop, next_version, document, "contracts", "show") == 0
        assert PARAMETER in document.read_text()

        code, said = check(workshop, ROOT, document, tmp_path)

        assert code == 1
        assert f"analytics.Analytics.query.{PARAMETER}: removed" in said
        assert f"auth.session.revoked.{FIELD}: removed" in said


def check(workshop, root, document, folder):
    log = folder / "check.log"
    code = manage(workshop, root, log, "contracts", "check", "--against", str(document))
    return code, log.read_text().strip()


def manage(workshop, root, log, *arguments):
    folder = workshop.new_folder()
    databases = workshop.new_databases(folder, are_own=False)
    server = workshop.server(root)
    return server.wait(server.start("manage", workshop.environ(databases, folder), log, *arguments))
