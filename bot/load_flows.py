"""Read `data/flows/*.yml` into `Flow` values; inline lists of steps become steps of their own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.conditions import Condition, parse_condition
from bot.errors import ConditionInvalid
from bot.flow import (
    END,
    ActionStep,
    Branch,
    CallStep,
    CollectStep,
    Flow,
    LinkStep,
    NoopStep,
    Rejection,
    SetSlotsStep,
    Step,
    collected_slots,
)
from bot.source import Location, Mistakes, Source, nearest_name, read_model

_STEP_KEYS = ("collect", "action", "set_slots", "call", "link", "noop")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class RejectionEntry(_Strict):
    """One rejection of a collect step as written."""

    condition: str = Field(alias="if")
    utter: str


class StepEntry(_Strict):
    """One step as written: exactly one of the step keys."""

    id: str | None = None
    description: str | None = None
    next: str | list[dict[str, Any]] | None = None
    collect: str | None = None
    action: str | None = None
    set_slots: list[dict[str, Any]] | None = None
    call: str | None = None
    link: str | None = None
    noop: bool | None = None
    utter: str | None = None
    utter_again: str | None = None
    ask_before_filling: bool = False
    default: str | None = None
    optional: bool = False
    alternatives: list[str] = Field(default_factory=list)
    attempts: int = Field(3, ge=1, le=9)
    on_give_up: str | None = None
    on_deny: str | None = None
    on_failure: str | None = None
    depends_on: list[str] = Field(default_factory=list)
    recall: bool = False
    rejections: list[RejectionEntry] = Field(default_factory=list)


class TriggerEntry(_Strict):
    """One trigger as written."""

    intent: str


class FlowEntry(_Strict):
    """One flow as written."""

    name: str
    description: str = ""
    kind: Literal["service", "knowledge", "pattern"] | None = None
    auth: Literal[0, 1, 2] = 0
    verify_at: str = "start"
    nlu_trigger: list[TriggerEntry] = Field(default_factory=list)
    condition: str | None = Field(None, alias="if")
    persisted_slots: list[str] = Field(default_factory=list)
    confirm_unsure: bool = False
    steps: list[dict[str, Any]] = Field(min_length=1)


class FlowsFile(_Strict):
    """One file of flows as written."""

    version: str | None = None
    flows: dict[str, dict[str, Any]]


def load_flows(sources: Iterable[Source], mistakes: Mistakes) -> dict[str, Flow]:
    """Return the flows by id; the same id twice is a mistake."""
    flows: dict[str, Flow] = {}
    for source in sources:
        file = read_model(FlowsFile, source.content, source, (), mistakes)
        for flow_id, content in (file.flows if file else {}).items():
            if flow_id in flows:
                mistakes.add(source.mistake(("flows", flow_id), "this flow is already defined in another file"))
            entry = read_model(FlowEntry, content, source, ("flows", flow_id), mistakes)
            if entry is not None:
                flows[flow_id] = _FlowBuilder(flow_id, entry, source, mistakes).build()
    return flows


class _FlowBuilder:
    """Turns one flow's entry into steps with ids and successors."""

    def __init__(self, flow_id: str, entry: FlowEntry, source: Source, mistakes: Mistakes) -> None:
        self._id = flow_id
        self._entry = entry
        self._source = source
        self._mistakes = mistakes
        self._steps: dict[str, Step] = {}
        self._targets: list[tuple[str, Location]] = []

    def build(self) -> Flow:
        entry = self._entry
        first = self._add_steps(entry.steps, ("flows", self._id, "steps"), "", END)
        self._check_targets()
        kind = entry.kind or ("pattern" if self._id.startswith("pattern_") else "service")
        return Flow(
            id=self._id,
            name=entry.name,
            description=entry.description,
            kind=kind,
            auth=entry.auth,
            verify_at=first if entry.verify_at == "start" else entry.verify_at,
            triggers=tuple(trigger.intent for trigger in entry.nlu_trigger),
            guard=self._condition(entry.condition, ("flows", self._id, "if")) if entry.condition else None,
            persisted_slots=frozenset(entry.persisted_slots),
            confirm_unsure=entry.confirm_unsure,
            steps=self._steps,
            first=first,
            collected=collected_slots(self._steps.values()),
        )

    def _add_steps(self, contents: list[Any], location: Location, prefix: str, after: str) -> str:
        """Add a list of steps; return the id of its first one. The last one goes on to `after`."""
        entries = [
            read_model(StepEntry, content, self._source, (*location, index), self._mistakes) or StepEntry(noop=True)
            for index, content in enumerate(contents)
        ]
        ids = [entry.id or f"{prefix}{index}_{_word(entry)}" for index, entry in enumerate(entries)]
        for index, (entry, step_id) in enumerate(zip(entries, ids, strict=True)):
            place = (*location, index)
            following = ids[index + 1] if index + 1 < len(ids) else after
            if step_id in self._steps:
                self._mistakes.add(self._source.mistake(place, f"step id {step_id!r} is used twice in this flow"))
            self._steps[step_id] = NoopStep(step_id, (), following)  # keeps the reading order
            self._steps[step_id] = self._step(entry, step_id, following, place)
        return ids[0] if ids else after

    def _step(self, entry: StepEntry, step_id: str, following: str, location: Location) -> Step:
        kinds = [key for key in _STEP_KEYS if getattr(entry, key) is not None]
        if len(kinds) != 1:
            known = ", ".join(_STEP_KEYS)
            self._mistakes.add(self._source.mistake(location, f"a step has exactly one of {known}"))
            return NoopStep(step_id, (), following)
        if isinstance(entry.next, str):
            following = self._target(entry.next, (*location, "next"))
            branches: tuple[Branch, ...] = ()
        else:
            branches = self._branches(entry.next or [], step_id, following, (*location, "next"))
        return self._typed_step(entry, step_id, branches, following, location)

    def _typed_step(
        self, entry: StepEntry, step_id: str, branches: tuple[Branch, ...], following: str, location: Location
    ) -> Step:
        for key in ("on_give_up", "on_deny", "on_failure"):
            if (target := getattr(entry, key)) is not None:
                self._target(target, (*location, key))
        if entry.collect is not None:
            return self._collect(entry, entry.collect, step_id, branches, following, location)
        if entry.action is not None:
            return ActionStep(step_id, branches, following, entry.action, entry.on_failure)
        if entry.set_slots is not None:
            values = tuple((name, value) for item in entry.set_slots for name, value in item.items())
            return SetSlotsStep(step_id, branches, following, values)
        if entry.call is not None:
            return CallStep(step_id, branches, following, entry.call)
        if entry.link is not None:
            return LinkStep(step_id, branches, following, entry.link)
        return NoopStep(step_id, branches, following)

    def _collect(
        self, entry: StepEntry, slot: str, step_id: str, branches: tuple[Branch, ...], following: str, place: Location
    ) -> CollectStep:
        utter = entry.utter or f"utter_ask_{slot}"
        rejections = tuple(
            Rejection(self._condition(item.condition, (*place, "rejections", index, "if")), item.utter)
            for index, item in enumerate(entry.rejections)
        )
        return CollectStep(
            id=step_id,
            branches=branches,
            following=following,
            slot=slot,
            utter=utter,
            utter_again=entry.utter_again or f"{utter}_again",
            ask_before_filling=entry.ask_before_filling,
            default=entry.default,
            optional=entry.optional,
            alternatives=tuple(entry.alternatives),
            attempts=entry.attempts,
            on_give_up=entry.on_give_up,
            on_deny=entry.on_deny,
            depends_on=tuple(entry.depends_on),
            recall=entry.recall,
            rejections=rejections,
        )

    def _branches(
        self, entries: list[dict[str, Any]], step_id: str, following: str, location: Location
    ) -> tuple[Branch, ...]:
        branches = []
        for index, entry in enumerate(entries):
            place = (*location, index)
            target = entry.get("then", entry.get("else"))
            if set(entry) not in ({"if", "then"}, {"else"}):
                self._mistakes.add(self._source.mistake(place, "a branch is `if` with `then`, or `else`"))
                continue
            if isinstance(target, list):
                target_id = self._add_steps(
                    target, (*place, "then" if "then" in entry else "else"), f"{step_id}.{index}.", following
                )
            else:
                target_id = self._target(str(target), place)
            condition = self._condition(str(entry["if"]), (*place, "if")) if "if" in entry else None
            branches.append(Branch(condition, target_id))
        return tuple(branches)

    def _condition(self, text: str, location: Location) -> Condition:
        try:
            return parse_condition(text)
        except ConditionInvalid as error:
            self._mistakes.add(self._source.mistake(location, str(error)))
            return parse_condition("false")

    def _target(self, target: str, location: Location) -> str:
        self._targets.append((target, location))
        return target

    def _check_targets(self) -> None:
        if self._entry.verify_at != "start":
            self._targets.append((self._entry.verify_at, ("flows", self._id, "verify_at")))
        for target, location in self._targets:
            if target != END and target not in self._steps:
                nearest = nearest_name(target, [*self._steps, END])
                self._mistakes.add(self._source.mistake(location, f"no step {target!r} in this flow", nearest))


def _word(entry: StepEntry) -> str:
    kind = next((key for key in _STEP_KEYS if getattr(entry, key) is not None), "noop")
    value = getattr(entry, kind)
    return f"{kind}_{value}" if isinstance(value, str) else kind
