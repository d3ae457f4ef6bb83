"""Amounts of money in yuan (五块六毛 = 5.6, 一千来块 = 1000, 交了一百六 = 160)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from nlu.values.numerals import (
    CN_DIGIT,
    CN_NUMERAL,
    HAS_NUMERAL,
    NUMBER,
    NUMBER_START,
    ROUGHLY,
    parse_digit,
    parse_number,
    render_number,
)
from nlu.values.span import Scan, ValueSpan

_ONE = rf"[{CN_DIGIT}\d]"
_NOT_MORE = rf"(?!(?!一度|1度)[{CN_NUMERAL}\d度号天年月点个千家户下分直定次.样])"
_MONEY = re.compile(
    r"(?P<sign>¥|￥|rmb)\s?(?P<signed>\d[\d,]*(?:\.\d+)?)(?:元|块)?"
    rf"|{NUMBER_START}(?P<yuan>{NUMBER})\s?(?P<rough>{ROUGHLY})\s?(?:(?P<piece>块)|元(?!二次)|圆)(?:钱(?!包|数))?"
    rf"(?:(?P<half>半(?!年|个|天|夜))|[零〇](?P<odd_cents>{_ONE})分{_NOT_MORE}|零?(?P<dimes>{_ONE})(?:[毛角](?!病)(?:(?P<cents>{_ONE})分?{_NOT_MORE})?|"
    rf"(?P<loose_cents>{_ONE})?{_NOT_MORE}))?"
    rf"|{NUMBER_START}(?P<only_dimes>{NUMBER})(?:毛(?![病线坯巾])|角(?!形|债|铁|接|"
    rf"度))(?:(?P<only_cents>{_ONE}{{1,3}})分?{_NOT_MORE}|(?P<dime_half>半))?"
    rf"|{NUMBER_START}(?P<lone_cents>{NUMBER})分(?=钱)"
)
_THING = re.compile(
    r"(?:新|旧|老|好|坏|大|小|独立|分时|智能|单独|空|电能|总|分|的)*"
    r"(?:电?表|板|牌|屏|砖|田|石|木|空地|区域|电池|宅基|菜|地(?!方|址)|儿(?!八))"
)
_PRICE_AFTER = re.compile(rf"[{CN_DIGIT}\d](?![百千万十\d])|[几多出/每左以]")
_HAS_MONEY = re.compile(r"[块元圆毛角分¥￥]|rmb")


def find_money(scan: Scan) -> Iterator[ValueSpan]:
    """Find amounts with a unit, and bare numbers after words such as 交了, 欠."""
    if HAS_NUMERAL.search(scan.folded) is None or _HAS_MONEY.search(scan.folded) is None:
        return
    for match in _MONEY.finditer(scan.folded):
        if match["lone_cents"] == "一":
            continue
        amount = _read_amount(match)
        if amount is not None and not _is_classifier(scan.folded, match):
            yield scan.span("amount", render_number(amount), match.start(), match.end(), 0.97)


def _read_amount(match: re.Match[str]) -> Decimal | None:
    if match["sign"]:
        return Decimal(match["signed"].replace(",", ""))
    if match["yuan"]:
        amount = parse_number(match["yuan"])
        cents_said = match["cents"] or match["loose_cents"] or match["odd_cents"]
        tenths = _digit(match["dimes"]) / 10 + _digit(cents_said) / 100
        return None if amount is None else amount + tenths + (Decimal("0.5") if match["half"] else 0)
    if match["only_dimes"]:
        dimes = parse_number(match["only_dimes"])
        half = Decimal("0.05") if match["dime_half"] else Decimal(0)
        return None if dimes is None else dimes / 10 + _fraction(match["only_cents"]) / 10 + half
    cents = parse_number(match["lone_cents"])
    return None if cents is None else cents / 100


def _fraction(surface: str | None) -> Decimal:
    """Read digits after the dimes one by one (五毛四六九 is 0.5469)."""
    return Decimal("0." + "".join(str(parse_digit(character)) for character in surface)) if surface else Decimal(0)


def _digit(surface: str | None) -> Decimal:
    number = parse_number(surface) if surface else None
    return number if number is not None else Decimal(0)


def _is_classifier(folded: str, match: re.Match[str]) -> bool:
    """Tell 一块电表, 这一块 and 一块(together) from money."""
    if not match["piece"] or match["half"] or match["dimes"] or match.group().endswith("钱"):
        return False
    after = folded[match.end() : match.end() + 16]
    if _THING.match(after):
        return True
    is_one = match["yuan"] in ("一", "1")
    before = folded[: match.start()]
    if is_one and before.endswith(("这", "那", "哪", "在", "到")):
        return True
    return is_one and not (_PRICE_AFTER.match(after) or before.endswith(("毛", "元", "交", "才")))
