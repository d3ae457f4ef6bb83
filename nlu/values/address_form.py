"""The normal form of an address: what was said, in one piece, without pauses, fillers and the words around it.

崂山区、嗯、就是松岭路 88号 -> 崂山区松岭路88号. Pieces that only fillers part are one address.
"""

from __future__ import annotations

import re
from typing import Final

_FILLER: Final = (
    r"[\s,，、。.…;；:：]|嗯+|呃+|额|唔|那个|这个|那啥|就是说?|然后|完了|是(?=[^\s,]{2})|就在|在|的(?![^\s,]*桥)|我想想|"
    r"等一?下|后面是?|接着是?|再就是|具体是?|小区叫|地方叫|叫"
)
_BETWEEN: Final = re.compile(rf"(?:{_FILLER}|里面?|里头|下面|那边|这边|这块儿?)*")
_INSIDE: Final = re.compile(
    r"(?<![a-zA-Z\d])[\s,，、。.…;；:：]+|[\s,，、。…;；:：]+(?![a-zA-Z\d])|(?<=\D)\s+|(?:(?<=[\s,，、。…])|^)(?:嗯+|呃+|额|唔|那个|这个|那啥|"
    r"就是说?|然后|完了|我想想|再就是|后面是?|接着是?|就在|是)(?=[\s,，、。…]|[\u4e00-\u9fff\d])|嗯+|呃+|那个(?!体)|就是(?!村)"
)
_TWICE: Final = re.compile(r"(?P<piece>\S{1,8}?[区县市镇乡村路街园旗])(?=(?P=piece))")
"""What was said twice, in the course of searching for the rest."""
_SPACED: Final = re.compile(r"\s+")
_LEADING: Final = re.compile(
    r"(?:[\s,，、。:：]|家庭|地址|住址|位于|我们?家?(?![\u4e00-\u9fff]?[店庄])|俺们?家?|咱们?家?|家(?=住|在)|住在?|就?在|就是|是|那个|嗯+|呃+|这边|"
    r"新房子?|老房子?|房子|派人(?:到|来|去)?|路过|到(?=[^\s]{3})|麻烦|报修)+"
)
_TRAILING: Final = re.compile(
    r"(?:[\s,，、。:：的]|这边儿?|那边儿?|这儿|那儿|这块儿?|那块儿?|这里|那里|全[屯村家]|整[屯村]|里头|里面|附近|一带|嗯+|呃+|那个|就是|"
    r"我家|我们家|这一片|那一片|一片)+$"
)


def is_pause(gap: str) -> bool:
    """Say whether nothing but pauses and fillers stands between two pieces of one address."""
    return len(gap) <= 10 and _BETWEEN.fullmatch(gap) is not None


def trim_address(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the borders without the words that lead up to an address or follow it."""
    leading = _LEADING.match(text, start, end)
    if leading is not None and leading.end() < end:
        start = leading.end()
    if text[end - 1 : end + 1] == "门口" and end - start > 3:
        end -= 1
    trailing = _TRAILING.search(text[start:end])
    return (start, start + trailing.start()) if trailing is not None and trailing.start() > 0 else (start, end)


def clean_address(surface: str) -> str:
    """Return the address without fillers and blanks; a blank between two numbers becomes a dash."""
    spoken = _TWICE.sub("", _INSIDE.sub("", surface))
    return _SPACED.sub("-", re.sub(r"\s+(?=\D)|(?<=\D)\s+", "", spoken)).strip("-,，、。 的")
