"""`python -m nlu.crossvalidate`: what the recipe reaches on sentences that it has not seen, fold by fold."""

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from nlu.evaluate import NluReport, evaluate_model
from nlu.examples import Example, TrainingSet, load_training_set
from nlu.folds import split_folds
from nlu.options import TrainingOptions
from nlu.pipeline import Pipeline
from nlu.train import report_progress, train_model


def measure_baseline(learn: Sequence[Example], test: Sequence[Example]) -> float:
    """Return the accuracy of character 1-4-gram TF-IDF with a linear support vector machine."""
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 4), sublinear_tf=True)
    machine = LinearSVC().fit(vectorizer.fit_transform([one.text for one in learn]), [one.intents[0] for one in learn])
    given = machine.predict(vectorizer.transform([one.text for one in test]))
    return float(sum(found == one.intents[0] for found, one in zip(given, test, strict=True)) / len(test))


def run_fold(
    training_set: TrainingSet, learn: list[Example], test: list[Example], options: TrainingOptions
) -> NluReport:
    """Train on `learn`, write the model, read it back and measure it on `test`."""
    with tempfile.TemporaryDirectory() as folder:
        train_model(replace(training_set, examples=tuple(learn)), Path(folder), options)
        now = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
        return evaluate_model(Pipeline.load(Path(folder), lambda: now), test)


def main() -> None:
    """Run the folds that were asked for and print one JSON line each; reports go to --out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("data/nlu"))
    parser.add_argument("--encoder", type=Path)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--only", type=int, help="run this fold only, from 0")
    parser.add_argument("--epochs", type=float, default=TrainingOptions().epochs)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    training_set = load_training_set(given.data)
    options = TrainingOptions(encoder_dir=given.encoder, epochs=given.epochs)
    given.out.mkdir(parents=True, exist_ok=True)
    for number, (learn, test) in enumerate(split_folds(training_set.examples, given.folds)):
        if given.only not in (None, number):
            continue
        baseline = measure_baseline(learn, test)
        report = run_fold(training_set, learn, test, options)
        (given.out / f"fold{number}.json").write_text(json.dumps(asdict(report), ensure_ascii=False, indent=1))
        report_progress(f"fold {number}: baseline {baseline:.4f}, ours {report.accuracy:.4f}, macro {report.macro_f1}")


if __name__ == "__main__":
    main()
