"""Long answers read piece by piece, cut at any place."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.integrations.platforms.refusals import MalformedError
from apps.integrations.platforms.streaming import read_elements, read_lines

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(), each, max_size=3),
    max_leaves=6,
)


def cut(body, size):
    return [body[at : at + size] for at in range(0, len(body), size)]


class Thing(msgspec.Struct):
    id: int


class TestElements:
    @given(
        st.lists(values, max_size=5),
        st.integers(1, 40),
        st.sampled_from([None, 1]),
        st.sampled_from([0, 1000]),
    )
    def test_are_those_of_the_array_wherever_it_is_cut(self, elements, size, indent, at_once):
        body = json.dumps(elements, indent=indent, ensure_ascii=False).encode()
        assert list(read_elements(cut(body, size), Any, at_once=at_once)) == elements

    def test_come_before_the_array_has_ended(self):
        def chunks():
            yield b'[{"results": [1]},'
            raise AssertionError("asked for more than the first element needs")

        assert next(read_elements(chunks(), Any, at_once=0)) == {"results": [1]}

    @pytest.mark.parametrize("at_once", [0, 1000])
    def test_are_of_the_kind_that_is_asked_for(self, at_once):
        assert list(read_elements([b'[{"id": 1, "more": 2}]'], Thing, at_once=at_once)) == [
            Thing(id=1)
        ]
        with pytest.raises(MalformedError, match="not as documented"):
            list(read_elements([b'[{"id": "1"}]'], Thing, at_once=at_once))

    @pytest.mark.parametrize(
        "body",
        [b"", b"[", b"[1", b"[1,", b"[1,]x", b"{}", b"[1 2]", b'["\xff"]', b"[1]]", b"<html>"],
    )
    @pytest.mark.parametrize("at_once", [0, 1000])
    def test_of_what_is_no_whole_array_are_refused(self, body, at_once):
        with pytest.raises(MalformedError):
            list(read_elements([body], Any, at_once=at_once))

    def test_have_a_largest_size(self):
        with pytest.raises(MalformedError, match="1,000"):
            list(read_elements(cut(b'["' + b"x" * 5000, 100), Any, largest=1000, at_once=500))

    def test_that_are_long_are_tried_a_few_times_only(self, monkeypatch):
        tries = []
        decoder = json.JSONDecoder()

        class Counting:
            def raw_decode(self, text, at):
                tries.append(len(text))
                return decoder.raw_decode(text, at)

        monkeypatch.setattr("apps.integrations.platforms.streaming._DECODER", Counting())
        body = b'["' + b"x" * 1_000_000 + b'"]'
        assert len(list(read_elements(cut(body, 1000), Any, at_once=0))) == 1
        assert len(tries) < 20


class TestLines:
    @given(st.lists(values, max_size=5), st.integers(1, 40))
    def test_are_those_of_the_file_wherever_it_is_cut(self, lines, size):
        body = b"".join(json.dumps(each).encode() + b"\n" for each in lines)
        assert list(read_lines(cut(body, size))) == lines

    def test_that_are_cut_are_refused(self):
        with pytest.raises(MalformedError, match="cut"):
            list(read_lines([b'{"id": 1}\n{"id": ']))

    def test_have_a_largest_size(self):
        with pytest.raises(MalformedError, match="1,000"):
            list(read_lines(cut(b"x" * 5000, 100), largest=1000))
