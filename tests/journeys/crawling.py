"""Following every link of every page, as a browser would, and saying which lead nowhere."""

import json
import re
from collections import deque
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

import requests

from omnify.pages.session import SIGN_IN_PATH
from omnify.services.registry import owner_of

#: The attributes in which a page names addresses.
ADDRESSES = {
    *("href", "src", "action", "hx-get", "hx-post"),
    *("data-chart-url", "data-csv-url", "data-xlsx-url"),
}
HTML = "text/html"


class Link(NamedTuple):
    """An address that a page names: in which tag, and whether it is opened or sent to."""

    tag: str
    url: str
    method: str = "get"


class Page(HTMLParser):
    """The links of a page, and the ids in it that links may name."""

    def __init__(self, url, text):
        super().__init__()
        self._url = url
        self.links, self.ids = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        self.ids.add(given.get("id"))
        for name, value in given.items():
            if name in ADDRESSES:
                is_sent = name == "hx-post" or (name == "action" and given.get("method") == "post")
                self._add(tag, value, "post" if is_sent else "get")
            if name == "data-sources":
                for source in json.loads(value):
                    self._add("source", source["url"])

    def _add(self, tag, address, method="get"):
        url = address if address == "#" else urljoin(self._url, address)
        self.links.append(Link(tag, url, method))


class Crawl:
    """A walk through all pages from a first one; ``problems`` are links that lead nowhere.

    Each path is opened once per set of names in its query, since each value of a date or of an
    order is the same page. No form is sent, but where it leads has to be there.
    """

    def __init__(self, session, addresses):
        self._session, self._addresses = session, addresses
        self.opened, self.problems = {}, []

    def run(self, start):
        """Follow all links from a page."""
        waiting = deque([(Link("a", start), "the start")])
        while waiting:
            link, page = waiting.popleft()
            found = self._follow(link, page)
            waiting += [(each, link.url) for each in found]

    def _follow(self, link, page):
        """Open a link of a page, unless that was done; the links of what is there."""
        url, fragment = urldefrag(link.url)
        parts = urlsplit(url)
        if link.url == "#":
            self._note(link, page, "names nothing")
        if parts.scheme not in {"http", "https"}:
            return []
        key = (link.method, parts.netloc, parts.path, frozenset(parse_qs(parts.query)))
        if key in self.opened:
            self._check_fragment(self.opened[key], fragment, link, page)
            return []
        self.opened[key] = None
        if not self._is_at_home(parts):
            self._note(link, page, "is of another service's address")
            return []
        answer = self._session.get(url, timeout=60)
        # A form's address may take nothing but forms.
        right = {200, 405} if link.method == "post" else {200}
        if answer.status_code not in right:
            self._note(link, page, f"answers {answer.status_code}")
        end = urlsplit(answer.url)
        is_lost = not self._is_at_home(end) or end.path == SIGN_IN_PATH
        if answer.history and is_lost and link.method == "get":
            self._note(link, page, f"leads to {answer.url}")
        if not answer.headers.get("Content-Type", "").startswith(HTML):
            return []
        found = self.opened[key] = Page(answer.url, answer.text)
        self._check_fragment(found, fragment, link, page)
        return found.links if link.method == "get" else []

    def _is_at_home(self, parts):
        """Tell whether an address is one of the fleet, at the service whose path it is."""
        owner = owner_of(parts.path)
        homes = [self._addresses[owner.name]] if owner else self._addresses.values()
        return f"{parts.scheme}://{parts.netloc}" in homes

    def _check_fragment(self, found, fragment, link, page):
        if found and fragment and fragment not in found.ids:
            self._note(link, page, "names an id that is not there")

    def _note(self, link, page, problem):
        self.problems.append(f"{page}: {link.tag} {link.url} {problem}")


def sign_in(url, email, password):
    """A session with the cookies of somebody who signed in where a visitor comes first."""
    session = requests.Session()
    session.trust_env = False
    page = session.get(f"{url}/", timeout=60)
    body = sealed(page, email=email, password=password)
    session.post(page.url, data=body, timeout=60).raise_for_status()
    return session


def sealed(page, **fields):
    """The fields of a form of a page, with what says that they come from it."""
    [token, *_] = re.findall('name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    return {**fields, "csrfmiddlewaretoken": token}
