"""The little language of `if:` in flows: read once, evaluated many times.

    expression := and-terms joined by `or`;  term := [not] comparison | ( expression )
    comparison := value [ (= == != > >= < <= contains) value | in [values] | is [not] null ]
    value      := slots.name | name | 'text' | number | true | false | null

Comparisons between different types are false, never an error: a customer's answer must not break a turn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.errors import ConditionInvalid

Scope = Mapping[str, Any]
Evaluate = Callable[[Scope], Any]

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'[^']*'|\"[^\"]*\")|(?P<number>-?\d+(?:\.\d+)?)|(?P<name>[A-Za-z_][\w.]*)|(?P<sign>==|!=|>=|<=|[=<>()\[\],]))"
)
_CONSTANTS = {"true": True, "false": False, "null": None, "none": None}
_KEYWORDS = frozenset({"and", "or", "not", "is", "in", "contains"})


@dataclass(frozen=True, slots=True)
class Condition:
    """A readable condition with the names that it reads."""

    source: str
    names: frozenset[str]
    """Names as written: `slots.month`, `channel`."""
    evaluate: Evaluate

    def holds(self, scope: Scope) -> bool:
        """Say whether the condition is true; scope maps `slots.x` and plain names to values."""
        return _truth(self.evaluate(scope))


def parse_condition(source: str) -> Condition:
    """Read one expression. Raises ConditionInvalid with the place of the first thing that does not fit."""
    reader = _Reader(source)
    evaluate = reader.expression()
    if reader.peek() is not None:
        raise ConditionInvalid(f"unexpected {reader.peek()!r} in {source!r}")
    return Condition(source, frozenset(reader.names), evaluate)


class _Reader:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._tokens = _tokens(source)
        self._next = 0
        self.names: set[str] = set()

    def peek(self) -> str | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def expression(self) -> Evaluate:
        terms = [self._conjunction()]
        while self._accept("or"):
            terms.append(self._conjunction())
        return terms[0] if len(terms) == 1 else lambda scope: any(_truth(term(scope)) for term in terms)

    def _conjunction(self) -> Evaluate:
        terms = [self._negation()]
        while self._accept("and"):
            terms.append(self._negation())
        return terms[0] if len(terms) == 1 else lambda scope: all(_truth(term(scope)) for term in terms)

    def _negation(self) -> Evaluate:
        if self._accept("not"):
            inner = self._negation()
            return lambda scope: not _truth(inner(scope))
        if self._accept("("):
            inner = self.expression()
            self._expect(")")
            return inner
        return self._comparison()

    def _comparison(self) -> Evaluate:
        left = self._value()
        if self._accept("is"):
            negated = self._accept("not")
            right = self._value()
            return lambda scope: (left(scope) == right(scope)) != negated
        if self._accept("in"):
            options = self._options()
            return lambda scope: left(scope) in options
        for sign, compare in _COMPARISONS.items():
            if self._accept(sign):
                return _compared(left, compare, self._value())
        return left

    def _options(self) -> list[Any]:
        self._expect("[")
        options = [self._value()({})]
        while self._accept(","):
            options.append(self._value()({}))
        self._expect("]")
        return options

    def _value(self) -> Evaluate:
        token = self._take()
        if token[0] in "'\"":
            return lambda _: token[1:-1]
        if re.fullmatch(r"-?\d+(\.\d+)?", token):
            number = float(token)
            return lambda _: number
        if token.lower() in _CONSTANTS:
            constant = _CONSTANTS[token.lower()]
            return lambda _: constant
        if not (token[0].isalpha() or token[0] == "_") or token in _KEYWORDS:
            raise ConditionInvalid(f"a value is missing before {token!r} in {self._source!r}")
        self.names.add(token)
        return lambda scope: scope.get(token)

    def _take(self) -> str:
        token = self.peek()
        if token is None:
            raise ConditionInvalid(f"{self._source!r} ends too early")
        self._next += 1
        return token

    def _accept(self, token: str) -> bool:
        if self.peek() != token:
            return False
        self._next += 1
        return True

    def _expect(self, token: str) -> None:
        if not self._accept(token):
            raise ConditionInvalid(f"{token!r} is missing in {self._source!r}")


def _tokens(source: str) -> list[str]:
    tokens, place = [], 0
    while source[place:].strip():
        match = _TOKEN.match(source, place)
        if match is None:
            raise ConditionInvalid(f"cannot read {source[place:].strip()!r} in {source!r}")
        tokens.append(match.group(match.lastgroup or 0))
        place = match.end()
    if not tokens:
        raise ConditionInvalid("the condition is empty")
    return tokens


def _truth(value: Any) -> bool:
    return bool(value)


def _compared(left: Evaluate, compare: Callable[[Any, Any], bool], right: Evaluate) -> Evaluate:
    def evaluate(scope: Scope) -> bool:
        try:
            return compare(left(scope), right(scope))
        except TypeError:
            return False

    return evaluate


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
    "contains": lambda a, b: b in a,
}
