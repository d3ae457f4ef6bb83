"""A phone conversation with what its call record knows: how far prompts were heard, where everything lies in the sound.

The numbers of the turns stay those of the events, so that evidence still points where it did when the call's record is
deleted after its time; what only the record knows (the notice, the greeting, fillers) is numbered from 1001.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eval.quality.transcript import Transcript, Turn

ONLY_HEARD = 1000
"""Added to a line's number where no event says it."""
_TIMES = ("at", "start_seconds", "end_seconds")


def with_call(transcript: Transcript, message_ids: Sequence[str], record: Mapping[str, Any]) -> Transcript:
    """Return the conversation as it was heard. `message_ids`: of the customer's turns, in order."""
    customers = [turn for turn in transcript.turns if turn.role == "customer"]
    by_message = dict(zip(message_ids, customers, strict=False))
    lines = _Lines(transcript.turns, by_message)
    heard = [lines.turn_of(line) for line in record.get("turns", ()) if isinstance(line, dict)]
    turns = list(_in_order(transcript.turns, heard))
    return transcript.model_copy(update={"turns": tuple(turns)})


class _Lines:
    """Finds the event that a line of the record belongs to; every event is found once."""

    def __init__(self, turns: Sequence[Turn], by_message: Mapping[str, Turn]) -> None:
        self._by_message = by_message
        self._said = [turn for turn in turns if turn.role == "bot"]

    def turn_of(self, line: Mapping[str, Any]) -> Turn:
        text = str(line.get("text") or "")
        known = self._spoken(line) if line.get("role") == "customer" else self._said_as(text)
        times = {name: line.get(name) for name in _TIMES}
        number = known.n if known is not None else ONLY_HEARD + int(line.get("n") or 0)
        role = "customer" if line.get("role") == "customer" else "bot"
        # words of the customer: those of the event, that names what was said; the record masks some
        words = known.text if known is not None and role == "customer" else text
        timed = Turn.model_validate({"n": number, "role": role, "text": words, **times})
        if known is None:
            return timed
        return timed.model_copy(update={name: getattr(known, name) for name in ("intent", "actions", "sources")})

    def _spoken(self, line: Mapping[str, Any]) -> Turn | None:
        return self._by_message.get(str(line.get("message_id") or ""))

    def _said_as(self, text: str) -> Turn | None:
        heard = text.strip()
        found = next((turn for turn in self._said if heard and turn.text.strip().startswith(heard)), None)
        if found is not None:
            self._said.remove(found)
        return found


def _in_order(turns: Sequence[Turn], heard: Sequence[Turn]) -> Iterator[Turn]:
    """Yield what was heard, and in its place what was not: without words where the bot meant to speak."""
    numbers = {turn.n for turn in heard}
    silent = [turn for turn in turns if turn.n not in numbers]
    for one in heard:
        if one.n <= ONLY_HEARD:
            while silent and silent[0].n < one.n:
                yield _unheard(silent.pop(0))
        yield one
    yield from map(_unheard, silent)


def _unheard(turn: Turn) -> Turn:
    return turn.model_copy(update={"text": ""}) if turn.role == "bot" else turn
