"""Idle cores."""

import os

from nlu.idle_cores import count_idle_cores


def test_there_is_at_least_one_and_not_more_than_all() -> None:
    assert 1 <= count_idle_cores(0.01) <= 2 * (os.cpu_count() or 1)
