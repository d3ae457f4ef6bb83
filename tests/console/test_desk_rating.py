"""Stars that a customer gives in the chat window stand beside his conversation at the desk."""

from __future__ import annotations

from connectors.webchat.records import METADATA, Rating, VisitorRecords
from tests.console.conftest import Office

CUSTOMER = "web:rated"


async def test_stars_of_the_chat_window_are_shown_at_the_desk(small_office: Office) -> None:
    talk = small_office.world.talk
    store = talk.assistant.store
    await store.database.create_tables(METADATA)
    session = await small_office.world.hand_over(CUSTOMER, door="webchat")
    supervisor = await small_office.browser("sue")
    _, before = await supervisor.get(f"/desk/sessions/{session.id}")
    assert before["session"]["rating"] is None
    await VisitorRecords(store.database, store, talk.clock).rate(CUSTOMER, Rating(2, False, ("slow",), "等太久"))
    _, after = await supervisor.get(f"/desk/sessions/{session.id}")
    assert after["session"]["rating"] == {"score": 2, "resolved": False, "tags": ["slow"], "comment": "等太久"}
