"""Put a bot together from a project folder: the only place where names in config.yml become objects."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import structlog
from rasa_sdk import Action, Tracker
from sqlalchemy.ext.asyncio import AsyncEngine

from actions.backends.assembly import build_http_backends, build_sql_backends, create_tables
from actions.backends.http_client import BackendClient
from actions.backends.protocols import Backends, SmsSender
from actions.backends.values import TicketFields
from actions.catalogue import build_actions
from actions.demo.dataset import ensure_demo_data
from actions.promises import load_promises
from actions.services import Services
from actions.sms import DemoSms, HttpSms
from actions.verification import Verification
from bot.assistant import Assistant
from bot.builtin_actions import (
    BUILTIN_ACTION_NAMES,
    ActionAnswerAside,
    ActionAnswerKnowledge,
    ActionAnswerOrSuggest,
    ActionNameOptions,
    ActionRegisterCallback,
    KnowledgeVoice,
)
from bot.catalogue import PIPELINES, POLICIES, find_component
from bot.config import EndpointsFile, load_config
from bot.demo_bills import DemoBills
from bot.errors import Mistake, ProjectInvalid
from bot.handoff import HandoffQueue
from bot.locks import FileLocks, LockStore, ProcessLocks, RedisLocks
from bot.project import Project, load_project
from bot.questions import Questions
from bot.release import fingerprint, release_id
from bot.remote_actions import ActionServer
from bot.responses import ResponseRenderer
from bot.run_action import ActionRunner
from bot.run_stack import StackRunner
from bot.slot_values import SlotReader
from bot.source import Mistakes, load_source, nearest_name
from bot.stack_moves import StackMoves
from bot.store import ConversationStore
from bot.tariff_desk import TariffDesk
from bot.turn import TurnEngine, Understands
from knowledge_base.assembly import load_knowledge
from knowledge_base.live import KnowledgeBase
from knowledge_base.tariffs.load import load_tariffs
from nlu.encoder.onnx_encoder import OnnxEncoder
from nlu.options import TrainingOptions
from storage.clock import Clock
from storage.database import Database, open_database
from storage.engine import open_engine
from storage.home import home_folder, sqlite_url

_LOG = structlog.get_logger(__name__)


@dataclass(slots=True)
class Bot:
    """A running bot and the parts that its doors ask for."""

    project: Project
    assistant: Assistant
    nlu: Understands
    knowledge: KnowledgeBase
    tariffs: TariffDesk
    backends: Backends
    sms: SmsSender
    clock: Clock
    conversations: Database
    backend_engine: AsyncEngine
    release: Callable[[], str]
    demo_ready: asyncio.Event = field(default_factory=asyncio.Event)

    async def close(self) -> None:
        """Let go of the databases."""
        await self.conversations.close()
        await self.backend_engine.dispose()


async def build_bot(root: Path, clock: Clock) -> Bot:
    """Load everything that a project names and return the bot. Raises ProjectInvalid and the packages' own errors."""
    project = load_project(root, actions=known_action_names())
    endpoints = project.endpoints
    conversations = open_database(
        _address(endpoints.tracker_store.url if endpoints.tracker_store else None, "gridtalk")
    )
    backend_engine = open_engine(
        _address(endpoints.backends.url if endpoints.backends.type == "sql" else None, "backends")
    )
    await create_tables(backend_engine)
    backends = _backends(endpoints, backend_engine, clock)
    sms: SmsSender = DemoSms(backend_engine, clock)
    if endpoints.sms is not None:
        sms = HttpSms(_expand(endpoints.sms.url) or "", token=_expand(endpoints.sms.token))
    tariffs = TariffDesk(load_tariffs(root / project.config.knowledge.tariffs))
    knowledge = open_knowledge(root, project)
    services = Services(
        billing=backends.billing,
        outage=backends.outage,
        profile=backends.profile,
        tickets=backends.tickets,
        verification=Verification(backends.profile, sms, backend_engine, clock),
        tariffs=tariffs,
        promises=load_promises(root / "data" / "promises.yml"),
        clock=clock,
    )
    store, queue = ConversationStore(conversations), HandoffQueue(conversations, project)
    await store.prepare()
    await queue.prepare()
    nlu = open_nlu(root, project, clock)
    turns = _turn_engine(project, nlu, services, knowledge, queue, clock)
    fixed = release_id(model_fingerprint(root, project), project_fingerprint(root))

    def release() -> str:
        return release_id(fixed, knowledge.snapshot_id)

    assistant = Assistant(turns, store, _locks(endpoints), release)
    return Bot(
        project, assistant, nlu, knowledge, tariffs, backends, sms, clock, conversations, backend_engine, release
    )


async def make_demo_data(bot: Bot, progress: Any = None) -> None:
    """Make the demo data set where the back ends are the demo's."""
    if bot.project.endpoints.backends.type == "demo":
        await ensure_demo_data(bot.backend_engine, bot.clock(), DemoBills(bot.tariffs.book), progress)
    bot.demo_ready.set()


def known_action_names() -> frozenset[str]:
    """Return the names of all actions that this process can run."""
    return frozenset(build_actions(_NO_SERVICES)) | BUILTIN_ACTION_NAMES


def open_nlu(root: Path, project: Project, clock: Clock) -> Any:
    """Load the pipeline that config.yml names."""
    entry = project.config.pipeline[0]
    parameters = entry.parameters
    model = root / str(parameters.pop("model", "models/nlu"))
    parameters.pop("training", None)
    component = find_component(entry.name, PIPELINES, "pipeline.0.name")
    return component.load(model, clock, **parameters)


def read_training_options(config: Path) -> TrainingOptions:
    """Return the `training` of the pipeline in a config.yml. Raises ProjectInvalid naming the wrong key."""
    mistakes = Mistakes()
    source = load_source(config, config.parent, mistakes)
    given = dict(load_config(source, mistakes).pipeline[0].parameters.get("training") or {})
    if given.get("encoder_dir"):
        given["encoder_dir"] = config.parent / str(given["encoder_dir"])
    known = {field.name for field in fields(TrainingOptions)}
    for name in sorted(set(given) - known):
        mistakes.add(Mistake(config.name, 1, f"pipeline.0.training.{name}", "unknown key", nearest_name(name, known)))
    if mistakes.found:
        raise ProjectInvalid(mistakes.found)
    return TrainingOptions(**given)


def open_knowledge(root: Path, project: Project) -> KnowledgeBase:
    """Load the articles and their index."""
    entry = project.config.knowledge
    encoder = root / entry.encoder if entry.encoder else None
    embed = OnnxEncoder(encoder).load().embed if encoder and (encoder / "encoder.onnx").is_file() else None
    return load_knowledge(
        root / entry.articles,
        calibration=root / entry.calibration,
        embed=embed,
        cache_folder=home_folder() / "index",
        shipped_vectors=root / entry.vectors if entry.vectors else None,
    )


def project_fingerprint(root: Path) -> str:
    """Return a fingerprint of flows and wording."""
    return fingerprint(
        [root / "domain.yml", *root.glob("domain/*.yml"), *root.glob("data/flows/*.yml"), root / "config.yml"]
    )


def model_fingerprint(root: Path, project: Project) -> str:
    """Return a fingerprint of the NLU model."""
    folder = root / str(project.config.pipeline[0].parameters.get("model", "models/nlu"))
    return fingerprint(path for path in folder.glob("*") if path.is_file())


def _turn_engine(
    project: Project,
    nlu: Understands,
    services: Services,
    knowledge: KnowledgeBase,
    queue: HandoffQueue,
    clock: Clock,
) -> TurnEngine:
    remote = project.endpoints.action_endpoint
    runner = ActionRunner(
        actions={**build_actions(services), **_builtin_actions(project, services, knowledge, clock)},
        queue=queue,
        remote=ActionServer(_expand(remote.url) or "", remote.timeout_seconds) if remote else None,
    )
    moves = StackMoves(project)
    entry = project.config.policies[0]
    policy = find_component(entry.name, POLICIES, "policies.0.name")
    return TurnEngine(
        project=project,
        nlu=nlu,
        policy=policy(project, SlotReader(project.domain), **entry.parameters),
        runner=StackRunner(project, moves, Questions(moves, clock), runner),
        renderer=ResponseRenderer(project.domain),
        clock=clock,
    )


def _builtin_actions(project: Project, services: Services, knowledge: KnowledgeBase, clock: Clock) -> dict[str, Action]:
    voice = KnowledgeVoice(knowledge, project, clock)

    async def register_callback(tracker: Tracker, key: str) -> str:
        fields = TicketFields(
            summary=f"系统未办成，需回电：{tracker.latest_message.get('last_request') or '未知业务'}",
            account_no=tracker.get_slot("verified_account"),
            phone=tracker.get_slot("phone"),
            address=tracker.get_slot("address"),
        )
        return (await services.tickets.create("业务申请", fields, key)).ticket_no

    built: tuple[Action, ...] = (
        ActionAnswerAside(voice),
        ActionAnswerKnowledge(voice),
        ActionAnswerOrSuggest(voice),
        ActionNameOptions(project.flows),
        ActionRegisterCallback(register_callback),
    )
    return {str(action.name()): action for action in built}


def _backends(endpoints: EndpointsFile, engine: AsyncEngine, clock: Clock) -> Backends:
    entry = endpoints.backends
    if entry.type != "http":
        return build_sql_backends(engine, clock)
    return build_http_backends(BackendClient(_expand(entry.url) or "", token=_expand(entry.token)))


def _locks(endpoints: EndpointsFile) -> LockStore:
    entry = endpoints.lock_store
    if entry.type == "redis":
        return RedisLocks(_expand(entry.url) or "redis://127.0.0.1:6379/0")
    return ProcessLocks() if entry.type == "process" else FileLocks(home_folder() / "locks")


def _address(url: str | None, name: str) -> str:
    return _expand(url) or sqlite_url(name)


def _expand(text: str | None) -> str | None:
    """Replace ${NAME} by the environment's value."""
    return os.path.expandvars(text) if text else text


_NO_SERVICES: Any = None
"""Actions have cheap constructors: their names can be asked for without any back end."""
