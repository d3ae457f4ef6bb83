"""The engine: what readers and writers may rely on."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select, text
from sqlalchemy.exc import StatementError
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.engine import open_engine, reading, writing
from storage.errors import SecretUnusable, UnstorableValue, UnsupportedDatabase
from storage.secret import Cipher
from storage.types import EncryptedText, LookupHash, Money, UtcDateTime

pytestmark = pytest.mark.asyncio

metadata = MetaData()
notes = Table(
    "notes",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("phone", EncryptedText),
    Column("phone_lookup", LookupHash),
    Column("amount", Money),
    Column("at", UtcDateTime),
)
KEY = bytes(range(32))


async def open_notes(tmp_path: Path, key: bytes = KEY) -> AsyncEngine:
    engine = open_engine(f"sqlite:///{tmp_path}/notes.sqlite", cipher=Cipher(key))
    async with writing(engine) as connection:
        await connection.run_sync(metadata.create_all)
    return engine


async def test_a_row_comes_back_as_it_was_written(tmp_path: Path) -> None:
    engine = await open_notes(tmp_path)
    at = datetime(2026, 11, 21, 9, tzinfo=timezone(timedelta(hours=8)))
    async with writing(engine) as connection:
        row = {
            "number": 1,
            "phone": "15412345678",
            "phone_lookup": "15412345678",
            "amount": Decimal("-12.30"),
            "at": at,
        }
        await connection.execute(insert(notes), row)
    async with reading(engine) as connection:
        found = (await connection.execute(select(notes).where(notes.c.phone_lookup == "15412345678"))).one()
    assert (found.phone, found.amount, found.at) == ("15412345678", Decimal("-12.30"), at)
    assert found.at.tzinfo is UTC
    await engine.dispose()


async def test_personal_text_is_not_readable_in_the_file(tmp_path: Path) -> None:
    engine = await open_notes(tmp_path)
    async with writing(engine) as connection:
        await connection.execute(insert(notes), {"number": 1, "phone": "15412345678", "phone_lookup": "15412345678"})
    await engine.dispose()
    assert b"15412345678" not in (tmp_path / "notes.sqlite").read_bytes()


async def test_another_key_cannot_open_a_value(tmp_path: Path) -> None:
    engine = await open_notes(tmp_path)
    async with writing(engine) as connection:
        await connection.execute(insert(notes), {"number": 1, "phone": "15412345678"})
    await engine.dispose()
    stranger = await open_notes(tmp_path, key=bytes(32))
    async with reading(stranger) as connection:
        found = await connection.execute(select(notes.c.phone))
        with pytest.raises(SecretUnusable):
            found.one()
    await stranger.dispose()


@pytest.mark.parametrize("row", [{"amount": Decimal("1.005")}, {"at": datetime.fromisoformat("2026-01-01")}])
async def test_a_value_that_cannot_be_kept_exactly_is_refused(tmp_path: Path, row: dict[str, object]) -> None:
    engine = await open_notes(tmp_path)
    async with writing(engine) as connection:
        with pytest.raises(StatementError) as caught:
            await connection.execute(insert(notes), {"number": 1, **row})
    assert isinstance(caught.value.orig, UnstorableValue)
    await engine.dispose()


async def test_an_exception_leaves_nothing_behind(tmp_path: Path) -> None:
    engine = await open_notes(tmp_path)

    async def fail_after_writing() -> None:
        async with writing(engine) as connection:
            await connection.execute(insert(notes), {"number": 1})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_after_writing()
    async with reading(engine) as connection:
        assert (await connection.execute(select(notes))).all() == []
    await engine.dispose()


async def test_a_reader_does_not_wait_for_a_writer(tmp_path: Path) -> None:
    engine = await open_notes(tmp_path)
    async with writing(engine) as writer:
        await writer.execute(insert(notes), {"number": 1})
        async with asyncio.timeout(1), reading(engine) as reader:
            assert (await reader.execute(select(notes))).all() == []
    await engine.dispose()


async def test_transactions_that_read_and_then_write_do_not_lose_each_others_work(tmp_path: Path) -> None:
    engine = await open_notes(tmp_path)

    async def append_next() -> None:
        async with writing(engine) as connection:
            highest = (await connection.execute(text("SELECT coalesce(max(number), 0) FROM notes"))).scalar_one()
            await asyncio.sleep(0)
            await connection.execute(insert(notes), {"number": highest + 1})

    await asyncio.gather(*(append_next() for _ in range(20)))
    async with reading(engine) as connection:
        assert len((await connection.execute(select(notes))).all()) == 20
    await engine.dispose()


@pytest.mark.parametrize("url", ["mysql://root@localhost/x", "not an address"])
async def test_another_kind_of_database_is_refused_with_what_there_is(url: str) -> None:
    with pytest.raises(UnsupportedDatabase, match="sqlite"):
        open_engine(url, cipher=Cipher(KEY))
