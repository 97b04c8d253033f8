"""Opportunities of an attendee: write one, see which contacts it would suit, nominate them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from matcher.service.api.access import AnyId, Me, PersonRef, Reading, Service, Writing
from matcher.service.api.me import SeenPerson, person_seen
from matcher.service.api.meetings import us
from matcher.service.api.paging import Page
from matcher.service.api.problems import documented
from matcher.service.api.state import State
from matcher.service.usecases import opportunities as usecase
from matcher.service.usecases.opportunities import LONGEST, Fit, ForMe, MyOpportunity
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

routes = APIRouter(prefix="/api/v1/me", tags=["opportunities"], responses=documented(401, 404, 422))


class OpportunityIn(BaseModel):
    """What has opened up."""

    model_config = ConfigDict(extra="forbid")
    text: Annotated[str, Field(min_length=3, max_length=LONGEST, examples=["A board seat opened at a heat-pump maker"])]


class NominationIn(BaseModel):
    """A word to whom is nominated."""

    model_config = ConfigDict(extra="forbid")
    note: Annotated[str, Field(max_length=LONGEST)] = ""


class NomineeOut(BaseModel):
    """Whom you thought of."""

    ref: str
    person: SeenPerson | None = Field(description="null where they take no part any more")
    note: str


class OpportunityOut(BaseModel):
    """An opportunity that you wrote."""

    id: str
    text: str
    created_at: datetime
    nominees: list[NomineeOut]


class FitOut(BaseModel):
    """A contact who might want it, and why."""

    person: SeenPerson
    score: float
    words: str = Field(description="Their own words that meet the text")
    goal: bool = Field(description="True where these words are a goal of theirs")
    nominated: bool


class NominatedOut(BaseModel):
    """An opportunity for which somebody thought of you."""

    id: str
    text: str
    note: str
    by: SeenPerson | None = Field(description="Who thought of you; null where they take no part any more")
    nominated_at: datetime


def shown(found: MyOpportunity) -> OpportunityOut:
    """Returns an opportunity as the API shows it."""
    nominees = [
        NomineeOut(ref=each.ref, person=person_seen(each.other) if each.other else None, note=each.note) for each in found.nominees
    ]
    return OpportunityOut(id=found.id, text=found.text, created_at=found.created_at, nominees=nominees)


def fits_of(session: Session, state: State, me: Me, opportunity_id: str, limit: int) -> list[Fit]:
    """Returns the contacts who might want an opportunity."""
    event, person = us(session, me)
    return usecase.fits(session, state.live.get(session, event), event, person, opportunity_id, limit)


def _nominated(found: ForMe) -> NominatedOut:
    by = person_seen(found.by) if found.by else None
    return NominatedOut(id=found.id, text=found.text, note=found.note, by=by, nominated_at=found.nominated_at)


@routes.get("/opportunities", summary="What you have written")
def my_opportunities(session: Reading, me: Me) -> Page[OpportunityOut]:
    """Latest first, with whom you nominated."""
    return Page(items=[shown(each) for each in usecase.written(session, *us(session, me))])


@routes.post("/opportunities", status_code=201, summary="Write an opportunity", responses=documented(409))
def write_opportunity(session: Writing, me: Me, given: OpportunityIn) -> OpportunityOut:
    """Nobody reads it but whom you nominate."""
    return shown(usecase.write(session, *us(session, me), given.text))


@routes.get("/opportunities/{opportunity_id}", summary="One opportunity")
def my_opportunity(session: Reading, me: Me, opportunity_id: AnyId) -> OpportunityOut:
    """That you wrote."""
    return shown(usecase.one(session, *us(session, me), opportunity_id))


@routes.delete("/opportunities/{opportunity_id}", status_code=204, summary="Delete an opportunity")
def remove_opportunity(session: Writing, me: Me, opportunity_id: AnyId) -> None:
    """Whom you nominated reads it no more."""
    usecase.remove(session, *us(session, me), opportunity_id)


@routes.get("/opportunities/{opportunity_id}/fits", summary="Who among your contacts might want it", responses=documented(503))
def opportunity_fits(
    session: Reading, state: Service, me: Me, opportunity_id: AnyId, limit: Annotated[int, Query(ge=1, le=50)] = 10
) -> Page[FitOut]:
    """By meaning and words, with the words of theirs that meet it, best first."""
    return Page(
        items=[
            FitOut(person=person_seen(fit.other), score=fit.score, words=fit.words, goal=fit.goal, nominated=fit.nominated)
            for fit in fits_of(session, state, me, opportunity_id, limit)
        ]
    )


@routes.put("/opportunities/{opportunity_id}/nominations/{ref}", summary="Nominate a contact", responses=documented(409))
def nominate(session: Writing, me: Me, opportunity_id: AnyId, ref: PersonRef, given: NominationIn) -> OpportunityOut:
    """They read the text, your note, and that it was you who thought of them."""
    return shown(usecase.nominate(session, *us(session, me), opportunity_id, ref, given.note))


@routes.delete("/opportunities/{opportunity_id}/nominations/{ref}", status_code=204, summary="Take a nomination back")
def take_back(session: Writing, me: Me, opportunity_id: AnyId, ref: PersonRef) -> None:
    """They read it no more."""
    usecase.take_back(session, *us(session, me), opportunity_id, ref)


@routes.get("/nominations", summary="For what others thought of you")
def my_nominations(session: Reading, me: Me) -> Page[NominatedOut]:
    """Latest first."""
    return Page(items=[_nominated(each) for each in usecase.for_me(session, *us(session, me))])
