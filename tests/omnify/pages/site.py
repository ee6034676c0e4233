"""A few pages made of the shell's parts, with values that a test can recognize."""

from datetime import date
from decimal import Decimal
from typing import ClassVar

from django import forms
from django.http import HttpResponse, JsonResponse
from django.urls import path

from omnify.exceptions import ConflictError, ServiceUnavailableError
from omnify.identity.permissions import PUBLIC
from omnify.pages import parts
from omnify.pages.context import Group, Page
from omnify.pages.forms import ActionPage, FormPage, QuestionPage
from omnify.pages.views import PageView
from tests.omnify.pages import gallery

PLOT = parts.Plot(
    title="tv takes it all",
    unit="EUR",
    grain="week",
    categories=("2026-01-05", "2026-01-12", "2026-01-19"),
    series=(
        # More digits than a number of JavaScript holds.
        parts.Series(name="tv", type="bar", values=("12345678901234567.89", "20.50", None)),
        parts.Series(
            name="<b>revenue",
            type="line",
            axis="right",
            values=("1", "2", "3"),
            partial=("", "", "3 of 7 days"),
        ),
    ),
)


class NameForm(forms.Form):
    name = forms.CharField(max_length=20)


DAYS = parts.DateControl(
    first=date(2026, 1, 1),
    last=date(2026, 1, 31),
    timezone="Europe/Berlin",
    chosen="28",
    presets=tuple(parts.Preset(days, f"{days} days") for days in ("7", "28", "90")),
)
RISE = parts.Delta(text="+1.0%", direction="up", mood="green")
RENAME = parts.Form(fields=NameForm(auto_id="row-%s"), url="/app/test/name", is_inline=True)
TABLE = parts.Table(
    id="channels",
    caption="Channels",
    filter_label="Channel",
    csv_url="/app/test/channels.csv",
    sort="-spend",
    is_choosable=True,
    pager=parts.Pager(previous="1", next="3", summary="51 to 100 of 130"),
    columns=(
        parts.Column("name", "Channel", is_sortable=True),
        parts.Column("spend", "Spend", "EUR", is_number=True, is_sortable=True),
        parts.Column("clicks", "Clicks", is_number=True, is_shown=False),
        parts.Column("actions", "Actions"),
    ),
    rows=(
        (
            parts.Cell("tv", url="/app/test/parts"),
            parts.Cell(Decimal("1500.50"), "1,500.50", change=RISE),
            parts.Cell(7),
            parts.Cell(parts=(RENAME,)),
        ),
        (parts.Cell("web"), parts.Cell(), parts.Cell(), parts.Cell(text="nothing to do")),
        (parts.Cell("radio"), parts.Cell(Decimal("2.5")), parts.Cell(9), parts.Cell(text="none")),
    ),
)
#: Every part, in the states that it has.
PARTS = (
    DAYS,
    parts.Tile(label="Spend", value="1,500.50", unit="EUR", change=RISE, compared_with="vs before"),
    parts.Tile(label="Revenue", value="", otherwise="nothing before to compare with"),
    TABLE,
    parts.Empty(title="Nothing", text="Do this.", links=(parts.Link("/app/test/parts", "Do"),)),
    parts.Banner(text="Nothing was imported.", level="danger", items=("Line 2", "Line 3")),
    parts.Banner(text="It is done.", level="success", link=parts.Link("/", "See it")),
    parts.Progress(url="/app/test/progress", label="Import", text="It runs.", percent=40),
    parts.Form(fields=NameForm(), url="/app/test/name"),
    parts.Listing(entries=(parts.Entry("A phone", note="this one"), parts.Entry("A laptop"))),
    parts.Action(url="/app/test/undo", label="Undo", about="the import"),
    parts.Action(url="/app/test/remove/7", label="Remove", about="tv", asks=True),
)
SHELL = {
    "user_name": "Ada Example",
    "signed_in": True,
    "navigation": [Group("", (Page("Here", "/app/test/parts", "chart", is_current=True),))],
    "search_urls": '[{"base": "", "url": "/app/test/search"}]',
    "work_urls": '[{"base": "", "url": "/app/test/work"}]',
    "breadcrumbs": [parts.Link("/app/test/parts", "Tests"), parts.Link("", "Parts")],
}


class TestPage(PageView):
    access: ClassVar = {"GET": PUBLIC}
    parts = PARTS

    def get(self, request):
        return self.show("parts_page.html", {**SHELL, "parts": self.parts})


class ChartPage(TestPage):
    access: ClassVar = {"GET": PUBLIC}

    parts = (parts.Chart(plot=PLOT, csv_url="/c.csv"),)


class NamesPage(TestPage):
    access: ClassVar = {"GET": PUBLIC}
    parts = (
        parts.Table(
            id="files",
            caption="Files",
            columns=(
                parts.Column("file", "File"),
                parts.Column("source", "Source", is_name=True),
                parts.Column("rows", "Rows", is_number=True),
            ),
            rows=((parts.Cell("a_file_" * 28), parts.Cell("a_source_" * 7), parts.Cell(1248)),),
        ),
    )


class DetailsPage(PageView):
    access: ClassVar = {"GET": PUBLIC}

    def get(self, request):
        banner = parts.Banner(text="All of it.", level="info")
        return self.show("omnify/pages/single.html", {"heading": "Details of tv", "shown": banner})


class WaitingPage(TestPage):
    access: ClassVar = {"GET": PUBLIC}

    def get(self, request):
        return self.show_part(gallery.SECTIONS["Progress"][0], heading="Import")


class LatePage(PageView):
    """What comes once a page is there: a section, and what is ahead of the chart's line."""

    access: ClassVar = {"GET": PUBLIC}
    part: ClassVar = parts.Section(title="What changed", text="Spend rose.")

    def get(self, request):
        return self.show_part(self.part, heading="Late")


class AheadPage(LatePage):
    access: ClassVar = {"GET": PUBLIC}
    part: ClassVar = parts.Ahead(
        text="Revenue of 9 EUR expected.",
        link=parts.Link("/app/test/details", "Open the forecast"),
        categories=("2026-01-26", "2026-02-02"),
        series=parts.Series(
            name="<B>Revenue",
            values=("4", "5"),
            type="line",
            role="forecast",
            band="80%",
            low=("3", "3"),
            high=("5", "7"),
        ),
    )


class AwaitingPage(TestPage):
    access: ClassVar = {"GET": PUBLIC}
    parts = (
        parts.Chart(plot=PLOT, ahead_url="/app/test/ahead", ahead_name="<b>revenue"),
        parts.Late(title="What changed", url="/app/test/late"),
    )


class GalleryPage(TestPage):
    access: ClassVar = {"GET": PUBLIC}

    def get(self, request):
        context = {"tiles": gallery.TILES, "sections": gallery.SECTIONS}
        return self.show("gallery_page.html", {**SHELL, **context})


class RefusalPage(PageView):
    access: ClassVar = {"GET": PUBLIC}

    def get(self, request):
        raise ServiceUnavailableError("The weather is bad.")


class NamePage(FormPage):
    access: ClassVar = {"GET": PUBLIC, "POST": PUBLIC}
    form_class = NameForm
    heading = "Name it"
    back = "parts"
    problem_field = "name"

    def run(self, form_input):
        if form_input["name"] == "taken":
            raise ConflictError("This name is taken.")
        return self.go_back(f"It is called {form_input['name']}.")


class UndoPage(ActionPage):
    access: ClassVar = {"POST": PUBLIC}
    back = "parts"

    def run(self):
        return self.go_back("It was undone.")


class RemovePage(QuestionPage):
    access: ClassVar = {"GET": PUBLIC, "POST": PUBLIC}
    back = "parts"
    heading = "Remove it?"
    text = "It cannot be brought back."
    button = "Yes, remove"

    def run(self, number):
        if number == 0:
            raise ConflictError("Nothing can be removed.")
        return self.go_back(f"Number {number} was removed.")

    def describe(self, number):
        return {"button": f"Yes, remove {number}"}


class ProgressPage(PageView):
    access: ClassVar = {"GET": PUBLIC}

    def get(self, request):
        outcome = parts.Banner(text="It ran.", level="success")
        shown = parts.Progress(url=request.path, label="Import", outcome=outcome)
        return self.show_part(shown, heading="Import")


def search(request):
    everything = [
        {"kind": "Channels", "label": "tv", "note": "Robyn", "url": "/app/test/details"},
        {"kind": "People", "label": "Tilda <b>", "note": "", "url": "/app/test/names"},
    ]
    asked = request.GET["q"].lower()
    return JsonResponse({"results": [each for each in everything if asked in str(each).lower()]})


#: What runs; tests change it.
RUNNING = {
    "id": "7f0c0f6e-0000-7000-8000-000000000001",
    "label": "Import of a file",
    "state": "running",
    "percent": 40,
    "note": "",
    "elapsed_seconds": 75,
    "url": "/app/test/details",
    "cancel_url": "/app/test/cancel",
}
running = {}


def cancel(request):
    running.update(state="cancelled", cancel_url="")
    return HttpResponse(status=204)


urlpatterns = [
    path("app/test/search", search),
    path("app/test/work", lambda _: JsonResponse({"work": [running] if running else []})),
    path("app/test/cancel", cancel),
    path("app/test/details", DetailsPage.as_view()),
    path("app/test/chart-page", ChartPage.as_view()),
    path("app/test/late", LatePage.as_view()),
    path("app/test/ahead", AheadPage.as_view()),
    path("app/test/awaiting", AwaitingPage.as_view()),
    path("app/test/gallery", GalleryPage.as_view()),
    path("app/test/waiting", WaitingPage.as_view()),
    path("app/test/parts", TestPage.as_view(), name="parts"),
    path("app/test/names", NamesPage.as_view()),
    path("app/test/refusal", RefusalPage.as_view()),
    path("app/test/name", NamePage.as_view()),
    path("app/test/undo", UndoPage.as_view()),
    path("app/test/remove/<int:number>", RemovePage.as_view()),
    path("app/test/progress", ProgressPage.as_view()),
]
