"""Runs of spoken or typed digits, with pauses, repeats and corrections inside one sentence.

A group is digits without a break; a run is groups with only spaces, dashes or fillers between them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_SPOKEN = {character: str(value) for value, character in enumerate("零一二三四五六七八九")}
_SPOKEN |= {"〇": "0", "○": "0", "洞": "0", "幺": "1", "妖": "1", "两": "2", "拐": "7", "勾": "9"}
_DIGIT = rf"[0-9{''.join(_SPOKEN)}]"
_GROUP = re.compile(rf"(?:[两二三四五六2-6]个{_DIGIT}|{_DIGIT}(?!\d?[位个月]))+")
_TIMES = re.compile(rf"([两二三四五六2-6])个({_DIGIT})")
_FILLER = re.compile(
    r"(?:[\s,、.。…\-_·]|嗯|呃|额|啊|哦|那个|那啥|然后|就是|再|完了|横杠|横线|短横|短杠|斜杠|杠|减号|空格|空一格|后面是?|后边是?|接着是?|接|是吧|对吧|哈|呐|诶|唉)*"
)
_CUE = re.compile(r"不对|错了|说错|念错|记错|不是|更正|重新|重说|重来|等等|等一下|口误|看错|弄错|应该是|改成|改为")
_CORRECTED = re.compile(r"不对|错了?|不是|口误")
_TAIL = re.compile(r"最后|末尾|末[一二两三四五六1-6]位|尾号|尾数|后[一二两三四五六1-6]位|后面|结尾")
_HEAD = re.compile(r"开头|前面|前[一二两三四五六1-6]位|打头")
_NTH = re.compile(r"第([一二三四五六七八九十]|1[0-3]|[1-9])[位个]")
_BUT = re.compile(r"[\s,、]*(?:而|应该|它)?是")
_OTHER = re.compile(r"电话|手机|户号|工单|单号|号码|联系|验证码|身份证")
_GAP_LIMIT = 24
_LONGEST_RUN = 26
"""Groups that can make up one number: twenty digits said one by one, with repeats."""


@dataclass(frozen=True, slots=True)
class Group:
    """Digits said without a break."""

    digits: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number of digits as meant, after repeats and corrections."""

    digits: str
    start: int
    end: int
    confidence: float


IsWhole = Callable[[str], bool]
"""Says whether a string of digits has the length and form of a number that is looked for."""


def read_digits(text: str) -> str:
    """Return every digit said in the text, in order (for a number that is given piece by piece)."""
    return "".join(_to_digits(match.group()) for match in _GROUP.finditer(text))


def find_numbers(folded: str, is_whole: IsWhole) -> list[Number]:
    """Find the numbers that satisfy `is_whole`; a corrected number replaces what was said before it."""
    runs = list(_read_runs(folded))
    numbers: list[Number] = []
    previous: list[Group] | None = None
    index = 0
    while index < len(runs):
        run, used = runs[index], 1
        gap = folded[previous[-1].end : run[0].start] if previous else ""
        if previous is None or not _is_correction(gap):
            numbers.extend(_segment(run, is_whole))
            previous = run
        else:
            if gap.endswith("不是") and _is_exchange(folded, runs, index):
                corrected, used = _exchange(previous, run, runs[index + 1], is_whole), 2
            else:
                corrected = _correct(previous, gap, run, is_whole)
            if corrected is not None:
                numbers = [number for number in numbers if number.start < previous[0].start]
                numbers.append(corrected)
                previous = [Group(corrected.digits, corrected.start, corrected.end)]
            elif not _segment(previous, is_whole):
                previous = run
        index += used
    return numbers


def _read_runs(folded: str) -> Iterator[list[Group]]:
    """Collect groups into runs."""
    run: list[Group] = []
    for match in _GROUP.finditer(folded):
        group = Group(_to_digits(match.group()), match.start(), match.end())
        if run and _FILLER.fullmatch(folded, run[-1].end, group.start) is None:
            yield run
            run = []
        run.append(group)
    if run:
        yield run


def _to_digits(surface: str) -> str:
    spread = _TIMES.sub(lambda match: match[2] * int(_SPOKEN.get(match[1], match[1])), surface)
    return "".join(_SPOKEN.get(character, character) for character in spread if character != "个")


def _join(run: list[Group]) -> str:
    return "".join(group.digits for group in run)


def _segment(run: list[Group], is_whole: IsWhole) -> list[Number]:
    """Cut a run into whole numbers so that most digits are covered, by the fewest numbers."""
    best: list[tuple[int, list[Number]]] = [(0, [])]
    for last in range(1, len(run) + 1):
        choice = best[last - 1]
        for first in range(last - 1, max(-1, last - 1 - _LONGEST_RUN), -1):
            number = _whole_number(run[first:last], is_whole)
            if number is None:
                continue
            covered = best[first][0] + 100 * len(number.digits) - 1
            if covered > choice[0]:
                choice = (covered, [*best[first][1], number])
        best.append(choice)
    return best[-1][1]


def _whole_number(groups: list[Group], is_whole: IsWhole) -> Number | None:
    start, end = groups[0].start, groups[-1].end
    digits = _join(groups)
    if is_whole(digits):
        return Number(digits, start, end, 0.95)
    once = [group for index, group in enumerate(groups) if index == 0 or group.digits != groups[index - 1].digits]
    said_once = _join(once)
    if 1 < len(once) < len(groups) and len(groups[0].digits) > 1 and is_whole(said_once):
        return Number(said_once, start, end, 0.75)
    return None


def _is_correction(gap: str) -> bool:
    if len(gap) > _GAP_LIMIT or (_OTHER.search(gap) and not _CORRECTED.search(gap)):
        return False
    return bool(_CUE.search(gap) or ((_TAIL.search(gap) or _NTH.search(gap)) and "是" in gap))


def _is_exchange(folded: str, runs: list[list[Group]], index: int) -> bool:
    """Say whether 「不是 X 是 Y」 continues after X."""
    if index + 1 >= len(runs):
        return False
    return _BUT.fullmatch(folded, runs[index][-1].end, runs[index + 1][0].start) is not None


def _exchange(before: list[Group], wrong: list[Group], right: list[Group], is_whole: IsWhole) -> Number | None:
    """Put `right` where `wrong` stands in the number said before, if there is only one such place."""
    whole, said, meant = _last_whole(before, is_whole), _join(wrong), _join(right)
    if whole is None or is_whole(meant):
        return Number(meant, right[0].start, right[-1].end, 0.95) if is_whole(meant) else None
    if whole.count(said) == 1:
        return Number(whole.replace(said, meant), before[0].start, right[-1].end, 0.85)
    if whole.endswith(said) and len(said) == len(meant):
        return Number(whole[: -len(said)] + meant, before[0].start, right[-1].end, 0.8)
    return None


def _last_whole(run: list[Group], is_whole: IsWhole) -> str | None:
    segments = _segment(run, is_whole)
    return segments[-1].digits if segments else None


def _correct(before: list[Group], gap: str, after: list[Group], is_whole: IsWhole) -> Number | None:
    """Apply what is said after the correction; None when it is not certain."""
    start, end = before[0].start, after[-1].end
    segments = _segment(after, is_whole)
    if segments:
        return segments[-1]
    patch = _join(after)
    whole = _last_whole(before, is_whole)
    if whole is not None:
        patched = _patch(whole, gap, patch)
        return Number(patched, start, end, 0.9) if patched and is_whole(patched) else None
    resumed = _join(before[:-1]) + patch
    if len(before) > 1 and len(before[-1].digits) == len(after[0].digits) and is_whole(resumed):
        return Number(resumed, start, end, 0.8)
    return None


def _patch(whole: str, gap: str, patch: str) -> str | None:
    """Replace the end, the beginning or the n-th digit, as the gap says."""
    size = len(patch)
    if size >= len(whole):
        return None
    if _TAIL.search(gap):
        return whole[:-size] + patch
    if _HEAD.search(gap):
        return patch + whole[size:]
    nth = _NTH.search(gap)
    if nth and size == 1:
        ordinal = 10 if nth[1] == "十" else int(_SPOKEN.get(nth[1], nth[1]))
        return whole[: ordinal - 1] + patch + whole[ordinal:] if ordinal <= len(whole) else None
    return None
