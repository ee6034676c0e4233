"""What was chosen of a draft: kept with it, read from the page's form, and as a mapping."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import msgspec

from apps.integrations.exceptions import CsvMappingError
from apps.integrations.imports.pages.columns import (
    METRICS,
    USES,
    Choice,
    add_empty,
    keep_choices,
    map_choices,
    propose_choices,
    read_choices,
)
from apps.integrations.imports.pages.deciding import decide, list_decisions
from apps.integrations.imports.reading import AnyMapping, Preview, currency_of
from omnify.money import CURRENCIES
from omnify.names import clean_name

#: How rows are read; only files of metrics have a choice of the last two.
_SETTINGS: Final = ("currency", "source", "brand", "sheet", "empty", "grain", "level")
_OF_METRICS: Final = ("grain", "level")


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """The choices of one draft.

    Attributes:
        empty: ``zero`` where empty cells are zeros.
        columns: what each column is; empty until people change what is proposed.
        options: the answers to questions, by column.
        declined: measures that none of the columns is that they may be.
        is_open: whether it is yet to be said which column a measure is.
        job_id: the job that checks all of a large file.
        is_imported: whether it was imported as it is chosen.
        import_job_id: the job that imports it, of a large file.
    """

    kind: str = METRICS
    currency: str = ""
    source: str = ""
    brand: str = ""
    sheet: str = ""
    grain: str = ""
    level: str = ""
    empty: str = ""
    columns: tuple[Choice, ...] = ()
    options: dict[str, dict[str, str]] = {}
    declined: tuple[str, ...] = ()
    is_open: bool = False
    job_id: UUID | None = None
    is_imported: bool = False
    import_job_id: UUID | None = None

    @classmethod
    def propose(cls, preview: Preview, *, sheet: str = "") -> Chosen:
        """Return what a file is proposed to be read as."""
        proposal = preview.proposal
        # Else the currency is a column's name.
        currency = currency_of(proposal) or ""
        return cls(
            kind=proposal["kind"],
            currency=currency if currency in CURRENCIES else "",
            source=proposal["source"],
            sheet=sheet,
            columns=tuple(propose_choices(preview, proposal["kind"])),
            is_open=bool(list_decisions(preview, (), (), proposal["kind"])),
            options=proposal.get("options", {}),
            grain=proposal.get("grain", ""),
            level=proposal.get("level", ""),
        )

    @classmethod
    def read(cls, kept: dict[str, Any]) -> Chosen:
        """Return the choices that are kept with a draft."""
        return msgspec.convert(kept, cls)

    def write(self) -> dict[str, Any]:
        """Return the choices as they are kept."""
        written: dict[str, Any] = msgspec.to_builtins(self)
        return written

    def change(self, posted: Any) -> Chosen:
        """Return the choices as the page's form has them; what was answered stays.

        ``is_open`` is then whether it is yet to be said which column a measure is.
        """
        kind = posted.get("kind", "")
        kind = kind if kind in USES else METRICS
        said: dict[str, Any] = {name: posted.get(name, "").strip() for name in _SETTINGS}
        if kind != METRICS:
            said |= dict.fromkeys(_OF_METRICS, "")
        columns, declined, is_open = decide(posted, read_choices(posted), self.declined)
        said |= {"columns": columns, "declined": declined, "is_open": is_open}
        used = {each.column for each in columns if each.use}
        options = {name: option for name, option in self.options.items() if name in used}
        return msgspec.convert({"kind": kind, "options": options, **said}, Chosen)

    def propose_again(self, preview: Preview, *, before: Chosen) -> Chosen:
        """Return the choices after another kind of rows was chosen, or another sheet."""
        if self.sheet != before.sheet:
            new = Chosen.propose(preview, sheet=self.sheet)
            kept = {"currency": self.currency or new.currency, "brand": self.brand}
            return msgspec.structs.replace(new, **kept, source=self.source or new.source)
        proposed = propose_choices(preview, self.kind)
        made = [*self.columns]
        columns = keep_choices(proposed, made, before=before.kind, kind=self.kind)
        return msgspec.structs.replace(self, columns=tuple(columns))

    def to_mapping(self) -> AnyMapping:
        """Return which column is which number.

        Raises:
            CsvMappingError: no column is the day, or what was chosen does not fit together, or it
                is not said yet which column a measure is.
        """
        if self.is_open:
            message = "Say first which of several columns is meant."
            raise CsvMappingError(errors=[{"field": "", "message": message}])
        said = {
            "sheet": self.sheet,
            "grain": self.grain,
            "level": self.level,
            "currency": self.currency,
            "source": clean_name(self.source),
            "brand_id": self.brand,
        }
        return map_choices(
            self.columns,
            kind=self.kind,
            options=add_empty(self.options, self.columns, self.empty),
            **{name: value for name, value in said.items() if value},
        )
