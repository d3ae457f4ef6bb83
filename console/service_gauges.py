"""What the last day was like, for Prometheus: containment, resolution, promises kept. Counted by one worker."""

from __future__ import annotations

from dataclasses import dataclass

from prometheus_client import Gauge

from console.dashboard import Board, Period

DAY_SECONDS = 24 * 3600.0
CONTAINMENT = Gauge("gridtalk_containment_ratio", "Conversations of the last day that the bot ended without a person")
RESOLVED = Gauge("gridtalk_resolved_ratio", "Conversations of the last day that were answered, and nobody came again")
PROMISES = Gauge("gridtalk_promises_kept_ratio", "Time limits of the last day that were kept", ["kind"])
SATISFACTION = Gauge("gridtalk_satisfaction_mean", "Mean of the last day's ratings, 1 to 5")
QUALITY = Gauge("gridtalk_quality_mean", "Mean quality score of the last day's conversations, 0 to 100")


@dataclass(frozen=True, slots=True)
class ServiceGauges:
    """Sets the gauges; what was not measured keeps its last value."""

    board: Board

    async def renew(self) -> None:
        """Count the last day. Raises StoreUnavailable."""
        until = (self.board.clock().timestamp() // 60 + 1) * 60
        picture = await self.board.picture(Period("", "", until - DAY_SECONDS, until))
        whole = picture.service.whole
        tickets = picture.tickets.share if picture.tickets is not None else None
        for gauge, value in (
            (CONTAINMENT, whole.contained),
            (RESOLVED, whole.resolved_24h),
            (PROMISES.labels("callback"), picture.desk.callbacks.share),
            (PROMISES.labels("ticket"), tickets),
            (SATISFACTION, whole.csat if whole.csat is not None else picture.desk.csat),
            (QUALITY, picture.quality.mean),
        ):
            if value is not None:
                gauge.set(value)
