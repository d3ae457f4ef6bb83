"""Unknown topics over the months: lasting ids, trend, what is made of them; studies begin one at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from eval.errors import LabelRefused, NotInSight
from eval.retrain.labels.book import LabelBook
from eval.retrain.labels.store import LearningStore
from eval.retrain.labels.studies import SILENT_SECONDS, Found, Studies
from eval.retrain.labels.topics import Topics, Wanted
from storage.database import Database
from tests.eval.retrain.learning_world import AT, GREEN, NOISE, open_learning, study, weak

OCTOBER, NOVEMBER = "2026-10", "2026-11"
ANY = Wanted()


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    async with open_learning(request.param, tmp_path) as opened:
        yield opened


async def two_months(database: Database) -> Topics:
    october = [weak(text, scope="山东") for text in (*GREEN, *GREEN, *NOISE)]
    await study(database, OCTOBER, october)
    found = await study(database, NOVEMBER, [weak(text, at=AT + 3e6, scope="江苏") for text in GREEN])
    assert (found.topics, found.new_topics) == (1, 0)
    return Topics(LearningStore(database))


async def test_a_topic_lasts_over_the_months_with_its_trend(database: Database) -> None:
    topics = await two_months(database)
    green, noise = (await topics.page("", ANY, 1, 10)).items
    assert green.trend == ((OCTOBER, 8), (NOVEMBER, 4))
    assert (green.volume, green.first_month, green.last_month) == (12, OCTOBER, NOVEMBER)
    assert set(green.wordings) == set(GREEN)
    assert (noise.volume, noise.last_month, noise.suggestion) == (3, OCTOBER, "new_article")
    page = await topics.page("", Wanted(month=NOVEMBER), 1, 10)
    assert [(one.id, one.volume) for one in page.items] == [(green.id, 4)]
    assert page.months == [NOVEMBER, OCTOBER]


async def test_everybody_sees_what_was_asked_in_his_place(database: Database) -> None:
    topics = await two_months(database)
    (green,) = (await topics.page("江苏", ANY, 1, 10)).items
    assert green.trend == ((NOVEMBER, 4),)
    assert [one.volume for one in (await topics.page("山东", ANY, 1, 10)).items] == [8, 3]
    assert (await topics.page("黑龙江", ANY, 1, 10)).items == []
    noise = (await topics.page("山东", ANY, 1, 10)).items[1]
    with pytest.raises(NotInSight):
        await topics.read("江苏", noise.id)


async def test_a_topic_becomes_training_sentences_that_somebody_answers_for(database: Database) -> None:
    topics = await two_months(database)
    noise = (await topics.page("", ANY, 1, 10)).items[1]
    _, questions = await topics.read("", noise.id)
    chosen = [one.id for one in questions][:2]
    made, number = await topics.to_sentences("", noise.id, ("submit_complaint",), chosen, "西奥", AT)
    assert (made.state, number) == ("sentences", 2)
    assert made.decision is not None
    assert (made.decision.by, made.decision.target) == ("西奥", "submit_complaint")
    accepted = await LabelBook(database).accepted()
    assert {(one.intent, one.by) for one in accepted} == {("submit_complaint", "西奥")}
    with pytest.raises(LabelRefused, match="already"):
        await topics.decide("", noise.id, "ignored", "x", AT, reason="y")
    with pytest.raises(NotInSight):
        await topics.to_sentences("", (await topics.page("", ANY, 1, 10)).items[0].id, ("x",), chosen, "x", AT)


async def test_an_ignored_topic_stays_ignored_and_says_when_it_comes_back(database: Database) -> None:
    await study(database, OCTOBER, [weak(text) for text in GREEN])
    topics = Topics(LearningStore(database))
    (green,) = (await topics.page("", ANY, 1, 10)).items
    made = await topics.decide("", green.id, "ignored", "伊迪丝", AT, reason="不归供电公司管")
    assert made.decision is not None
    assert (made.decision.reason, made.comes_back) == ("不归供电公司管", False)
    assert (await topics.page("", Wanted(state="open"), 1, 10)).items == []
    await study(database, NOVEMBER, [weak(text, at=AT + 3e6) for text in GREEN])
    page = await topics.page("", ANY, 1, 10)
    assert (page.items[0].comes_back, page.counts) == (True, {"ignored": 1})
    assert (await topics.reopen("", green.id)).state == "open"
    with pytest.raises(LabelRefused, match="nothing was made"):
        await topics.reopen("", green.id)


async def test_one_study_at_a_time_and_a_silent_one_is_given_up(database: Database) -> None:
    now = [1000.0]
    studies = Studies(LearningStore(database), lambda: now[0])
    first = await studies.begin(OCTOBER, "西奥", AT)
    await studies.tell(first.id, "ranking", 0.7)
    with pytest.raises(LabelRefused, match="running"):
        await studies.begin(OCTOBER, "西奥", AT)
    assert [(one.stage, one.progress) for one in (await studies.page(1, 10))[0]] == [("ranking", 0.7)]
    now[0] += SILENT_SECONDS + 1
    assert (await studies.page(1, 10))[0][0].error == "interrupted"
    second = await studies.begin(OCTOBER, "西奥", AT)
    await studies.finish(second.id, Found(9, 5, 2, 1, {"fallback": 9}), AT + 30)
    found = await studies.read(second.id)
    assert (found.state, found.messages, found.new_topics, found.reasons) == ("done", 9, 1, {"fallback": 9})
    await studies.fail(second.id, "study_failed", AT)
    assert (await studies.read(second.id)).state == "done", "what is done cannot fail"
