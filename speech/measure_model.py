"""Character errors of a model, clean and with noise: `python -m speech.measure_model` (needs the `train` extra)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from speech.errors import SpeechError
from speech.model_building.card import measure_model, write_card


def main(arguments: list[str] | None = None) -> int:
    """Measure with voices that the shipped model has not heard; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m speech.measure_model", description=__doc__)
    parser.add_argument("--model", type=Path, default=Path("models/speech/demo-cn"))
    parser.add_argument("--test", type=Path, help="sentences by kind, JSON; default: unseen.json of the model")
    parser.add_argument("--card", action="store_true", help="write the figures into the model's README.md")
    options = parser.parse_args(arguments)
    try:
        rows = measure_model(options.model, options.test or options.model / "unseen.json", report=_say)
        if options.card:
            write_card(options.model, rows)
    except (SpeechError, OSError, ValueError) as error:
        _say(str(error))
        return 2
    return 0


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
