"""No row is read or changed outside its place: a row of every kind in 山东, every endpoint, every role of 江苏."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy import Boolean, Float, Integer, Table, insert, update

from actions.backends.values import TicketFields
from connectors.desk.table import CALLBACKS, CANNED
from connectors.desk.values import Viewer
from console.endpoints import UNSAFE, Endpoint
from console.notices import NOTICES
from console.privacy.book import REQUESTS
from console.roles import QUALITY_OVERSEE, ROLES, SELF, permissions_of
from console.staff import NewStaff
from eval.quality.table import ALERTS, APPEALS, CALIBRATIONS, JOBS, SAMPLES, SCORES
from eval.retrain.labels.table import QUESTIONS, TOPICS
from storage.types import EncryptedText
from tests.connectors.desk.world import AGENT, WANTS_A_PERSON
from tests.console.conftest import ACCOUNTS, PASSWORD, Office
from tests.console.test_endpoints import plain

HERE, ELSEWHERE = "山东", "江苏"
SHARED = {"/knowledge/", "/tariffs/"}
"""Published for customers everywhere: everybody may read it, and only who works there may change it."""
WITHOUT_PLACE = {"/releases/", "/release-alerts/", "/learning/trainings/"}
"""Of the whole installation: no row of a customer."""
BODIES: Mapping[str, Mapping[str, Any]] = {
    "/desk/callbacks/{id}/done": {"result": "reached"},
    "/desk/sessions/{id}/close": {"disposition": "solved"},
    "/desk/sessions/{id}/transfer": {"to_agent": 1},
    "/desk/sessions/{id}/messages": {"text": "hi", "client_id": "1"},
    "/desk/sessions/{id}/tickets": {"category": "投诉", "summary": "x"},
    "/learning/disputes/{id}/settle": {"drop": True},
    "/learning/topics/{id}/sentences": {"intent": "query_bill", "questions": [1]},
    "/quality/conversations/{id}/review": {"corrections": []},
    "/quality/calibrations/{id}/scores": {"conversation": 1, "items": [{"item": 3, "score": 1.0}]},
    "/quality/queue/{id}/assign": {"reviewer_id": list(ACCOUNTS).index("sue") + 1},
    "/privacy/requests/{id}/erase": {"conversations": ["c"], "mode": "delete", "reason": "本人要求"},
    "/privacy/requests/{id}/close": {"state": "refused", "reason": "未能核验身份"},
    "/quality/appeals/{id}/judge": {"accepted": False, "reason": "证据不足"},
    "/quality/appeals/{id}/close": {"accepted": False, "reason": "证据不足"},
}


async def seed(office: Office, table: Table, **values: Any) -> int:
    """Insert a row with plain values where none are given; return its id."""
    row: dict[str, Any] = {}
    for column in table.columns:
        if column.name in values or column.primary_key or column.nullable:
            continue
        kinds: tuple[tuple[type, Any], ...] = ((Boolean, False), (Integer, 0), (Float, 1.0), (EncryptedText, "[]"))
        row[column.name] = next((value for kind, value in kinds if isinstance(column.type, kind)), "")
    made = insert(table).values({**row, **values}).returning(table.c.id)
    return int(await office.console.book.database.write(lambda link: link.execute(made).scalar_one()))


async def seed_all(office: Office) -> dict[str, str]:
    """Rows of every kind in one place, by the beginning of their addresses."""
    world = office.world
    world.talk.nlu.teach(WANTS_A_PERSON)
    await world.say("query_tariff@0.95: [山东](region)居民电价多少")
    session = await world.taken(Viewer(AGENT.id, "安娜", HERE))
    ticket = await office.tickets.create("故障报修", TicketFields("停电", HERE), "k1")
    staff = await office.console.book.add(NewStaff("seed", "", "agent", HERE), PASSWORD)
    score = await seed(
        office,
        SCORES,
        conversation_id="c#1",
        sender_id="c",
        scope=HERE,
        intents="[]",
        facts="{}",
        lost="{}",
        rubric="r",
        source="held",
        channel="app",
        agent="bot",
        is_current=True,
        state="open",
    )
    topic = await seed(office, TOPICS, key="k", state="open", suggestion="intent", centre="[]", title="t")
    question = await seed(
        office,
        QUESTIONS,
        month="2026-10",
        key="q",
        scope=HERE,
        topic_id=topic,
        conversation="c#1",
        text="t",
        proposals="[]",
        entities="[]",
        state="open",
        channel="app",
    )
    return {
        "/staff/": str(staff.id),
        "/desk/sessions/": str(session.id),
        "/desk/canned/": str(await seed(office, CANNED, scope=HERE, title="x", text="y")),
        "/desk/callbacks/": str(
            await seed(
                office,
                CALLBACKS,
                session_id=session.id,
                conversation_id="c",
                scope=HERE,
                status="open",
                reason="asked",
                skill="billing",
            )
        ),
        "/quality/conversations/": str(score),
        "/quality/appeals/": str(await seed(office, APPEALS, score_id=score, item=3, state="filed", filed_by="x")),
        "/quality/queue/": str(await seed(office, SAMPLES, score_id=score, state="open", reasons="low")),
        "/quality/alerts/": str(await seed(office, ALERTS, key="a", kind="fatal", scope=HERE, state="open")),
        "/quality/calibrations/": str(await seed(office, CALIBRATIONS, title="t", scope=HERE, conversations="[]")),
        "/quality/jobs/": str(await seed(office, JOBS, kind="score", state="done", scope=HERE)),
        "/notices/": str(
            await seed(office, NOTICES, kind="quality", scope=HERE, permission=QUALITY_OVERSEE, title="t")
        ),
        "/tickets/": ticket.ticket_no,
        "/privacy/requests/": str(
            await seed(
                office,
                REQUESTS,
                kind="export",
                subject_kind="sender",
                subject="c",
                scope=HERE,
                state="open",
                search="found",
                result="{}",
            )
        ),
        "/learning/topics/": str(topic),
        "/learning/labels/": str(question),
        "/learning/disputes/": str(question),
    }


def filled(model: type[BaseModel] | None, path: str, words: str = "xxxxxx") -> dict[str, Any] | None:
    """The least body that is taken."""
    if model is None:
        return {}
    if path in BODIES:
        return dict(BODIES[path])
    found: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        if field.is_required():
            kind = str(field.annotation)
            found[name] = (
                [1]
                if "list[int]" in kind
                else ["x"]
                if "list" in kind
                else 1
                if "int" in kind or "float" in kind
                else words
            )
    return found


def rows_of(endpoint: Endpoint) -> bool:
    """Whether an endpoint names one row of somebody's."""
    path = plain(endpoint.path)
    return "{" in path and not any(path.startswith(start) for start in (*SHARED, *WITHOUT_PLACE))


async def test_every_endpoint_that_names_a_row_has_a_seeded_one(small_office: Office) -> None:
    seeds = await seed_all(small_office)
    for one in small_office.console.endpoints:
        if rows_of(one):
            assert any(plain(one.path).startswith(start) for start in seeds), f"seed a row for {one.path}"
            assert one.scope == "rows", one.path


async def test_a_row_of_another_place_is_not_there_for_any_role_at_any_endpoint(small_office: Office) -> None:
    seeds = await seed_all(small_office)
    tried, wrong = set[tuple[str, str]](), list[tuple[Any, ...]]()
    for role in ROLES:
        name = f"{role}-js"
        await small_office.console.book.add(NewStaff(name, role, role, ELSEWHERE, must_change_password=False), PASSWORD)
        browser = await small_office.browser(name)
        for one in small_office.console.endpoints:
            path = plain(one.path)
            if not rows_of(one) or one.permission not in (SELF, *permissions_of(role)):
                continue
            row = next(seeds[start] for start in seeds if path.startswith(start))
            url = path.replace("{id}", row).replace("{name}", "0" * 32)
            status, answer = await browser.call(
                one.method, url, filled(one.body, path) if one.method in UNSAFE else None
            )
            if (status, answer.get("error", {}).get("code")) != (404, "not_found"):
                wrong.append((role, one.method, path, status, answer))
            tried.add((one.method, path))
    assert wrong == [], "\n".join(map(str, wrong))
    assert len(tried) >= 40


@pytest.mark.parametrize("role", sorted(ROLES))
async def test_no_list_shows_a_row_of_another_place(small_office: Office, role: str) -> None:
    """Lists of customers' rows are empty for who works elsewhere; what is shared has no place."""
    await seed_all(small_office)
    database = small_office.console.book.database
    for table in (SCORES, CANNED, CALLBACKS):
        await database.write(lambda link, of=table: link.execute(update(of).values(scope=HERE)))
    name = f"{role}-js"
    await small_office.console.book.add(NewStaff(name, role, role, ELSEWHERE, must_change_password=False), PASSWORD)
    browser = await small_office.browser(name)
    own = {"/staff": {name, "carl"}}
    for one in small_office.console.endpoints:
        path = plain(one.path)
        skipped = (
            *SHARED,
            "/releases",
            "/release",
            "/serving",
            "/learning/stud",
            "/learning/train",
            "/learning/intents",
        )
        if one.method != "GET" or "{" in path or one.scope != "rows" or path.startswith(tuple(skipped)):
            continue
        if one.permission not in (SELF, *permissions_of(role)):
            continue
        status, answer = await browser.get(path)
        items = answer.get("items", [])
        if status != 200 or not isinstance(items, list):
            continue
        if path in own:
            assert {item["name"] for item in items} <= own[path]
        else:
            scopes = {item.get("scope") for item in items if isinstance(item, dict) and "scope" in item}
            assert HERE not in scopes, (path, items)
            assert "安娜" not in str(items), path
