"""A small world written by hand for the back ends' contract: two accounts, their grid, money, use and outages."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from actions.backends import tables
from actions.backends.series import pack_series
from storage.clock import CHINA
from storage.engine import writing

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=CHINA)
HOME = "3702000000001"
"""A household in Qingdao: September paid, October owed."""
SHOP = "1503000001"
"""A shop in Wuhai with a ten-digit number, stopped for arrears, prepaid."""
NOBODY = "3702999999999"


def at(month: int, day: int, hour: int = 9) -> datetime:
    """Return a moment of 2026 in China."""
    return datetime(2026, month, day, hour, tzinfo=CHINA)


async def write_world(engine: AsyncEngine) -> None:
    """Fill the empty tables."""
    async with writing(engine) as connection:
        for table, rows in _rows().items():
            await connection.execute(insert(getattr(tables, table)), rows)


def _rows() -> dict[str, list[dict[str, Any]]]:
    return {
        "feeders": [
            _place("山东", "青岛市", "市南区", feeder_id="F1", name="10千伏海锦线"),
            _place("蒙西", "乌海市", "乌达区", feeder_id="F2", name="10千伏乌达线"),
        ],
        "transformers": [_spot("T1", "F1", "锦澜花园"), _spot("T2", "F1", "云栖家园"), _spot("T3", "F2", "沈家庄村")],
        "accounts": [_home(), _shop()],
        "bill_tables": [
            {"table_id": 1, "name": "居民阶梯电价表", "document": "某文件1号", "effective_from": "2026-01-01"}
        ],
        "bills": [_bill(9, "210.50", at(10, 7)), _bill(10, "198.30", None), _bill(11, "99.99", None)],
        "daily_use": [_use(f"2025-{month:02d}", 30) for month in (11, 12)]
        + [_use(f"2026-{month:02d}", 31) for month in range(1, 12)],
        "payments": [_payment("P1", at(10, 7), "210.50"), _payment("P2", NOW - timedelta(minutes=2), "20.00")],
        "stops": [{"account_no": SHOP, "stopped_at": at(11, 19), "restored_at": None}],
        "outages": [_fault(), _planned("PL1", at(11, 24, 8)), _planned("PL2", at(12, 8, 8))],
        "halls": [_hall("H1", "市南区", "宁夏路206号"), _hall("H2", "市北区", "镇江路18号")],
    }


def _place(region: str, city: str, district: str, **more: str) -> dict[str, Any]:
    return {"region": region, "city": city, "district": district, **more}


def _spot(transformer_id: str, feeder_id: str, community: str) -> dict[str, Any]:
    place = _place("山东", "青岛市", "市南区") if feeder_id == "F1" else _place("蒙西", "乌海市", "乌达区")
    return {
        "transformer_id": transformer_id,
        "feeder_id": feeder_id,
        "name": f"{community}台区",
        "community": community,
        "road": "青松路",
        **place,
    }


def _home() -> dict[str, Any]:
    return _account(
        HOME,
        "T1",
        "居民阶梯",
        "居民阶梯",
        name="王小明",
        phone="15400000001",
        is_prepaid=False,
        **_place("山东", "青岛市", "市南区"),
    )


def _shop() -> dict[str, Any]:
    return _account(
        SHOP,
        "T3",
        "工商业单一制",
        "一般工商业",
        name="乌海李记超市",
        phone="15400000002",
        is_prepaid=True,
        **_place("蒙西", "乌海市", "乌达区"),
    )


def _account(number: str, transformer: str, category: str, kind: str, **more: Any) -> dict[str, Any]:
    phone = {"phone_lookup": more["phone"], "address": f"{more['city']}{more['district']}青松路1号"}
    fixed = {"voltage": "不满1千伏", "capacity_kva": 10, "meter_no": "123", "meter_start_kwh": 100, "status": "正常"}
    flags = {"is_tou": False, "has_pv": False, "has_ev": True, "opening_credit": Decimal("0.00"), "household_size": 5}
    return {
        "account_no": number,
        "transformer_id": transformer,
        "category": category,
        "tariff_kind": kind,
        **phone,
        **fixed,
        **flags,
        **more,
    }


def _bill(month: int, total: str, paid_at: datetime | None) -> dict[str, Any]:
    energies = {name: Decimal(0) for name in ("flat_kwh", "sharp_kwh", "deep_valley_kwh")}
    return {
        "account_no": HOME,
        "month": f"2026-{month:02d}",
        "total": Decimal(total),
        "energy_kwh": Decimal(310),
        "peak_kwh": Decimal(200),
        "valley_kwh": Decimal(110),
        **energies,
        "annual_to_date_kwh": Decimal(2400),
        "start_reading": Decimal(1000),
        "end_reading": Decimal(1310),
        "lines": f'[["第一档电量","310.00","千瓦时","0.5469","{total}"]]',
        "table_id": 1,
        "issued_at": at(month + 1, 1, 0),
        "due_date": date(2026, month + 1, 20),
        "paid_at": paid_at,
    }


def _use(month: str, first_day_hundredths: int) -> dict[str, Any]:
    days = 30 if month[5:] in ("04", "06", "09", "11") else 28 if month[5:] == "02" else 31
    energy = np.arange(days, dtype=np.int64) + first_day_hundredths
    sums = {"energy_kwh": Decimal(int(energy.sum())) / 100, "peak_kwh": Decimal(1), "valley_kwh": Decimal(2)}
    return {"account_no": HOME, "month": month, **sums, "series": pack_series(np.stack((energy, energy, energy * 0)))}


def _payment(number: str, paid_at: datetime, amount: str) -> dict[str, Any]:
    cleared_at = paid_at + timedelta(minutes=10)
    return {
        "payment_no": number,
        "account_no": HOME,
        "paid_at": paid_at,
        "cleared_at": cleared_at,
        "amount": Decimal(amount),
        "channel": "微信",
    }


def _fault() -> dict[str, Any]:
    times = {
        "start": at(11, 21, 8),
        "expected_restore": None,
        "repair_since": at(11, 21, 9),
        "restored_at": at(11, 21, 12),
    }
    return _outage("FA1", "fault", times, "T1", "变压器故障")


def _planned(number: str, start: datetime) -> dict[str, Any]:
    end = start + timedelta(hours=6)
    times = {"start": start, "expected_restore": end, "repair_since": None, "restored_at": end}
    return _outage(number, "planned", times, None, "线路检修")


def _outage(number: str, kind: str, times: dict[str, Any], transformer: str | None, reason: str) -> dict[str, Any]:
    where = {"feeder_id": "F1", "transformer_id": transformer, "area": "锦澜花园", **_place("山东", "青岛市", "市南区")}
    return {
        "outage_id": number,
        "kind": kind,
        "reason": reason,
        "is_cancelled": False,
        "updated_at": NOW,
        "is_demo": False,
        **times,
        **where,
    }


def _hall(number: str, district: str, street: str) -> dict[str, Any]:
    address = {"address": f"青岛市{district}{street}", "hours": "每天 8:30-17:30", "phone": "95598", "services": "缴费"}
    return {
        "hall_id": number,
        "name": f"{district[:2]}供电营业厅",
        "is_sample": True,
        **address,
        **_place("山东", "青岛市", district),
    }
