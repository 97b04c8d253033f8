"""Structured logs: one JSON object a line, ids only. Names, e-mails and texts never go in."""

from __future__ import annotations

import logging
import sys

import structlog


def log_to_stderr() -> None:
    """Sends what is logged to stderr as JSON lines."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def logger() -> structlog.typing.FilteringBoundLogger:
    """Returns the logger."""
    return structlog.get_logger("matcher")  # type: ignore[no-any-return]
