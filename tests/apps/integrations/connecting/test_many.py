"""Of two who come back with one state at once, one is let in."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import connections

from apps.integrations.authorizing.models import Credential
from apps.integrations.connecting.operations import states
from omnify.context import acting_as
from tests.apps.integrations.connecting.sample import ID, Browser, consent

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers]


class TestConsume:
    def test_lets_one_in_of_two_who_saw_the_state(self, peer, browser, member):
        state = consent(browser.leave())["state"]
        cookies = {name: each.value for name, each in browser.client.cookies.items()}
        now = datetime.now(UTC)
        rows = [states.find_state(ID, state, cookies, now) for _ in range(2)]

        with acting_as(member.client.principal()):
            assert [states.consume(row, now) for row in rows] == [True, False]


class TestManyAtOnce:
    def test_are_one(self, peer, browser):
        url = browser.leave()
        sent = [consent(url) for _ in range(6)]
        answers, start = [], threading.Barrier(len(sent))

        def come_back(query):
            try:
                same = Browser()
                same.client.cookies = browser.client.cookies.copy()
                start.wait(10)
                answers.append(same.come_back(query).status_code)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=come_back, args=(each,)) for each in sent]
        for each in threads:
            each.start()
        for each in threads:
            each.join()

        assert sorted(answers) == [200, *[400] * 5]
        assert Credential.unscoped.get().version == 1
