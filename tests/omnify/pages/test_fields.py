"""What fields of forms take."""

import pytest
from django.core.exceptions import ValidationError

from omnify.pages.fields import JsonField


class TestJsonField:
    @pytest.mark.parametrize(("text", "value"), [('{"id": "a"}', {"id": "a"}), ("", None)])
    def test_takes_an_object_or_nothing(self, text, value):
        assert JsonField(required=False).clean(text) == value

    @pytest.mark.parametrize(
        "text", ["[" * 950 + "]" * 950, "[1]", "NaN", '{"id": "\\ud800"}', '{"id": "\\u0000"}', "{"]
    )
    def test_refuses_what_the_api_does(self, text):
        with pytest.raises(ValidationError):
            JsonField(required=False).clean(text)
