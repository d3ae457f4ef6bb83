"""What all parts of the desk share: store, settings, calendar, roster, and the two clocks."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.desk.estimate import Estimate
from connectors.desk.hours import WorkingTime
from connectors.desk.intake import Intake
from connectors.desk.organisation import Organisation
from connectors.desk.presence import Roster
from connectors.desk.settings import DeskSettings
from connectors.desk.store import DeskStore
from storage.clock import Clock


@dataclass(frozen=True, slots=True)
class Room:
    """The desk's common ground."""

    store: DeskStore
    settings: DeskSettings
    hours: WorkingTime
    roster: Roster
    estimate: Estimate
    intake: Intake
    clock: Clock
    """The set clock: what customers and staff read."""

    def now(self) -> float:
        """Return the machine's clock: heartbeats and leases."""
        return self.store.now()

    def at(self) -> float:
        """Return the set clock's seconds since the epoch."""
        return self.clock().timestamp()


def build_room(
    store: DeskStore,
    settings: DeskSettings,
    clock: Clock,
    organisation: Organisation,
    foreign: frozenset[str] = frozenset(),
) -> Room:
    """Return the common ground of a desk; conversations that begin with one of `foreign` are another desk's."""
    hours, roster = WorkingTime(settings.hours), Roster(store, settings)
    estimate = Estimate(settings, roster, clock)
    intake = Intake(store, settings, hours, roster, estimate, clock, organisation.scope_of, foreign)
    return Room(store, settings, hours, roster, estimate, intake, clock)
