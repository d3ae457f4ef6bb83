"""Names that files use of each other: every one must exist, and a wrong one is told with the nearest right one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.domain import Domain
from bot.errors import Mistake
from bot.flow import Flow
from bot.formats import FORMATS
from bot.responses import template_places
from bot.source import Location, Mistakes, Source, nearest_name

SCOPE_NAMES = frozenset(
    {"channel", "misses", "silences", "angers", "has_flow", "has_work", "has_question", "paused_flow", "handed_over"}
)
BUILTIN_ACTIONS = frozenset(
    {
        "action_hand_over",
        "action_cancel_flows",
        "action_cancel_all_flows",
        "action_repeat",
        "action_listen",
        "action_note_useless",
    }
)
ENGINE_RESPONSES = (
    "utter_flow_resumed",
    "utter_next_request",
    "utter_flow_not_available",
    "utter_acknowledged",
    "utter_corrected",
    "utter_try_later",
)
ENGINE_FLOWS = (
    "pattern_silence",
    "pattern_not_understood",
    "pattern_clarify",
    "pattern_rephrase",
    "pattern_affirm",
    "pattern_deny",
    "pattern_correct",
    "pattern_aside",
    "pattern_give_up",
    "pattern_action_failed",
    "pattern_completed",
)
"""Repairs that the engine starts by name."""
DEFAULTS = frozenset({"previous_month", "this_month", "yesterday", "today"})


@dataclass(frozen=True, slots=True)
class _Names:
    """All names that may be referred to."""

    domain: Domain
    flows: dict[str, Flow]
    actions: Collection[str]
    """Names that this process can run, with the remote ones that the domain lists."""


def check_references(
    domain: Domain,
    flows: dict[str, Flow],
    domain_sources: Iterable[Source],
    flow_sources: Iterable[Source],
    actions: frozenset[str],
    mistakes: Mistakes,
) -> None:
    """Note every name that is used and not defined."""
    names = _Names(domain, flows, actions | domain.actions | BUILTIN_ACTIONS)
    needed = [("response", name) for name in ENGINE_RESPONSES if name not in domain.responses]
    needed += [("flow", name) for name in ENGINE_FLOWS if name not in flows]
    if any(flow.auth for flow in flows.values()) and "pattern_verify" not in flows:
        needed.append(("flow", "pattern_verify"))
    for kind, name in needed:
        file = "domain.yml" if kind == "response" else "data/flows"
        mistakes.add(Mistake(file, 1, name, f"the engine needs this {kind}"))
    for source in domain_sources:
        _check_domain(source, names, mistakes)
    for source in flow_sources:
        flow_contents = source.content.get("flows") if isinstance(source.content, dict) else None
        for flow_id, content in (flow_contents if isinstance(flow_contents, dict) else {}).items():
            if isinstance(content, dict):
                _check_flow(source, flow_id, content, names, mistakes)


def _check_domain(source: Source, names: _Names, mistakes: Mistakes) -> None:
    content = source.content if isinstance(source.content, dict) else {}
    for slot, entry in _items(content.get("slots")):
        for index, mapping in enumerate(entry.get("mappings") or [] if isinstance(entry, dict) else []):
            place: Location = ("slots", slot, "mappings", index)
            if isinstance(mapping, dict):
                _known(mapping.get("entity"), names.domain.entities, "entity", source, place, mistakes)
                _known(mapping.get("intent"), names.domain.intents, "intent", source, place, mistakes)
    for response, variants in _items(content.get("responses")):
        for index, variant in enumerate(variants if isinstance(variants, list) else []):
            if isinstance(variant, dict):
                _check_variant(source, ("responses", response, index), variant, names, mistakes)


def _check_variant(
    source: Source, location: Location, variant: dict[str, Any], names: _Names, mistakes: Mistakes
) -> None:
    for key in ("text", "voice"):
        try:
            for _, spec in template_places(str(variant.get(key) or "")):
                if spec:
                    _known(spec, FORMATS, "format", source, (*location, key), mistakes)
        except ValueError as error:
            mistakes.add(source.mistake((*location, key), f"unreadable template: {error}"))
    for index, condition in enumerate(variant.get("condition") or []):
        if isinstance(condition, dict):
            place = (*location, "condition", index)
            _known(condition.get("name"), names.domain.slots, "slot", source, place, mistakes)


def _check_flow(source: Source, flow_id: str, content: dict[str, Any], names: _Names, mistakes: Mistakes) -> None:
    place: Location = ("flows", flow_id)
    for index, trigger in enumerate(content.get("nlu_trigger") or []):
        intent = trigger.get("intent") if isinstance(trigger, dict) else None
        _known(intent, names.domain.intents, "intent", source, (*place, "nlu_trigger", index), mistakes)
    for slot in content.get("persisted_slots") or []:
        _known(slot, names.domain.slots, "slot", source, (*place, "persisted_slots"), mistakes)
    for location, step in _steps(content.get("steps"), (*place, "steps")):
        _check_step(source, location, step, names, mistakes)
    flow = names.flows.get(flow_id)
    if flow is not None:
        _check_conditions(source, flow, names, mistakes)


def _check_step(source: Source, location: Location, step: dict[str, Any], names: _Names, mistakes: Mistakes) -> None:
    slots, responses = names.domain.slots, names.domain.responses
    if (slot := step.get("collect")) is not None:
        _known(slot, slots, "slot", source, location, mistakes)
        if not step.get("optional") and step.get("default") is None:
            _known(step.get("utter") or f"utter_ask_{slot}", responses, "response", source, location, mistakes)
    for key in ("alternatives", "depends_on"):
        for name in step.get(key) or []:
            _known(name, slots, "slot", source, (*location, key), mistakes)
    _known(step.get("utter_again"), responses, "response", source, location, mistakes)
    for index, rejection in enumerate(step.get("rejections") or []):
        if isinstance(rejection, dict):
            place = (*location, "rejections", index)
            _known(rejection.get("utter"), responses, "response", source, place, mistakes)
    for item in step.get("set_slots") or []:
        for name in item if isinstance(item, dict) else ():
            _known(name, slots, "slot", source, location, mistakes)
    for key in ("call", "link"):
        _known(step.get(key), names.flows, "flow", source, (*location, key), mistakes)
    if (action := step.get("action")) is not None:
        known: Collection[str] = responses if str(action).startswith("utter_") else names.actions
        kind = "response" if str(action).startswith("utter_") else "action"
        _known(action, known, kind, source, (*location, "action"), mistakes)


def _check_conditions(source: Source, flow: Flow, names: _Names, mistakes: Mistakes) -> None:
    conditions = [flow.guard] if flow.guard else []
    for step in flow.steps.values():
        conditions += [branch.condition for branch in step.branches if branch.condition]
        conditions += [rejection.condition for rejection in getattr(step, "rejections", ())]
    for condition in conditions:
        for name in sorted(condition.names):
            place: Location = ("flows", flow.id)
            if name.startswith("slots."):
                _known(name[6:], names.domain.slots, f"slot (in {condition.source!r})", source, place, mistakes)
            else:
                _known(name, SCOPE_NAMES, f"name (in {condition.source!r})", source, place, mistakes)


def _steps(steps: Any, location: Location) -> Iterator[tuple[Location, dict[str, Any]]]:
    for index, step in enumerate(steps if isinstance(steps, list) else []):
        if not isinstance(step, dict):
            continue
        place = (*location, index)
        yield place, step
        for number, branch in enumerate(step["next"] if isinstance(step.get("next"), list) else []):
            for key in ("then", "else"):
                if isinstance(branch, dict) and isinstance(branch.get(key), list):
                    yield from _steps(branch[key], (*place, "next", number, key))


def _known(
    name: Any, known: Collection[str], kind: str, source: Source, location: Location, mistakes: Mistakes
) -> None:
    if name is not None and name not in known:
        mistakes.add(source.mistake(location, f"unknown {kind} {name!r}", nearest_name(str(name), known)))


def _items(content: Any) -> Iterable[tuple[str, Any]]:
    return content.items() if isinstance(content, dict) else ()
