"""Peak and valley pricing (居民峰谷) of a household: which is cheaper by its own year, and choosing or leaving it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.backends.months import add_months, month_of
from actions.backends.tou_rule import MONTHS_BOUND, TOU_CATEGORIES, TOU_REGIONS, check_tou_change
from actions.backends.values import Account, MonthlyUse
from actions.errors import BackendRejected, NotFound
from actions.reading import Events, key_of, request_words, verified_account
from actions.services import Services
from actions.wording import as_lines, month, yuan

LEAVE_WORDS = re.compile(r"取消|退[掉了订]?|不要|撤|关[掉闭了]|改回|停[掉了]|恢复(成|为|到)?(原来|阶梯|普通)|解除|终止")
CHOOSE_WORDS = re.compile(r"开通|开|办|申请|换成?峰|改成?峰|整|要用|加入|参加|弄|改[为成]?分时|选")
WHOLE_YEAR = 12
CLOSE_CALL = Decimal("12")
"""Yuan a year below which neither is recommended."""
TOPIC = "居民峰谷电价"
REASONS = ("no_tou_here", "not_for_category", "already_pending", "already_so", "within_a_year")


@dataclass(frozen=True, slots=True)
class YearCost:
    """What a household's year costs both ways, in yuan."""

    first_month: str
    last_month: str
    energy_kwh: Decimal
    valley_kwh: Decimal
    by_tier: Decimal
    by_tou: Decimal
    months: Sequence[tuple[str, Decimal, Decimal]]
    """(month, by tier, by time of use)."""


class ActionCompareTou(Action):
    """Calculate the account's own last twelve months both ways."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_compare_tou"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `tou_advice`: on | off | equal | none."""
        account = await find(self._services, tracker)
        if account.category not in TOU_CATEGORIES:
            dispatcher.utter_message(response="utter_tou_not_for_category", category=account.category)
            return [SlotSet("tou_advice", "none")]
        if account.region not in TOU_REGIONS:
            dispatcher.utter_message(response="utter_tariff_no_household_tou", region=account.region)
            return [SlotSet("tou_advice", "none")]
        cost = await self._cost(account)
        if cost is None:
            dispatcher.utter_message(response="utter_tou_too_little_use")
            return [SlotSet("tou_advice", "none")]
        advice = tell_cost(dispatcher, account, cost)
        return [SlotSet("tou_advice", advice), SlotSet("last_topic", TOPIC)]

    async def _cost(self, account: Account) -> YearCost | None:
        use = await self._services.billing.year_of_use(account.account_no)
        if len(use) < WHOLE_YEAR or not any(each.energy_kwh for each in use):
            return None
        before = await self._used_before(account.account_no, use[0].month)
        months = []
        for each in use:
            before = Decimal(0) if each.month.endswith("-01") else before
            months.append((each.month, *self._both(account, each, before)))
            before += each.energy_kwh
        return YearCost(
            first_month=use[0].month,
            last_month=use[-1].month,
            energy_kwh=sum((each.energy_kwh for each in use), Decimal(0)),
            valley_kwh=sum((each.valley_kwh for each in use), Decimal(0)),
            by_tier=sum((tier for _, tier, _ in months), Decimal(0)),
            by_tou=sum((tou for _, _, tou in months), Decimal(0)),
            months=months,
        )

    async def _used_before(self, account_no: str, first: str) -> Decimal:
        """kWh of the calendar year before the first of the twelve months."""
        bill = await self._services.billing.find_bill(account_no, first)
        return Decimal(0) if bill is None else bill.annual_to_date_kwh

    def _both(self, account: Account, use: MonthlyUse, before: Decimal) -> tuple[Decimal, Decimal]:
        request: dict[str, Any] = {
            "region": account.region,
            "month": use.month,
            "energy_kwh": str(use.energy_kwh),
            "annual_to_date_kwh": str(before),
            "household_size": account.household_size,
            "subsidy": account.subsidy,
        }
        peak = use.energy_kwh - use.valley_kwh
        parts = {"peak_kwh": str(peak), "valley_kwh": str(use.valley_kwh)}
        by_tier = self._services.tariffs.calculate({**request, "category": "居民阶梯"})
        by_tou = self._services.tariffs.calculate({**request, **parts, "category": "居民峰谷"})
        return Decimal(str(by_tier["total"])), Decimal(str(by_tou["total"]))


class ActionReadTouChoice(Action):
    """Read from the request whether peak/valley is wanted or no longer wanted."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_read_tou_choice"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `tou_choice` where the words say it."""
        words = request_words(tracker)
        if LEAVE_WORDS.search(words):
            return [SlotSet("tou_choice", "取消")]
        return [SlotSet("tou_choice", "开通")] if CHOOSE_WORDS.search(words) else []


class ActionCheckTou(Action):
    """See whether this account may choose or leave peak/valley pricing now."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_check_tou"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `tou_state`: ok, or the reason against it; and `tou_from`, the first month."""
        account, at = await find(self._services, tracker), self._services.clock()
        is_on = tracker.get_slot("tou_choice") == "开通"
        try:
            check_tou_change(account, is_on=is_on, pending_from=None, at=at)
        except BackendRejected as refusal:
            tell_refusal(dispatcher, refusal, account, is_on=is_on)
            return [SlotSet("tou_state", refusal.reason)]
        return [SlotSet("tou_state", "ok"), SlotSet("tou_from", add_months(month_of(at), 1))]


class ActionApplyTou(Action):
    """Choose or leave peak/valley pricing, once."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_apply_tou"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `tou_state`: done, or the reason against it."""
        account = await find(self._services, tracker)
        is_on = tracker.get_slot("tou_choice") == "开通"
        try:
            receipt = await self._services.profile.apply_tou(account.account_no, is_on, key_of(tracker))
        except BackendRejected as refusal:
            if refusal.reason not in REASONS:
                raise
            tell_refusal(dispatcher, refusal, account, is_on=is_on)
            return [SlotSet("tou_state", refusal.reason)]
        first = receipt.effective_from
        dispatcher.utter_message(
            response=done_response(account, is_on=is_on),
            request_no=receipt.request_no,
            tou_from=None if first is None else f"{first:%Y-%m}",
        )
        return [SlotSet("tou_state", "done")]


async def find(services: Services, tracker: Tracker) -> Account:
    """The verified account."""
    account = await services.profile.find_account(verified_account(tracker))
    if account is None:
        raise NotFound("the verified account is not there", reason="no_account")
    return account


def tell_cost(dispatcher: CollectingDispatcher, account: Account, cost: YearCost) -> str:
    """Say both sums and which is cheaper; returns the advice."""
    saving = cost.by_tier - cost.by_tou
    advice = "equal" if abs(saving) < CLOSE_CALL else "on" if saving > 0 else "off"
    pieces = [f"{month(name)}：阶梯{yuan(tier)}，峰谷{yuan(tou)}" for name, tier, tou in cost.months]
    dispatcher.utter_message(
        response=f"utter_tou_advice_{advice}_{'with' if account.is_tou else 'without'}",
        first_month=cost.first_month,
        last_month=cost.last_month,
        kwh=str(cost.energy_kwh),
        valley_share=str(cost.valley_kwh / cost.energy_kwh),
        by_tier=str(cost.by_tier),
        by_tou=str(cost.by_tou),
        saving=str(abs(saving)),
        lines=as_lines(pieces),
        custom={"comparison": {"by_tier": str(cost.by_tier), "by_tou": str(cost.by_tou), "saving": str(saving)}},
    )
    return advice


def tell_refusal(dispatcher: CollectingDispatcher, refusal: BackendRejected, account: Account, *, is_on: bool) -> None:
    """Say why it cannot be done now."""
    free_from = add_months(account.tou_since, MONTHS_BOUND) if account.tou_since else None
    figures = {"region": account.region, "category": account.category, "free_from": free_from}
    if refusal.reason == "already_so":
        dispatcher.utter_message(response="utter_tou_already_on" if is_on else "utter_tou_already_off", **figures)
    elif refusal.reason == "no_tou_here":
        dispatcher.utter_message(response="utter_tariff_no_household_tou", **figures)
    else:
        dispatcher.utter_message(response=f"utter_tou_{refusal.reason}", **figures)


def done_response(account: Account, *, is_on: bool) -> str:
    """In Jiangsu the meter is changed first."""
    if not is_on:
        return "utter_tou_left"
    return "utter_tou_chosen_after_meter" if account.region == "江苏" else "utter_tou_chosen"


ACTIONS = (ActionCompareTou, ActionReadTouChoice, ActionCheckTou, ActionApplyTou)
