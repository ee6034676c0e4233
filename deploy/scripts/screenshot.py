"""Take the picture of the README: the dashboard of a demo organization, seen in Chromium.

Run by ``make screenshot``; needs Debian's ``chromium-headless-shell``. It starts a monolith of its
own on a database that is deleted afterwards. The same pages give the same picture, byte for byte.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from demo import Account, dashboard_url, make_organization  # beside this file
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import apps  # the checkout's

PICTURE = ROOT / "docs" / "images" / "dashboard.png"
CHROMIUM = Path("/usr/bin/chromium-headless-shell")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
FORECAST_TRIES = 60
VIEWPORT = {"width": 1280, "height": 856}


def main() -> None:
    """Start a fleet, fill it, take the picture."""
    if not CHROMIUM.exists():
        sys.exit("Chromium is missing: apt-get install chromium-headless-shell")
    with tempfile.TemporaryDirectory(prefix="omnify-screenshot-") as folder, run_monolith(folder):
        account = make_organization()
        PICTURE.parent.mkdir(exist_ok=True)
        take_picture(account)
    print(f"wrote {PICTURE.relative_to(ROOT)}, {PICTURE.stat().st_size // 1000} kB")


@contextlib.contextmanager
def run_monolith(folder: str) -> Iterator[None]:
    """Run all services in one process on a free port, with a database in a folder."""
    port = _free_port()
    services = ", ".join(f'"{name}"' for name in apps.SERVICES)
    file = Path(folder, "monolith.toml")
    file.write_text(f'name = "screenshot"\n[slices.core]\nservices = [{services}]\nport = {port}\n')
    url, database = f"http://localhost:{port}", f"sqlite:///{folder}/omnify.sqlite3"
    os.environ |= {f"{name.upper()}_PUBLIC_URL": url for name in apps.SERVICES}
    os.environ |= {"DATABASE_URL": database, "STORAGE_DIRECTORY": folder}
    command = [sys.executable, "manage.py", "topology", "up", str(file)]
    fleet = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        _wait_until_ready(fleet)
        yield
    finally:
        fleet.terminate()
        fleet.wait()


def take_picture(account: Account) -> None:
    """Sign in and keep the dashboard of a year as a PNG."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        page = browser.new_page(viewport=VIEWPORT, reduced_motion="reduce", color_scheme="light")
        _sign_in(page, account)
        _await_forecast(page)
        # How far the import's forecasts are is another thing each time.
        page.locator("work-strip").evaluate("strip => strip.remove()")
        page.screenshot(path=str(PICTURE), animations="disabled")
        browser.close()


def _sign_in(page: Page, account: Account) -> None:
    page.goto(dashboard_url())
    page.get_by_label("E-mail").fill(account.email)
    page.get_by_label("Password").fill(account.password)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Overview").wait_for()


def _await_forecast(page: Page) -> None:
    """Run the analyst, and open the dashboard until the import's forecast is in its chart."""
    page.get_by_role("button", name="Run the analyst").click()
    page.wait_for_url("**/runs/*")
    for _ in range(FORECAST_TRIES):
        page.goto(dashboard_url())
        page.wait_for_load_state("networkidle")
        if page.locator(".chart-ahead a").count():
            return
        time.sleep(1)
    sys.exit("no forecast was made of the import")


def _free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(fleet: subprocess.Popen[str]) -> None:
    said = fleet.stdout or ()
    for line in said:
        if line.startswith("fleet ready"):
            # What it says from now on is read too: a full pipe would hold it up.
            threading.Thread(target=list, args=(said,), daemon=True).start()
            return
    sys.exit("the fleet did not start")


if __name__ == "__main__":
    main()
