"""Conversations from elsewhere: JSON lines of the scoring contract, or a table with one utterance a row."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, ValidationError

from eval.errors import QuestionFileInvalid, QuestionMistake
from eval.quality.transcript import MOST_LINE_BYTES, Transcript
from storage.clock import CHINA

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "conversation_id", "会话编号", "会话ID", "通话编号"),
    "channel": ("channel", "渠道"),
    "agent": ("agent", "服务方"),
    "agent_name": ("agent_name", "坐席", "座席", "工号"),
    "scope": ("scope", "单位"),
    "region": ("region", "地区", "省份"),
    "n": ("n", "序号"),
    "role": ("role", "角色", "说话人"),
    "text": ("text", "内容", "文本"),
    "at": ("at", "time", "时间"),
    "start_seconds": ("start_seconds", "开始秒"),
    "end_seconds": ("end_seconds", "结束秒"),
    "csat": ("csat", "满意度"),
    "repeat_contact_24h": ("repeat_contact_24h", "24小时内再次来电"),
}
"""Column -> its names in a table's first row."""
_WORDS = {
    "role": {
        "客户": "customer",
        "用户": "customer",
        "机器人": "bot",
        "坐席": "agent",
        "座席": "agent",
        "系统": "system",
    },
    "channel": {"电话": "phone", "微信": "wechat", "网页": "app", "APP": "app"},
    "agent": {"机器人": "bot", "人工": "human"},
    "repeat_contact_24h": {"是": "true", "否": "false"},
}
_OF_CONVERSATION = ("channel", "agent", "agent_name", "scope", "region", "csat", "repeat_contact_24h")
_OF_TURN = ("role", "text", "at", "start_seconds", "end_seconds")
YEARS = range(2000, 2100)
_NEEDED = ("id", "role", "text")


def _without_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("must not contain the character NUL")
    return text


Word = Annotated[str, AfterValidator(_without_nul)]
"""What goes into a column: PostgreSQL keeps no NUL."""


class ImportedTranscript(Transcript):
    """A conversation with what only the importing house knows."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: Word = Field(min_length=1, max_length=250)
    agent_name: Word = Field(default="", max_length=64)
    """Log-in name of the agent in the console: he sees his own."""
    scope: Word = Field(default="", max_length=128)
    """Place in the organisation tree, 山东/青岛市; else the region."""
    region: Word | None = Field(default=None, max_length=128)

    @property
    def place(self) -> str:
        """Where it belongs."""
        return self.scope or self.region or ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file held."""

    transcripts: tuple[ImportedTranscript, ...]
    mistakes: tuple[QuestionMistake, ...]
    """Of the conversations that are left out."""


def read_conversation_file(path: Path) -> Reading:
    """Read a .jsonl or .csv file. Raises QuestionFileInvalid where the file as a whole is unusable."""
    try:
        if path.suffix.lower() == ".csv":
            with path.open(encoding="utf-8-sig", newline="") as file:
                return _collect(_table(path.name, file))
        with path.open("rb") as lines:
            return _collect(_json_lines(path.name, lines))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise QuestionFileInvalid([QuestionMistake(path.name, 0, "", f"cannot be read: {error}")]) from error


def _collect(found: Iterator[ImportedTranscript | QuestionMistake]) -> Reading:
    transcripts: list[ImportedTranscript] = []
    mistakes: list[QuestionMistake] = []
    for one in found:
        if isinstance(one, QuestionMistake):
            mistakes.append(one)
        else:
            transcripts.append(one)
    return Reading(tuple(transcripts), tuple(mistakes))


def _json_lines(file: str, lines: Any) -> Iterator[ImportedTranscript | QuestionMistake]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        if len(line) > MOST_LINE_BYTES:
            yield QuestionMistake(
                file, number, "", f"the line has {len(line)} bytes, at most {MOST_LINE_BYTES} are read"
            )
            continue
        try:
            content = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield QuestionMistake(file, number, "", f"no JSON: {error}")
            continue
        yield _validated(file, number, content, [])


def _table(file: str, lines: Any) -> Iterator[ImportedTranscript | QuestionMistake]:
    rows = csv.reader(lines)
    places = _places(file, next(rows, []))
    grouped: dict[str, list[tuple[int, dict[str, str]]]] = {}
    for cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        row = {name: cells[place].strip() for name, place in places.items() if place < len(cells)}
        if not row.get("id"):
            yield QuestionMistake(file, rows.line_num, "id", "is empty")
            continue
        grouped.setdefault(row["id"], []).append((rows.line_num, row))
    for rows_of_one in grouped.values():
        yield _conversation(file, rows_of_one)


def _places(file: str, header: Sequence[str]) -> dict[str, int]:
    given = {name.strip(): place for place, name in enumerate(header)}
    places = {
        column: next(given[name] for name in names if name in given)
        for column, names in COLUMNS.items()
        if any(name in given for name in names)
    }
    if missing := [name for name in _NEEDED if name not in places]:
        message = f"the first row has no column {' / '.join(COLUMNS[missing[0]])}"
        raise QuestionFileInvalid([QuestionMistake(file, 1, missing[0], message)])
    return places


def _conversation(file: str, rows: Sequence[tuple[int, dict[str, str]]]) -> ImportedTranscript | QuestionMistake:
    """Fold the rows of one conversation; a value of the whole may stand in any of its rows."""
    whole: dict[str, Any] = {"id": rows[0][1]["id"], "channel": "phone", "agent": "human"}
    for _, row in rows:
        whole |= {name: _meant(name, row[name]) for name in _OF_CONVERSATION if row.get(name)}
    whole["turns"] = [
        {"n": number, **{name: _meant(name, row[name]) for name in _OF_TURN if row.get(name)}}
        for number, (_, row) in enumerate(rows, 1)
    ]
    return _validated(file, rows[0][0], whole, [line for line, _ in rows])


def _meant(name: str, text: str) -> str:
    return _WORDS.get(name, {}).get(text, text)


def _validated(file: str, line: int, content: Any, lines: Sequence[int]) -> ImportedTranscript | QuestionMistake:
    """`lines`: where the turns stand in a table."""
    try:
        transcript = ImportedTranscript.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        loc = first["loc"]
        if lines and len(loc) > 1 and loc[0] == "turns" and isinstance(loc[1], int):
            return QuestionMistake(file, lines[loc[1]], ".".join(map(str, loc[2:])), first["msg"])
        return QuestionMistake(file, line, ".".join(map(str, loc)), first["msg"])
    if not transcript.turns or transcript.turns[0].at is None:
        return QuestionMistake(file, line, "at", "the first utterance needs a time, as 2026-11-20 09:30:00")
    if any(turn.at is not None and turn.at.year not in YEARS for turn in transcript.turns):
        return QuestionMistake(file, line, "at", "a datetime of this century")
    turns = tuple(
        turn.model_copy(update={"at": turn.at.replace(tzinfo=CHINA)})
        if turn.at is not None and turn.at.tzinfo is None
        else turn
        for turn in transcript.turns
    )
    return transcript.model_copy(update={"turns": turns})
