"""One month of one account's daily use, packed: three rows (energy, peak, valley) of hundredths of a kWh.

Small accounts take two bytes a value, large ones four; the length of the blob and the month's days tell which.
"""

from datetime import timedelta
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from actions.backends.months import first_day, last_day
from actions.backends.values import DailyUse

ROWS = 3
SMALL_LIMIT = 2**16


def pack_series(values: NDArray[np.int64]) -> bytes:
    """Pack [3, days] hundredths of a kWh."""
    kind = "<u2" if int(values.max(initial=0)) < SMALL_LIMIT else "<u4"
    return values.astype(kind).tobytes()


def unpack_series(series: bytes, month: str) -> list[DailyUse]:
    """Unpack a month into its days, oldest first."""
    days = last_day(month).day
    kind = "<u2" if len(series) == ROWS * days * 2 else "<u4"
    columns = np.frombuffer(series, dtype=kind).reshape(ROWS, days).T.tolist()
    start = first_day(month)
    return [
        DailyUse(start + timedelta(days=index), _kwh(energy), _kwh(peak), _kwh(valley))
        for index, (energy, peak, valley) in enumerate(columns)
    ]


def _kwh(hundredths: int) -> Decimal:
    return Decimal(hundredths).scaleb(-2)
