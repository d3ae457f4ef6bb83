"""Account numbers, phones, ticket numbers and verification codes, typed or spoken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from nlu.values.digits import Number, find_numbers
from nlu.values.span import Scan, ValueSpan, bare_answer

_DIGIT_CHARACTER = re.compile(r"[0-9零〇○一二两三四五六七八九幺妖洞拐勾]")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LAND_LINE = re.compile(r"0(?:10|2[0-9]|[3-9]\d{2})\d{7,8}")
_SERVICE_LINE = re.compile(r"[48]00\d{7}")
_DATE_LIKE = re.compile(r"20\d\d[-/.]\d{1,2}[-/.]\d{1,2}")
_CODE_LABEL = re.compile(r"(?:验证码|校验码|短信码)\D{0,6}$")
_PHONE_LABEL = re.compile(r"(?:电话|手机|座机|号码|联系方式|联系)\D{0,6}$")
_PHONE_TALK = re.compile(r"电话|手机|座机|联系|拨|打")
_CALL_BEFORE = re.compile(r"(?:拨打?|(?<!拍)打(?:我|我的|给我|到|这个)?|联系我?)\s?$")
_TICKET_LABEL = re.compile(
    r"(?:工单|单号|单子|受理号?|流水号?|报修单|申请单|受理编号|项目编号|(?<![户电])编号)(?:号|编号|是|为|尾号|错了|"
    r"不对|[\s:,]|那个|就|叫|我的)*$"
)
_TICKET_AFTER = re.compile(r"[,\s]?(?:这个|这张|的|这)?(?:工单|单子|报修单)")
_TICKET_TALK = re.compile(r"工单|单号|单子|受理|流水|报修单|申请单|编号")
_ACCOUNT_LABEL = re.compile(r"(?:户号|户头|户名号|护号|客户编号|用户编号|用户号|客户号|总户号|用电编号)\D{0,10}$")
_TICKET_WORDS = r"(?:工单|单号|单子|受理|流水|报修|申请|编号)\D{0,8}?"


def find_identifiers(scan: Scan) -> Iterator[ValueSpan]:
    """Find the numbers that name an account, a phone, a ticket or a code."""
    tickets = list(_find_lettered_tickets(scan))
    yield from tickets
    if len(_DIGIT_CHARACTER.findall(scan.folded)) < 5:
        return
    is_code_wanted = scan.expected == "verification_code" or "验证码" in scan.folded

    is_ticket_wanted = scan.expected == "ticket_no" or _TICKET_TALK.search(scan.folded) is not None

    is_phone_wanted = scan.expected == "phone" or _PHONE_TALK.search(scan.folded) is not None

    def is_whole(digits: str) -> bool:
        size = len(digits)
        if size in (10, 13) or _MOBILE.fullmatch(digits) or _LAND_LINE.fullmatch(digits):
            return True
        if is_code_wanted and size == 6:
            return True
        if is_phone_wanted and (size in (7, 8) or _SERVICE_LINE.fullmatch(digits)):
            return True
        return size >= 6 and size <= 20 and is_ticket_wanted

    for number in find_numbers(scan.folded, is_whole):
        if any(ticket.start < number.end and number.start < ticket.end for ticket in tickets):
            continue
        entity = _classify(scan, number)
        if entity is not None:
            yield scan.span(entity, number.digits, number.start, number.end, number.confidence)


def read_identifier(entity: str, digits: str) -> str | None:
    """Return the digits if they have the length and form of such an identifier."""
    size = len(digits)
    fits = {
        "account_no": size in (10, 13),
        "phone": bool(_MOBILE.fullmatch(digits) or _LAND_LINE.fullmatch(digits)) or size in (7, 8),
        "verification_code": size == 6,
        "ticket_no": size >= 6,
    }
    return digits if fits.get(entity) else None


def _classify(scan: Scan, number: Number) -> str | None:
    """Say what a whole number is, by its form, the word before it and the slot asked for."""
    digits, before = number.digits, scan.folded[max(0, number.start - 16) : number.start]
    size = len(digits)
    if _DATE_LIKE.match(scan.folded, number.start):
        return None
    after = scan.folded[number.end : number.end + 8]
    if scan.expected == "verification_code" and size == 6:
        return "verification_code"
    is_other = _ACCOUNT_LABEL.search(before) or (_MOBILE.fullmatch(digits) and _PHONE_LABEL.search(before))
    is_ticket = scan.expected == "ticket_no" or _TICKET_LABEL.search(before) or _TICKET_AFTER.match(after)
    if is_ticket and not is_other:
        return "ticket_no"
    if size == 6 and _CODE_LABEL.search(before):
        return "verification_code"
    if _MOBILE.fullmatch(digits):
        return "phone"
    if _is_land_line(scan, digits, before, number):
        return "phone"
    is_local = size in (7, 8) or _SERVICE_LINE.fullmatch(digits)
    if is_local and (scan.expected == "phone" or _PHONE_LABEL.search(before) or _CALL_BEFORE.search(before)):
        return "phone"
    return "account_no" if size in (10, 13) else None


def _is_land_line(scan: Scan, digits: str, before: str, number: Number) -> bool:
    if not _LAND_LINE.fullmatch(digits) or _ACCOUNT_LABEL.search(before):
        return False
    if len(digits) != 10:
        return True
    is_dashed = "-" in scan.folded[number.start : number.start + 6]
    return is_dashed or scan.expected == "phone" or _PHONE_LABEL.search(before) is not None


def _find_lettered_tickets(scan: Scan) -> Iterator[ValueSpan]:
    """Find GD20261121000123 and the like, also with spaces (G D 2026 1121 ...)."""
    for match in _ticket_pattern(scan.ticket_prefixes).finditer(scan.folded):
        yield _ticket_span(scan, match.start(), match.end(), 0.98)
    for match in _LABELLED_TICKET.finditer(scan.folded):
        group = "number" if match["number"] else "lettered"
        yield _ticket_span(scan, match.start(group), match.end(group), 0.98)
    if scan.expected == "ticket_no":
        core, start = bare_answer(scan.folded)
        if re.fullmatch(r"[a-z]{0,4}[\s-]?\d[\d\s-]{5,24}", core) and not _MOBILE.fullmatch(core):
            yield _ticket_span(scan, start, start + len(core.rstrip()), 0.85)


def _ticket_span(scan: Scan, start: int, end: int, confidence: float) -> ValueSpan:
    spoken = "".join(_SPOKEN_DIGITS.get(character, character) for character in scan.folded[start:end])
    value = re.sub(r"[^a-z0-9]", "", spoken).upper()
    return scan.span("ticket_no", value, start, end, confidence)


@lru_cache(maxsize=8)
def _ticket_pattern(prefixes: tuple[str, ...]) -> re.Pattern[str]:
    """Compile the pattern of our own tickets: prefix letters, perhaps spaced, then eight digits or more."""
    digit = r"[0-9零〇一二两三四五六七八九幺洞]"
    choices = "|".join(r"\s?".join(re.escape(letter) for letter in prefix.lower()) for prefix in prefixes)
    return re.compile(rf"(?<![a-z])(?:{choices})[\s-]?{digit}(?:[\s-]?{digit}){{7,19}}(?!{digit})")


_LABELLED_TICKET = re.compile(
    rf"{_TICKET_WORDS}(?P<number>[a-z]{{1,4}}\s?-?\d[\d-]{{5,22}}\d)|"
    r"(?<![a-z\d])(?P<lettered>[a-z]{2,4}20\d{6,14})(?!\d)"
)
_SPOKEN_DIGITS = {
    **{character: str(value) for value, character in enumerate("零一二三四五六七八九")},
    "〇": "0", "洞": "0", "幺": "1", "两": "2",
}  # fmt: skip
