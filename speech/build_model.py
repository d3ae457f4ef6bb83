"""Builds recognition models: `python -m speech.build_model demo|domain ...` (needs the `train` extra).

`demo` builds a whole small model from synthetic speech. `domain` gives a full Vosk model a language model of the
utility's own sentences.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from speech.errors import SpeechError
from speech.model_building.build import build_model
from speech.model_building.corpus_plan import BuildSettings
from speech.model_building.domain_graph import build_domain_model
from speech.model_building.network import TrainingPlan


def main(arguments: list[str] | None = None) -> int:
    """Build or measure; return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        if options.what == "demo":
            _build_demo(options)
        else:
            unknown = build_domain_model(options.model, options.text, options.out)
            _say(f"{options.out} is ready; characters that the model does not know: {unknown or 'none'}")
    except (SpeechError, OSError, subprocess.CalledProcessError) as error:
        _say(str(error))
        return 2
    return 0


def _build_demo(options: argparse.Namespace) -> None:
    plan = TrainingPlan(
        width=options.width, epochs=options.epochs, limit_seconds=options.minutes * 60, threads=options.threads
    )
    settings = BuildSettings(spoken_sentences=options.utterances, training=plan)
    build_model(options.project, options.out, settings, extra_text=options.text, report=_say)
    # In a process of its own: libvosk and pywrapfst do not live together.
    subprocess.run([sys.executable, "-m", "speech.measure_model", "--card", "--model", str(options.out)], check=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m speech.build_model", description=__doc__)
    kinds = parser.add_subparsers(dest="what", required=True)
    demo = kinds.add_parser("demo", help="a small model from synthetic speech")
    demo.add_argument("--project", type=Path, default=Path())
    demo.add_argument("--out", type=Path, default=Path("models/speech/demo-cn"))
    demo.add_argument("--text", type=Path, help="further sentences, one a line")
    demo.add_argument("--utterances", type=int, default=24_000)
    demo.add_argument("--epochs", type=int, default=7)
    demo.add_argument("--width", type=int, default=352)
    demo.add_argument("--minutes", type=float, default=60.0, help="limit of the network's training")
    demo.add_argument("--threads", type=int, default=1)
    domain = kinds.add_parser("domain", help="the utility's language model for a full Vosk model")
    domain.add_argument("--model", type=Path, required=True, help="the full model (graph/HCLr.fst and graph/Gr.fst)")
    domain.add_argument("--text", type=Path, required=True, help="sentences of the utility, one a line")
    domain.add_argument("--out", type=Path, required=True)
    return parser


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
