"""Where a conversation is about: the account that may stand for an address, the region, and the promises made there."""

from datetime import date, datetime, timedelta

from rasa_sdk import Tracker

from actions.addresses import area_of, region_in
from actions.backends.values import Account
from actions.promises import Promise
from actions.services import Services

IDENTITY = 2.0
"""Verification level from which files may be quoted."""
HALF_YEAR = timedelta(days=183)


def may_quote_files(tracker: Tracker, account: Account | None) -> bool:
    """Whether what the files say about this account (its address, its money) may be said."""
    is_verified = float(tracker.get_slot("verified_level") or 0) >= IDENTITY
    return is_verified and account is not None and account.account_no == tracker.get_slot("verified_account")


async def stated_account(services: Services, tracker: Tracker) -> Account | None:
    """The account that was stated or verified in this conversation, None where there is no such account."""
    account_no = tracker.get_slot("account_no") or tracker.get_slot("verified_account")
    return None if account_no is None else await services.profile.find_account(str(account_no))


async def find_region(services: Services, tracker: Tracker, address: str | None, account: Account | None) -> str | None:
    """The region of the address, else of the account, else the one the customer named before."""
    if account is not None and address is None:
        return account.region
    if address is not None:
        halls = await services.profile.business_halls(None, None, None)
        if (region := region_in(address, halls)) is not None:
            return region
    return account.region if account is not None else tracker.get_slot("region")


def find_promise(services: Services, kind: str, region: str | None) -> Promise | None:
    """The promise of a kind that holds today in a region, whatever the area."""
    return services.promises.find(kind, region, services.clock().date())


def crew_promises(services: Services, region: str | None, address: str | None) -> tuple[Promise, ...]:
    """How soon a crew is to be there: for the address's area, or for town and country where that is open."""
    today = services.clock().date()
    area = None if address is None else area_of(address)
    if area is not None:
        promise = services.promises.find("crew_on_site", region, today, area)
        return () if promise is None else (promise,)
    return tuple(
        promise for promise in services.promises.areas("crew_on_site", region, today) if promise.area != "偏远"
    )


def coming_days(said: str, now: datetime) -> str:
    """Move a day or a range (with /) more than half a year back into the year after: 12月1号 said in November."""
    days = [date.fromisoformat(part) for part in said.split("/")]
    if days[-1] >= now.date() - HALF_YEAR:
        return said
    return "/".join((day + timedelta(days=365)).isoformat() for day in days)
