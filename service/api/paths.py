"""Who can introduce an attendee to somebody."""

from __future__ import annotations

from fastapi import APIRouter
from matcher.service.api.access import Me, PersonRef, Reading, Service
from matcher.service.api.me import SeenPerson, person_seen, reachable
from matcher.service.api.problems import documented
from matcher.service.api.state import State
from matcher.service.store import Person
from matcher.service.usecases.lists import may_see
from matcher.service.usecases.paths import WarmPaths, warm_paths
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

routes = APIRouter(prefix="/api/v1/me", tags=["contacts"], responses=documented(401, 404, 422))


class PathsOut(BaseModel):
    """Warm paths to somebody."""

    direct: bool = Field(description="True where you know each other already")
    paths: list[list[SeenPerson]] = Field(description="The people between, in the order of asking; shortest paths only")


def paths_to(session: Session, state: State, me: Me, ref: str) -> WarmPaths:
    """Returns who can introduce the attendee to somebody whom they may see."""
    event, person, target = reachable(session, state, me, ref)
    live = state.live.get(session, event)

    def visible(other: Person) -> bool:
        return may_see(session, live, event, person, other)

    return warm_paths(session, event, person, target, visible)


@routes.get("/paths/{ref}", summary="Who can introduce me", responses=documented(503))
def my_paths(session: Reading, state: Service, me: Me, ref: PersonRef) -> PathsOut:
    """Over people who have met, one or two between you; only over people whom you may see."""
    found = paths_to(session, state, me, ref)
    return PathsOut(direct=found.direct, paths=[[person_seen(one) for one in path] for path in found.paths])
