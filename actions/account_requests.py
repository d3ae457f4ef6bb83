"""Changes that a customer makes to his own account: binding, contact, notices, a new owner, his personal data.

Every change is made once for its idempotency key; nothing here reads out a name, a phone number or an address.
"""

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.backends.values import TicketFields
from actions.errors import NotFound
from actions.matters import MATTERS
from actions.promises import add_working_days
from actions.reading import Events, key_of, request_words, verified_account
from actions.services import Services

DATA_REQUEST_DAYS = 15
"""Working days for requests about personal data: App 违法违规收集使用个人信息行为认定方法, 国信办秘字〔2019〕191号."""
DATA_REQUESTS = {"查询": "query", "更正": "correct", "删除": "delete", "撤回同意": "withdraw"}
CONSULTING = "查询咨询"
UNBINDING = re.compile(r"解绑|解除|解了|去掉|取消|删除?|移除|脱开|不想看|解榜")
LEAVING = re.compile(r"退(?:订|了|掉|一下)|取消|关(?:掉|了|闭|上|提醒)|不要|别再?给?我?发|不想收|停掉|(?<!麻)烦")
DATA_WORDS = (
    ("撤回同意", re.compile(r"撤回|撤销|收回|不同意|取消.{0,8}授权|别[用拿把]|停止共享|关掉")),
    ("删除", re.compile(r"删|清除|清空|注销|销毁|清了|别留|抹掉")),
    ("更正", re.compile(r"更正|改|错|更新|不对")),
    ("查询", re.compile(r"查|看|导出|副本|复制|哪些|什么信息|转移|记录")),
)


class ActionReadAccountWish(Action):
    """Read from the request's words which way a change goes: bind or unbind, subscribe or leave, which data request."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_read_account_wish"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `bind_action`, `notice_action`, and `data_request` where the words tell it."""
        said = request_words(tracker)
        wish = next((value for value, pattern in DATA_WORDS if pattern.search(said)), None)
        return [
            SlotSet("bind_action", "解绑" if UNBINDING.search(said) else "绑定"),
            SlotSet("notice_action", "退订" if LEAVING.search(said) else "订阅"),
            *([SlotSet("data_request", wish)] if wish and not tracker.get_slot("data_request") else []),
        ]


class ActionCheckBinding(Action):
    """Look whether the account is bound to this channel user already."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_check_binding"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `is_bound`."""
        bound = await self._services.profile.accounts_of_channel_user(tracker.sender_id)
        account_no = verified_account(tracker)
        return [SlotSet("is_bound", any(account.account_no == account_no for account in bound))]


class ActionChangeBinding(Action):
    """Bind the account to this channel user, or take the binding away."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_change_binding"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Make the change and set `is_bound`; what is not bound counts as taken away."""
        account_no, user, key = verified_account(tracker), tracker.sender_id, key_of(tracker)
        if tracker.get_slot("bind_action") != "解绑":
            await self._services.profile.bind(user, account_no, key)
            return [SlotSet("is_bound", True)]
        try:
            await self._services.profile.unbind(user, account_no, key)
        except NotFound:
            pass  # somebody else took it away in the meantime: that is what was wanted
        return [SlotSet("is_bound", False)]


class ActionUpdateContact(Action):
    """Change the registered phone."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_update_contact"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Make the change."""
        name = tracker.get_slot("person_name")
        phone = str(tracker.get_slot("phone"))
        await self._services.profile.update_contact(verified_account(tracker), phone, name, key_of(tracker))
        return []


class ActionSetNotices(Action):
    """Subscribe to notices or leave them."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_set_notices"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Make the change and set `notices_now`, what is subscribed to afterwards (None: nothing)."""
        account_no = verified_account(tracker)
        kinds = tuple(tracker.get_slot("notice_kind") or ())
        is_on = tracker.get_slot("notice_action") != "退订"
        await self._services.profile.set_notices(account_no, kinds, is_on, key_of(tracker))
        return [SlotSet("notices_now", list(await self._services.profile.notices(account_no)) or None)]


class ActionRequestTransfer(Action):
    """Ask for the new owner (过户), and open the ticket with which people check the papers."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_request_transfer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `new_ticket_no`."""
        account_no, key = verified_account(tracker), key_of(tracker)
        name, phone = str(tracker.get_slot("person_name")), str(tracker.get_slot("phone"))
        receipt = await self._services.profile.request_transfer(account_no, name, phone, f"{key}-request")
        matter = MATTERS["过户"]
        fields = TicketFields(
            summary=matter.title,
            region=tracker.get_slot("region"),
            account_no=account_no,
            phone=phone,
            person_name=name,
            details=(("request_no", receipt.request_no),),
        )
        ticket = await self._services.tickets.create(matter.ticket_kind, fields, f"{key}-ticket")
        return [SlotSet("new_ticket_no", ticket.ticket_no), SlotSet("last_ticket_no", ticket.ticket_no)]


class ActionRequestPersonalData(Action):
    """Hand in a request about personal data, with a ticket that is due in fifteen working days."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_request_personal_data"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `new_ticket_no` and `data_days`."""
        account_no, key = verified_account(tracker), key_of(tracker)
        wish = str(tracker.get_slot("data_request"))
        detail = str(tracker.get_slot("data_detail") or tracker.latest_message.get("last_request_text") or "")
        receipt = await self._services.profile.request_personal_data(
            account_no, DATA_REQUESTS[wish], detail, f"{key}-request"
        )
        fields = TicketFields(
            summary=f"个人信息{wish}申请",
            region=tracker.get_slot("region"),
            account_no=account_no,
            due_at=add_working_days(self._services.clock(), DATA_REQUEST_DAYS),
            details=(("request_no", receipt.request_no), ("detail", detail)),
        )
        ticket = await self._services.tickets.create(CONSULTING, fields, f"{key}-ticket")
        return [
            SlotSet("new_ticket_no", ticket.ticket_no),
            SlotSet("last_ticket_no", ticket.ticket_no),
            SlotSet("data_days", float(DATA_REQUEST_DAYS)),
        ]


ACTIONS = (
    ActionReadAccountWish,
    ActionCheckBinding,
    ActionChangeBinding,
    ActionUpdateContact,
    ActionSetNotices,
    ActionRequestTransfer,
    ActionRequestPersonalData,
)
