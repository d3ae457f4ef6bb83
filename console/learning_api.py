"""Labelling: the queue, one label after the other, agreement, disputes, and what is settled: the page 标注."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from connectors.requests import json_response
from console.endpoints import Call, Endpoint
from console.learning_bodies import LabelBody, QueueBody, SettleBody
from console.learning_views import (
    render_board,
    render_dispute,
    render_progress,
    render_sentence,
    render_task,
    render_titles,
)
from console.quality_api import person_of
from console.quality_bodies import read_text
from console.roles import LEARNING_LABEL, LEARNING_MANAGE, LEARNING_READ
from console.study_jobs import StudyJobs
from console.topics_api import TopicsApi, check_intents, check_month, read_month
from eval.errors import LabelRefused
from eval.retrain.labels.agreement import Figures
from eval.retrain.labels.book import LabelBook
from eval.retrain.labels.queue import Queue
from eval.retrain.labels.settings import LabelSettings, Titles, load_label_settings, load_titles
from eval.retrain.labels.store import LearningStore
from eval.retrain.labels.studies import Studies
from eval.retrain.labels.topics import Topics
from eval.retrain.labels.values import LABEL, Meaning
from storage.clock import Clock
from storage.database import Database

_QUESTION = r"/learning/labels/{id:\d+}"


@dataclass(frozen=True, slots=True)
class LabelsApi:
    """Serves queue and labels."""

    book: LabelBook
    settings: LabelSettings
    titles: Titles
    clock: Clock

    def endpoints(self) -> list[Endpoint]:
        """Return the addresses."""
        read, label, manage = LEARNING_READ, LEARNING_LABEL, LEARNING_MANAGE
        settle = r"/learning/disputes/{id:\d+}/settle"
        return [
            Endpoint("GET", "/learning/intents", self.names, read, "nobody"),
            Endpoint("POST", "/learning/queue", self.queue, label, "rows", "learning.queue", QueueBody),
            Endpoint("POST", "/learning/labels", self.label, label, "rows", "learning.label", LabelBody),
            Endpoint("POST", f"{_QUESTION}/undo", self.undo, label, "rows", "learning.undo"),
            Endpoint("GET", "/learning/progress", self.progress, read, "rows"),
            Endpoint("GET", "/learning/agreement", self.agreement, read, "rows"),
            Endpoint("GET", "/learning/disputes", self.disputes, manage, "rows", "learning.read"),
            Endpoint("POST", settle, self.settle, manage, "rows", "learning.settle", SettleBody),
            Endpoint("GET", "/learning/sentences", self.sentences, read, "rows", "learning.read"),
        ]

    async def names(self, _: Call) -> web.Response:
        """List intents and entities with their titles."""
        return json_response(render_titles(self.titles))

    async def queue(self, call: Call) -> web.Response:
        """Take the next questions; they are the caller's for some minutes."""
        body: QueueBody = call.body
        if body.month:
            check_month(body.month)
        queue = Queue(self.book.store, self.settings)
        found = await queue.take(call.scope, person_of(call), body.size, self._at(), month=body.month, topic=body.topic)
        call.did("queue", questions=[one.id for one in found])
        return json_response({"items": [render_task(one) for one in found], **await self._progress(call, body.month)})

    async def label(self, call: Call) -> web.Response:
        """Say what a sentence means, or skip it."""
        body: LabelBody = call.body
        meaning = self._checked(body.meaning()) if body.verdict == LABEL else None
        call.did(f"question:{body.question}", verdict=body.verdict, intents=body.intents)
        await self.book.label(
            call.scope, body.question, person_of(call), meaning, body.seconds, self._at(), self.settings.skips
        )
        return json_response(await self._progress(call))

    async def undo(self, call: Call) -> web.Response:
        """Take one's own label back; the sentence is shown again."""
        number = call.number("id")
        call.did(f"question:{number}")
        question = await self.book.undo(call.scope, number, person_of(call), self.settings.skips, self._at())
        return json_response({"task": render_task(question), **await self._progress(call)})

    async def progress(self, call: Call) -> web.Response:
        """Show how far the queue is, and everybody's pace."""
        return json_response((await self._progress(call, read_month(call.request.query)))["progress"])

    async def agreement(self, call: Call) -> web.Response:
        """Show agreement and kappa, overall, by pair and by intent."""
        board = await Figures(self.book.store).board(call.scope, read_month(call.request.query))
        return json_response(render_board(board, self.settings))

    async def disputes(self, call: Call) -> web.Response:
        """List the sentences about which people differ."""
        found, total = await self.book.disputes(call.scope, *call.page())
        call.did("disputes", questions=[one.question.id for one in found])
        return json_response({"items": [render_dispute(one) for one in found], "total": total})

    async def settle(self, call: Call) -> web.Response:
        """Decide what a disputed sentence means, or that it is of no use."""
        body: SettleBody = call.body
        number = call.number("id")
        call.did(f"question:{number}", intents=body.intents, drop=body.drop)
        meaning = None if body.drop else self._checked(body.meaning())
        await self.book.settle(call.scope, number, person_of(call), meaning, self._at())
        _, left = await self.book.disputes(call.scope, 1, 1)
        return json_response({"left": left})

    async def sentences(self, call: Call) -> web.Response:
        """List what is settled and will be trained on."""
        query = call.request.query
        found, total = await self.book.sentences(
            call.scope, read_month(query), read_text(query, "intent"), *call.page()
        )
        call.did("sentences", questions=[one.id for one in found])
        return json_response({"items": [render_sentence(one) for one in found], "total": total})

    def _checked(self, meaning: Meaning) -> Meaning:
        if not meaning.intents:
            raise LabelRefused("no_intent", "intents: at least one", 400)
        check_intents(self.titles, meaning.intents)
        if unknown := [one.entity for one in meaning.entities if one.entity not in self.titles.entities]:
            raise LabelRefused("unknown_entity", f"there is no entity {unknown[0]!r}", 400)
        return meaning

    async def _progress(self, call: Call, month: str = "") -> dict[str, Any]:
        found = await Figures(self.book.store).progress(call.scope, person_of(call), self._at(), month)
        return {"progress": render_progress(found, self.settings)}

    def _at(self) -> float:
        return self.clock().timestamp()


@dataclass(frozen=True, slots=True)
class Learning:
    """Both pages with what runs beneath them."""

    store: LearningStore
    jobs: StudyJobs
    parts: tuple[TopicsApi, LabelsApi]


def build_learning(database: Database, root: Path, clock: Clock) -> Learning:
    """Return the parts over a database. Raises LabelSettingsInvalid."""
    store = LearningStore(database)
    jobs = StudyJobs(Studies(store), root)
    titles, settings = load_titles(root), load_label_settings(root)
    parts = (TopicsApi(Topics(store), jobs, titles, clock), LabelsApi(LabelBook(database), settings, titles, clock))
    return Learning(store, jobs, parts)
