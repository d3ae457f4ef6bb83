"""The hub is asked once whether it is there; a model that lies here already needs nobody."""

from __future__ import annotations

import socket

import pytest

from nlu.hub_reach import ENDPOINT_VARIABLE, hub_answers

PROXIES = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)


def test_a_hub_that_listens_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv(ENDPOINT_VARIABLE, f"http://127.0.0.1:{server.getsockname()[1]}")
        assert hub_answers()


def test_a_hub_that_is_not_there_is_known_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENDPOINT_VARIABLE, "http://127.0.0.1:1")
    assert not hub_answers()
