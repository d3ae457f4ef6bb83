"""Errors of the actions package.

ActionError
├── BackendError              a back end did not do what was asked (`is_permanent`: asking again will not help)
│   ├── BackendTimeout        no answer in time                                    passing
│   ├── BackendUnavailable    not reachable, overloaded, or its circuit is open    passing
│   └── BackendRejected       the request was understood and refused               permanent
│       ├── NotFound          the account, bill or ticket that was named is not there
│       └── KeyReused         the idempotency key was used for another request
├── SmsNotSent                the text message could not be handed over            passing
├── TariffUnavailable         no table for this region, category, month or voltage, or a figure is missing
├── LinksInvalid              data/links.yml has a mistake
└── DemoUnusable              the demo data cannot be made for this date or by this calculator
"""


class ActionError(Exception):
    """Root of everything that actions raise on their own account."""


class BackendError(ActionError):
    """A back end did not do what was asked."""

    code = "backend_error"
    is_permanent = False


class BackendTimeout(BackendError):
    """No answer came in time; whether the work was done is unknown, so repeat with the same idempotency key."""

    code = "timeout"


class BackendUnavailable(BackendError):
    """The back end cannot be reached, is overloaded, or is left alone after repeated failures."""

    code = "unavailable"


class BackendRejected(BackendError):
    """The request was understood and refused; `reason` says why in one word, for instance no_tou_here."""

    code = "rejected"
    is_permanent = True

    def __init__(self, message: str, *, reason: str = "refused") -> None:
        super().__init__(message)
        self.reason = reason


class NotFound(BackendRejected):
    """The thing that a write names is not there."""

    code = "not_found"


class KeyReused(BackendRejected):
    """The idempotency key was used for another request."""

    code = "key_reused"


class SmsNotSent(ActionError):
    """The text message could not be handed over to the gateway."""

    is_permanent = False


class TariffUnavailable(ActionError):
    """The tariff tables have no answer; `available` says what there is instead."""

    is_permanent = True

    def __init__(self, message: str, available: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.available = available


class DemoUnusable(ActionError):
    """The demo data cannot be made."""


class LinksInvalid(ActionError):
    """The file of links cannot be used; the text says why."""
