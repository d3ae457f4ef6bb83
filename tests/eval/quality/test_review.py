"""People's part: reviews, appeals, the queue, trust in checkers, calibration; on SQLite and PostgreSQL."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from eval.errors import NotInSight, ReviewRefused
from eval.quality.appeals import Appeals, Verdict
from eval.quality.calibration import Calibrations, Given, agreements, cohens_kappa
from eval.quality.plan import Plan, PlanBook
from eval.quality.reviews import Correction, Reviews, closes_itself
from eval.quality.samples import Reviewer, Samples, is_drawn_at_random
from eval.quality.store import QualityStore
from eval.quality.table import SCORES
from eval.quality.values import CLOSED_BY_RULE, Person, Sight, desk_key
from tests.eval.quality.review_world import AT, DAY, EVERYWHERE, fill, judged

SUE, TIM, ANNA = Person(1, "苏"), Person(2, "田"), Person(3, "安娜")
ONLY_FATAL = Plan(below=0, random_share=0)


async def set_plan(store: QualityStore, plan: Plan) -> None:
    await PlanBook(store).change(plan, SUE, "试", AT)


async def test_a_correction_changes_the_total_and_leaves_the_automatic_one(store: QualityStore) -> None:
    score = (await fill(store, judged("a", i3=0.0)))["a"]
    assert (score.automatic, score.final, score.fatal) == (0.0, 0.0, (3,))
    correction = Correction(3, 1.0, "已核验")
    full = await Reviews(store).review(EVERYWHERE, score.id, SUE, [correction], "", AT)
    assert (full.score.automatic, full.score.reviewed, full.score.final) == (0.0, 100.0, 100.0)
    assert (full.score.fatal, full.score.deducted, full.score.state) == ((), (3,), "reviewed")
    assert (full.reviews[0].item, full.reviews[0].is_correction) == (3, True)
    assert len(full.reviews) == 5, "what is not corrected is confirmed"


async def test_scoring_again_keeps_what_people_said(store: QualityStore) -> None:
    score = (await fill(store, judged("a", i4=0.0)))["a"]
    await Reviews(store).review(EVERYWHERE, score.id, SUE, [Correction(4, 1.0, "听懂了")], "", AT)
    again = (await fill(store, judged("a", i4=0.0, i10=0.5)))["a"]
    assert again.id == score.id
    assert again.automatic < again.final == 100.0


async def test_a_new_rubric_makes_a_new_score_and_the_old_one_stays(store: QualityStore) -> None:
    await fill(store, judged("a"))
    await store.save([judged("a", i4=0.0)], "2026.12", "rules.1", AT)
    found, total = await store.page(EVERYWHERE, (), 1, 10)
    assert (total, found[0].rubric) == (1, "2026.12")
    assert await store.read(lambda link: len(link.execute(select(SCORES.c.id)).all())) == 2


async def test_nobody_reviews_what_he_may_not_see(store: QualityStore) -> None:
    scores = await fill(
        store, judged("a", scope="山东/青岛市", agent=3), judged("b", scope=""), judged("c", scope="山东")
    )
    seen = {scope: {one.conversation_id for one in (await store.page(Sight(scope), (), 1, 10))[0]} for scope in _PLACES}
    assert seen == {"": {"a", "b", "c"}, "山东": {"a", "c"}, "山东/青岛市": {"a"}, "山": set(), "江苏": set()}
    with pytest.raises(NotInSight):
        await Reviews(store).review(Sight("江苏"), scores["a"].id, SUE, [], "", AT)
    own, _ = await store.page(Sight("山东", (desk_key(3),)), (), 1, 10)
    assert [one.conversation_id for one in own] == ["a"]


_PLACES = ("", "山东", "山东/青岛市", "山", "江苏")


async def test_an_appeal_goes_from_the_agent_to_a_judge_to_another_one_and_is_closed_for_good(
    store: QualityStore,
) -> None:
    own, appeals = Sight("", (desk_key(3),)), Appeals(store)
    score = (await fill(store, judged("a", agent=3, i10=0.0)))["a"]
    appeal = await appeals.file(own, score.id, 10, ANNA, "客户先骂人", AT)
    assert (appeal.state, appeal.due_at) == ("filed", AT + 3 * DAY)
    with pytest.raises(ReviewRefused, match="one appeal per item"):
        await appeals.file(own, score.id, 10, ANNA, "再来", AT)
    accepted = Verdict(accepted=True, score=0.5, reason="情有可原")
    with pytest.raises(ReviewRefused, match="not judged"):
        await appeals.close(EVERYWHERE, appeal.id, TIM, accepted, AT)
    assert (await appeals.judge(EVERYWHERE, appeal.id, SUE, accepted, AT)).state == "judged"
    assert (await store.full(EVERYWHERE, score.id)).score.reviewed is None, "only the final judgement counts"
    with pytest.raises(ReviewRefused, match="another person"):
        await appeals.close(EVERYWHERE, appeal.id, SUE, accepted, AT)
    closed = await appeals.close(EVERYWHERE, appeal.id, TIM, accepted, AT)
    assert (closed.state, closed.due_at, (closed.final or {})["by"]["name"]) == ("closed", None, "田")
    full = await store.full(EVERYWHERE, score.id)
    assert full.score.final > full.score.automatic
    with pytest.raises(ReviewRefused, match="final judgement"):
        await Reviews(store).review(EVERYWHERE, score.id, SUE, [Correction(10, 1.0, "好")], "", AT)


async def test_an_appeal_needs_something_deducted_and_comes_in_time_and_is_overdue_when_nobody_judges(
    store: QualityStore,
) -> None:
    own, appeals = Sight("", (desk_key(3),)), Appeals(store)
    scores = await fill(store, judged("a", agent=3, i10=0.0), judged("b", agent=4, i10=0.0))
    for item, code in ((4, "nothing_deducted"), (77, "unknown_item")):
        with pytest.raises(ReviewRefused) as refused:
            await appeals.file(own, scores["a"].id, item, ANNA, "不", AT)
        assert refused.value.code == code
    with pytest.raises(NotInSight):
        await appeals.file(own, scores["b"].id, 10, ANNA, "不是我的", AT)
    with pytest.raises(ReviewRefused, match="7 days"):
        await appeals.file(own, scores["a"].id, 10, ANNA, "晚了", AT + 8 * DAY)
    await appeals.file(own, scores["a"].id, 10, ANNA, "按时", AT + 6 * DAY)
    for days, late in ((8, 0), (10, 1)):
        _, total = await appeals.page(EVERYWHERE, AT + days * DAY, "", 1, 10, overdue=True)
        assert total == late


async def test_the_queue_takes_fatal_low_and_random_ones_and_is_dealt_in_turn(store: QualityStore) -> None:
    await set_plan(store, Plan(below=60, random_share=0.2))
    names = [f"c{number}" for number in range(40)]
    chosen = {name for name in names if is_drawn_at_random(name, 0.2)}
    assert 2 < len(chosen) < 20
    low = judged("low", i3=0.5, i4=0.0, i10=0.0)
    await fill(store, judged("fatal", i13=0.0), low, *(judged(name) for name in names))
    samples = Samples(store)
    assert await samples.draw(AT) == len(chosen) + 2
    assert await samples.draw(AT) == 0, "drawing again draws nothing new"
    await samples.deal([Reviewer(SUE, ""), Reviewer(TIM, "")])
    page = await samples.page(EVERYWHERE, AT, None, "open", 1, 100)
    assert [sample.reasons for sample, _ in page.items][:2] == [("fatal", "low"), ("low",)]
    counts = await samples.open_counts()
    assert abs(counts[SUE.id] - counts[TIM.id]) <= 1
    assert (await samples.page(EVERYWHERE, AT + 4 * DAY, SUE.id, "open", 1, 5)).overdue == counts[SUE.id]


async def test_a_reviewer_is_given_only_what_he_may_see(store: QualityStore) -> None:
    await set_plan(store, ONLY_FATAL)
    await fill(store, judged("a", scope="山东", i13=0.0), judged("b", scope="江苏", i13=0.0), judged("c", i13=0.0))
    await Samples(store).draw(AT)
    await Samples(store).deal([Reviewer(SUE, "山东"), Reviewer(TIM, "江苏/南京市")])
    page = await Samples(store).page(EVERYWHERE, AT, None, "open", 1, 10)
    assert {score.conversation_id: sample.reviewer for sample, score in page.items} == {"a": SUE, "b": None, "c": None}
    with pytest.raises(NotInSight):
        await Samples(store).assign(EVERYWHERE, page.items[1][0].id, Reviewer(SUE, "山东"))


async def test_nobody_reviews_what_he_held_himself(small_store: QualityStore) -> None:
    await set_plan(small_store, ONLY_FATAL)
    score = (await fill(small_store, judged("a", agent=SUE.id, i13=0.0)))["a"]
    with pytest.raises(ReviewRefused, match="held yourself"):
        await Reviews(small_store).review(EVERYWHERE, score.id, SUE, [], "", AT)
    samples = Samples(small_store)
    await samples.draw(AT)
    await samples.deal([Reviewer(SUE, "")])
    assert await samples.open_counts() == {}
    await samples.deal([Reviewer(SUE, ""), Reviewer(TIM, "")])
    assert await samples.open_counts() == {TIM.id: 1}
    await samples.deal([Reviewer(ANNA, "")])
    assert await samples.open_counts() == {ANNA.id: 1}, "who reviews no longer hands on what waits"


async def test_a_checker_that_was_right_fifty_times_closes_its_findings_itself(store: QualityStore) -> None:
    await set_plan(store, Plan(below=70, random_share=0))
    old = await fill(store, *(judged(f"old{number}", i4=0.0) for number in range(50)))
    reviews = Reviews(store)
    for place, score in enumerate(old.values()):
        wrong = [Correction(4, 1.0, "错判")] if place < 2 else []
        await reviews.review(EVERYWHERE, score.id, SUE, wrong, "", AT)
    one = (await reviews.precision())[0]
    assert (one.item, one.reviews, one.confirmed, one.closes_itself) == (4, 50, 48, True)
    await fill(store, judged("new", i4=0.0), judged("other", i4=0.0, i10=0.0))
    assert await Samples(store).draw(AT) == 1
    found = {one.conversation_id: one.state for one in (await store.page(EVERYWHERE, (), 1, 100))[0]}
    assert (found["new"], found["other"]) == (CLOSED_BY_RULE, "queued")


@pytest.mark.parametrize(("reviews", "confirmed", "closes"), [(49, 49, False), (50, 47, False), (100, 95, True)])
def test_precision_needs_fifty_reviews_and_ninety_five_percent(reviews: int, confirmed: int, closes: bool) -> None:
    assert closes_itself(reviews, confirmed, Plan()) is closes


async def test_calibration_is_blind_until_one_has_scored_oneself(store: QualityStore) -> None:
    scores = await fill(store, judged("a"), judged("b"))
    ids = [scores["a"].id, scores["b"].id]
    rounds = Calibrations(store)
    made = await rounds.begin(EVERYWHERE, "十一月", ids, SUE, AT)
    await rounds.score(EVERYWHERE, made.id, ids[0], {4: 1.0, 10: 0.5}, SUE, AT)
    found = await rounds.score(EVERYWHERE, made.id, ids[1], {4: 0.0}, TIM, AT)
    assert [one.score_id for one in found.seen_by(TIM)] == [ids[1]]
    found = await rounds.score(EVERYWHERE, made.id, ids[0], {4: 1.0, 10: 1.0}, TIM, AT)
    assert (found.done, {one.item: one.agreement for one in found.agreements()}) == (1, {4: 1.0, 10: 0.0})
    with pytest.raises(ReviewRefused, match="you have scored"):
        await rounds.score(EVERYWHERE, made.id, ids[0], {4: 0.0}, TIM, AT)
    with pytest.raises(NotInSight):
        await rounds.begin(Sight("江苏"), "外地", ids, SUE, AT)


def test_kappa_is_agreement_beyond_chance() -> None:
    # Cohen's own kind of example: 20 + 15 agree of 50, chance 0.5 -> (0.7 - 0.5) / 0.5
    pairs = [(1.0, 1.0)] * 20 + [(1.0, 0.0)] * 5 + [(0.0, 1.0)] * 10 + [(0.0, 0.0)] * 15
    assert cohens_kappa(pairs) == 0.4
    assert cohens_kappa([(1.0, 1.0)] * 3) is None
    given = [Given(1, SUE, 4, None), Given(1, TIM, 4, None), Given(1, ANNA, 4, 1.0)]
    assert [(one.pairs, one.agreement) for one in agreements(given)] == [(3, 0.3333)]


async def test_a_forgotten_customer_leaves_nothing(store: QualityStore) -> None:
    score = (await fill(store, judged("a", agent=3, i10=0.0), judged("b")))["a"]
    await Appeals(store).file(Sight("", (desk_key(3),)), score.id, 10, ANNA, "不", AT)
    await Reviews(store).review(EVERYWHERE, score.id, SUE, [], "", AT)
    assert await store.forget("sender-a") == 1
    assert [one.conversation_id for one in (await store.page(EVERYWHERE, (), 1, 10))[0]] == ["b"]
