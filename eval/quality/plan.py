"""The review's plan (抽样方案): what is drawn, deadlines, thresholds of alerts, when an item closes itself."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from eval.quality.store import QualityStore
from eval.quality.table import PLANS
from eval.quality.values import Person


class Plan(BaseModel):
    """All numbers of the review; every one has a default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fatal: bool = True
    """Draw every conversation in which a fatal item failed."""
    below: float = Field(60.0, ge=0, le=100)
    """Draw every conversation with a final score under this."""
    random_share: float = Field(0.02, ge=0, le=1)
    """Draw this share of the others."""
    appeals: bool = True
    """Draw conversations with an appeal."""
    most_per_day: int = Field(200, ge=1, le=10_000)
    review_days: int = Field(3, ge=1, le=30)
    """Days for a review."""
    appeal_days: int = Field(7, ge=1, le=30)
    """Days after scoring in which an appeal may be filed."""
    judge_days: int = Field(3, ge=1, le=30)
    """Days for the supervisor's judgement."""
    final_days: int = Field(3, ge=1, le=30)
    """Days for the final judgement."""
    period_days: int = Field(7, ge=1, le=31)
    """What alerts compare: the last so many days with those before."""
    drop_points: float = Field(5.0, gt=0, le=100)
    least_conversations: int = Field(20, ge=1, le=100_000)
    """In both periods; fewer say nothing."""
    mood_factor: float = Field(2.0, gt=1, le=100)
    """How many times as often as before customers leave in a worse mood."""
    precision: float = Field(0.95, ge=0.95, le=1)
    """Share of an item's findings that reviews must have confirmed before it closes itself; never below 0.95."""
    precision_reviews: int = Field(50, ge=50, le=100_000)
    """How many reviews that takes; never fewer than 50."""


@dataclass(frozen=True, slots=True)
class KeptPlan:
    """The plan that counts, and who made it."""

    plan: Plan
    changed_by: str | None = None
    changed_at: float | None = None


@dataclass(frozen=True, slots=True)
class PlanBook:
    """Keeps every plan that ever counted; the last one does."""

    store: QualityStore

    async def current(self) -> KeptPlan:
        """Return the plan that counts; the defaults where none was made."""
        return await self.store.read(read_plan)

    async def change(self, plan: Plan, by: Person, reason: str, at: float) -> KeptPlan:
        """Let another plan count from now on."""
        row = {"at": at, "staff_id": by.id, "staff": by.name, "reason": reason, "plan": plan.model_dump_json()}
        await self.store.write(lambda link: link.execute(insert(PLANS), row))
        return await self.current()


def read_plan(link: Connection) -> KeptPlan:
    """Return the plan that counts, within a unit of work."""
    row = link.execute(select(PLANS).order_by(PLANS.c.id.desc()).limit(1)).first()
    if row is None:
        return KeptPlan(Plan())
    return KeptPlan(Plan.model_validate_json(row.plan), row.staff, row.at)
