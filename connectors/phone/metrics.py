"""What operators watch on the phone line."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

CALLS = Counter("gridtalk_phone_calls_total", "Calls by how they ended.", ["outcome"])
CALLS_REFUSED = Counter("gridtalk_phone_calls_refused_total", "Calls that were not taken.", ["reason"])
CALLS_NOW = Gauge("gridtalk_phone_calls_held", "Calls that are held now.", multiprocess_mode="livesum")
FIRST_SOUND = Histogram(
    "gridtalk_phone_first_sound_seconds",
    "From the caller's last voiced frame to the first sound of the answer.",
    buckets=(0.3, 0.5, 0.7, 0.9, 1.2, 1.6, 2.4, 5.0),
)
FRAME_LATENESS = Histogram(
    "gridtalk_phone_frame_lateness_seconds",
    "How late frames leave: the lag of the loop that sends sound.",
    buckets=(0.001, 0.005, 0.01, 0.02, 0.04, 0.08, 0.2, 1.0),
)
EVENTS = Counter("gridtalk_phone_events_total", "What happened in calls.", ["event"])
