"""What a question asks for tells topics apart that share all other words."""

import numpy as np

from knowledge_base.focus import FOCI, agreement, foci_of, kinds_in, missing_kinds, shares_of_foci


def asks(text: str) -> set[str]:
    return {name for name, is_asked in zip(FOCI, foci_of(text), strict=True) if is_asked}


def test_a_question_may_ask_for_a_duration_papers_or_a_price() -> None:
    assert "duration" in asks("过户多久办好")
    assert "papers" in asks("过户要什么材料")
    assert "price" in asks("第二档多少钱")
    assert not asks("峰谷")


def test_the_topic_whose_wordings_ask_the_same_agrees_more() -> None:
    topics = np.array([shares_of_foci(["过户多久办好", "过户几天"]), shares_of_foci(["过户要什么材料"])])
    lasting, papers = agreement(foci_of("过户多久"), topics, 0.3)
    assert lasting > papers


def test_a_question_without_a_focus_prefers_no_topic() -> None:
    assert agreement(foci_of("过户"), np.ones((2, len(FOCI))), 0.3).tolist() == [0.3, 0.3]


def test_an_answer_with_days_fits_a_question_for_a_duration() -> None:
    duration = FOCI.index("duration")
    assert kinds_in(["5个工作日内办结"])[duration] == 1.0
    assert kinds_in(["请到营业厅办理"])[duration] == 0.0


def test_a_kind_without_figures_is_neither_held_nor_missing() -> None:
    assert kinds_in(["请到营业厅办理"])[FOCI.index("why")] == 0.5


def test_a_topic_lacks_a_person_that_neither_its_wordings_nor_its_answers_name() -> None:
    asked = foci_of("过户是哪位负责的")
    wordings = np.array([shares_of_foci(["过户怎么办"]), shares_of_foci(["过户找哪位办"])])
    assert missing_kinds(asked, wordings, np.array([kinds_in(["请到营业厅"])] * 2)).tolist() == [1.0, 0.0]


def test_a_question_for_a_duration_asks_for_nothing_narrow() -> None:
    assert missing_kinds(foci_of("过户多久"), np.zeros((1, len(FOCI))), np.zeros((1, len(FOCI)))).tolist() == [0.0]
