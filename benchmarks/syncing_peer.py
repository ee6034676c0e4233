"""Answer as Google Ads does, with a report of a known size, in a process of its own."""

import json
import sys
import threading
from datetime import date, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from omnify.topology.processes import die_with_parent

FIRST, DAYS = date(2026, 10, 1), 30
CUSTOMER = "1000000001"
_BATCH_ROWS, _ADS_OF_CAMPAIGN = 10_000, 20
_CHANNELS = ("SEARCH", "SHOPPING", "PERFORMANCE_MAX", "VIDEO")


class Handler(BaseHTTPRequestHandler):
    """Gives the report whose ads and numbers ``/turn/ADS/NUMBER`` named last."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    turn = (1, 1)

    def do_GET(self) -> None:
        """Take which report comes next, and make it."""
        _, _, ads, number = self.path.split("/")
        type(self).turn = (int(ads), int(number))
        make_report(*self.turn)
        self._answer(b"{}")

    def do_POST(self) -> None:
        """Give the report."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(make_report(*self.turn))

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@cache
def make_report(ads: int, number: int) -> bytes:
    """Return a stream of all batches; another number makes each row another one."""
    days = [(FIRST + timedelta(days=each)).isoformat() for each in range(DAYS)]
    rows = [_make_row(ad, day, number) for day in days for ad in range(ads)]
    batches = [rows[at : at + _BATCH_ROWS] for at in range(0, len(rows), _BATCH_ROWS)]
    return json.dumps([{"results": batch, "requestId": "bench"} for batch in batches]).encode()


def _make_row(ad: int, day: str, number: int) -> dict[str, Any]:
    campaign, group = 1 + ad // _ADS_OF_CAMPAIGN, 1 + ad // 4
    own = f"customers/{CUSTOMER}"
    return {
        "campaign": {
            "resourceName": f"{own}/campaigns/{campaign}",
            "status": "ENABLED",
            "advertisingChannelType": _CHANNELS[campaign % len(_CHANNELS)],
            "name": f"Campaign {campaign}",
            "id": str(campaign),
        },
        "adGroup": {
            "resourceName": f"{own}/adGroups/{group}",
            "id": str(group),
            "name": f"Group {group}",
        },
        "metrics": {
            "clicks": str(ad % 90 + number),
            "conversionsValue": ad % 50 + 0.5,
            "conversions": ad % 5 + 0.25,
            "costMicros": str(1_000_000 * number + ad),
            "impressions": str(1000 + ad),
        },
        "adGroupAd": {
            "resourceName": f"{own}/adGroupAds/{group}~{ad}",
            "status": "ENABLED",
            "ad": {"resourceName": f"{own}/ads/{ad}", "id": str(ad), "name": f"Ad {ad}"},
        },
        "segments": {"date": day},
    }


def main() -> None:
    """Print the address, and serve until the input ends."""
    die_with_parent()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
