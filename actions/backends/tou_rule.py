"""When a household may choose or leave peak/valley pricing (居民峰谷).

Sources: 鲁发改价格〔2022〕158号 (Shandong: from the month after the application, then unchanged for a year) and the
like rule of Jiangsu; in 黑龙江 and 蒙西 ordinary households have none.
"""

from datetime import datetime

from actions.backends.months import add_months, month_of
from actions.backends.values import Account
from actions.errors import BackendRejected

TOU_REGIONS = ("山东", "江苏")
TOU_CATEGORIES = ("居民阶梯", "居民峰谷")
MONTHS_BOUND = 12


def check_tou_change(account: Account, *, is_on: bool, pending_from: str | None, at: datetime) -> None:
    """Raise BackendRejected: no_tou_here | not_for_category | already_pending | already_so | within_a_year."""
    if account.region not in TOU_REGIONS:
        raise BackendRejected("there is no household peak/valley tariff in this region", reason="no_tou_here")
    if account.category not in TOU_CATEGORIES:
        raise BackendRejected("this kind of account cannot choose", reason="not_for_category")
    if pending_from is not None and pending_from > month_of(at):
        raise BackendRejected(f"a change from {pending_from} on is pending", reason="already_pending")
    if account.is_tou == is_on:
        raise BackendRejected("the account has this tariff already", reason="already_so")
    if account.tou_since is not None and add_months(account.tou_since, MONTHS_BOUND) > add_months(month_of(at), 1):
        raise BackendRejected(f"the choice of {account.tou_since} binds for a year", reason="within_a_year")
