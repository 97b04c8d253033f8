"""A run to look at before publishing: figures, who has little, the map, every introduction, and mending it by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from matcher.service.api.access import AnyId, EventId, Reading, Service, note
from matcher.service.api.runs import add_pair, remove_pair
from matcher.service.pages.desk.access import AtDeskOf, desk_page
from matcher.service.pages.desk.eventmap import MOST_POINTS, drawn
from matcher.service.pages.desk.runs import FILES
from matcher.service.pages.sessions import Form, see_other
from matcher.service.store import Introduced, Person
from matcher.service.usecases import pairs, review
from matcher.service.usecases import runs as usecase
from matcher.service.usecases.events import event_of
from sqlalchemy import select

from matcher.errors import MatcherError
from matcher.run import LITTLE, Left, by_kind

routes = APIRouter(prefix="/desk/events/{event_id}")
PAGE = 20
Strength = Literal["", "strong", "fair", "weak"]
Kind = Literal["", "one_sided", "must_meet", "kept", "locked"]


@routes.get("/runs/{run_id}")
def show(
    request: Request,
    session: Reading,
    state: Service,
    who: AtDeskOf,
    event_id: EventId,
    run_id: AnyId,
    search: Annotated[str, Query(max_length=200)] = "",
    strength: Strength = "",
    kind: Kind = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """The run."""
    event, record = event_of(session, event_id), usecase.run_of(session, event_id, run_id)
    wanted = review.Filter(search.strip(), strength, kind)
    rows, total = review.found(session, event_id, run_id, wanted, (page - 1) * PAGE, PAGE)
    ends = [(a, b) for a, b in session.execute(select(Introduced.a, Introduced.b).where(Introduced.run_id == run_id))]
    here = set(session.scalars(select(Person.ref).where(Person.event_id == event_id))) & record.positions.keys()
    on_map = sorted(here)[:MOST_POINTS]  # refs are random, so these are a sample
    people = review.named(session, event_id, {*on_map, *record.left})
    chosen = {"search": search, "strength": strength, "kind": kind}
    left = sorted((Left(ref, *each) for ref, each in record.left.items() if ref in people), key=lambda one: people[one.id].name)
    return desk_page(
        request,
        state,
        who,
        "review.html",
        event,
        run=record,
        figures=record.figures,
        spread=spread(Counter(ref for pair in ends for ref in pair), here),
        edited=len(ends) != record.figures["introductions"],
        left=by_kind(sorted(left, key=lambda one: one.introductions), review.served(session, run_id)),
        people=people,
        little=LITTLE,
        map=drawn({ref: people[ref] for ref in on_map}, record.positions, ends),
        not_drawn=len(here) - len(on_map),
        rows=rows,
        total=total,
        chosen=chosen,
        page_number=page,
        pages=max(1, -(-total // PAGE)),
        query=urlencode({key: value for key, value in chosen.items() if value}),
        files=FILES,
    )


def spread(degree: Mapping[str, int], people: set[str]) -> list[tuple[int, int, float]]:
    """Returns (introductions, people with so many, share of the largest such number of people), fewest first."""
    count = Counter(degree.get(ref, 0) for ref in people)
    most = max(count.values(), default=1)
    return [(number, count[number], count[number] / most) for number in sorted(count)]


@routes.post("/runs/{run_id}/pairs")
def mend(state: Service, who: AtDeskOf, event_id: EventId, run_id: AnyId, form: Form) -> Response:
    """Adds a pair to the run or takes one out, as the API does."""
    a, b, action = form.get("a", ""), form.get("b", ""), form.get("action", "")
    version = int(form["version"]) if form.get("version", "").isdigit() else 0
    with state.database.writing() as session:
        if action == "add":
            add_pair(session, state, who, event_id, run_id, a, b, version)
            said = "added"
        elif action == "remove":
            remove_pair(session, who, event_id, run_id, a, b, version)
            said = "taken_out"
        else:
            raise MatcherError(f"the action {action[:20]!r}", "add or remove")
    return see_other(f"/desk/events/{event_id}/runs/{run_id}?notice={said}#introductions")


@routes.post("/pairs")
def fix(state: Service, who: AtDeskOf, event_id: EventId, form: Form) -> Response:
    """Fixes a pair for later runs, or frees it."""
    a, b, rule, back = (form.get(key, "") for key in ("a", "b", "rule", "run"))
    with state.database.writing() as session:
        event = event_of(session, event_id)
        if rule == "free":
            pairs.set_rule(session, event, a, b, None)
        elif rule in {"locked", "must_meet", "forbidden"}:
            pairs.set_rule(session, event, a, b, rule)  # type: ignore[arg-type] # one of the three
        else:
            raise MatcherError(f"the rule {rule[:20]!r}", "locked, must_meet, forbidden or free")
        note(session, who, f"pair.{rule}", event_id, f"{a} {b}")
        if back:
            usecase.run_of(session, event_id, back)
    said = "freed" if rule == "free" else rule
    where = f"runs/{back}?notice={said}#introductions" if back else f"pairs?notice={said}"
    return see_other(f"/desk/events/{event_id}/{where}")
