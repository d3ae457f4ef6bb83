"""Which move of a release is allowed, and what it makes of the whole: pure, the book only writes it down.

draft -> shadow -> canary 5/25/50/100 -> stable -> retired; stop leads back to draft, a failure to rolled_back. What
failed its gates is rejected and stays so. There is one candidate (shadow or canary) at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from bot.errors import ReleaseRefused
from bot.releases.manifest import BASE
from bot.releases.values import STAGES, Release, Serving, State

_TO_SHADOW: Final = frozenset({"draft", "rolled_back", "canary"})
_TO_CANARY: Final = frozenset({"draft", "shadow", "canary"})


@dataclass(frozen=True, slots=True)
class Change:
    """A release's new state."""

    release: str
    state: State
    percent: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What a move makes of the whole; the first change is the move itself, the others follow from it."""

    serving: Serving
    changes: tuple[Change, ...]


def to_shadow(serving: Serving, release: Release) -> Plan:
    """Let a release understand beside the stable one. Raises ReleaseRefused."""
    _check_candidate(serving, release, _TO_SHADOW)
    after = replace(serving, candidate=release.id, mode="shadow", percent=0)
    return Plan(after, (Change(release.id, "shadow"),))


def to_canary(serving: Serving, release: Release, percent: int) -> Plan:
    """Let a release answer a share of the customers. Raises ReleaseRefused."""
    if percent not in STAGES:
        raise ReleaseRefused("wrong_percent", f"percent: one of {', '.join(map(str, STAGES))}")
    _check_candidate(serving, release, _TO_CANARY)
    if serving.mode == "canary" and serving.percent == percent:
        raise ReleaseRefused("wrong_state", f"{release.id} answers {percent} % of the customers already")
    after = replace(serving, candidate=release.id, mode="canary", percent=percent)
    return Plan(after, (Change(release.id, "canary", percent),))


def to_draft(serving: Serving, release: Release) -> Plan:
    """Take the candidate out. Raises ReleaseRefused."""
    if serving.candidate != release.id:
        raise ReleaseRefused("wrong_state", f"{release.id} is neither in the shadow nor in a canary")
    return Plan(_alone(serving), (Change(release.id, "draft"),))


def to_stable(serving: Serving, release: Release) -> Plan:
    """Let the candidate answer everybody from now on. Raises ReleaseRefused."""
    _check_measured(release)
    if serving.candidate != release.id or serving.mode != "canary":
        raise ReleaseRefused("wrong_state", f"{release.id} is {release.state}: only a canary can be promoted")
    after = replace(_alone(serving), stable=release.id, former=serving.stable)
    return Plan(after, (Change(release.id, "stable"), Change(serving.stable, "retired")))


def back(serving: Serving, target: Release | None) -> Plan:
    """Go back: from a canary to the stable release, else (or with a target) to a release that was stable before.

    target: the release to go to, None to end a canary. Raises ReleaseRefused.
    """
    if target is None:
        if serving.candidate is None or serving.mode != "canary":
            raise ReleaseRefused("nothing_to_roll_back", "there is no canary, and no release was stable before")
        return Plan(_alone(serving), (Change(serving.candidate, "rolled_back"),))
    if target.id == serving.stable or target.state != "retired":
        raise ReleaseRefused("wrong_state", f"{target.id} is {target.state}: only what was stable before can be again")
    left: State = "retired" if serving.stable == BASE else "rolled_back"
    changes = [Change(serving.stable, left), Change(target.id, "stable")]
    if serving.candidate is not None:
        changes.append(Change(serving.candidate, "draft"))
    return Plan(replace(_alone(serving), stable=target.id, former=None), tuple(changes))


def allowed_moves(serving: Serving, release: Release) -> tuple[str, ...]:
    """Name the moves that are open to a release now: shadow, canary, stop, promote, rollback."""
    found = []
    tries: dict[str, Callable[[], Plan]] = {
        "shadow": lambda: to_shadow(serving, release),
        "canary": lambda: to_canary(serving, release, next(each for each in STAGES if each != serving.percent)),
        "stop": lambda: to_draft(serving, release),
        "promote": lambda: to_stable(serving, release),
        "rollback": lambda: back(serving, None if serving.candidate == release.id else release),
    }
    for name, attempt in tries.items():
        try:
            attempt()
        except ReleaseRefused:
            continue
        found.append(name)
    return tuple(found)


def _alone(serving: Serving) -> Serving:
    return replace(serving, candidate=None, mode="", percent=0)


def _check_candidate(serving: Serving, release: Release, states: frozenset[str]) -> None:
    _check_measured(release)
    if release.state not in states:
        raise ReleaseRefused("wrong_state", f"{release.id} is {release.state}")
    if serving.candidate not in (None, release.id):
        raise ReleaseRefused("candidate_busy", f"{serving.candidate} is in the {serving.mode}: stop it first")


def _check_measured(release: Release) -> None:
    if release.state == "rejected":
        raise ReleaseRefused("gates_failed", f"{release.id} did not pass its gates: train another one")
