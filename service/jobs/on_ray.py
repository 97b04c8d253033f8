"""Long work on a Ray cluster: the same work in a task of the cluster, which needs to reach the same database."""

from __future__ import annotations

import os
from dataclasses import asdict

from matcher.service.settings import MachineSettings

from matcher.errors import MatcherError

HERE = "MATCHER_ON_RAY"
"""Set inside a task, so that the work is done there and not handed on."""
_NAMES = {"database": "MATCHER_DATABASE", "address": "MATCHER_ADDRESS", "smtp": "MATCHER_SMTP", "mail_from": "MATCHER_MAIL_FROM"}


def handed_on(machine: MachineSettings) -> bool:
    """Returns True where work is given to a cluster, and this process is not part of it."""
    return bool(machine.ray) and HERE not in os.environ


def on_ray(job_id: str, machine: MachineSettings) -> int:
    """Returns the exit status of a job that the cluster does; a node that dies costs one more attempt, not the job.

    Raises:
        MatcherError: Ray is not installed, or the cluster does not answer.
    """
    try:
        import ray
    except ImportError as error:
        raise MatcherError("ray is not installed", "the extra of that name", "pip install 'event-matcher[ray]'") from error
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is sent anywhere
    try:
        ray.init(address=machine.ray, log_to_driver=False, configure_logging=True, logging_level="ERROR")
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise MatcherError("no Ray cluster answers at MATCHER_RAY", "the address of a running one") from error
    values = asdict(machine)
    told = {name: str(values[key]) for key, name in _NAMES.items() if values[key]} | {HERE: "1"}
    try:
        task = ray.remote(num_cpus=1, max_retries=2)(work_there).options(runtime_env={"env_vars": told})
        return int(ray.get(task.remote(job_id)))
    finally:
        ray.shutdown()


def work_there(job_id: str) -> int:
    """Returns the exit status of the work, done in a process of the cluster."""
    from matcher.service.jobs.__main__ import main

    return main(job_id)
