"""Breaking changes are named, each by its kind and place; compatible ones pass."""

import enum
from typing import Annotated

import msgspec
import pytest

from omnify.services.compatibility import find_breaks
from omnify.services.messages import Message


class Tone(enum.Enum):
    LOW = "low"
    HIGH = "high"


class Note(Message):
    id: int
    text: str
    tone: Tone = Tone.LOW
    short: Annotated[str, msgspec.Meta(max_length=10)] = ""
    parts: tuple[int, ...] = ()
    pair: tuple[int, str] = (1, "")
    maybe: int | None = None
    inner: "Note | None" = None


def document(argument=Note, result=Note, event=Note, *, idempotent=True, required=True, **more):
    """The contracts of a version with one method and one event, of given types."""
    types = list(dict.fromkeys([argument, result, event]))
    schemas, messages = msgspec.json.schema_components(types, ref_template="#/messages/{name}")
    of = dict(zip(types, schemas, strict=True))
    method = {
        "idempotent": idempotent,
        "arguments": {
            "type": "object",
            "properties": {"note": of[argument], **more.get("arguments", {})},
            "required": ["note"] if required else [],
        },
        "result": of[result],
    }
    return {
        "contracts": {"a.A": {"methods": {"ask": method}}},
        "events": {"a.b.done": {"version": 1, "key": "id", "payload": of[event]}},
        "messages": messages,
    }


def variant(**changes):
    """The note with other fields: None takes one away, a pair is a type and a default."""
    kept = {
        field.name: (field.type, field.default) if not field.required else (field.type,)
        for field in msgspec.structs.fields(Note)
        if field.name != "inner"
    }
    fields = {name: rest for name, rest in (kept | changes).items() if rest is not None}
    return msgspec.defstruct(
        "Note", [(name, *rest) for name, rest in fields.items()], frozen=True, kw_only=True
    )


Same = variant()
Softer = enum.Enum("Tone", {"LOW": "low"})
Louder = enum.Enum("Tone", {"LOW": "low", "HIGH": "high", "SHRILL": "shrill"})
Shorter = Annotated[str, msgspec.Meta(max_length=5)]
Longer = Annotated[str, msgspec.Meta(max_length=20)]

BREAKS_ARGUMENTS = {
    "a field removed": (variant(text=None), "removed", "note.text"),
    "a field retyped": (variant(text=(int,)), "retyped", "note.text"),
    "a new field required": (variant(more=(int,)), "newly required", "note.more"),
    "an old field required": (variant(maybe=(int | None,)), "newly required", "note.maybe"),
    "a limit lowered": (variant(short=(Shorter, "")), "tightened", "note.short"),
    "a limit added": (variant(text=(Shorter,)), "tightened", "note.text"),
    "a member removed": (variant(tone=(Softer, Softer.LOW)), "tightened", "note.tone"),
    "null refused": (variant(maybe=(int, 0)), "tightened", "note.maybe"),
    "items retyped": (variant(parts=(tuple[str, ...], ())), "retyped", "note.parts[]"),
    "a place retyped": (variant(pair=(tuple[int, int], (1, 1))), "retyped", "note.pair[1]"),
    "a tuple lengthened": (
        variant(pair=(tuple[int, str, int], (1, "", 1))),
        "retyped",
        "note.pair",
    ),
}
KEEPS_ARGUMENTS = {
    "nothing": Same,
    "a new field with a default": variant(more=(int, 0)),
    "a field made optional": variant(text=(str, "")),
    "a limit raised": variant(short=(Longer, "")),
    "a limit lifted": variant(short=(str, "")),
    "a member added": variant(tone=(Louder, Louder.LOW)),
    "null accepted": variant(id=(int | None,)),
    "a number for an integer": variant(id=(float,)),
}
BREAKS_RESULTS = {
    "a field removed": (variant(text=None), "removed"),
    "a field retyped": (variant(text=(int,)), "retyped"),
    "a new field without a default": (variant(more=(int,)), "newly required"),
    "a member added": (variant(tone=(Louder, Louder.LOW)), "widened"),
    "a limit raised": (variant(short=(Longer, "")), "widened"),
    "null answered": (variant(id=(int | None,)), "widened"),
}


def kinds(old, new):
    return [(found.kind, found.where) for found in find_breaks(old, new)]


class TestArguments:
    @pytest.mark.parametrize("change", BREAKS_ARGUMENTS)
    def test_break_by(self, change):
        changed, kind, place = BREAKS_ARGUMENTS[change]

        found = kinds(document(Same, int, int), document(changed, int, int))

        assert found == [(kind, f"a.A.ask.{place}")]

    @pytest.mark.parametrize("change", KEEPS_ARGUMENTS)
    def test_keep_with(self, change):
        assert kinds(document(Same, int, int), document(KEEPS_ARGUMENTS[change], int, int)) == []

    def test_break_by_a_parameter_that_is_required(self):
        new = document(arguments={"more": {"type": "integer"}})
        new["contracts"]["a.A"]["methods"]["ask"]["arguments"]["required"].append("more")

        assert kinds(document(), new) == [("newly required", "a.A.ask.more")]

    def test_keep_with_a_parameter_that_is_not(self):
        assert kinds(document(), document(arguments={"more": {"type": "integer"}})) == []

    def test_compare_a_message_within_itself(self):
        assert kinds(document(Note), document(Note)) == []


class TestResults:
    @pytest.mark.parametrize("change", BREAKS_RESULTS)
    def test_break_by(self, change):
        changed, kind = BREAKS_RESULTS[change]

        found = kinds(document(int, Same, int), document(int, changed, int))

        assert [what for what, _ in found] == [kind]
        assert found[0][1].startswith("a.A.ask()")

    def test_keep_with_a_new_field_that_has_a_default(self):
        changed = variant(more=(int, 0))

        assert kinds(document(int, Same, int), document(int, changed, int)) == []


class TestMethods:
    def test_may_come(self):
        new = document()
        new["contracts"]["a.A"]["methods"]["more"] = new["contracts"]["a.A"]["methods"]["ask"]
        new["contracts"]["b.B"] = {"methods": {}}

        assert kinds(document(), new) == []

    def test_may_not_go(self):
        new = document()
        new["contracts"]["a.A"]["methods"] = {}

        assert kinds(document(), new) == [("removed", "a.A.ask")]
        assert kinds(document(), {**document(), "contracts": {}}) == [("removed", "a.A")]

    def test_may_not_stop_being_idempotent(self):
        assert kinds(document(), document(idempotent=False)) == [("tightened", "a.A.ask")]
        assert kinds(document(idempotent=False), document()) == []


class TestEvents:
    def test_may_not_go(self):
        assert kinds(document(), {**document(), "events": {}}) == [("removed", "a.b.done")]

    def test_may_not_get_another_version_or_key(self):
        new = document()
        new["events"]["a.b.done"] |= {"version": 2, "key": "text"}

        assert kinds(document(), new) == 2 * [("retyped", "a.b.done")]

    def test_break_by_what_older_subscribers_cannot_read(self):
        changed = variant(tone=(Louder, Louder.LOW))

        found = kinds(document(int, int, Same), document(int, int, changed))

        assert found == [("widened", "a.b.done.tone")]
