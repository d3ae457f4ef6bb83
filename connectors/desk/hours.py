"""Working time: when people answer, when they answer again, and when a promise of so many working minutes ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from connectors.desk.settings import Hours
from storage.clock import CHINA

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MOST_DAYS = 60
_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """The calendar of people who answer."""

    hours: Hours

    def is_open(self, at: datetime) -> bool:
        """Say whether people answer at this moment."""
        span = self._span(at.astimezone(CHINA).date())
        return span is not None and span[0] <= at < span[1]

    def opens_at(self, at: datetime) -> datetime | None:
        """Return when people answer next: this moment where they do now; None where no day is open for two months."""
        day = at.astimezone(CHINA).date()
        for offset in range(_MOST_DAYS):
            span = self._span(day + timedelta(days=offset))
            if span is not None and at < span[1]:
                return max(at, span[0])
        return None

    def after(self, at: datetime, working: timedelta) -> datetime:
        """Return the moment at which so much working time has passed since `at`."""
        left, moment = working, at
        for _ in range(_MOST_DAYS):
            opens = self.opens_at(moment)
            if opens is None:
                break
            span = self._span(opens.astimezone(CHINA).date())
            assert span is not None
            if opens + left <= span[1]:
                return opens + left
            left -= span[1] - opens
            moment = span[1]
        return at + working  # no working day is known: the plain clock counts

    def _span(self, day: date) -> tuple[datetime, datetime] | None:
        span = self.hours.special.get(day)
        if span is None and day not in self.hours.closed:
            span = self.hours.weekdays.get(_DAYS[day.weekday()])
        if span is None:
            return None
        return datetime.combine(day, span[0], CHINA), datetime.combine(day, span[1], CHINA)


def spoken_moment(at: datetime, now: datetime) -> str:
    """Return a moment as a customer hears it: 今天14:30, 明天9:00, 11月24日（周二）9:00."""
    local, today = at.astimezone(CHINA), now.astimezone(CHINA).date()
    days = {today: "今天", today + timedelta(days=1): "明天"}
    weekday = _WEEKDAYS[local.weekday()]
    day = days.get(local.date()) or f"{local.month}月{local.day}日（周{weekday}）"
    return f"{day}{local.hour}:{local.minute:02d}"
