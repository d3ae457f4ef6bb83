"""Recognised words to the written form: spoken digits, amounts, dates, times and numbers become figures.

What is no clear number stays: 一下, 万一, 十分, 三四百, 几十, 一户一表. Invariant: a number of two characters or more
that `spell_number` made comes back as the same figure.
"""

from __future__ import annotations

import re
from decimal import Decimal
from re import Match

from speech.text.numerals import parse_digits, parse_integer, parse_number
from speech.text.rule import Rule, apply, rule

_DIGIT = "[零〇一二三四五六七八九幺]"
_COUNT = "[零〇一二三四五六七八九十百千万亿两]"
_PLAIN = f"(?<!{_COUNT})(?<![几数第好])"
_VALUE = f"负?{_COUNT}+(?:点{_DIGIT}+)?"
_PLACE = r"[十百千万亿]"
_SPACES = re.compile(r"(?<![A-Za-z])\s+|\s+(?![A-Za-z])")
_SPOKEN_DIGITS = str.maketrans({"洞": "零", "拐": "七", "勾": "九"})


def to_written(text: str, kind: str = "free") -> str:
    """户号三二零幺 -> 户号3201; `kind` digits reads every digit word as a digit, single ones too."""
    text = _SPACES.sub("", text)
    if kind == "digits":
        text = _dictated(text)
    return apply(RULES, text)


def _dictated(text: str) -> str:
    text = text.translate(_SPOKEN_DIGITS)
    runs = re.compile(f"(?:{_DIGIT}|两|十|百|千|万)+")
    return runs.sub(lambda match: _dictated_run(match[0]), text)


def _dictated_run(run: str) -> str:
    if re.search(_PLACE, run):
        return _figure(run) or run
    return parse_digits(run)


def _figure(words: str) -> str:
    """Number words as a figure; empty where they are no number."""
    value = None if re.match(r"负?[百千万亿]", words) else parse_number(words)
    return "" if value is None else _render(value)


def _render(value: Decimal) -> str:
    return f"{value:f}"


def _number_before(match: Match[str]) -> str:
    figure = _figure(match[1])
    return figure + match[2] if figure else match[0]


def _percent(match: Match[str]) -> str:
    figure = _figure(match[2])
    return figure + ("%" if match[1] == "百" else "‰") if figure else match[0]


def _fraction(match: Match[str]) -> str:
    below, above = _figure(match[1]), _figure(match[2])
    return f"{above}/{below}" if below and above else match[0]


def _clock(match: Match[str]) -> str:
    hour = parse_integer(match["hour"])
    if hour is None or hour > 24:
        return match[0]
    rest = match["rest"] or ""
    minute = parse_integer(rest.removesuffix("分")) if rest not in {"", "半", "整", "钟", "一刻", "三刻"} else None
    return f"{hour}点" + (rest if minute is None else f"{minute}分")


def _money(match: Match[str]) -> str:
    """一百二十八块五毛三 -> 128.53元."""
    yuan = parse_number(match["yuan"])
    jiao, fen = match["jiao"] or match["short"] or "零", match["fen"] or match["rest"] or "零"
    tail = parse_digits(jiao.removeprefix("零") or "零") + parse_digits(fen.removeprefix("零") or "零")
    if yuan is None:
        return match[0]
    cents = "" if tail == "00" else "." + tail.removesuffix("0")
    if cents and yuan != int(yuan):
        return match[0]
    return f"{yuan:f}{cents}元"


def _jiao(match: Match[str]) -> str:
    """五毛六 -> 0.56元."""
    fen = match["fen"] or match["short"]
    return f"0.{parse_digits(match['jiao'])}{parse_digits(fen) if fen else ''}元"


def _digits(match: Match[str]) -> str:
    return parse_digits(match[0])


def _decimal(match: Match[str]) -> str:
    whole = parse_integer(match["whole"])
    if whole is None:
        return match[0]
    return ("-" if match["sign"] else "") + f"{whole}.{parse_digits(match['fraction'])}"


def _compound(match: Match[str]) -> str:
    return _figure(match[0]) or match[0]


_AFTER_JIAO = (
    rf"(?:(?P<jiao>零?{_DIGIT})[毛角](?:(?P<fen>{_DIGIT})分?)?"
    rf"|零?(?P<rest>{_DIGIT})分|(?P<short>{_DIGIT})(?!{_COUNT}))?"
)
RULES: tuple[Rule, ...] = (
    rule(rf"(百|千)分之({_VALUE})", _percent),
    rule(rf"{_PLAIN}({_COUNT}+)分之({_COUNT}+)", _fraction),
    # 8千瓦 before 8000: the thousand belongs to the unit.
    rule(rf"{_PLAIN}(负?{_COUNT}+?(?:点{_DIGIT}+)?)(千(?:瓦时?|伏安?|乏|克))", _number_before),
    rule(rf"(?<!{_DIGIT})([一二]{_DIGIT}{{3}})(?=年)", lambda match: parse_digits(match[1])),
    rule(rf"(?<!{_COUNT})({_DIGIT}{{2}})(?=年{_COUNT}+月)", lambda match: parse_digits(match[1])),
    rule(
        r"(?<![个几零一二三四五六七八九十百千万两])(十[一二]?|[一二三四五六七八九])(月)(?!亮|季|饼|子)", _number_before
    ),
    rule(
        r"(?<=月)((?:[一二]?十)?[一二三四五六七八九]|[一二三]?十)(日|号)?(?![零一二三四五六七八九十百千万])",
        lambda match: _day(match),
    ),
    rule(rf"{_PLAIN}([一二三四五六七八九十]+)(号)(?!码)", _number_before),
    rule(
        rf"{_PLAIN}(?P<hour>二?十?[零一二三四五六七八九十两])点(?P<rest>半|整|钟|一刻|三刻|(?:零[一二三四五六七八九]|[二三四五]?十[一二三四五六七八九]?)分?|{_DIGIT}分)",
        _clock,
    ),
    rule(
        rf"(?:(?<=上午)|(?<=下午)|(?<=早上)|(?<=晚上)|(?<=中午)|(?<=凌晨)|(?<=夜里)|(?<=今晚)|(?<=明早)|(?<=[到从至天]))(?P<hour>二?十?[零一二三四五六七八九十两])点(?P<rest>)(?!{_DIGIT}|[意建要])",
        _clock,
    ),
    rule(
        rf"(?<!{_COUNT})(?P<hour>[二三四五六七八九十两]|十[一二三四五六七八九]|二十[一二三四])点(?P<rest>)(?![零一二三四五六七八九意建要])",
        _clock,
    ),
    rule(rf"{_PLAIN}(?P<yuan>{_COUNT}+(?:点{_DIGIT}+)?)[块元]{_AFTER_JIAO}(?:钱(?!包))?(?![钱表牌玻砖地])", _money),
    rule(
        rf"(?<!{_COUNT})(?P<jiao>{_DIGIT})[毛角](?:(?P<fen>{_DIGIT})分|(?P<short>{_DIGIT})(?!{_COUNT}|[分块]))?钱?",
        _jiao,
    ),
    rule(rf"(?P<sign>负?)(?<![几数])(?P<whole>{_COUNT}+)点(?P<fraction>{_DIGIT}+)", _decimal),
    rule(
        rf"(?:(?<=户号)|(?<=尾号)|(?<=号码)|(?<=电话)|(?<=验证码)|(?<=后四位)|(?<=号是)|(?<=码是)|(?<=话是)|(?<=位是)){_DIGIT}{{2,}}(?!{_PLACE})",
        _digits,
    ),
    rule(rf"(?<!{_COUNT}){_DIGIT}{{3,}}(?!{_PLACE})", _digits),
    rule(rf"(?<!{_COUNT})(?:幺{_DIGIT}|{_DIGIT}幺)(?!{_COUNT})", _digits),
    rule(r"(?<![一二三四五六七八九十])十一(?=放假|黄金周|假期|期间|长假|国庆|小长假)", lambda match: match[0]),
    rule(
        rf"{_PLAIN}(?:负?[一二三四五六七八九两]{_COUNT}*{_PLACE}{_COUNT}*|十[一二三四五六七八九](?!{_COUNT}|放假|黄金周|假期|期间|长假)|十[一二三四五六七八九]?[万亿]{_COUNT}*)(?![分几]|点)",
        _compound,
    ),
    rule(rf"{_PLAIN}([二三四五六七八九两十])(度)(?!数|假|过|日)", _number_before),
    rule(r"(?<![第几])([二三四五六七八九十一])(单元|栋|幢|千瓦|千伏)", _number_before),
    rule(r"诶批批", lambda match: "App"),
    rule(r"负(?=\d)", lambda match: "-"),
)


def _day(match: Match[str]) -> str:
    return f"{parse_integer(match[1])}{match[2] or '日'}"
