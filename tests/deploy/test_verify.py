"""The check of a running fleet says what is wrong."""

import importlib.util
import sys

from omnify.services.registry import manifests
from tests.deploy.stubs import IN_FORCE, SCRIPTS
from tests.journeys.fleets import free_ports
from tests.programs import run_program


def verify(*arguments):
    return run_program(sys.executable, SCRIPTS / "verify.py", "--no-journey", *arguments)


class TestVerify:
    def test_says_that_nobody_is_there(self):
        [port] = free_ports(1)

        code, said = verify(f"http://127.0.0.1:{port}")

        assert code == 1
        assert f"http://127.0.0.1:{port} is down" in said

    def test_names_parts_that_are_not_well(self, serve):
        checks = {"database:default": {"status": "failed", "reason": "does not answer"}}

        code, said = verify(serve(status="failed", checks=checks))

        assert code == 1
        assert "database:default is failed: does not answer" in said

    def test_names_versions_that_differ(self, serve):
        code, said = verify(serve(404, version="1"), serve(404, version="2"))

        assert code == 1
        assert "several versions run: 1, 2" in said

    def test_asks_each_service_behind_a_gateway_how_it_is(self, serve):
        well = {"status": "ok", "version": "1", "checks": {}}
        answers = {name: [well | {"services": [name]}] for name in manifests()}
        broken = {"database:default": {"status": "failed", "reason": "does not answer"}}
        answers["ml"] = [well | {"status": "failed", "services": ["ml"], "checks": broken}]
        answers["analytics"] = [{"status": 503, "code": "service_unavailable"}]
        answers["agentkit"] = [well | {"services": ["onboarding"]}]

        _, said = verify(serve(404, answers=answers))

        problems = said.splitlines()[0].removeprefix("health").strip().split("; ")
        assert problems == [
            "requests for agentkit reach a server of onboarding",
            "analytics is down",
            "ml is failed",
            "ml: database:default is failed: does not answer",
        ]

    def test_names_servers_of_one_service_in_two_versions(self, serve):
        well = {"status": "ok", "services": [*manifests()], "checks": {}}
        answers = {name: [well | {"version": "1"}] for name in manifests()}
        answers["ml"] = [well | {"version": "1"}, well | {"version": "2"}]

        _, said = verify(serve(404, answers=answers))

        assert "several versions run: 1, 2" in said

    def test_skips_the_journey_where_addresses_have_to_be_proven(self, serve, with_mail):
        _, said = run_program(sys.executable, SCRIPTS / "verify.py", with_mail)

        [journey] = [line for line in said.splitlines() if line.startswith("journey")]
        assert "skipped" in journey
        assert "it needs AUTH_EMAIL_VERIFICATION=optional" in journey
        assert [body["accepted_documents"] for body in serve.posted] == [IN_FORCE]

    def test_names_slices_that_are_in_reach_past_the_gateway(self, serve, monkeypatch):
        monkeypatch.syspath_prepend(SCRIPTS)
        spec = importlib.util.spec_from_file_location("verify", SCRIPTS / "verify.py")
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        [closed] = free_ports(1)
        urls = serve(answers={"": [{"status": "ok"}]}), serve()
        slice_, other = (int(url.rpartition(":")[2]) for url in urls)

        found = list(script.find_open_slices("127.0.0.1", [closed, slice_, other]))

        assert found == [f"127.0.0.1:{slice_} answers past the gateway"]
        assert script.is_loopback("localhost")

    def test_names_doors_that_are_open(self, serve):
        code, said = verify(serve(200))

        assert code == 1
        for path in ("/_rpc/auth/whoami", "/metrics", "/admin/"):
            assert f"{path} is open to everybody: 200" in said
