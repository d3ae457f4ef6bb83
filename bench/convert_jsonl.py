"""`python -m bench.convert_jsonl IN.jsonl OUT.yml`: a published data set as a training file.

Each line of the input is {"text", "intent", "slots": [{"start", "end", "label"}]}; places are code points, ends
exclusive.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml


def convert(
    source: Annotated[Path, typer.Argument(help="A file with one JSON object a line.")],
    target: Annotated[Path, typer.Argument(help="The nlu.yml file to write.")],
) -> None:
    """Write the lines of `source` as a training file."""
    lines = source.read_text(encoding="utf-8").splitlines()
    target.write_text(render_training_file(json.loads(line) for line in lines if line.strip()), encoding="utf-8")


def render_training_file(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return the rows in the nlu.yml format, by intent."""
    groups: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        groups[row["intent"]].append(annotate(row["text"], row.get("slots") or ()))
    entries = [{"intent": intent, "examples": lines} for intent, lines in sorted(groups.items())]
    return yaml.safe_dump({"version": "3.1", "nlu": entries}, allow_unicode=True, sort_keys=False, width=10_000)


def annotate(text: str, slots: Sequence[Mapping[str, Any]]) -> str:
    """Return the text with its slots marked; of two that overlap the first counts."""
    parts, place = [], 0
    for slot in sorted(slots, key=lambda one: int(one["start"])):
        start, end = int(slot["start"]), int(slot["end"])
        if start >= place and end > start:
            parts += [text[place:start], f"[{text[start:end]}]({slot['label']})"]
            place = end
    return "".join([*parts, text[place:]])


if __name__ == "__main__":
    typer.run(convert)
