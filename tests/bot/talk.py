"""One call to try a dialogue: a small project, a scripted understanding, real actions, store and locks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from rasa_sdk import Action

from actions.address_parts import correct_parts
from bot.assistant import Assistant
from bot.conversation import Conversation
from bot.decide import FlowPolicy
from bot.events import Event
from bot.handoff import HandoffQueue
from bot.locks import ProcessLocks
from bot.message import UserMessage
from bot.project import Project, load_project
from bot.questions import Questions
from bot.responses import ResponseRenderer
from bot.run_action import ActionRunner
from bot.run_stack import StackRunner
from bot.slot_values import SlotReader
from bot.stack_moves import StackMoves
from bot.store import ConversationStore
from bot.turn import TurnEngine
from nlu.understanding import Context, Entity, Intent, Understanding
from storage.clock import CHINA
from storage.database import open_database

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=CHINA)
_ANNOTATED = re.compile(r"\[([^\]]*)\]\((\w+)(?:=([^)~]*))?(~?)\)")


class ScriptedNlu:
    """Understands lines such as `query_bill@0.9: [上个月](month=2026-10)的电费`; the text itself is what is sent.

    `[多久能到](address~)` is a value that was guessed because it had been asked for.
    """

    def __init__(self) -> None:
        self.known: dict[str, Understanding] = {}
        self.contexts: list[Context] = []

    def teach(self, line: str) -> str:
        """Learn one line and return the text that a customer would send."""
        head, _, annotated = line.partition(": ")
        text = _ANNOTATED.sub(r"\1", annotated)
        ranking = [_intent(part) for part in head.split("|")]
        intents = tuple(_intent(part) for part in head.split("|")[0].split("+"))
        self.known[text] = Understanding(text, intents[0], intents, tuple(ranking), tuple(_entities(annotated)))
        return text

    def parse(self, text: str, context: Context) -> Understanding:
        """Return what was taught."""
        self.contexts.append(context)
        return self.known[text]


def _intent(part: str) -> Intent:
    name, _, confidence = part.split("+")[0].partition("@")
    return Intent(name, float(confidence or 0.9))


def _entities(annotated: str) -> list[Entity]:
    found, shift = [], 0
    for match in _ANNOTATED.finditer(annotated):
        said, entity, value = match.group(1), match.group(2), match.group(3)
        start = match.start() - shift
        found.append(Entity(entity, value or said, said, start, start + len(said), 0.7 if match.group(4) else 0.95))
        shift += len(match.group(0)) - len(said)
    return found


@dataclass(repr=False)  # asyncio represents what a fixture returns, and this one holds the whole project
class Talk:
    """One customer's conversation with a small bot."""

    assistant: Assistant
    nlu: ScriptedNlu
    clock: MovableClock
    sender: str = "customer-1"
    channel: str = "app"
    said: list[str] = field(default_factory=list)
    queue: HandoffQueue | None = None

    async def say(self, line: str, **message: Any) -> str:
        """Say a scripted line; return everything that the bot answers, joined by ` / `."""
        text = self.nlu.teach(line) if line else ""
        replies = await self.assistant.answer(UserMessage(text, self.sender, self.channel, **message))
        self.said = [reply.text for reply in replies]
        return " / ".join(self.said)

    async def state(self) -> Conversation:
        """Return the conversation."""
        return await self.assistant.conversation(self.sender)

    async def events(self) -> list[Event]:
        """Return all events so far."""
        return [event for turn in await self.assistant.turns(self.sender) for event in turn.events]

    async def kinds(self) -> list[str]:
        """Return names of all events that concern flows, as `kind:flow`."""
        return [
            f"{event.kind}:{event.flow}"
            for event in await self.events()
            if event.kind.startswith("flow_") and not event.flow.startswith("pattern_")
        ]


class MovableClock:
    """A clock that tests can move."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def move(self, **delta: float) -> None:
        """Let time pass."""
        self.now += timedelta(**delta)


async def build_talk(
    project: Project, folder: Path, actions: Mapping[str, Action] | None = None, url: str | None = None
) -> Talk:
    """Return a conversation over a project, with a fresh database in `folder`, or the one at `url`."""
    database = open_database(url or f"sqlite:///{folder / 'talk.sqlite'}")
    store, queue = ConversationStore(database), HandoffQueue(database, project)
    await store.prepare()
    await queue.prepare()
    clock, nlu = MovableClock(), ScriptedNlu()
    renderer = ResponseRenderer(project.domain)
    moves = StackMoves(project)
    runs_actions = ActionRunner(dict(actions or {}), queue, timeout_seconds=0.5)
    runner = StackRunner(project, moves, Questions(moves, clock), runs_actions)
    policy = FlowPolicy(project, SlotReader(project.domain, correct_parts))
    turns = TurnEngine(project, nlu, policy, runner, renderer, clock)
    return Talk(Assistant(turns, store, ProcessLocks(), lambda: "test-release"), nlu, clock, queue=queue)


def small_project(folder: Path, actions: Mapping[str, Action]) -> Project:
    """Return the small project of these tests, in `folder`."""
    return load_project(folder, actions=actions)
