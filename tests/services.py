"""Real PostgreSQL and Redis for the tests: as started by tests/run.sh, else the test is skipped with the reason."""

from __future__ import annotations

import os

import pytest


def postgres_url() -> str:
    """Return the address of the tests' PostgreSQL."""
    url = os.environ.get("GRIDTALK_TEST_POSTGRES")
    if not url:
        pytest.skip("no PostgreSQL: GRIDTALK_TEST_POSTGRES is not set (tests/run.sh starts one)")
    return url


def redis_url() -> str:
    """Return the address of the tests' Redis."""
    url = os.environ.get("GRIDTALK_TEST_REDIS")
    if not url:
        pytest.skip("no Redis: GRIDTALK_TEST_REDIS is not set (tests/run.sh starts one)")
    return url
