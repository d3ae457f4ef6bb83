"""pattern_verify's actions: levels 1 and 2, and what nobody can find out."""

import re

import pytest

from actions.identity import class_of
from tests.actions.service_desk import SENDER, ServiceDesk

pytestmark = pytest.mark.asyncio
NOBODY = "3702000000000"


async def household(desk: ServiceDesk) -> tuple[str, str]:
    """An account and its registered phone."""
    account = await desk.services.profile.find_account(desk.cases["debtor"][0])
    assert account is not None
    return account.account_no, account.phone


async def code_sent(desk: ServiceDesk, phone: str) -> str:
    found = re.search(r"验证码(\d{6})", (await desk.sms.outbox(phone))[-1].text)
    assert found is not None
    return found[1]


async def test_level_two_comes_with_the_code_that_was_sent(desk: ServiceDesk) -> None:
    account_no, phone = await household(desk)
    desk.slots = {"account_no": account_no, "required_level": 2.0}
    assert (await desk.act("action_check_account")).slots["verify_step"] == "code"
    assert (await desk.act("action_send_code")).slots["code_status"] == "sent"
    done = await desk.act("action_check_code", verification_code=await code_sent(desk, phone))
    assert done.slots["verified_account"] == account_no
    assert done.slots["verified_level"] == 2.0
    assert done.slots["region"] == "山东"
    assert done.slots["verification_code"] is None


async def test_a_wrong_code_is_told_and_may_be_repeated(desk: ServiceDesk) -> None:
    account_no, phone = await household(desk)
    desk.slots = {"account_no": account_no, "required_level": 2.0}
    await desk.act("action_send_code")
    code = await code_sent(desk, phone)
    wrong = await desk.act("action_check_code", verification_code=f"{(int(code) + 1) % 10**6:06d}")
    assert wrong.slots["code_status"] == "wrong"
    assert "verified_account" not in wrong.slots
    right = await desk.act("action_check_code", verification_code=code)
    assert right.slots["code_status"] == "accepted"


async def test_five_wrong_codes_lock_the_verification(desk: ServiceDesk) -> None:
    account_no, phone = await household(desk)
    desk.slots = {"account_no": account_no, "required_level": 2.0}
    await desk.act("action_send_code")
    wrong = f"{(int(await code_sent(desk, phone)) + 1) % 10**6:06d}"
    statuses = [(await desk.act("action_check_code", verification_code=wrong)).slots["code_status"] for _ in range(5)]
    assert statuses == ["wrong"] * 4 + ["locked"]
    assert (await desk.act("action_send_code")).slots["code_status"] == "locked"


async def test_an_unknown_account_is_treated_alike_on_the_way_to_level_two(desk: ServiceDesk) -> None:
    desk.slots = {"account_no": NOBODY, "required_level": 2.0}
    assert (await desk.act("action_check_account")).slots == {"verify_step": "code"}
    assert (await desk.act("action_send_code")).slots["code_status"] == "sent"
    assert await desk.sms.outbox() == []
    assert (await desk.act("action_check_code", verification_code="123456")).slots["code_status"] == "wrong"


async def test_an_existing_account_is_enough_for_level_one(desk: ServiceDesk) -> None:
    account_no, _ = await household(desk)
    done = await desk.act("action_check_account", account_no=account_no, required_level=1.0)
    assert done.slots["verified_account"] == account_no
    assert done.slots["verified_level"] == 1.0


async def test_three_useless_account_numbers_end_the_attempt(desk: ServiceDesk) -> None:
    first = await desk.act("action_check_account", account_no=NOBODY, required_level=1.0)
    assert first.slots == {"account_no": None, "account_misses": 1.0, "verify_step": "unknown"}
    second = await desk.act("action_check_account", account_no="12345", required_level=1.0, account_misses=1.0)
    assert second.slots["verify_step"] == "malformed"
    third = await desk.act("action_check_account", account_no=NOBODY, required_level=1.0, account_misses=2.0)
    assert third.slots["verify_step"] == "locked"


async def test_the_only_bound_account_needs_no_question(desk: ServiceDesk) -> None:
    account_no, _ = await household(desk)
    assert (await desk.act("action_begin_verification", required_level=1.0)).slots["account_no"] is None
    await desk.services.profile.bind(SENDER, account_no, "k1")
    assert (await desk.act("action_begin_verification", required_level=1.0)).slots["account_no"] == account_no
    await desk.services.profile.bind(SENDER, desk.cases["debtor"][1], "k2")
    assert (await desk.act("action_begin_verification", required_level=1.0)).slots["account_no"] is None


async def test_a_held_level_asks_nothing_again_but_another_account_does(desk: ServiceDesk) -> None:
    account_no, _ = await household(desk)
    desk.slots = {"verified_account": account_no, "verified_level": 2.0, "required_level": 2.0}
    assert (await desk.act("action_begin_verification")).slots["verify_step"] == "done"
    assert (await desk.act("action_begin_verification", account_no=NOBODY)).slots["verify_step"] == "ask"


async def test_a_failed_attempt_goes_back_to_the_verified_account(desk: ServiceDesk) -> None:
    done = await desk.act("action_end_verification", account_no=NOBODY, verified_account="3702000000001")
    assert done.slots["account_no"] == "3702000000001"


@pytest.mark.parametrize("name", ["utter_ask_account_no", "utter_account_unknown", "utter_ask_verification_code"])
async def test_no_question_of_the_verification_names_personal_data(desk: ServiceDesk, name: str) -> None:
    account_no, _ = await household(desk)
    account = await desk.services.profile.find_account(account_no)
    assert account is not None
    slots = {"account_no": account_no, "person_name": account.name, "phone": account.phone, "address": account.address}
    for channel in ("app", "phone"):
        words = desk.renderer.render(name, channel=channel, slots=slots, values={}, turn=0).text
        assert not any(secret in words for secret in (account.name, account.phone[-4:], account.address))


@pytest.mark.parametrize(
    ("category", "wanted"),
    [
        ("居民阶梯", "居民"),
        ("居民峰谷", "居民"),
        ("居民合表", "居民"),
        ("居民充电桩", "居民"),
        ("农业", "农业"),
        ("工商业单一制", "工商业"),
        ("工商业两部制", "工商业"),
        ("其他", None),
    ],
)
async def test_the_category_of_an_account_tells_the_customers_class(category: str, wanted: str | None) -> None:
    assert class_of(category) == wanted


async def test_a_verified_account_brings_its_class_and_a_stated_one_does_not(desk: ServiceDesk) -> None:
    account_no, _ = await household(desk)
    done = await desk.act("action_check_account", account_no=account_no, required_level=1.0)
    assert done.slots["customer_class"] == "居民"
    stated = await desk.act("action_check_account", account_no=account_no, required_level=2.0)
    assert "customer_class" not in stated.slots


async def test_another_account_than_the_proved_one_clears_the_class(desk: ServiceDesk) -> None:
    desk.slots = {"verified_account": "3702000000009", "verified_level": 2.0, "required_level": 2.0}
    for account_no in ((await household(desk))[0], NOBODY):
        done = await desk.act("action_check_account", account_no=account_no)
        assert done.slots["customer_class"] is None
