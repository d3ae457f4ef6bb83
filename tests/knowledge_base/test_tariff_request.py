"""The edge for JSON: what is accepted, what is refused and in which words."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from knowledge_base.errors import TariffRequestInvalid
from knowledge_base.tariffs.calculator import calculate, render_calculation
from knowledge_base.tariffs.load import load_tariffs
from knowledge_base.tariffs.request import TariffRequest, parse_tariff_request

TARIFFS = load_tariffs(Path(__file__).parents[2] / "data" / "tariffs")
GOOD = {"region": "山东", "category": "居民阶梯", "month": "2026-08", "energy_kwh": 100}


def test_null_means_not_given() -> None:
    request = parse_tariff_request({**GOOD, "voltage": None, "months": None, "peak_kwh": None})
    assert request == parse_tariff_request(GOOD)
    assert (request.voltage, request.months, request.annual_to_date_kwh) == ("不满1千伏", 1, Decimal(0))


def test_numbers_may_be_floats_strings_or_integers() -> None:
    for number in (130.98, "130.98", 130.98000000000002):
        assert parse_tariff_request({**GOOD, "energy_kwh": number}).energy_kwh == Decimal("130.98")


def test_binary_noise_of_floats_does_not_break_the_sum() -> None:
    request = parse_tariff_request({**GOOD, "energy_kwh": 0.3, "peak_kwh": 0.1, "valley_kwh": 0.2})
    assert sum(request.slot_energies().values()) == request.energy_kwh
    assert parse_tariff_request({**GOOD, "energy_kwh": 0.1 + 0.2}).energy_kwh == Decimal("0.3")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"energy_kwh": -1}, "energy_kwh: .*greater than or equal to 0"),
        ({"energy_kwh": "much"}, "energy_kwh: .*decimal"),
        ({"energy_kwh": True}, "energy_kwh: .*must be a number"),
        ({"energy_kwh": float("nan")}, "energy_kwh"),
        ({"energy_kwh": 10**12}, "energy_kwh: .*less than"),
        ({"month": "2026-13"}, "month: must look like 2026-08, not '2026-13'"),
        ({"month": "2026-8"}, "month: must look like"),
        ({"months": 6}, "months: .*1 or 12"),
        ({"subsidy": "学生"}, "subsidy: .*低保"),
        ({"household_size": 0}, "household_size"),
        ({"power_factor_standard": 0.95}, r"power_factor_standard: must be 0\.90, 0\.85 or 0\.80"),
        ({"peak": 3}, "peak: unknown key; the keys are region, category"),
        ({"peak_kwh": 3}, "energy_kwh: must be the sum of its parts: peak_kwh 3 is not 100"),
        ({"months": 12, "annual_to_date_kwh": 5}, "annual_to_date_kwh: must be 0 with months=12"),
        ({"contract_kva": 0}, "contract_kva"),
    ],
)
def test_bad_requests_are_refused_by_key(change: dict[str, object], words: str) -> None:
    with pytest.raises(TariffRequestInvalid, match=words):
        parse_tariff_request({**GOOD, **change})


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(TariffRequestInvalid, match=r"category: Field required; month: .*; energy_kwh: "):
        parse_tariff_request({"region": "山东"})


@pytest.mark.parametrize("body", [[], "居民", None, 3])
def test_a_body_that_is_no_object_is_refused(body: object) -> None:
    with pytest.raises(TariffRequestInvalid):
        parse_tariff_request(body)


def test_a_request_made_in_code_is_checked_too() -> None:
    with pytest.raises(TariffRequestInvalid, match="sum"):
        TariffRequest(region="山东", category="居民峰谷", month="2026-08", energy_kwh=Decimal(3), peak_kwh=Decimal(1))


def test_the_answer_is_json_of_decimal_strings() -> None:
    request = parse_tariff_request(
        {
            **GOOD,
            "category": "居民峰谷",
            "energy_kwh": 300,
            "peak_kwh": 200,
            "valley_kwh": 100,
            "annual_to_date_kwh": 2420,
        }
    )
    answer = json.loads(json.dumps(render_calculation(calculate(request, TARIFFS))))
    assert set(answer) == {"total", "lines", "table", "notes"}
    assert answer["lines"][0] == {
        "name": "第一档峰段电量",
        "quantity": "66.66666667",
        "unit": "千瓦时",
        "price": "0.5769",
        "amount": "38.46",
    }
    assert answer["table"] == {
        "name": "山东省居民阶梯峰谷分时电价",
        "document": "鲁发改价格〔2022〕158号",
        "effective_from": "2022-05-01",
    }
