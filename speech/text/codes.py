"""Figures that are read one by one: account numbers, codes, telephone numbers, rooms.

Long ones are read in groups with a comma between, which every synthesizer renders as a short pause.
"""

from __future__ import annotations

import re
from re import Match

from speech.text.letters import spell_letters
from speech.text.numerals import spell_digits
from speech.text.rule import rule

_GROUPS = {7: (3, 4), 8: (4, 4), 9: (3, 3, 3), 10: (3, 3, 4), 11: (3, 4, 4), 12: (4, 4, 4), 13: (3, 3, 3, 4)}
_SHORT = r"95598|12398|12345|12315|12388|12320|955\d{2}|100(?:00|10|86)"
_NAMES = (
    "户号|户头号|编号|表号|电表号|资产号|单号|工单|订单号|流水号|交易号|验证码|校验码|尾号|密码|卡号|账号|"
    "号码|证号|税号|信用代码|邮编|邮政编码|条形码|电话|手机号?|热线|专线|固话|座机|传真|工号|位(?=是|为|：|:)|拨打|致电|拨|来电"
)
_EMERGENCY = r"1(?:10|14|19|20|22)"
_BETWEEN = r"(?:号码|号)?\s*(?:是|为|就是|：|:|，|「|“|\"|（|\()?\s*"
_LONG = r"(?<![\d.A-Za-z])"


def spell_code(code: str) -> str:
    """GD3201045678 -> letters one by one, then 三二零，幺零四，五六七八."""
    return "".join(_spell_run(run) for run in re.findall(r"\d+|\*+|[A-Za-z]+", code)).strip("，")


def _spell_run(run: str) -> str:
    if run.isdigit():
        return _spell_grouped(run)
    return "，" if run.startswith("*") else spell_letters(run) + "，"


def _spell_grouped(digits: str) -> str:
    if len(digits) <= 6:
        return spell_digits(digits)
    sizes = _GROUPS.get(len(digits)) or (4,) * (len(digits) // 4) + ((len(digits) % 4,) if len(digits) % 4 else ())
    groups, start = [], 0
    for size in sizes:
        groups.append(spell_digits(digits[start : start + size]))
        start += size
    return "，".join(groups)


def _spell_phone(match: Match[str]) -> str:
    parts = re.split(r"[-\s]+", match[0])
    return spell_code(parts[0]) if len(parts) == 1 else "，".join(spell_digits(part) for part in parts)


def _emergency(match: Match[str]) -> str:
    return re.sub(r"\d+", lambda digits: spell_digits(digits[0]), match[0])


RULES = (
    # A masked number: 138****5678 is 幺三八开头，尾号五六七八.
    rule(
        r"(?<!\d)(\d{2,4})\*{2,}(\d{2,4})(?!\d)",
        lambda match: f"{spell_digits(match[1])}开头，尾号{spell_digits(match[2])}",
    ),
    rule(r"\*{2,}(?=\d)", lambda match: "尾号"),
    rule(rf"{_LONG}1[3-9]\d[-\s]?\d{{4}}[-\s]?\d{{4}}(?!\d)", _spell_phone),
    rule(
        rf"{_LONG}(?:0\d{{2,3}}[-\s]\d{{7,8}}|[48]00[-\s]?\d{{3}}[-\s]?\d{{4}}|[48]00\d-\d{{3}}-\d{{3}})(?![\d.])",
        _spell_phone,
    ),
    rule(
        rf"((?:{_NAMES}){_BETWEEN})([A-Za-z]{{0,4}}\d[\dA-Za-z]*(?:-[\dA-Za-z]+)*)(?![.\d]|\s*(?:元|度|千瓦|个|天|次|户|位|分|小时|年|月|日))",
        lambda match: match[1] + spell_code(match[2]),
    ),
    rule(rf"(?<![\d])(?<!\d\.)(?:{_SHORT})(?!\d|\.\d|[元度户个])", lambda match: spell_digits(match[0])),
    rule(rf"(?<=[打拨叫])({_EMERGENCY})((?:[、或和/]{_EMERGENCY})*)(?!\d)", _emergency),
    rule(r"(?<!\d)1(?:10|14|19|20|22)(?=(?:报警|急救|火警|电话|热线|救援))", lambda match: spell_digits(match[0])),
    rule(r"(?<![\d.])(\d{3,4})(?=室|房(?!屋))", lambda match: spell_digits(match[1])),
    # 〔2019〕509号: the number of a document.
    rule(r"[〔\[（(]((?:19|20)\d{2})[〕\]）)](?=\d+号)", lambda match: spell_digits(match[1], yao=False) + "，"),
    rule(r"[（(](\d{2})[）)](?=[\u4e00-\u9fff]{2,6}字)", lambda match: spell_digits(match[1], yao=False)),
    rule(rf"{_LONG}[A-Z]{{2,4}}\d{{6,}}(?![\dA-Za-z])", lambda match: spell_code(match[0])),
    rule(rf"{_LONG}(?:\d{{9,}}|0\d+)(?![\d.:/,]|\s*[%元度千万亿个户k])", lambda match: spell_code(match[0])),
    rule(rf"{_LONG}[0-9]{{2}}[0-9A-HJ-NPQRTUWXY]{{16}}(?![\dA-Za-z])", lambda match: spell_code(match[0])),
    rule(r"(?<![\d.A-Za-z-])\d+(?:-\d+){2,}(?![\d.])", _spell_phone),
)
