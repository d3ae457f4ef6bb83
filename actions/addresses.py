"""What an address that a customer said is good for: exact enough for a crew, town or country, region, account."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from actions.backends.values import Account, BusinessHall
from actions.promises import Area

_NUMBER = r"[0-9０-９A-Za-z零一二三四五六七八九十百两甲乙丙]+"
_LEVELS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"第?{_NUMBER}(?:号楼|栋|幢|座|#楼|#)",
        rf"{_NUMBER}单元",
        rf"{_NUMBER}(?:室|户)$|[0-9]{{3,4}}$",
    )
)
"""Building, unit, flat: what is said anew of these replaces what was said before."""
_VAGUE = re.compile(
    r"(?:(?:我们?|俺们?|咱们?|你们|这|那|本|附近|家|里|的|在|就|住)*"
    r"(?:家|小区|村|村里|这边|这里|这儿|这片|那边|那儿|楼|附近|单位|店里?|厂里?|片区|镇上))?"
)
_DISTRICT = re.compile(r"(?:.{2,4}(?:市|地区|盟))?.{1,4}?(?:区|县|旗)(?!域)|.{2,3}市")
_NAMES_PLACE = re.compile(r"[区县市旗镇乡村屯庄盟]|街道")
_PROVINCE = r"(?:.{2,4}省|山东|江苏|黑龙江|内蒙古?|蒙西)"
_DISTRICT_NAME = r"(?:.{1,4}(?:区|县|市|旗))"
_COARSE = re.compile(
    rf"{_PROVINCE}(?:.{{2,3}})?{_DISTRICT_NAME}?|(?:.{{2,4}}(?:市|地区|盟))?{_DISTRICT_NAME}?|.{{1,3}}[省市]?"
)
_FLATS = re.compile(r"小区|号楼|单元|\d栋|大厦|商场|写字楼|公寓")
_RURAL = re.compile(r"村|屯|乡|镇|庄|嘎查|苏木|组$|队$|大棚|果园|机井|[^区]营子|农场|养殖场")
_URBAN = re.compile(r"花园|家园|新苑|雅居|佳苑|公馆|广场|路|街|大道|巷|楼")
_SHARED_LETTERS = 3


def join_address(earlier: str | None, later: str) -> str:
    """Put together an address given in several pieces, or corrected in one (是六号楼: only the building changes)."""
    if not earlier or earlier == later or later in earlier:
        return earlier or later
    if _VAGUE.fullmatch(earlier):
        return later
    if is_coarse(earlier):
        return later if earlier.rstrip("区市县") in later else earlier + later
    parts = [pattern.search(later) for pattern in _LEVELS]
    rest = later
    for part in parts:
        rest = rest.replace(part.group(), "", 1) if part else rest
    if rest.strip("的是在，, ") or not any(parts):
        district = _DISTRICT.match(earlier)
        return later if district is None or _NAMES_PLACE.search(later) else district.group() + later
    joined = earlier
    for pattern, part in zip(_LEVELS, parts, strict=True):
        if part is not None:
            joined = pattern.sub(part.group(), joined, count=1) if pattern.search(joined) else joined + part.group()
    return joined


def is_coarse(address: str) -> bool:
    """Say whether an address names no more than a city or a district, or nothing at all (我们小区)."""
    said = address.strip()
    return _VAGUE.fullmatch(said) is not None or _COARSE.fullmatch(said) is not None


def area_of(address: str) -> Area | None:
    """Town or country, None where the address does not tell; that an area is remote is never known from it."""
    if _FLATS.search(address):
        return "城区"
    if _RURAL.search(address):
        return "农村"
    return "城区" if _URBAN.search(address) else None


def region_in(address: str, halls: Iterable[BusinessHall]) -> str | None:
    """The region whose city or district the address names, if it is the only one; districts are those of the halls."""
    regions = {hall.region for hall in halls if hall.city[:-1] in address}
    regions = regions or {hall.region for hall in halls if hall.district in address}
    return regions.pop() if len(regions) == 1 else None


def is_same_place(said: str, account: Account) -> bool:
    """Say whether an address that was said can be the account's: they share a name beyond city and district."""
    mine, theirs = (text.replace(account.city, "").replace(account.district, "") for text in (said, account.address))
    shared = SequenceMatcher(None, mine, theirs, autojunk=False).find_longest_match()
    return shared.size >= _SHARED_LETTERS
