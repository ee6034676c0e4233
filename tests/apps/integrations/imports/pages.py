"""Requests of the import page, and the fields that it answers."""

import io
from html.parser import HTMLParser

PAGE = "/app/integrations/"
#: The page itself reads the columns; the other steps have an address of their own.
READ = ""
GOOD = "day,sales,tv_spend,note\n2026-01-01,100.5,10,a\n2026-01-02,-3,0,b\n"
CHOSEN = {
    "column": ["day", "sales", "tv_spend", "note"],
    "use": ["date", "revenue", "spend", ""],
    "channel": ["", "", "tv", ""],
}
#: Before the columns of a file were read.
NOTHING = {"column": [], "use": [], "channel": []}
HTMX = {"hx-request": "true"}


def send(client, step, text=GOOD, *, headers=HTMX, name="weeks.csv", **changes):
    file = io.BytesIO(text if isinstance(text, bytes) else text.encode())
    file.name = name
    body = {"file": file, "currency": "EUR", "source": "shop", **CHOSEN, **changes}
    return client.post(f"{PAGE}{step}", body, headers=headers)


def read(client, text, **changes):
    """The fields of the form after the columns of a file were read."""
    answer = send(client, READ, text, **{**NOTHING, **changes})
    return fields_of(answer.content.decode())


def fields_of(text):
    """The values of a page's fields by their names; files and buttons are left out."""
    form = _Form()
    form.feed(text)
    return form.fields


class _Form(HTMLParser):
    def __init__(self):
        super().__init__()
        self.fields = {}
        self._options = None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "input" and given.get("type") != "file" and given["name"][:4] != "csrf":
            self.fields.setdefault(given["name"], []).append(given.get("value") or "")
        elif tag == "select":
            self._options = []
            self.fields.setdefault(given["name"], []).append("")
            self._values = self.fields[given["name"]]
        elif tag == "option":
            if "selected" in given or not self._options:
                self._values[-1] = given["value"]
            self._options.append(given["value"])
