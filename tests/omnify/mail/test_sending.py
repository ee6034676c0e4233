"""Mails are written in the transaction they are about, and sent once by jobs."""

from uuid import uuid4

import msgspec
import pytest
from django.core import mail as outbox

from apps.auth.operations.mail import SendMail
from omnify.db import atomic
from omnify.jobs.models import Job
from omnify.mail import public_link, request_mail, send
from tests.world import run_jobs

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "opens-an-account"


def ask(**values):
    defaults = {"to": "ada@acme.example", "organization": "Acme", "link": SECRET}
    return request_mail(SendMail, "omnify_auth/mail/invitation.txt", **{**defaults, **values})


class TestRequestedMail:
    def test_is_sent_by_a_job(self):
        job_id = ask()

        assert outbox.outbox == []
        [job] = run_jobs("auth")
        [mail] = outbox.outbox
        assert (job.id, job.state) == (job_id, "succeeded")
        assert (mail.subject, mail.to) == ("You are invited to Acme", ["ada@acme.example"])
        assert SECRET in mail.body

    def test_is_kept_encrypted(self):
        ask()

        assert SECRET.encode() not in bytes(Job.objects.get().input)

    def test_is_forgotten_with_its_transaction(self):
        def fail():
            with atomic("auth"):
                ask()
                raise RuntimeError

        with pytest.raises(RuntimeError):
            fail()

        assert not Job.objects.exists()

    def test_has_its_subject_in_one_line(self):
        ask(organization="Acme\nBcc: eve@evil.example")

        run_jobs("auth")

        assert outbox.outbox[0].subject == "You are invited to Acme Bcc: eve@evil.example"


class TestMessageId:
    @pytest.fixture
    def id_of(self):
        """Send a mail to somebody in a run; gives its Message-ID."""

        def deliver(to, run_id):
            ask(to=to)
            job = Job.objects.order_by("-id").first()
            send(msgspec.json.decode(bytes(job.input), type=SendMail), run_id)
            return outbox.outbox[-1].extra_headers["Message-ID"]

        return deliver

    def test_is_one_of_a_run_and_a_recipient(self, id_of):
        run_id, ada, eve = uuid4(), "ada@acme.example", "eve@acme.example"

        first, again = id_of(ada, run_id), id_of(ada, run_id)

        assert first == again
        assert len({first, id_of(eve, run_id), id_of(ada, uuid4())}) == 3


class TestPublicLink:
    def test_leads_to_the_configured_address(self, settings):
        settings.PUBLIC_URLS = {"auth": "https://brand.example"}

        link = public_link("auth", "/app/auth/reset", token="a&b")

        assert link == "https://brand.example/app/auth/reset?token=a%26b"
