"""Changes that customers ask for, each accepted once for its idempotency key."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from actions.backends.inserting import insert_new, next_number
from actions.backends.rows import receipt_of
from actions.backends.values import Receipt
from actions.backends.written_tables import requests
from actions.errors import KeyReused


@dataclass(frozen=True, slots=True)
class Change:
    """A change as it was asked for."""

    kind: str
    account_no: str | None
    idempotency_key: str
    payload: dict[str, object] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """The same for the same request, whatever its key."""
        return json.dumps([self.kind, self.account_no, self.payload], ensure_ascii=False, sort_keys=True)


async def find_receipt(connection: AsyncConnection, change: Change) -> Receipt | None:
    """Return the receipt given earlier for this key; raises KeyReused if the key was used for something else."""
    same_key = requests.c.idempotency_key == change.idempotency_key
    row = (await connection.execute(select(requests).where(same_key))).one_or_none()
    if row is None:
        return None
    same_request = select(requests.c.request_no).where(same_key, requests.c.fingerprint == change.fingerprint)
    if (await connection.execute(same_request)).one_or_none() is None:
        raise KeyReused("this idempotency key was used for another request", reason="key_reused")
    return receipt_of(row)


async def accept(
    connection: AsyncConnection, change: Change, *, at: datetime, status: str, effective_from: date | None
) -> tuple[Receipt, bool]:
    """Note the change; returns its receipt and whether it is new, so that its effect is made once."""
    number = await next_number(connection, f"request {at:%y%m%d}")
    row = {
        "request_no": f"R{at:%y%m%d}{number:05d}",
        "idempotency_key": change.idempotency_key,
        "fingerprint": change.fingerprint,
        "kind": change.kind,
        "account_no": change.account_no,
        "status": status,
        "accepted_at": at,
        "effective_from": effective_from,
        "payload": json.dumps(change.payload, ensure_ascii=False),
    }
    is_new = await insert_new(connection, requests, row)
    receipt = await find_receipt(connection, change)
    if receipt is None:
        raise KeyReused("the request number was given out twice", reason="key_reused")
    return receipt, is_new
