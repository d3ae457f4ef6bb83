"""What answers with one release: understanding, decisions, flows, actions, knowledge and tariffs of one folder.

Everything that releases share (databases, back ends, locks, the queue for agents) is handed in.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rasa_sdk import Action, Tracker

from actions.address_parts import correct_parts
from actions.backends.values import TicketFields
from actions.catalogue import build_actions
from actions.links import load_links
from actions.promises import load_promises
from actions.services import Services
from bot.assistant import Assistant
from bot.builtin_actions import (
    BUILTIN_ACTION_NAMES,
    ActionAnswerAside,
    ActionAnswerIfCertain,
    ActionAnswerIfSure,
    ActionAnswerKnowledge,
    ActionAnswerOrSuggest,
    ActionCheckServed,
    ActionNameOptions,
    ActionRegisterCallback,
)
from bot.catalogue import POLICIES, find_component
from bot.config import EndpointsFile
from bot.further_requests import FurtherRequests
from bot.handoff import HandoffQueue
from bot.knowledge_voice import KnowledgeVoice
from bot.load_models import model_fingerprint, open_knowledge, open_nlu, project_fingerprint
from bot.locks import LockStore
from bot.open_backends import OpenBackends, expand
from bot.project import Project, load_project
from bot.questions import Questions
from bot.reconsider import QUESTION
from bot.release import release_id
from bot.releases.loaded import LoadedRelease
from bot.remote_actions import ActionServer
from bot.responses import ResponseRenderer
from bot.run_action import ActionRunner
from bot.run_stack import StackRunner
from bot.slot_values import SlotReader
from bot.stack_moves import StackMoves
from bot.store import ConversationStore
from bot.tariff_desk import TariffDesk
from bot.taught_questions import TaughtQuestions
from bot.turn import TurnEngine, Understands
from knowledge_base.live import KnowledgeBase
from knowledge_base.overlay import NO_OVERLAY, Overlay
from knowledge_base.tariffs.live import LiveTariffs, PublishedTables
from storage.clock import Clock

_NO_SERVICES: Any = None
"""Actions have cheap constructors: their names can be asked for without any back end."""


@dataclass(frozen=True, slots=True)
class SharedParts:
    """What all releases of a process use."""

    endpoints: EndpointsFile
    """Of the project folder: addresses and keys belong to the place, not to a release."""
    opened: OpenBackends
    clock: Clock
    store: ConversationStore
    locks: LockStore
    queue: HandoffQueue
    """As the project folder names things; each release has one of its own over the same table."""
    published: PublishedTables
    """Tariff tables that people published: they hold over those of every release."""
    ready: asyncio.Event


def known_action_names() -> frozenset[str]:
    """Return the names of all actions that this process can run."""
    return frozenset(build_actions(_NO_SERVICES)) | BUILTIN_ACTION_NAMES


def load_release(
    root: Path, name: str, shared: SharedParts, project: Project | None = None, overlay: Overlay = NO_OVERLAY
) -> LoadedRelease:
    """Load everything that a folder names; blocks for seconds. Raises ProjectInvalid and the packages' own errors.

    overlay: what editors published over the articles of the files.
    """
    if project is None:
        project = replace(load_project(root, actions=known_action_names()), endpoints=shared.endpoints)
    tariffs = TariffDesk(LiveTariffs(root / project.config.knowledge.tariffs, shared.published))
    knowledge = open_knowledge(root, project, overlay)
    nlu = open_nlu(root, project, shared.clock)
    backends = shared.opened.backends
    services = Services(
        billing=backends.billing,
        outage=backends.outage,
        profile=backends.profile,
        tickets=backends.tickets,
        verification=shared.opened.verification,
        tariffs=tariffs,
        promises=load_promises(root / "data" / "promises.yml"),
        links=load_links(root / "data" / "links.yml"),
        clock=shared.clock,
    )
    fixed = release_id(model_fingerprint(root, project), project_fingerprint(root))

    def fingerprint() -> str:
        return release_id(fixed, knowledge.snapshot_id)

    engine = _turn_engine(project, nlu, services, knowledge, shared)
    assistant = Assistant(engine, shared.store, shared.locks, fingerprint)
    return LoadedRelease(name, project, nlu, knowledge, tariffs, assistant, fingerprint)


def _turn_engine(
    project: Project, nlu: Understands, services: Services, knowledge: KnowledgeBase, shared: SharedParts
) -> TurnEngine:
    clock = services.clock
    served = build_actions(services)
    runner = ActionRunner(
        actions={**served, **_builtin_actions(project, services, knowledge)},
        queue=_queue_of(project, shared.queue),
        remote=_action_server(project.endpoints),
        waits_for=shared.ready,
        waiting=frozenset(name for name, action in served.items() if getattr(action, "needs_backends", True)),
    )
    moves = StackMoves(project)
    entry = project.config.policies[0]
    policy = find_component(entry.name, POLICIES, "policies.0.name")
    taught = TaughtQuestions(nlu, knowledge) if project.flow_for(QUESTION) is not None else nlu
    return TurnEngine(
        project=project,
        nlu=FurtherRequests(taught, project),
        policy=policy(project, SlotReader(project.domain, correct_parts), **entry.parameters),
        runner=StackRunner(project, moves, Questions(moves, clock), runner),
        renderer=ResponseRenderer(project.domain),
        clock=clock,
    )


def _queue_of(project: Project, queue: HandoffQueue) -> HandoffQueue:
    """Return the queue as a release names things; what the desk says about the wait is asked when it is needed."""

    async def outlook(sender_id: str) -> Mapping[str, Any]:
        return await queue.outlook(sender_id) if queue.outlook is not None else {}

    return HandoffQueue(queue.database, project, outlook)


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
        ActionAnswerIfCertain(voice),
        ActionAnswerIfSure(voice),
        ActionAnswerKnowledge(voice),
        ActionAnswerOrSuggest(voice),
        ActionCheckServed(voice),
        ActionNameOptions(project.flows),
        ActionRegisterCallback(register_callback),
    )
    return {str(action.name()): action for action in built}
