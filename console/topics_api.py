"""Unknown topics and the studies that find them: the page 未知问题."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from connectors.errors import BadRequest
from connectors.requests import json_response
from console.endpoints import Call, Endpoint
from console.learning_bodies import ArticleBody, ReasonBody, SentencesBody, StudyBody
from console.learning_views import render_study, render_topic, render_wording
from console.quality_api import person_of
from console.quality_bodies import read_choice, read_text
from console.roles import KNOWLEDGE_EDIT, LEARNING_LABEL, LEARNING_MANAGE, LEARNING_READ
from console.study_jobs import StudyJobs
from eval.errors import LabelRefused
from eval.retrain.labels.settings import Titles
from eval.retrain.labels.topics import TopicRow, Topics, Wanted, month_of
from eval.retrain.labels.values import ARTICLE, IGNORED, TOPIC_STATES, split
from storage.clock import Clock

_TOPIC = r"/learning/topics/{id:\d+}"
_SUGGESTIONS = ("intent", "article", "new_article")


@dataclass(frozen=True, slots=True)
class TopicsApi:
    """Serves studies and topics."""

    topics: Topics
    jobs: StudyJobs
    titles: Titles
    clock: Clock

    def endpoints(self) -> list[Endpoint]:
        """Return the addresses."""
        read, label = LEARNING_READ, LEARNING_LABEL
        return [
            Endpoint("GET", "/learning/studies", self.studies, read, "nobody"),
            Endpoint("POST", "/learning/studies", self.study, LEARNING_MANAGE, "nobody", "learning.study", StudyBody),
            Endpoint("GET", "/learning/topics", self.page, read, "rows", "learning.read"),
            Endpoint("GET", _TOPIC, self.topic, read, "rows", "learning.read"),
            Endpoint("POST", f"{_TOPIC}/article", self.article, KNOWLEDGE_EDIT, "rows", "learning.topic", ArticleBody),
            Endpoint("POST", f"{_TOPIC}/sentences", self.sentences, label, "rows", "learning.topic", SentencesBody),
            Endpoint("POST", f"{_TOPIC}/ignore", self.ignore, label, "rows", "learning.topic", ReasonBody),
            Endpoint("POST", f"{_TOPIC}/reopen", self.reopen, label, "rows", "learning.topic", ReasonBody),
        ]

    async def studies(self, call: Call) -> web.Response:
        """List the studies, newest first."""
        found, total = await self.jobs.studies.page(*call.page())
        running = next((one for one in found if one.state == "running"), None)
        return json_response(
            {
                "items": [render_study(one) for one in found],
                "total": total,
                "running": render_study(running) if running else None,
                "suggested": month_before(month_of(self._at())),
            }
        )

    async def study(self, call: Call) -> web.Response:
        """Begin the study of a month."""
        body: StudyBody = call.body
        check_month(body.month)
        if body.month > month_of(self._at()):
            raise LabelRefused("month_to_come", "this month has not begun yet", 400)
        study = await self.jobs.begin(body.month, person_of(call).name, self._at())
        call.did(f"study:{study.id}", month=body.month)
        return json_response({"study": render_study(study)}, 202)

    async def page(self, call: Call) -> web.Response:
        """List topics with volume, trend and wordings."""
        wanted = read_wanted(call.request.query)
        found = await self.topics.page(call.scope, wanted, *call.page())
        call.did("topics", topics=[one.id for one in found.items])
        newest = found.months[0] if found.months else ""
        return json_response(
            {
                "items": [render_topic(one, self.titles, newest) for one in found.items],
                "total": found.total,
                "counts": {state: found.counts.get(state, 0) for state in TOPIC_STATES},
                "months": list(found.months),
            }
        )

    async def topic(self, call: Call) -> web.Response:
        """Show one topic with all its wordings."""
        topic, questions = await self.topics.read(call.scope, call.number("id"))
        call.did(f"topic:{topic.id}")
        return json_response({**self._shown(topic), "questions": [render_wording(one) for one in questions]})

    async def article(self, call: Call) -> web.Response:
        """Note that an article was begun for a topic."""
        body: ArticleBody = call.body
        return await self._decide(call, ARTICLE, target=body.article)

    async def sentences(self, call: Call) -> web.Response:
        """Make wordings training sentences of an intent."""
        body: SentencesBody = call.body
        intents = split(body.intent)
        check_intents(self.titles, intents)
        call.did(f"topic:{call.number('id')}", intent=body.intent, questions=body.questions)
        made = await self.topics.to_sentences(
            call.scope,
            call.number("id"),
            intents,
            list(dict.fromkeys(body.questions)),
            person_of(call).name,
            self._at(),
        )
        return json_response({**self._shown(made[0]), "accepted": made[1]})

    async def ignore(self, call: Call) -> web.Response:
        """Note that nothing is to be made of a topic."""
        body: ReasonBody = call.body
        return await self._decide(call, IGNORED, reason=body.reason)

    async def reopen(self, call: Call) -> web.Response:
        """Take a decision back."""
        body: ReasonBody = call.body
        call.did(f"topic:{call.number('id')}", state="open", reason=body.reason)
        return json_response(self._shown(await self.topics.reopen(call.scope, call.number("id"))))

    async def _decide(self, call: Call, state: str, *, reason: str = "", target: str = "") -> web.Response:
        call.did(f"topic:{call.number('id')}", state=state, reason=reason, made=target)
        topic = await self.topics.decide(
            call.scope, call.number("id"), state, person_of(call).name, self._at(), reason=reason, target=target
        )
        return json_response(self._shown(topic))

    def _shown(self, topic: TopicRow) -> dict[str, Any]:
        return {"topic": render_topic(topic, self.titles, "")}

    def _at(self) -> float:
        return self.clock().timestamp()


def read_wanted(query: Mapping[str, str]) -> Wanted:
    """Return the filters of a list of topics. Raises BadRequest."""
    return Wanted(
        read_month(query),
        read_choice(query, "state", TOPIC_STATES),
        read_choice(query, "suggestion", _SUGGESTIONS),
        read_choice(query, "order", ("volume", "newest")) == "newest",
    )


def read_month(query: Mapping[str, str]) -> str:
    """Return the month of a query; empty: any. Raises BadRequest."""
    month = read_text(query, "month")
    if month:
        check_month(month)
    return month


def check_month(month: str) -> None:
    """Raises BadRequest (month_unreadable) for what is no month like 2026-10."""
    year, _, number = month.partition("-")
    is_one = len(year) == 4 and len(number) == 2 and f"{year}{number}".isascii() and f"{year}{number}".isdigit()
    if not is_one or not 1 <= int(number) <= 12 or int(year) < 2000:
        raise BadRequest("month_unreadable", "month: like 2026-10")


def check_intents(titles: Titles, intents: tuple[str, ...]) -> None:
    """Raises LabelRefused (unknown_intent)."""
    if unknown := [name for name in intents if name not in titles.intents]:
        raise LabelRefused("unknown_intent", f"there is no intent {unknown[0]!r}", 400)


def month_before(month: str) -> str:
    """Return the month before, like 2026-09."""
    year, number = map(int, month.split("-"))
    return f"{year - (number == 1)}-{(number - 2) % 12 + 1:02d}"
