"""Calibration: rounds that several people score blind, and how far each checker can be trusted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from connectors.requests import json_response
from console.endpoints import Call, Endpoint
from console.quality_api import person_of, sight_of
from console.quality_bodies import CalibrationBody, CalibrationScoresBody
from console.quality_views import render_calibration, render_calibration_page
from console.roles import QUALITY_OVERSEE, QUALITY_REVIEW
from eval.quality.calibration import Calibrations
from eval.quality.plan import PlanBook
from eval.quality.reviews import Reviews
from eval.quality.store import QualityStore
from storage.clock import Clock

_CALIBRATION = r"/quality/calibrations/{id:\d+}"


@dataclass(frozen=True, slots=True)
class QualityCalibrationApi:
    """Serves calibration."""

    store: QualityStore
    names: Mapping[int, str]
    """Of the rubric's items."""
    clock: Clock

    def endpoints(self) -> list[Endpoint]:
        """Return the addresses."""
        see, act, calibrate = QUALITY_OVERSEE, QUALITY_REVIEW, "quality.calibrate"
        return [
            Endpoint("GET", "/quality/precision", self.precision, see, "nobody"),
            Endpoint("GET", "/quality/calibrations", self.calibrations, see, "rows"),
            Endpoint("POST", "/quality/calibrations", self.calibrate, act, "rows", calibrate, CalibrationBody),
            Endpoint("GET", _CALIBRATION, self.calibration, see, "rows"),
            Endpoint("POST", f"{_CALIBRATION}/scores", self.score, act, "rows", calibrate, CalibrationScoresBody),
        ]

    async def precision(self, call: Call) -> web.Response:
        """Show how far each item's checker can be trusted."""
        plan = (await PlanBook(self.store).current()).plan
        found = {one.item: one for one in await Reviews(self.store).precision()}
        items: list[dict[str, Any]] = []
        for item, name in self.names.items():
            one = found.get(item)
            shown = {"reviews": 0, "confirmed": 0, "precision": None, "closes_itself": False}
            if one is not None:
                shown = {field: getattr(one, field) for field in shown}
            items.append({"item": item, "name": name, **shown})
        needed = {"precision": plan.precision, "reviews": plan.precision_reviews}
        return json_response({"items": items, "needed": needed})

    async def calibrations(self, call: Call) -> web.Response:
        """List rounds of calibration."""
        found, total = await Calibrations(self.store).page(sight_of(call), *call.page())
        return json_response({"items": [render_calibration(one) for one in found], "total": total})

    async def calibrate(self, call: Call) -> web.Response:
        """Begin a round of calibration."""
        body: CalibrationBody = call.body
        made = await Calibrations(self.store).begin(
            sight_of(call), body.title, body.conversations, person_of(call), self._at()
        )
        call.did(f"calibration:{made.id}", conversations=list(made.conversations))
        return json_response({"calibration": render_calibration(made)})

    async def calibration(self, call: Call) -> web.Response:
        """Show a round: one's own scores, agreement and kappa, differences."""
        found = await Calibrations(self.store).read(sight_of(call), call.number("id"))
        return json_response(render_calibration_page(found, person_of(call), self.names))

    async def score(self, call: Call) -> web.Response:
        """Score one conversation of a round, blind to the others."""
        body: CalibrationScoresBody = call.body
        call.did(f"calibration:{call.number('id')}", conversation=body.conversation)
        scores = {one.item: one.score for one in body.items}
        found = await Calibrations(self.store).score(
            sight_of(call), call.number("id"), body.conversation, scores, person_of(call), self._at()
        )
        return json_response(render_calibration_page(found, person_of(call), self.names))

    def _at(self) -> float:
        return self.clock().timestamp()
