"""Long work in its own process: queued in the store, leased, with progress, restarted where it was cut off."""

from matcher.service.jobs.queue import (
    Cancelled,
    Progress,
    claim,
    drop_held,
    enqueue,
    fail,
    finish,
    hold,
    job_of,
    release,
    release_lost,
    request_cancel,
)

__all__ = [
    "Cancelled",
    "Progress",
    "claim",
    "drop_held",
    "enqueue",
    "fail",
    "finish",
    "hold",
    "job_of",
    "release",
    "release_lost",
    "request_cancel",
]
