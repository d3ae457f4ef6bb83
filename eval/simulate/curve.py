"""The figures of each simulated month, as lines, a table and a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from html import escape
from typing import Any, Final

from eval.retrain.candidate import Candidate
from eval.retrain.study import MonthStudy
from eval.retrain.verdict import failed_gates
from eval.simulate.customer import Held, Request

_WIDTH, _HEIGHT, _LEFT, _TOP, _STEP = 760, 340, 56, 28, 58
_PLOT: Final = 240
"""Height of the plot in pixels."""


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """One month; shares are 0 to 1 and of the conversations unless said otherwise."""

    number: int
    month: str
    release: str
    """What served."""
    conversations: int
    understood: float
    """Of the first requests."""
    understood_fresh: float
    """The same over wordings that no customer used in an earlier month."""
    unlearnt: float
    """What the first bot, that never learns, would have understood of the same first requests."""
    unknown: float
    """First requests to which the bot said that it did not understand or does not do this."""
    handed_over: float
    served: float
    weak_messages: int
    topics: int
    labels: int
    verdict: str
    """passed | stopped | none."""
    failed: str
    """Gates that were not passed."""
    attempts: int
    """Trainings of the candidate."""
    accuracy_difference: float
    """Candidate - champion over the frozen and held-out sentences."""

    def line(self) -> str:
        """Return the month in one line."""
        return (
            f"{self.month} {self.release}: understood {self.understood:.1%} (new wordings {self.understood_fresh:.1%}, "
            f"never learning {self.unlearnt:.1%}), unknown {self.unknown:.1%}, handed over {self.handed_over:.1%}, "
            f"{self.verdict} {self.failed}"
        )

    def render(self) -> dict[str, Any]:
        """Return JSON values."""
        return asdict(self)


def figures_of(
    number: int,
    begins: datetime,
    release: str,
    held: Sequence[Held],
    seen: set[str],
    unlearnt: float,
    study: MonthStudy,
    labels: int,
    candidate: Candidate | None,
) -> MonthFigures:
    """Count a month; `seen`: wordings of earlier months."""
    first = [one.requests[0] for one in held]
    fresh = [request for request in first if request.wording not in seen]
    verdict = candidate.verdict if candidate is not None else None
    return MonthFigures(
        number=number,
        month=begins.strftime("%Y-%m"),
        release=release,
        conversations=len(held),
        understood=_share(first, lambda request: request.is_right),
        understood_fresh=_share(fresh, lambda request: request.is_right),
        unlearnt=unlearnt,
        unknown=_share(first, lambda request: request.is_unknown),
        handed_over=sum(one.handed_over for one in held) / max(len(held), 1),
        served=sum(one.served for one in held) / max(len(held), 1),
        weak_messages=study.messages,
        topics=len(study.topics),
        labels=labels,
        verdict="none" if verdict is None else "passed" if verdict.passed else "stopped",
        failed="" if verdict is None else failed_gates(verdict.gates),
        attempts=candidate.attempts if candidate is not None else 0,
        accuracy_difference=verdict.accuracy_difference if verdict is not None else 0.0,
    )


def _share(requests: Sequence[Request], holds: Callable[[Request], bool]) -> float:
    return sum(map(holds, requests)) / len(requests) if requests else 0.0


def render_table(figures: Sequence[MonthFigures]) -> str:
    """Return the year as a table in Markdown."""
    head = (
        "| month | visits | understood | of new wordings | first bot | unknown | handed over | labels | gates |\n"
        "|---|---|---|---|---|---|---|---|---|\n"
    )
    return head + "".join(
        f"| {one.month} | {one.conversations} | {one.understood:.1%} | {one.understood_fresh:.1%} | {one.unlearnt:.1%} "
        f"| {one.unknown:.1%} | {one.handed_over:.1%} | {one.labels} | {one.verdict}"
        f"{': ' + one.failed if one.failed else ''} |\n"
        for one in figures
    )


def render_curve(figures: Sequence[MonthFigures]) -> str:
    """Return the year as an SVG picture; a filled dot is a month whose candidate passed the gates."""
    width = _LEFT + _STEP * max(len(figures) - 1, 1) + 60
    lines = (
        ("understood", "#1f7a63", [one.understood for one in figures], ""),
        ("first bot, never learning", "#8a939c", [one.unlearnt for one in figures], "5 4"),
        ("unknown", "#b3702a", [one.unknown for one in figures], ""),
        ("handed over", "#7a3f8f", [one.handed_over for one in figures], ""),
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {max(width, _WIDTH)} {_HEIGHT}" '
        'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="#fff"/>',
        *(_grid(share, width) for share in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)),
        *(_month(place, one) for place, one in enumerate(figures)),
        *(_line(values, colour, dashes) for _, colour, values, dashes in lines),
        *(_dot(place, one) for place, one in enumerate(figures)),
        *(_legend(place, name, colour) for place, (name, colour, _, _) in enumerate(lines)),
    ]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _x(place: int) -> int:
    return _LEFT + place * _STEP


def _y(share: float) -> float:
    return round(_TOP + (1 - share) * _PLOT, 1)


def _grid(share: float, width: int) -> str:
    y = _y(share)
    return (
        f'<line x1="{_LEFT}" x2="{width - 40}" y1="{y}" y2="{y}" stroke="#e1e5e9"/>'
        f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end" fill="#55606b">{share:.0%}</text>'
    )


def _month(place: int, one: MonthFigures) -> str:
    return (
        f'<text x="{_x(place)}" y="{_TOP + _PLOT + 20}" text-anchor="middle" fill="#55606b">{escape(one.month)}</text>'
    )


def _line(values: Sequence[float], colour: str, dashes: str) -> str:
    points = " ".join(f"{_x(place)},{_y(value)}" for place, value in enumerate(values))
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>'


def _dot(place: int, one: MonthFigures) -> str:
    fill = "#1f7a63" if one.verdict == "passed" else "#fff"
    return (
        f'<circle cx="{_x(place)}" cy="{_y(one.understood)}" r="4.5" fill="{fill}" stroke="#1f7a63" stroke-width="2">'
        f"<title>{escape(one.line())}</title></circle>"
    )


def _legend(place: int, name: str, colour: str) -> str:
    x, y = _LEFT + place * 170, _HEIGHT - 14
    return (
        f'<line x1="{x}" x2="{x + 22}" y1="{y - 4}" y2="{y - 4}" stroke="{colour}" stroke-width="2"/>'
        f'<text x="{x + 28}" y="{y}" fill="#1c2733">{escape(name)}</text>'
    )
