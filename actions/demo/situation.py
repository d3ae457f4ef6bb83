"""What is going on at this moment: planned and fault outages around `now`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random

from actions.backends.months import start_of
from actions.demo.grid import Transformer
from actions.demo.places import PLACES, Place

FAULTS_A_PLACE = 2
PLANNED_A_PLACE = 6
PLANNED_REASONS = ("10千伏线路检修", "配电变压器增容改造", "电缆迁改施工", "新用户接入施工", "老旧设备更换")
FAULT_REASONS = ("大风刮断导线", "电缆被施工挖断", "变压器故障", "开关跳闸，正在查找原因", "树障碰线")


@dataclass(frozen=True, slots=True)
class DemoOutage:
    """One outage with its whole story, the future included."""

    outage_id: str
    kind: str
    reason: str
    start: datetime
    expected_restore: datetime | None
    repair_since: datetime | None
    restored_at: datetime | None
    is_cancelled: bool
    place: Place
    district: str
    area: str
    feeder_id: str
    transformer_id: str | None
    updated_at: datetime


def build_situation(grid: Sequence[Transformer], now: datetime) -> list[DemoOutage]:
    """Build the outages of this and next week, the faults of the last hours and some of earlier this week."""
    draw = Random(f"situation {now:%Y-%m-%d}")
    outages: list[DemoOutage] = []
    for place in PLACES:
        local = [transformer for transformer in grid if transformer.place is place]
        feeders = list(dict.fromkeys(transformer.feeder_id for transformer in local))
        draw.shuffle(feeders)
        spots = [[spot for spot in local if spot.feeder_id == feeder] for feeder in feeders]
        faults, rest = spots[:FAULTS_A_PLACE], spots[FAULTS_A_PLACE:]
        outages += [_fault(spot, index, now, draw) for index, spot in enumerate(faults)]
        outages += [_planned(rest[index % len(rest)], index, now, draw) for index in range(PLANNED_A_PLACE)]
    return outages


def _fault(feeder: Sequence[Transformer], index: int, now: datetime, draw: Random) -> DemoOutage:
    """The first fault of a place is a feeder with a known time, the second one transformer nobody knows the end of."""
    start = now - timedelta(minutes=draw.randrange(25, 110))
    is_known = index == 0
    spots = feeder if is_known else feeder[:1]
    repair_since = start + timedelta(minutes=draw.randrange(15, 40))
    expected = (
        (now + timedelta(minutes=draw.randrange(70, 150))).replace(minute=0, second=0, microsecond=0)
        if is_known
        else None
    )
    return _outage(
        spots,
        outage_id=f"F{now:%y%m%d}{feeder[0].feeder_id}",
        kind="fault",
        reason=draw.choice(FAULT_REASONS),
        start=start,
        expected_restore=expected,
        repair_since=repair_since,
        restored_at=now + timedelta(hours=draw.randrange(3, 5))
        if expected is None
        else expected + timedelta(minutes=20),
        is_cancelled=False,
        updated_at=now - timedelta(minutes=draw.randrange(2, 14)),
    )


def _planned(feeder: Sequence[Transformer], index: int, now: datetime, draw: Random) -> DemoOutage:
    """One of yesterday, one of today, the others within the next twelve days; the last one is cancelled."""
    day = (now + timedelta(days=(-1, 0, 1, 3, 6, 10)[index] + (draw.randrange(0, 3) if index > 2 else 0))).date()
    start = datetime.combine(day, time(draw.randrange(6, 9), draw.choice((0, 30))), tzinfo=start_of(day).tzinfo)
    end = start + timedelta(hours=draw.randrange(4, 10))
    spots = feeder if draw.random() < 0.5 else feeder[1:2]
    return _outage(
        spots,
        outage_id=f"P{now:%y%m%d}{feeder[0].feeder_id}{index}",
        kind="planned",
        reason=draw.choice(PLANNED_REASONS),
        start=start,
        expected_restore=end,
        repair_since=None,
        restored_at=end - timedelta(minutes=draw.randrange(0, 40)),
        is_cancelled=index == PLANNED_A_PLACE - 1,
        updated_at=start - timedelta(days=8),
    )


def _outage(
    spots: Sequence[Transformer],
    *,
    outage_id: str,
    kind: str,
    reason: str,
    start: datetime,
    expected_restore: datetime | None,
    repair_since: datetime | None,
    restored_at: datetime | None,
    is_cancelled: bool,
    updated_at: datetime,
) -> DemoOutage:
    first = spots[0]
    return DemoOutage(
        outage_id=outage_id,
        kind=kind,
        reason=reason,
        start=start,
        expected_restore=expected_restore,
        repair_since=repair_since,
        restored_at=restored_at,
        is_cancelled=is_cancelled,
        place=first.place,
        district=first.district,
        area=first.district + "、".join(spot.community for spot in spots),
        feeder_id=first.feeder_id,
        transformer_id=first.transformer_id if len(spots) == 1 else None,
        updated_at=updated_at,
    )
