"""The sentences that a model is trained on, as spoken Chinese characters.

They come from data/nlu, the questions of data/knowledge, the customers of data/conversations, and callers.yml.

A spoken sentence holds Chinese characters only; figures and letters are spelt, clauses are joined.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import yaml

from speech.text.numerals import spell_digits, spell_integer
from speech.text.spoken import to_spoken

_ANNOTATION = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")
_FOREIGN = re.compile(r"[A-Za-z]")
_NOT_CHINESE = re.compile(r"[^\u4e00-\u9fff]+")
_SLOT = re.compile(r"\{(\w+)\}")
_MONTH_WORDS = (
    "这个月",
    "上个月",
    "本月",
    "上月",
    "上上个月",
    "去年",
    "今年",
    "前两个月",
    "最近三个月",
    "去年这个月",
    "前年",
)
_DAY_WORDS = (
    "今天",
    "明天",
    "昨天",
    "前天",
    "后天",
    "下周一",
    "这周五",
    "上周六",
    "周末",
    "月底",
    "下个月一号",
    "大后天",
)
_DAY_PARTS = ("", "", "", "上午", "下午", "晚上", "早上", "凌晨", "中午", "今天", "明天", "昨晚")


def speak_plainly(text: str) -> str:
    """交128.5元 -> 交一百二十八元五角; empty where letters are left that a Mandarin caller would not say."""
    spoken = to_spoken(text)
    return "" if _FOREIGN.search(spoken) else _NOT_CHINESE.sub("", spoken)


def read_nlu_sentences(folder: Path) -> list[str]:
    """Return the training sentences of data/nlu without their annotations."""
    sentences = []
    for path in sorted(folder.glob("*.yml")):
        for item in yaml.safe_load(path.read_text(encoding="utf-8")).get("nlu", []):
            lines = (line.strip() for line in str(item.get("examples", "")).split("\n"))
            sentences += [_ANNOTATION.sub(r"\1", line[2:]) for line in lines if line.startswith("- ")]
    return sentences


def read_questions(folder: Path) -> list[str]:
    """Return the questions of data/knowledge, standard and similar."""
    questions: list[str] = []
    for path in sorted(folder.glob("*.yml")):
        for article in yaml.safe_load(path.read_text(encoding="utf-8")):
            questions += [article["question"], *map(str, article.get("similar", ()))]
    return questions


def read_conversations(folder: Path) -> list[str]:
    """Return what customers say in data/conversations, but for lines with values that are filled in there."""
    said = []
    for path in sorted(folder.glob("*.yml")):
        for conversation in yaml.safe_load(path.read_text(encoding="utf-8"))["conversations"]:
            said += [str(turn["user"]) for turn in conversation["turns"] if "{" not in str(turn.get("user", "{"))]
    return said


def read_text_file(path: Path) -> list[str]:
    """Return the sentences of a utility's own text: one a line, `#` starts a comment."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def spoken_sentences(texts: list[str], draw: Random) -> list[str]:
    """Return what can be spoken; callers say 一 or 幺 for the figure 1."""
    spoken = (speak_plainly(text) for text in texts)
    return [text.replace("幺", "一") if draw.random() < 0.5 else text for text in spoken if text]


class Callers:
    """Draws sentences from callers.yml without end."""

    def __init__(self, path: Path, draw: Random) -> None:
        content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        self._templates = [group["templates"] for group in content["groups"]]
        self._weights = [group["weight"] for group in content["groups"]]
        self._words: dict[str, list[str] | str] = {
            name: content[name] for name in ("places", "roads", "communities", "villages", "surnames", "given_names")
        }
        self._draw = draw

    def every_fixed_text(self) -> list[str]:
        """Return each template without slots, each place, road, community, village, surname."""
        fixed = [text for group in self._templates for text in group if "{" not in text]
        names = [str(word) for name in ("places", "roads", "communities", "villages") for word in self._words[name]]
        return [speak_plainly(text) for text in (*fixed, *names)]

    def sentences(self) -> Iterator[str]:
        """Yield spoken sentences."""
        while True:
            group = self._draw.choices(self._templates, self._weights)[0]
            text = _SLOT.sub(lambda match: self._fill(match[1]), self._draw.choice(group))
            yield text.replace("幺", "一") if self._draw.random() < 0.5 else text

    def _fill(self, slot: str) -> str:
        fill = getattr(self, f"_fill_{slot}")
        return str(fill())

    def _digits(self, count: int) -> str:
        return spell_digits("".join(self._draw.choices("0123456789", k=count)))

    def _fill_account(self) -> str:
        prefix = self._draw.choice(("3702", "3203", "2311", "1503", ""))
        return spell_digits(prefix) + self._digits(self._draw.choice((10, 13)) - len(prefix))

    def _fill_phone(self) -> str:
        return spell_digits("1" + self._draw.choice("3456789")) + self._digits(9)

    def _fill_digits(self) -> str:
        return self._digits(self._draw.randint(1, 8))

    def _fill_digits4(self) -> str:
        return self._digits(4)

    def _fill_digits6(self) -> str:
        return self._digits(6)

    def _fill_month(self) -> str:
        if self._draw.random() < 0.35:
            return self._draw.choice(_MONTH_WORDS)
        year = self._draw.choice(("", "", "", "今年", "去年", "二零二六年", "二零二五年"))
        return year + spell_integer(self._draw.randint(1, 12)) + self._draw.choice(("月", "月份"))

    def _fill_date(self) -> str:
        if self._draw.random() < 0.35:
            return self._draw.choice(_DAY_WORDS)
        day = spell_integer(self._draw.randint(1, 31)) + self._draw.choice("号号日")
        return self._draw.choice(("", spell_integer(self._draw.randint(1, 12)) + "月")) + day

    def _fill_time(self) -> str:
        hour = self._draw.randint(1, 24)
        words = "两" if hour == 2 else spell_integer(hour)
        ending = self._draw.choice(("", "", "半", "钟", "多", "左右", spell_integer(self._draw.randint(10, 59)) + "分"))
        return f"{self._draw.choice(_DAY_PARTS)}{words}点{ending}"

    def _fill_amount(self) -> str:
        yuan = spell_integer(self._amount())
        tail = self._draw.choice(("", "", spell_integer(self._draw.randint(1, 9))))
        if tail and self._draw.random() < 0.5:
            tail += self._draw.choice("毛角") + self._draw.choice(("", spell_integer(self._draw.randint(1, 9)) + "分"))
        return yuan + self._draw.choice(("元", "块")) + (tail or self._draw.choice(("", "钱")))

    def _amount(self) -> int:
        size = self._draw.choice((10, 100, 1000, 1000, 10_000, 100_000))
        value = self._draw.randint(1, size)
        return value if self._draw.random() < 0.6 else max(10, value // 10 * 10)

    def _fill_kwh(self) -> str:
        return spell_integer(self._amount()) + self._draw.choice(("度", "度", "度电", "千瓦时"))

    def _fill_kw(self) -> str:
        return spell_integer(
            self._draw.choice((3, 5, 7, 8, 10, 15, 20, 30, 50, 80, 100, 160, 315))
        ) + self._draw.choice(("千瓦", "千瓦", "千伏安"))

    def _fill_number(self) -> str:
        return spell_integer(self._draw.randint(1, 60))

    def _fill_room(self) -> str:
        return spell_digits(f"{self._draw.randint(1, 22)}0{self._draw.randint(1, 4)}") + self._draw.choice(("", "室"))

    def _fill_place(self) -> str:
        return self._draw.choice(self._words["places"])

    def _fill_road(self) -> str:
        return self._draw.choice(self._words["roads"])

    def _fill_community(self) -> str:
        return self._draw.choice(self._words["communities"])

    def _fill_village(self) -> str:
        return self._draw.choice(self._words["villages"])

    def _fill_surname(self) -> str:
        return self._draw.choice(self._words["surnames"])

    def _fill_name(self) -> str:
        return self._fill_surname() + "".join(
            self._draw.sample(list(self._words["given_names"]), self._draw.randint(1, 2))
        )

    def _fill_address(self) -> str:
        place = self._draw.choice((self._fill_place(), ""))
        road = self._fill_road() + self._draw.choice(("", self._fill_number() + "号"))
        home = self._draw.choice((self._fill_community(), self._fill_community(), self._fill_village(), ""))
        flat = self._fill_number() + "号楼" + self._fill_number() + "单元" + self._fill_room()
        return place + self._draw.choice((road + home, home or road, road)) + self._draw.choice(("", "", flat))
