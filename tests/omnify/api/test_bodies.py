"""One strict reading of JSON."""

import json

import pytest

from omnify.api.bodies import MOST_LEVELS, MOST_VALUES, decode_json
from omnify.exceptions import InvalidInputError


def nested(levels):
    return b"[" * levels + b"]" * levels


class TestDecodeJson:
    def test_reads_what_json_says(self):
        text = '{"a": [1, -2.5e3, true, null, "é", {}], "b": "\\u00e9"}'

        assert decode_json(text.encode()) == decode_json(text)
        assert decode_json(text) == {"a": [1, -2500.0, True, None, "é", {}], "b": "é"}

    def test_takes_its_deepest_and_refuses_one_level_more(self):
        decode_json(nested(MOST_LEVELS))

        with pytest.raises(InvalidInputError, match="at most 64 levels"):
            decode_json(nested(MOST_LEVELS + 1))

    @pytest.mark.parametrize("value", ["0", "{}", '{"a": 0}', "[0]"])
    def test_refuses_too_many_values_before_it_makes_them(self, value, monkeypatch):
        monkeypatch.setattr(json, "loads", lambda *_, **_options: pytest.fail("decoded"))

        with pytest.raises(InvalidInputError, match=f"at most {MOST_VALUES} are read"):
            decode_json("[" + ",".join([value] * MOST_VALUES) + "]")

    def test_takes_as_many_values_as_it_may(self):
        assert len(decode_json("[" + ",".join(["0"] * (MOST_VALUES - 1)) + "]")) == MOST_VALUES - 1

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            (b"", "Expecting value"),
            (b"{'a': 1}", "Expecting property name"),
            (b"[1, 2", "Expecting"),
            (b"NaN", "NaN is no number"),
            (b"[-Infinity]", "-Infinity is no number"),
            (b"1e400", "larger than a number can be"),
            (b"9" * 400, "has 400 characters; at most 64"),
            (b"0." + b"1" * 400, "has 402 characters"),
            (b'"\xff"', "byte 1 is not UTF-8"),
            (nested(950), "nested too deep"),
            (nested(10_000), "nested too deep"),
            (b'{"a":' * 10_000, "nested too deep"),
        ],
    )
    def test_refuses_what_others_may_read_in_another_way(self, text, problem):
        with pytest.raises(InvalidInputError, match="cannot be read as JSON") as caught:
            decode_json(text)

        assert problem in caught.value.detail
        assert caught.value.status == 400

    def test_lets_its_caller_make_objects(self):
        def count(pairs):
            return {"keys": len(pairs)}

        assert decode_json('{"a": 1, "a": 2}', read_object=count) == {"keys": 2}
