"""Log-in, lock-out, passwords, authenticator, and how sessions end."""

from __future__ import annotations

import time

import pytest

from console.errors import StaffUnusable
from console.guard import COOKIE
from console.passwords import PasswordCheck, check_password_rule, hash_password, random_password
from console.staff import NewStaff
from console.totp import STEP_SECONDS, code_at, matching_step
from tests.console.conftest import PASSWORD, Office


async def test_a_session_is_a_cookie_that_scripts_and_other_sites_do_not_get(small_office: Office) -> None:
    browser = await small_office.browser()
    response = await browser.client.post("/console/api/login", json={"name": "anna", "password": PASSWORD})
    header = response.headers["Set-Cookie"]
    assert header.startswith(f"{COOKIE}=")
    for part in ("HttpOnly", "SameSite=Strict", "Path=/console"):
        assert part in header
    assert "Secure" not in header
    behind_tls = await browser.client.post(
        "/console/api/login", json={"name": "anna", "password": PASSWORD}, headers={"X-Forwarded-Proto": "https"}
    )
    assert "Secure" in behind_tls.headers["Set-Cookie"]
    assert response.headers["Cache-Control"] == "no-store"
    answer = await response.json()
    assert answer["staff"]["name"] == "anna"
    assert {"canned.use", "desk.work"} <= set(answer["permissions"])
    assert PASSWORD not in str(answer)


async def test_five_wrong_passwords_close_the_account_for_a_while_and_the_right_one_does_not_open_it(
    office: Office,
) -> None:
    browser = await office.browser()
    for _ in range(5):
        assert (await browser.log_in("anna", "wrong-password-1"))[0] == 401
    status, answer = await browser.log_in("anna")
    assert (status, answer["error"]["code"]) == (423, "locked")
    assert 0 < answer["error"]["wait_seconds"] <= 901
    assert (await browser.log_in("bert"))[0] == 200
    office.machine.now += 901
    assert (await browser.log_in("anna"))[0] == 200


async def test_a_name_that_there_is_not_is_refused_and_locked_like_any_other(small_office: Office) -> None:
    browser = await small_office.browser()
    known = await browser.log_in("anna", "wrong-password-1")
    unknown = await browser.log_in("nobody", "wrong-password-1")
    assert known == unknown
    for _ in range(4):
        await browser.log_in("nobody", "wrong-password-1")
    assert (await browser.log_in("nobody", "wrong-password-1"))[0] == 423


async def test_an_administrator_unlocks(small_office: Office) -> None:
    browser, adam = await small_office.browser(), await small_office.browser("adam")
    for _ in range(5):
        await browser.log_in("anna", "wrong-password-1")
    listed = (await adam.get("/staff?query=anna"))[1]["items"][0]
    assert listed["is_locked"]
    assert (await adam.post(f"/staff/{listed['id']}/unlock"))[0] == 200
    assert (await browser.log_in("anna"))[0] == 200


async def test_a_session_ends_when_nobody_uses_it_and_at_the_latest_after_twelve_hours(small_office: Office) -> None:
    idle, busy = await small_office.browser("anna"), await small_office.browser("bert")
    for _ in range(24):
        small_office.machine.now += 29 * 60
        assert (await busy.get("/session"))[0] == 200
    assert (await idle.get("/session"))[0] == 401
    small_office.machine.now += 29 * 60
    assert (await busy.get("/session"))[0] == 401


async def test_logging_out_ends_the_session_for_good(small_office: Office) -> None:
    browser = await small_office.browser("anna")
    cookie = browser.client.session.cookie_jar.filter_cookies(browser.client.make_url("/console/"))[COOKIE].value
    assert (await browser.post("/logout"))[0] == 200
    stolen = await small_office.browser()
    assert (await stolen.call("GET", "/session", headers={"Cookie": f"{COOKIE}={cookie}"}))[0] == 401


async def test_a_changed_password_ends_all_other_sessions(small_office: Office) -> None:
    here, there = await small_office.browser("anna"), await small_office.browser("anna")
    new = "another-horse-8"
    status, answer = await here.post("/password", {"old": "wrong-password-1", "new": new})
    assert (status, answer["error"]["code"]) == (400, "bad_password")
    for weak in ("short-1", "onlyletters", "anna-is-my-name-1", PASSWORD):
        status, answer = await here.post("/password", {"old": PASSWORD, "new": weak})
        assert (status, answer["error"]["code"]) == (400, "weak_password"), weak
    assert (await here.post("/password", {"old": PASSWORD, "new": new}))[0] == 200
    assert (await here.get("/session"))[0] == 200
    assert (await there.get("/session"))[0] == 401
    assert (await there.log_in("anna"))[0] == 401
    assert (await there.log_in("anna", new))[0] == 200


async def test_a_password_that_others_know_must_be_changed_before_anything_else(small_office: Office) -> None:
    adam = await small_office.browser("adam")
    new = {"name": "dora", "role": "agent", "display_name": "朵拉", "skills": ["billing"], "capacity": 3}
    status, made = await adam.post("/staff", new)
    assert status == 200
    assert made["staff"]["must_change_password"]
    dora = await small_office.browser()
    assert (await dora.log_in("dora", made["password"]))[0] == 200
    assert (await dora.get("/desk/me"))[1]["error"]["code"] == "password_change_needed"
    assert (await dora.post("/password", {"old": made["password"], "new": "my-own-words-3"}))[0] == 200
    assert (await dora.get("/desk/me"))[1]["capacity"] == 3


async def test_a_new_role_or_scope_and_being_switched_off_end_the_sessions(small_office: Office) -> None:
    adam = await small_office.browser("adam")
    anna = (await adam.get("/staff?query=anna"))[1]["items"][0]
    for change in ({"role": "supervisor"}, {"scope": "山东/青岛市"}, {"is_active": False}):
        browser = await small_office.browser("anna")
        assert (await adam.call("PATCH", f"/staff/{anna['id']}", change))[0] == 200
        assert (await browser.get("/session"))[0] == 401
    assert (await (await small_office.browser()).log_in("anna"))[0] == 401


async def test_somebody_must_stay_who_manages_accounts(small_office: Office) -> None:
    adam = await small_office.browser("adam")
    own = adam.session["staff"]["id"]
    for change in ({"role": "agent"}, {"is_active": False}, {"scope": "山东"}):
        status, answer = await adam.call("PATCH", f"/staff/{own}", change)
        assert (status, answer["error"]["code"]) == (409, "last_admin")
    assert (await adam.get("/staff"))[0] == 200


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": "anna", "role": "agent"}, "name_taken"),
        ({"name": "x y", "role": "agent"}, "bad_name"),
        ({"name": "newone", "role": "king"}, "unknown_role"),
        ({"name": "newone", "role": "agent", "scope": "火星"}, "unknown_scope"),
        ({"name": "newone", "role": "agent", "skills": ["magic"]}, "unknown_skill"),
        ({"name": "newone", "role": "agent", "password": "1234567890"}, "weak_password"),
        ({"name": "newone", "role": "agent", "is_admin": True}, "invalid_body"),
    ],
)
async def test_an_account_that_cannot_be_is_refused(small_office: Office, body: dict[str, object], code: str) -> None:
    status, answer = await (await small_office.browser("adam")).post("/staff", body)
    assert (status in (400, 409), answer["error"]["code"]) == (True, code)


async def test_with_an_authenticator_a_password_alone_is_not_enough_and_a_code_counts_once(office: Office) -> None:
    browser = await office.browser("anna")
    secret = (await browser.post("/totp/begin"))[1]["secret"]
    assert (await browser.post("/totp/confirm", {"code": "000000"}))[1]["error"]["code"] == "bad_code"
    step = int(time.time()) // STEP_SECONDS
    assert (await browser.post("/totp/confirm", {"code": code_at(secret, step)}))[0] == 200
    other = await office.browser()
    assert (await other.log_in("anna"))[1]["error"]["code"] == "code_needed"
    assert (await other.log_in("anna", code=code_at(secret, step)))[1]["error"]["code"] == "bad_login"
    assert (await other.log_in("anna", code=code_at(secret, step + 1)))[0] == 200
    assert (await other.post("/totp/remove", {"password": PASSWORD}))[0] == 200
    assert (await (await office.browser()).log_in("anna"))[0] == 200


def test_codes_are_those_of_the_standard() -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238, appendix B: "12345678901234567890"
    assert code_at(secret, 59 // 30) == "287082"
    assert code_at(secret, 1111111109 // 30) == "081804"
    assert matching_step(secret, "287082", None, lambda: 59.0 + 30) == 1
    assert matching_step(secret, "287082", 1, lambda: 59.0) is None
    assert matching_step(secret, "287082", None, lambda: 59.0 + 90) is None


async def test_the_demos_accounts_are_for_this_machine_alone(small_office: Office) -> None:
    logins = small_office.console.logins
    new = NewStaff("demo-x", "演示", "agent", must_change_password=False, is_demo=True)
    await small_office.console.book.add(new, PASSWORD)
    with pytest.raises(Exception, match="wrong"):
        await logins.open("demo-x", PASSWORD, None, "10.0.0.7", is_loopback=False)
    login = await logins.open("demo-x", PASSWORD, None, "127.0.0.1", is_loopback=True)
    assert login.staff.name == "demo-x"


async def test_hashes_are_argon2id_and_made_passwords_keep_the_rule() -> None:
    stored = hash_password(PASSWORD)
    assert stored.startswith("$argon2id$")
    check = PasswordCheck()
    assert await check.is_right(stored, PASSWORD)
    assert not await check.is_right(stored, PASSWORD + "x")
    assert not await check.is_right(None, PASSWORD)
    for _ in range(20):
        check_password_rule(random_password(), "anna")
    with pytest.raises(StaffUnusable):
        check_password_rule("a" * 129 + "1", "anna")
