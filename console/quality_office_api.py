"""The quality office: today's queue, the plan, alerts, figures, the rubric."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from aiohttp import web

from connectors.errors import BadRequest
from connectors.requests import json_response
from console.endpoints import Call, Endpoint
from console.errors import Forbidden
from console.quality_api import person_of, sight_of
from console.quality_bodies import (
    MOST_SECONDS,
    AcknowledgeBody,
    AssignBody,
    PlanBody,
    read_choice,
    read_number,
    read_text,
)
from console.quality_views import (
    render_alert,
    render_dashboard,
    render_plan,
    render_sample,
)
from console.roles import QUALITY_OVERSEE, QUALITY_READ, QUALITY_REVIEW
from console.staff import StaffBook
from eval.quality.alerts import ACKNOWLEDGED, ALERT_OPEN, DROP, FATAL, MOOD, Alerts
from eval.quality.dashboard import Window, read_dashboard
from eval.quality.plan import PlanBook
from eval.quality.rubric import RubricFile, load_rubric_file
from eval.quality.samples import Reviewer, Samples
from eval.quality.store import QualityStore
from eval.quality.table import ALERTS
from eval.quality.values import DAY_SECONDS, DONE, OPEN, Person
from storage.clock import Clock

RUBRIC_FOLDER = Path("data") / "qa"
MOST_REVIEWERS = 1000
_SHOWN_DAYS, _MOST_DAYS = 7, 92


def read_rubric(root: Path) -> RubricFile | None:
    """Return the project's rubric; None where it has none. Raises RubricInvalid."""
    folder = root / RUBRIC_FOLDER
    return load_rubric_file(folder) if folder.is_dir() else None


def item_names(rubric: RubricFile | None) -> Mapping[int, str]:
    """Return the items' names."""
    return {one.item: one.name for one in rubric.items} if rubric is not None else {}


@dataclass(frozen=True, slots=True)
class QualityOfficeApi:
    """Serves what supervisors and auditors of quality work with."""

    store: QualityStore
    book: StaffBook
    rubric: RubricFile | None
    """None where the project has none."""
    clock: Clock

    def endpoints(self) -> list[Endpoint]:
        """Return the addresses."""
        see, act = QUALITY_OVERSEE, QUALITY_REVIEW
        return [
            Endpoint("GET", "/quality/queue", self.queue, act, "rows"),
            Endpoint("POST", r"/quality/queue/{id:\d+}/assign", self.assign, act, "rows", "quality.assign", AssignBody),
            Endpoint("GET", "/quality/reviewers", self.reviewers, act, "rows"),
            Endpoint("GET", "/quality/plan", self.plan, see, "nobody"),
            Endpoint("PUT", "/quality/plan", self.change_plan, act, "nobody", "quality.plan", PlanBody),
            Endpoint("GET", "/quality/alerts", self.alerts, see, "rows"),
            Endpoint(
                "POST",
                r"/quality/alerts/{id:\d+}/acknowledge",
                self.acknowledge,
                act,
                "rows",
                "quality.acknowledge",
                AcknowledgeBody,
            ),
            Endpoint("GET", "/quality/dashboard", self.dashboard, see, "rows"),
            Endpoint("GET", "/quality/rubric", self.show_rubric, QUALITY_READ, "nobody"),
        ]

    async def queue(self, call: Call) -> web.Response:
        """List what waits for a review; what nobody has is given out first."""
        page, size = call.page()
        view = read_choice(call.request.query, "view", ("mine", "all"), "mine")
        state = read_choice(call.request.query, "state", (OPEN, DONE), OPEN)
        samples, at = Samples(self.store), self._at()
        await samples.deal(await self._reviewers())
        mine = person_of(call).id if view == "mine" else None
        found = await samples.page(sight_of(call), at, mine, state, page, size)
        items = [render_sample(sample, at, score) for sample, score in found.items]
        return json_response({"items": items, "total": found.total, "open": found.open, "overdue": found.overdue})

    async def assign(self, call: Call) -> web.Response:
        """Give a conversation to another reviewer."""
        call.did(f"sample:{call.number('id')}", reviewer=call.body.reviewer_id)
        reviewers = await self._reviewers()
        to = next((one for one in reviewers if one.person.id == call.body.reviewer_id), None)
        if to is None:
            raise BadRequest("unknown_reviewer", "only an active supervisor reviews")
        sample, score = await Samples(self.store).assign(sight_of(call), call.number("id"), to)
        return json_response({"sample": render_sample(sample, self._at(), score)})

    async def reviewers(self, call: Call) -> web.Response:
        """List who reviews, and how much each has before him."""
        counts = await Samples(self.store).open_counts()
        found = [one.person for one in await self._reviewers(call.scope)]
        return json_response({"items": [{**asdict(one), "open": counts.get(one.id, 0)} for one in found]})

    async def plan(self, call: Call) -> web.Response:
        """Show the plan that counts."""
        return json_response(render_plan(await PlanBook(self.store).current()))

    async def change_plan(self, call: Call) -> web.Response:
        """Let another plan count; what it wants reviewed is drawn at once."""
        body: PlanBody = call.body
        if call.scope:
            raise Forbidden("forbidden_scope", "the plan counts everywhere: only who works everywhere may change it")
        before = (await PlanBook(self.store).current()).plan.model_dump()
        changed = {name: value for name, value in body.plan.model_dump().items() if before[name] != value}
        call.did("plan", changed=changed, reason=body.reason)
        kept = await PlanBook(self.store).change(body.plan, person_of(call), body.reason, self._at())
        await Samples(self.store).draw(self._at())
        return json_response(render_plan(kept))

    async def alerts(self, call: Call) -> web.Response:
        """List alerts, the newest first."""
        query = call.request.query
        state = read_choice(query, "state", (ALERT_OPEN, ACKNOWLEDGED))
        kind = read_choice(query, "kind", (FATAL, DROP, MOOD))
        wanted = [ALERTS.c.state == state] if state else []
        wanted += [ALERTS.c.kind == kind] if kind else []
        found, total = await self._alerts().page(call.scope, wanted, *call.page())
        return json_response({"items": [render_alert(one) for one in found], "total": total})

    async def acknowledge(self, call: Call) -> web.Response:
        """Take care of an alert."""
        call.did(f"alert:{call.number('id')}")
        row = await self._alerts().acknowledge(
            call.scope, call.number("id"), person_of(call), call.body.note, self._at()
        )
        return json_response({"alert": render_alert(row)})

    async def dashboard(self, call: Call) -> web.Response:
        """Show the figures of a period."""
        query, at = call.request.query, self._at()
        until = read_number(query, "until", 0, MOST_SECONDS) or at
        since = read_number(query, "since", 0, MOST_SECONDS)
        since = until - _SHOWN_DAYS * DAY_SECONDS if since is None else since
        if not 0 < until - since <= _MOST_DAYS * DAY_SECONDS:
            raise BadRequest("invalid_query", f"since, until: at most {_MOST_DAYS} days")
        agent = read_choice(query, "agent", ("bot", "human"))
        window = Window(since, until, read_text(query, "scope"), agent)
        found = await read_dashboard(self.store, sight_of(call), window)
        return json_response(render_dashboard(found, window, item_names(self.rubric)))

    async def show_rubric(self, call: Call) -> web.Response:
        """Show the items and their weights."""
        items = [one.model_dump(mode="json", exclude={"checker"}) for one in self.rubric.items] if self.rubric else []
        return json_response({"version": self.rubric.version if self.rubric else "", "items": items})

    async def _reviewers(self, scope: str = "") -> list[Reviewer]:
        found, _ = await self.book.page(scope, "", "supervisor", 1, MOST_REVIEWERS)
        active = [one for one in found if one.is_active]
        return [Reviewer(Person(one.id, one.display_name), one.scope) for one in active]

    def _alerts(self) -> Alerts:
        return Alerts(self.store, PlanBook(self.store))

    def _at(self) -> float:
        return self.clock().timestamp()
