"""The side bar: what a viewer may open, by groups and weights."""

from uuid import uuid4

import pytest
from msgspec.structs import replace

from omnify.context import Context, Principal, PrincipalKind, use
from omnify.pages.context import shell
from omnify.services import registry
from omnify.services.manifest import NavigationItem

READER = Principal(
    kind=PrincipalKind.USER,
    user_id=uuid4(),
    organization_id=uuid4(),
    permissions=("analytics:view",),
)
ITEMS = (
    NavigationItem("Channels", "/app/analytics/channels", "chart", "analytics:view", weight=20),
    NavigationItem("Overview", "/app/analytics/", "chart", "analytics:view", weight=10),
    NavigationItem("Imports", "/app/analytics/imports", "upload", "integration:connect"),
    NavigationItem("Reports", "/app/analytics/reports", "chart", "signed-in", group="reports"),
    NavigationItem("Files", "/app/analytics/files", "upload", "analytics:view", group="data"),
    NavigationItem("Me", "/app/analytics/me", "user", "signed-in", group="account"),
)


@pytest.fixture
def context_of(rf, monkeypatch):
    for name, manifest in registry.manifests().items():
        own = replace(manifest, navigation=ITEMS if name == "analytics" else ())
        monkeypatch.setitem(registry.manifests(), name, own)

    def find(principal, path="/app/analytics/"):
        with use(Context(principal=principal, organization_id=principal.organization_id)):
            return shell(rf.get(path))

    return find


def shown(found):
    return [(group.label, *(page.label for page in group.pages)) for group in found["navigation"]]


class TestNavigation:
    def test_has_groups_in_order_with_the_lightest_first(self, context_of):
        found = context_of(READER)

        assert shown(found) == [("", "Overview", "Channels"), ("Data", "Files"), ("", "Reports")]
        assert [page.label for page in found["account_pages"]] == ["Me"]

    def test_shows_staff_the_admin_at_its_end(self, context_of):
        found = context_of(replace(READER, is_staff=True))

        assert shown(found)[-1] == ("", "Admin")
        assert found["navigation"][-1].pages[0].url == "/admin/"

    @pytest.mark.parametrize(
        ("path", "current"),
        [
            ("/app/analytics/", "Overview"),
            ("/app/analytics/channels", "Channels"),
            ("/app/analytics/channels/tv", "Channels"),
            ("/app/analytics/other", "Overview"),
            ("/app/auth/members", None),
        ],
    )
    def test_marks_the_page_that_one_is_on_or_below(self, context_of, path, current):
        pages = [page for group in context_of(READER, path)["navigation"] for page in group.pages]

        assert [page.label for page in pages if page.is_current] == ([current] if current else [])

    def test_leaves_out_what_no_address_is_known_of(self, context_of, settings):
        settings.HOSTED_SERVICES, settings.PUBLIC_URLS = ("auth",), {}

        assert shown(context_of(READER)) == []

    def test_leads_to_the_address_of_another_slice(self, context_of, settings):
        settings.HOSTED_SERVICES = ("auth",)
        settings.PUBLIC_URLS = {"analytics": "http://elsewhere:8004"}

        [first, *_] = context_of(READER)["navigation"]

        assert first.pages[0].url == "http://elsewhere:8004/app/analytics/"
        assert not first.pages[0].is_current
