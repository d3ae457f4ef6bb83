"""What is asked of the calculator: parse_tariff_request is the edge for JSON; a TariffRequest agrees with itself."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from knowledge_base.errors import TariffRequestInvalid
from knowledge_base.tariffs.power_factor import STANDARDS
from knowledge_base.tariffs.table import SLOTS, Slot
from knowledge_base.tariffs.voltage import BELOW_ONE_KILOVOLT

ZERO = Decimal(0)
MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, kw_only=True)
class TariffRequest:
    """One bill to calculate: energies in kWh, powers in kW and kVA, prices in yuan/kWh."""

    region: str
    category: str
    month: str
    """YYYY-MM."""
    energy_kwh: Decimal
    voltage: str = BELOW_ONE_KILOVOLT
    annual_to_date_kwh: Decimal = ZERO
    """Used in this tier year before this month."""
    months: int = 1
    """12: energy_kwh is one whole tier year; month only chooses the table."""
    peak_kwh: Decimal | None = None
    valley_kwh: Decimal | None = None
    flat_kwh: Decimal | None = None
    sharp_kwh: Decimal | None = None
    deep_valley_kwh: Decimal | None = None
    household_size: int | None = None
    subsidy: str | None = None
    """低保 or 五保."""
    contract_kva: Decimal | None = None
    max_demand_kw: Decimal | None = None
    reactive_kvarh: Decimal | None = None
    power_factor_standard: Decimal | None = None
    agent_price: Decimal | None = None
    """The month's energy price with line loss and system running cost, before transmission, basic charge and funds."""

    def __post_init__(self) -> None:
        """Refuse what contradicts itself, wherever the request was made."""
        if self.months not in (1, 12):
            raise TariffRequestInvalid("months", f"must be 1 or 12, not {self.months}")
        if not MONTH.fullmatch(self.month):
            raise TariffRequestInvalid("month", f"must look like 2026-08, not {self.month!r}")
        if self.energy_kwh < 0 or self.annual_to_date_kwh < 0:
            raise TariffRequestInvalid("energy_kwh", "energies must not be negative")
        if self.months == 12 and self.annual_to_date_kwh:
            raise TariffRequestInvalid("annual_to_date_kwh", "must be 0 with months=12: a whole tier year begins at 0")
        if self.contract_kva is not None and self.max_demand_kw is not None:
            raise TariffRequestInvalid("contract_kva", "give exactly one of contract_kva and max_demand_kw, not both")
        if self.power_factor_standard is not None and self.power_factor_standard not in STANDARDS:
            raise TariffRequestInvalid(
                "power_factor_standard", f"must be 0.90, 0.85 or 0.80, not {self.power_factor_standard}"
            )
        slots = self.slot_energies()
        if slots and sum(slots.values()) != self.energy_kwh:
            parts = " + ".join(f"{slot}_kwh {kwh}" for slot, kwh in slots.items())
            raise TariffRequestInvalid("energy_kwh", f"must be the sum of its parts: {parts} is not {self.energy_kwh}")

    @property
    def month_number(self) -> int:
        return int(self.month[5:])

    def slot_energies(self) -> dict[Slot, Decimal]:
        """The energies that were given by slot, kWh, dearest slot first; empty where the use is not divided."""
        given = (self.sharp_kwh, self.peak_kwh, self.flat_kwh, self.valley_kwh, self.deep_valley_kwh)
        return {slot: kwh for slot, kwh in zip(SLOTS, given, strict=True) if kwh is not None}


def settle_float(places: int) -> Callable[[object], object]:
    """Take the binary noise off a float (130.98000000000002); leave every other number exactly as written."""

    def settle(number: object) -> object:
        if isinstance(number, bool):
            raise ValueError("must be a number")
        return str(round(number, places)) if isinstance(number, float) and abs(number) < 1e15 else number

    return settle


Energy = Annotated[
    Decimal, BeforeValidator(settle_float(6)), Field(ge=0, lt=10**9, decimal_places=6, allow_inf_nan=False)
]
"""kWh, kvarh, kW or kVA; the limits keep every product within the 28 exact digits of a Decimal."""
Price = Annotated[Decimal, BeforeValidator(settle_float(8)), Field(ge=0, lt=100, decimal_places=8, allow_inf_nan=False)]


class TariffRequestBody(BaseModel):
    """The JSON of a request; null means not given."""

    model_config = ConfigDict(extra="forbid")

    region: str
    category: str
    month: Annotated[str, Field(pattern="^[0-9]{4}-(0[1-9]|1[0-2])$")]
    energy_kwh: Energy
    voltage: str | None = None
    annual_to_date_kwh: Energy | None = None
    months: Literal[1, 12] | None = None
    peak_kwh: Energy | None = None
    valley_kwh: Energy | None = None
    flat_kwh: Energy | None = None
    sharp_kwh: Energy | None = None
    deep_valley_kwh: Energy | None = None
    household_size: Annotated[int, Field(ge=1, le=100)] | None = None
    subsidy: Literal["低保", "五保"] | None = None
    contract_kva: Annotated[Energy, Field(gt=0)] | None = None
    max_demand_kw: Annotated[Energy, Field(gt=0)] | None = None
    reactive_kvarh: Energy | None = None
    power_factor_standard: Price | None = None
    agent_price: Price | None = None


def parse_tariff_request(body: object) -> TariffRequest:
    """Check the JSON of a request; TariffRequestInvalid names the key and what would be right."""
    try:
        checked = TariffRequestBody.model_validate(body)
    except ValidationError as error:
        first, *others = error.errors()
        message = "; ".join([describe_fault(first), *(f"{name_of(f)}: {describe_fault(f)}" for f in others)])
        raise TariffRequestInvalid(name_of(first), message) from error
    return TariffRequest(**{key: value for key, value in checked if value is not None})


def name_of(fault: Mapping[str, object]) -> str:
    location = fault["loc"]
    return str(location[0]) if isinstance(location, tuple) and location else "request"


def describe_fault(fault: Mapping[str, object]) -> str:
    """Pydantic's words, but an unknown key is told which keys there are."""
    if fault["type"] == "extra_forbidden":
        return f"unknown key; the keys are {', '.join(TariffRequestBody.model_fields)}"
    if fault["type"] == "string_pattern_mismatch":
        return f"must look like 2026-08, not {fault['input']!r}"
    return str(fault["msg"])
