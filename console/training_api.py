"""Trainings in the console: those there were, how far the one that runs is, and the button that begins one."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated, Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from connectors.requests import json_response
from console.endpoints import Call, Endpoint
from console.quality_bodies import Text
from console.roles import LEARNING_MANAGE, LEARNING_READ
from console.topics_api import check_month
from eval.retrain.trainings import Training, TrainingBook
from storage.clock import Clock

_NOT_TOLD = ("attempts", "asked_by")


class TrainingBody(BaseModel):
    """POST /learning/trainings."""

    model_config = ConfigDict(extra="forbid", strict=True)

    month: Annotated[Text, Field(min_length=7, max_length=7)]
    reason: Annotated[Text, Field(min_length=4, max_length=200)]


@dataclass(frozen=True, slots=True)
class TrainingsApi:
    """Serves trainings; they show nobody's words."""

    book: TrainingBook
    clock: Clock

    def endpoints(self) -> list[Endpoint]:
        """Return the addresses."""
        manage = LEARNING_MANAGE
        return [
            Endpoint("GET", "/learning/trainings", self.trainings, LEARNING_READ, "nobody"),
            Endpoint("GET", r"/learning/trainings/{id:\d+}", self.training, LEARNING_READ, "nobody"),
            Endpoint("POST", "/learning/trainings", self.begin, manage, "nobody", "learning.train", TrainingBody),
        ]

    async def trainings(self, call: Call) -> web.Response:
        """List trainings, newest first."""
        found, total = await self.book.page(*call.page())
        return json_response({"items": [render_training(one) for one in found], "total": total})

    async def training(self, call: Call) -> web.Response:
        """Show one training."""
        return json_response({"training": render_training(await self.book.read(call.number("id")))})

    async def begin(self, call: Call) -> web.Response:
        """Queue the training of a month; some worker begins it within seconds, as a process of low priority."""
        body: TrainingBody = call.body
        check_month(body.month)
        asked = await self.book.ask(body.month, call.name, body.reason, self.clock().timestamp())
        call.did(f"training:{asked.id}", month=body.month, reason=body.reason)
        return json_response({"training": render_training(asked)}, 202)


def render_training(training: Training) -> dict[str, Any]:
    """Return a training as JSON values."""
    told = {name: value for name, value in asdict(training).items() if name not in _NOT_TOLD}
    return {**told, "by": training.asked_by}
