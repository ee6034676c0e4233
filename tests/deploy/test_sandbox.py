"""The sandbox: peers of platforms, and the settings by which a deployment asks them."""

import ast
import socket
import subprocess
import sys

import pytest

from deploy.sandbox.__main__ import SAMPLES, name_settings, recall, remember
from omnify.services.registry import manifests

SHOW = "import os; print([os.environ.get(n) for n in ('META_ADS_API_URL', 'META_ADS_CLIENT_ID')])"


def run(tmp_path, *arguments, **environ):
    """Run the sandbox to its end."""
    return subprocess.run(
        [sys.executable, "-m", "deploy.sandbox", "--memory", str(tmp_path), *arguments],
        env={"PATH": "", **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


class TestCommand:
    def test_has_the_settings_of_the_samples_and_tells_its_own_end(self, tmp_path):
        code = f"{SHOW}; raise SystemExit(3)"

        done = run(tmp_path, "meta_ads", "--port", "0", "--", sys.executable, "-c", code)

        assert done.returncode == 3
        [url, client_id] = ast.literal_eval(done.stdout.splitlines()[-1])
        assert done.stdout.startswith(f"Meta Ads: a sample on {url}\n")
        assert client_id == "sandbox"

    def test_asks_the_operators_own_platform_where_there_is_one(self, tmp_path):
        done = run(tmp_path, "meta_ads", "--", sys.executable, "-c", SHOW, META_ADS_CLIENT_ID="own")

        assert done.stdout == "[None, 'own']\n"

    def test_does_not_begin_where_a_port_is_taken(self, tmp_path):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])
            done = run(tmp_path, "meta_ads", "--port", port, "--", sys.executable, "-c", SHOW)

        assert done.returncode == 1
        assert f"port {port}" in done.stderr
        assert not done.stdout

    @pytest.mark.parametrize("arguments", [["nowhere_ads"], ["--port", "1"]])
    def test_refuses_what_it_does_not_know(self, tmp_path, arguments):
        assert run(tmp_path, *arguments).returncode == 2


class TestSamples:
    @pytest.mark.parametrize("platform", sorted(SAMPLES))
    def test_take_their_tokens_again_after_a_restart(self, tmp_path, platform):
        file = tmp_path / "sandbox" / "tokens.json"
        with SAMPLES[platform].make(0) as before, SAMPLES[platform].make(0) as after:
            token = before.give_tokens()["access_token"]

            remember(before, file)
            recall(after, file)

        assert after.is_good(token)

    @pytest.mark.parametrize("platform", sorted(SAMPLES))
    def test_are_asked_by_settings_that_a_deployment_has(self, platform):
        family = manifests()["integrations"].setting_families[0]
        known = {f"{platform.upper()}_{setting.ending}" for setting in family.settings}

        with SAMPLES[platform].make(0) as peer:
            assert set(name_settings(platform, peer)) <= known
        assert platform in family.members

    def test_listen_on_ports_of_their_own(self):
        ports = [sample.port for sample in SAMPLES.values()]

        assert len(set(ports)) == len(ports)
