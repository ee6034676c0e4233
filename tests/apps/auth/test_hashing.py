"""Places to hash passwords in, and the queue for them."""

import os
import sys
import threading
from contextlib import suppress

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher

from apps.auth.contract import MANIFEST
from apps.auth.exceptions import PasswordsBusyError
from apps.auth.operations import hashing
from apps.auth.operations.hashing import PlacedArgon2Hasher, Places, count_places
from omnify.memory import limit_mebibytes
from tests.conftest import wait_until
from tests.factories.auth import PASSWORD, make_member, make_organization


class CheapPlacedArgon2(PlacedArgon2Hasher):
    """The production hasher with its places, at its cheapest."""

    time_cost, memory_cost, parallelism = 1, 8, 1


class Waiting:
    """Somebody who waits for a place in a thread of their own."""

    def __init__(self, places, address, order=None):
        self.is_refused = self.was_in = False
        self._places, self._address, self._order = places, address, order
        self._thread = threading.Thread(target=self._take)
        self._thread.start()

    def join(self):
        self._thread.join(10)

    def _take(self):
        try:
            with self._places.take(self._address):
                self.was_in = True
                if self._order is not None:
                    self._order.append(self._address)
        except PasswordsBusyError:
            self.is_refused = True


class TestPlaces:
    def test_let_the_next_in_when_one_is_free(self):
        places = Places(1, queue=2, share=1)
        with places.take("a"):
            waiting = Waiting(places, "b")
            wait_until(lambda: places.count_waiting() == 1)
            assert not waiting.was_in
        waiting.join()

        assert waiting.was_in

    def test_let_in_who_came_first(self):
        places, order = Places(1, queue=3, share=3), []
        with places.take("a"):
            waiting = []
            for name in ("first", "second", "third"):
                waiting.append(Waiting(places, name, order))
                wait_until(lambda: places.count_waiting() == len(waiting))
        for each in waiting:
            each.join()

        assert order == ["first", "second", "third"]

    def test_refuse_at_once_what_exceeds_the_queue(self):
        places = Places(1, queue=1, share=1)
        with places.take("a"):
            waiting = Waiting(places, "b")
            wait_until(lambda: places.count_waiting() == 1)
            with pytest.raises(PasswordsBusyError), places.take("c"):
                pass
        waiting.join()

        assert waiting.was_in

    def test_refuse_an_address_more_than_its_share(self):
        places = Places(1, queue=3, share=1)
        with places.take("a"):
            first = Waiting(places, "b")
            wait_until(lambda: places.count_waiting() == 1)
            again, other = Waiting(places, "b"), Waiting(places, "c")
            again.join()
        first.join()
        other.join()

        assert again.is_refused
        assert (first.was_in, other.was_in) == (True, True)

    def test_keep_room_for_an_address_from_which_a_password_was_right(self):
        places = Places(1, queue=1, share=1, reserved=1)
        places.remember("known")
        with places.take("a"):
            waiting = [Waiting(places, "b")]
            wait_until(lambda: places.count_waiting() == 1)
            with pytest.raises(PasswordsBusyError), places.take("c"):
                pass
            places.refuse_more("known")
            waiting.append(Waiting(places, "known"))
            wait_until(lambda: places.count_waiting() == 2)
            with pytest.raises(PasswordsBusyError):
                places.refuse_more("known")
        for each in waiting:
            each.join()

        assert [each.was_in for each in waiting] == [True, True]

    def test_forget_the_addresses_that_are_known_for_longest(self, monkeypatch):
        monkeypatch.setattr(hashing, "_MOST_KNOWN", 2)
        places = Places(1, queue=0, share=1, reserved=1)
        for address in ("first", "second", "first", "third"):
            places.remember(address)

        with places.take("a"):
            places.refuse_more("first")
            with pytest.raises(PasswordsBusyError):
                places.refuse_more("second")

    def test_refuse_who_waited_too_long(self):
        places = Places(1, queue=1, share=1, seconds=0.01)

        with places.take("a"), pytest.raises(PasswordsBusyError), places.take("b"):
            pass

        assert places.count_waiting() == 0
        with places.take("c"):
            pass


class TestCountPlaces:
    @pytest.mark.parametrize(
        ("limit", "cores", "workers", "places"),
        [
            (704, 8, 1, 3),
            (704, 2, 1, 1),
            (704, 1, 1, 1),
            (64_000, 4, 1, 3),
            (400, 8, 1, 1),
            (limit_mebibytes(4, work_mebibytes=MANIFEST.work_mebibytes), 8, 4, 3),
        ],
    )
    def test_follows_memory_and_cores(self, limit, cores, workers, places):
        assert count_places(limit_mebibytes=limit, cores=cores, workers=workers) == places

    def test_knows_what_a_hash_takes(self):
        assert Argon2PasswordHasher.memory_cost == MANIFEST.work_mebibytes * 1024


@pytest.mark.django_db(transaction=True)
class TestPasswords:
    """With its one place occupied, whatever hashes or checks a password is refused."""

    @pytest.fixture(params=["the queue is full", "nobody leaves"])
    def busy(self, request, settings, monkeypatch):
        settings.PASSWORD_HASHERS = [f"{__name__}.CheapPlacedArgon2"]
        queue = 0 if request.param == "the queue is full" else 1
        places = Places(1, queue=queue, share=queue, seconds=0.01)
        monkeypatch.setattr(hashing, "_places", lambda: places)
        return places

    def test_of_sign_ins_are_refused_with_the_time_to_come_back(self, api, busy):
        member = make_member(make_organization())
        answers = []

        with busy.take("elsewhere"):
            for email in (member.user.email, "nobody@nowhere.example"):
                said = {"email": email, "password": PASSWORD}
                answers.append(api.post("/api/auth/login", said, format="json"))

        for answer in answers:
            assert (answer.status_code, answer.json()["code"]) == (503, "passwords_busy")
            assert answer["Retry-After"] == "2"

    def test_that_are_right_keep_room_for_their_address(self, api, settings, monkeypatch):
        settings.PASSWORD_HASHERS = [f"{__name__}.CheapPlacedArgon2"]
        places = Places(1, queue=0, share=1, reserved=1, seconds=0.01)
        monkeypatch.setattr(hashing, "_places", lambda: places)
        email = make_member(make_organization()).user.email
        said = []

        for password in ("wrong", PASSWORD):
            api.post("/api/auth/login", {"email": email, "password": password}, format="json")
            with places.take("elsewhere"), suppress(PasswordsBusyError):
                places.refuse_more("127.0.0.1")
                said.append(password)

        assert said == [PASSWORD]

    def test_of_the_sign_in_page_are_refused_so_too(self, client, busy):
        member = make_member(make_organization())
        said = {"email": member.user.email, "password": PASSWORD}

        with busy.take("elsewhere"):
            answer = client.post("/app/auth/sign-in", said)

        assert (answer.status_code, answer["Retry-After"]) == (503, "2")

    def test_that_could_not_be_checked_are_no_tries(self, api, busy):
        member = make_member(make_organization())
        said = {"email": member.user.email, "password": PASSWORD}
        with busy.take("elsewhere"):
            for _ in range(12):
                api.post("/api/auth/login", said, format="json")

        assert api.post("/api/auth/login", said, format="json").status_code == 200

    def test_of_those_who_are_signed_in_are_refused_too(self, busy):
        member = make_member(make_organization())
        change = {"current_password": PASSWORD, "new_password": "another long passphrase"}
        with busy.take("elsewhere"):
            for _ in range(6):
                refused = member.client.post("/api/auth/change-password", change, format="json")

        assert refused.status_code == 503
        changed = member.client.post("/api/auth/change-password", change, format="json")
        assert changed.status_code == 200


class TestThreads:
    @pytest.mark.skipif(sys.platform != "linux", reason="one priority for the whole process")
    def test_stand_behind_those_that_answer(self):
        priorities = []

        class Watched(CheapPlacedArgon2):
            def params(self):
                priorities.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
                return super().params()

        Watched().encode(PASSWORD, "some salt")

        own = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
        assert priorities == [min(19, own + 19)]
