"""The label book: one label settles, two blind ones must agree, disputes are settled, and what may be trained on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from eval.errors import LabelRefused, NotInSight
from eval.quality.values import Person
from eval.retrain.labels.agreement import Figures
from eval.retrain.labels.book import LabelBook
from eval.retrain.labels.keep import is_double
from eval.retrain.labels.queue import Queue
from eval.retrain.labels.settings import LabelSettings, load_label_settings, load_titles
from eval.retrain.labels.store import LearningStore
from eval.retrain.labels.values import LabelledEntity, Meaning, Question
from storage.database import Database
from tests.eval.retrain.learning_world import ANNA, AT, BERT, GREEN, THEO, bill, open_learning, study, weak

SETTINGS = LabelSettings(version="test")
ASKS = Meaning(("ask_knowledge",))
OTHER = Meaning(("out_of_scope",))
ROOT = Path(__file__).parents[3]


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    async with open_learning(request.param, tmp_path) as opened:
        yield opened


async def taken(database: Database, person: Person, size: int = 10, at: float = AT, scope: str = "") -> list[Question]:
    return await Queue(LearningStore(database), SETTINGS).take(scope, person, size, at)


async def say(
    database: Database, question: Question, by: Person, meaning: Meaning | None, seconds: float = 4.0
) -> Question:
    return await LabelBook(database).label("", question.id, by, meaning, seconds, AT, SETTINGS.skips)


async def test_one_label_settles_a_sentence_and_fills_what_was_masked(database: Database) -> None:
    await study(database, "2026-10", [bill()])
    (task,) = await taken(database, ANNA)
    assert task.text == "〔户号〕上个月电费"
    await say(database, task, ANNA, Meaning(("query_bill",), task.understood.entities))
    (sentence,) = await LabelBook(database).accepted()
    assert sentence.intent == "query_bill"
    assert (sentence.by, sentence.month, sentence.at) == ("安娜", "2026-10", AT)
    marked = {one.entity: sentence.text[one.start : one.end] for one in sentence.entities}
    assert marked["month"] == "上个月"
    assert marked["account_no"].isdigit()
    assert await LabelBook(database).accepted("2026-09") == []
    assert await taken(database, BERT) == []


async def test_of_the_double_share_two_people_label_blind_and_must_agree(database: Database) -> None:
    await study(database, "2026-10", [weak("绿电怎么买")], double_share=1.0)
    (task,) = await taken(database, ANNA)
    assert await taken(database, BERT) == [], "it is Anna's for some minutes"
    assert (await say(database, task, ANNA, ASKS)).state == "open"
    assert await taken(database, ANNA) == [], "nobody labels twice"
    (again,) = await taken(database, BERT)
    assert again == task, "the second one sees what the first one saw"
    assert (await say(database, again, BERT, ASKS)).final_by == "伯特+安娜"
    assert [one.intent for one in await LabelBook(database).accepted()] == ["ask_knowledge"]


async def test_where_two_differ_somebody_settles_it(database: Database) -> None:
    await study(database, "2026-10", [weak("绿电怎么买"), weak("路灯坏了")], double_share=1.0)
    book = LabelBook(database)
    for task in await taken(database, ANNA):
        await say(database, task, ANNA, ASKS)
        assert (await say(database, task, BERT, OTHER)).state == "disputed"
    (first, second), total = await book.disputes("", 1, 10)
    assert total == 2
    assert [(one.staff, one.meaning) for one in first.labels] == [("安娜", ASKS), ("伯特", OTHER)]
    assert (await book.settle("", first.question.id, THEO, ASKS, AT)).final_source == "settled"
    assert (await book.settle("", second.question.id, THEO, None, AT)).state == "dropped"
    with pytest.raises(LabelRefused, match="differs"):
        await book.settle("", first.question.id, THEO, ASKS, AT)
    with pytest.raises(LabelRefused, match="settled"):
        await book.undo("", first.question.id, ANNA, 2, AT)
    assert [one.by for one in await book.accepted()] == ["西奥"]


async def test_two_people_who_mark_other_spans_differ_too(database: Database) -> None:
    await study(database, "2026-10", [bill()], double_share=1.0)
    (task,) = await taken(database, ANNA)
    whole = Meaning(("query_bill",), (LabelledEntity(4, 9, "month"),))
    await say(database, task, ANNA, Meaning(("query_bill",), task.understood.entities))
    assert (await say(database, task, BERT, whole)).state == "disputed"


async def test_undo_brings_a_sentence_back(database: Database) -> None:
    await study(database, "2026-10", [weak("绿电怎么买")])
    (task,) = await taken(database, ANNA)
    await say(database, task, ANNA, OTHER)
    assert (await LabelBook(database).undo("", task.id, ANNA, 2, AT)).state == "open"
    assert await LabelBook(database).accepted() == []
    assert [one.id for one in await taken(database, ANNA)] == [task.id]
    with pytest.raises(LabelRefused, match="not labelled"):
        await LabelBook(database).undo("", task.id, ANNA, 2, AT)


async def test_what_two_people_skip_waits_for_who_settles(database: Database) -> None:
    await study(database, "2026-10", [weak("呜哩哇啦")])
    (task,) = await taken(database, ANNA)
    assert (await say(database, task, ANNA, None)).state == "open"
    assert await taken(database, ANNA) == []
    assert (await say(database, task, BERT, None)).state == "skipped"
    assert (await LabelBook(database).disputes("", 1, 10))[1] == 1


async def test_a_lease_ends_and_a_place_sees_its_own(database: Database) -> None:
    await study(database, "2026-10", [weak("绿电怎么买", scope="山东/青岛市"), weak("路灯坏了", scope="江苏")])
    (own,) = await taken(database, ANNA, scope="山东")
    assert own.scope == "山东/青岛市"
    assert [one.scope for one in await taken(database, BERT)] == ["江苏"]
    assert len(await taken(database, BERT, at=AT + 601)) == 2
    with pytest.raises(NotInSight):
        await LabelBook(database).label("江苏", own.id, BERT, ASKS, 1.0, AT, 2)


@pytest.mark.parametrize(
    ("meaning", "code"),
    [
        (Meaning(()), "no_intent"),
        (Meaning(("a", "a")), "no_intent"),
        (Meaning(("a",), (LabelledEntity(0, 99, "month"),)), "bad_span"),
        (Meaning(("a",), (LabelledEntity(0, 3, "month"), LabelledEntity(2, 4, "date"))), "bad_span"),
    ],
)
async def test_what_cannot_be_meant_is_refused(tmp_path: Path, meaning: Meaning, code: str) -> None:
    async with open_learning("sqlite", tmp_path) as database:
        await study(database, "2026-10", [weak("绿电怎么买")])
        (task,) = await taken(database, ANNA)
        with pytest.raises(LabelRefused) as refused:
            await say(database, task, ANNA, meaning)
        assert refused.value.code == code


async def test_a_wording_is_labelled_once_over_places_and_months(database: Database) -> None:
    asked = [weak("绿电怎么买", scope="山东"), weak("绿电怎么买", scope="江苏", at=AT + 5)]
    await study(database, "2026-10", asked)
    (first,) = await taken(database, ANNA)
    (twin,) = await taken(database, BERT, scope="江苏")
    await say(database, first, ANNA, ASKS)
    with pytest.raises(LabelRefused, match="settled already"):
        await say(database, twin, BERT, ASKS)
    await study(database, "2026-11", [weak("绿电怎么买！", at=AT + 9e6)])
    assert await taken(database, BERT) == []
    assert len(await LabelBook(database).accepted()) == 1
    await LabelBook(database).undo("", first.id, ANNA, 2, AT)
    (again,) = await taken(database, BERT, at=AT + 601)
    assert again == first


async def test_a_second_study_of_a_month_keeps_labels_and_forgets_what_is_no_longer_asked(database: Database) -> None:
    await study(database, "2026-10", [weak("绿电怎么买"), weak("路灯坏了"), weak("大风天")])
    for task in await taken(database, ANNA):
        if task.text == "绿电怎么买":
            await say(database, task, ANNA, ASKS)
    await study(database, "2026-10", [weak("绿电怎么买"), weak("绿电怎么买", at=AT + 1), weak("路灯坏了")])
    assert [one.text for one in await taken(database, ANNA)] == ["路灯坏了"]
    (settled,), _ = await LabelBook(database).sentences("", "2026-10", "", 1, 10)
    assert settled.volume == 2


async def test_agreement_and_kappa_by_pair_and_by_intent(database: Database) -> None:
    await study(database, "2026-10", [weak(text) for text in (*GREEN, "路灯坏了")], double_share=1.0)
    for number, task in enumerate(await taken(database, ANNA)):
        await say(database, task, ANNA, ASKS if number < 3 else OTHER, seconds=2.0)
        await say(database, task, BERT, ASKS if number < 2 else OTHER)
    board = await Figures(LearningStore(database)).board("")
    assert (board.overall.both, board.overall.agreement) == (5, 0.8)
    assert board.overall.kappa == pytest.approx(0.6154)
    assert [(a, b, found.both) for a, b, found in board.pairs] == [("安娜", "伯特", 5)]
    assert {name: found.both for name, found in board.intents} == {"ask_knowledge": 3, "out_of_scope": 3}
    progress = await Figures(LearningStore(database)).progress("", ANNA, AT)
    assert (progress.states["accepted"], progress.states["disputed"]) == (4, 1)
    assert (progress.mine.labels, progress.mine.today, progress.mine.per_hour) == (5, 5, 1800.0)
    assert (await Figures(LearningStore(database)).board("山东")).overall.both == 0


async def test_what_one_customer_alone_said_can_be_forgotten(database: Database) -> None:
    his = weak("只有我这么问")
    both = [weak("绿电怎么买", at=AT), weak("绿电怎么买", at=AT + 1)]
    await study(database, "2026-10", [his, *both])
    sender = his.conversation.removesuffix("#1")
    assert await LabelBook(database).forget(sender) == 1
    assert await LabelBook(database).forget(both[0].conversation.removesuffix("#1")) == 1
    (left,) = await taken(database, ANNA)
    assert (left.text, left.conversation) == ("绿电怎么买", "")


def test_the_double_share_is_a_fifth_and_always_the_same() -> None:
    drawn = [is_double(f"key{number}", 0.2) for number in range(2000)]
    assert 340 < sum(drawn) < 460
    assert drawn == [is_double(f"key{number}", 0.2) for number in range(2000)]


def test_the_shipped_settings_and_titles_name_every_intent_and_entity() -> None:
    settings, titles = load_label_settings(ROOT), load_titles(ROOT)
    assert settings.double_share == 0.2
    domain = (ROOT / "domain.yml").read_text("utf-8")
    assert all(f"  - {name}\n" in domain for name in (*titles.intents, *titles.entities))
    listed = domain.split("intents:\n")[1].split("\nentities:")[0]
    assert len(titles.intents) == sum(line.startswith("  - ") for line in listed.splitlines())
    assert set(settings.business_weights) <= set(titles.intents)
