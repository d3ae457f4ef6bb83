"""Whether, why and until when the power is off: planned and running outages of a place, for now or for a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.backends.months import start_of
from actions.backends.values import Account, Outage
from actions.located import coming_days
from actions.outages import account_at_place, is_place_open, is_stopped, open_repair, say_outages
from actions.reading import Events
from actions.services import Services

AHEAD = timedelta(days=7)
"""How far planned outages are told when no day was named: as far as they are announced."""
LOOK_BACK = timedelta(hours=3)
"""How close together the moments lie at which a past day is looked at."""

OVER = ("已送电", "已取消")


@dataclass(frozen=True, slots=True)
class Window:
    """The time asked about."""

    first: datetime
    last: datetime
    is_day_named: bool

    def moments(self, now: datetime) -> list[datetime]:
        """The moments at which running outages are looked up: now, and through the part of the days that is over."""
        moments = [now] if self.first <= now <= self.last else []
        at = self.first
        while self.is_day_named and at < min(self.last, now):
            moments.append(at)
            at += LOOK_BACK
        return moments


class ActionQueryOutages(Action):
    """Say what is known about outages at the place; nothing known is said as that."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_query_outages"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `outages_found` to their number, -1 where the account is stopped for arrears.

        `outage_is_planned`: those that are known lie in the past or in the future, and no day was named.
        `outage_is_reported`: none is known to run, but a repair is registered for this place; what is planned for
        another day is then not what was asked for.
        """
        account = await account_at_place(self._services, tracker)
        now = self._services.clock()
        window = read_window(tracker.get_slot("date"), now)
        if account is not None and window.first <= now <= window.last and await is_stopped(self._services, account):
            return [SlotSet("outages_found", -1.0)]
        found = await self._outages(tracker, account, window)
        is_over_or_to_come = all(outage.status in OVER or outage.start > now for outage in found)
        is_asked = is_over_or_to_come and (not window.is_day_named or window.first <= now <= window.last)
        reported = await open_repair(self._services, tracker, account) if is_asked else None
        found = found if reported is None else ()
        say_outages(dispatcher, found, is_place_open(tracker, account), self._services.links)
        return [
            SlotSet("outages_found", float(len(found))),
            SlotSet("outage_is_planned", bool(found) and is_over_or_to_come and not window.is_day_named),
            SlotSet("outage_is_reported", reported is not None),
            *([SlotSet("last_ticket_no", reported.ticket_no)] if reported is not None else []),
        ]

    async def _outages(self, tracker: Tracker, account: Account | None, window: Window) -> Sequence[Outage]:
        address = None if account is not None else str(tracker.get_slot("address") or "")
        account_no = None if account is None else account.account_no
        planned = await self._services.outage.planned(window.first, window.last, account_no, address, None)
        found = {outage.outage_id: outage for outage in planned}
        for at in window.moments(self._services.clock()):
            if account_no is not None:
                running = await self._services.outage.outages_for_account(account_no, at)
            else:
                running = await self._services.outage.outages_near(address or "", at)
            found |= {outage.outage_id: outage for outage in running}
        wanted = [outage for outage in found.values() if window.is_day_named or outage.status != "已送电"]
        return sorted(wanted, key=lambda outage: (outage.status in OVER, outage.start))


def read_window(said: str | None, now: datetime) -> Window:
    """The days that the customer named (2026-11-20 or a range with /), else from now on as far as is announced."""
    if not said:
        return Window(now, now + AHEAD, is_day_named=False)
    days = [date.fromisoformat(part) for part in coming_days(said, now).split("/")]
    return Window(start_of(days[0]), start_of(days[-1] + timedelta(days=1)) - timedelta(seconds=1), is_day_named=True)


ACTIONS = (ActionQueryOutages,)
