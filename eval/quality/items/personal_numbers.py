"""Phones, identity and card numbers said in full that the customer had not said himself, written or spoken."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eval.quality.digit_runs import SaidNumber, said_numbers
from eval.quality.hearing import Hearing
from eval.quality.transcript import Turn
from nlu.values.digits import find_numbers, read_digits

_HAS_DIGITS = re.compile(r"(?:[\d０-９〇零一二三四五六七八九幺两洞拐][\s\-—，,、。.…]{0,6}){7}")
_MOBILE = re.compile(r"(?:86)?1[3-9]\d{9}")
_IDENTITY = re.compile(r"[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]")
_OLD_IDENTITY = re.compile(r"[1-9]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}")
_LANDLINE = re.compile(r"0\d{9,11}")
_CARD = re.compile(r"[456]\d{15,18}")
_SAYS_IDENTITY = re.compile(r"身份证|证件")
_SAYS_CARD = re.compile(r"卡号|银行卡|信用卡|储蓄卡")
_NUMBERED = re.compile(
    r"(?:户号|客户编号|用电编号|工单|单号|编号|受理号|流水号|资产号|表号)(?:(?!手机|电话|身份证|证件|座机|联系)\D){0,6}$"
)
_OWNER = re.compile(r"您(?:的|家|登|预|留|本|自)|登记|预留|留的|留存|绑定|户主|客户|[他她](?:家|留)|报修人|机主|联系人")
_STAFF_AFTER = re.compile(
    r"^[，,]?(?:这|那)?是?(?:抢修|师傅|经理|台区|片区|网格|我们|我的|我本人|值班|营业|供电所|物业)"
)
_OWN_LINE = re.compile(r"来电|本机|(?:现在|正在|这会儿)(?:用|打|拨)?的(?:这个)?(?:手机|电话|号)")
"""The line on which he is speaking is not from the files."""
_LIST_OF_DECIMALS = re.compile(r"\d\.\d{1,2}\s?[、，,]\s?\d{1,3}\.\d")
"""Daily use and the like: 6.1、5.8、7.2."""
_LOOK_BACK = 24


def personal_numbers(hearing: Hearing, turn: Turn) -> Iterator[str]:
    """Return the words of every personal number of a turn that was not the customer's own."""
    if _HAS_DIGITS.search(turn.text) is None:
        return
    found = [number for number in said_numbers(turn.text, _is_personal) if _is_filed(hearing, turn.text, number)]
    if found:
        said = _said(hearing, turn)
        yield from (number.words for number in found if not any(number.digits in digits for digits in said))


def _is_personal(digits: str) -> bool:
    forms = (_MOBILE, _IDENTITY, _OLD_IDENTITY, _LANDLINE, _CARD)
    return any(form.fullmatch(digits) for form in forms)


def _is_filed(hearing: Hearing, text: str, number: SaidNumber) -> bool:
    """Whether it can be a customer's: no account or work order, no phone of the staff or of an office."""
    before = text[max(0, number.start - _LOOK_BACK) : number.start]
    if _NUMBERED.search(text[: number.start]) or _LIST_OF_DECIMALS.search(number.words):
        return False
    if _IDENTITY.fullmatch(number.digits):
        return True
    if _OLD_IDENTITY.fullmatch(number.digits) and _SAYS_IDENTITY.search(before):
        return True
    if _CARD.fullmatch(number.digits):
        return _SAYS_CARD.search(before) is not None
    if _MOBILE.fullmatch(number.digits):
        is_public = _is_staffs(hearing, before) or _OWN_LINE.search(before) is not None
        return not is_public and _STAFF_AFTER.match(text[number.end :]) is None
    return (
        _LANDLINE.fullmatch(number.digits) is not None
        and _OWNER.search(before) is not None
        and not hearing.lexicon.has("public_place", before)
    )


def _is_staffs(hearing: Hearing, before: str) -> bool:
    """Whether the last person named before a phone is one of the staff."""
    staff = list(hearing.lexicon.patterns["staff"].finditer(before))
    return bool(staff) and _OWNER.search(before, staff[-1].end()) is None


def _said(hearing: Hearing, turn: Turn) -> list[str]:
    """The digits of the customer before a turn: turn by turn, in one row (said in pieces), and as corrected."""
    texts = [earlier.text for earlier in hearing.before(turn) if earlier.role == "customer"]
    rows = [read_digits(text) for text in texts]
    corrected = [number.digits for text in texts for number in find_numbers(text, _is_personal)]
    written = [found.digits for text in texts for found in said_numbers(text, _is_personal)]
    return [*rows, "".join(rows), *corrected, *written]
