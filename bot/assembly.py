"""Put a bot together from a project folder: the only place where names in config.yml become objects."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rasa_sdk import Action, Tracker

from actions.backends.values import TicketFields
from actions.catalogue import build_actions
from actions.demo.dataset import ensure_demo_data
from actions.promises import load_promises
from actions.services import Services
from bot.assistant import Assistant
from bot.builtin_actions import (
    BUILTIN_ACTION_NAMES,
    ActionAnswerAside,
    ActionAnswerIfSure,
    ActionAnswerKnowledge,
    ActionAnswerOrSuggest,
    ActionCheckServed,
    ActionNameOptions,
    ActionRegisterCallback,
    KnowledgeVoice,
)
from bot.catalogue import POLICIES, find_component
from bot.config import EndpointsFile
from bot.demo_bills import DemoBills
from bot.handoff import HandoffQueue
from bot.load_models import model_fingerprint, open_knowledge, open_nlu, project_fingerprint
from bot.locks import FileLocks, LockStore, ProcessLocks, RedisLocks
from bot.open_backends import OpenBackends, expand, open_backends, open_conversations
from bot.project import Project, load_project
from bot.questions import Questions
from bot.release import release_id
from bot.remote_actions import ActionServer
from bot.responses import ResponseRenderer
from bot.run_action import ActionRunner
from bot.run_stack import StackRunner
from bot.slot_values import SlotReader
from bot.stack_moves import StackMoves
from bot.store import ConversationStore
from bot.tariff_desk import TariffDesk
from bot.turn import TurnEngine, Understands
from knowledge_base.live import KnowledgeBase
from knowledge_base.tariffs.load import load_tariffs
from storage.clock import Clock
from storage.database import Database
from storage.home import home_folder


@dataclass(slots=True)
class Bot:
    """A running bot and the parts that its doors ask for."""

    project: Project
    assistant: Assistant
    nlu: Understands
    knowledge: KnowledgeBase
    tariffs: TariffDesk
    opened: OpenBackends
    clock: Clock
    conversations: Database
    release: Callable[[], str]
    ready: asyncio.Event
    """Set when the back ends have their data; the demo's are made while the first customers talk already."""

    async def close(self) -> None:
        """Let go of the databases."""
        await self.conversations.close()
        await self.opened.engine.dispose()


async def build_bot(root: Path, clock: Clock) -> Bot:
    """Load everything that a project names and return the bot. Raises ProjectInvalid and the packages' own errors."""
    project = load_project(root, actions=known_action_names())
    conversations = open_conversations(project.endpoints)
    opened = await open_backends(project.endpoints, clock)
    backends = opened.backends
    tariffs = TariffDesk(load_tariffs(root / project.config.knowledge.tariffs))
    knowledge = open_knowledge(root, project)
    services = Services(
        billing=backends.billing,
        outage=backends.outage,
        profile=backends.profile,
        tickets=backends.tickets,
        verification=opened.verification,
        tariffs=tariffs,
        promises=load_promises(root / "data" / "promises.yml"),
        clock=clock,
    )
    store, queue = ConversationStore(conversations), HandoffQueue(conversations, project)
    await store.prepare()
    await queue.prepare()
    nlu = open_nlu(root, project, clock)
    ready = asyncio.Event()
    turns = _turn_engine(project, nlu, services, knowledge, queue, ready)
    fixed = release_id(model_fingerprint(root, project), project_fingerprint(root))

    def release() -> str:
        return release_id(fixed, knowledge.snapshot_id)

    assistant = Assistant(turns, store, _locks(project.endpoints), release)
    if project.endpoints.backends.type != "demo":
        ready.set()
    return Bot(project, assistant, nlu, knowledge, tariffs, opened, clock, conversations, release, ready)


async def make_demo_data(bot: Bot, progress: Any = None) -> None:
    """Make the demo data set where the back ends are the demo's."""
    if bot.project.endpoints.backends.type == "demo":
        await ensure_demo_data(bot.opened.engine, bot.clock(), DemoBills(bot.tariffs.book), progress)
    bot.ready.set()


def known_action_names() -> frozenset[str]:
    """Return the names of all actions that this process can run."""
    return frozenset(build_actions(_NO_SERVICES)) | BUILTIN_ACTION_NAMES


def _turn_engine(
    project: Project,
    nlu: Understands,
    services: Services,
    knowledge: KnowledgeBase,
    queue: HandoffQueue,
    ready: asyncio.Event,
) -> TurnEngine:
    clock = services.clock
    served = build_actions(services)
    runner = ActionRunner(
        actions={**served, **_builtin_actions(project, services, knowledge)},
        queue=queue,
        remote=_action_server(project.endpoints),
        waits_for=ready,
        waiting=frozenset(name for name, action in served.items() if getattr(action, "needs_backends", True)),
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


def _action_server(endpoints: EndpointsFile) -> ActionServer | None:
    entry = endpoints.action_endpoint
    return ActionServer(expand(entry.url) or "", entry.timeout_seconds, expand(entry.token)) if entry else None


def _builtin_actions(project: Project, services: Services, knowledge: KnowledgeBase) -> dict[str, Action]:
    voice = KnowledgeVoice(knowledge, project, services.clock)

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
        ActionAnswerIfSure(voice),
        ActionAnswerKnowledge(voice),
        ActionAnswerOrSuggest(voice),
        ActionCheckServed(voice),
        ActionNameOptions(project.flows),
        ActionRegisterCallback(register_callback),
    )
    return {str(action.name()): action for action in built}


def _locks(endpoints: EndpointsFile) -> LockStore:
    entry = endpoints.lock_store
    if entry.type == "redis":
        return RedisLocks(expand(entry.url) or "redis://127.0.0.1:6379/0")
    return ProcessLocks() if entry.type == "process" else FileLocks(home_folder() / "locks")


_NO_SERVICES: Any = None
"""Actions have cheap constructors: their names can be asked for without any back end."""
