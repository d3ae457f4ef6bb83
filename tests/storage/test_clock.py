"""The clock starts where it is told to and runs on."""

import time
from datetime import datetime, timedelta

import pytest

from storage.clock import CHINA, build_clock, parse_start, system_clock
from storage.errors import ClockUnreadable


def test_the_clock_starts_at_the_set_moment_and_runs_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDTALK_NOW", "2025-02-03T08:00:00+08:00")
    first = system_clock()
    time.sleep(0.01)
    second = system_clock()
    assert datetime(2025, 2, 3, 8, tzinfo=CHINA) <= first < second < first + timedelta(minutes=1)


def test_without_a_setting_the_clock_shows_the_present_in_china(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GRIDTALK_NOW", raising=False)
    now = system_clock()
    assert now.utcoffset() == timedelta(hours=8)
    assert abs(now.timestamp() - time.time()) < 5


def test_a_built_clock_follows_the_seconds_it_is_given() -> None:
    seconds = [100.0]
    clock = build_clock(datetime(2026, 11, 21, 9, tzinfo=CHINA), elapsed_seconds=lambda: seconds[0])
    seconds[0] = 160.0
    assert clock() == datetime(2026, 11, 21, 9, 1, tzinfo=CHINA)


@pytest.mark.parametrize("text", ["yesterday", "2026-11-21T09:00:00", "2026-13-01T00:00:00+08:00"])
def test_a_start_without_zone_or_sense_is_refused(text: str) -> None:
    with pytest.raises(ClockUnreadable, match="GRIDTALK_NOW"):
        parse_start(text)
