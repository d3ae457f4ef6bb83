"""What is not done on words that were hardly heard: acts that change something are confirmed first. Pure.

A danger is confirmed with its first advice; a yes to an act that was hardly heard is asked for again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.commands import CorrectSlots, Decision, FillSlots, StartFlow, UselessAnswer
from bot.conversation import Conversation
from bot.domain import Domain
from bot.flow import Flow
from bot.project import Project
from bot.reconsider import HAZARD

CONFIRM = "pattern_confirm_heard"
"""The flow that asks 「您是说要……，对吗」."""
RULE_OR_REQUEST = "pattern_rule_or_request"
"""The flow that answers what may be a question about the rules of a business, before the business is begun."""
CONFIRMED_FLOW, CONFIRMED_VALUES, CONFIRMED_NAME = "heard_flow", "heard_values", "heard_name"
"""Slots of these flows."""


def ask_first(decision: Decision, conversation: Conversation, project: Project) -> Decision:
    """Return the decision about words that were hardly heard."""
    if CONFIRM not in project.flows:
        return decision
    start = next((command for command in decision.commands if isinstance(command, StartFlow)), None)
    flow = project.flows.get(start.flow) if start is not None else None
    if start is not None and flow is not None and is_confirmed_first(flow) and not _was_asked(conversation, flow):
        asking = StartFlow(CONFIRM, confirming(flow, start.slots))
        return Decision((asking,), decision.intent, "hardly heard: confirmed first")
    if _agrees_to_act(decision, conversation, project.domain):
        return Decision((UselessAnswer(),), decision.intent, "a yes that was hardly heard")
    return decision


def confirming(flow: Flow, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the slots of a question whether this flow is meant, with the values that came with it."""
    return {CONFIRMED_FLOW: flow.id, CONFIRMED_NAME: flow.name, CONFIRMED_VALUES: dict(values)}


def is_confirmed_first(flow: Flow) -> bool:
    """Say whether a flow is confirmed when the words were hardly heard."""
    return flow.id == HAZARD or flow.confirm_unsure


def _was_asked(conversation: Conversation, flow: Flow) -> bool:
    """The customer was asked just now whether he means this, and says it again."""
    is_asking = any(frame.flow == CONFIRM for frame in conversation.stack)
    return is_asking and conversation.slots.get(CONFIRMED_FLOW) == flow.id


def _agrees_to_act(decision: Decision, conversation: Conversation, domain: Domain) -> bool:
    frame = conversation.top
    asked = frame.asked if frame is not None and frame.kind == "service" else None
    if asked is None or domain.slots[asked].type != "bool":
        return False
    return any(
        isinstance(command, FillSlots | CorrectSlots) and command.values.get(asked) is True
        for command in decision.commands
    )
