"""One demo customer: the account, and what only the generator knows about it."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from random import Random
from typing import Any

from actions.backends.values import Account
from actions.demo import names
from actions.demo.grid import Transformer

FLOORS_A_BUILDING = 18


class Payer(Enum):
    """How a customer pays."""

    PUNCTUAL = "punctual"
    LATE = "late"
    DEBTOR = "debtor"
    """Owes the last months."""
    STOPPED = "stopped"
    """Owes them, and the supply was stopped."""
    JUST_PAID = "just_paid"
    """Was stopped, has paid this morning, waits to be connected again."""
    PREPAID = "prepaid"
    EMPTY = "empty"
    """Prepaid, did not top up any more, and the supply was stopped."""


@dataclass(frozen=True, slots=True)
class Customer:
    """An account with what only the generator knows about it."""

    account: Account
    kind: str
    transformer: Transformer
    payer: Payer
    base_kwh: float
    """Typical use of a day without heating and cooling."""
    cooling_kwh: float
    """More for each degree above 25 and day."""
    heating_kwh: float
    """More for each degree below 8 and day."""
    peak_share: float
    valley_share: float
    meter_start_kwh: int
    opening_credit: Decimal


PAYERS = (
    (Payer.PUNCTUAL, 0.877),
    (Payer.LATE, 0.08),
    (Payer.DEBTOR, 0.03),
    (Payer.STOPPED, 0.01),
    (Payer.JUST_PAID, 0.003),
)
PREPAYERS = ((Payer.PREPAID, 0.985), (Payer.EMPTY, 0.015))
ACCOUNT_DEFAULTS: dict[str, Any] = {
    "voltage": "不满1千伏",
    "basic_charge": None,
    "power_factor_standard": None,
    "status": "正常",
    "is_tou": False,
    "household_size": None,
    "subsidy": None,
    "has_pv": False,
    "has_ev": False,
    "is_prepaid": False,
    "tou_since": None,
}


def draw_account(number: str, transformer: Transformer, draw: Random, **facts: Any) -> Account:
    """Build an account at a transformer; `facts` are the fields that are not like the defaults."""
    place: dict[str, Any] = {
        "region": transformer.place.region,
        "city": transformer.place.city,
        "district": transformer.district,
    }
    drawn = {"phone": names.mobile_number(draw), "meter_no": f"{draw.randrange(10**11):011d}"}
    account = ACCOUNT_DEFAULTS | drawn | facts
    account["capacity_kva"] = Decimal(account["capacity_kva"])
    return Account(account_no=number, **place, **account)


def draw_customer(
    kind: str,
    account: Account,
    transformer: Transformer,
    draw: Random,
    base_kwh: float,
    cooling_kwh: float,
    heating_kwh: float,
    peak_share: float,
    valley_share: float,
) -> Customer:
    """Build a customer, drawing how it pays and what its meter showed at first."""
    payers = PREPAYERS if account.is_prepaid else PAYERS
    payer = draw.choices([payer for payer, _share in payers], [share for _payer, share in payers])[0]
    credit = draw.randrange(40, 200) if account.is_prepaid else draw.choice((0, 0, 0, 20, 50))
    return Customer(
        account=account,
        kind=kind,
        transformer=transformer,
        payer=payer,
        base_kwh=base_kwh,
        cooling_kwh=cooling_kwh,
        heating_kwh=heating_kwh,
        peak_share=peak_share,
        valley_share=valley_share,
        meter_start_kwh=draw.randrange(200, 30_000),
        opening_credit=Decimal(credit),
    )


def home_address(transformer: Transformer, draw: Random) -> str:
    """Invent a flat in a community, or a house in a village."""
    place = f"{transformer.place.city}{transformer.district}"
    if transformer.is_rural:
        return f"{place}{transformer.community}{draw.randrange(1, 300)}号"
    flat = f"{draw.randrange(1, FLOORS_A_BUILDING)}0{draw.randrange(1, 5)}室"
    building = f"{draw.randrange(1, 25)}号楼{draw.randrange(1, 4)}单元"
    return f"{place}{transformer.road}{draw.randrange(1, 300)}号{transformer.community}{building}{flat}"


def street_address(transformer: Transformer, draw: Random) -> str:
    """Invent premises at a road, or in a village."""
    place = f"{transformer.place.city}{transformer.district}"
    if transformer.is_rural:
        return f"{place}{transformer.community}东{draw.randrange(1, 60)}号"
    return f"{place}{transformer.road}{draw.randrange(1, 300)}号{transformer.community}底商{draw.randrange(1, 40)}号"
