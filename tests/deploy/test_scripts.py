"""The small scripts of deployment say what is wrong, each with a code of its own."""

import sys

import pytest

from tests.deploy.stubs import IN_FORCE, SCRIPTS
from tests.journeys.fleets import free_ports
from tests.programs import run_program


class TestDemo:
    def test_accepts_what_is_in_force_and_says_why_there_is_none(self, serve, with_mail):
        urls = {"AUTH_PUBLIC_URL": with_mail}

        python = run_program(sys.executable, SCRIPTS / "demo.py", **urls)
        shell = run_program(SCRIPTS / "demo.sh", with_mail)

        for code, said in (python, shell):
            assert (code, "AUTH_EMAIL_VERIFICATION=optional" in said) == (1, True), said
        assert [body["accepted_documents"] for body in serve.posted] == [IN_FORCE, IN_FORCE]


class TestContainers:
    @pytest.mark.parametrize(("code", "expected"), [(0, "docker compose"), (1, "docker-compose")])
    def test_brings_layouts_up_with_the_compose_that_is_there(self, tmp_path, code, expected):
        (tmp_path / "docker").write_text(f"#!/bin/sh\nexit {code}\n")
        (tmp_path / "docker").chmod(0o755)
        program = (
            "import sys; sys.path.insert(0, 'deploy/scripts'); import containers;"
            "containers.DOCKER = 'docker'; print(*containers.compose_command())"
        )

        said = run_program(sys.executable, "-c", program, PATH=f"{tmp_path}:/usr/bin:/bin")

        assert said == (0, f"{expected}\n")

    def test_says_with_a_code_of_its_own_that_there_is_no_engine(self, tmp_path):
        for name in ("docker",):
            (tmp_path / name).symlink_to("/bin/false")
        program = (
            "import sys; sys.path.insert(0, 'deploy/scripts'); import containers;"
            "containers.DOCKER = 'docker'; sys.exit(containers.main())"
        )

        code, said = run_program(sys.executable, "-c", program, PATH=str(tmp_path))

        assert code == 3
        assert "no container engine" in said


class TestHealthcheck:
    @pytest.mark.parametrize(
        ("statuses", "expected"),
        [({}, 0), ({"/health/ready": 503}, 1), ({"/health/startup": 503}, 1)],
    )
    def test_says_by_its_code_whether_the_server_may_be_asked(self, serve, statuses, expected):
        port = serve(statuses=statuses).rpartition(":")[2]

        code, _ = run_program(sys.executable, "deploy/docker/healthcheck.py", PORT=port)

        assert code == expected

    def test_says_that_nobody_is_there(self):
        [port] = free_ports(1)

        assert run_program(sys.executable, "deploy/docker/healthcheck.py", PORT=str(port))[0] == 1
