"""The quality review of conversations: list, one with its evidence, re-scoring, appeals.

Who oversees sees the rows of his place; an agent sees his own. Every read carries the caller's sight into the query.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from connectors.requests import json_response
from console.endpoints import Call, Endpoint
from console.quality_bodies import AppealBody, ReviewBody, VerdictBody, parse_filters, read_choice
from console.quality_views import (
    render_appeal,
    render_items,
    render_quality_score,
    render_recording,
    render_review,
    render_sample,
    render_transcript,
)
from console.roles import MACHINE, QUALITY_APPEAL, QUALITY_OVERSEE, QUALITY_READ, QUALITY_REVIEW
from eval.quality.appeals import STATES, Appeal, Appeals, Verdict
from eval.quality.plan import PlanBook
from eval.quality.reviews import Correction, Reviews
from eval.quality.samples import Samples
from eval.quality.sounds import Sounds
from eval.quality.store import QualityStore
from eval.quality.transcripts import ScoredTranscripts
from eval.quality.values import DAY_SECONDS, FullScore, Person, Sight, desk_key, named_key
from storage.clock import Clock

_CONVERSATION = r"/quality/conversations/{id:\d+}"
_APPEAL = r"/quality/appeals/{id:\d+}"


def person_of(call: Call) -> Person:
    """Return who acts."""
    return Person(call.login.staff.id, call.login.staff.display_name) if call.login is not None else Person(0, MACHINE)


def sight_of(call: Call) -> Sight:
    """Return which rows the caller may see."""
    if QUALITY_OVERSEE in call.permissions or call.login is None:
        return Sight(call.scope)
    return Sight(call.scope, (desk_key(call.staff.id), named_key(call.staff.name)))


@dataclass(frozen=True, slots=True)
class QualityApi:
    """Serves scored conversations and appeals."""

    store: QualityStore
    sounds: Sounds
    clock: Clock

    def endpoints(self) -> list[Endpoint]:
        """Return the addresses."""
        review, appeal = "quality.review", "quality.appeal"
        return [
            Endpoint("GET", "/quality/conversations", self.conversations, QUALITY_READ, "rows"),
            Endpoint("GET", _CONVERSATION, self.conversation, QUALITY_READ, "rows", "quality.read"),
            Endpoint("POST", f"{_CONVERSATION}/review", self.review, QUALITY_REVIEW, "rows", review, ReviewBody),
            Endpoint("POST", f"{_CONVERSATION}/appeals", self.file, QUALITY_APPEAL, "rows", appeal, AppealBody),
            Endpoint("GET", "/quality/appeals", self.appeals, QUALITY_READ, "rows"),
            Endpoint("POST", f"{_APPEAL}/judge", self.judge, QUALITY_REVIEW, "rows", "quality.judge", VerdictBody),
            Endpoint("POST", f"{_APPEAL}/close", self.close, QUALITY_REVIEW, "rows", "quality.close", VerdictBody),
        ]

    async def conversations(self, call: Call) -> web.Response:
        """List scored conversations."""
        page, size = call.page()
        order = read_choice(call.request.query, "order", ("newest", "worst"))
        found, total = await self.store.page(
            sight_of(call), parse_filters(call.request.query), page, size, worst_first=order == "worst"
        )
        return json_response({"items": [render_quality_score(one) for one in found], "total": total})

    async def conversation(self, call: Call) -> web.Response:
        """Show one conversation with what was found, and where."""
        call.did(f"quality:{call.number('id')}")
        full = await self.store.full(sight_of(call), call.number("id"))
        return json_response(await self._page(call, full))

    async def review(self, call: Call) -> web.Response:
        """Re-score items; what is not named is confirmed."""
        body: ReviewBody = call.body
        call.did(f"quality:{call.number('id')}", corrected={str(one.item): one.score for one in body.corrections})
        corrections = [Correction(one.item, one.score, one.reason) for one in body.corrections]
        full = await Reviews(self.store).review(
            sight_of(call), call.number("id"), person_of(call), corrections, body.comment, self._at()
        )
        return json_response(await self._page(call, full))

    async def file(self, call: Call) -> web.Response:
        """Object to an item of one's own conversation."""
        body: AppealBody = call.body
        call.did(f"quality:{call.number('id')}", item=body.item)
        found = await Appeals(self.store).file(
            sight_of(call), call.number("id"), body.item, person_of(call), body.reason, self._at()
        )
        return self._told(found)

    async def appeals(self, call: Call) -> web.Response:
        """List appeals, the most urgent first."""
        page, size = call.page()
        state = read_choice(call.request.query, "state", STATES)
        overdue = call.request.query.get("overdue") == "1"
        found, total = await Appeals(self.store).page(sight_of(call), self._at(), state, page, size, overdue=overdue)
        return json_response({"items": [render_appeal(one, self._at()) for one in found], "total": total})

    async def judge(self, call: Call) -> web.Response:
        """Judge an appeal as a supervisor."""
        call.did(f"appeal:{call.number('id')}", accepted=call.body.accepted)
        found = await Appeals(self.store).judge(
            sight_of(call), call.number("id"), person_of(call), _verdict(call.body), self._at()
        )
        return self._told(found)

    async def close(self, call: Call) -> web.Response:
        """Judge an appeal finally; it is closed for good."""
        call.did(f"appeal:{call.number('id')}", accepted=call.body.accepted, score=call.body.score)
        found = await Appeals(self.store).close(
            sight_of(call), call.number("id"), person_of(call), _verdict(call.body), self._at()
        )
        return self._told(found)

    async def _page(self, call: Call, full: FullScore) -> dict[str, Any]:
        at = self._at()
        appeals = await Appeals(self.store).of_score(full.score.id)
        sample = await Samples(self.store).of_score(full.score.id)
        trusted = {one.item for one in await Reviews(self.store).precision() if one.closes_itself}
        appealable = await self._appealable(call, full, {one.item for one in appeals})
        transcript = await ScoredTranscripts(self.store, self.sounds.calls).read(full.score)
        return {
            "score": render_quality_score(full.score),
            "items": render_items(full, trusted, appealable, transcript),
            "transcript": render_transcript(transcript),
            "recording": render_recording(full.score, await self.sounds.of(full.score)),
            "reviews": [render_review(one) for one in full.reviews],
            "appeals": [render_appeal(one, at) for one in appeals],
            "sample": render_sample(sample, at) if sample is not None else None,
        }

    async def _appealable(self, call: Call, full: FullScore, appealed: set[int]) -> set[int]:
        """Return the items to which the caller may object now."""
        plan = (await PlanBook(self.store).current()).plan
        told_at = max([full.score.scored_at, *(one.at for one in full.reviews)])
        if QUALITY_APPEAL not in call.permissions or self._at() > told_at + plan.appeal_days * DAY_SECONDS:
            return set()
        return {one.item for one in full.final_items if one.is_deducted} - appealed

    def _told(self, appeal: Appeal) -> web.Response:
        return json_response({"appeal": render_appeal(appeal, self._at())})

    def _at(self) -> float:
        return self.clock().timestamp()


def _verdict(body: VerdictBody) -> Verdict:
    return Verdict(body.accepted, body.score if body.accepted else None, body.reason)
