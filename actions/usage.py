"""Use: of a day, of days, of a month, the meter's reading, and where the year stands in the tiers."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.backends.months import add_months, first_day, last_day, month_of
from actions.backends.values import DailyUse
from actions.errors import TariffUnavailable
from actions.reading import Events, request_words, verified_account
from actions.services import Services
from actions.shown import show_days
from actions.wording import as_lines, day, kwh

READING_WORDS = re.compile(r"表码|读数|示数|表底|止码|走到多少|抄表数|抄见")
TIER_WORDS = re.compile(r"第?[一二三123]档|几档|阶梯|年累计")
LARGE_HOUSEHOLD = 5
"""From here on tier limits may be wider: the tier is then not told from the table alone."""
MAX_DAYS = 92
LISTED_DAYS = 31


class ActionQueryUsage(Action):
    """Tell the use of the day, range or month that was named; with nothing named, this month so far."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_query_usage"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `usage_found`."""
        account_no, words = verified_account(tracker), request_words(tracker)
        if READING_WORDS.search(words):
            return await self._tell_reading(dispatcher, account_no, tracker.get_slot("month"))
        if TIER_WORDS.search(words):
            return await self._tell_tier(dispatcher, account_no)
        named = tracker.get_slot("date")
        if named:
            first, last = (date.fromisoformat(part) for part in (str(named).split("/") * 2)[:2])
            return await self._tell_days(dispatcher, account_no, first, last)
        month = str(tracker.get_slot("month") or month_of(self._services.clock()))
        return await self._tell_month(dispatcher, account_no, month)

    async def _tell_days(self, dispatcher: CollectingDispatcher, account_no: str, first: date, last: date) -> Events:
        today = self._services.clock().date()
        if first > today:
            dispatcher.utter_message(response="utter_usage_in_future")
            return [SlotSet("usage_found", False)]
        if first == today:
            dispatcher.utter_message(response="utter_usage_today_not_read", **await self._yesterday(account_no, today))
            return [SlotSet("usage_found", False)]
        use = await self._services.billing.daily_use(account_no, max(first, last - timedelta(days=MAX_DAYS)), last)
        if not use:
            dispatcher.utter_message(response="utter_usage_none_then", date=f"{first}/{last}")
            return [SlotSet("usage_found", False)]
        response = "utter_usage_of_day" if len(use) == 1 else "utter_usage_of_days"
        dispatcher.utter_message(response=response, json_message=show_days(use), **figures_of(use))
        if last >= today:
            dispatcher.utter_message(response="utter_usage_without_today")
        return [SlotSet("usage_found", True)]

    async def _yesterday(self, account_no: str, today: date) -> dict[str, Any]:
        yesterday = today - timedelta(days=1)
        use = await self._services.billing.daily_use(account_no, yesterday, yesterday)
        return {"yesterday_kwh": str(use[0].energy_kwh) if use else None}

    async def _tell_month(self, dispatcher: CollectingDispatcher, account_no: str, month: str) -> Events:
        billing, this_month = self._services.billing, month_of(self._services.clock())
        if month > this_month:
            dispatcher.utter_message(response="utter_month_in_future", month=month)
            return [SlotSet("usage_found", False)]
        bill = await billing.find_bill(account_no, month)
        if bill is not None:
            energies = {"kwh": bill.energy_kwh, "peak_kwh": bill.peak_kwh, "valley_kwh": bill.valley_kwh}
            texts = {name: str(energy) for name, energy in energies.items()}
            dispatcher.utter_message(response="utter_usage_of_month", month=month, **texts)
            return [SlotSet("usage_found", True)]
        use = await billing.daily_use(account_no, first_day(month), last_day(month))
        if not use:
            dispatcher.utter_message(response="utter_usage_none_in_month", month=month)
            return [SlotSet("usage_found", False)]
        response = "utter_usage_this_month" if month == this_month else "utter_usage_of_month"
        dispatcher.utter_message(response=response, month=month, **figures_of(use))
        return [SlotSet("usage_found", True)]

    async def _tell_reading(self, dispatcher: CollectingDispatcher, account_no: str, month: str | None) -> Events:
        this_month = month_of(self._services.clock())
        bills = await self._services.billing.bills(account_no, month or add_months(this_month, -3), month or this_month)
        if not bills:
            dispatcher.utter_message(response="utter_usage_none_in_month", month=month or this_month)
            return [SlotSet("usage_found", False)]
        bill = bills[-1]
        dispatcher.utter_message(
            response="utter_meter_reading",
            month=bill.month,
            start=str(bill.start_reading),
            end=str(bill.end_reading),
            kwh=str(bill.energy_kwh),
            read_on=str(bill.period_end),
        )
        return [SlotSet("usage_found", True)]

    async def _tell_tier(self, dispatcher: CollectingDispatcher, account_no: str) -> Events:
        account = await self._services.profile.find_account(account_no)
        used = await self._year_to_date(account_no)
        year = self._services.clock().year
        if account is None or account.category not in ("居民阶梯", "居民峰谷") or is_large(account.household_size):
            dispatcher.utter_message(response="utter_usage_of_year", year=year, kwh=str(used))
            return [SlotSet("usage_found", True)]
        try:
            prices = self._services.tariffs.price_list(
                account.region, "居民阶梯", month_of(self._services.clock()), account.voltage
            )
        except TariffUnavailable:
            dispatcher.utter_message(response="utter_usage_of_year", year=year, kwh=str(used))
            return [SlotSet("usage_found", True)]
        tier = next(each for each in prices.tiers if each.up_to_kwh is None or used <= each.up_to_kwh)
        response = "utter_usage_tier_last" if tier.up_to_kwh is None else "utter_usage_tier"
        left = None if tier.up_to_kwh is None else str(tier.up_to_kwh - used)
        dispatcher.utter_message(response=response, year=year, kwh=str(used), tier=tier.name, left_kwh=left)
        return [SlotSet("usage_found", True)]

    async def _year_to_date(self, account_no: str) -> Decimal:
        """kWh of this calendar year up to yesterday."""
        today = self._services.clock().date()
        bills = await self._services.billing.bills(account_no, f"{today.year}-01", f"{today.year}-12")
        billed = sum((bill.energy_kwh for bill in bills), Decimal(0))
        first = first_day(add_months(bills[-1].month, 1)) if bills else date(today.year, 1, 1)
        use = await self._services.billing.daily_use(account_no, first, today)
        return billed + sum((each.energy_kwh for each in use), Decimal(0))


def figures_of(use: Sequence[DailyUse]) -> dict[str, Any]:
    """Sums over the days, and the days one by one."""
    days = [f"{day(each.date)} {kwh(each.energy_kwh)}" for each in use]
    listed = days if len(days) <= LISTED_DAYS else []
    return {
        "date": f"{use[0].date}/{use[-1].date}",
        "last_day": str(use[-1].date),
        "kwh": str(sum((each.energy_kwh for each in use), Decimal(0))),
        "peak_kwh": str(sum((each.peak_kwh for each in use), Decimal(0))),
        "valley_kwh": str(sum((each.valley_kwh for each in use), Decimal(0))),
        "days": as_lines(listed),
        "last_kwh": str(use[-1].energy_kwh),
        "daily_kwh": str(sum((each.energy_kwh for each in use), Decimal(0)) / len(use)),
    }


def is_large(household_size: int | None) -> bool:
    """Whether the household may have wider tiers."""
    return household_size is not None and household_size >= LARGE_HOUSEHOLD


ACTIONS = (ActionQueryUsage,)
