"""The organizer's desk."""

from fastapi import APIRouter
from matcher.service.pages.desk import (
    events,
    imports,
    jobs,
    learning,
    mailings,
    people,
    records,
    responses,
    review,
    runs,
    settings,
    timetable,
    webhooks,
    why,
)

PARTS = (
    *(events, settings, imports, jobs, people, runs, review, why, responses, timetable, mailings, learning),
    *(records, webhooks),
)
"""Modules with the pages of the desk."""
routes = APIRouter()
for part in PARTS:
    routes.include_router(part.routes)

__all__ = ["PARTS", "routes"]
