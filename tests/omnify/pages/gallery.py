"""Every part in every state that it has, to be looked at and compared.

``make gallery`` renews the kept copy of its HTML.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from django import forms
from django.template.loader import render_to_string
from django.test import RequestFactory

from omnify.pages import numbers, parts
from omnify.pages.fields import Combobox

KEPT = Path(__file__).with_name("gallery.kept")
REVENUE = tuple(map(Decimal, (12, 14, 13, 17, 16, 19, 22, 21, 25)))


class ExampleForm(forms.Form):
    name = forms.CharField(label="Name", help_text="As your customers know it.")
    currency = forms.ChoiceField(
        label="Currency",
        widget=Combobox,
        choices=[("EUR", "EUR, euro"), ("JPY", "JPY, yen"), ("USD", "USD, US dollar")],
    )
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea({"rows": 2}))
    is_weekly = forms.BooleanField(label="Send it every week", required=False)


class InlineForm(forms.Form):
    role = forms.ChoiceField(label="Role of Ada", choices=[("viewer", "viewer")])


def change(percent, *, is_good=True):
    now = Decimal(100) + Decimal(percent)
    return parts.Delta.between(Decimal(100), now, is_good=is_good)


def money(text):
    value = Decimal(text)
    return parts.Cell(value, numbers.money(value, "EUR"))


def channel(name, spend, roas, delta, values=REVENUE):
    line = parts.Sparkline(values=values, label=f"Spend of {name}")
    times = parts.Cell(None, reason="No revenue is known.")
    if roas:
        times = parts.Cell(Decimal(roas), numbers.ratio(Decimal(roas)))
    return (
        parts.Cell(name, url="/app/test/parts"),
        money(spend),
        times,
        parts.Cell(Decimal(delta), change=change(delta, is_good=None)),
        parts.Cell(parts=(line,)),
    )


TILES = (
    parts.Tile(
        label="Revenue",
        value="92.8 M",
        unit="€",
        exact="92,844,781.67 €",
        change=change("-4.7"),
        compared_with=f"vs {numbers.short_money(Decimal(97_389_948), 'EUR')}",
        sparkline=parts.Sparkline(values=REVENUE, label="Revenue, rising"),
        url="?measure=revenue",
        is_chosen=True,
    ),
    parts.Tile(
        label="Spend",
        value="1.79 M",
        unit="€",
        change=change("0.6", is_good=None),
        compared_with=f"vs {numbers.short_money(Decimal(1_777_000), 'EUR')}",
        sparkline=parts.Sparkline(values=(None, *REVENUE[:4], None, REVENUE[1]), label="Spend"),
        url="?measure=spend",
        origin_url="?origin=spend",
    ),
    parts.Tile(
        label="Blended ROAS", value="51.9×", change=change("69.4"), compared_with="vs 30.7×"
    ),
    parts.Tile(label="Cost per click", value="", otherwise="No clicks are known in these days."),
)
COLUMNS = (
    parts.Column("channel", "Channel", is_sortable=True),
    parts.Column("spend", "Spend", "EUR", is_number=True, is_sortable=True),
    parts.Column("roas", "ROAS", is_number=True, is_sortable=True),
    parts.Column("change", "Change", is_number=True, is_sortable=True),
    parts.Column("trend", "Trend"),
)
CHANNELS = parts.Table(
    id="channels",
    caption="Channels",
    sort="-spend",
    csv_url="?csv",
    xlsx_url="?xlsx",
    columns=COLUMNS,
    rows=(
        channel("tv", "591379.89", "", "12.5"),
        channel("search", "493853.33", "3.02", "-8.1"),
        channel("قناة التلفزيون", "139999.96", "12.4", "0.2"),
        channel("W" * 64, "106457.87", "51.94", "-0.4"),
    ),
    total=(
        parts.Cell("Total"),
        money("1331691.05"),
        parts.Cell(Decimal("51.94"), "51.9×"),
        parts.Cell(""),
        parts.Cell(""),
    ),
)
COHORTS = parts.Table(
    id="cohorts",
    caption="A heatmap",
    columns=(
        parts.Column("cohort", "First month"),
        *(parts.Column(f"month_{at}", f"+{at}", is_number=True) for at in range(7)),
    ),
    rows=(
        (
            parts.Cell("Jan 2026"),
            *(parts.Cell(at, heat=at) for at in range(parts.MOST_HEAT + 1)),
            parts.Cell(reason="not yet over"),
        ),
    ),
)
REMOVE = parts.Action(url="?remove", label="Remove", about="Ada", asks=True)
MEMBERS = parts.Table(
    id="members",
    caption="Members",
    filter_label="Name or e-mail",
    is_choosable=True,
    columns=(
        parts.Column("name", "Name"),
        parts.Column("email", "E-mail", is_name=True),
        parts.Column("role", "Role"),
        parts.Column("actions", "Actions"),
    ),
    rows=(
        (
            parts.Cell("Ada Byron"),
            parts.Cell("ada@example.com"),
            parts.Cell(
                parts=(
                    parts.Form(fields=InlineForm(auto_id="row-%s"), url="?role", is_inline=True),
                )
            ),
            parts.Cell(parts=(REMOVE,)),
        ),
        (
            parts.Cell("Grace Hopper"),
            parts.Cell("grace@example.com"),
            parts.Cell(parts=(parts.Chip(state="waiting", text="Invited"),)),
            parts.Cell(""),
        ),
    ),
    pager=parts.Pager(previous="1", next="3", summary="51 to 52 of 130"),
)
PRESETS = (
    parts.Preset("7", "Last 7 days", "1"),
    parts.Preset("28", "Last 28 days", "2"),
    parts.Preset("90", "Last 90 days", "3"),
    parts.Preset("this-month", "This month", "m"),
    parts.Preset("last-month", "Last month"),
    parts.Preset("this-quarter", "This quarter", "q"),
    parts.Preset("this-year", "This year", "y"),
    parts.Preset("2018", "2018"),
    parts.Preset("all", "All days", "a"),
)
DAYS = parts.DateControl(
    first=date(2018, 1, 1),
    last=date(2018, 12, 31),
    presets=PRESETS,
    chosen="2018",
    grains=(parts.Choice("day", "Days"), parts.Choice("week", "Weeks")),
    grain="week",
    compare="year",
    compare_first=date(2017, 1, 1),
    compare_last=date(2017, 12, 31),
    matches_weekday=True,
    timezone="Europe/Berlin",
)
WAYS = parts.Steps(
    label="Import",
    steps=(
        parts.Step(label="File", url="?file", state="done", note="weeks.csv"),
        parts.Step(label="Columns", state="current"),
        parts.Step(label="Check"),
        parts.Step(label="Done"),
    ),
)
AT = datetime(2026, 11, 29, 9, 30, tzinfo=UTC)
#: By what they are for.
SECTIONS = {
    "Days": (DAYS,),
    "States": tuple(parts.Chip(state=state) for state in parts.STATES),
    "Steps": (WAYS,),
    "Progress": (
        parts.Progress(
            url="/app/test/waiting",
            label="Import",
            text="Reading weeks.csv",
            percent=40,
            elapsed="12 s",
            cancel=parts.Action(url="?cancel", label="Cancel"),
        ),
        parts.Progress(
            url="?", label="Import", outcome=parts.Banner(text="It is done.", level="success")
        ),
    ),
    "Tables": (
        CHANNELS,
        COHORTS,
        MEMBERS,
        parts.Table(id="none", caption="None", columns=(), rows=()),
    ),
    "Banners": (
        parts.Banner(text="The import is done.", level="success", link=parts.Link("?", "See it")),
        parts.Banner(text="Data comes in once a day."),
        parts.Banner(text="There is no exchange rate for CHF.", level="warning"),
        parts.Banner(
            text="Nothing was imported.", level="danger", items=("Line 2: no date", "Line 3: twice")
        ),
    ),
    "Nothing yet": (
        parts.Empty(
            title="No forecasts yet",
            text="A forecast shows what the next weeks bring, with its range.",
            links=(parts.Link("?new", "Make a forecast"), parts.Link("?how", "How it works")),
        ),
    ),
    "Tabs and menus": (
        parts.Tabs(
            label="Settings",
            tabs=(
                parts.Tab(label="Organization", url="?o", is_current=True),
                parts.Tab(label="Members", url="?m", count=12),
                parts.Tab(label="API keys", url="?k", count=0),
            ),
        ),
        parts.Menu(
            links=(parts.Link("?export", "Export"),),
            actions=(
                parts.Action(url="?undo", label="Undo"),
                parts.Action(url="?delete", label="Delete", asks=True),
            ),
        ),
    ),
    "Sections": (
        parts.Section(
            title="API keys",
            text="For programs of yours.",
            parts=(
                parts.Copyable(id="key", label="Key Nightly", text="omk_Zx0cQ4Lp"),
                parts.LinkButton(url="?new", label="Change", about="Nightly"),
            ),
        ),
        parts.Late(title="What changed", url="/app/test/late"),
    ),
    "Timeline": (
        parts.Timeline(
            label="What happened",
            moments=(
                parts.Moment(at=AT, text="Approved", note="by Ada Byron"),
                parts.Moment(at=AT, text="Executing", state="running", link=parts.Link("?", "See")),
                parts.Moment(at=AT, text="Two budgets wait for you", state="needs"),
                parts.Moment(at=AT, text="Refused by the platform", state="failed"),
            ),
        ),
        parts.Listing(
            entries=(
                parts.Entry("Chromium on Linux", note="now"),
                parts.Entry("Spend rose", link=parts.Link("?rows", "Show the rows")),
                parts.Entry("A phone", parts=(parts.Action(url="?end", label="End"),)),
            )
        ),
    ),
    "Forms": (
        parts.Form(fields=ExampleForm(auto_id="empty-%s"), url="?save"),
        parts.Form(fields=ExampleForm({"currency": "EUR"}, auto_id="wrong-%s"), url="?save"),
    ),
    "Details": (
        parts.Drawer(
            title="Where the revenue comes from",
            parts=(parts.Banner(text="208 rows of weeks.csv, imported today."),),
            back_url="?",
        ),
    ),
}


def render():
    """The gallery's HTML, without what differs from run to run."""
    request = RequestFactory().get("/app/test/gallery")
    context = {"tiles": TILES, "sections": SECTIONS}
    html = render_to_string("_gallery.html", context, request)
    html = re.sub(r'(name="csrfmiddlewaretoken" value=")\w+', r"\1", html)
    return re.sub(r"\n\s*\n+", "\n", html).strip() + "\n"
