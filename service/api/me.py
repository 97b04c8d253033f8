"""What attendees do with their personal link: their list, their answers, their profile, search, export, erasure."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, BackgroundTasks, Query
from matcher.service.api.access import Me, PersonRef, Reading, Service, Writing
from matcher.service.api.attendees import Changes
from matcher.service.api.paging import Page
from matcher.service.api.problems import documented
from matcher.service.api.state import State
from matcher.service.options import settings_of
from matcher.service.store import Event, Person
from matcher.service.store import Response as Answered
from matcher.service.usecases import erasure, lists, ownership, responses
from matcher.service.usecases import people as usecase
from matcher.service.usecases.events import event_of
from matcher.service.usecases.faults import Forbidden, NotFound
from matcher.service.usecases.overview import may_open
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from matcher.mutual import Strength
from matcher.profiles import Attendee

routes = APIRouter(prefix="/api/v1/me", tags=["me"], responses=documented(401, 404, 422))


class SeenPerson(BaseModel):
    """Somebody as others see them."""

    ref: str
    name: str
    title: str
    organization: str
    country: str
    bio: str
    offering: str
    seeking: str
    goals: list[dict[str, str]]
    interests: list[str]
    languages: list[str]


class LineOut(BaseModel):
    """One person on a list, and why."""

    person: SeenPerson
    rank: int
    source: str
    strength: Strength
    one_sided: bool
    mutual_score: float
    reason: str
    opening: str
    answer: str
    mutual: bool
    email: str = Field("", description="Only when both said interested, or the event's lists are open")


class AnswerIn(BaseModel):
    """An answer about somebody; what is not given stays."""

    model_config = ConfigDict(extra="forbid")
    answer: Literal["interested", "no_thanks", "already_know", ""] | None = None
    met: bool | None = None
    rating: Annotated[int, Field(ge=1, le=5)] | None = None
    comment: Annotated[str, Field(max_length=2000)] | None = None


class AnswerOut(BaseModel):
    """What one has answered about somebody."""

    other: str
    answer: str
    met: bool
    rating: int | None
    comment: str
    mutual: bool
    answered_at: datetime


class Found(BaseModel):
    """Somebody found by meaning."""

    person: SeenPerson
    score: float
    phrase: str = Field(description="The words of theirs that met the search")


class MyProfile(BaseModel):
    """One's own profile."""

    ref: str
    event: str
    takes_part: bool
    visible: bool
    paused: bool
    version: int
    profile: dict[str, Any]
    goals: list[dict[str, Any]]
    advice: list[str]


def person_seen(attendee: Attendee) -> SeenPerson:
    """Returns a person as others see them."""
    return SeenPerson(
        ref=attendee.id,
        name=attendee.name,
        title=attendee.title,
        organization=attendee.organization,
        country=attendee.country,
        bio=attendee.bio,
        offering=attendee.offering,
        seeking=attendee.seeking,
        goals=[{"text": goal.text, "form": goal.form} for goal in attendee.goals if not goal.inferred],
        interests=list(attendee.interests),
        languages=list(attendee.languages),
    )


def my_list(session: Session, state: State, me: Me) -> list[lists.Line]:
    """Returns the attendee's list, and notes what was shown."""
    event = event_of(session, me.event_id)
    person = usecase.person_of(session, me.event_id, me.ref)
    lines = lists.whom_to_meet(session, state.live.get(session, event), event, person)
    state.shown.add(event.id, person.ref, [line.other.id for line in lines])
    return lines


@routes.get("/suggestions", summary="Whom to meet", responses=documented(503))
def suggestions(state: Service, me: Me) -> Page[LineOut]:
    """Published introductions first, then live suggestions; never anybody whom a rule or an answer forbids."""
    with state.database.reading() as session:  # here, since a session that comes as an argument costs two changes of thread
        lines = my_list(session, state, me)
    return Page(
        items=[
            LineOut(
                person=person_seen(line.other),
                email=line.contact.email if line.contact else "",
                **{
                    name: getattr(line, name)
                    for name in (
                        "rank", "source", "strength", "one_sided", "mutual_score", "reason", "opening", "answer", "mutual",
                    )
                },
            )
            for line in lines
        ]
    )  # fmt: skip


def reachable(session: Session, state: State, me: Me, ref: str) -> tuple[Event, Person, Person]:
    """Returns the event, the attendee and the other person.

    Raises:
        NotFound: the attendee may not know of the person.
    """
    event = event_of(session, me.event_id)
    person, other = usecase.person_of(session, me.event_id, me.ref), usecase.person_of(session, me.event_id, ref)
    if not may_open(session, state.live.get(session, event), event, person, other):
        raise NotFound("no such attendee in this event")
    return event, person, other


@routes.put("/responses/{ref}", summary="Answer about somebody", responses=documented(409, 503))
def respond(state: Service, me: Me, ref: PersonRef, given: AnswerIn) -> AnswerOut:
    """interested, no_thanks, already_know; later whether you met, a rating and a comment. Nobody sees a decline."""
    with state.database.reading() as session:  # first, since an event may have to be loaded, which must hold up no writer
        reachable(session, state, me, ref)
    with state.database.writing() as session:
        event = event_of(session, me.event_id)
        person, other = usecase.person_of(session, me.event_id, me.ref), usecase.person_of(session, me.event_id, ref)
        row = responses.respond(session, event, person, other, given.answer, given.met, given.rating, given.comment)
        return _answer(session, event.id, row)


def _answer(session: Session, event_id: str, row: Answered) -> AnswerOut:
    mutual = responses.are_mutual(session, event_id, row.ref, row.other)
    return AnswerOut(
        other=row.other,
        answer=row.answer,
        met=row.met,
        rating=row.rating,
        comment=row.comment,
        mutual=mutual,
        answered_at=row.answered_at,
    )


@routes.get("/responses", summary="What you have answered")
def my_responses(session: Reading, me: Me) -> Page[AnswerOut]:
    """About everybody."""
    mine, _ = lists.answers_of(session, me.event_id, me.ref)
    return Page(items=[_answer(session, me.event_id, row) for row in mine.values()])


@routes.get("/profile", summary="Your profile")
def my_profile(session: Reading, me: Me) -> MyProfile:
    """With advice on what to add."""
    event, person = event_of(session, me.event_id), usecase.person_of(session, me.event_id, me.ref)
    return _profile(event, person)


def _profile(event: Any, person: Any) -> MyProfile:
    attendee = usecase.attendee_of(person)
    return MyProfile(
        ref=person.ref,
        event=event.name,
        takes_part=usecase.takes_part(person, settings_of(event)),
        visible=person.visible,
        paused=person.paused,
        version=person.version,
        profile=usecase.stored(attendee),
        goals=[
            {"text": goal.text, "form": goal.form, "stated": goal.form_stated, "inferred": goal.inferred} for goal in attendee.goals
        ],
        advice=list(attendee.advice),
    )


@routes.patch("/profile", summary="Change your profile", responses=documented(403))
def change_my_profile(session: Writing, me: Me, changes: Changes) -> MyProfile:
    """The list changes at once. Name, e-mail, group and numbers of introductions are the organizers'."""
    event, person = event_of(session, me.event_id), usecase.person_of(session, me.event_id, me.ref)
    given = changes.given()
    foreign = sorted(set(given) - set(usecase.OWN) - {"visible", "paused"})
    if foreign:
        raise Forbidden(f"{', '.join(foreign)} can only be changed by the organizers", fix="write to them")
    return _profile(event, usecase.change_person(session, event, person, given))


class AdviceOut(BaseModel):
    """What would make a text more useful."""

    advice: list[str]
    goals: list[dict[str, str]]


@routes.post("/advice", summary="Advice on a draft of your goals and offers")
def advice(session: Reading, me: Me, draft: Changes) -> AdviceOut:
    """Nothing is kept: how the text is split into goals, the form of each, and what to add."""
    person = usecase.person_of(session, me.event_id, me.ref)
    attendee = usecase.drafted(person, draft.given())
    return AdviceOut(
        advice=list(attendee.advice), goals=[{"text": goal.text, "form": goal.form} for goal in attendee.goals if not goal.inferred]
    )


@routes.get("/search", summary="Search people by meaning", responses=documented(503))
def search(
    session: Reading,
    state: Service,
    me: Me,
    q: Annotated[str, Query(min_length=2, max_length=500, description="e.g. somebody who has run a pilot with a hospital")],
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> Page[Found]:
    """Over the people whom you may see."""
    return Page(
        items=[
            Found(person=person_seen(one), score=score, phrase=phrase) for one, score, phrase in found(session, state, me, q, limit)
        ]
    )


def found(session: Session, state: State, me: Me, text: str, limit: int) -> list[tuple[Attendee, float, str]]:
    """Returns people whose words meet the text, with the score and the words."""
    event = event_of(session, me.event_id)
    person = usecase.person_of(session, me.event_id, me.ref)
    return lists.search(session, state.live.get(session, event), event, person, text, limit)


@routes.get("/export", summary="Everything that is kept about you")
def my_export(session: Reading, me: Me) -> dict[str, Any]:
    """Profile, answers, meetings, contacts, opportunities: as JSON."""
    return ownership.everything(session, event_of(session, me.event_id), usecase.person_of(session, me.event_id, me.ref))


@routes.delete("", status_code=204, summary="Erase yourself from the event")
def erase_me(session: Writing, state: Service, me: Me, after: BackgroundTasks) -> None:
    """Everything of yours is gone at once, and cannot be brought back."""
    erasure.erase(session, event_of(session, me.event_id), usecase.person_of(session, me.event_id, me.ref))
    after.add_task(state.database.forget_pages)
