"""A running fleet takes orders one at a time, and says what became of them."""

import socket
import threading

import pytest

from omnify.topology.fleet import FleetError
from omnify.topology.orders import Order, OrderBook, give_order


@pytest.fixture
def book(tmp_path):
    made = OrderBook(tmp_path / "control.sock")
    made.path = tmp_path / "control.sock"
    yield made
    made.close()


def order(book, carry_out, **fields):
    """Give an order from another thread, as another process would; the lines and what it raised."""
    said, raised = [], []

    def ask():
        try:
            said.extend(give_order(book.path, Order(**{"action": "move", **fields})))
        except FleetError as error:
            raised.append(str(error))

    client = threading.Thread(target=ask)
    client.start()
    book.serve(carry_out, seconds=10)
    client.join(timeout=10)
    return said, raised


class TestOrderBook:
    def test_hands_over_what_was_ordered_and_tells_what_is_said(self, book):
        seen = []

        def carry_out(given, say):
            seen.append(given)
            say("first")
            say("second")

        said, raised = order(book, carry_out, service="ml", slice_name="core")

        assert (said, raised) == (["first", "second"], [])
        assert seen == [Order(action="move", service="ml", slice_name="core")]

    def test_tells_why_something_was_refused(self, book):
        def carry_out(given, say):
            raise FleetError("nothing was changed: no")

        assert order(book, carry_out) == ([], ["nothing was changed: no"])

    def test_tells_that_a_disk_is_full_and_goes_on(self, book):
        def carry_out(given, say):
            raise OSError(28, "No space left on device")

        assert order(book, carry_out) == ([], ["[Errno 28] No space left on device"])
        assert order(book, lambda _given, say: say("served")) == (["served"], [])

    def test_tells_of_a_mistake_and_goes_on(self, book, caplog):
        def carry_out(given, say):
            raise IndexError("pop from empty list")

        said, [raised] = order(book, carry_out)

        assert said == []
        assert raised == "the fleet made a mistake, and runs on: IndexError: pop from empty list"
        assert "Traceback" in caplog.text
        assert order(book, lambda _given, say: say("served")) == (["served"], [])

    @pytest.mark.parametrize("watch_seconds", [-1.0, 3601.0, float("nan"), float("inf")])
    def test_refuses_a_watch_of_impossible_length(self, book, watch_seconds):
        with pytest.raises(FleetError, match=r"no order: Expected `float`.*watch_seconds"):
            list(give_order(book.path, Order(action="move", watch_seconds=watch_seconds)))

    @pytest.mark.parametrize(
        "text", [b"no json\n", b"[]\n", b'{"action": 1}\n', b'{"action": "scale", "replicas": 0}\n']
    )
    def test_answers_what_is_no_order(self, book, text):
        with socket.socket(socket.AF_UNIX) as stranger:
            stranger.connect(str(book.path))
            stranger.sendall(text)
            answer = stranger.makefile().read()

        assert answer.startswith('{"error": "no order: ')
        assert order(book, lambda _given, say: say("served")) == (["served"], [])

    def test_passes_over_who_says_nothing(self, book):
        with socket.socket(socket.AF_UNIX) as stranger:
            stranger.connect(str(book.path))

        assert order(book, lambda _given, say: say("served")) == (["served"], [])

    def test_goes_on_when_who_asked_has_gone(self, book):
        done = []

        with socket.socket(socket.AF_UNIX) as impatient:
            impatient.connect(str(book.path))
            impatient.sendall(b'{"action": "move"}\n')

        def carry_out(given, say):
            for number in range(100):
                say(str(number))
            done.append(given)

        book.serve(carry_out, seconds=10)
        assert len(done) == 1

    def test_is_for_its_owner_alone(self, book):
        assert book.path.stat().st_mode & 0o077 == 0


class TestGiveOrder:
    def test_says_that_no_fleet_runs(self, tmp_path):
        with pytest.raises(FleetError, match="no fleet of this file runs here"):
            list(give_order(tmp_path / "none.sock", Order(action="move")))
