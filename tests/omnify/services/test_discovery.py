"""Addresses come from the environment or from DNS, and are used in turn."""

import socket

import pytest

from omnify.services import discovery
from omnify.services.discovery import Addresses, ServiceAddressUnknownError, find_public_url


class TestAddresses:
    def test_are_handed_out_in_turn(self, settings):
        settings.SERVICE_URLS = {"ml": ("http://a", "http://b")}
        addresses = Addresses("ml")

        assert [list(addresses.in_turn()) for _ in range(3)] == [
            ["http://a", "http://b"],
            ["http://b", "http://a"],
            ["http://a", "http://b"],
        ]

    def test_are_refused_by_name_when_none_is_known(self, settings):
        settings.SERVICE_URLS = {}

        with pytest.raises(ServiceAddressUnknownError, match="ML_SERVICE_URL"):
            list(Addresses("ml").in_turn())

    def test_are_resolved_by_dns_to_all_instances(self, settings, monkeypatch):
        settings.SERVICE_URLS, settings.DISCOVERY = {}, "dns"
        asked = []

        def resolve(host, port, **_):
            asked.append((host, port))
            return [(2, 1, 6, "", (ip, port)) for ip in ("10.0.0.1", "10.0.0.2", "10.0.0.1")]

        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        addresses = Addresses("ml")

        assert list(addresses.in_turn()) == ["http://10.0.0.1:8006", "http://10.0.0.2:8006"]
        assert len(list(addresses.in_turn())) == 2
        assert asked == [("ml", 8006)]

    def test_are_read_from_a_file_that_changes(self, settings, tmp_path, monkeypatch):
        file = tmp_path / "addresses.json"
        settings.SERVICE_URLS, settings.DISCOVERY = {}, f"file://{file}"
        monkeypatch.setattr(discovery, "FILE_TTL_SECONDS", 0.0)
        addresses = Addresses("ml")

        file.write_text('{"ml": ["http://127.0.0.1:8006"]}')
        first = list(addresses.in_turn())
        file.write_text('{"ml": ["http://127.0.0.1:9000", "http://127.0.0.1:9010"]}')

        assert first == ["http://127.0.0.1:8006"]
        assert sorted(addresses.in_turn()) == ["http://127.0.0.1:9000", "http://127.0.0.1:9010"]

    @pytest.mark.parametrize("text", [None, "{}"])
    def test_are_refused_by_name_when_the_file_has_none(self, settings, tmp_path, text):
        file = tmp_path / "addresses.json"
        if text is not None:
            file.write_text(text)
        settings.SERVICE_URLS, settings.DISCOVERY = {}, f"file://{file}"

        with pytest.raises(ServiceAddressUnknownError, match="ML_SERVICE_URL"):
            list(Addresses("ml").in_turn())


class TestFindPublicUrl:
    def test_prefers_what_is_said(self, settings):
        settings.PUBLIC_URLS = {"ml": "https://ml.example/"}

        assert find_public_url("ml") == "https://ml.example"

    def test_never_tells_an_inner_address(self, settings):
        settings.PUBLIC_URLS, settings.SERVICE_URLS = {}, {"ml": ("http://ml.internal:8006",)}

        assert find_public_url("ml") == ""
