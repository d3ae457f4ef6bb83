"""Train Gridtalk's Chinese encoder from nothing: vocabulary, masked characters, sentence pairs, our articles, export.

Every stage starts from a folder and writes a folder, runs for a given wall-clock time and resumes from its
checkpoint; a stage of zero minutes is skipped. `python -m nlu.pretrain --help`.
"""

import argparse
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from nlu.encoder.average import average_weights
from nlu.encoder.contrastive import embed_texts, load_model, train_contrastive
from nlu.encoder.export import export_onnx, save_half_precision
from nlu.encoder.masked import build_vocabulary, pretrain_masked
from nlu.encoder.measure import Embed, measure_balanced, measure_grades, measure_matches, measure_recall
from nlu.encoder.onnx_encoder import OnnxEncoder
from nlu.encoder.pairs import (
    Pair,
    PairSplit,
    Topic,
    drop_telltale_lengths,
    hold_out_questions,
    pair_questions,
    read_grades,
    read_pairs,
    read_topics,
    split_pool,
)
from nlu.encoder.schedule import Schedule
from nlu.encoder.tokenizer import CharTokenizer
from nlu.encoder.workers import Workers

STAGES: Final = ("masked", "contrastive", "articles")
_AVERAGE: Final = "average"
_LOG: Final = "log.jsonl"


@dataclass(frozen=True, slots=True)
class Sitting:
    """What the command line asks for."""

    text: Path
    pairs: Path
    out: Path
    own: tuple[Path, ...]
    articles: Path | None
    average: tuple[Path, ...]
    ship: Path
    minutes: dict[str, float]
    rates: dict[str, float]
    threads: int


def main() -> None:
    """Run the stages, then export and measure."""
    sitting = parse_sitting()
    split = split_pool(read_pairs(sitting.pairs))
    if sitting.minutes["masked"]:
        run_masked(sitting)
    if sitting.minutes["contrastive"]:
        train_pairs(sitting, split)
    if sitting.minutes["articles"]:
        train_articles(sitting, split)
    start = last_stage(sitting.out)
    if sitting.average:
        start = average_weights([start, *sitting.average], sitting.out / _AVERAGE)
    ship_encoder(start, sitting.ship)
    draw_curves(sitting.out, sitting.ship / "curves.png")
    print(json.dumps(measure_encoder(sitting, split), indent=2))


def run_masked(sitting: Sitting) -> None:
    """Build the vocabulary if there is none yet; guess masked characters."""
    out = sitting.out / "masked"
    if not (out / "vocab.txt").exists():
        build_vocabulary(sitting.text, out)
    schedule, workers = _schedule(sitting, "masked"), Workers(sitting.threads)
    pretrain_masked(sitting.text, out, schedule, own_folders=sitting.own, workers=workers)


def train_pairs(sitting: Sitting, split: PairSplit) -> None:
    """Train sentence vectors on the public pairs."""
    start, out, schedule = sitting.out / "masked", sitting.out / "contrastive", _schedule(sitting, "contrastive")
    train_contrastive(start, out, split.train, schedule, workers=Workers(sitting.threads))


def train_articles(sitting: Sitting, split: PairSplit) -> None:
    """Train on the questions of our own articles, a third of each batch; the rest keeps the general pairs alive."""
    own = pair_questions(_topics(sitting)[0])
    start, out, schedule = sitting.out / "contrastive", sitting.out / "articles", _schedule(sitting, "articles")
    train_contrastive(start, out, split.train, schedule, own_pairs=own, workers=Workers(sitting.threads))


def _topics(sitting: Sitting) -> tuple[list[Topic], list[tuple[str, str]]]:
    return hold_out_questions(read_topics(sitting.articles)) if sitting.articles else ([], [])


def _schedule(sitting: Sitting, stage: str) -> Schedule:
    return Schedule(sitting.minutes[stage] * 60, sitting.rates[stage])


def last_stage(out: Path) -> Path:
    """Return the folder of the last stage that has weights."""
    return [out / stage for stage in STAGES if (out / stage / "model.safetensors").exists()][-1]


def ship_encoder(start: Path, ship: Path) -> None:
    """Write config, vocabulary, fp16 weights and int8 graph to `ship`, beside it first, then by rename."""
    fresh, old = ship.with_name(ship.name + ".new"), ship.with_name(ship.name + ".old")
    for folder in (fresh, old):
        shutil.rmtree(folder, ignore_errors=True)
    if ship.exists():
        shutil.copytree(ship, fresh)
    export_onnx(start, fresh)
    save_half_precision(load_model(start), fresh)
    shutil.copy(start / "vocab.txt", fresh)
    if ship.exists():
        ship.rename(old)
    fresh.rename(ship)
    shutil.rmtree(old, ignore_errors=True)


def measure_encoder(sitting: Sitting, split: PairSplit) -> dict[str, float]:
    """Return the measures of every stage and of the shipped graph."""
    found: dict[str, float] = {}
    for stage in (*STAGES, _AVERAGE):
        folder = sitting.out / stage
        if (folder / "model.safetensors").exists():
            found |= {f"{stage}: {name}": value for name, value in _measure(_torch_embed(folder), sitting, split)}
    shipped = OnnxEncoder(sitting.ship)
    return found | {f"int8: {name}": value for name, value in _measure(shipped.embed, sitting, split)}


def _measure(embed: Embed, sitting: Sitting, split: PairSplit) -> list[tuple[str, float]]:
    questions = split.held_out("lcqmc_dev")
    values = [("LCQMC dev held-out accuracy", measure_matches(embed, questions))]
    values.append(("LCQMC dev held-out balanced, long", measure_balanced(embed, drop_telltale_lengths(questions))))
    if strangers := split.held_out("afqmc_train"):
        labels = [(pair.first, pair.second, float(pair.is_match)) for pair in strangers]
        values.append(("AFQMC held-out Spearman", measure_grades(embed, labels)))
    grades = sitting.pairs.with_name("stsb_zh_dev.tsv.xz")
    if grades.exists():
        values.append(("STS-B dev Spearman", measure_grades(embed, read_grades(grades))))
    topics, held_out = _topics(sitting)
    if held_out:
        values.append(("held-out question to article recall@1", measure_recall(embed, topics, held_out)))
    return values


def _torch_embed(folder: Path) -> Embed:
    model, tokenizer = load_model(folder), CharTokenizer.load(folder)

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        return embed_texts(model, tokenizer, texts)

    return embed


def draw_curves(out: Path, picture: Path) -> None:
    """Draw the loss of every stage over its minutes."""
    stages = [stage for stage in STAGES if (out / stage / _LOG).exists()]
    figure = Figure(figsize=(4.5 * len(stages), 3.2), layout="constrained")
    for axes, stage in zip(figure.subplots(1, len(stages), squeeze=False)[0], stages, strict=True):
        points = [json.loads(line) for line in (out / stage / _LOG).read_text(encoding="utf-8").splitlines()]
        axes.plot([point["seconds"] / 60 for point in points], [point["loss"] for point in points], linewidth=1)
        axes.set_title(f"{stage}: {points[-1]['tokens'] / 1e6:.1f} M tokens")
        axes.set_xlabel("minutes")
        axes.set_ylabel("loss")
        axes.grid(alpha=0.3)
    figure.savefig(picture, dpi=90)


def parse_sitting() -> Sitting:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m nlu.pretrain", description=__doc__)
    parser.add_argument("--text", type=Path, required=True, help="folder of .txt and .txt.xz, a sentence a line")
    parser.add_argument("--pairs", type=Path, required=True, help="text1, text2, label, source; .tsv or .tsv.xz")
    parser.add_argument("--out", type=Path, required=True, help="folder of the stages and their checkpoints")
    parser.add_argument("--own", type=Path, nargs="*", default=[], help="folders of our YAML, read for its sentences")
    parser.add_argument("--articles", type=Path, help="folder of knowledge articles in YAML")
    parser.add_argument("--average", type=Path, nargs="*", default=[], help="folders averaged with the last stage")
    parser.add_argument("--ship", type=Path, default=Path("models/encoder"), help="what is shipped")
    for stage, minutes, rate in zip(STAGES, (35.0, 25.0, 8.0), (2e-3, 7e-4, 2.5e-4), strict=True):
        parser.add_argument(f"--{stage}-minutes", type=float, default=minutes)
        parser.add_argument(f"--{stage}-rate", type=float, default=rate, help="highest learning rate")
    parser.add_argument("--threads", type=int, default=2)
    parsed = parser.parse_args()
    return Sitting(
        text=parsed.text,
        pairs=parsed.pairs,
        out=parsed.out,
        own=tuple(parsed.own),
        articles=parsed.articles,
        average=tuple(parsed.average),
        ship=parsed.ship,
        minutes={stage: getattr(parsed, f"{stage}_minutes") for stage in STAGES},
        rates={stage: getattr(parsed, f"{stage}_rate") for stage in STAGES},
        threads=parsed.threads,
    )


__all__ = ["Pair", "build_vocabulary", "export_onnx", "pretrain_masked", "train_contrastive"]

if __name__ == "__main__":
    main()
