"""How soon a process is started again."""

from omnify.topology.restarts import Backoff


class TestBackoff:
    def test_doubles_up_to_half_a_minute(self):
        backoff = Backoff()

        pauses = [backoff.take_pause(lived_seconds=1) for _ in range(9)]

        assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]

    def test_begins_anew_after_a_process_that_lived(self):
        backoff = Backoff()
        for _ in range(5):
            backoff.take_pause(lived_seconds=1)

        assert backoff.take_pause(lived_seconds=61) == 0.5
        assert backoff.take_pause(lived_seconds=1) == 1
