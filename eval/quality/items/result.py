"""Items 14 and 15: the work order, and whether the customer had to come again."""

from __future__ import annotations

import re

from eval.quality.digit_runs import digit_runs
from eval.quality.hearing import NOT_APPLICABLE, Evidence, Finding, Hearing
from eval.quality.transcript import Ticket

_SHORTEST_ACCOUNT = 8
_NO_ACCOUNT_LENGTHS = (11, 18)
"""A phone, an identity number."""
_HAS_PHONE = re.compile(r"1[3-9]\d{9}$")
_MASK = re.compile(r"[*＊xX•]+")


def check_ticket(hearing: Hearing) -> Finding:
    """Category, account or address, contact, and that it was read back; a wrong value is worse than none."""
    ticket = hearing.transcript.ticket
    if ticket is None:
        return NOT_APPLICABLE
    last = hearing.service[-1:] or hearing.turns[-1:]
    evidence = tuple(Evidence(turn.n, turn.text) for turn in last)
    wrong = _wrong(hearing, ticket)
    if wrong:
        return Finding(0.0, f"工单有误：{'、'.join(wrong)}", evidence)
    missing = [
        words
        for words, is_there in (
            ("类别", bool(ticket.category)),
            ("户号或地址", bool(ticket.account_no or ticket.address)),
            ("联系电话", bool(ticket.phone)),
            ("向客户复述", bool(ticket.read_back)),
        )
        if not is_there
    ]
    if not missing:
        return Finding(1.0, "工单完整并已复述", evidence)
    return Finding(0.5 if len(missing) == 1 else 0.0, f"工单缺少{'、'.join(missing)}", evidence)


def check_resolution(hearing: Hearing) -> Finding:
    """No second contact within 24 hours."""
    again = hearing.transcript.repeat_contact_24h
    if again is None:
        return Finding(None, "尚不知道")
    return Finding(0.0, "24小时内再次来访") if again else Finding(1.0, "24小时内没有再次来访")


def _wrong(hearing: Hearing, ticket: Ticket) -> list[str]:
    said = "\n".join(turn.text for turn in hearing.customer)
    numbers = [number for turn in hearing.customer for _, number in digit_runs(turn.text)]
    accounts = [
        number for number in numbers if len(number) >= _SHORTEST_ACCOUNT and len(number) not in _NO_ACCOUNT_LENGTHS
    ]
    phones = [number for number in numbers if _HAS_PHONE.search(number)]
    wrong = []
    if _differs(ticket.account_no, accounts):
        wrong.append("户号与客户所说不符")
    if _differs(ticket.phone, phones):
        wrong.append("电话与客户所说不符")
    if ticket.category and not _fits(hearing, ticket.category, said):
        wrong.append("类别与诉求不符")
    return wrong


def _differs(noted: str | None, said: list[str]) -> bool:
    """Whether it stands in nothing that was said; two numbers in one breath are one run of digits."""
    return bool(noted and said) and not any((noted or "") in run for run in said) and not _MASK.search(noted or "")


def _fits(hearing: Hearing, category: str, said: str) -> bool:
    rows = [words for names, words in hearing.rubric.categories if names.search(category)]
    return not rows or any(words.search(said) for words in rows)
