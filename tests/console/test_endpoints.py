"""Who may call what: the table of endpoints against the router, every role, every scope."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.desk.values import Viewer
from console.endpoints import UNSAFE, Endpoint
from console.roles import PERMISSIONS, PUBLIC, ROLES, SELF, permissions_of
from console.staff import NewStaff
from tests.connectors.desk.world import AGENT, ROOT, WANTS_A_PERSON
from tests.console.conftest import ACCOUNTS, PASSWORD, Office

ROLE_OF = {"anna": "agent", "sue": "supervisor", "adam": "admin", "audrey": "auditor", "edith": "editor"}
ROLE_OF |= {"april": "approver", "theo": "trainer", "pia": "privacy"}
OPEN = {"/login", "/oidc", "/oidc/start", "/oidc/callback"}
"""What is reached before anybody is logged in."""
QUIET = {"/desk/heartbeat", "/desk/sessions/{id}/typing", "/desk/sessions/{id}/read"}
"""What happens every few seconds and changes nothing that anybody would ask about."""


def plain(path: str) -> str:
    """A path without the patterns of its places."""
    return path.replace(r":\d+", "").replace(":[0-9a-f]{32}", "")


def filled(endpoint: Endpoint) -> str:
    """The path with a row that there is not."""
    return plain(endpoint.path).replace("{id}", "999").replace("{name}", "0" * 32)


async def test_nothing_is_served_that_is_not_declared(small_office: Office) -> None:
    declared = {(one.method, plain(f"/console/api{one.path}")) for one in small_office.console.endpoints}
    routes = small_office.console.application.router.routes()
    served = {(route.method, route.resource.canonical) for route in routes if route.resource is not None}
    pages = {("GET", "/console/{path}"), ("HEAD", "/console/{path}")}
    assert served - pages == declared
    assert len(declared) == len(small_office.console.endpoints) >= 40


async def test_every_endpoint_names_a_permission_and_what_is_changed_is_audited(small_office: Office) -> None:
    for one in small_office.console.endpoints:
        assert one.permission in (PUBLIC, SELF, *PERMISSIONS), one.path
        assert (one.permission == PUBLIC) == (one.path in OPEN)
        if one.method in UNSAFE and plain(one.path) not in QUIET:
            assert one.audit, one.path
    held = {permission for role in ROLES for permission in permissions_of(role)}
    assert held == set(PERMISSIONS), "a permission that no role has is dead"


async def test_every_act_in_the_audit_has_words_in_both_languages(small_office: Office) -> None:
    words = "".join(file.read_text("utf-8") for file in (ROOT / "web" / "console" / "src" / "strings").glob("*.ts"))
    acts = {one.audit for one in small_office.console.endpoints if one.audit}
    assert {act for act in acts if words.count(f'"{act}": "') != 2} == set()


async def test_each_role_reaches_what_it_may_and_nothing_else(small_office: Office) -> None:
    for name, role in ROLE_OF.items():
        browser = await small_office.browser(name)
        for one in small_office.console.endpoints:
            if one.path in (*OPEN, "/logout", "/desk/ws", "/desk/next"):
                continue
            status, answer = await browser.call(one.method, filled(one), {} if one.method in UNSAFE else None)
            may = one.permission == SELF or one.permission in permissions_of(role)
            code = answer.get("error", {}).get("code")
            assert (status == 403 and code == "forbidden") is not may, (role, one.method, one.path, status, answer)
            assert status not in (401, 500), (role, one.path, answer)


async def test_nobody_reaches_anything_without_a_log_in(small_office: Office) -> None:
    stranger = await small_office.browser()
    for one in small_office.console.endpoints:
        if one.permission == PUBLIC:
            continue
        status, answer = await stranger.call(one.method, filled(one), {} if one.method in UNSAFE else None)
        assert (status, answer["error"]["code"]) == (401, "not_logged_in"), one.path


async def test_nothing_is_changed_without_the_pages_own_header(small_office: Office) -> None:
    browser = await small_office.browser("sue")
    browser.csrf = "guessed"
    for one in small_office.console.endpoints:
        if one.method in UNSAFE and one.permission != PUBLIC:
            status, answer = await browser.call(one.method, filled(one), {})
            assert (status, answer["error"]["code"]) == (403, "csrf"), one.path


async def test_a_page_of_another_site_changes_nothing_and_logs_nobody_in(small_office: Office) -> None:
    browser = await small_office.browser("sue")
    for path, body in (("/login", {"name": "sue", "password": PASSWORD}), ("/desk/presence", {"state": "online"})):
        for site in ("cross-site", "same-site"):
            status, answer = await browser.call("POST", path, body, {"Sec-Fetch-Site": site})
            assert (status, answer["error"]["code"]) == (403, "csrf")
    assert (await browser.call("POST", path, body, {"Sec-Fetch-Site": "same-origin"}))[0] == 200


async def test_every_row_stays_in_its_scope(office: Office) -> None:
    """A customer in 山东 is invisible to who works in 江苏, whatever address he tries."""
    world = office.world
    world.talk.nlu.teach(WANTS_A_PERSON)
    await world.say("report_outage@0.95: 我家停电了")
    session = await world.taken(Viewer(AGENT.id, "安娜", "山东"))
    assert session.scope == "山东"
    await world.desk.talk.note(Viewer(AGENT.id, "安娜", "山东"), session.id, "内部")
    carl, sue = await office.browser("carl"), await office.browser("sue")
    await carl.post("/desk/presence", {"state": "online"})
    bodies: dict[str, dict[str, Any]] = {
        "messages": {"text": "hi", "client_id": "1"},
        "notes": {"text": "hi"},
        "transfer": {"to_agent": 1},
        "close": {"disposition": "solved"},
        "tickets": {"category": "投诉", "summary": "x"},
    }
    for one in office.console.endpoints:
        path = plain(one.path)
        if not path.startswith("/desk/sessions/{id}") or one.permission != "desk.work":
            continue
        url = path.replace("{id}", str(session.id)).replace("{name}", "0" * 32)
        body = bodies.get(path.rsplit("/", 1)[-1], {}) if one.method in UNSAFE else None
        status, answer = await carl.call(one.method, url, body)
        assert (status, answer["error"]["code"]) == (404, "not_found"), (path, answer)
    for path in ("/desk/sessions?view=all", "/desk/callbacks", "/desk/queue"):
        assert (await carl.get(path))[1]["items"] == []
    assert (await sue.get("/desk/sessions?view=all"))[1]["total"] == 1


async def test_an_administrator_of_a_place_manages_it_alone(office: Office) -> None:
    await office.console.book.add(NewStaff("local", "地方", "admin", "江苏", must_change_password=False), PASSWORD)
    local = await office.browser("local")
    status, answer = await local.get("/staff")
    assert (status, {one["name"] for one in answer["items"]}) == (200, {"carl", "local"})
    anna = (await office.console.book.by_name("anna") or pytest.fail("no anna"))[0]
    for method, path in (("PATCH", ""), ("POST", "/password"), ("POST", "/unlock")):
        assert (await local.call(method, f"/staff/{anna.id}{path}", {}))[0] == 404
    new = {"name": "newone", "role": "agent", "scope": "江苏/南京市"}
    assert (await local.post("/staff", new))[0] == 200
    for scope in ("", "山东", "江苏省"):
        status, answer = await local.post("/staff", {**new, "name": "other", "scope": scope})
        assert (status, answer["error"]["code"]) == (400, "unknown_scope"), scope
    tree = (await local.get("/organisation"))[1]["tree"]
    assert [place["path"] for place in tree] == ["江苏"]


async def test_a_machine_with_the_token_needs_no_log_in_and_one_without_it_is_refused(small_office: Office) -> None:
    stranger = await small_office.browser()
    right, wrong = {"Authorization": "Bearer machine-token"}, {"Authorization": "Bearer other"}
    assert (await stranger.call("GET", "/staff", headers=right))[1]["total"] == len(ACCOUNTS)
    assert (await stranger.call("GET", "/desk/overview", headers=right))[0] == 200
    for headers in (wrong, {"Authorization": "Basic abc"}):
        assert (await stranger.call("GET", "/staff", headers=headers))[0] == 401
    assert (await stranger.call("GET", "/session", headers=right))[0] == 401
    rows = (await stranger.call("GET", "/audit", headers=right))[1]["items"]
    assert rows == []
    rows = (await stranger.call("GET", "/audit", headers=right))[1]["items"]
    assert [(row["actor"], row["action"]) for row in rows] == [("machine", "audit.read")]
