"""The HTTP contract as one table: what each method of the protocols is called on the wire.

Arguments and results come from the protocols' annotations; client, reference server and OpenAPI document are made from
here. Arguments that are not in the path come from the query (GET) or a JSON body; the idempotency key is a header.
"""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, TypeAdapter, create_model

from actions.backends.protocols import BillingBackend, OutageBackend, ProfileBackend, TicketBackend

KEY_ARGUMENT = "idempotency_key"
KEY_HEADER = "Idempotency-Key"
PROTOCOLS: Mapping[str, type] = {
    "billing": BillingBackend,
    "outage": OutageBackend,
    "profile": ProfileBackend,
    "tickets": TicketBackend,
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One request of the contract."""

    name: str
    """Back end and method, for instance billing.find_bill."""
    verb: str
    path: str

    @property
    def backend(self) -> str:
        """The back end's name in `Backends`."""
        return self.name.split(".")[0]

    @property
    def method(self) -> str:
        """The method's name in the protocol."""
        return self.name.split(".")[1]


OPERATIONS = (
    Operation("billing.find_bill", "GET", "/accounts/{account_no}/bills/{month}"),
    Operation("billing.bills", "GET", "/accounts/{account_no}/bills"),
    Operation("billing.balance", "GET", "/accounts/{account_no}/balance"),
    Operation("billing.daily_use", "GET", "/accounts/{account_no}/daily-use"),
    Operation("billing.year_of_use", "GET", "/accounts/{account_no}/year-of-use"),
    Operation("billing.payments", "GET", "/accounts/{account_no}/payments"),
    Operation("billing.invoices", "GET", "/accounts/{account_no}/invoices"),
    Operation("billing.request_invoice", "POST", "/accounts/{account_no}/invoices"),
    Operation("outage.outages_for_account", "GET", "/accounts/{account_no}/outages"),
    Operation("outage.outages_near", "GET", "/outages/near"),
    Operation("outage.planned", "GET", "/outages/planned"),
    Operation("profile.find_account", "GET", "/accounts/{account_no}"),
    Operation("profile.accounts_of_channel_user", "GET", "/channel-users/{channel_user}/accounts"),
    Operation("profile.bind", "POST", "/channel-users/{channel_user}/bind"),
    Operation("profile.unbind", "POST", "/channel-users/{channel_user}/unbind"),
    Operation("profile.update_contact", "POST", "/accounts/{account_no}/contact"),
    Operation("profile.apply_tou", "POST", "/accounts/{account_no}/tou"),
    Operation("profile.request_transfer", "POST", "/accounts/{account_no}/transfer"),
    Operation("profile.request_personal_data", "POST", "/accounts/{account_no}/personal-data-requests"),
    Operation("profile.consents", "GET", "/accounts/{account_no}/consents"),
    Operation("profile.set_consent", "POST", "/accounts/{account_no}/consents"),
    Operation("profile.notices", "GET", "/accounts/{account_no}/notices"),
    Operation("profile.set_notices", "POST", "/accounts/{account_no}/notices"),
    Operation("profile.business_halls", "GET", "/business-halls"),
    Operation("tickets.create", "POST", "/tickets"),
    Operation("tickets.recent", "GET", "/tickets"),
    Operation("tickets.find", "GET", "/tickets/{ticket_no}"),
    Operation("tickets.find_by_account", "GET", "/accounts/{account_no}/tickets"),
    Operation("tickets.urge", "POST", "/tickets/{ticket_no}/urges"),
)
BY_NAME = {operation.name: operation for operation in OPERATIONS}


@cache
def arguments_model(operation: Operation) -> type[BaseModel]:
    """Return the pydantic model of an operation's arguments; what may be None may be left out."""
    function = getattr(PROTOCOLS[operation.backend], operation.method)
    hints = get_type_hints(function)
    fields: dict[str, Any] = {}
    for name in list(inspect.signature(function).parameters)[1:]:
        is_optional = type(None) in getattr(hints[name], "__args__", ())
        fields[name] = (hints[name], None if is_optional else ...)
    title = "".join(part.title() for part in operation.name.replace(".", "_").split("_"))
    return create_model(f"{title}Arguments", __config__=ConfigDict(extra="forbid"), **fields)


@cache
def result_adapter(operation: Operation) -> TypeAdapter[Any]:
    """Return the adapter between an operation's result and its JSON."""
    return TypeAdapter(get_type_hints(getattr(PROTOCOLS[operation.backend], operation.method))["return"])


def path_arguments(operation: Operation) -> list[str]:
    """Return the names in braces of the operation's path."""
    return [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
