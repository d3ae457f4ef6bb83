"""`python -m bench.linear_floor LEARN.yml TEST.yml`: the classical floor, character n-grams and a linear classifier.

TF-IDF of the character 1-4-grams, support vector machine, both of scikit-learn with their defaults. Prints JSON.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from nlu.examples import Example, load_training_set
from nlu.scores import macro_f1, score_names

LONGEST_GRAM = 4


def measure_floor(
    learn: Annotated[Path, typer.Argument(help="Training file.")],
    test: Annotated[Path, typer.Argument(help="Test file.")],
) -> None:
    """Learn from one file, classify the other, print accuracy and macro F1."""
    print(json.dumps(score_floor(load_training_set(learn).examples, load_training_set(test).examples)))


def score_floor(learn: Sequence[Example], test: Sequence[Example]) -> dict[str, float]:
    """Return accuracy and macro F1 of the first intents."""
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, LONGEST_GRAM), sublinear_tf=True)
    machine = LinearSVC().fit(vectorizer.fit_transform([one.text for one in learn]), [one.intents[0] for one in learn])
    given = [str(name) for name in machine.predict(vectorizer.transform([one.text for one in test]))]
    truth = [one.intents[0] for one in test]
    right = sum(wanted == found for wanted, found in zip(truth, given, strict=True))
    return {"accuracy": right / len(test), "macro_f1": macro_f1(score_names(truth, given))}


if __name__ == "__main__":
    typer.run(measure_floor)
