"""Fitting the decision on held-out evidence."""

import numpy as np

from nlu.calibrate import Evidence, find_right, fit_decision
from nlu.options import TrainingOptions
from nlu.sentence import Sentence

NAMES = ("bill", "report_hazard", "out_of_scope")
OPTIONS = TrainingOptions(urgent_intents=("report_hazard",))


def build(*rows: tuple[tuple[str, ...], list[float], float]) -> tuple[Evidence, list[Sentence]]:
    sentences = [Sentence(["x"], ["O"], [0], intents) for intents, _, _ in rows]
    logits = np.array([row for _, row, _ in rows], dtype=np.float32)
    second = np.array([chance for _, _, chance in rows], dtype=np.float32)
    return Evidence(logits, np.zeros_like(logits), np.zeros_like(logits), second, np.zeros_like(second), ()), sentences


def test_an_overconfident_network_is_cooled_down() -> None:
    right = [((name,), [4.0 * (name == other) for other in NAMES], 0.0) for name in NAMES] * 6
    wrong = [(("bill",), [0.0, 4.0, 0.0], 0.0), (("out_of_scope",), [4.0, 0.0, 0.0], 0.0)] * 5
    evidence, sentences = build(*right, *wrong)
    assert fit_decision(evidence, sentences, NAMES, OPTIONS).network_weight < 0.7


def test_the_second_threshold_parts_one_request_from_two() -> None:
    one = [(("bill",), [5.0, 1.0, 0.0], 0.05)] * 10
    two = [(("report_hazard", "bill"), [3.0, 2.5, 0.0], 0.9)] * 10
    evidence, sentences = build(*one, *two)
    assert all(find_right(fit_decision(evidence, sentences, NAMES, OPTIONS), evidence, sentences, NAMES))


def test_the_urgent_threshold_is_as_low_as_it_costs_nothing() -> None:
    sure = [((name,), [9.0 * (name == other) for other in NAMES], 0.0) for name in NAMES] * 10
    evidence, sentences = build(*sure)
    assert fit_decision(evidence, sentences, NAMES, OPTIONS).urgent_threshold == 0.06


def test_few_held_out_sentences_change_nothing() -> None:
    evidence, sentences = build((("bill",), [1.0, 0.0, 0.0], 0.0))
    assert fit_decision(evidence, sentences, NAMES, OPTIONS).network_weight == 1.0
