"""Checks 13 to 15: second factors are tried seldom and used once (ASVS 6.5, 6.6)."""

from datetime import UTC, datetime

import pytest
import time_machine

from apps.auth.models import RecoveryCode, UsedTotpCode
from apps.auth.operations import limits
from tests.apps.auth.people import add_passkey, finish_login, login, set_up_totp, totp

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("within_one_window")]


class TestCheck13FactorTries:
    def test_have_a_limit_that_a_new_login_does_not_reset(self, api, registered):
        secret, _ = set_up_totp(registered)

        answers = [
            finish_login(api, login(api).json()["challenge"], f"00000{number}x")
            for number in range(limits.FACTOR.most)
        ]
        right = finish_login(api, login(api).json()["challenge"], totp(secret))

        assert {answer.json()["code"] for answer in answers} == {"factor_refused"}
        assert (right.status_code, right.json()["code"]) == (429, "rate_limited")


class TestCheck14TotpCodes:
    def test_work_once(self, api, registered):
        secret, _ = set_up_totp(registered)
        code = totp(secret)

        first = finish_login(api, login(api).json()["challenge"], code)
        again = finish_login(api, login(api).json()["challenge"], code)

        assert first.status_code == 200
        assert (again.status_code, again.json()["code"]) == (401, "factor_refused")

    @pytest.mark.parametrize(("steps", "status"), [(-2, 401), (1, 200), (2, 401)])
    def test_may_be_one_step_off(self, api, registered, steps, status):
        secret, _ = set_up_totp(registered)
        with time_machine.travel(datetime.now(UTC), tick=False):
            code = totp(secret, steps=steps)
            answer = finish_login(api, login(api).json()["challenge"], code)

        assert answer.status_code == status

    def test_are_kept_as_hashes_until_they_are_over(self, api, registered):
        secret, _ = set_up_totp(registered)

        [row] = UsedTotpCode.objects.all()
        assert totp(secret, steps=-1) not in row.code_hash
        assert len(row.code_hash) == 64


class TestCheck15RecoveryCodes:
    def test_have_80_random_bits_and_are_kept_as_hashes(self, registered):
        _, codes = set_up_totp(registered)

        assert len(set(codes)) == 10
        # Base32: five bits a letter.
        assert {len(code.replace("-", "")) for code in codes} == {16}
        kept = str(list(RecoveryCode.objects.values_list("code_hash", flat=True)))
        assert not any(code in kept or code.replace("-", "") in kept for code in codes)

    def test_replace_the_factor_once(self, api, registered):
        _, codes = set_up_totp(registered)

        first = finish_login(api, login(api).json()["challenge"], codes[0])
        again = finish_login(api, login(api).json()["challenge"], codes[0])

        assert (first.status_code, again.status_code) == (200, 401)

    def test_are_void_once_new_ones_are_made(self, api, registered):
        _, former = set_up_totp(registered)

        codes = registered.post("/api/mfa/recovery-codes").json()["recovery_codes"]

        assert finish_login(api, login(api).json()["challenge"], former[0]).status_code == 401
        assert finish_login(api, login(api).json()["challenge"], codes[0]).status_code == 200

    def test_come_with_the_first_factor_also_when_it_is_a_passkey(self, api, registered):
        first = add_passkey(registered)["recovery_codes"]
        second = add_passkey(registered)["recovery_codes"]

        assert (len(first), second) == (10, [])
        pending = login(api).json()
        assert set(pending["methods"]) == {"passkey", "recovery_code"}
        assert finish_login(api, pending["challenge"], first[0]).status_code == 200

    def test_go_with_the_last_factor(self, registered):
        former = add_passkey(registered)
        registered.delete(f"/api/mfa/passkeys/{former['id']}")

        codes = add_passkey(registered)["recovery_codes"]

        assert len(codes) == 10
        assert not set(codes) & set(former["recovery_codes"])

    def test_are_shown_once(self, registered):
        _, codes = set_up_totp(registered)

        shown = str(registered.get("/api/mfa/status").json())
        assert registered.get("/api/mfa/status").json()["recovery_codes_left"] == 10
        assert not any(code in shown for code in codes)
