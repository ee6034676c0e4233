"""The wizard: kept, ordered, proven, and safe for two people at once."""

import threading

import pytest
from django.db import connections
from rest_framework.test import APIClient

from apps.onboarding.models import StepRecord
from apps.onboarding.steps import STEPS
from tests.apps.integrations.requests import send
from tests.conftest import REGISTRATION
from tests.factories.onboarding import STEP_DATA, make_wizard


def complete(client, step, data=None, version=None):
    body = {"data": STEP_DATA.get(step, {}) if data is None else data, "version": version}
    return client.post(f"/api/onboarding/steps/{step}/complete", body, format="json")


@pytest.fixture
def started(owner):
    """The owner of an organization whose wizard is at its first step."""
    make_wizard(owner.organization_id)
    return owner


@pytest.mark.django_db
class TestWizard:
    def test_leads_through_all_steps(self, owner):
        owner.post("/api/onboarding/start")
        for step in ("welcome", "role_selection", "company_info"):
            assert complete(owner, step).status_code == 200
        refused = complete(owner, "platform_connection")
        send(owner)
        for step in [step.name for step in STEPS[3:]]:
            answer = complete(owner, step)
            assert answer.status_code == 200, answer.json()

        assert refused.json()["code"] == "step_unproven"
        body = answer.json()
        assert (body["step"], body["progress"], body["version"]) == ("", 100, 8)
        assert body["completed_at"]

    def test_waits_to_be_started(self, owner):
        assert complete(owner, "welcome").json()["code"] == "wizard_not_started"

    def test_is_the_same_when_started_again(self, started):
        first = started.get("/api/onboarding/status").json()

        assert started.post("/api/onboarding/start").json() == first

    def test_keeps_the_order(self, started):
        answer = complete(started, "company_info")

        assert (answer.status_code, answer.json()["needed"]) == (409, "welcome")

    @pytest.mark.parametrize(
        ("step", "data", "field"),
        [
            ("role_selection", {"role": "king"}, "role"),
            ("role_selection", {}, "role"),
            ("company_info", {**STEP_DATA["company_info"], "company_name": " "}, "company_name"),
            ("company_info", {**STEP_DATA["company_info"], "company_size": "7"}, "company_size"),
            ("brand_setup", {"brand_colors": ["red"]}, "brand_colors"),
            ("brand_setup", {}, "brand_colors"),
            ("first_campaign", {"campaign_type": "war"}, "campaign_type"),
        ],
    )
    def test_names_what_is_wrong_with_a_step(self, started, step, data, field):
        answer = complete(started, step, data)

        assert answer.status_code == 400
        assert field in [error["field"] for error in answer.json()["errors"]]
        assert StepRecord.unscoped.count() == 0

    def test_takes_a_repeated_step_as_one(self, started):
        first = complete(started, "welcome").json()
        again = complete(started, "welcome").json()

        assert first == again

    def test_tells_who_came_second_the_present_state(self, started):
        complete(started, "welcome", version=0)
        answer = complete(started, "role_selection", version=0)

        assert (answer.status_code, answer.json()["code"]) == (409, "wizard_changed")
        assert answer.json()["version"] == 1

    def test_skips_what_is_not_required(self, owner):
        make_wizard(owner.organization_id, done_before="brand_setup")

        answer = owner.post("/api/onboarding/steps/brand_setup/skip")

        assert answer.json()["step"] == "first_campaign"

    def test_skips_nothing_that_is_required(self, started):
        refused = started.post("/api/onboarding/steps/welcome/skip")

        assert refused.json()["code"] == "step_required"

    def test_answers_404_for_an_unknown_step(self, started):
        assert started.get("/api/onboarding/steps/dance").json()["code"] == "step_unknown"

    def test_may_be_seen_by_every_member_and_changed_by_some(self, client_for, make_principal):
        viewer = client_for(make_principal("viewer"))

        assert viewer.get("/api/onboarding/status").status_code == 200
        assert viewer.post("/api/onboarding/start").json()["permission"] == "settings:edit"

    def test_gives_points(self, owner):
        make_wizard(owner.organization_id, done_before="role_selection")

        rows = owner.get("/api/onboarding/achievements").json()["results"]
        assert [row["points"] for row in rows if row["is_earned"]] == [10]
        assert sum(row["points"] for row in rows) == 195


@pytest.mark.django_db(transaction=True)
class TestWizardInParallel:
    def test_takes_one_of_two_submissions(self, api):
        token = api.post("/api/auth/register", REGISTRATION, format="json").json()["access_token"]

        def client():
            return APIClient(headers={"authorization": f"Bearer {token}"})

        client().post("/api/onboarding/start")
        codes, start = [], threading.Barrier(4)

        def submit(number):
            start.wait()
            try:
                codes.append(complete(client(), "welcome", {"n": number}, version=0).status_code)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=submit, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(codes) == [200, 409, 409, 409]
        assert StepRecord.unscoped.count() == 1
