"""Long work in its own process: queued in the store, leased, with progress, restarted where it was cut off."""

from matcher.service.jobs.queue import Cancelled, Progress, claim, enqueue, fail, finish, job_of, release_lost, request_cancel

__all__ = [
    "Cancelled",
    "Progress",
    "claim",
    "enqueue",
    "fail",
    "finish",
    "job_of",
    "release_lost",
    "request_cancel",
]
