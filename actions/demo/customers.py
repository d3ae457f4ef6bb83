"""All demo customers: kinds in their shares, account numbers, and the transformers they hang on."""

from random import Random

from actions.demo.customer import Customer
from actions.demo.customer_kinds import BUILDERS, build_charger
from actions.demo.grid import Transformer
from actions.demo.places import Place

SHARES = {
    "household": 0.80,
    "charger": 0.03,
    "shared": 0.02,
    "shop": 0.08,
    "workshop": 0.02,
    "factory": 0.02,
    "plant": 0.005,
    "farm": 0.025,
}
"""What kinds of customers there are, and their shares."""
SHORT_NUMBER_DIGITS = 6
LONG_NUMBER_DIGITS = 9


def build_customers(grid: list[Transformer], draw: Random) -> list[Customer]:
    """Build all customers, spread evenly over the transformers of their place."""
    customers: list[Customer] = []
    for place in dict.fromkeys(transformer.place for transformer in grid):
        customers += _customers_of(place, [transformer for transformer in grid if transformer.place is place], draw)
    return customers


def _customers_of(place: Place, grid: list[Transformer], draw: Random) -> list[Customer]:
    customers: list[Customer] = []
    for index, kind in enumerate(_kinds(place.customers)):
        number = _account_number(place, index)
        if kind == "charger":
            owners = [other for other in customers if other.kind == "household"]
            customers.append(build_charger(number, draw.choice(owners), draw))
        else:
            customers.append(BUILDERS[kind](number, grid[index % len(grid)], draw))
    return customers


def _kinds(count: int) -> list[str]:
    kinds = [kind for kind, share in SHARES.items() if kind != "household" for _ in range(max(1, round(count * share)))]
    return ["household"] * (count - len(kinds)) + kinds


def _account_number(place: Place, index: int) -> str:
    """Scatter the numbers, so that no account is next to another's; in 蒙西 every second one is short."""
    digits = SHORT_NUMBER_DIGITS if place.short_numbers and index % 2 else LONG_NUMBER_DIGITS
    return f"{place.account_prefix}{(index * 618_033 + 271_828) * 7919 % 10**digits:0{digits}d}"
