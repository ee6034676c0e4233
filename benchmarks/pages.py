"""Measure pages in headless Chromium: first paint, weight, layout shift, a change of the days.

A monolith as in production serves them, without a gateway. A page of one word from the same server
is the reference of the first paint.
"""

from __future__ import annotations

import contextlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import requests
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from benchmarks.events import ROOT
from benchmarks.servers import RunningServer, running_server
from omnify.conf import settings
from tests.browsers import FLAGS
from tests.journeys.main_job import import_file, register
from tests.journeys.pages import Site, sign_in
from tests.needs import find_program

LOADS, SLOW_LOADS, CHANGES, SERVED = 7, 3, 6, 20
#: What the developer tools of Chromium call "Slow 4G", in bytes a second.
SLOW_4G = {"latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
FAST = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
PHONE, DESK = {"width": 375, "height": 812}, {"width": 1440, "height": 900}
WORD = "word.html"
SIGN_IN, OVERVIEW, WORK = "/app/auth/sign-in", "/app/analytics/", "**/shell/work"
RUNNING = {
    "id": "1",
    "label": "Import of weeks.csv",
    "state": "running",
    "percent": 40,
    "elapsed_seconds": 12,
    "note": "",
    "url": "",
    "cancel_url": "",
}
#: Keeps what the browser observes of a page.
OBSERVE = """
window.seen = { fcp: 0, lcp: 0, shift: 0 };
const observe = (type, keep) => new PerformanceObserver((list) => list.getEntries().forEach(keep))
  .observe({ type, buffered: true });
observe("paint", ({ name, startTime }) => {
  if (name === "first-contentful-paint") seen.fcp = startTime;
});
observe("largest-contentful-paint", ({ startTime }) => { seen.lcp = startTime; });
// Also what a click moves: people read on.
observe("layout-shift", ({ value }) => { seen.shift += value; });
"""
#: Presses a preset, and tells after how many milliseconds its chart was painted.
CHANGE = """(preset) => new Promise((done) => {
  const begun = performance.now();
  const old = document.querySelector("figure canvas");
  new MutationObserver((_, observer) => {
    const canvas = document.querySelector("figure canvas");
    if (!canvas || canvas === old) return;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun)));
  }).observe(document.body, { childList: true, subtree: true });
  document.querySelector(`.date-preset[href*="range=${preset}"]`).click();
})"""
TOP = "document.querySelector('.tile-value, td.number')?.getBoundingClientRect().top ?? 0"


class Load(NamedTuple):
    """What one load of a page showed: milliseconds, requests, bytes as they were sent."""

    fcp: float
    lcp: float
    shift: float
    requests: int
    bytes: float
    #: Of these bytes, those of CSS, of our scripts, and of ECharts.
    css: float
    scripts: float
    echarts: float


class Visit:
    """A page of a browser whose cache can be emptied, and what it transfers."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._devices: CDPSession = page.context.new_cdp_session(page)
        self._responses: dict[str, dict[str, Any]] = {}
        self._bytes: dict[str, float] = {}
        self._devices.send("Network.enable")
        self._devices.on("Network.responseReceived", self._keep_response)
        self._devices.on("Network.loadingFinished", self._keep_bytes)
        page.add_init_script(OBSERVE)

    def load(self, url: str, *, is_cold: bool) -> Load:
        """Open a page and wait until nothing more is asked for."""
        if is_cold:
            self._devices.send("Network.clearBrowserCache")
        # What the last page was about to be sent does not count here.
        self.page.goto("about:blank")
        self._responses.clear()
        self._bytes.clear()
        self.page.goto(url)
        self.page.wait_for_load_state("networkidle")
        seen = self.page.evaluate("seen")
        return Load(
            seen["fcp"],
            seen["lcp"],
            seen["shift"],
            len(self._responses),
            sum(self._bytes.values()),
            css=self._sent(".css"),
            scripts=self._sent(".js") - self._sent(".js", "echarts"),
            echarts=self._sent(".js", "echarts"),
        )

    def slow_down(self, conditions: dict[str, float]) -> None:
        """Emulate a network; each request waits for the latency."""
        self._devices.send("Network.emulateNetworkConditions", {"offline": False, **conditions})

    def _keep_response(self, event: dict[str, Any]) -> None:
        if event["response"]["url"].startswith("http"):
            self._responses[event["requestId"]] = event["response"]

    def _keep_bytes(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self._responses:
            self._bytes[event["requestId"]] = event["encodedDataLength"]

    def _sent(self, suffix: str, word: str = "") -> float:
        return sum(
            sent
            for request, sent in self._bytes.items()
            if (url := self._responses[request]["url"]).endswith(suffix) and word in url
        )


def main() -> None:
    """Print the pages beside a page of one word, then what happens on the Overview."""
    with (
        tempfile.TemporaryDirectory() as folder,
        _word_page(),
        running_server(folder) as server,
        sync_playwright() as playwright,
    ):
        url = server.url.replace("127.0.0.1", "localhost")
        email, token = register(url)
        import_file(url, token)
        forecasts = _wait_for_forecasts(url, token)
        browser = playwright.chromium.launch(
            executable_path=find_program("chromium-headless-shell"), args=FLAGS
        )
        site = Site(url, email)
        pages = {
            "Overview": OVERVIEW,
            "Channel": "/app/analytics/channels/channel?channel=facebook",
            "Import": "/app/integrations/",
            "Members": "/app/auth/members",
            "Forecast": f"/app/ml/{forecasts[0]}",
        }
        _print_pages(browser, site, pages)
        _print_overview(browser, site)
        _print_server(browser, site, server)
        browser.close()


@contextlib.contextmanager
def _word_page() -> Iterator[None]:
    """Collect the static files as they are now, and put a page of one word among them."""
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "-v0"]
    subprocess.run(collect, cwd=ROOT, check=True)
    file = Path(settings.STATIC_ROOT, WORD)
    file.write_text("<!doctype html><title>Word</title><p>Word")
    try:
        yield
    finally:
        file.unlink()


def _wait_for_forecasts(url: str, token: str) -> list[str]:
    """Wait until the forecasts that follow an import are made; return their ids."""
    headers = {"Authorization": f"Bearer {token}"}

    while True:
        answer = requests.get(f"{url}/api/predictive/predictions", headers=headers, timeout=30)
        answer.raise_for_status()
        if found := [forecast["id"] for forecast in answer.json()["results"]]:
            return found
        time.sleep(1)


def _print_pages(browser: Browser, site: Site, pages: dict[str, str]) -> None:
    """Print the page of sign-in, and others once somebody is signed in."""
    visit = _open(browser, DESK)
    word = _fcp(visit, f"{site.url}/static/{WORD}")
    print(
        f"{'one word, static':<10} FCP {word[0]:5.0f} ms   slow 4G {word[1]:5.0f} ms   (reference)"
    )
    print(
        f"{'':<10}{'FCP':>8}{'LCP':>9}{'slow 4G':>11}{'shift':>7}"
        f"{'cold':>16}{'warm':>15}{'CSS':>9}{'scripts':>9}{'ECharts':>9}"
    )
    _print_page("Sign-in", visit, f"{site.url}{SIGN_IN}", word[0])
    sign_in(visit.page, site)
    for name, path in pages.items():
        _print_page(name, visit, f"{site.url}{path}", word[0])


def _print_page(name: str, visit: Visit, url: str, word: float) -> None:
    cold = [visit.load(url, is_cold=True) for _ in range(LOADS)]
    warm = visit.load(url, is_cold=False)
    slow = _fcp(visit, url, times=SLOW_LOADS)[1]
    fcp = statistics.median(load.fcp for load in cold)
    lcp = statistics.median(load.lcp for load in cold)
    shift, last = max(load.shift for load in cold), cold[-1]
    print(
        f"{name:<10}{fcp:5.0f} ms{lcp:6.0f} ms{slow:8.0f} ms{shift:7.3f}"
        f"{last.requests:4} × {_kilobytes(last.bytes)}{warm.requests:3} × {_kilobytes(warm.bytes)}"
        f"{_kilobytes(last.css)}{_kilobytes(last.scripts)}{_kilobytes(last.echarts)}"
        f"   FCP {fcp / word:.1f} × the reference",
        flush=True,
    )


def _print_overview(browser: Browser, site: Site) -> None:
    """Print what a change of the days and running work do to the Overview, and a phone's view."""
    visit = _open(browser, DESK)
    page = visit.page
    sign_in(page, site)
    visit.load(site.url + OVERVIEW, is_cold=False)
    times = [page.evaluate(CHANGE, ("all", "year-2018")[turn % 2]) for turn in range(CHANGES)]
    page.wait_for_load_state("networkidle")
    print(
        f"click on a preset to its new chart   {statistics.median(times):4.0f} ms (goal: 300)"
        f"   layout shift {page.evaluate('seen.shift'):.3f}"
    )
    # What a route answers is never cached: after all else.
    page.route(WORK, lambda route: route.fulfill(json={"work": [RUNNING]}))
    visit.load(site.url + OVERVIEW, is_cold=False)
    page.locator(".work-item").first.wait_for()
    print(f"layout shift with running work       {page.evaluate('seen.shift'):.3f}")
    phone = _open(browser, PHONE).page
    sign_in(phone, site)
    print(f"first number on a phone of 375 px    y = {phone.evaluate(TOP):.0f} (goal: 250)")


def _print_server(browser: Browser, site: Site, server: RunningServer) -> None:
    """Print the server's processor time of the Overview, and of a change of its days."""
    page = _open(browser, DESK).page
    sign_in(page, site)
    session = requests.Session()
    for cookie in page.context.cookies():
        session.cookies.set(cookie["name"], cookie["value"])
    page.context.close()
    for label, path, headers in (
        ("one word, static", f"/static/{WORD}", {}),
        ("Overview with its chart", OVERVIEW, {}),
        ("change of its days", f"{OVERVIEW}?range=all", {"HX-Request": "true"}),
    ):
        before = server.web().seconds
        for _ in range(SERVED):
            session.get(f"{site.url}{path}", headers=headers, timeout=30).raise_for_status()
        spent = (server.web().seconds - before) / SERVED
        print(f"{label:<36}{spent * 1e3:5.0f} ms of the server's processor time")


def _fcp(visit: Visit, url: str, times: int = LOADS) -> tuple[float, float]:
    """Return the median of the first paint, and the same on slow 4G, without a cache."""
    fast = statistics.median(visit.load(url, is_cold=True).fcp for _ in range(times))
    visit.slow_down(SLOW_4G)
    slow = statistics.median(visit.load(url, is_cold=True).fcp for _ in range(times))
    visit.slow_down(FAST)
    return fast, slow


def _open(browser: Browser, viewport: Any) -> Visit:
    return Visit(browser.new_page(viewport=viewport, reduced_motion="reduce"))


def _kilobytes(count: float) -> str:
    return f"{count / 1000:6.1f} kB"
