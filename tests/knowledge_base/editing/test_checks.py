"""What is said before publishing, what does not go together in the base, whom an article reminds, what differs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from knowledge_base.editing.checks import Caution
from knowledge_base.editing.content import changed_content, voice_of
from knowledge_base.editing.diff import compare, compare_texts
from knowledge_base.editing.survey import contradict, figures_in
from knowledge_base.editing.values import Editor
from knowledge_base.load_articles import load_articles
from tests.knowledge_base.editing.conftest import COMPLETE, EDITH, Desk
from tests.knowledge_base.small_knowledge import TEXTS, Text, write_articles


async def cautions(desk: Desk, **content: Any) -> dict[str, Caution]:
    article_id = await desk.draft({**COMPLETE, **content})
    entry = (await desk.book.file(article_id, EDITH)).entry
    return {one.code: one for one in await desk.office.cautions(entry.shown, entry)}


async def test_a_sound_article_is_published_without_a_word(small_desk: Desk) -> None:
    assert await cautions(small_desk) == {}


@pytest.mark.parametrize(
    ("content", "code", "level"),
    [
        ({"topic": "tier-price", "regions": ["山东"]}, "rival", "block"),
        ({"answer": ""}, "invalid", "block"),
        ({"similar": ["电费电子发票怎么开", "a", "b"]}, "same_wording", "warn"),
        ({"similar": ["电费的电子发票怎么开", "a", "b"]}, "similar_question", "warn"),
        ({"regions": ["蒙西", "江苏"]}, "region_gap", "warn"),
        ({"voice": ""}, "missing_voice", "warn"),
        ({"voice": "一。二。三。"}, "long_voice", "warn"),
        ({"valid_from": "2024-01-01", "valid_to": "2025-12-31"}, "validity_passed", "warn"),
        ({"valid_from": "2027-01-01"}, "not_yet_valid", "info"),
        ({"source": {"document": "x", "certainty": "官方原文", "checked": "2024-01-01"}}, "source_unchecked", "warn"),
        ({"source": {"document": "x", "certainty": "记忆未核"}}, "source_unsure", "warn"),
        ({"answer": "我们保证当天到账。"}, "promise_words", "warn"),
        ({"similar": []}, "few_similar", "warn"),
    ],
)
async def test_what_an_editor_is_told(small_desk: Desk, content: dict[str, Any], code: str, level: str) -> None:
    found = await cautions(small_desk, **content)
    assert code in found
    assert found[code].level == level


async def test_the_warning_names_the_other_article_and_the_missing_region(small_desk: Desk) -> None:
    found = await cautions(small_desk, similar=["电费电子发票怎么开"], regions=["山东", "江苏", "黑龙江"])
    assert found["same_wording"].items[0]["id"] == "invoice"
    assert found["region_gap"].items == ({"region": "蒙西"},)


async def test_a_phrase_that_promises_nothing_is_no_promise(small_desk: Desk) -> None:
    assert "promise_words" not in await cautions(small_desk, answer="不能保证当天到账，交保证金也不行。")


async def test_an_article_for_other_customers_may_have_the_same_wording(small_desk: Desk) -> None:
    found = await cautions(small_desk, similar=["徐州电费一度多少"], regions=["黑龙江"])
    assert "same_wording" not in found


async def test_conflicts_of_the_whole_base_are_found(small_desk: Desk) -> None:
    desk = small_desk
    more = (
        Text("invoice-two", "怎么开电费电子发票", "电费电子发票怎么开", "在营业厅开"),
        Text("check-again", "校验电表要几天出结果", "电表校验几日", "受理后7个工作日内给出检测结果"),
        Text("far", "校验电表几天出结果", "x", "9个工作日", valid_to="2025-01-01"),
    )
    write_articles(desk.folder, [*TEXTS, *more])
    desk.knowledge.reload()
    found = {(one.kind, one.one.article.id, one.other.article.id): one for one in await desk.office.conflicts(EDITH)}
    assert ("duplicate", "invoice", "invoice-two") in found
    conflict = found["conflict", "meter-check-time", "check-again"]
    assert (conflict.one.figures, conflict.other.figures) == (("5个工作日",), ("7个工作日",))
    assert not any("far" in key for key in found if key[0] == "conflict" and "check-again" not in key)


async def test_conflicts_between_articles_out_of_sight_are_not_told(small_desk: Desk) -> None:
    desk = small_desk
    twin = Text("twin", "江苏居民阶梯电价每一档多少钱", "徐州电费一度多少", "0.5元", regions="江苏")
    write_articles(desk.folder, [*TEXTS, twin])
    desk.knowledge.reload()
    assert any("twin" in (one.one.article.id, one.other.article.id) for one in await desk.office.conflicts(EDITH))
    assert not await desk.office.conflicts(Editor("lu", "山东"))


async def test_reminders_come_in_order_of_their_day(small_desk: Desk) -> None:
    desk = small_desk
    more = (
        Text("ends-soon", "甲", "乙", "丙", valid_to="2026-12-10"),
        Text("ended", "丁", "戊", "己", valid_to="2026-11-01"),
        Text("begins", "庚", "辛", "壬", valid_from="2026-12-01"),
    )
    write_articles(desk.folder, [*TEXTS, *more])
    desk.knowledge.reload()
    found = [(one.kind, one.article.id, one.days_left) for one in await desk.office.reminders(EDITH)]
    assert found == [("expired", "ended", -20), ("starts", "begins", 10), ("expires", "ends-soon", 19)]
    assert {one.kind for one in await desk.office.reminders(EDITH, 365)} >= {"source_old"}


async def test_a_newer_file_under_a_changed_article_is_told(small_desk: Desk) -> None:
    desk = small_desk
    await desk.book.change("invoice", 0, {"answer": "新答案。"}, EDITH)
    await desk.publish("invoice")
    newer = [replace(text, version=5) if text.id == "invoice" else text for text in TEXTS]
    write_articles(desk.folder, newer)
    desk.knowledge.reload()
    assert desk.answered_by("电费电子发票怎么开") == "invoice@2"
    assert [one.kind for one in await desk.office.conflicts(EDITH) if one.kind == "file_newer"] == ["file_newer"]
    await desk.book.change("invoice", await desk.edit("invoice"), {"answer": "更新。"}, EDITH)
    file = await desk.book.file("invoice", EDITH)
    assert file.entry.shown.version == 6
    assert "base_changed" in {one.code for one in await desk.office.cautions(file.entry.shown, file.entry)}


async def test_a_hit_test_tells_what_is_won_and_what_is_lost(small_desk: Desk) -> None:
    desk = small_desk
    article_id = await desk.draft()
    version = (await desk.book.file(article_id, EDITH)).entry.shown
    before = desk.knowledge.snapshot_id
    rows = await desk.office.hit_test(version, ["公积金能交电费吗"], None, None)
    assert desk.knowledge.snapshot_id == before
    asked = next(row for row in rows if row.kind == "asked")
    assert (asked.hit_before, asked.hit_after) == (False, True)
    own = [row for row in rows if row.kind == "own"]
    assert {row.question for row in own} == {COMPLETE["question"], *COMPLETE["similar"]}
    assert not any(row.hit_before for row in own)
    thief = {
        **COMPLETE,
        "question": "在哪里下载电费发票啊",
        "similar": ["手机上电费发票怎么下载", "想要上个月电费发票"],
    }
    rows = await desk.office.hit_test(
        (await desk.book.file(await desk.draft(thief), EDITH)).entry.shown, [], None, None
    )
    near = [row for row in rows if row.kind == "near" and row.owner.id == "invoice"]
    assert near


def test_versions_are_compared_field_by_field_and_numbers_whole(knowledge_folder: Any) -> None:
    before = next(one for one in load_articles(knowledge_folder) if one.id == "meter-check-time")
    changes = {
        "answer": "受理后15个工作日内给出检测结论",
        "similar": ["申请校表后等几天", "校表多久"],
        "card": {"title": "校表", "url": "https://example.org/a"},
        "source": {"checked": "2026-11-21"},
    }
    after = changed_content(before, changes).to_article(before.id, 2, "draft")
    found = {one.field: one for one in compare(before, after)}
    assert list(found) == [
        *("similar", "answer", "source.checked"),
        *("card.title", "card.description", "card.url", "card.picture"),
    ]
    assert [(part.op, part.text) for part in found["answer"].parts] == [
        ("same", "受理后"),
        ("removed", "5"),
        ("added", "15"),
        ("same", "个工作日内给出检测结"),
        ("removed", "果"),
        ("added", "论"),
    ]
    assert found["similar"].added == ("校表多久",)
    assert len(found["similar"].removed) == 3
    assert compare(before, before) == []


def test_the_pieces_of_a_comparison_make_both_texts() -> None:
    before, after = "每月10日前交费，逾期每日千分之一。", "每月15日前交费；逾期每日千分之二，最少1元。"
    parts = compare_texts(before, after)
    assert "".join(part.text for part in parts if part.op != "added") == before
    assert "".join(part.text for part in parts if part.op != "removed") == after


def test_figures_contradict_where_one_unit_has_none_in_common() -> None:
    assert figures_in("2026年1月1日起5个工作日，0.5元") == {"个工作日": {"5"}, "元": {"0.5"}}
    assert contradict("5个工作日", "7个工作日")
    assert not contradict("5个工作日或7个工作日", "7个工作日")
    assert not contradict("5个工作日", "7小时")


def test_the_voice_of_an_answer_is_its_first_sentences() -> None:
    assert voice_of("一。二！三。", 50) == "一。二！"
    assert voice_of("很长的第一句话。第二句。", 9) == "很长的第一句话。"
