"""Questions about the power factor with a figure in them (「力率0.82要罚多少」), answered from the table itself.

The same steps as the calculator's give the percentage, so that every one of the hundred rows can be asked for.
"""

import re
from decimal import Decimal, InvalidOperation
from typing import Final

from knowledge_base.answer import Answer
from knowledge_base.tariffs.power_factor import HUNDREDTH, STANDARDS, adjustment_percent
from knowledge_base.text import fold, value_of, write_digits

_SUBJECT: Final = re.compile(r"功率因[数素子]|力率|力调|cos|考核标准|标准0\.(?:8|85|9)0?(?!\d)\D{1,6}0\.\d")
_MONEY: Final = re.compile(
    r"罚|加|减|奖|扣|多[交收掏]|少[交收]|增|调|比例|百分|几个点|多少|怎么[算收]|多大|影响|后果|会怎"
)
_FIGURE: Final = re.compile(r"(?<![\d.])(?:0?\.\d{1,2}|[3-9]\d%)(?![\d.%])")
_AFTER_STANDARD: Final = re.compile(r"(标准|考核|要求|应达|达标|按)[^\d,，。]{0,4}$")
_BEFORE_STANDARD: Final = re.compile(r"^[^\d,，。]{0,3}(标准|考核)")
_OPEN: Final = re.compile(r"^\s*(以上|以下|以内|往上|往下|到|至|-|~)|^[^\d]{0,2}(以上|以下|封顶)")
_BELOW: Final = re.compile(r"(低于|不到|小于|高于|超过|大于|达到|提高到)\s*$")
_BASE: Final = re.compile(
    r"(?:基数|电费|按)\D{0,4}?(\d+(?:\.\d+)?万?|[一二三两四五六七八九十百千万]+)(?=元|块|力|功|,|，|的|要|多|加|会|\s|$)"
)
_SPOKEN_POINT: Final = re.compile(r"(?<![零\d一二三四五六七八九十])点([零一二三四五六七八九]{1,2})(?!\d|分|钟|到)")
_LEAST: Final = Decimal("0.20")
_DOCUMENT: Final = "(83)水电财字第215号《功率因数调整电费办法》对照表"
_CERTAIN: Final = 0.99


def answer_from_table(question: str) -> Answer | None:
    """Return the percentage for the power factor that a question names, by its standard or by all three."""
    text = write_digits(_SPOKEN_POINT.sub(r"零点\1", fold(question[:200])))
    if not _SUBJECT.search(text):
        return None
    standard, factors = _figures(text)
    if len(factors) != 1 or (standard is None and not _MONEY.search(text)):
        return None
    factor = factors[0]
    rows = [_row(factor, each) for each in ([standard] if standard else STANDARDS)]
    which = "" if standard else "按哪个标准看您账单上的考核标准。"
    money = _money(text, factor, standard or STANDARDS[0])
    return Answer(
        article_id="pf-table",
        version=1,
        title=f"功率因数{factor}的力调比例",
        document=_DOCUMENT,
        topic="pf-table",
        text=f"功率因数{factor}：{'；'.join(rows)}。{money}{which}依据(83)水电财字第215号对照表；"
        "力调电费=(电度电费+基本电费-政府性基金及附加)×比例，以当地供电公司公布为准。",
        voice=f"功率因数{factor}，{'，'.join(rows)}。",
        score=_CERTAIN,
    )


def _figures(text: str) -> tuple[Decimal | None, list[Decimal]]:
    """Return the standard and the actual power factors that are named, leaving out limits such as 0.9以上."""
    standard: Decimal | None = None
    factors: list[Decimal] = []
    for match in _FIGURE.finditer(text):
        value = _decimal(match.group())
        before, after = text[: match.start()], text[match.end() :]
        is_standard = _AFTER_STANDARD.search(before) or _BEFORE_STANDARD.search(after)
        if value in STANDARDS and standard is None and is_standard:
            standard = value
        elif value is not None and value >= _LEAST and not (_OPEN.search(after) or _BELOW.search(before)):
            factors.append(value)
    return standard, factors


def _decimal(figure: str) -> Decimal | None:
    """0.8 -> 0.80, 82% -> 0.82."""
    try:
        value = Decimal(figure.removesuffix("%"))
    except InvalidOperation:
        return None
    return (value / 100 if figure.endswith("%") else value).quantize(HUNDREDTH)


def _row(factor: Decimal, standard: Decimal) -> str:
    percent = adjustment_percent(factor, standard)
    if not percent:
        return f"标准{standard}的不增不减"
    return f"标准{standard}的{'加收' if percent > 0 else '减收'}{_plain(abs(percent))}%"


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _money(text: str, factor: Decimal, standard: Decimal) -> str:
    """Return what the percentage comes to, if the question names the money that it is taken from."""
    found = _BASE.search(text)
    if found is None:
        return ""
    figure = found[1]
    if figure[0].isdigit():
        base = Decimal(figure.removesuffix("万")) * (10_000 if figure.endswith("万") else 1)
    else:
        base = Decimal(value_of(figure))
    amount = (base * adjustment_percent(factor, standard) / 100).quantize(HUNDREDTH)
    if base < 100 or not amount:
        return ""
    kind = "加收" if amount > 0 else "减收"
    return f"计费基数{_plain(base)}元、标准{standard}时，{kind}{abs(amount)}元。"
