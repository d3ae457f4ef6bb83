"""Column types: personal text sealed, look-up hashes, money to the cent, times in UTC.

`EncryptedText` and `LookupHash` use the cipher that `open_engine` puts on the engine's dialect.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime, LargeBinary, String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from storage.errors import SecretUnusable, UnstorableValue
from storage.secret import LOOKUP_CHARACTERS, Cipher

CIPHER_ATTRIBUTE = "gridtalk_cipher"


def cipher_of(dialect: Dialect) -> Cipher:
    """Return the cipher of an engine opened by `open_engine`; raises SecretUnusable for any other."""
    cipher = getattr(dialect, CIPHER_ATTRIBUTE, None)
    if not isinstance(cipher, Cipher):
        raise SecretUnusable("this engine has no key: open it with storage.engine.open_engine")
    return cipher


class EncryptedText(TypeDecorator[str]):
    """Text that is sealed in the database; it cannot be compared or sorted there."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Seal on the way in."""
        return None if value is None else cipher_of(dialect).seal(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:
        """Open on the way out."""
        return None if value is None else cipher_of(dialect).open(bytes(value))


class LookupHash(TypeDecorator[str]):
    """A keyed hash beside a sealed column: takes plain text on insert and in conditions, keeps the hash."""

    impl = String(LOOKUP_CHARACTERS)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Hash on the way in; the plain text cannot be had back."""
        return None if value is None else cipher_of(dialect).lookup(value)


class Money(TypeDecorator[Decimal]):
    """Yuan as Decimal with two places, kept as whole cents."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Turn yuan into cents; raises UnstorableValue for fractions of a cent."""
        if value is None:
            return None
        cents = Decimal(value).scaleb(2)
        if cents != cents.to_integral_value():
            raise UnstorableValue(f"{value} yuan is no whole number of cents")
        return int(cents)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Decimal | None:
        """Turn cents into yuan."""
        return None if value is None else Decimal(value).scaleb(-2)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept and returned in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware time into UTC; raises UnstorableValue for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise UnstorableValue(f"{value.isoformat()} has no zone")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return an aware time in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
