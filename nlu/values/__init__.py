"""Parsers and normalisers for the values of the contract's entities: rules only, standard library only."""

from nlu.values.closed_lists import find_spoken_of
from nlu.values.digits import read_digits
from nlu.values.find import find_values, normalise
from nlu.values.span import ValueSpan

__all__ = ["ValueSpan", "find_spoken_of", "find_values", "normalise", "read_digits"]
