"""The organizer's desk."""

from fastapi import APIRouter
from matcher.service.pages.desk import events, imports, jobs, people, records, responses, review, runs, settings, why

routes = APIRouter()
for part in (events, settings, imports, jobs, people, runs, review, why, responses, records):
    routes.include_router(part.routes)

__all__ = ["routes"]
