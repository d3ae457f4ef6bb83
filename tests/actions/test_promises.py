"""Promised times: by region, area and day; nothing that may not be announced."""

from datetime import date, datetime
from pathlib import Path

from actions.promises import PromiseBook, load_promises
from storage.clock import CHINA

TODAY = date(2026, 11, 21)


def book() -> PromiseBook:
    return load_promises(Path(__file__).parents[2] / "data" / "promises.yml")


def test_a_crew_is_promised_by_area() -> None:
    town = book().find("crew_on_site", "山东", TODAY, "城区")
    country = book().find("crew_on_site", "江苏", TODAY, "农村")
    assert town is not None
    assert country is not None
    assert (town.words, country.words) == ("45分钟", "90分钟")
    assert town.is_average


def test_promises_of_another_company_do_not_hold_in_mengxi() -> None:
    assert book().find("crew_on_site", "蒙西", TODAY, "城区") is None
    assert book().find("complaint_answer", "蒙西", TODAY) is None
    assert book().areas("restore_after_arrival", "蒙西", TODAY) == ()


def test_without_a_region_or_before_the_rule_nothing_is_promised() -> None:
    assert book().find("crew_on_site", None, TODAY, "城区") is None
    assert book().find("restore_power", "山东", date(2024, 5, 31)) is None


def test_the_national_rule_holds_everywhere() -> None:
    for region in ("山东", "江苏", "黑龙江", "蒙西"):
        promise = book().find("restore_power", region, TODAY)
        assert promise is not None
        assert promise.words == "24小时"


def test_single_source_promises_need_the_caveat() -> None:
    contact = book().find("complaint_contact", "山东", TODAY)
    check = book().find("meter_check", "山东", TODAY)
    assert contact is not None
    assert check is not None
    assert contact.needs_caveat
    assert not check.needs_caveat


def test_working_days_leave_out_the_weekend() -> None:
    check = book().find("meter_check", "山东", TODAY)
    assert check is not None
    friday = datetime(2026, 11, 20, 10, 0, tzinfo=CHINA)
    assert check.due_at(friday).date() == date(2026, 11, 27)
