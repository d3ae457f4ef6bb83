"""The tariff tables as actions see them: one calculator, one price list, errors in the actions' own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from actions.errors import TariffUnavailable
from knowledge_base.errors import TariffError
from knowledge_base.tariffs.book import TariffBook
from knowledge_base.tariffs.calculation import render_calculation
from knowledge_base.tariffs.calculator import calculate
from knowledge_base.tariffs.live import LiveTariffs
from knowledge_base.tariffs.price_list import PriceList, price_list
from knowledge_base.tariffs.request import parse_tariff_request


@dataclass(frozen=True, slots=True)
class TariffDesk:
    """Hands the knowledge base's tariffs to the actions."""

    tariffs: TariffBook | LiveTariffs
    """Live ones follow what people publish."""

    @property
    def book(self) -> TariffBook:
        """The tables that hold now."""
        return self.tariffs.book if isinstance(self.tariffs, LiveTariffs) else self.tariffs

    def calculate(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the contract's JSON for the contract's request. Raises TariffUnavailable."""
        try:
            return render_calculation(calculate(parse_tariff_request(dict(request)), self.book))
        except TariffError as error:
            raise TariffUnavailable(str(error)) from error

    def price_list(self, region: str, tariff_kind: str, month: str, voltage: str | None) -> PriceList:
        """Return the prices of a kind in a month. Raises TariffUnavailable."""
        try:
            return price_list(self.book, region=region, tariff_kind=tariff_kind, month=month, voltage=voltage)
        except TariffError as error:
            raise TariffUnavailable(str(error)) from error
