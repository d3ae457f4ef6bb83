"""Finding a service hall (营业厅) by city, district or road."""

from collections.abc import Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.addresses import region_in
from actions.backends.values import BusinessHall
from actions.reading import Events, is_phone
from actions.services import Services
from actions.shown import show_halls
from actions.wording import as_lines

HALLS_SHOWN = 3
HALLS_SPOKEN = 1


class ActionFindHalls(Action):
    """Say the halls nearest to what the customer named."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_find_halls"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `halls_found` to their number; 0 where we serve nobody."""
        address, region = tracker.get_slot("address"), tracker.get_slot("region")
        everywhere = await self._services.profile.business_halls(None, None, None)
        named = region_in(str(address), everywhere) if address else None
        if named is None and region is None:
            return [SlotSet("halls_found", 0.0)]
        halls = await self._services.profile.business_halls(named or region, None, address)
        shown = near_first(halls, str(address or ""))[: HALLS_SPOKEN if is_phone(tracker) else HALLS_SHOWN]
        for hall in shown[:HALLS_SPOKEN]:
            dispatcher.utter_message(
                response="utter_halls",
                json_message=show_halls(shown),
                halls=as_lines(describe(other) for other in shown),
                hall=hall.name,
                place=hall.address,
                hours=hall.hours,
                phone_no=hall.phone,
            )
        return [SlotSet("halls_found", float(len(shown))), SlotSet("region", named or region)]


def near_first(halls: Sequence[BusinessHall], address: str) -> list[BusinessHall]:
    """Only those of the district that was named, if one was and has any; else all, in the given order."""
    same = [hall for hall in halls if hall.district in address or hall.district[:-1] in address]
    return same or list(halls)


def describe(hall: BusinessHall) -> str:
    """Name, address, hours and phone in one line."""
    return f"{hall.name}：{hall.address}，{hall.hours}，电话{hall.phone}"


ACTIONS = (ActionFindHalls,)
