"""Finding a region's voltage band from what people and programs call it: 1-10千伏, 35kV, 380V, 110(66)千伏."""

import re
from collections.abc import Sequence
from decimal import Decimal

from knowledge_base.tariffs.table import VoltageBand

BELOW_ONE_KILOVOLT = "不满1千伏"
NOMINAL_LOW_KILOVOLTS = Decimal("0.4")
SPELLINGS = str.maketrans({"\uff08": "(", "\uff09": ")", "—": "-", "–": "-", "\uff0d": "-", "~": "-", " ": None})
NAME = re.compile(r"(\d+(?:\.\d+)?)(?:-(\d+(?:\.\d+)?))?(?:\(\d+\))?(千伏|伏)(及以上|以上)?")


def find_band(voltage: str, bands: Sequence[VoltageBand]) -> VoltageBand | None:
    """The band of that very name; else the one band that holds all of the voltages named; else None."""
    for band in bands:
        if band.name == voltage:
            return band
    spelled = spell(voltage)
    for band in bands:
        if band.name == spelled:
            return band
    kilovolts = parse_kilovolts(spelled)
    if not kilovolts:
        return None
    wanted = spelled.endswith("以上")
    return next((b for b in bands if all(map(b.holds, kilovolts)) and (b.below_kv is None or not wanted)), None)


def spell(voltage: str) -> str:
    """One spelling: Chinese units, plain brackets and hyphens."""
    plain = voltage.translate(SPELLINGS)
    plain = re.sub(r"kv", "千伏", plain, flags=re.IGNORECASE)
    plain = re.sub(r"(?<=\d)v", "伏", plain, flags=re.IGNORECASE)
    return BELOW_ONE_KILOVOLT if plain in ("1千伏以下", "不满1千伏") else plain


def parse_kilovolts(spelled: str) -> tuple[Decimal, ...]:
    """The voltages that a name mentions, in kV: both ends of a range; empty where it is no voltage."""
    if spelled == BELOW_ONE_KILOVOLT:
        return (NOMINAL_LOW_KILOVOLTS,)
    match = NAME.fullmatch(spelled)
    if match is None:
        return ()
    unit = Decimal(1) if match[3] == "千伏" else Decimal("0.001")
    return tuple(Decimal(number) * unit for number in (match[1], match[2]) if number)
