"""Tasks on a Ray cluster; the only module that imports ray (`pip install event-matcher[ray]`)."""

from __future__ import annotations

import os
from typing import Any

from matcher.service.batch.engines import Call, Ended

from matcher.errors import MatcherError

_AHEAD = 1
"""Tasks more than there are processors, so that none waits for this process."""


class RayEngine:
    """Workers of a Ray cluster; one task a processor. Nodes may come and go: a task whose node is lost ends with an error.

    Args:
        address: of a running cluster (ray://..., host:port, auto); empty to start one on this machine.
        workers: processors of a cluster started here; None for all.

    Raises:
        MatcherError: ray is not installed, or the cluster does not answer.
    """

    def __init__(self, address: str = "", workers: int | None = None) -> None:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is sent anywhere
        os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        try:
            import ray
        except ImportError as error:
            raise MatcherError("ray is not installed", "the extra of that name", "pip install 'event-matcher[ray]'") from error
        self._ray: Any = ray
        self._own = not ray.is_initialized()
        if self._own:
            here = {} if address else {"num_cpus": workers, "include_dashboard": False}
            try:
                ray.init(address=address or "local", log_to_driver=False, configure_logging=True, logging_level="ERROR", **here)
            except (ConnectionError, RuntimeError, ValueError) as error:
                raise MatcherError(f"no Ray cluster at {address!r} ({error})", "the address of a running one") from error
        self._remote: dict[Any, Any] = {}
        self._running: dict[Any, Call] = {}

    def room(self) -> int:
        """Returns how many tasks the cluster can take with the nodes that it has now."""
        return max(1, int(self._ray.cluster_resources().get("CPU", 0))) + _AHEAD - len(self._running)

    def submit(self, call: Call) -> None:
        """Gives the task to the cluster, which finds a node with a processor and the memory for it."""
        if call.task not in self._remote:
            self._remote[call.task] = self._ray.remote(num_cpus=1, max_retries=0)(call.task)
        reference = self._remote[call.task].options(memory=call.bytes).remote(*call.arguments)
        self._running[reference] = call

    def ended(self) -> list[Ended]:
        """Waits up to a second."""
        done, _ = self._ray.wait(list(self._running), num_returns=1, timeout=1.0) if self._running else ([], [])
        found = []
        for reference in done:
            call = self._running.pop(reference)
            try:
                found.append(Ended(call, self._ray.get(reference)))
            except self._ray.exceptions.RayError as error:
                cause = getattr(error, "cause", None)
                found.append(Ended(call, error=cause if isinstance(cause, BaseException) else error))
        return found

    def close(self) -> None:
        """Leaves the cluster; ends it where it was started here."""
        for reference in self._running:
            self._ray.cancel(reference, force=True)
        if self._own:
            self._ray.shutdown()
