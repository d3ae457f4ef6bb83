"""Working time: evenings, weekends, holidays."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from connectors.desk.hours import WorkingTime, spoken_moment
from connectors.desk.organisation import load_organisation
from connectors.desk.settings import Hours, load_desk_settings
from connectors.errors import CredentialsInvalid
from storage.clock import CHINA

ROOT = Path(__file__).parents[3]
OFFICE = WorkingTime(
    Hours(
        weekdays=dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), (time(8), time(18))),
        closed=frozenset({date(2026, 10, 1)}),
        special={date(2026, 10, 10): (time(9), time(12))},
    )
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-20T07:59:59", False),
        ("2026-11-20T08:00", True),
        ("2026-11-20T18:00", False),
        ("2026-11-21T10:00", False),  # Saturday
        ("2026-10-01T10:00", False),  # holiday on a Thursday
        ("2026-10-10T10:00", True),  # Saturday that is worked
        ("2026-10-10T12:30", False),
    ],
)
def test_people_answer_in_office_hours_alone(moment: str, is_open: bool) -> None:
    assert OFFICE.is_open(at(moment)) is is_open


@pytest.mark.parametrize(
    ("asked", "minutes", "due"),
    [
        ("2026-11-20T10:00", 120, "2026-11-20T12:00"),
        ("2026-11-20T17:00", 120, "2026-11-23T09:00"),  # over the weekend
        ("2026-11-20T19:00", 60, "2026-11-23T09:00"),
        ("2026-09-30T17:30", 60, "2026-10-02T08:30"),  # over the holiday
        ("2026-11-20T08:00", 600, "2026-11-20T18:00"),
    ],
)
def test_a_promise_counts_working_time(asked: str, minutes: int, due: str) -> None:
    assert OFFICE.after(at(asked), timedelta(minutes=minutes)) == at(due)


def test_an_office_that_never_opens_promises_by_the_plain_clock() -> None:
    never = WorkingTime(Hours(weekdays={}))
    assert never.opens_at(at("2026-11-20T10:00")) is None
    assert never.after(at("2026-11-20T10:00"), timedelta(hours=1)) == at("2026-11-20T11:00")


def test_a_moment_is_said_as_people_say_it() -> None:
    now = at("2026-11-20T10:00")
    moments = ("2026-11-20T14:05", "2026-11-21T09:00", "2026-11-23T09:30")
    assert [spoken_moment(at(moment), now) for moment in moments] == ["今天14:05", "明天9:00", "11月23日（周一）9:30"]


def test_the_shipped_settings_and_organisation_can_be_read() -> None:
    settings, organisation = load_desk_settings(ROOT), load_organisation(ROOT)
    assert settings.skill_for(["query_bill"]).code == "billing"
    assert settings.skill_for(["no_such_flow"]).code == "general"
    assert organisation.has("山东/青岛市/市南区")
    assert not organisation.has("山东/火星")
    assert organisation.scope_of({"region": "山东", "address": "青岛市市南区香港中路1号"}) == "山东/青岛市/市南区"
    assert organisation.scope_of({"region": "江苏", "address": "中山路1号"}) == "江苏"
    assert organisation.scope_of({}) == ""


def test_a_mistake_in_the_settings_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "desk.yml").write_text("grace_seconds: soon\n", "utf-8")
    with pytest.raises(CredentialsInvalid, match="grace_seconds"):
        load_desk_settings(tmp_path)
