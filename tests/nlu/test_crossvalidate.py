"""Folds."""

from nlu.examples import Example
from nlu.folds import split_folds

EXAMPLES = [Example(f"{name}{number % 9}", (name,)) for name in "abc" for number in range(20)]


def test_every_example_is_tested_once_and_never_learnt_in_the_same_fold() -> None:
    tested = []
    for learn, test in split_folds(EXAMPLES, 5):
        assert not {example.text for example in learn} & {example.text for example in test}
        assert len(learn) + len(test) == len(EXAMPLES)
        tested += test
    assert sorted(example.text for example in tested) == sorted(example.text for example in EXAMPLES)


def test_each_fold_has_a_share_of_each_intent() -> None:
    for _, test in split_folds(EXAMPLES, 3):
        assert {example.intents[0] for example in test} == set("abc")
