"""The simulated year: each month customers talk to the bot in process, then the loop runs as it does in earnest.

Study, labels, data version, candidate, gates: the parts are those of `gridtalk retrain`; only customers and annotators
are simulated. A candidate that passes serves from the next month on. The same customers are shown to the first bot as
well, which never learns: the difference is what the loop is worth.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from actions.demo.listing import demo_accounts
from bot.assembly import Bot, build_bot, make_demo_data
from bot.load_models import open_knowledge_encoder
from bot.releases.make import make_release
from bot.releases.manifest import Manifest
from bot.turn import Understands
from eval.retrain.candidate import Candidate, CandidatePlan, Champion, forget_model, make_candidate, prepare_version
from eval.retrain.data_version import DataVersion
from eval.retrain.measure import Scale
from eval.retrain.run_study import known_sentences
from eval.retrain.study import MonthStudy, ProposedTopic, study_month
from eval.retrain.training import Recipe, train_candidate
from eval.retrain.verdict import failed_gates
from eval.simulate.annotator import DEFAULT_ANNOTATORS, AnnotatorPlan, SimulatedLabel, label_month
from eval.simulate.clock import MovedClock
from eval.simulate.curve import MonthFigures, figures_of
from eval.simulate.customer import Customer, Held, Visit
from eval.simulate.starting_data import write_starting_data
from eval.simulate.world import World, load_world
from nlu.annotations import Span
from nlu.understanding import NO_CONTEXT
from storage.clock import CHINA

START = datetime(2026, 11, 1, tzinfo=CHINA)
FIRST, LAST_HOUR = 8, 22
"""Hours of the day in which customers come."""
STARTING_RECIPE = Recipe({"epochs": 4, "least_steps": 100, "threads": 1, "keep_weights": True})
MONTHLY_RECIPE = Recipe(
    {
        "epochs": 1,
        "least_steps": 50,
        "held_out": 0.0,
        "threads": 1,
        "keep_weights": True,
        "start_from": "models/nlu",
        "anchor": 8.0,
        "learning_rate": 3e-4,
        "head_learning_rate": 9e-4,
    },
    copies=4,
    attempts=5,
)
MONTHLY_SCALE = Scale(knowledge=False, conversations=False)
_REGIONS = ("山东", "江苏", None)
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class YearPlan:
    """What is simulated."""

    root: Path
    home: Path
    """The simulation's own GRIDTALK_HOME."""
    months: int = 12
    seed: int = 1
    visits: int = 260
    """A month."""
    start_share: int = 3
    """The first bot learns every n-th of the written sentences."""
    annotators: AnnotatorPlan = DEFAULT_ANNOTATORS
    starting: Recipe = STARTING_RECIPE
    monthly: Recipe = MONTHLY_RECIPE
    scale: Scale = MONTHLY_SCALE


@dataclass(slots=True)
class Year:
    """Runs month after month."""

    plan: YearPlan
    world: World
    clock: MovedClock
    say: Say
    champion: Champion
    first: Champion
    labels: list[SimulatedLabel] = field(default_factory=list)
    topics: list[ProposedTopic] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    """Wordings that customers used in earlier months."""

    async def run(self) -> AsyncIterator[MonthFigures]:
        """Simulate all months and yield the figures of each."""
        for number in range(1, self.plan.months + 1):
            figures = await self._month(number)
            self.say(figures.line())
            yield figures

    async def _month(self, number: int) -> MonthFigures:
        begins = month_start(number)
        self.clock.move_to(begins)
        dice = random.Random(f"{self.plan.seed}:{number}")
        async with opened(self.champion.folder, self.clock) as bot:
            held = await self._visits(bot, number, dice)
            study = await self._study(bot, begins)
            fresh = label_month(
                study.questions,
                {(request.sender, request.at): request.wanted for one in held for request in one.requests},
                sorted({topic.intent for topic in self.world.topics}),
                lambda text: find_spans(bot.nlu, text),
                dice,
                self.plan.annotators,
            )
            before = await self._unlearnt(held)
        self.labels += fresh
        self.topics = list(study.topics)
        self.say(f"month {number}: {len(held)} visits, {study.messages} weak messages, {len(fresh)} labels")
        served_by = self.champion.id
        candidate = await self._learn(number, begins)
        figures = figures_of(number, begins, served_by, held, self.seen, before, study, len(fresh), candidate)
        self.seen |= {request.wording for one in held for request in one.requests}
        return figures

    async def _visits(self, bot: Bot, number: int, dice: random.Random) -> list[Held]:
        accounts = list(await demo_accounts(bot.opened.engine, bot.clock))
        calendar = month_start(number).month
        volumes = [topic.volume(number, calendar) for topic in self.world.topics]
        customer = Customer(bot, self.world, self.clock, dice)
        held: list[Held] = []
        for place, moment in enumerate(moments(number, self.plan.visits, dice)):
            self.clock.move_to(moment)
            topic = dice.choices(self.world.topics, volumes)[0]
            account = dice.choice(accounts)
            region = dice.choice((account.get("region"), *_REGIONS))
            sender = f"sim-{number:02d}-{place:04d}"
            visit = Visit(sender, topic, number, dice.choice(("app", "wechat", "phone")), region, account)
            held.append(await customer.hold(visit))
            if not held[-1].served and dice.random() < self.world.people.comes_back:
                self.clock.move(timedelta(hours=dice.uniform(1, 6)))
                held.append(await customer.hold(visit))
        return held

    async def _study(self, bot: Bot, begins: datetime) -> MonthStudy:
        encoder = open_knowledge_encoder(self.champion.folder, bot.project.config.knowledge)
        assert encoder is not None
        folder = self.champion.folder
        known = list(known_sentences(folder / "data" / "nlu", folder / bot.project.config.knowledge.articles))
        month = begins.strftime("%Y-%m")
        return await study_month(bot.conversations, month, known, encoder.embed_questions, self.topics)

    async def _unlearnt(self, held: Sequence[Held]) -> float:
        """Return the share of this month's first requests that the first bot would have understood."""
        async with opened(self.first.folder, self.clock) as bot:
            requests = [one.requests[0] for one in held]
            given = [bot.nlu.parse(request.text, NO_CONTEXT).intent.name for request in requests]
        return sum(name == one.wanted for name, one in zip(given, requests, strict=True)) / max(len(requests), 1)

    async def _learn(self, number: int, begins: datetime) -> Candidate | None:
        plan = candidate_plan(self.plan, self.plan.monthly)
        version, frozen = prepare_version(plan, self.labels, begins.strftime("%Y-%m"))
        if not version.learnt:
            return None
        candidate = await make_candidate(plan, self.champion, version, frozen, self.clock)
        failed = failed_gates(candidate.verdict.gates)
        self.say(f"month {number}: {'passed' if candidate.verdict.passed else 'stopped: ' + failed}")
        if candidate.verdict.passed:
            self.champion = release(self.plan, self.champion, candidate, version, self.clock)
        forget_model(candidate)
        return candidate


async def simulate_year(plan: YearPlan, say: Say) -> AsyncIterator[MonthFigures]:
    """Train the first bot, simulate all months, and yield their figures.

    GRIDTALK_HOME must be `plan.home` already: the bots keep their state there.
    """
    world, clock = load_world(plan.root, plan.seed), MovedClock(START)
    first = start_bot(plan, clock, say)
    async for figures in Year(plan, world, clock, say, first, first).run():
        yield figures


def start_bot(plan: YearPlan, clock: MovedClock, say: Say) -> Champion:
    """Train the bot of the first month on a part of the written sentences; one that is there already is taken."""
    folder = plan.home / "releases" / "start"
    if not folder.is_dir():
        written, model = written_folder(plan), plan.home / "start" / "nlu"
        count = write_starting_data(plan.root / "data" / "nlu", written, plan.start_share)
        say(f"the first bot learns {count} sentences")
        cold = plan.home / "start" / "cold"
        train_candidate(plan.root, written, cold, plan.starting)
        again = replace(plan.monthly, settings={**plan.monthly.settings, "start_from": str(cold)})
        train_candidate(plan.root, written, model, again)  # so that labels alone tell it from the first candidate
        manifest = Manifest(id="start", made_at=clock().timestamp(), made_by="simulation")
        make_release(plan.root, plan.home, manifest=manifest, models={"nlu": model}, data={"nlu": written})
    return Champion("start", folder)


def written_folder(plan: YearPlan) -> Path:
    """Return where the sentences lie with which the year begins."""
    return plan.home / "start" / "written"


def candidate_plan(plan: YearPlan, recipe: Recipe) -> CandidatePlan:
    """Return how the simulation's candidates are made."""
    return CandidatePlan(plan.root, plan.home, recipe, plan.scale, written_folder(plan))


def release(
    plan: YearPlan, champion: Champion, candidate: Candidate, version: DataVersion, clock: MovedClock
) -> Champion:
    """Make a release of a candidate that passed and return it as what serves next."""
    manifest = Manifest(
        id=candidate.id,
        made_at=clock().timestamp(),
        made_by="simulation",
        month=version.month,
        data_version=version.id,
        parent=champion.id,
        gates=candidate.verdict,
    )
    folder = make_release(
        champion.folder, plan.home, manifest=manifest, models={"nlu": candidate.model}, data={"nlu": version.training}
    )
    return Champion(candidate.id, folder)


@asynccontextmanager
async def opened(folder: Path, clock: MovedClock) -> AsyncIterator[Bot]:
    """Open the bot of a release with its demo data until the block ends."""
    bot = await build_bot(folder, clock)
    try:
        await make_demo_data(bot)
        yield bot
    finally:
        await bot.close()


def find_spans(nlu: Understands, text: str) -> tuple[Span, ...]:
    """Return the entities that a bot sees in a sentence."""
    found = nlu.parse(text, NO_CONTEXT).entities
    return tuple(Span(entity.entity, entity.start, entity.end) for entity in found)


def month_start(number: int) -> datetime:
    """Return when a month of the simulated year begins, from 1."""
    months = START.month - 1 + number - 1
    return START.replace(year=START.year + months // 12, month=months % 12 + 1)


def moments(number: int, count: int, dice: random.Random) -> list[datetime]:
    """Return when customers come in a month, in order."""
    begins = month_start(number)
    days = (month_start(number + 1) - begins).days
    return sorted(
        begins + timedelta(days=dice.randrange(days), hours=dice.uniform(FIRST, LAST_HOUR)) for _ in range(count)
    )
