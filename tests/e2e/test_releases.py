"""Releases over the running server with two workers and customers who talk all the time: none of them gets an error."""

from __future__ import annotations

import time

import pytest

from tests.e2e.conftest import DemoServer
from tests.e2e.releases import Customers, act, make, wait_for_workers

QUESTION = "居民电费违约金怎么算"
MINUTE = 60.0


def said(server: DemoServer, message: str) -> str:
    """What a new customer is answered."""
    return server.say(f"release-{time.monotonic_ns()}", message)


def wait_until_stable_alone(server: DemoServer) -> None:
    """Wait until the candidate is gone in both workers."""
    wait_for_workers(server, lambda worker: worker["candidate"] is None)
    assert server.get("/console/api/serving")["serving"]["candidate"] is None


@pytest.fixture(autouse=True)
def _base_again(server: DemoServer) -> object:
    """Whatever happens here, other tests find the project folder serving."""
    yield
    serving = server.get("/console/api/serving")["serving"]
    if serving["candidate"]:
        act(server, f"/releases/{serving['candidate']}/stop")
    if serving["stable"] != "base":
        act(server, "/rollback", to="base")
    wait_for_workers(server, lambda worker: worker["stable"] == "base")


def test_broken_canaries_roll_back_by_themselves_and_no_customer_gets_an_error(server: DemoServer) -> None:
    make(server, "unloadable", {"models/nlu/labels.json": lambda text: text[: len(text) // 2]})
    fragile = "tests.e2e.broken_models:Fragile"
    make(server, "fragile", {"config.yml": lambda text: text.replace("name: TransformerNlu", f"name: {fragile}")})
    with Customers(server).talking() as customers:
        for name, kind in (("unloadable", "load"), ("fragile", "exception")):
            act(server, f"/releases/{name}/canary", percent=100)
            wait_until_gone(server, name)
            assert server.get(f"/console/api/releases/{name}")["release"]["state"] == "rolled_back"
            alerts = server.get("/console/api/release-alerts?open=1")["items"]
            assert (alerts[0]["release"], alerts[0]["kind"]) == (name, kind)
        answered = customers.answered
    wait_until_stable_alone(server)
    assert customers.wrong == []
    assert answered > 20


def wait_until_gone(server: DemoServer, name: str) -> None:
    """Wait until a candidate was rolled back."""
    deadline = time.monotonic() + MINUTE
    while server.get("/console/api/serving")["serving"]["candidate"] == name:
        assert time.monotonic() < deadline, f"{name} still serves"
        time.sleep(0.2)


def test_model_knowledge_and_wording_go_back_as_one_in_every_worker_under_load(server: DemoServer) -> None:
    changes = {
        "domain/patterns.yml": lambda text: text.replace("智能客服小电", "智能客服新小电"),
        "data/knowledge/service_rules.yml": lambda text: text.replace("违约金", "滞纳罚金"),
    }
    make(server, "reworded", changes)
    with Customers(server).talking() as customers:
        act(server, "/releases/reworded/canary", percent=100)
        wait_for_workers(server, lambda worker: worker["candidate"] == "reworded")
        act(server, "/releases/reworded/promote")
        wait_for_workers(server, lambda worker: worker["stable"] == "reworded")
        assert all("新小电" in said(server, "你好") for _ in range(4)), "both workers answer with it"
        assert "滞纳罚金" in said(server, "居民电费滞纳罚金怎么算")
        started = time.monotonic()
        act(server, "/rollback")
        wait_for_workers(server, lambda worker: worker["stable"] == "base")
        assert all("新小电" not in said(server, "你好") for _ in range(4))
        assert "滞纳罚金" not in said(server, QUESTION)
        assert time.monotonic() - started < MINUTE
    assert customers.wrong == []
    assert customers.answered > 20
