"""All actions of the reference bot, by name: a literal table of modules, whose ACTIONS can then be used in flows."""

from collections.abc import Callable

from rasa_sdk import Action

from actions import (
    account_requests,
    arrears_stop,
    bills,
    explain,
    halls,
    handling,
    hazards,
    identity,
    outage_news,
    outages,
    payments,
    tariff_questions,
    tickets,
    tou,
    usage,
)
from actions.services import Services

ActionType = Callable[[Services], Action]
_ACTIONS: tuple[ActionType, ...] = (
    *identity.ACTIONS,
    *bills.ACTIONS,
    *usage.ACTIONS,
    *explain.ACTIONS,
    *payments.ACTIONS,
    *arrears_stop.ACTIONS,
    *tariff_questions.ACTIONS,
    *tou.ACTIONS,
    *outages.ACTIONS,
    *outage_news.ACTIONS,
    *hazards.ACTIONS,
    *tickets.ACTIONS,
    *handling.ACTIONS,
    *account_requests.ACTIONS,
    *halls.ACTIONS,
)


def build_actions(services: Services) -> dict[str, Action]:
    """Build every action once; returns them by name."""
    built = [action(services) for action in _ACTIONS]
    return {str(action.name()): action for action in built}
