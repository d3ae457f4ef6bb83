"""What to look at first: volume x uncertainty x business weight x novelty; near-duplicates are folded into one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eval.retrain.capture import WeakMessage
from eval.retrain.cluster import Embed, Vectors

_MARKS = re.compile(r"[\s，。！？、,.!?；;：:…~～\-—]+")
_FRINGE = re.compile(
    r"^(你好|您好|请问|我想问一下|麻烦问一?下|问一下|问个事儿?|那个|嗯|呃|喂|哎|在吗|师傅|同志)+"
    r"|(谢谢|谢了|麻烦了|[吗呢啊呀吧哦了的您哈])+$"
)
_REASON_WEIGHT = {
    "thumbs_down": 1.6,
    "handoff": 1.5,
    "repeat_24h": 1.4,
    "quality": 1.4,
    "unanswered": 1.3,
    "fallback": 1.2,
    "heard_badly": 0.7,
    "novel": 0.4,
}
"""What was heard badly says more of the line than of the understanding; what is novel may be well answered."""
_NEIGHBOURS, _PROPOSED = 40, 5


@dataclass(frozen=True, slots=True)
class RankedQuestion:
    """One wording with all messages that say the same."""

    text: str
    messages: tuple[WeakMessage, ...]
    """That which bears the text first."""
    novelty: float
    """1 - cosine to the nearest sentence that the bot was trained on or answers."""
    score: float
    near: tuple[str, ...] = ()
    """Names of the known sentences nearby, nearest first, each once."""
    key: str = ""
    """What all its messages say, without marks and polite fringes."""

    @property
    def volume(self) -> int:
        """How often it was said."""
        return len(self.messages)


def rank(
    messages: Sequence[WeakMessage],
    known: Vectors,
    embed: Embed,
    weights: Mapping[str, float] | None = None,
    names: Sequence[str] = (),
) -> list[RankedQuestion]:
    """Fold equal wordings and sort them, the most worthwhile first.

    `known`: unit vectors of the sentences that are known, float32 [sentences, width]; `names`: what each stands for,
    empty where it proposes nothing. `weights`: business weight by intent; what is not named has 1.
    """
    folded: dict[str, list[WeakMessage]] = {}
    for message in messages:
        if key := folded_wording(message.text):
            folded.setdefault(key, []).append(message)
    groups = [sorted(group, key=lambda message: (len(message.text), message.text)) for group in folded.values()]
    near = _nearby([group[0].text for group in groups], known, embed, names)
    ranked = [
        RankedQuestion(group[0].text, tuple(group), new, _score(group, new, weights or {}), proposed, key)
        for key, group, (new, proposed) in zip(folded, groups, near, strict=True)
    ]
    return sorted(ranked, key=lambda question: (-question.score, question.text))


def folded_wording(text: str) -> str:
    """Return what two texts have in common that say the same: no marks, no greeting, no particle at the end."""
    return _FRINGE.sub("", _MARKS.sub("", text))


def _nearby(
    texts: Sequence[str], known: Vectors, embed: Embed, names: Sequence[str]
) -> list[tuple[float, tuple[str, ...]]]:
    if not texts:
        return []
    if not len(known):
        return [(1.0, ())] * len(texts)
    return [_neighbours(known @ vector, names) for vector in embed(texts)]


def _neighbours(cosines: Vectors, names: Sequence[str]) -> tuple[float, tuple[str, ...]]:
    """Return the novelty of one text and the names of what is nearest to it."""
    novelty = float(1.0 - np.clip(cosines.max(), 0.0, 1.0))
    if not names:
        return novelty, ()
    places = np.argpartition(-cosines, min(_NEIGHBOURS, len(cosines) - 1))[:_NEIGHBOURS]
    nearest = [names[place] for place in sorted(places, key=lambda place: -cosines[place])]
    return novelty, tuple(dict.fromkeys(name for name in nearest if name))[:_PROPOSED]


def _score(group: Sequence[WeakMessage], novelty: float, weights: Mapping[str, float]) -> float:
    """Volume x uncertainty x business weight x novelty, raised by the gravest cause."""
    unsure = [max(1.0 - message.confidence, (1.0 - message.margin) / 2) for message in group]
    business = max(weights.get(message.intent, 1.0) for message in group)
    cause = max(_REASON_WEIGHT.get(reason, 1.0) for message in group for reason in message.reasons)
    return float(np.log1p(len(group)) * (0.2 + float(np.mean(unsure))) * business * cause * (0.2 + novelty))
