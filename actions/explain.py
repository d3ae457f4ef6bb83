"""Why a bill is high: compare it with the month before and the same month last year, and name the causes."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.backends.months import add_months, month_of
from actions.backends.values import Account, Bill
from actions.bill_difference import Cause, Use, explain_difference, length
from actions.errors import NotFound, TariffUnavailable
from actions.reading import Events, verified_account
from actions.services import Services, Tariffs
from actions.wording import as_lines, kwh, month, number, yuan

HOUSEHOLD = ("居民阶梯", "居民峰谷", "居民合表")
CAUSES_SPOKEN = 2
SMALL_RISE = Decimal("1.00")
"""Yuan: below it a bill counts as unchanged."""


class ActionExplainBill(Action):
    """Tell by how much and why a bill differs."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_explain_bill"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `bill_found` and `bill_is_higher`."""
        account_no, wanted = verified_account(tracker), str(tracker.get_slot("month"))
        account = await self._services.profile.find_account(account_no)
        if account is None:
            raise NotFound("the verified account is not there", reason="no_account")
        this_month = month_of(self._services.clock())
        bills = {bill.month: bill for bill in await self._bills(account_no, min(wanted, this_month))}
        month_shown = wanted if wanted in bills or wanted < this_month else max(bills, default=wanted)
        bill = bills.get(month_shown)
        if bill is None:
            dispatcher.utter_message(response="utter_no_bill_then", month=wanted)
            return [SlotSet("bill_found", False), SlotSet("bill_is_higher", False)]
        if month_shown != wanted:
            dispatcher.utter_message(response="utter_explain_latest", month=wanted, last_month=month_shown)
        bases = [bills.get(add_months(month_shown, -1)), bills.get(add_months(month_shown, -12))]
        is_higher = self._tell(dispatcher, account, bill, [base for base in bases if base is not None])
        return [SlotSet("bill_found", True), SlotSet("bill_is_higher", is_higher)]

    async def _bills(self, account_no: str, wanted: str) -> Sequence[Bill]:
        return await self._services.billing.bills(account_no, add_months(wanted, -14), wanted)

    def _tell(self, dispatcher: CollectingDispatcher, account: Account, bill: Bill, bases: Sequence[Bill]) -> bool:
        if not bases:
            dispatcher.utter_message(response="utter_explain_nothing_before", month=bill.month, total=str(bill.total))
            return False
        comparisons = [(base, explain_difference(bill, base, self._recalculation(account))) for base in bases]
        shown, causes = next(
            ((base, causes) for base, causes in comparisons if bill.total - base.total >= SMALL_RISE), comparisons[0]
        )
        difference = bill.total - shown.total
        response = "utter_explain_higher" if difference >= SMALL_RISE else "utter_explain_not_higher"
        dispatcher.utter_message(
            response=response,
            month=bill.month,
            total=str(bill.total),
            base_month=shown.month,
            base_total=str(shown.total),
            difference=str(abs(difference)),
            direction="多" if difference >= 0 else "少",
            causes=as_lines(cause_words(cause, bill, shown) for cause in causes),
            main_causes="，其次".join(cause_words(cause, bill, shown) for cause in main(causes, difference)),
            comparisons="；".join(compared_words(bill, base) for base, _ in comparisons),
            custom={"explanation": [render_comparison(bill, base, causes) for base, causes in comparisons]},
        )
        return difference >= SMALL_RISE

    def _recalculation(self, account: Account) -> "HouseholdRecalculation":
        return HouseholdRecalculation(self._services.tariffs, account)


class HouseholdRecalculation:
    """The calculator, asked for one account: (month, use) -> total, None where it has no answer."""

    def __init__(self, tariffs: Tariffs, account: Account) -> None:
        self._tariffs = tariffs
        self._account = account

    def __call__(self, month_shown: str, use: Use) -> Decimal | None:
        """Calculate one month."""
        category = category_in(self._account, month_shown)
        if category not in HOUSEHOLD:
            return None
        request: dict[str, Any] = {
            "region": self._account.region,
            "category": category,
            "month": month_shown,
            "voltage": self._account.voltage,
            "energy_kwh": str(use.energy_kwh),
            "annual_to_date_kwh": str(use.annual_to_date_kwh),
            "household_size": self._account.household_size,
            "subsidy": self._account.subsidy,
        }
        if category == "居民峰谷":
            request |= {"peak_kwh": str(use.peak_kwh), "valley_kwh": str(use.energy_kwh - use.peak_kwh)}
        try:
            return Decimal(str(self._tariffs.calculate(request)["total"]))
        except TariffUnavailable:
            return None


def category_in(account: Account, month_shown: str) -> str:
    """The account's category in a month: before the present choice of peak/valley it was the other one."""
    if account.tou_since is None or month_shown >= account.tou_since:
        return account.category
    return {"居民峰谷": "居民阶梯", "居民阶梯": "居民峰谷"}.get(account.category, account.category)


def main(causes: Sequence[Cause], difference: Decimal) -> Sequence[Cause]:
    """The largest causes that push in the direction of the difference."""
    pushing = [cause for cause in causes if cause.amount * difference > 0]
    return pushing[:CAUSES_SPOKEN]


def cause_words(cause: Cause, bill: Bill, base: Bill) -> str:
    """One cause in words, with its amount."""
    amount = f"{'多' if cause.amount > 0 else '少'}{yuan(abs(cause.amount))}"
    days, more = length(bill) - length(base), bill.energy_kwh - base.energy_kwh
    words = {
        "days": f"计费天数{'多' if days > 0 else '少'}了{abs(days)}天",
        "volume": volume_words(bill, base, more),
        "tier": "阶梯档位变化" + tier_words(bill, base),
        "peak": f"峰段用电占比从{share(base)}变为{share(bill)}",
        "price": "电价和用电时段变化",
        "basic_charge": "基本电费变化",
        "power_factor": "功率因数调整电费变化",
        "other": "其他调整",
    }[cause.name]
    return f"{words}，{amount}"


def volume_words(bill: Bill, base: Bill, more: Decimal) -> str:
    """How the use changed."""
    if length(bill) == length(base):
        return f"用电量{'多' if more > 0 else '少'}了{kwh(abs(more))}"
    before, now = base.energy_kwh / length(base), bill.energy_kwh / length(bill)
    return f"平均每天用电从{kwh(before)}变为{kwh(now)}"


def tier_words(bill: Bill, base: Bill) -> str:
    """Which tier took more of the use, if one did."""
    for tier in ("第三档", "第二档"):
        before, now = energy_in(base, tier), energy_in(bill, tier)
        if now > before:
            return f"（{f'{tier}电量增加' if before else f'进入{tier}'}）"
    return ""


def energy_in(bill: Bill, tier: str) -> Decimal:
    """kWh that were priced in a tier."""
    return sum((line.quantity for line in bill.lines if tier in line.name), Decimal(0))


def share(bill: Bill) -> str:
    """Part of the peak in the use."""
    return f"{number(Decimal(100) * bill.peak_kwh / bill.energy_kwh)}%" if bill.energy_kwh else "0%"


def compared_words(bill: Bill, base: Bill) -> str:
    """比2026年9月多20.00元."""
    difference = bill.total - base.total
    if not difference:
        return f"和{month(base.month)}一样"
    return f"比{month(base.month)}{'多' if difference > 0 else '少'}{yuan(abs(difference))}"


def render_comparison(bill: Bill, base: Bill, causes: Sequence[Cause]) -> dict[str, Any]:
    """The comparison as JSON: the causes' amounts add up to `difference`."""
    return {
        "month": bill.month,
        "base_month": base.month,
        "difference": str(bill.total - base.total),
        "causes": [{"name": cause.name, "amount": str(cause.amount)} for cause in causes],
    }


ACTIONS = (ActionExplainBill,)
