"""Synonyms are edited as articles are: two persons, a revision, a way back; the file stays what it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pytest

from knowledge_base.editing.values import Editor
from knowledge_base.editing.words import change_words, move_words, publish_words
from knowledge_base.errors import ActRefused, ContentInvalid, OutsidePlace
from tests.knowledge_base.editing.conftest import APRIL, EDITH, Desk
from tests.knowledge_base.small_knowledge import VOCABULARY

CHANGES = {"违约金": ["滞纳金", "罚息", "小黄"], "发票": ["票票"]}


async def change(desk: Desk, edit: int, changes: Mapping[str, Sequence[str]], by: Editor = EDITH) -> None:
    unit = partial(change_words, edit=edit, changes=changes, file=desk.knowledge.file_words, note="")
    await desk.book.write_all(by, [unit])


async def move(desk: Desk, edit: int, act: str, by: Editor = EDITH) -> None:
    await desk.book.write_all(by, [partial(move_words, edit=edit, act=act, reason="x")])


async def publish(desk: Desk, edit: int, by: Editor = APRIL) -> Any:
    unit = partial(publish_words, edit=edit, file=desk.knowledge.file_words)
    revision = (await desk.book.write_all(by, [unit]))[0]
    await desk.take_up()
    return revision


def said_alike(desk: Desk) -> str:
    return desk.knowledge.searcher.snapshot.vocabulary.synonyms.replace("小黄怎么算")


async def test_published_synonyms_are_in_use_and_restoring_takes_them_back(desk: Desk) -> None:
    before = desk.knowledge.snapshot_id
    await change(desk, 0, CHANGES)
    await move(desk, 1, "submit")
    assert said_alike(desk) == "小黄怎么算"
    assert await publish(desk, 2) == 1
    assert said_alike(desk) == "违约金怎么算"
    assert desk.knowledge.snapshot_id != before
    assert desk.answered_by("居民电费小黄怎么算") == "late-fee@1"
    assert len(await desk.book.entries()) == len(desk.knowledge.file_articles)
    await desk.publish(await desk.draft())
    assert await desk.book.restore(0, "april", "x") == (3, ("@synonyms", *(one for one in await _edited(desk))))
    await desk.take_up()
    assert (said_alike(desk), desk.knowledge.snapshot_id) == ("小黄怎么算", before)
    await desk.book.restore(1, "april", "x")
    await desk.take_up()
    assert said_alike(desk) == "违约金怎么算"


async def _edited(desk: Desk) -> list[str]:
    return [entry.id for entry in await desk.book.entries() if not entry.is_of_file]


async def test_synonyms_want_two_persons_who_work_everywhere(small_desk: Desk) -> None:
    desk = small_desk
    with pytest.raises(OutsidePlace):
        await change(desk, 0, {"发票": ["票票"]}, Editor("lu", "山东"))
    await change(desk, 0, {"发票": ["票票"]})
    with pytest.raises(ActRefused, match="meanwhile"):
        await change(desk, 0, {"发票": ["条条"]})
    await move(desk, 1, "submit")
    with pytest.raises(ActRefused, match="wrote at"):
        await publish(desk, 2, EDITH)
    with pytest.raises(ActRefused, match="reviewed"):
        await change(desk, 2, {"发票": ["条条"]})
    await move(desk, 2, "refuse", APRIL)
    book = await desk.office.words()
    assert book.versions[0].refusal is not None
    await move(desk, 3, "discard")
    assert (await desk.office.words()).working is None


async def test_a_word_stands_for_one_thing_and_what_is_as_in_the_file_is_no_change(small_desk: Desk) -> None:
    desk = small_desk
    assert "电能表" in VOCABULARY
    for wrong in (
        {"水表": ["电能表"]},
        {"": ["x"]},
        {"长" * 21: ["x"]},
        {"词": ["x"] * 2 + [f"y{n}" for n in range(70)]},
    ):
        with pytest.raises(ContentInvalid):
            await change(desk, 0, wrong)
    await change(desk, 0, {"电表": ["电能表"], "发票": ["票票", " 票票 ", ""]})
    book = await desk.office.words()
    assert book.working is not None
    assert book.working.words == (("发票", ("票票",)),)


async def test_synonyms_that_a_later_file_contradicts_are_not_used(small_desk: Desk) -> None:
    desk = small_desk
    await change(desk, 0, {"发票": ["票票"]})
    await move(desk, 1, "submit")
    await publish(desk, 2)
    path = desk.folder.parent / "knowledge_synonyms.yml"
    path.write_text(path.read_text("utf-8").replace("电表: [电能表]", "电表: [电能表, 票票]"), encoding="utf-8")
    assert desk.knowledge.reload()
    assert desk.knowledge.searcher.snapshot.vocabulary.synonyms.replace("票票") == "电表"


async def test_synonyms_are_tried_in_memory(small_desk: Desk) -> None:
    desk = small_desk
    words = (("违约金", ("滞纳金", "小黄")),)
    before = desk.knowledge.snapshot_id
    rows = await desk.office.try_words(words, ["居民电费小黄怎么算"])
    assert desk.knowledge.snapshot_id == before
    asked = next(row for row in rows if row.kind == "asked")
    assert (asked.question, asked.after.id) == ("居民电费小黄怎么算", "late-fee")
    assert any(row.kind == "near" and row.owner.id == "late-fee" for row in rows)
