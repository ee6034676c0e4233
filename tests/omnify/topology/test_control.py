"""A running fleet executes commands one at a time, and says what became of them."""

import socket
import threading

import pytest

from omnify.topology.control import ControlSocket, FleetCommand, send_command
from omnify.topology.exceptions import FleetError


@pytest.fixture
def control(tmp_path):
    made = ControlSocket(tmp_path / "control.sock")
    made.path = tmp_path / "control.sock"
    yield made
    made.close()


def command(control, execute, **fields):
    """Send a command from another thread, as another process would; its lines and its error."""
    said, raised = [], []

    def ask():
        try:
            said.extend(send_command(control.path, FleetCommand(**{"action": "move", **fields})))
        except FleetError as error:
            raised.append(str(error))

    client = threading.Thread(target=ask)
    client.start()
    control.serve(execute, seconds=10)
    client.join(timeout=10)
    return said, raised


class TestControlSocket:
    def test_hands_over_what_was_commanded_and_tells_what_is_said(self, control):
        seen = []

        def execute(given, say):
            seen.append(given)
            say("first")
            say("second")

        said, raised = command(control, execute, service="ml", slice_name="core")

        assert (said, raised) == (["first", "second"], [])
        assert seen == [FleetCommand(action="move", service="ml", slice_name="core")]

    def test_tells_why_something_was_refused(self, control):
        def execute(given, say):
            raise FleetError("nothing was changed: no")

        assert command(control, execute) == ([], ["nothing was changed: no"])

    def test_tells_that_a_disk_is_full_and_goes_on(self, control):
        def execute(given, say):
            raise OSError(28, "No space left on device")

        assert command(control, execute) == ([], ["[Errno 28] No space left on device"])
        assert command(control, lambda _given, say: say("served")) == (["served"], [])

    def test_tells_of_a_mistake_and_goes_on(self, control, caplog):
        def execute(given, say):
            raise IndexError("pop from empty list")

        said, [raised] = command(control, execute)

        assert said == []
        assert raised == "an unexpected failure; the fleet runs on: IndexError: pop from empty list"
        assert "Traceback" in caplog.text
        assert command(control, lambda _given, say: say("served")) == (["served"], [])

    @pytest.mark.parametrize("watch_seconds", [-1.0, 3601.0, float("nan"), float("inf")])
    def test_refuses_a_watch_of_impossible_length(self, control, watch_seconds):
        with pytest.raises(FleetError, match=r"not a command: Expected `float`.*watch_seconds"):
            list(
                send_command(control.path, FleetCommand(action="move", watch_seconds=watch_seconds))
            )

    @pytest.mark.parametrize(
        "text", [b"no json\n", b"[]\n", b'{"action": 1}\n', b'{"action": "scale", "replicas": 0}\n']
    )
    def test_answers_what_is_no_command(self, control, text):
        with socket.socket(socket.AF_UNIX) as stranger:
            stranger.connect(str(control.path))
            stranger.sendall(text)
            answer = stranger.makefile().read()

        assert answer.startswith('{"error": "not a command: ')
        assert command(control, lambda _given, say: say("served")) == (["served"], [])

    def test_passes_over_who_says_nothing(self, control):
        with socket.socket(socket.AF_UNIX) as stranger:
            stranger.connect(str(control.path))

        assert command(control, lambda _given, say: say("served")) == (["served"], [])

    def test_goes_on_when_who_asked_has_gone(self, control):
        done = []

        with socket.socket(socket.AF_UNIX) as impatient:
            impatient.connect(str(control.path))
            impatient.sendall(b'{"action": "move"}\n')

        def execute(given, say):
            for number in range(100):
                say(str(number))
            done.append(given)

        control.serve(execute, seconds=10)
        assert len(done) == 1

    def test_is_for_its_owner_alone(self, control):
        assert control.path.stat().st_mode & 0o077 == 0


class TestSendCommand:
    def test_says_that_no_fleet_runs(self, tmp_path):
        with pytest.raises(FleetError, match="no fleet of this file runs here"):
            list(send_command(tmp_path / "none.sock", FleetCommand(action="move")))
