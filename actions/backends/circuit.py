"""A circuit breaker: leaves a back end alone for a while after repeated failures. Pure; fed with seconds."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Circuit:
    """Closed (all pass), open (none pass) or half-open (one tries)."""

    failures_to_open: int = 5
    open_seconds: float = 10.0
    _failures: int = field(default=0, init=False)
    _opened_at: float | None = field(default=None, init=False)
    _is_trying: bool = field(default=False, init=False)

    def allows(self, now: float) -> bool:
        """Whether a request may go out at `now`; in the half-open state only the first one."""
        if self._opened_at is None:
            return True
        if now < self._opened_at + self.open_seconds or self._is_trying:
            return False
        self._is_trying = True
        return True

    def succeeded(self) -> None:
        """Note an answer: the circuit closes."""
        self._failures, self._opened_at, self._is_trying = 0, None, False

    def failed(self, now: float) -> None:
        """Note that none came; at the limit, and after a failed try, the circuit opens."""
        self._failures += 1
        if self._is_trying or self._failures >= self.failures_to_open:
            self._opened_at, self._is_trying = now, False

    def state(self, now: float) -> str:
        """Return closed, open or half-open."""
        if self._opened_at is None:
            return "closed"
        return "open" if now < self._opened_at + self.open_seconds else "half-open"
