"""Prices in words, and the bill for a use that the customer names; both with the table that they come from."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.backends.months import month_of
from actions.errors import ActionError, TariffUnavailable
from actions.identity import is_proved
from actions.prices import (
    CAVEAT,
    document_words,
    ending,
    price_figures,
    price_response,
    render_source,
    source_of,
    tier_asked,
)
from actions.reading import Events, entities_of, entity_values, said, verified_account
from actions.services import Services
from actions.wording import as_lines, charge_line, full_day, kwh, yuan

KIND_WORDS = {
    "充电桩": re.compile(r"充电桩|充电站|电动汽车|电动车|电车"),
    "大工业": re.compile(r"大工业|两部制|基本电费|容量电价|需量电价"),
    "一般工商业": re.compile(
        r"工商业|商业|商铺|门面|单一制|[工砖]厂|厂里|我们厂|车间|企业|写字楼|超市|饭店|宾馆|开店|我们单位|单位用电|那单位"
    ),
    "农业": re.compile(r"农业|农田|灌溉|排灌|机井|浇地|大棚|种地|种田|种菜|打井|养殖|养[猪鸡牛羊鱼]|鱼塘"),
    "居民合表": re.compile(r"合表"),
    "居民峰谷": re.compile(
        r"峰谷|分时|(?<!尖)峰[电段时价]|(?<!深)谷[电段时价]|(白天|夜里|夜间|晚上|半夜)[^，。]{0,6}[一每]度"
    ),
}
"""Kinds by their plain words, the more special ones first."""
HOME_WORDS = re.compile(r"家里|我家|自家|家用|居民|住宅")
NO_HOME_KINDS = ("一般工商业", "大工业", "农业")
OFF_TABLE = re.compile(
    r"人口|口人|低保|五保|特困|免费电|补贴|储能|绿[电证]|现货|虚拟电厂|集中式|集中充|经营性|营业性|对外营业|公共充电|快充|超充|高速|换电|服务费|力率|功率因[数素]|标准0\.|违约金|罚|赔|光伏|文件|文号"
    r"|领导|签发|谁[定批签]|排第|排名|哪个省|全国|历史|户家庭|变电站|负荷|[风水火核煤]电[是占]|是[^，。]{0,4}[风水火核煤]电|19\d\d年"
)
"""Matters of which no price list speaks: better no answer than the prices."""
OFF_TIERS = re.compile(
    r"基金|附加|线损|浮动?|[上下]调|几点|时段|几月|什么时候|啥时候|哪年|哪天|尖峰|深谷|平段|代理购电|需量|容量|千伏安|采暖|煤改电|电代煤"
)
"""Matters of which the list of household tiers does not speak."""
CATEGORY_OF_KIND = {"一般工商业": "工商业单一制", "大工业": "工商业两部制", "充电桩": "居民充电桩"}
"""Entity tariff_kind -> the calculator's category; other kinds bear the category's name."""
KIND_OF_CATEGORY = {category: kind for kind, category in CATEGORY_OF_KIND.items()}
KIND_OF_CLASS = {"工商业": "一般工商业", "农业": "农业", "充电": "充电桩"}
"""Class of the customer -> the prices that he asks for where he names none."""
TIER_WORDS = re.compile(r"档|阶梯|居民|住宅|住家")
"""What only households have."""
OWN_WORDS = re.compile(
    r"我们?(现在|这里|这儿|这边|公司|这个?户)?(的|是|执行|按|现在)*(什么|多少|哪[种个])?电价|本户|这个户号"
)
"""Who asks for the price of his own account."""
DEFAULT_VOLTAGES = {"大工业": "1-10千伏"}
"""Two-part tariffs begin at high voltage in most regions."""
BUSINESS = ("工商业单一制", "工商业两部制")
TIERED = ("居民阶梯", "居民峰谷")
UNKNOWN = "未取得"
"""Notes about gaps in the documents are for editors."""
YEAR_WORDS = re.compile(r"一年|全年|整年|每年|年用电|年用|一整年")
BOUND_BEFORE = re.compile(r"(超过|超出|超了|超|多于|高于|不到|低于|少于|过了|加|降|减)了?$")
BOUND_AFTER = re.compile(r"^\D{0,3}(以上|以内|以里|以下|之内|之上|以后|往上|往下|封顶)")
"""A figure beside which such a word stands is a limit, not a use."""
SIDE_WORDS = {
    "peak": re.compile(r"(尖?峰|高峰|白天)[^谷平低夜\d]{0,5}$"),
    "valley": re.compile(r"(谷|低谷|夜里|晚上)[^峰平高\d]{0,5}$"),
}
YEAR_NAMED = re.compile(r"(?<!\d)(20(?:0\d|1\d|2[0-5]))年")
FIGURE_WINDOW = 8
"""Characters before a figure in which 峰 or 谷 is looked for."""


class ActionReadTariffKind(Action):
    """Take the kind of use from plain words where the entity is missing or is a wider one (居民 in 居民峰谷)."""

    needs_backends: ClassVar[bool] = False

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_read_tariff_kind"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `tariff_kind` where the words name one and the slot holds none of them; `off_table` for other matters."""
        text = said(tracker)
        named = [kind for kind, words in KIND_WORDS.items() if words.search(text)]
        is_off = bool(OFF_TABLE.search(text) or (not named and OFF_TIERS.search(text)))
        events: Events = [SlotSet("off_table", is_off)]
        if named and tracker.get_slot("tariff_kind") not in named:
            events.append(SlotSet("tariff_kind", named[0]))
        elif not named and not is_off and (own := await self._own_kind(tracker, text)) is not None:
            events.append(SlotSet("tariff_kind", own))
        elif (
            not named and tracker.get_slot("tariff_kind") is None and (kind := kind_of_class(tracker, text)) is not None
        ):
            events.append(SlotSet("tariff_kind", kind))  # 我们店一度电多少钱
        elif not named and HOME_WORDS.search(text) and tracker.get_slot("tariff_kind") in NO_HOME_KINDS:
            events.append(SlotSet("tariff_kind", "居民阶梯"))  # 那我家里用的呢, after a business's prices
        return events

    async def _own_kind(self, tracker: Tracker, text: str) -> str | None:
        """The kind of the account whose owner asks for 我们的电价; None where he asks for another's, or is unknown."""
        if entity_values(tracker, "tariff_kind") or not is_proved(tracker) or not OWN_WORDS.search(text):
            return None
        try:
            account = await self._services.profile.find_account(verified_account(tracker))
        except ActionError:  # the prices can be told without it
            return None
        return None if account is None else KIND_OF_CATEGORY.get(account.category, account.category)


class ActionQueryTariff(Action):
    """Tell the prices of a kind in a region, this month."""

    needs_backends: ClassVar[bool] = False

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_query_tariff"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Say the prices with their document; say so where there is no such tariff."""
        region, kind = str(tracker.get_slot("region")), str(tracker.get_slot("tariff_kind"))
        month = str(tracker.get_slot("month") or year_end_in(said(tracker)) or month_of(self._services.clock()))
        voltage = tracker.get_slot("voltage") or DEFAULT_VOLTAGES.get(kind)
        try:
            prices = self._services.tariffs.price_list(region, kind, month, voltage)
        except TariffUnavailable:
            tell_unavailable(dispatcher, region, kind, month)
            return []
        asked = tier_asked(said(tracker), prices)
        dispatcher.utter_message(
            response=price_response(prices, asked),
            **price_figures(prices, asked),
            custom={"sources": [source_of(prices)]},
        )
        return [SlotSet("last_topic", f"{region}{kind}电价")]


class ActionReadCalculation(Action):
    """Read what goes with the use: its peak and valley, and whether it is a year's."""

    needs_backends: ClassVar[bool] = False

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_read_calculation"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `calc_peak_kwh`, `calc_valley_kwh`, `calc_months`, `calc_is_monthly` where the message names a use."""
        return read_calculation(tracker)


class ActionCalculateBill(Action):
    """Calculate the bill of a use."""

    needs_backends: ClassVar[bool] = False

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_calculate_bill"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Say the total with its lines, the table and what was assumed."""
        read = {str(event["name"]): event["value"] for event in read_calculation(tracker)}
        slots = {**tracker.current_slot_values(), **read}
        kind = str(slots["tariff_kind"])
        request = build_request({**slots, "month": slots.get("month") or month_of(self._services.clock())})
        if request["category"] in BUSINESS:
            dispatcher.utter_message(response="utter_calculate_business", region=request["region"])
            return []
        if kind == "居民峰谷" and request["category"] != kind:
            return self._ask_split(dispatcher, request)
        try:
            bill = self._services.tariffs.calculate(request)
        except TariffUnavailable:
            tell_unavailable(dispatcher, request["region"], kind, request["month"])
            return []
        self._tell(dispatcher, request, bill, is_monthly=bool(slots.get("calc_is_monthly")))
        topic = SlotSet("last_topic", f"{request['region']}{kind}电价")
        return [topic, *(SlotSet(name, value) for name, value in read.items())]

    def _ask_split(self, dispatcher: CollectingDispatcher, request: Mapping[str, Any]) -> Events:
        """Tell the prices by time of day, and that a bill needs what was used in each part of it."""
        region, kind, month = request["region"], "居民峰谷", request["month"]
        try:
            prices = self._services.tariffs.price_list(region, kind, month, request["voltage"])
        except TariffUnavailable:
            tell_unavailable(dispatcher, region, kind, month)
            return []
        sources = {"sources": [source_of(prices)]}
        dispatcher.utter_message(response="utter_calculate_needs_split", **price_figures(prices), custom=sources)
        return [SlotSet("last_topic", f"{region}{kind}电价")]

    def _tell(
        self, dispatcher: CollectingDispatcher, request: dict[str, Any], bill: Mapping[str, Any], *, is_monthly: bool
    ) -> None:
        table = bill["table"]
        is_tiered = request["category"] in TIERED
        end = ending(is_uncertain=any(CAVEAT in note for note in bill["notes"]))
        dispatcher.utter_message(
            response="utter_calculated",
            region=request["region"],
            use=use_words(request, is_monthly=is_monthly),
            total=bill["total"],
            lines=as_lines([*map(line_words, bill["lines"]), *self._remarks(request, bill, is_monthly=is_monthly)]),
            spoken_ending=f"，按年初第一档起算{end}" if is_tiered and request["months"] == 1 else end,
            table=table["name"],
            document=document_words(str(table["document"])),
            effective_from=full_day(date.fromisoformat(str(table["effective_from"]))),
            ending=end,
            custom={"sources": [render_source(request["region"], request["category"], table)]},
        )

    def _remarks(self, request: dict[str, Any], bill: Mapping[str, Any], *, is_monthly: bool) -> list[str]:
        """What must be said with the figure: what it assumes, and the calculator's notes that are for customers."""
        notes = [str(note).rstrip("。") for note in bill["notes"] if CAVEAT not in note and UNKNOWN not in note]
        return [self._assumption(request, is_monthly=is_monthly), *notes] if request["category"] in TIERED else notes

    def _assumption(self, request: dict[str, Any], *, is_monthly: bool) -> str:
        """What the figure takes for granted."""
        if request["months"] == 12:
            return "按一整年的用电量分档计算"
        first = "阶梯电量按年累计，这里按年度起始、前面没有用电来算"
        if "peak_kwh" in request:
            return f"{first}；今年用得多、已进入第二、三档时会高一些"
        if not is_monthly:
            return first
        energy = Decimal(str(request["energy_kwh"])) * 12
        year = {**request, "energy_kwh": str(energy), "months": 12}
        try:
            bill = self._services.tariffs.calculate(year)
        except TariffUnavailable:
            return first
        total, last = Decimal(str(bill["total"])), bill["lines"][-1]
        reached = f"用到{str(last['name']).removesuffix('电量')}（每度{last['price']}元）"
        return f"{first}；如果每个月都用这么多，全年{kwh(energy)}{reached}，共{yuan(total)}，平均每月{yuan(total / 12)}"


def year_end_in(text: str) -> str | None:
    """2019年青岛电价 -> 2019-12, so that a bygone year gets its own table or none."""
    found = YEAR_NAMED.search(text)
    return f"{found[1]}-12" if found else None


def read_calculation(tracker: Tracker) -> Events:
    """Slots from the figures of the latest message; nothing where it names no use."""
    text = said(tracker)
    figures = [found for found in entities_of(tracker) if found.get("entity") == "energy_kwh"]
    if not figures:
        return [SlotSet("calc_is_bound", None)]
    sides: dict[str, str | None] = {"peak": None, "valley": None}
    for figure in figures:
        before = text[max(0, int(figure["start"]) - FIGURE_WINDOW) : int(figure["start"])]
        side = next((name for name, words in SIDE_WORDS.items() if words.search(before)), None)
        if side is not None:
            sides[side] = str(figure["value"])
    is_split = all(sides.values())
    return [
        SlotSet("calc_peak_kwh", sides["peak"] if is_split else None),
        SlotSet("calc_valley_kwh", sides["valley"] if is_split else None),
        SlotSet("calc_months", 12.0 if YEAR_WORDS.search(text) else 1.0),
        SlotSet("calc_is_monthly", "月" in text),
        SlotSet("calc_is_bound", is_no_use(text, figures)),
    ]


def is_no_use(text: str, figures: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether the figures of a message are no use to make a bill of."""
    bounds = (is_bound(text, int(found["start"]), int(found["end"])) for found in figures)
    return bool(OFF_TABLE.search(text)) or all(bounds)


def is_bound(text: str, start: int, end: int) -> bool:
    """Say whether a figure of energy is the limit of a tier (超过4800度, 170度以内) and not a use."""
    return bool(BOUND_BEFORE.search(text[:start]) or BOUND_AFTER.search(text[end:]))


def build_request(slots: Mapping[str, Any]) -> dict[str, Any]:
    """The calculator's request from the slots."""
    peak, valley = slots.get("calc_peak_kwh"), slots.get("calc_valley_kwh")
    kind = str(slots["tariff_kind"])
    category = CATEGORY_OF_KIND.get(kind, kind)
    request: dict[str, Any] = {
        "region": str(slots["region"]),
        "category": category,
        "month": str(slots["month"]),
        "energy_kwh": str(slots["energy_kwh"]),
        "months": int(slots.get("calc_months") or 1),
        "voltage": slots.get("voltage"),
    }
    if category == "居民阶梯" and peak and valley:
        request["category"] = "居民峰谷"
    if request["category"] == "居民峰谷":
        if peak is None or valley is None:
            request["category"] = "居民阶梯"  # without the parts there is nothing to price by time of day
        else:
            request |= {"peak_kwh": peak, "valley_kwh": valley, "energy_kwh": str(Decimal(peak) + Decimal(valley))}
    return request


def use_words(request: Mapping[str, Any], *, is_monthly: bool) -> str:
    """全年用3600度电; 一个月用300度电（峰200度、谷100度）; 用6000度电."""
    period = "全年" if request["months"] == 12 else "一个月" if is_monthly else ""
    words = f"{period}用{kwh(Decimal(str(request['energy_kwh'])))}电"
    if "peak_kwh" in request:
        words += f"（峰{kwh(Decimal(request['peak_kwh']))}、谷{kwh(Decimal(request['valley_kwh']))}）"
    return words


def line_words(line: Mapping[str, Any]) -> str:
    """One line of the calculation."""
    return charge_line(
        str(line["name"]), Decimal(line["quantity"]), str(line["unit"]), Decimal(line["price"]), Decimal(line["amount"])
    )


def tell_unavailable(dispatcher: CollectingDispatcher, region: str, kind: str, month: str) -> None:
    """Say that there is no such tariff, or that its prices are not known."""
    is_missing_tou = kind == "居民峰谷" and region in ("黑龙江", "蒙西")
    response = "utter_tariff_no_household_tou" if is_missing_tou else "utter_tariff_unknown"
    dispatcher.utter_message(response=response, region=region, tariff_kind=kind, month=month)


def kind_of_class(tracker: Tracker, text: str) -> str | None:
    """The prices that hold for the class of this customer; None for a household, and where its tiers are asked for."""
    return None if TIER_WORDS.search(text) else KIND_OF_CLASS.get(str(tracker.get_slot("customer_class")))


ACTIONS = (ActionReadTariffKind, ActionQueryTariff, ActionReadCalculation, ActionCalculateBill)
