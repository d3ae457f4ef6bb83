"""Train the reranker on articles: `python -m nlu.train_reranker`; then name its folder as `knowledge: reranker:`."""

import argparse
import time
from pathlib import Path

import numpy as np

from nlu.encoder.onnx_reranker import OnnxReranker
from nlu.encoder.pairs import hold_out_questions, read_topics
from nlu.encoder.reranker import train_reranker


def main() -> None:
    """Train; with --measure, keep some wordings out and say how often their topic is chosen among near ones."""
    options = parse_options()
    topics = read_topics(options.articles)
    kept, held = hold_out_questions(topics) if options.measure else (topics, [])
    losses = train_reranker(options.encoder, kept, options.out, epochs=options.epochs, most=options.most)
    print("loss by epoch:", ", ".join(f"{loss:.3f}" for loss in losses))
    if held:
        right, milliseconds = measure(
            OnnxReranker(options.out), {topic.name: topic.questions[0] for topic in kept}, held
        )
        print(f"held-out wordings: {right:.3f} right among 6, {milliseconds:.2f} ms for six pairs")


def measure(reranker: OnnxReranker, standard: dict[str, str], held: list[tuple[str, str]]) -> tuple[float, float]:
    """Return how often the right topic is chosen among six drawn ones, and the milliseconds a question."""
    random = np.random.default_rng(7)
    names = sorted(standard)
    begin, right = time.perf_counter(), 0
    for question, topic in held:
        others = [name for name in random.choice(names, 6, replace=False) if name != topic][:5]
        scores = reranker.score(question, [standard[topic], *(standard[name] for name in others)])
        right += int(scores.argmax() == 0)
    return right / len(held), 1000 * (time.perf_counter() - begin) / len(held)


def parse_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m nlu.train_reranker", description=__doc__)
    parser.add_argument("--articles", type=Path, default=Path("data/knowledge"))
    parser.add_argument("--encoder", type=Path, default=Path("models/encoder"), help="the encoder to start from")
    parser.add_argument("--out", type=Path, default=Path("models/reranker"))
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--most", type=int, help="choices of an epoch; all without it")
    parser.add_argument("--measure", action="store_true", help="keep some wordings out and test with them")
    return parser.parse_args()


if __name__ == "__main__":
    main()
