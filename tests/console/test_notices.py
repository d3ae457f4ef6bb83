"""Notices reach who may see them in his place, once per key, and stay unread until he has read them."""

from __future__ import annotations

import asyncio

from console.notice_sources import NoticeSources
from console.notices import NOWHERE, NoticeBook, Reader
from console.privacy.book import EXPORT, REFUSED, RequestBook
from console.privacy.search import Subject
from console.roles import KNOWLEDGE_READ, PRIVACY_MANAGE, QUALITY_OVERSEE
from tests.console.conftest import Office


def book_of(office: Office) -> NoticeBook:
    """The notices of an office."""
    return NoticeBook(office.console.book.database, office.world.talk.clock)


async def test_a_key_makes_a_notice_once_even_when_two_workers_tell_it_together(office: Office) -> None:
    book = book_of(office)
    told = await asyncio.gather(
        *(book.post("quality", "", QUALITY_OVERSEE, "质检分下降", key="drop:1") for _ in range(4))
    )
    assert sorted(told) == [False, False, False, True]
    sue = await office.browser("sue")
    assert (await sue.get("/notices"))[1]["total"] == 1


async def test_a_notice_reaches_who_holds_the_permission_in_its_place_and_nobody_else(small_office: Office) -> None:
    book = book_of(small_office)
    for scope, title in (("山东/青岛市", "青岛"), ("江苏", "江苏"), ("", "所有人"), (NOWHERE, "无归属")):
        await book.post("quality", scope, QUALITY_OVERSEE, title)
    await book.post("knowledge", "", KNOWLEDGE_READ, "知识到期")
    seen = {}
    for name in ("sue", "audrey", "anna", "carl", "edith"):
        browser = await small_office.browser(name)
        seen[name] = {one["title"] for one in (await browser.get("/notices"))[1]["items"]}
    every = {"青岛", "江苏", "所有人", "无归属"}
    assert seen == {"sue": {*every, "知识到期"}, "audrey": every, "anna": set(), "carl": set(), "edith": {"知识到期"}}


async def test_a_supervisor_of_a_place_sees_its_notices_and_those_for_all(small_office: Office) -> None:
    book = book_of(small_office)
    for scope, title in (
        ("山东/青岛市", "青岛"),
        ("山东", "山东"),
        ("山东半岛", "别处"),
        ("", "所有人"),
        (NOWHERE, "无归属"),
    ):
        await book.post("quality", scope, QUALITY_OVERSEE, title)
    found, total = await book.page(Reader(7, "山东", {QUALITY_OVERSEE}), 1, 20)
    assert ({one.title for one in found}, total) == ({"青岛", "山东", "所有人"}, 3)


async def test_what_somebody_has_read_is_still_unread_for_others(office: Office) -> None:
    book = book_of(office)
    for number in range(3):
        await book.post("quality", "", QUALITY_OVERSEE, f"告警{number}")
    sue, audrey = await office.browser("sue"), await office.browser("audrey")
    newest = (await sue.get("/notices"))[1]["items"][0]
    assert (newest["title"], newest["is_read"]) == ("告警2", False)
    assert await sue.post(f"/notices/{newest['id']}/read") == (200, {"unread": 2})
    assert await sue.post(f"/notices/{newest['id']}/read") == (200, {"unread": 2})
    assert (await sue.get("/notices?unread=1"))[1]["total"] == 2
    assert await sue.post("/notices/read-all") == (200, {"unread": 0})
    assert await audrey.get("/notices/unread") == (200, {"unread": 3})


async def test_nobody_marks_a_notice_that_he_cannot_see(small_office: Office) -> None:
    await book_of(small_office).post("quality", "", QUALITY_OVERSEE, "告警")
    edith = await small_office.browser("edith")
    status, answer = await edith.post("/notices/1/read")
    assert (status, answer["error"]["code"]) == (404, "not_found")


async def test_a_request_for_personal_data_is_told_before_it_is_due_and_when_it_is_late(office: Office) -> None:
    database, clock = office.console.book.database, office.world.talk.clock
    book, sources = RequestBook(database, clock), NoticeSources(book_of(office), clock)
    await sources.prepare()
    asked = await book.add(EXPORT, Subject("account", "3701234567890"), "", "", "pia")
    done = await book.add(EXPORT, Subject("account", "3701234567891"), "", "", "pia")
    await book.close(done, REFUSED, "pia", "不是本人", {})

    async def titles() -> list[str]:
        await sources.gather()
        found, _ = await book_of(office).page(Reader(7, "", {PRIVACY_MANAGE}), 1, 20)
        return [one.title for one in found]

    assert await titles() == []
    clock.move(seconds=asked.due_at - clock().timestamp() - 3600)
    assert [await titles(), await titles()] == [["个人信息请求即将到期"]] * 2
    clock.move(hours=2)
    assert await titles() == ["个人信息请求已超期", "个人信息请求即将到期"]
