"""Prices of a tier that were said, held against the region's tables of households in the month of the conversation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from eval.quality.hearing import Evidence, Hearing
from storage.clock import system_clock

_TIERS = {"一": 0, "二": 1, "三": 2, "1": 0, "2": 1, "3": 2}
_ONE = "[零〇一二三四五六七八九]"
_PRICE = re.compile(
    rf"第?(?P<tier>[一二三123])档(?P<between>[^，。；！？!?\d零〇一二三四五六七八九]{{0,10}})"
    rf"(?:(?P<written>0\.\d{{2,4}})(?!\d)|(?P<dimes>{_ONE})[毛角](?P<cents>{_ONE})?分?(?P<rest>{_ONE}{{0,2}}))"
)
_DIFFERENCE = re.compile(r"加|贵|多|高|差|补|便宜|少")
_DIGITS = str.maketrans("零〇一二三四五六七八九", "00123456789")


def wrong_prices(hearing: Hearing) -> Iterator[Evidence]:
    """Return every price of a tier that stands in no table of the region; none where the region is not known."""
    month = (hearing.day or system_clock().date()).strftime("%Y-%m")
    for turn in hearing.service:
        for match in _PRICE.finditer(turn.text) if "档" in turn.text else ():
            known = hearing.rubric.tier_prices(hearing.transcript.region, month, _TIERS[match["tier"]])
            if known and not _DIFFERENCE.search(match["between"]) and not _is_one_of(_said(match), known):
                yield Evidence(turn.n, match.group())


def _said(match: re.Match[str]) -> Decimal:
    if match["written"]:
        return Decimal(match["written"])
    return Decimal("0." + (match["dimes"] + (match["cents"] or "") + match["rest"]).translate(_DIGITS))


def _is_one_of(said: Decimal, known: frozenset[Decimal]) -> bool:
    """Whether it is a known price, rounded as it was said."""
    half = Decimal(1).scaleb(int(said.as_tuple().exponent)) / 2
    return any(abs(price - said) <= half for price in known)
