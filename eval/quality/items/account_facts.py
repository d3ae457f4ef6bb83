"""What was told of the customer's account: figures in any wording, whether it owes or is paid, what the files hold.

A tariff, a sum worked out for him, a rule, and what he had said himself are none.
"""

from __future__ import annotations

import re
from decimal import Decimal

from eval.quality.hearing import NOT_APPLICABLE, Evidence, Finding, Hearing
from eval.quality.transcript import Turn
from nlu.values.numerals import NUMBER, parse_number

_SENTENCE = re.compile(r"[^。！？!?；;\n～~…]+")
_CLAUSE = re.compile(r"[^，,]+")
_NUMBER = re.compile(NUMBER)
_FIGURE = re.compile(
    r"[¥￥]\s?\d|[\d〇零一二三四五六七八九十百千万两点.来多余]+\s?(?:元|块|毛|角|度(?!数)|千瓦时|kwh)|\d+\.\d\d?(?![\d%])"
)
_AMOUNT = re.compile(rf"(?P<number>{NUMBER})\s?(?:元|块|毛|角|度|千瓦时|kwh|个?字|$|[，,、])|(?P<plain>\d+(?:\.\d+)?)")
_DATE = re.compile(r"\d+\s?(?:年|月份?|日|号|天|个月)")
_MASKED = re.compile(r"[*＊×•某]|尾号|后四位|末四位")
_CALLER = re.compile(r"您|你|这户|该户|本户|此户|户号|户名下")
_ACCOUNT = re.compile(r"余额|欠费|欠款|结余|欠着|电费账单")
"""Words of an account whoever's it is."""
_OWN_TURNS = 3
"""How many of the customer's last turns say what a bare figure answers."""


def find_account_facts(hearing: Hearing) -> Finding:
    """The first words of every turn of ours that tell something of the account; several items build on them."""
    told = [Evidence(turn.n, words) for turn in hearing.service if (words := _account_fact(hearing, turn))]
    return Finding(1.0, "说了账户数据", tuple(told)) if told else NOT_APPLICABLE


def _account_fact(hearing: Hearing, turn: Turn) -> str | None:
    """Return the first words of a turn that tell something of the account, or None."""
    lexicon = hearing.lexicon
    is_asked = _asks_for_account(hearing, turn)
    for sentence in _SENTENCE.finditer(turn.text):
        words = sentence.group()
        is_question = turn.text[sentence.end() : sentence.end() + 1] in ("？", "?")
        is_supposed = lexicon.has("supposed_figure", words)
        is_own = is_asked or lexicon.has("account_possessive", words)
        clauses = _CLAUSE.findall(words)
        for place, clause in enumerate(clauses):
            if (filed := _filed(hearing, clause)) is not None:
                return filed
            if is_supposed or lexicon.has("general_figure", clause) or not (is_own or _ACCOUNT.search(clause)):
                continue
            is_open = is_question and place == len(clauses) - 1
            found = _figure(hearing, turn, clause, is_asked=is_asked) or (
                None if is_open else _status(hearing, turn, clause)
            )
            if found is not None:
                return found
    return None


def _filed(hearing: Hearing, clause: str) -> str | None:
    """What the files hold of the caller's own account; of others it is a matter of privacy alone."""
    found = hearing.lexicon.find("file_told", clause)
    return found.group() if found and _CALLER.search(clause) and not _MASKED.search(clause) else None


def _figure(hearing: Hearing, turn: Turn, clause: str, *, is_asked: bool) -> str | None:
    found = hearing.lexicon.find("account_figure", clause) or (_FIGURE.search(clause) if is_asked else None)
    if found is None or _was_said(found.group(), hearing.said_before(turn)):
        return None
    return found.group()


def _status(hearing: Hearing, turn: Turn, clause: str) -> str | None:
    found = hearing.lexicon.find("account_status", clause)
    if found is None or hearing.lexicon.has("status_required", clause):
        return None
    return found.group() if found.group() not in hearing.said_before(turn) else None


def _asks_for_account(hearing: Hearing, turn: Turn) -> bool:
    """Whether the customer's last words were a question about his own account, not about a price."""
    asked = [earlier for earlier in hearing.before(turn) if earlier.role == "customer"][-_OWN_TURNS:]
    return any(
        hearing.lexicon.has("account_asked", earlier.text) and not hearing.lexicon.has("price_asked", earlier.text)
        for earlier in asked
    )


def _was_said(words: str, heard: str) -> bool:
    """Whether every amount had come from the customer himself, in whatever numerals."""
    amounts = {_value(match["number"] or match["plain"]) for match in _AMOUNT.finditer(_DATE.sub("", words))}
    known = {_value(match.group()) for match in _NUMBER.finditer(heard)}
    return bool(amounts) and amounts <= known


def _value(words: str) -> Decimal | None:
    return parse_number(words.replace(",", ""))
