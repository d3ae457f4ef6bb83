"""Values: order of requests, merging of entities, answers in a context, the JSON of the contract."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pytest

from nlu.context import decide_from_context, decide_handled, is_wish_to_handle
from nlu.decision import Decision
from nlu.entities import EntityMerger
from nlu.requests import decide_requests
from nlu.surfaces import Surfaces
from nlu.tagging import Tagging, TagSpan
from nlu.understanding import Context, Entity, Intent, Understanding, parse_context, render_understanding

NAMES = ("query_bill", "report_hazard", "query_balance", "out_of_scope")
NOW = datetime(2026, 11, 21, tzinfo=UTC)


@dataclass(frozen=True)
class Found:
    entity: str
    value: str
    start: int
    end: int
    confidence: float


def decide(chances: list[float], *, places: tuple[float, ...] = (1, 2, 3, 4), second: float = 0.0) -> list[str]:
    decision = Decision(urgent_intents=("report_hazard",), urgent_threshold=0.3, scope_threshold=0.3)
    numbers = np.array(chances, dtype=np.float32)
    found = decide_requests(NAMES, numbers, np.array(places, dtype=np.float32), second, decision)
    return [intent.name for intent in found]


def test_one_request_is_the_likeliest() -> None:
    assert decide([0.7, 0.1, 0.1, 0.1]) == ["query_bill"]


def test_two_requests_come_in_the_order_in_which_they_were_said() -> None:
    assert decide([0.5, 0.0, 0.4, 0.1], places=(9, 0, 2, 0), second=0.95) == ["query_balance", "query_bill"]


def test_danger_comes_first_wherever_it_was_said() -> None:
    assert decide([0.5, 0.4, 0.0, 0.1], places=(1, 9, 0, 0), second=0.95) == ["report_hazard", "query_bill"]


def test_danger_wins_from_its_own_lower_threshold() -> None:
    assert decide([0.6, 0.35, 0.05, 0.0]) == ["report_hazard"]


def test_a_named_danger_is_taken_for_a_report_even_if_unlikely() -> None:
    decision = Decision(urgent_intents=("report_hazard",), scope_threshold=0.3)
    chances = np.array([0.9, 0.02, 0.08, 0.0], dtype=np.float32)
    intents = decide_requests(NAMES, chances, np.zeros(4, np.float32), 0.0, decision, is_danger_named=True)
    assert [intent.name for intent in intents] == ["report_hazard"]
    assert intents[0].confidence > 0.5


def test_what_fits_nothing_is_out_of_scope() -> None:
    assert decide([0.26, 0.24, 0.25, 0.25]) == ["out_of_scope"]


class Seen(Tagging):
    """A tagging that sees just these spans."""

    def __init__(self, spans: list[TagSpan]) -> None:
        self._seen = spans

    def spans(self) -> list[TagSpan]:
        return self._seen

    def support(self, entity: str, start: int, end: int) -> float:
        return max((span.confidence for span in self._seen if span.entity == entity), default=0.0)


def merge(text: str, tagged: list[TagSpan], found: list[Found], requested: str | None = None) -> tuple[Entity, ...]:
    surfaces = Surfaces({"fault_symptom": {"一直跳": "跳闸"}})
    merger = EntityMerger(surfaces, lambda entity, surface, now: None)
    return merger.merge(text, Seen(tagged), found, NOW, requested)


def test_the_parser_gives_borders_and_value_to_what_the_network_saw() -> None:
    entities = merge("用了三百来度", [TagSpan("energy_kwh", 2, 5, 0.5)], [Found("energy_kwh", "300", 2, 6, 0.9)])
    assert [(entity.value, entity.text, entity.end) for entity in entities] == [("300", "三百来度", 6)]


def test_the_network_decides_the_role_where_it_is_surer() -> None:
    entities = merge("3701234567", [TagSpan("ticket_no", 0, 10, 0.95)], [Found("account_no", "3701234567", 0, 10, 0.7)])
    assert entities == ()  # a ticket number that cannot be read as one is no value


def test_the_slot_that_was_asked_for_decides_a_doubtful_number() -> None:
    entities = merge("三百", [], [Found("amount", "300", 0, 2, 0.4)], requested="amount")
    assert [(entity.entity, entity.value) for entity in entities] == [("amount", "300")]


def test_a_learnt_surface_gives_the_value_of_a_closed_list() -> None:
    assert merge("开关一直跳闸", [TagSpan("fault_symptom", 2, 5, 0.9)], [])[0].value == "跳闸"


def test_a_word_of_a_closed_list_that_the_network_does_not_see_is_no_value() -> None:
    assert merge("停电通知", [], [Found("notice_kind", "停电", 0, 2, 0.9)]) == ()


def test_a_number_with_its_unit_is_a_value_even_if_the_network_does_not_see_it() -> None:
    assert merge("用了300度", [], [Found("energy_kwh", "300", 2, 6, 0.95)])[0].value == "300"


def test_an_address_is_as_long_as_either_sees_it() -> None:
    entities = merge("住泉城路18号3号楼", [TagSpan("address", 1, 7, 0.8)], [Found("address", "x", 4, 10, 0.9)])
    assert entities[0].value == "泉城路18号3号楼"


def test_an_address_is_what_was_said() -> None:
    assert merge("我住泉城路18号", [TagSpan("address", 2, 8, 0.8)], [])[0].value == "泉城路18号"


def answer(text: str, entities: tuple[Entity, ...], best: str = "query_bill") -> Intent | None:
    context = Context(active_flow="report_outage", requested_slot="address")
    return decide_from_context(text, context, entities, Intent(best, 0.6), ("report_outage", "query_bill"))


def test_a_value_of_the_slot_asked_for_belongs_to_the_active_flow() -> None:
    given = answer("是泉城路18号", (Entity("address", "泉城路18号", "泉城路18号", 1, 7, 0.9),))
    assert given is not None
    assert given.name == "report_outage"


def test_a_request_that_happens_to_hold_such_a_value_stays_a_request() -> None:
    assert answer("泉城路18号上个月电费账单给我查出来", (Entity("address", "a", "泉城路18号", 0, 6, 0.9),)) is None


def test_danger_in_an_answer_stays_danger() -> None:
    entities = (Entity("address", "泉城路18号", "泉城路18号", 0, 6, 0.9),)
    assert answer("泉城路18号冒火", entities, best="report_hazard") is None


def follow_up(text: str, entity: Entity, last_intent: str) -> Intent | None:
    context = Context(last_intent=last_intent)
    return decide_from_context(text, context, (entity,), Intent("chitchat", 0.4), ("query_bill", "greet"))


def test_another_value_repeats_the_last_request() -> None:
    given = follow_up("那上个月的呢？", Entity("month", "2026-10", "上个月", 1, 4, 0.9), "query_bill")
    assert given is not None
    assert given.name == "query_bill"


def test_a_follow_up_does_not_repeat_a_greeting() -> None:
    assert follow_up("那上个月的呢", Entity("month", "2026-10", "上个月", 1, 4, 0.9), "greet") is None


def test_more_than_a_value_is_no_follow_up() -> None:
    assert follow_up("那上个月的发票呢", Entity("month", "2026-10", "上个月", 1, 4, 0.9), "query_bill") is None


@pytest.mark.parametrize(
    "text",
    ["那怎么办理", "那怎么申请？", "那我办一个", "在哪申请", "好，帮我弄", "行，那给我开了", "那你给我申请一个吧"],
)
def test_a_wish_to_have_something_handled_is_recognised(text: str) -> None:
    assert is_wish_to_handle(text)


@pytest.mark.parametrize("text", ["怎么办理过户", "办不了", "我家停电了怎么办", "开发票", "不办了", "那怎么收费"])
def test_a_wish_that_says_what_or_says_no_is_another(text: str) -> None:
    assert not is_wish_to_handle(text)


def test_the_business_that_was_spoken_of_is_handled() -> None:
    given = decide_handled([Intent("ask_knowledge", 0.9), Intent("cancel_account", 0.05), Intent("apply_tou", 0.01)])
    assert given is not None
    assert given.name == "cancel_account"


def test_the_json_has_the_keys_of_the_contract() -> None:
    intent = Intent("query_bill", 0.91237)
    entity = Entity("month", "2026-10", "上个月", 1, 4, 0.97)
    shown = render_understanding(Understanding("我上个月电费", intent, (intent,), (intent,), (entity,)))
    assert list(shown) == ["text", "intent", "intents", "intent_ranking", "entities", "act"]
    assert shown["intent"] == {"name": "query_bill", "confidence": 0.9124}
    assert list(shown["entities"][0]) == ["entity", "value", "text", "start", "end", "confidence"]


def test_an_empty_context_is_no_context() -> None:
    assert parse_context(None) == parse_context({"last_intent": ""}) == Context()
