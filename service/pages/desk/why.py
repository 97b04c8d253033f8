"""Two people: why they are, or are not, introduced, and what is fixed for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from matcher.service.api.access import EventId, Reading, Service
from matcher.service.pages.desk.access import AtDeskOf, desk_page
from matcher.service.store import Introduced, Person
from matcher.service.usecases import runs as usecase
from matcher.service.usecases.events import event_of
from matcher.service.usecases.faults import NotReady
from matcher.service.usecases.pairs import ordered, rules_of
from matcher.service.usecases.people import people
from matcher.service.usecases.review import in_words, named
from sqlalchemy.orm import Session

routes = APIRouter(prefix="/desk/events/{event_id}/pairs")
Words = Annotated[str, Query(max_length=200, description="A ref, or part of a name, e-mail or id")]
MOST_CHOICES = 20


@routes.get("")
def show(
    request: Request,
    session: Reading,
    state: Service,
    who: AtDeskOf,
    event_id: EventId,
    a: Words = "",
    b: Words = "",
    run: Annotated[str, Query(pattern="^([0-9a-f]{20})?$")] = "",
) -> Response:
    """Looks two people up and tells why, or why not; below, all pairs that are fixed."""
    event = event_of(session, event_id)
    record = usecase.run_of(session, event_id, run) if run else next(iter(usecase.runs(session, event_id)), None)
    choices = {"a": _choices(session, event_id, a), "b": _choices(session, event_id, b)}
    one, two = (found[0] if len(found) == 1 else None for found in choices.values())
    rules = rules_of(session, event_id)
    told, waiting, fault = None, "", ""
    if one and two and one.ref == two.ref:
        fault = "These are one person; look for two."
    elif one and two:
        try:
            told = usecase.explained(session, state.live.get(session, event), event, one.ref, two.ref)
            told["rule"] = in_words(told.get("rule") or "", {one.ref: one, two.ref: two})
        except NotReady as error:
            waiting = str(error)
    pair = ordered(one.ref, two.ref) if one and two else ("", "")
    return desk_page(
        request,
        state,
        who,
        "pairs.html",
        event,
        typed={"a": a, "b": b},
        choices=choices,
        one=one,
        two=two,
        told=told,
        waiting=waiting,
        fault=fault,
        run=record,
        there=record is not None and session.get(Introduced, (record.id, *pair)) is not None,
        rule=rules.get(pair, ""),
        rules=rules,
        names=named(session, event_id, {ref for each in rules for ref in each}),
    )


def _choices(session: Session, event_id: str, text: str) -> Sequence[Person]:
    """Returns whom the words may mean: one person by ref or by a whole name, id or e-mail, or all who hold them."""
    text = text.strip()
    if not text:
        return ()
    exact = session.get(Person, text)
    if exact is not None and exact.event_id == event_id:
        return (exact,)
    found = people(session, event_id, text, limit=MOST_CHOICES)
    whole = [person for person in found if text.casefold() in {person.name.casefold(), person.external_id.casefold(), person.email}]
    return whole if len(whole) == 1 else found
