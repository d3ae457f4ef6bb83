"""Long work of the quality review: conversations and recordings from elsewhere, scoring what is new."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from connectors.errors import BadRequest
from connectors.requests import json_response
from console.endpoints import Call, Endpoint
from console.quality_api import person_of
from console.quality_bodies import ScoringBody, read_choice, read_text
from console.roles import QUALITY_REVIEW
from console.uploads import receive_file
from eval.errors import QuestionFileInvalid, QuestionMistake
from eval.quality.begun import BegunWork
from eval.quality.import_file import Reading, read_conversation_file
from eval.quality.jobs import IMPORT, RECORDING, SCORE, Job, Jobs
from eval.quality.recording_file import SIDES, SOUND_SUFFIXES, CallTold, can_recognise, read_moment, read_side
from storage.clock import CHINA

MOST_TEXT_BYTES = 20 * 1024 * 1024
MOST_SOUND_BYTES = 200 * 1024 * 1024
_TEXT_SUFFIXES = (".csv", ".jsonl")
_MOST_MISTAKES = 200
_MOST_NAME = 64


@dataclass(frozen=True, slots=True)
class QualityIntakeApi:
    """Serves imports and jobs."""

    work: BegunWork | None
    """None where the project has no rubric: nothing can be scored."""
    jobs: Jobs

    def endpoints(self) -> list[Endpoint]:
        """Return the addresses."""
        may = QUALITY_REVIEW
        return [
            Endpoint("POST", "/quality/imports", self.bring, may, "rows", "quality.import"),
            Endpoint("GET", "/quality/jobs", self.list_jobs, may, "rows"),
            Endpoint("POST", "/quality/jobs", self.score, may, "rows", "quality.score", ScoringBody),
            Endpoint("GET", r"/quality/jobs/{id:\d+}", self.job, may, "rows"),
        ]

    async def bring(self, call: Call) -> web.Response:
        """Take a file: look at it alone (`check=1`), or keep what is in it and score it."""
        name = Path(read_text(call.request.query, "name")).name
        suffix = Path(name).suffix.lower()
        call.did("import", kind=suffix)
        if suffix in _TEXT_SUFFIXES:
            return json_response(await self._bring_text(call, name, suffix))
        if suffix in SOUND_SUFFIXES:
            return json_response(await self._bring_sound(call, name, suffix))
        raise BadRequest("file_kind", f"a file whose name ends in {', '.join((*_TEXT_SUFFIXES, *SOUND_SUFFIXES))}")

    async def list_jobs(self, call: Call) -> web.Response:
        """List what was begun, the newest first."""
        found, total = await self.jobs.page(call.scope, *call.page())
        return json_response({"items": [asdict(one) for one in found], "total": total})

    async def job(self, call: Call) -> web.Response:
        """Show how far one is."""
        return json_response({"job": asdict(await self.jobs.one(call.scope, call.number("id")))})

    async def score(self, call: Call) -> web.Response:
        """Begin to score what is not scored yet among the conversations of some days."""
        body: ScoringBody = call.body
        since = datetime.fromtimestamp(body.since, CHINA)
        until = datetime.fromtimestamp(body.until, CHINA) if body.until is not None else None
        call.did("scoring", since=body.since, until=body.until)
        job = await self.jobs.begin(SCORE, person_of(call), call.scope, self._work.score(since, until))
        return json_response({"job": asdict(job)})

    async def _bring_text(self, call: Call, name: str, suffix: str) -> dict[str, Any]:
        path = await receive_file(call.request, suffix, MOST_TEXT_BYTES)
        try:
            reading = await asyncio.to_thread(read_conversation_file, path)
        except QuestionFileInvalid as error:
            reading = Reading((), error.mistakes)
        finally:
            path.unlink(missing_ok=True)
        reading = await self._work.intake.checked(reading, call.scope, name)
        call.did("import", conversations=len(reading.transcripts), mistakes=len(reading.mistakes))
        job = None
        if reading.transcripts and call.request.query.get("check") != "1":
            job = await self.jobs.begin(IMPORT, person_of(call), call.scope, self._work.take(reading))
        return _answer(len(reading.transcripts), reading.mistakes, job)

    async def _bring_sound(self, call: Call, name: str, suffix: str) -> dict[str, Any]:
        told = await self._told(call, name)
        if not await asyncio.to_thread(can_recognise):
            raise BadRequest("no_recognition", "this installation has no speech recognition", 409)
        if call.request.query.get("check") == "1":
            return _answer(1, (), None)
        path = await receive_file(call.request, suffix, MOST_SOUND_BYTES)
        try:
            work = self._work.recognise(path, told)
            job = await self.jobs.begin(RECORDING, person_of(call), call.scope, work)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return _answer(1, (), job)

    async def _told(self, call: Call, name: str) -> CallTold:
        """Read what is known of a call. Raises BadRequest."""
        query = call.request.query
        agent, scope = read_text(query, "agent_name").strip(), read_text(query, "scope") or call.scope
        try:
            began = read_moment(Path(name), query.get("began") or "")
        except QuestionFileInvalid as error:
            raise BadRequest("invalid_query", "began: a time as 2026-11-20T09:30") from error
        if len(agent) > _MOST_NAME:
            raise BadRequest("invalid_query", f"agent_name: at most {_MOST_NAME} characters")
        told = CallTold(f"{Path(name).stem[:_MOST_NAME]}@{began:%Y%m%d%H%M}", began, agent, scope)
        if not await self._work.intake.may_bring(told.id, scope, call.scope):
            raise BadRequest("unknown_scope", "scope: a place of yours, as 山东/青岛市")
        return CallTold(told.id, began, agent, scope, read_side(read_choice(query, "customer", SIDES, SIDES[0])))

    @property
    def _work(self) -> BegunWork:
        if self.work is None:
            raise BadRequest("no_rubric", "this project has no rubric in data/qa", 409)
        return self.work


def _answer(conversations: int, mistakes: Sequence[QuestionMistake], job: Job | None) -> dict[str, Any]:
    shown = [{"line": one.line, "key": one.key, "message": one.message} for one in mistakes[:_MOST_MISTAKES]]
    return {"conversations": conversations, "mistakes": shown, "job": asdict(job) if job is not None else None}
