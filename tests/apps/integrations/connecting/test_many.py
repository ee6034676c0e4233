"""Of two who come back with one state at once, one is let in."""

import threading

import pytest
from django.db import connections

from apps.integrations.authorizing.models import Credential
from tests.apps.integrations.connecting.sample import Browser, consent

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers]


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
