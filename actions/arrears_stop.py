"""Power that was stopped for arrears: are they paid, and switching on again within the limit of the rules."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.backends.values import TicketFields
from actions.errors import NotFound
from actions.reading import Events, key_of, verified_account
from actions.services import Services

POWER_KIND = "业务申请"


class ActionCheckStop(Action):
    """See whether the power was stopped for arrears, and whether they are paid."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_check_stop"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `power_state`: not_stopped | unpaid | paid."""
        balance = await self._services.billing.balance(verified_account(tracker))
        if balance is None or not balance.stopped_for_arrears:
            return [SlotSet("power_state", "not_stopped")]
        if balance.overdue > 0 or (balance.prepaid and balance.balance < 0):
            return [SlotSet("power_state", "unpaid"), SlotSet("amount_due", str(balance.arrears))]
        return [SlotSet("power_state", "paid")]


class ActionRestorePower(Action):
    """Have the power switched on again: a ticket with the time limit of the rules."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_restore_power"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Open the ticket once and say its number."""
        account_no, at = verified_account(tracker), self._services.clock()
        account = await self._services.profile.find_account(account_no)
        if account is None:
            raise NotFound("the verified account is not there", reason="no_account")
        promise = self._services.promises.find("restore_power", account.region, at.date())
        fields = TicketFields(
            summary="欠费已交清，申请恢复供电",
            region=account.region,
            account_no=account_no,
            address=account.address,
            due_at=None if promise is None else promise.due_at(at),
            is_urgent=True,
            details=(("request", "restore_power"),),
        )
        ticket = await self._services.tickets.create(POWER_KIND, fields, key_of(tracker))
        response = "utter_restore_accepted" if promise is None else "utter_restore_accepted_within"
        within = None if promise is None else promise.words
        dispatcher.utter_message(response=response, ticket_no=ticket.ticket_no, within=within)
        return [SlotSet("ticket_no", ticket.ticket_no)]


ACTIONS = (ActionCheckStop, ActionRestorePower)
