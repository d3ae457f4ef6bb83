"""Versions, states, a second person, one number for what is live, and every way back."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import pytest

from knowledge_base.editing.drafting import NewArticle, create
from knowledge_base.editing.values import Editor
from knowledge_base.errors import (
    ActRefused,
    ArticleUnknown,
    BookUnavailable,
    ContentInvalid,
    KnowledgeError,
    OutsidePlace,
)
from tests.knowledge_base.editing.conftest import APRIL, COMPLETE, EDITH, Desk
from tests.knowledge_base.small_knowledge import TEXTS, Text, write_articles

QUESTION = COMPLETE["question"]


async def states(desk: Desk, article_id: str) -> dict[int, str]:
    file = await desk.book.file(article_id, APRIL)
    return {version.article.version: version.state for version in file.versions}


def reason(error: pytest.ExceptionInfo[ActRefused]) -> str:
    return error.value.reason


async def test_a_new_article_answers_after_a_second_person_has_published_it(desk: Desk) -> None:
    article_id = await desk.draft()
    assert not desk.answered_by(QUESTION)
    before = desk.knowledge.snapshot_id
    assert await desk.publish(article_id) == 1
    assert desk.answered_by(QUESTION) == f"{article_id}@1"
    assert desk.knowledge.snapshot_id != before
    assert desk.knowledge.is_taught(QUESTION)
    entry = (await desk.book.file(article_id, EDITH)).entry
    assert (entry.state, entry.working_version, entry.is_of_file) == ("published", None, False)


async def test_who_wrote_at_a_version_cannot_publish_it(desk: Desk) -> None:
    article_id = await desk.draft()
    await desk.book.change(article_id, 1, {"answer": "不能。"}, Editor("frida"))
    await desk.book.submit(article_id, 2, EDITH)
    for writer in ("edith", "frida"):
        done = await desk.book.publish([(article_id, 3)], Editor(writer))
        error = done.refused[article_id]
        assert isinstance(error, ActRefused)
        assert error.reason == "own_article"
    assert await desk.book.revision() == 0
    assert (await desk.book.publish([(article_id, 3)], APRIL)).published == (article_id,)


async def test_a_change_of_a_file_article_is_its_next_version_and_the_file_answers_until_then(desk: Desk) -> None:
    await desk.book.change("invoice", 0, {"answer": "在网上国网里开。"}, EDITH, note="新流程")
    assert await states(desk, "invoice") == {2: "draft", 1: "published"}
    assert desk.answered_by("电费电子发票怎么开") == "invoice@1"
    await desk.publish("invoice")
    assert desk.answered_by("电费电子发票怎么开") == "invoice@2"
    assert await states(desk, "invoice") == {2: "published", 1: "replaced"}


async def test_two_who_change_the_same_article_do_not_overwrite_each_other(desk: Desk) -> None:
    acts = [desk.book.change("invoice", 0, {"answer": f"答案{n}"}, Editor(f"e{n}")) for n in range(4)]
    done = await asyncio.gather(*acts, return_exceptions=True)
    refused = [error for error in done if isinstance(error, ActRefused)]
    assert len(refused) == 3
    assert {error.reason for error in refused} == {"changed_meanwhile"}
    assert (await desk.book.file("invoice", EDITH)).entry.edit == 1


async def test_a_version_in_review_is_changed_by_nobody_and_refused_with_a_reason(small_desk: Desk) -> None:
    desk = small_desk
    article_id = await desk.draft()
    await desk.book.submit(article_id, 1, EDITH)
    with pytest.raises(ActRefused) as error:
        await desk.book.change(article_id, 2, {"answer": "别的"}, EDITH)
    assert reason(error) == "wrong_state"
    await desk.book.refuse(article_id, 2, APRIL, "来源不对")
    version = (await desk.book.file(article_id, EDITH)).versions[0]
    assert version.state == "draft"
    assert version.refusal is not None
    assert (version.refusal.by, version.refusal.reason) == ("april", "来源不对")
    await desk.book.submit(article_id, 3, EDITH)
    await desk.book.withdraw(article_id, 4, EDITH)
    assert (await desk.book.file(article_id, EDITH)).entry.state == "draft"


async def test_a_draft_may_be_incomplete_and_is_not_sent_to_review_so(small_desk: Desk) -> None:
    desk = small_desk
    article_id = await desk.draft({"question": "只有问题"})
    with pytest.raises(ContentInvalid) as error:
        await desk.book.submit(article_id, 1, EDITH)
    assert {mistake.field for mistake in error.value.mistakes} == {"answer", "category", "source.document"}
    with pytest.raises(ContentInvalid) as error:
        await desk.draft({"question": "", "valid_to": "明年", "customer_class": "谁", "x": 1, "similar": ["问" * 101]})
    fields = {mistake.field: mistake.message for mistake in error.value.mistakes}
    assert set(fields) == {"question", "valid_to", "customer_class", "x", "similar.0"}
    assert fields["valid_to"] == "不是日期（如 2026-12-31）"
    assert fields["similar.0"] == "最多 100 个字"


async def test_unknown_regions_are_named_before_review(small_desk: Desk) -> None:
    desk = small_desk
    article_id = await desk.draft({**COMPLETE, "regions": ["火星"]})
    with pytest.raises(ContentInvalid, match="没有这个地区：火星"):
        await desk.book.submit(article_id, 1, EDITH)


async def test_an_archived_article_answers_no_more_and_comes_back_by_rolling_back(desk: Desk) -> None:
    await desk.book.change("invoice", 0, {"answer": "新答案。"}, EDITH)
    await desk.publish("invoice")
    await desk.book.archive("invoice", await desk.edit("invoice"), APRIL, "停办")
    await desk.take_up()
    assert not desk.answered_by("电费电子发票怎么开").startswith("invoice")
    assert (await desk.book.file("invoice", EDITH)).entry.state == "archived"
    await desk.book.roll_back("invoice", await desk.edit("invoice"), 1, APRIL, "又办了")
    await desk.take_up()
    assert desk.answered_by("电费电子发票怎么开") == "invoice@3"
    file = await desk.book.file("invoice", EDITH)
    assert file.entry.live is not None
    assert file.entry.live.answer == "在网上国网的电子发票里选月份提交"
    assert [act.act for act in file.history] == ["rollback", "archive", "publish"]


async def test_rolling_back_takes_only_what_was_live_once_and_keeps_what_is_in_work(desk: Desk) -> None:
    await desk.book.change("invoice", 0, {"answer": "第二版。"}, EDITH)
    with pytest.raises(ActRefused) as error:
        await desk.book.roll_back("invoice", 1, 2, APRIL, "x")
    assert reason(error) == "wrong_state"
    await desk.publish("invoice")
    await desk.book.change("invoice", await desk.edit("invoice"), {"answer": "第三版。"}, EDITH)
    await desk.book.roll_back("invoice", await desk.edit("invoice"), 1, APRIL, "第二版有误")
    assert await states(desk, "invoice") == {4: "draft", 3: "published", 2: "replaced", 1: "replaced"}
    with pytest.raises(ArticleUnknown):
        await desk.book.roll_back("invoice", await desk.edit("invoice"), 9, APRIL, "x")


async def test_restoring_makes_everything_live_what_it_was(desk: Desk) -> None:
    new = await desk.draft()
    await desk.publish(new)
    at_one = desk.knowledge.snapshot_id
    await desk.book.change("invoice", 0, {"answer": "新答案。"}, EDITH)
    await desk.publish("invoice")
    await desk.book.archive("late-fee", 0, APRIL, "x")
    await desk.book.archive(new, await desk.edit(new), APRIL, "x")
    assert await desk.book.revision() == 4
    revision, changed = await desk.book.restore(1, "april", "都不对")
    assert (revision, set(changed)) == (5, {"invoice", "late-fee", new})
    await desk.take_up()
    assert desk.knowledge.snapshot_id == at_one
    assert desk.answered_by(QUESTION) == f"{new}@1"
    assert desk.answered_by("电费电子发票怎么开") == "invoice@1"
    assert desk.answered_by("居民电费违约金怎么算") == "late-fee@1"
    assert await desk.book.restore(5, "april", "nichts") == (5, ())
    revision, changed = await desk.book.restore(4, "april", "doch")
    await desk.take_up()
    assert desk.answered_by("电费电子发票怎么开") == "invoice@2"
    assert not desk.answered_by(QUESTION).startswith(new)
    with pytest.raises(ArticleUnknown):
        await desk.book.restore(99, "april", "x")


async def test_after_restoring_an_article_is_edited_and_published_as_ever(desk: Desk) -> None:
    new = await desk.draft()
    await desk.publish(new)
    await desk.book.restore(0, "april", "x")
    entry = (await desk.book.file(new, EDITH)).entry
    assert (entry.state, entry.live) == ("archived", None)
    await desk.book.change(new, entry.edit, {"answer": "还是不能。"}, EDITH)
    await desk.publish(new)
    assert desk.answered_by(QUESTION) == f"{new}@2"


async def test_one_topic_is_answered_once_for_the_same_customers(small_desk: Desk) -> None:
    desk = small_desk
    rival = {**COMPLETE, "topic": "tier-price", "regions": ["山东"]}
    article_id = await desk.draft(rival)
    with pytest.raises(ActRefused) as error:
        await desk.publish(article_id)
    assert reason(error) == "blocked"
    await desk.publish(await desk.draft({**rival, "regions": ["蒙西"]}, "tier-price-mengxi"))
    assert desk.answered_by(QUESTION, "蒙西") == "tier-price-mengxi@1"


async def test_many_are_published_in_one_revision_and_each_refused_alone(desk: Desk) -> None:
    ids = [await desk.draft({**COMPLETE, "question": f"{QUESTION}{n}", "topic": "same"}) for n in range(3)]
    for article_id in ids:
        await desk.book.submit(article_id, 1, EDITH)
    done = await desk.book.publish([(ids[0], 2), (ids[1], 2), (ids[2], 7)], APRIL)
    assert (done.revision, done.published) == (1, (ids[0],))
    assert {name: error.reason for name, error in done.refused.items() if isinstance(error, ActRefused)} == {
        ids[1]: "blocked",
        ids[2]: "changed_meanwhile",
    }


async def test_who_works_in_one_region_changes_its_articles_alone(small_desk: Desk) -> None:
    desk = small_desk
    local = Editor("lu", "山东/青岛市")
    await desk.book.change("tier-price-shandong", 0, {"answer": "第一档每度0.5469元。"}, local)
    for article_id, error in (("tier-price-jiangsu", ArticleUnknown), ("invoice", OutsidePlace)):
        with pytest.raises(error):
            await desk.book.change(article_id, 0, {"answer": "x"}, local)
    for regions in ([], ["山东", "江苏"]):
        with pytest.raises(OutsidePlace):
            await desk.book.change("tier-price-shandong", 1, {"regions": regions}, local)
    with pytest.raises(OutsidePlace):
        await desk.draft(COMPLETE, by=local)
    with pytest.raises(ArticleUnknown):
        await desk.book.file("tier-price-jiangsu", local)
    assert (await desk.book.file("invoice", local)).entry.id == "invoice"
    with pytest.raises(OutsidePlace):
        await desk.book.archive("invoice", 0, local, "x")


async def test_a_new_article_that_is_dropped_is_gone_and_an_older_one_stays(desk: Desk) -> None:
    article_id = await desk.draft()
    assert await desk.book.discard(article_id, 1, EDITH)
    with pytest.raises(ArticleUnknown):
        await desk.book.file(article_id, EDITH)
    await desk.book.change("invoice", 0, {"answer": "x"}, EDITH)
    assert not await desk.book.discard("invoice", 1, EDITH)
    assert (await desk.book.file("invoice", EDITH)).entry.state == "published"
    await desk.book.change("invoice", 2, {"answer": "y"}, EDITH)
    assert await states(desk, "invoice") == {3: "draft", 2: "discarded", 1: "published"}


async def test_an_id_is_given_once(small_desk: Desk) -> None:
    desk = small_desk
    for taken in ("invoice", await desk.draft(article_id="mine")):
        with pytest.raises(ActRefused) as error:
            await desk.draft(article_id=taken)
        assert reason(error) == "id_taken"
    with pytest.raises(ContentInvalid):
        await desk.draft(article_id="Große IDs")


async def test_several_acts_are_done_all_or_none(desk: Desk) -> None:
    async def create_two(second: dict[str, Any]) -> None:
        units = [partial(create, new=NewArticle(content)) for content in (COMPLETE, second)]
        await desk.book.write_all(EDITH, units)

    before = len(await desk.book.entries())
    with pytest.raises(KnowledgeError):
        await create_two({"question": ""})
    assert len(await desk.book.entries()) == before
    await create_two({"question": "第二条"})
    assert len(await desk.book.entries()) == before + 2


async def test_a_machine_answers_for_the_approvals_of_its_own_house(small_desk: Desk) -> None:
    desk = small_desk
    machine = Editor("machine", is_machine=True)
    article_id = await desk.draft(by=machine)
    await desk.publish(article_id, by=machine)
    assert desk.answered_by(QUESTION) == f"{article_id}@1"


async def test_a_missing_voice_is_made_from_the_answer_when_it_is_published(small_desk: Desk) -> None:
    desk = small_desk
    article_id = await desk.draft({**COMPLETE, "voice": "", "answer": "不能。公积金管住房。别的再说。"})
    await desk.publish(article_id)
    entry = (await desk.book.file(article_id, EDITH)).entry
    assert entry.live is not None
    assert entry.live.voice == "不能。公积金管住房。"


async def test_what_is_published_goes_before_a_later_file_of_the_same_topic(small_desk: Desk) -> None:
    desk = small_desk
    article_id = await desk.draft(COMPLETE, "fund-payment")
    await desk.publish(article_id)
    later = Text("fund-file", QUESTION, "公积金", "可以", topic="fund-payment")
    write_articles(desk.folder, [*TEXTS, later])
    assert desk.knowledge.reload()
    assert desk.answered_by(QUESTION) == "fund-payment@1"


async def test_broken_files_keep_nobody_from_publishing(small_desk: Desk) -> None:
    desk = small_desk
    write_articles(desk.folder, [Text("broken", "问", "问", "答", state="x")])
    desk.knowledge.reload()
    assert desk.knowledge.problem is not None
    article_id = await desk.draft()
    await desk.publish(article_id)
    assert desk.answered_by(QUESTION) == f"{article_id}@1"
    assert desk.answered_by("电费电子发票怎么开") == "invoice@1"


async def test_a_database_that_is_away_is_told_as_such(small_desk: Desk) -> None:
    await small_desk.book.database.write(lambda link: link.exec_driver_sql("DROP TABLE knowledge_state"))
    with pytest.raises(BookUnavailable):
        await small_desk.book.revision()
    with pytest.raises(BookUnavailable):
        await small_desk.draft()
