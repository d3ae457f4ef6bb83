"""The plan of pushes, and the pieces of a long text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from connectors.wechat.budget import Budget
from connectors.wechat.error_codes import Remedy, remedy_for
from connectors.wechat.split import split_text

NOW = 1000.0


def spent(budget: Budget, *purposes: str, now: float = NOW) -> list[bool]:
    """Say of each push whether it may be made, one after the other."""
    made = []
    for purpose in purposes:
        left = budget.after_push(purpose, now)
        made.append(left is not None)
        budget = left or budget
    return made


def test_the_plan_is_one_answer_one_card_one_question_and_two_for_a_person() -> None:
    fresh = Budget().after_message(NOW)
    assert spent(fresh, "answer", "card", "csat", "agent", "agent") == [True] * 5
    assert spent(fresh, "answer", "answer", "answer", "answer", "agent", "agent", "agent") == [
        *[True] * 3,
        False,
        True,
        True,
        False,
    ]
    assert spent(fresh, "answer", "answer", "card", "csat") == [True, True, False, True]


def test_the_sixth_push_is_not_made() -> None:
    assert spent(Budget().after_message(NOW), *["agent"] * 6) == [True] * 5 + [False]


def test_a_click_allows_three_within_a_minute_and_leaves_the_five() -> None:
    clicked = Budget().after_event(NOW)
    assert spent(clicked, *["answer"] * 4) == [True, True, True, False]
    assert spent(clicked, "answer", now=NOW + 61) == [False]
    both = Budget().after_message(NOW).after_event(NOW)
    assert spent(both, *["agent"] * 9) == [True] * 8 + [False]


def test_after_48_hours_nothing_is_left() -> None:
    budget = Budget().after_message(NOW)
    assert not budget.is_over_time(NOW + 47 * 3600)
    assert budget.is_over_time(NOW + 48 * 3600)
    assert spent(budget, "agent", now=NOW + 48 * 3600) == [False]


def test_every_code_has_its_remedy() -> None:
    assert remedy_for(45047) is Remedy.HOLD
    assert remedy_for(40164) is Remedy.CONFIGURATION
    assert remedy_for(99999) is Remedy.REFUSE


@given(st.text(alphabet="电费。，\n a😀", max_size=3000))
def test_pieces_fit_and_lose_nothing_but_blanks(text: str) -> None:
    pieces = split_text(text)
    assert all(0 < len(piece.encode()) <= 2048 for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_a_cut_is_at_the_end_of_a_sentence() -> None:
    pieces = split_text("第一档电量按基础电价。" * 100)
    assert len(pieces) == 2
    assert all(piece.endswith("。") for piece in pieces)
