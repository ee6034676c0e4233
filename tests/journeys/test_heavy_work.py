"""Heavy work is done outside the processes that answer requests."""

import contextlib
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
import requests

from apps.integrations.imports.operations.files import MOST_DIRECT_BYTES
from tests.conftest import wait_until
from tests.journeys import main_job
from tests.journeys.fleets import MONOLITH

#: What only workers import, by what is mapped into a process that has: the job engine's library,
#: and those of forecasts, documents and providers that come with their services.
HEAVY = ("sqlalchemy", "numpy", "pandas", "scipy", "sklearn", "statsforecast", "typst")
LARGE_MAPPING = {"date": "day", "currency": "EUR", "channel": "channel", "spend": "spend"}
_LISTENS = "0A"


def sockets_of(port):
    """The sockets that listen on a port, as the folders of processes name them."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {
        f"socket:[{line[9]}]"
        for line in lines
        if line[3] == _LISTENS and int(line[1].partition(":")[2], 16) == port
    }


def listeners(port):
    """The processes that answer on a port: gunicorn and its web processes."""
    wanted = sockets_of(port)
    for process in Path("/proc").glob("[1-9]*"):
        with contextlib.suppress(OSError):
            if any(str(each.readlink()) in wanted for each in (process / "fd").iterdir()):
                yield process


def session_of(process):
    """The processes of the session that a process is in: of one server with all it started."""
    own = (process / "stat").read_text().rpartition(")")[2].split()[3]
    for each in Path("/proc").glob("[1-9]*"):
        with contextlib.suppress(OSError):
            if (each / "stat").read_text().rpartition(")")[2].split()[3] == own:
                yield each


def heavy_in(process):
    """The heavy libraries that are mapped into a process."""
    maps = (process / "maps").read_text()
    return {name for name in HEAVY if f"/{name}/" in maps}


@pytest.fixture
def url(fleets):
    return fleets.run(MONOLITH).addresses["auth"]


class TestWebProcess:
    def test_loads_nothing_that_heavy_work_needs(self, url):
        _, token = main_job.register(url)
        main_job.import_file(url, token)
        with requests.Session() as session:
            session.headers["Authorization"] = f"Bearer {token}"
            agents = session.get(f"{url}/api/agentkit/agents").json()["results"]
            days = (date(2026, 1, 1) - timedelta(days=number // 40) for number in range(60_000))
            rows = "".join(f"{day},tv {number % 40},0.25\n" for number, day in enumerate(days))
            assert len(rows) > MOST_DIRECT_BYTES
            answers = [
                session.post(f"{url}/api/predictive/forecast", json={"metric": "spend"}),
                session.post(f"{url}/api/predictive/predictions"),
                session.post(
                    f"{url}/api/agentkit/agents/{agents[0]['id']}/execute",
                    json={"input": main_job.RANGE},
                ),
                session.post(
                    f"{url}/api/integrations/csv/import",
                    files={"file": ("large.csv", f"day,channel,spend\n{rows}")},
                    data={"mapping": json.dumps(LARGE_MAPPING)},
                ),
            ]
        found = {process: heavy_in(process) for process in listeners(int(url.rpartition(":")[2]))}

        assert [answer.ok for answer in answers] == [True] * 4, answers[-1].text
        assert len(found) >= 2
        assert set().union(*found.values()) == set()
        # The worker beside them has loaded it.
        server = next(iter(found))
        wait_until(lambda: any(heavy_in(process) for process in session_of(server)))
