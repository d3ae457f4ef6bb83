"""Verification by text message: a code goes to the registered phone, and repeating it proves who is speaking.

Nothing tells whether an account exists: an unknown number is treated alike in every answer, and only nothing is sent.
Codes are kept as keyed hashes; states live in the database, so that every worker agrees.
"""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from actions.backends.boundary import change
from actions.backends.inserting import insert_new
from actions.backends.protocols import SmsSender
from actions.backends.values import Account
from actions.backends.written_tables import verifications
from actions.code_state import LOCK_TIME, RESENDS, WRONG_CODES, CodeState, CodeStatus
from storage.clock import CHINA, Clock
from storage.types import cipher_of

ACCOUNT_WRONG_CODES = 15
"""Wrong codes of one account in all conversations within LOCK_TIME until nobody can verify for it."""
SMS_TEXT = "【供电服务】验证码{code}，用于核实您的用电账户，5分钟内有效。请勿告诉他人。"


@dataclass(frozen=True, slots=True)
class CodeResult:
    """The answer to a request for a code, or to a code; the same for accounts that exist and that do not."""

    status: CodeStatus
    tries_left: int
    """Wrong codes that may still be given before the lock."""
    resends_left: int
    locked_until: datetime | None

    @property
    def is_accepted(self) -> bool:
        """Whether the customer is verified now."""
        return self.status is CodeStatus.ACCEPTED


class FindsAccount(Protocol):
    """The part of the profile back end that verification needs."""

    async def find_account(self, account_no: str) -> Account | None:
        """Return the account, None if there is none."""


class Verification:
    """Sends codes and checks them."""

    def __init__(self, profile: FindsAccount, sms: SmsSender, engine: AsyncEngine, clock: Clock) -> None:
        self._profile = profile
        self._sms = sms
        self._engine = engine
        self._clock = clock

    async def request_code(self, account_no: str, conversation_id: str) -> CodeResult:
        """Send a six-digit code to the registered phone: SENT, LIMIT_REACHED or LOCKED.

        Raises SmsNotSent, BackendError.
        """
        at = self._clock()
        account = await self._profile.find_account(account_no)
        code = f"{secrets.randbelow(10**6):06d}"
        async with change(self._engine) as connection:
            state = await _load(connection, account_no, conversation_id, at)
            state, status = state.with_code(self._hash(account_no, conversation_id, code), at)
            await _save(connection, account_no, conversation_id, state)
        if status is CodeStatus.SENT and account is not None:
            key = f"code {account_no} {conversation_id} {state.window_started_at.isoformat()} {state.sent_count}"
            await self._sms.send(account.phone, SMS_TEXT.format(code=code), key)
        return _result(state, status)

    async def awaits_code(self, account_no: str, conversation_id: str) -> bool:
        """Say whether this conversation was sent a code that still holds. Raises BackendError."""
        at = self._clock()
        async with change(self._engine) as connection:
            return (await _load(connection, account_no, conversation_id, at)).awaits(at)

    async def check_code(self, account_no: str, conversation_id: str, code: str) -> CodeResult:
        """Check a code: ACCEPTED (once), WRONG, EXPIRED, NOT_REQUESTED or LOCKED. Raises BackendError."""
        at = self._clock()
        async with change(self._engine) as connection:
            state = await _load(connection, account_no, conversation_id, at)
            state, status = state.with_try(self._hash(account_no, conversation_id, code.strip()), at)
            await _save(connection, account_no, conversation_id, state)
        return _result(state, status)

    def _hash(self, account_no: str, conversation_id: str, code: str) -> str:
        return cipher_of(self._engine.dialect).lookup(f"code\n{account_no}\n{conversation_id}\n{code}")


async def _load(connection: AsyncConnection, account_no: str, conversation_id: str, at: datetime) -> CodeState:
    row = {"account": account_no, "conversation": conversation_id, **asdict(CodeState(at))}
    await insert_new(connection, verifications, row)
    columns = [verifications.c[name] for name in CodeState.__slots__]
    query = select(*columns).where(_mine(account_no, conversation_id)).with_for_update()
    state = CodeState(*(await connection.execute(query)).one()).renewed(at)
    recent = and_(verifications.c.account == account_no, verifications.c.window_started_at > at - LOCK_TIME)
    wrong = (await connection.execute(select(func.sum(verifications.c.wrong_count)).where(recent))).scalar() or 0
    if wrong >= ACCOUNT_WRONG_CODES and not state.is_locked(at):
        return CodeState(at, locked_until=at + LOCK_TIME)
    return state


async def _save(connection: AsyncConnection, account_no: str, conversation_id: str, state: CodeState) -> None:
    await connection.execute(update(verifications).where(_mine(account_no, conversation_id)).values(asdict(state)))


def _mine(account_no: str, conversation_id: str) -> ColumnElement[bool]:
    return and_(verifications.c.account == account_no, verifications.c.conversation == conversation_id)


def _result(state: CodeState, status: CodeStatus) -> CodeResult:
    locked_until = None if state.locked_until is None else state.locked_until.astimezone(CHINA)
    return CodeResult(
        status, max(0, WRONG_CODES - state.wrong_count), max(0, RESENDS + 1 - state.sent_count), locked_until
    )
