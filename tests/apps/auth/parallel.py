"""Many tries at one instant, over connections of their own."""

import threading
from collections import Counter

from django.db import connections

from omnify.exceptions import OmnifyError

TRIES = 50


def try_at_once(attempt, *, tries=TRIES):
    """Run a function in many threads that start together; returns results and refusals' codes."""
    results, refusals, start = [], [], threading.Barrier(tries)

    def run(number):
        start.wait()
        try:
            results.append(attempt(number))
        except OmnifyError as error:
            refusals.append(error.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(tries)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results, Counter(refusals)
