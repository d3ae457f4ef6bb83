"""The demo customers and their grid; always the same."""

from dataclasses import dataclass
from functools import cache
from random import Random

from actions.demo.customer import Customer
from actions.demo.customers import build_customers
from actions.demo.grid import Transformer, build_grid

POPULATION_SEED = 12398


@dataclass(frozen=True, slots=True)
class Population:
    """Everybody, and what they hang on."""

    grid: list[Transformer]
    customers: list[Customer]


@cache
def build_population() -> Population:
    """Build grid and customers."""
    draw = Random(POPULATION_SEED)
    grid = build_grid(draw)
    return Population(grid, build_customers(grid, draw))
