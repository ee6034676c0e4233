"""What operators see of quotas, and of the versions of platforms' APIs."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.core.management import call_command

from apps.integrations.calling.models import Quota
from apps.integrations.calling.operations.ledger import close, reserve
from apps.integrations.platforms.port import Limit
from tests.conftest import REGISTRATION
from tests.factories.auth import make_organization
from tests.factories.integrations import make_connection

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
PAGE = "/admin/omnify_integrations/quota/"
HOURLY = Limit(key="app", calls=4, seconds=3600)
CELLS = re.compile(r"<t[dh][ >].*?</t[dh]>", re.DOTALL)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def operator(client, registered):
    call_command("staff", "add", REGISTRATION["email"], verbosity=0)
    client.post("/app/auth/sign-in", {each: REGISTRATION[each] for each in ("email", "password")})
    return client


def rows_of(page):
    """The cells of each row of the page's tables, as text."""
    rows = re.findall(r"<tr.*?</tr>", page.content.decode(), re.DOTALL)
    return [[text_of(cell) for cell in CELLS.findall(row)] for row in rows]


def text_of(html):
    return " ".join(unescape(re.sub("<[^>]*>", " ", html)).split())


class TestQuotaPage:
    def test_shows_what_is_used_allowed_and_until_when(self, operator):
        connection = make_connection(make_organization().id, platform="hubspot")
        for _ in range(4):
            reserve("hubspot", connection.id, [HOURLY], (), NOW)
        close("meta_ads", "account:act_1", NOW + timedelta(minutes=20))

        rows = rows_of(operator.get(PAGE))

        [spent] = [row for row in rows if "hubspot" in row]
        assert spent[-5:-1] == ["app", "1:00:00", "4", "4"]
        assert spent[-1] != "-"
        [closed] = [row for row in rows if "meta_ads" in row]
        assert closed[-5:-1] == ["account:act_1", "the platform's", "100%", "-"]
        assert "12:20" in closed[-1]

    def test_shows_of_one_that_is_open_no_moment(self, operator):
        Quota.objects.create(platform="klaviyo", key="app", seconds=60, calls=75)

        [row] = [row for row in rows_of(operator.get(PAGE)) if "klaviyo" in row]

        assert row[-4:] == ["0:01:00", "0", "75", "-"]

    def test_shows_each_platform_s_version_and_its_end(self, operator, settings):
        own = {"API_VERSION": "202607", "API_VERSION_ENDS": date(2026, 12, 7)}
        settings.PLATFORMS = {"linkedin_ads": own}
        make_connection(make_organization().id, platform="linkedin_ads")

        rows = rows_of(operator.get(PAGE))

        assert ["LinkedIn Ads", "202607", "Dec. 7, 2026", "7", "1"] in rows
        assert [row[2:] for row in rows if row[:1] == ["HubSpot"]] == [["-", "not known", "0"]]
