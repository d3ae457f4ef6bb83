"""Profiles over HTTP: each method is one operation of the contract."""

from collections.abc import Sequence

from actions.backends.http_client import BackendClient
from actions.backends.values import Account, BusinessHall, Receipt


class HttpProfile:
    """ProfileBackend of a remote system."""

    def __init__(self, client: BackendClient) -> None:
        self._client = client

    async def find_account(self, account_no: str) -> Account | None:
        """Return the account, None if there is none."""
        result: Account | None = await self._client.call("profile.find_account", account_no=account_no)
        return result

    async def accounts_of_channel_user(self, channel_user: str) -> Sequence[Account]:
        """Return the accounts bound to a user of a channel, for instance wechat:OPENID."""
        result: Sequence[Account] = await self._client.call(
            "profile.accounts_of_channel_user", channel_user=channel_user
        )
        return result

    async def bind(self, channel_user: str, account_no: str, idempotency_key: str) -> Receipt:
        """Bind an account to a channel user."""
        result: Receipt = await self._client.call(
            "profile.bind", channel_user=channel_user, account_no=account_no, idempotency_key=idempotency_key
        )
        return result

    async def unbind(self, channel_user: str, account_no: str, idempotency_key: str) -> Receipt:
        """Take a binding away; NotFound if there is none."""
        result: Receipt = await self._client.call(
            "profile.unbind", channel_user=channel_user, account_no=account_no, idempotency_key=idempotency_key
        )
        return result

    async def update_contact(
        self, account_no: str, phone: str, person_name: str | None, idempotency_key: str
    ) -> Receipt:
        """Change the registered phone (and the contact's name), at once."""
        result: Receipt = await self._client.call(
            "profile.update_contact",
            account_no=account_no,
            phone=phone,
            person_name=person_name,
            idempotency_key=idempotency_key,
        )
        return result

    async def apply_tou(self, account_no: str, is_on: bool, idempotency_key: str) -> Receipt:
        """Choose or leave peak/valley pricing from next month on; BackendRejected where that cannot be."""
        result: Receipt = await self._client.call(
            "profile.apply_tou", account_no=account_no, is_on=is_on, idempotency_key=idempotency_key
        )
        return result

    async def request_transfer(self, account_no: str, new_name: str, new_phone: str, idempotency_key: str) -> Receipt:
        """Ask for a change of the account's owner; papers are checked by people."""
        result: Receipt = await self._client.call(
            "profile.request_transfer",
            account_no=account_no,
            new_name=new_name,
            new_phone=new_phone,
            idempotency_key=idempotency_key,
        )
        return result

    async def request_personal_data(self, account_no: str, kind: str, detail: str, idempotency_key: str) -> Receipt:
        """Ask for personal data: `kind` is query | correct | delete | withdraw."""
        result: Receipt = await self._client.call(
            "profile.request_personal_data",
            account_no=account_no,
            kind=kind,
            detail=detail,
            idempotency_key=idempotency_key,
        )
        return result

    async def consents(self, account_no: str) -> Sequence[str]:
        """Return the purposes that are consented to."""
        result: Sequence[str] = await self._client.call("profile.consents", account_no=account_no)
        return result

    async def set_consent(self, account_no: str, purpose: str, is_granted: bool, idempotency_key: str) -> Receipt:
        """Grant or withdraw consent to a purpose."""
        result: Receipt = await self._client.call(
            "profile.set_consent",
            account_no=account_no,
            purpose=purpose,
            is_granted=is_granted,
            idempotency_key=idempotency_key,
        )
        return result

    async def notices(self, account_no: str) -> Sequence[str]:
        """Return the notices subscribed to: 停电, 账单, 余额."""
        result: Sequence[str] = await self._client.call("profile.notices", account_no=account_no)
        return result

    async def set_notices(self, account_no: str, kinds: Sequence[str], is_on: bool, idempotency_key: str) -> Receipt:
        """Subscribe to notices, or cancel them."""
        result: Receipt = await self._client.call(
            "profile.set_notices", account_no=account_no, kinds=kinds, is_on=is_on, idempotency_key=idempotency_key
        )
        return result

    async def business_halls(self, region: str | None, city: str | None, near: str | None) -> Sequence[BusinessHall]:
        """Return halls, those in a district or road named by `near` first, narrowed by region and city where given."""
        result: Sequence[BusinessHall] = await self._client.call(
            "profile.business_halls", region=region, city=city, near=near
        )
        return result
