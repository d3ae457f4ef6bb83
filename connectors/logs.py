"""Logs: a static message and structured fields on stderr, never a customer's words."""

from __future__ import annotations

import logging
import os
import sys

import structlog


def configure_logs() -> None:
    """Write JSON lines to stderr (readable ones on a terminal); GRIDTALK_LOG_LEVEL chooses from which level."""
    level = logging.getLevelNamesMapping().get(os.environ.get("GRIDTALK_LOG_LEVEL", "WARNING").upper(), logging.WARNING)
    plain = structlog.dev.plain_traceback  # the rich one shows local variables, and with them customers' words
    readable = structlog.dev.ConsoleRenderer(exception_formatter=plain)
    renderer = readable if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([] if sys.stderr.isatty() else [structlog.processors.format_exc_info]),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
