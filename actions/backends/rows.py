"""Rows to values, as seen at a given moment: what has not happened yet by then is not told."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from actions.backends.months import first_day, last_day, month_of
from actions.backends.values import (
    Account,
    Bill,
    BillLine,
    BusinessHall,
    Outage,
    Receipt,
    TariffTable,
    Ticket,
    TicketStep,
)
from storage.clock import CHINA

AnyRow = Row[Any]
TOU_KINDS = {True: "居民峰谷", False: "居民阶梯"}


def local(moment: datetime) -> datetime:
    """Return the moment on the wall clock in China."""
    return moment.astimezone(CHINA)


def local_or_none(moment: datetime | None) -> datetime | None:
    """Return the moment on the wall clock in China, or None."""
    return None if moment is None else moment.astimezone(CHINA)


def past_or_none(moment: datetime | None, at: datetime) -> datetime | None:
    """Return the moment if it has come by `at`."""
    return None if moment is None or moment > at else moment.astimezone(CHINA)


def account_of(row: AnyRow, at: datetime) -> Account:
    """Build an account; a change of tariff counts from its month on."""
    is_tou, tou_since, category, tariff_kind = row.is_tou, row.tou_since, row.category, row.tariff_kind
    if row.pending_tou_from is not None and row.pending_tou_from <= month_of(at):
        is_tou, tou_since = row.pending_tou, row.pending_tou_from
        category = tariff_kind = TOU_KINDS[is_tou]
    factor = row.power_factor_percent
    return Account(
        account_no=row.account_no,
        name=row.name,
        phone=row.phone,
        region=row.region,
        city=row.city,
        district=row.district,
        address=row.address,
        category=category,
        tariff_kind=tariff_kind,
        voltage=row.voltage,
        capacity_kva=Decimal(row.capacity_kva),
        basic_charge=row.basic_charge,
        power_factor_standard=None if factor is None else Decimal(factor).scaleb(-2),
        meter_no=row.meter_no,
        status=row.status,
        is_tou=is_tou,
        household_size=row.household_size,
        subsidy=row.subsidy,
        has_pv=row.has_pv,
        has_ev=row.has_ev,
        is_prepaid=row.is_prepaid,
        tou_since=tou_since,
    )


def bill_of(row: AnyRow, at: datetime) -> Bill:
    """Build a bill from a row of bills joined with its table."""
    lines = tuple(
        BillLine(name, Decimal(quantity), unit, Decimal(price), Decimal(amount))
        for name, quantity, unit, price, amount in json.loads(row.lines)
    )
    return Bill(
        account_no=row.account_no,
        month=row.month,
        period_start=first_day(row.month),
        period_end=last_day(row.month),
        total=row.total,
        energy_kwh=row.energy_kwh,
        peak_kwh=row.peak_kwh,
        valley_kwh=row.valley_kwh,
        flat_kwh=row.flat_kwh,
        sharp_kwh=row.sharp_kwh,
        deep_valley_kwh=row.deep_valley_kwh,
        annual_to_date_kwh=row.annual_to_date_kwh,
        start_reading=row.start_reading,
        end_reading=row.end_reading,
        lines=lines,
        table=TariffTable(row.table_name, row.document, row.effective_from),
        issued_at=local(row.issued_at),
        due_date=row.due_date,
        paid_at=past_or_none(row.paid_at, at),
    )


def outage_of(row: AnyRow, at: datetime) -> Outage:
    """Build an outage from a row of outages joined with feeder and transformer names; its status follows the time."""
    return Outage(
        outage_id=row.outage_id,
        kind=row.kind,
        status=_planned_status(row, at) if row.kind == "planned" else _fault_status(row, at),
        reason=row.reason,
        start=local(row.start),
        expected_restore=local_or_none(row.expected_restore),
        restored_at=past_or_none(row.restored_at, at),
        region=row.region,
        city=row.city,
        district=row.district,
        area=row.area,
        feeder=row.feeder_name,
        transformer=row.transformer_name,
        updated_at=local(row.updated_at),
    )


def _planned_status(row: AnyRow, at: datetime) -> str:
    if row.is_cancelled:
        return "已取消"
    if row.start > at:
        return "计划中"
    return "已送电" if past_or_none(row.restored_at, at) else "停电中"


def _fault_status(row: AnyRow, at: datetime) -> str:
    if past_or_none(row.restored_at, at):
        return "已送电"
    return "抢修中" if past_or_none(row.repair_since, at) else "已派单"


def ticket_of(row: AnyRow) -> Ticket:
    """Build a ticket with its history."""
    return Ticket(
        ticket_no=row.ticket_no,
        kind=row.kind,
        status=row.status,
        created_at=local(row.created_at),
        due_at=local_or_none(row.due_at),
        steps=tuple(
            TicketStep(datetime.fromisoformat(moment), status, note) for moment, status, note in json.loads(row.steps)
        ),
        summary=row.summary,
        region=row.region,
        account_no=row.account_no,
        address=row.address,
        phone=row.phone,
        person_name=row.person_name,
        is_urgent=row.is_urgent,
        urged_count=row.urged_count,
        details=tuple((name, value) for name, value in json.loads(row.details)),
    )


def receipt_of(row: AnyRow) -> Receipt:
    """Build the acknowledgement of a request."""
    return Receipt(row.request_no, row.kind, row.account_no, row.status, local(row.accepted_at), row.effective_from)


def hall_of(row: AnyRow) -> BusinessHall:
    """Build a service hall."""
    return BusinessHall(
        row.hall_id,
        row.name,
        row.region,
        row.city,
        row.district,
        row.address,
        row.hours,
        row.phone,
        row.services,
        row.is_sample,
    )
