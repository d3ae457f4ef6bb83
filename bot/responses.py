"""From the name of a response to the words for this customer: variant by channel and condition, then the values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

from bot.domain import Domain, ResponseVariant
from bot.formats import ValueFormatter
from bot.message import Button, Reply

PHONE = "phone"
_FORMATTER = ValueFormatter()


@dataclass(frozen=True, slots=True)
class ResponseRenderer:
    """Renders the domain's responses."""

    domain: Domain

    def has(self, response: str) -> bool:
        """Say whether the domain has this response."""
        return response in self.domain.responses

    def render(
        self, response: str, *, channel: str, slots: Mapping[str, Any], values: Mapping[str, Any], turn: int
    ) -> Reply:
        """Return the reply in the channel's wording.

        values: keyword arguments that win over slots of the same name. turn: rotates equal variants.
        """
        variant = self._choose(response, channel, slots, turn)
        known = {**slots, **values}
        wording = variant.voice if channel == PHONE and variant.voice else variant.text
        return Reply(
            text=fill(wording, known),
            buttons=tuple(button for pair in variant.buttons for button in _buttons(*pair, known)),
            image=fill(variant.image, known) if variant.image else None,
            custom=variant.custom or {},
        )

    def _choose(self, response: str, channel: str, slots: Mapping[str, Any], turn: int) -> ResponseVariant:
        ranked: dict[int, list[ResponseVariant]] = {}
        for variant in self.domain.responses[response]:
            if variant.channel not in (None, channel) or not _conditions_hold(variant, slots):
                continue
            rank = 2 * bool(variant.conditions) + (variant.channel is not None)
            ranked.setdefault(rank, []).append(variant)
        best = ranked[max(ranked)] if ranked else list(self.domain.responses[response][:1])
        return best[turn % len(best)]


def fill(template: str, known: Mapping[str, Any]) -> str:
    """Fill `{name:format}` places."""
    return _FORMATTER.vformat(template, (), dict(known)) if "{" in template else template


def _buttons(title: str, payload: str, known: Mapping[str, Any]) -> Iterator[Button]:
    """One button; or, where the title is a single place that holds a list, one for each item of it."""
    listed = known.get(title[1:-1]) if title.startswith("{") and title.endswith("}") else None
    if not isinstance(listed, list):
        yield Button(fill(title, known), fill(payload, known))
        return
    for item in listed:
        each = {**known, title[1:-1]: item}
        yield Button(fill(title, each), fill(payload, each))


def template_places(template: str) -> Iterator[tuple[str, str]]:
    """Yield (name, format) of every place. Raises ValueError when the template cannot be read."""
    for _, name, spec, _ in Formatter().parse(template):
        if name is not None:
            yield name, spec or ""


def _conditions_hold(variant: ResponseVariant, slots: Mapping[str, Any]) -> bool:
    return all(slots.get(condition.name) == condition.value for condition in variant.conditions)
