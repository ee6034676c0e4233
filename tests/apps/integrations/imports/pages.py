"""Requests of the import pages, and the fields that they answer."""

import io
import re
from html.parser import HTMLParser

from django.urls import resolve

PAGE = "/app/integrations/"
READ, CHECK, IMPORT = "columns", "check", "import"
GOOD = "day,sales,tv_spend,note\n2026-01-01,100.5,10,a\n2026-01-02,-3,0,b\n"
CHOSEN = {
    "column": ["day", "sales", "tv_spend", "note"],
    "use": ["date", "revenue", "spend", ""],
    "channel": ["", "", "tv", ""],
}
HTMX = {"hx-request": "true"}


def upload(client, text=GOOD, *, name="weeks.csv"):
    """Choose a file, as far as its columns; returns the answer to the form."""
    file = io.BytesIO(text if isinstance(text, bytes) else text.encode())
    file.name = name
    return client.post(PAGE, {"file": file})


def choose(client, address, **changes):
    """Send the form of the columns as it is shown, but for some changes."""
    fields = fields_of(client.get(address, headers=HTMX).content.decode())
    return client.post(address, {**fields, **changes})


def send(client, step, text=GOOD, *, name="weeks.csv", answers=None, **changes):
    """Go with a file as far as a step, or as far as it is taken; returns the last page.

    Amounts are of EUR and the source is ``shop``, unless changes say otherwise; ``answers`` are to
    questions.
    """
    answer = upload(client, text, name=name)
    if answer.status_code != 303:
        return answer
    address = answer["Location"]
    if step == READ:
        return client.get(address, headers=HTMX)
    answer = choose(client, address, **{"currency": "EUR", "source": "shop", **changes})
    if answer.status_code != 303:
        return answer
    if answers:
        client.post(answer["Location"], answers)
    if step == CHECK:
        return client.get(answer["Location"])
    return client.post(address.replace(READ, IMPORT), follow=True)


def read(client, text, **options):
    """The fields of the form of the columns."""
    return fields_of(send(client, READ, text, **options).content.decode())


def draft_of(answer):
    """The id of the draft that an answer leads to."""
    return resolve(answer["Location"]).kwargs["draft_id"]


def fields_of(text):
    """The values of a page's fields by their names; files and buttons are left out."""
    form = _Form()
    form.feed(text)
    return form.fields


def is_sent(given):
    """Whether a form has a field by itself: no file, no token, and of choices the chosen one."""
    is_unchosen = given.get("type") == "radio" and "checked" not in given
    is_own = given.get("name", "csrf")[:4] != "csrf" and given.get("type") != "file"
    return is_own and not is_unchosen


class _Form(HTMLParser):
    def __init__(self):
        super().__init__()
        self.fields = {}
        self._options = None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "input" and is_sent(given):
            self.fields.setdefault(given["name"], []).append(given.get("value") or "")
        elif tag == "select":
            self._options = []
            self.fields.setdefault(given["name"], []).append("")
            self._values = self.fields[given["name"]]
        elif tag == "datalist":
            self._options = None
        elif tag == "option" and self._options is not None:
            if "selected" in given or not self._options:
                self._values[-1] = given["value"]
            self._options.append(given["value"])


def text_of(answer):
    return answer.content.decode()


def words_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text_of(answer)))
