"""Figures for Prometheus: requests by route, their time, and what waits in the queue."""

from __future__ import annotations

import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

REGISTRY = CollectorRegistry()
REQUESTS = Counter("matcher_requests", "Requests by route and status", ("method", "route", "status"), registry=REGISTRY)
SECONDS = Histogram(
    "matcher_request_seconds",
    "Seconds to answer, by route",
    ("method", "route"),
    buckets=(0.005, 0.01, 0.015, 0.03, 0.06, 0.12, 0.25, 0.5, 1, 2.5, 10),
    registry=REGISTRY,
)
JOBS = Gauge("matcher_jobs", "Work in the queue by state", ("state",), registry=REGISTRY)
EVENTS = Gauge("matcher_events_in_memory", "Events in memory", registry=REGISTRY)


class Metrics:
    """Counts requests by the route as it is written in the code, so that no id or link becomes a label."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begin, status = time.perf_counter(), 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            REQUESTS.labels(scope["method"], route, str(status)).inc()
            SECONDS.labels(scope["method"], route).observe(time.perf_counter() - begin)


def exposition() -> bytes:
    """Returns all figures in Prometheus' text format."""
    return bytes(generate_latest(REGISTRY))
