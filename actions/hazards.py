"""Hazards to life: what to do at once, in words that no file can switch off, then the urgent ticket (紧急隐患).

Sources: public safety publications, several each (高压断线 8 米、跨步电压；触电先断电再救人；冒烟打火先断总闸).
"""

import re
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.addresses import join_address
from actions.backends.values import TicketFields
from actions.located import crew_promises, find_region, stated_account
from actions.outages import crew_words, latest_due
from actions.reading import Events, entity_values, is_phone, key_of, named_symptoms, request_words, said
from actions.services import Services

URGENT = "紧急隐患"


@dataclass(frozen=True, slots=True)
class Hazard:
    """One kind of danger."""

    name: str
    words: re.Pattern[str]
    """What in the customer's words, or in a symptom's name, points to it."""
    advice: str
    voice: str
    """At most two sentences, to be heard."""


ELECTROCUTED = Hazard(
    "触电",
    re.compile(
        r"触电|(人|孩子|老人|大[爷妈叔]|师傅|邻居)[^杆树线墙，。]{0,4}(倒[在下地]|躺在地|没反应|不动了|叫不醒)|电[着到倒死晕]了?(人|我|他|她|孩子|老人)|被电|受伤|昏迷|昏过去|晕倒|晕过去|烧伤|没呼吸|没气了|不省人事|电击"
    ),
    "有人触电，请马上打120！先断开电源；断不了就用干燥的木棒、竹竿把电线挑开，千万不要直接用手拉人。"
    "脱离电源后如果没有呼吸心跳，立即做心肺复苏；高压线旁边请不要靠近，等我们停电。",
    "请马上打120，先断开电源，断不了就用干燥木棒挑开电线，千万不要用手直接拉人。人没有呼吸就立即做心肺复苏。",
)
FIRE = Hazard(
    "着火",
    re.compile(r"着火(?!星|花)|起火|失火|烧起来|着起来|火苗|冒火(?!花|星)|燃烧|爆炸|炸了"),
    "请先撤到安全的地方，马上打119！能安全够到总闸就先断电；电器和线路起火千万不要用水泼，也不要返回取东西。",
    "请先撤到安全的地方，马上打119。能安全断电就先拉总闸，千万不要用水泼。",
)
FALLEN_WIRE = Hazard(
    "断线",
    re.compile(
        r"断线|(?<![零跳])线.{0,4}断|断了?的?.{0,2}线|线.{0,6}(掉|落|耷拉|垂|拖|塌|搭)|(掉|落)下来.{0,4}线|电缆.{0,8}(断|破|裸|露)"
    ),
    "请马上离断线8米以外，不要触碰，也别让旁人和车辆靠近。如果已经在8米以内，双脚并拢跳着离开，不要迈步跑。已经起火的，同时打119。",
    "请马上离断线8米以外，千万不要碰，也别让旁人靠近。已经在近处的双脚并拢跳着离开，不要迈步跑，起火就打119。",
)
FALLEN_POLE = Hazard(
    "倒杆",
    re.compile(r"倒杆|杆子?.{0,6}(倒|断|歪|斜|折)|(撞|刮|压)(倒|断|歪).{0,4}杆"),
    "请离电杆和电线8米以外，不要去扶、不要搬动，也请提醒行人和车辆绕行；杆上的线可能仍然带电。",
    "请离电杆和电线8米以外，不要去扶，也提醒别人绕行。上面的线可能还带电。",
)
TRANSFORMER = Hazard(
    "变压器",
    re.compile(r"变压器|箱变|配电箱|开关柜|环网柜"),
    "请离这台设备8米以外，不要靠近观看，也不要泼水；如果起了火，请马上打119。",
    "请离这台设备8米以外，不要靠近，也不要泼水。如果起了火，请马上打119。",
)
LEAKING = Hazard(
    "漏电",
    re.compile(r"漏电|麻手|手麻|麻了|发麻|带电|过电|电人|打手"),
    "请不要再碰漏电的东西，离开潮湿和有水的地方；能安全够到总闸就先断开，没查清楚之前不要再合闸。",
    "请不要再碰漏电的东西，也不要站在有水的地方。能安全够到总闸就先断开。",
)
FLOODED = Hazard(
    "水淹",
    re.compile(r"积水|水淹|泡在?水|进水|淹了|被淹|洪水|[蹚趟]水"),
    "水里可能带电，请不要下水、不要蹚过去，绕开有电线和电杆的地方；进水的电器先断总闸，不要通电。",
    "水里可能带电，请不要蹚水，绕开电线和电杆。进水的电器先断总闸，不要通电。",
)
SPARKS_OUTSIDE = Hazard(
    "室外打火",
    re.compile(r"(线杆|电杆|杆子|杆上|高压线|外面|外头|路边|街上|马路|头顶).{0,10}(冒烟|打火|冒?火花|火星|放电|滋滋)"),
    "请马上离冒火花的电杆、电线8米以外，看好孩子，别让旁人和车辆靠近，上面的线随时可能掉下来。一旦起火，请撤远并打119。",
    "请马上离冒火花的电杆和电线8米以外，看好孩子，别让旁人靠近。一旦起火，请打119。",
)
SPARKS = Hazard(
    "冒烟打火",
    re.compile(r"冒烟|打火|冒火花|火花|火星|焦糊|糊味|焦味|烧焦|短路|滋滋|发烫|放电"),
    "请先断开总闸，不要再合闸，也不要碰冒烟打火的地方；在室外就远离8米以上。一旦起火，请撤离并打119。",
    "请先断开总闸，不要再合闸，也不要碰冒烟打火的地方。一旦起火，请撤离并打119。",
)
UNKNOWN = Hazard(
    "其他隐患",
    re.compile(r"(?!)"),
    "请先远离危险的地方，不要触碰电线和设备，也别让旁人靠近。有人受伤请打120，起火请打119。",
    "请先远离危险的地方，不要碰电线和设备。有人受伤请打120，起火请打119。",
)
HAZARDS = (ELECTROCUTED, FALLEN_WIRE, FIRE, FALLEN_POLE, FLOODED, TRANSFORMER, LEAKING, SPARKS_OUTSIDE, SPARKS)
"""The first that fits is the one that is told: people first, then the wire that nobody sees, then fire."""


_DENIED = re.compile(
    r"(?<!有)(?:没有?|未|并?不是?)(?:人|再|见|看到|看见)*(?:冒烟|着火|起火|打火|冒火|火花|漏电|断线|触电|受伤)(?![吗么呢?？])"
)
"""What is said not to be: 「没冒烟，就是没电了」."""


class ActionHazardAdvice(Action):
    """Say what to do at once, before anything is asked; again only when the danger turns out to be another."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_hazard_advice"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `hazard_kind`."""
        hazard = find_hazard(request_words(tracker), named_symptoms(tracker))
        known = tracker.get_slot("hazard_kind")
        if known is not None and hazard.name in (known, UNKNOWN.name):
            return []
        dispatcher.utter_message(text=hazard.voice if is_phone(tracker) else hazard.advice)
        return [SlotSet("hazard_kind", hazard.name)]


class ActionNewDanger(Action):
    """Something was said while a danger is being reported: is it a worse one? Then that advice comes at once."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_new_danger"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `danger_told`, and `hazard_kind` where the danger is a worse one."""
        hazard = find_hazard(said(tracker), entity_values(tracker, "fault_symptom"))
        if rank_of(hazard.name) >= rank_of(str(tracker.get_slot("hazard_kind"))):
            return [SlotSet("danger_told", False)]
        dispatcher.utter_message(text=hazard.voice if is_phone(tracker) else hazard.advice)
        return [SlotSet("danger_told", True), SlotSet("hazard_kind", hazard.name)]


class ActionRepeatAdvice(Action):
    """Say the advice again, in few words: somebody in danger asks what to do."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_repeat_advice"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Say it; nothing is set."""
        known = str(tracker.get_slot("hazard_kind"))
        dispatcher.utter_message(text=next((hazard.voice for hazard in HAZARDS if hazard.name == known), UNKNOWN.voice))
        return []


class ActionCreateHazardTicket(Action):
    """Register the hazard as urgent, with or without an exact address."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_create_hazard_ticket"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `new_ticket_no`, and what a later 「还要等多久」 is answered with."""
        account = await stated_account(self._services, tracker)
        place = tracker.get_slot("address")
        address = join_address(None, str(place)) if place else (account.address if account else None)
        region = await find_region(self._services, tracker, place, account)
        promises = crew_promises(self._services, region, address)
        symptoms = named_symptoms(tracker)
        fields = TicketFields(
            summary=f"{tracker.get_slot('hazard_kind')}：{request_words(tracker)}",
            region=region,
            account_no=account.account_no if account and not place else None,
            address=address,
            phone=tracker.get_slot("phone"),
            due_at=latest_due(promises, self._services.clock()),
            is_urgent=True,
            details=tuple(("fault_symptom", symptom) for symptom in symptoms),
        )
        ticket = await self._services.tickets.create(URGENT, fields, key_of(tracker))
        return [
            SlotSet("new_ticket_no", ticket.ticket_no),
            SlotSet("last_ticket_no", ticket.ticket_no),
            SlotSet("last_repair_no", ticket.ticket_no),
            SlotSet("last_repair_address", place),
            SlotSet("crew_time", crew_words(promises)),
        ]


def find_hazard(words: str, symptoms: list[str]) -> Hazard:
    """The danger that words and recognised symptoms point to, what is denied left out; people first, then fire."""
    denied = "".join(_DENIED.findall(words))
    text = f"{_DENIED.sub('', words)} {' '.join(symptom for symptom in symptoms if symptom not in denied)}"
    return next((hazard for hazard in HAZARDS if hazard.words.search(text)), UNKNOWN)


def rank_of(name: str) -> int:
    """Place of a danger among all, the worst first; one that is not known comes last."""
    return next((place for place, hazard in enumerate(HAZARDS) if hazard.name == name), len(HAZARDS))


ACTIONS = (ActionHazardAdvice, ActionNewDanger, ActionRepeatAdvice, ActionCreateHazardTicket)
