"""The pages of the brands that an organization works for."""

from __future__ import annotations

from typing import Any, ClassVar, Final
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse

from apps.auth import queries
from apps.auth.forms import BrandForm
from apps.auth.messages.brands import BrandInput
from apps.auth.operations import brands
from apps.auth.pages.settings import SettingsForm, SettingsPage
from omnify.context import current
from omnify.pages.days import say_day
from omnify.pages.forms import QuestionPage
from omnify.pages.numbers import UNKNOWN
from omnify.pages.paging import pick_page
from omnify.pages.parts import Action, Cell, Column, Empty, Link, LinkButton, Table
from omnify.pages.session import PageRequest

_TAB: Final = "auth:brands"
_SHOWN: Final = 50
_COLUMNS: Final = (
    Column("name", "Name"),
    Column("website", "Website", is_name=True),
    Column("state", "State", is_key=True),
    Column("created_at", "Since"),
    Column("actions", "Actions"),
)


class BrandsView(SettingsPage):
    """All brands."""

    access: ClassVar = {"GET": "org:view"}
    heading = "Brands"
    tab = _TAB

    def get(self, request: PageRequest) -> HttpResponse:
        """Show them by name."""
        may_edit = current().principal.has_permission("org:edit")
        new = Link(reverse("auth:new-brand"), "New brand") if may_edit else None
        table = _list(request, may_edit=may_edit)
        # Where there is none yet, the button is below the reason.
        return self.show_parts(table, primary=new if table.rows else None)


class NewBrandView(SettingsForm):
    """A new brand."""

    access: ClassVar = {"GET": "org:edit", "POST": "org:edit"}
    form_class = BrandForm
    heading = "New brand"
    button = "Add the brand"
    tab = back = _TAB
    problem_field = "name"

    def run(self, given: dict[str, Any]) -> HttpResponse:
        """Add it."""
        brand = brands.create_brand(BrandInput(**given))
        return self.go_back(f"The brand {brand.name} was added.")


class BrandView(SettingsForm):
    """A brand, to be changed."""

    access: ClassVar = {"GET": "org:edit", "POST": "org:edit"}
    form_class = BrandForm
    heading = "Change the brand"
    tab = back = _TAB
    problem_field = "name"

    def find_initial(self, brand_id: UUID) -> dict[str, Any]:
        """Return what is known of it."""
        brand = queries.get_brand(brand_id=brand_id)
        return {name: getattr(brand, name) for name in ("name", "website", "is_archived")}

    def run(self, given: dict[str, Any], brand_id: UUID) -> HttpResponse:
        """Change it."""
        brand = brands.change_brand(brand_id=brand_id, **given)
        return self.go_back(f"The brand {brand.name} was changed.")


class DeleteBrandView(QuestionPage):
    """The end of a brand."""

    access: ClassVar = {"GET": "org:edit", "POST": "org:edit"}
    back = _TAB
    text = "Its numbers stay, without its name. To keep the name, archive it instead."

    def run(self, brand_id: UUID) -> HttpResponse:
        """Delete it."""
        brands.delete_brand(brand_id=brand_id)
        return self.go_back("The brand was deleted.")

    def describe(self, brand_id: UUID) -> dict[str, str]:
        """Return the question, with the brand's name."""
        name = queries.get_brand(brand_id=brand_id).name
        return {"heading": f"Delete the brand {name}?", "button": f"Yes, delete {name}"}


def _list(request: PageRequest, *, may_edit: bool) -> Table:
    rows = queries.list_brands().order_by("name", "id")
    page, pager = pick_page(rows, number=request.GET.get("page"), size=_SHOWN, order="by name")
    links = (Link(reverse("auth:new-brand"), "New brand"),) if may_edit else ()
    return Table(
        id="brands",
        caption="Brands",
        columns=_COLUMNS if may_edit else _COLUMNS[:-1],
        rows=tuple(
            (
                Cell(brand.name),
                Cell(brand.website or UNKNOWN),
                Cell("Archived" if brand.is_archived else "Active"),
                Cell(brand.created_at, text=say_day(brand.created_at)),
                *([_actions(brand)] if may_edit else ()),
            )
            for brand in page
        ),
        pager=pager if page.has_other_pages() else None,
        empty=Empty(
            title="No brand yet",
            text="An agency keeps the numbers of each client apart by brands.",
            links=links,
        ),
    )


def _actions(brand: Any) -> Cell:
    change = reverse("auth:brand", args=[brand.id])
    delete = reverse("auth:delete-brand", args=[brand.id])
    return Cell(
        "",
        parts=(
            LinkButton(url=change, label="Change", about=brand.name),
            Action(url=delete, label="Delete", about=brand.name, asks=True),
        ),
    )
