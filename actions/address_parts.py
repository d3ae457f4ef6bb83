"""Put an address right by a part of it: 「不对，是三号楼不是五号楼」 changes the building and nothing else."""

import re

_NUMBER = r"[0-9０-９A-Za-z零一二三四五六七八九十百两甲乙丙]+"
_UNITS = ("号楼", "栋", "幢", "座", "单元", "号车位", "车位", "层", "楼", "室", "户", "号", "组", "队")
_PART = re.compile(rf"(?P<number>{_NUMBER})(?P<unit>{'|'.join(_UNITS)})")
_DENIED = re.compile(r"(?:不是|不|说成|念成|讲成|写成|错成|以为)(?:什么)?$")
_INSTEAD = (
    re.compile(
        r"不是(?P<old>[^，,。是]{1,12}?)[，,、\s]*(?:而是|应该是|是)(?P<new>[^，,。]{1,12}?)(?:[，,。啊呢吧的]|$)"
    ),
    re.compile(r"是(?P<new>[^，,。不]{1,12}?)[，,、\s]*不是(?P<old>[^，,。]{1,12}?)(?:[，,。啊呢吧的]|$)"),
)
_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"两": 2}


def correct_parts(earlier: str, text: str) -> str | None:
    """Return the earlier address with the parts that the text corrects; None where it corrects none of them."""
    corrected = _replace_named(earlier, text)
    if corrected is not None:
        return corrected
    corrected = earlier
    for part in _PART.finditer(text):
        if not _DENIED.search(text[: part.start()]):
            corrected = _replace_number(corrected, part.group("number"), part.group("unit"))
    return None if corrected == earlier else corrected


def _replace_named(earlier: str, text: str) -> str | None:
    """Replace what is denied by what is said instead, if the earlier address has it."""
    for pattern in _INSTEAD:
        for match in pattern.finditer(text):
            old, new = _in_figures(match.group("old")), _in_figures(match.group("new"))
            if old and new and old != new and old in _in_figures(earlier):
                return _in_figures(earlier).replace(old, new, 1)
    return None


def _replace_number(earlier: str, number: str, unit: str) -> str:
    """Replace the number before the same unit, or add the number where the earlier address had none of this unit."""
    same = re.compile(rf"{_NUMBER}{unit}")
    part = _in_figures(number) + unit
    return same.sub(lambda _: part, earlier, count=1) if same.search(earlier) else earlier + part


def _in_figures(text: str) -> str:
    """Write the numbers before units in figures (三号楼 -> 3号楼); street names keep their words."""
    return re.sub(
        rf"(?P<number>[零一二三四五六七八九十百两]+)(?={'|'.join(_UNITS)}|$)",
        lambda match: _figure(match.group()),
        text,
    )


def _figure(words: str) -> str:
    if not re.search(r"[十百]", words):
        return "".join(str(_DIGITS[sign]) for sign in words)
    total, last = 0, 0
    for sign in words:
        if sign == "十":
            total, last = total + (last or 1) * 10, 0
        elif sign == "百":
            total, last = total + (last or 1) * 100, 0
        else:
            last = _DIGITS[sign]
    return str(total + last)
