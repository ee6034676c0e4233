"""One mailbox has one form, and no other mailbox has it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnify.email_addresses import (
    UndeliverableEmailError,
    canonical_email,
    fold_email,
    is_same_mailbox,
)
from tests.cases import read_case

EXAMPLES = json.loads(read_case("16-email-idn", "addresses.json"))


class TestCanonicalEmail:
    @pytest.mark.parametrize(
        "text", [*EXAMPLES[:3], " ADA@EX\u00c4MPLE.org ", "ada@XN--EXMPLE-CUA.ORG"]
    )
    def test_is_one_for_all_spellings(self, text):
        assert canonical_email(text) == "ada@xn--exmple-cua.org"

    def test_keeps_mailboxes_apart(self):
        assert canonical_email("ada@stra\u00dfe.de") == "ada@xn--strae-oqa.de"
        assert canonical_email("ada@strasse.de") == "ada@strasse.de"
        assert not is_same_mailbox("ada@stra\u00dfe.de", "ada@strasse.de")

    def test_drops_what_domains_ignore(self):
        assert canonical_email("ada@ex\u00adample.com") == "ada@example.com"

    def test_leaves_plain_domains_as_they_are(self):
        assert canonical_email("Ada@r3---sn.Example") == "ada@r3---sn.example"

    @pytest.mark.parametrize("text", ['"ada"@x.example', '"a\\da"@x.example', "ada@x.example"])
    def test_has_no_quotes(self, text):
        assert canonical_email(text) == "ada@x.example"

    @pytest.mark.parametrize(
        "text",
        [
            "a\u017f@example.com",
            "a\u0131@example.com",
            'a"b@example.com',
            "a@[127.0.0.1]",
            "a@[::1]",
            65 * "a" + "@example.com",
            "ada@exam\u202cple.com",
            "ada@xn--a.de",
            "ada@\uff11.\uff12.\uff13.\uff14",
            "ada",
            "ada@" + 62 * "\u00fc" + ".de",
            "ada@" + 5 * (60 * "b" + ".") + "de",
        ],
    )
    def test_refuses_what_no_mail_can_be_sent_to(self, text):
        with pytest.raises(UndeliverableEmailError, match="No mail can be sent to 'a"):
            canonical_email(text)

    @given(st.emails() | st.from_regex(r"\A[a-z]{1,3}@\w{1,9}\.(de|com)\Z"))
    def test_does_not_change_again(self, text):
        assert fold_email(fold_email(text)) == fold_email(text)
