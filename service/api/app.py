"""The application: routes, pages, and what stands around every request."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import anyio
from anyio import to_thread
from fastapi import FastAPI
from matcher.service.api import (
    attendees,
    contacts,
    events,
    health,
    jobs,
    learning,
    mailings,
    me,
    meetings,
    opportunities,
    outcome,
    paths,
    runs,
    schedule,
    webhooks,
)
from matcher.service.api.guards import BodyLimit, RateLimit, SecurityHeaders
from matcher.service.api.idempotency import Idempotency
from matcher.service.api.metrics import Metrics
from matcher.service.api.problems import Problem, add_handlers, documented
from matcher.service.api.state import FLUSH_SECONDS, State, open_state
from matcher.service.jobs import drop_held
from matcher.service.log import log_to_stderr, logger
from matcher.service.settings import MachineSettings, machine_settings
from matcher.service.usecases.events import erase_expired
from matcher.service.usecases.meetings import expire_everywhere

DESCRIPTION = """
Whom to meet at an event, and why it is worth it to both.

Organizers send their key as `Authorization: Bearer mk_…`; attendees send the token of their personal link the same way.
Errors are problem details (RFC 9457). Changes of events, people and runs need the version that was read, as `If-Match`. A POST
with an `Idempotency-Key` is done once: repeated within a day it gets the first answer again, and 409 while the first is still at
it. Lists come in pages: `next` is the `after` of the following page.
"""


SWITCH_SECONDS = 0.001
"""How long one thread may keep the interpreter from the others; Python's own 5 ms are half of what a list takes."""


def create_app(
    machine: MachineSettings | None = None, work: bool = True, extras: Sequence[Callable[[FastAPI], None]] = ()
) -> FastAPI:
    """Returns the application.

    Args:
        machine: settings; those of the environment where not given.
        work: False to serve without working through the queue (another process does).
        extras: what else is added before the guards, such as the pages.
    """
    settings = machine or machine_settings()
    log_to_stderr()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        sys.setswitchinterval(SWITCH_SECONDS)
        state = await to_thread.run_sync(open_state, settings)
        app.state.service = state
        if work:
            state.runner.start()
            await to_thread.run_sync(state.live.warm_latest)
            state.deliverer.start()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_housekeeping, state)
            yield
            state.stopping.set()
            tasks.cancel_scope.cancel()
        await to_thread.run_sync(_close, state)

    app = FastAPI(
        title="Event matchmaker",
        version="1",
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,  # their pages load scripts from another host
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        generate_unique_id_function=lambda route: route.name,
        responses=documented(400, 413, 429),
    )
    add_handlers(app)
    for routes in (
        me.routes,  # routes are tried in this order, and lists are asked for most
        health.routes,
        events.routes,
        attendees.routes,
        jobs.routes,
        runs.routes,
        schedule.routes,
        meetings.routes,
        meetings.feed,
        contacts.routes,
        opportunities.routes,
        paths.routes,
        mailings.routes,
        webhooks.routes,
        outcome.routes,
        learning.routes,
    ):
        app.include_router(routes)
    for add in extras:
        add(app)
    app.add_middleware(Idempotency)
    app.add_middleware(BodyLimit, most=settings.max_body)
    app.add_middleware(RateLimit, per_minute=settings.rate)
    app.add_middleware(SecurityHeaders, secure=settings.secure)
    app.add_middleware(Metrics)
    _describe_problems(app)
    return app


def _describe_problems(app: FastAPI) -> None:
    """Puts the schema of problems into the OpenAPI, to which the routes' answers refer; any POST may meet its own repetition."""
    make = app.openapi

    def openapi() -> dict[str, object]:
        schema = make()
        schema.setdefault("components", {}).setdefault("schemas", {})["Problem"] = Problem.model_json_schema()
        for path in schema["paths"].values():
            if "post" in path:
                path["post"]["responses"].setdefault("409", documented(409)[409])
        return schema

    app.openapi = openapi  # type: ignore[method-assign]


async def _housekeeping(state: State) -> None:
    """Keeps what was shown, and events in memory as they are; lets proposals expire each minute; erases what is old each hour."""
    round_ = 0
    while True:
        await anyio.sleep(FLUSH_SECONDS)
        await to_thread.run_sync(state.shown.flush)
        await to_thread.run_sync(_keep_up, state)
        if round_ % 30 == 0:
            await to_thread.run_sync(_expire_proposals, state)
        if round_ % 1800 == 0:
            await to_thread.run_sync(_erase_expired, state)
        round_ += 1


def _keep_up(state: State) -> None:
    try:
        state.live.keep_up()
    except Exception as error:  # a store that is away for a moment ends nothing here; readers look for themselves
        logger().warning("events in memory could not be kept up", fault=type(error).__name__)


def _erase_expired(state: State) -> None:
    with state.database.writing() as session:
        drop_held(session)
        erased = erase_expired(session)
    if erased:
        state.database.forget_pages()


def _expire_proposals(state: State) -> None:
    with state.database.writing() as session:
        expire_everywhere(session)


def _close(state: State) -> None:
    state.runner.stop()
    state.deliverer.stop()
    state.shown.flush()
    state.database.close()
