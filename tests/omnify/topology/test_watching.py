"""The gateway's log says whether a change made things worse."""

import json

import pytest

from omnify.topology.watching import AccessLog, Traffic, find_deterioration, summarize


def line(service="ml", status=200, seconds=0.01):
    entry = {"service": service, "status": str(status), "seconds": str(seconds)}
    return json.dumps(entry).encode() + b"\n"


class TestSummarize:
    def test_counts_requests_and_failures_of_the_services_alone(self):
        lines = [line(), line(status=503), line(status=404), line("auth", 500)]

        assert summarize(lines, {"ml"}) == Traffic(3, 1, 0.01)

    def test_passes_over_lines_that_a_full_disk_cut_off(self):
        lines = [line()[:20] + line(), line()]

        assert summarize(lines, {"ml"}) == Traffic(1, 0, 0.01)

    def test_tells_what_nine_in_ten_take(self):
        lines = [line(seconds=index / 100) for index in range(1, 101)]

        assert summarize(lines, {"ml"}).slow_seconds == 0.91

    def test_says_nothing_of_no_requests(self):
        assert summarize([], {"ml"}) == Traffic(0, 0, 0.0)


class TestAccessLog:
    def test_begins_where_it_was_opened_and_leaves_half_a_line(self, tmp_path):
        path = tmp_path / "access.log"
        path.write_bytes(line(status=500))
        log = AccessLog(path)

        path.write_bytes(path.read_bytes() + line() + line()[:-1])

        assert log.read({"ml"}).requests == 1


class TestFindDeterioration:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            (Traffic(100, 0, 0.01), Traffic(100, 3, 0.01)),
            (Traffic(0, 0, 0.0), Traffic(3, 3, 0.01)),
            (Traffic(100, 5, 0.01), Traffic(100, 10, 0.01)),
            (Traffic(100, 0, 0.2), Traffic(100, 0, 0.7)),
        ],
    )
    def test_sees_more_failures_and_slow_answers(self, before, after):
        assert find_deterioration(before, after)

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            (Traffic(100, 0, 0.01), Traffic(100, 2, 0.01)),
            (Traffic(100, 50, 0.01), Traffic(100, 50, 0.01)),
            (Traffic(100, 0, 0.01), Traffic(100, 0, 0.4)),
            (Traffic(100, 0, 0.2), Traffic(10, 0, 5.0)),
            (Traffic(100, 0, 0.01), Traffic(0, 0, 0.0)),
        ],
    )
    def test_lets_pass_what_says_little(self, before, after):
        assert find_deterioration(before, after) == ""
