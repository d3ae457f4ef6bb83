"""The demo grid: feeders (10千伏线路) > transformers (台区), each transformer in one community or village."""

from dataclasses import dataclass
from random import Random

from actions.demo.places import (
    COMMUNITY_ENDINGS,
    COMMUNITY_STEMS,
    PLACES,
    VILLAGE_ENDINGS,
    VILLAGE_FAMILIES,
    Place,
)

CUSTOMERS_A_TRANSFORMER = 12
TRANSFORMERS_A_FEEDER = 5
RURAL_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Transformer:
    """One transformer area."""

    transformer_id: str
    feeder_id: str
    feeder_name: str
    name: str
    place: Place
    district: str
    community: str
    road: str
    is_rural: bool


def build_grid(draw: Random) -> list[Transformer]:
    """Build all transformers, those of one feeder next to each other; no two places share a community's name."""
    communities = _shuffled([stem + ending for stem in COMMUNITY_STEMS for ending in COMMUNITY_ENDINGS], draw)
    villages = _shuffled([family + ending for family in VILLAGE_FAMILIES for ending in VILLAGE_ENDINGS], draw)
    grid: list[Transformer] = []
    for place in PLACES:
        feeders = -(-place.customers // (CUSTOMERS_A_TRANSFORMER * TRANSFORMERS_A_FEEDER))
        for feeder_number in range(1, feeders + 1):
            is_rural = feeder_number > feeders * (1 - RURAL_SHARE)
            grid += _feeder(place, feeder_number, is_rural, villages if is_rural else communities, draw)
    return grid


def _feeder(place: Place, feeder_number: int, is_rural: bool, free_names: list[str], draw: Random) -> list[Transformer]:
    district = draw.choice(place.counties if is_rural else place.districts)
    road = draw.choice(place.roads)
    return [
        _transformer(place, feeder_number, number, district, free_names.pop(), road, is_rural)
        for number in range(1, TRANSFORMERS_A_FEEDER + 1)
    ]


def _transformer(
    place: Place, feeder_number: int, number: int, district: str, community: str, road: str, is_rural: bool
) -> Transformer:
    feeder_id = f"{place.account_prefix}F{feeder_number:03d}"
    return Transformer(
        transformer_id=f"{feeder_id}T{number:02d}",
        feeder_id=feeder_id,
        feeder_name=f"10千伏{district[:2]}{feeder_number:02d}线",
        name=f"{community}{number}号台区",
        place=place,
        district=district,
        community=community,
        road=road,
        is_rural=is_rural,
    )


def _shuffled(names: list[str], draw: Random) -> list[str]:
    draw.shuffle(names)
    return names
