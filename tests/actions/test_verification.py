"""Verification by text message: who is let in, who is locked out, and what nobody can find out."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select

from actions.backends.assembly import build_sql_backends, create_tables
from actions.backends.written_tables import verifications
from actions.code_state import CodeState, CodeStatus
from actions.sms import DemoSms
from actions.verification import ACCOUNT_WRONG_CODES, Verification
from storage.engine import open_engine, reading
from storage.secret import Cipher
from tests.contracts.backend_world import HOME, NOBODY, NOW, write_world

pytestmark = pytest.mark.asyncio
PHONE = "15400000001"


@dataclass
class Desk:
    """Verification with a clock that the test moves."""

    verification: Verification
    sms: DemoSms
    time: list[datetime]

    async def code(self) -> str:
        found = re.search(r"验证码(\d{6})", (await self.sms.outbox(PHONE))[-1].text)
        assert found is not None
        return found.group(1)

    async def wrong_code(self) -> str:
        return f"{(int(await self.code()) + 1) % 10**6:06d}"

    def wait(self, minutes: float) -> None:
        self.time[0] += timedelta(minutes=minutes)


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    engine, time = open_engine(f"sqlite:///{tmp_path}/v.sqlite", cipher=Cipher(bytes(32))), [NOW]
    await create_tables(engine)
    await write_world(engine)
    sms = DemoSms(engine, lambda: time[0])
    profile = build_sql_backends(engine, lambda: time[0]).profile
    yield Desk(Verification(profile, sms, engine, lambda: time[0]), sms, time)
    await engine.dispose()


async def test_the_right_code_lets_in_once(desk: Desk) -> None:
    assert (await desk.verification.request_code(HOME, "c")).status is CodeStatus.SENT
    code = await desk.code()
    assert (await desk.verification.check_code(HOME, "c", code)).is_accepted
    assert (await desk.verification.check_code(HOME, "c", code)).status is CodeStatus.NOT_REQUESTED


async def test_a_code_of_another_conversation_or_account_does_not_let_in(desk: Desk) -> None:
    await desk.verification.request_code(HOME, "c")
    code = await desk.code()
    assert not (await desk.verification.check_code(HOME, "other", code)).is_accepted
    assert not (await desk.verification.check_code(NOBODY, "c", code)).is_accepted


async def test_an_unknown_account_looks_the_same_and_sends_nothing(desk: Desk) -> None:
    known = await desk.verification.request_code(HOME, "c")
    unknown = await desk.verification.request_code(NOBODY, "d")
    assert known == unknown
    assert len(await desk.sms.outbox()) == 1
    wrong = await desk.wrong_code()
    for _try in range(6):
        answers = [
            await desk.verification.check_code(HOME, "c", wrong),
            await desk.verification.check_code(NOBODY, "d", wrong),
        ]
        assert answers[0] == answers[1]


async def test_five_wrong_codes_lock_for_half_an_hour_even_against_the_right_one(desk: Desk) -> None:
    await desk.verification.request_code(HOME, "c")
    code, wrong = await desk.code(), await desk.wrong_code()
    results = [await desk.verification.check_code(HOME, "c", wrong) for _try in range(5)]
    assert [result.status for result in results] == [CodeStatus.WRONG] * 4 + [CodeStatus.LOCKED]
    assert [result.tries_left for result in results] == [4, 3, 2, 1, 0]
    assert results[-1].locked_until == NOW + timedelta(minutes=30)
    assert (await desk.verification.check_code(HOME, "c", code)).status is CodeStatus.LOCKED
    desk.wait(29)
    assert (await desk.verification.request_code(HOME, "c")).status is CodeStatus.LOCKED
    desk.wait(1)
    assert (await desk.verification.request_code(HOME, "c")).status is CodeStatus.SENT
    assert (await desk.verification.check_code(HOME, "c", await desk.code())).is_accepted


async def test_new_conversations_do_not_give_endless_tries(desk: Desk) -> None:
    for number in range(ACCOUNT_WRONG_CODES // 5):
        await desk.verification.request_code(HOME, f"c{number}")
        wrong = await desk.wrong_code()
        for _try in range(5):
            await desk.verification.check_code(HOME, f"c{number}", wrong)
    assert (await desk.verification.request_code(HOME, "another")).status is CodeStatus.LOCKED


async def test_a_code_expires_after_five_minutes(desk: Desk) -> None:
    await desk.verification.request_code(HOME, "c")
    desk.wait(5)
    assert (await desk.verification.check_code(HOME, "c", await desk.code())).status is CodeStatus.EXPIRED


async def test_three_resends_are_given_and_only_the_last_code_counts(desk: Desk) -> None:
    await desk.verification.request_code(HOME, "c")
    first = await desk.code()
    left = [(await desk.verification.request_code(HOME, "c")).resends_left for _resend in range(3)]
    assert left == [2, 1, 0]
    assert (await desk.verification.request_code(HOME, "c")).status is CodeStatus.LIMIT_REACHED
    assert len(await desk.sms.outbox(PHONE)) == 4
    if first != await desk.code():
        assert (await desk.verification.check_code(HOME, "c", first)).status is CodeStatus.WRONG
    assert (await desk.verification.check_code(HOME, "c", await desk.code())).is_accepted


async def test_codes_are_kept_as_hashes(desk: Desk, tmp_path: Path) -> None:
    await desk.verification.request_code(HOME, "c")
    engine = open_engine(f"sqlite:///{tmp_path}/v.sqlite", cipher=Cipher(bytes(32)))
    async with reading(engine) as connection:
        row = (await connection.execute(select(verifications))).one()
    await engine.dispose()
    assert (await desk.code()) not in str(row)
    assert HOME not in str(row)


async def test_a_message_is_kept_once_for_its_key_and_in_order(desk: Desk) -> None:
    for text, key in (("一", "k1"), ("二", "k2"), ("一", "k1")):
        await desk.sms.send(PHONE, text, key)
    assert [(message.text, message.sent_at) for message in await desk.sms.outbox(PHONE)] == [("一", NOW), ("二", NOW)]
    assert list(await desk.sms.outbox("15400000002")) == []


async def test_the_state_begins_anew_after_its_window() -> None:
    state = CodeState(NOW, sent_count=4, wrong_count=2)
    assert state.renewed(NOW + timedelta(minutes=29)) == state
    assert state.renewed(NOW + timedelta(minutes=30)) == CodeState(NOW + timedelta(minutes=30))
