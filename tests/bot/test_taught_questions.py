"""What an editor taught word by word goes to the knowledge base, whatever the network takes it for."""

from __future__ import annotations

from bot.taught_questions import TaughtQuestions
from nlu.understanding import Context, Intent, Understanding

NOWHERE = Context()


class Network:
    """Takes everything for one intent."""

    def __init__(self, intent: str) -> None:
        self.intent = intent

    def parse(self, text: str, context: Context) -> Understanding:
        meant = Intent(self.intent, 0.99)
        return Understanding(text, meant, (meant,), (meant, Intent("ask_knowledge", 0.01)), ())


class Book:
    """Knows one wording."""

    def is_taught(self, text: str) -> bool:
        return text == "数字人民币能交电费吗"


def understood(intent: str, text: str) -> tuple[str, list[str]]:
    found = TaughtQuestions(Network(intent), Book()).parse(text, NOWHERE)
    return found.intent.name, [one.name for one in found.intent_ranking]


def test_a_taught_wording_is_a_question_and_another_is_what_the_network_says() -> None:
    assert understood("pay_bill", "数字人民币能交电费吗") == ("ask_knowledge", ["ask_knowledge", "pay_bill"])
    assert understood("pay_bill", "我要交电费")[0] == "pay_bill"


def test_a_danger_stays_one() -> None:
    assert understood("report_hazard", "数字人民币能交电费吗")[0] == "report_hazard"
