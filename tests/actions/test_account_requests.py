"""Changes to one's own account, each made once."""

import pytest

from tests.actions.service_desk import NOW, SENDER, ServiceDesk


@pytest.fixture
def account_no(desk: ServiceDesk) -> str:
    number = desk.cases["tou"][0]
    desk.slots = {"verified_account": number, "account_no": number, "verified_level": 2.0, "region": "江苏"}
    return number


@pytest.mark.parametrize(
    ("said", "slot", "value"),
    [
        ("帮我绑定户号", "bind_action", "绑定"),
        ("我把房子卖了，把这个号解绑", "bind_action", "解绑"),
        ("停电前给我发个短信提醒", "notice_action", "订阅"),
        ("麻烦开一下账单提醒", "notice_action", "订阅"),
        ("别再给我发账单短信了", "notice_action", "退订"),
        ("把我的个人信息删掉", "data_request", "删除"),
        ("我要撤回授权", "data_request", "撤回同意"),
        ("我的身份证号登记错了，改一下", "data_request", "更正"),
        ("你们存了我哪些信息，给我看看", "data_request", "查询"),
    ],
)
async def test_the_words_tell_which_way_a_change_goes(desk: ServiceDesk, said: str, slot: str, value: str) -> None:
    assert (await desk.act("action_read_account_wish", said)).slots[slot] == value


async def test_binding_and_unbinding_an_account(desk: ServiceDesk, account_no: str) -> None:
    assert not (await desk.act("action_check_binding")).slots["is_bound"]
    await desk.act("action_change_binding", bind_action="绑定")
    assert (await desk.act("action_check_binding")).slots["is_bound"]
    bound = await desk.services.profile.accounts_of_channel_user(SENDER)
    assert [account.account_no for account in bound] == [account_no]
    await desk.act("action_change_binding", bind_action="解绑")
    assert not (await desk.act("action_check_binding")).slots["is_bound"]


async def test_taking_away_what_is_not_bound_is_no_failure(desk: ServiceDesk, account_no: str) -> None:
    assert (await desk.act("action_change_binding", bind_action="解绑")).slots == {"is_bound": False}


async def test_the_new_phone_is_registered(desk: ServiceDesk, account_no: str) -> None:
    await desk.act("action_update_contact", phone="13900001111")
    account = await desk.services.profile.find_account(account_no)
    assert account is not None
    assert account.phone == "13900001111"


async def test_notices_are_switched_one_by_one(desk: ServiceDesk, account_no: str) -> None:
    await desk.act("action_set_notices", notice_kind=["停电", "账单", "余额"], notice_action="订阅")
    left = await desk.act("action_set_notices", notice_kind=["账单"], notice_action="退订")
    assert left.slots["notices_now"] == ["停电", "余额"]


async def test_a_transfer_leaves_a_request_and_a_ticket_once(desk: ServiceDesk, account_no: str) -> None:
    wish = {"person_name": "王小明", "phone": "13812345678", "key": "turn"}
    first = await desk.act("action_request_transfer", **wish)
    again = await desk.act("action_request_transfer", **wish)
    assert first.slots == again.slots
    ticket = await desk.services.tickets.find(first.slots["new_ticket_no"])
    assert ticket is not None
    assert (ticket.account_no, ticket.person_name) == (account_no, "王小明")


async def test_a_request_about_personal_data_is_due_in_fifteen_working_days(desk: ServiceDesk, account_no: str) -> None:
    done = await desk.act("action_request_personal_data", "把我的信息删掉", data_request="删除")
    ticket = await desk.services.tickets.find(done.slots["new_ticket_no"])
    assert done.slots["data_days"] == 15
    assert ticket is not None
    assert ticket.due_at is not None
    assert (ticket.due_at.date() - NOW.date()).days == 20
