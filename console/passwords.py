"""Passwords: argon2id, checked beside the event loop; rules that can be told in one sentence."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from console.errors import StaffUnusable

LEAST_CHARACTERS, MOST_CHARACTERS = 10, 128
RULE = "a password has 10 to 128 characters of two kinds at least (letters, digits, others) and not the name in it"
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""OWASP's least figures for argon2id; about 30 ms."""
_NOBODYS = _HASHER.hash(secrets.token_hex(16))
_LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"


def hash_password(password: str) -> str:
    """Return the hash with its parameters."""
    return _HASHER.hash(password)


@dataclass(frozen=True, slots=True)
class PasswordCheck:
    """Compares passwords, two at a time: each takes 19 MiB and a core, and a flood must not take the machine."""

    at_once: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))

    async def is_right(self, stored: str | None, password: str) -> bool:
        """Say whether this is the password; an unknown account takes as long as a known one."""
        async with self.at_once:
            return await asyncio.to_thread(_verify, stored or _NOBODYS, password) and stored is not None


def check_password_rule(password: str, name: str) -> None:
    """Raise StaffUnusable where the password is too weak."""
    kinds = {("letter" if one.isalpha() else "digit" if one.isdigit() else "other") for one in password}
    is_long = LEAST_CHARACTERS <= len(password) <= MOST_CHARACTERS
    if not is_long or len(kinds) < 2 or name.lower() in password.lower():
        raise StaffUnusable("weak_password", RULE)


def random_password() -> str:
    """Return a password that can be read aloud: 14 characters, none that looks like another."""
    while True:
        made = "".join(secrets.choice(_LETTERS) for _ in range(14))
        if any(one.isdigit() for one in made) and any(one.isalpha() for one in made):
            return made


def _verify(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored, password[:MOST_CHARACTERS])
    except (VerificationError, InvalidHashError):
        return False
