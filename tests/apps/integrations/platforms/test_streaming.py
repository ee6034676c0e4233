"""Long answers read piece by piece, cut at any place."""

import json

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


class TestElements:
    @given(st.lists(values, max_size=5), st.integers(1, 40), st.sampled_from([None, 1]))
    def test_are_those_of_the_array_wherever_it_is_cut(self, elements, size, indent):
        body = json.dumps(elements, indent=indent, ensure_ascii=False).encode()
        assert list(read_elements(cut(body, size))) == elements

    def test_come_before_the_array_has_ended(self):
        def chunks():
            yield b'[{"results": [1]},'
            raise AssertionError("asked for more than the first element needs")

        assert next(read_elements(chunks())) == {"results": [1]}

    @pytest.mark.parametrize(
        "body",
        [b"", b"[", b"[1", b"[1,", b"[1,]x", b"{}", b"[1 2]", b'["\xff"]', b"[1]]", b"<html>"],
    )
    def test_of_what_is_no_whole_array_are_refused(self, body):
        with pytest.raises(MalformedError):
            list(read_elements([body]))

    def test_have_a_largest_size(self):
        with pytest.raises(MalformedError, match="1,000"):
            list(read_elements(cut(b'["' + b"x" * 5000, 100), largest=1000))

    def test_that_are_long_are_tried_a_few_times_only(self, monkeypatch):
        tries = []
        decoder = json.JSONDecoder()

        class Counting:
            def raw_decode(self, text, at):
                tries.append(len(text))
                return decoder.raw_decode(text, at)

        monkeypatch.setattr("apps.integrations.platforms.streaming._DECODER", Counting())
        body = b'["' + b"x" * 1_000_000 + b'"]'
        assert len(list(read_elements(cut(body, 1000)))) == 1
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
