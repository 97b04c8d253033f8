"""What came of an event: who was asked, who answered, who met and how they rated it. Who was erased is in no figure."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from matcher.service.options import options_of
from matcher.service.store import Event, Introduced, Meeting, Person, Response, Shown
from matcher.service.usecases.intervals import Figure, mean, median, share
from matcher.service.usecases.pairs import ordered
from matcher.service.usecases.runs import introduction_of, published_run
from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

RANKS = (1, 2, 3, 4, 6, 11)
"""Places on a list at which a new line of the report begins."""
AGREED = ("accepted", "confirmed", "held", "no_show")
Pair = tuple[str, str]
Seen = Row[str, str, int, datetime]
"""ref, other, rank, shown_at."""
Said = Row[str, str, str, bool, int | None, datetime]
"""ref, other, answer, met, rating, answered_at."""


@dataclass(frozen=True, slots=True)
class Day:
    """What happened on one day, by the event's clock."""

    day: date
    shown: int
    answered: int
    interested: int
    mutual: int
    """Pairs whose second interest came that day."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Answers of one part: of a place on the list, or of a strength that was foretold."""

    name: str
    shown: int
    answered: int
    interested: int
    share: float | None
    """Interested of those who answered."""
    low: float | None
    high: float | None
    foretold: float | None = None
    """Mean chance of being welcome that the run gave to those who answered."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The report of an event."""

    figures: tuple[Figure, ...]
    by_day: tuple[Day, ...]
    by_rank: tuple[Slice, ...]
    by_strength: tuple[Slice, ...]
    """Of the published introductions: whether what was foretold came true."""
    ratings: dict[int, int]
    """Stars -> ratings."""

    def figure(self, name: str) -> Figure:
        """Returns the figure of this name."""
        return next(figure for figure in self.figures if figure.name == name)


def outcome(session: Session, event: Event) -> Outcome:
    """Returns what came of the event so far."""
    # columns rather than objects: a large event has a hundred thousand of each
    seen = select(Shown.ref, Shown.other, Shown.rank, Shown.shown_at).where(Shown.event_id == event.id)
    said = select(Response.ref, Response.other, Response.answer, Response.met, Response.rating, Response.answered_at)
    shown = {(row.ref, row.other): row for row in session.execute(seen)}
    responses = session.execute(said.where(Response.event_id == event.id)).all()
    answers = {(row.ref, row.other): row for row in responses if row.answer}
    interested = {pair for pair, row in answers.items() if row.answer == "interested"}
    mutual = {ordered(a, b) for a, b in interested if (b, a) in interested}
    met = {ordered(row.ref, row.other) for row in responses if row.met}
    stars_given = Counter(row.rating for row in responses)
    return Outcome(
        figures=_figures(session, event, shown, answers, responses, mutual, met),
        by_day=_by_day(ZoneInfo(options_of(event).timezone), shown, answers, mutual),
        by_rank=_by_rank(shown, answers),
        by_strength=_by_strength(session, event, answers, set(shown)),
        ratings={stars: stars_given[stars] for stars in range(1, 6)},
    )


def _figures(
    session: Session,
    event: Event,
    shown: Mapping[Pair, Seen],
    answers: Mapping[Pair, Said],
    responses: Sequence[Said],
    mutual: set[Pair],
    met: set[Pair],
) -> tuple[Figure, ...]:
    people = session.scalar(select(func.count()).select_from(Person).where(Person.event_id == event.id)) or 0
    readers = {ref for ref, _ in shown} | {ref for ref, _ in answers}
    given = Counter(row.answer for row in answers.values())
    meetings = Counter(session.scalars(select(Meeting.status).where(Meeting.event_id == event.id, Meeting.draft.is_(False))))
    rated = [(row.ref, float(row.rating)) for row in responses if row.rating is not None]
    hours = [(ref, _hours(shown[ref, other], row)) for (ref, other), row in answers.items() if (ref, other) in shown]
    in_answers = [(ref, float(row.answer == "interested")) for (ref, _), row in answers.items()]
    in_shown = [(ref, float((ref, other) in answers)) for ref, other in shown]
    with_mutual, with_met = ({ref for pair in pairs for ref in pair} for pairs in (mutual, met))
    return (
        Figure("registered", people, "people"),
        Figure("asked: were shown somebody", len(readers), "people"),
        share("asked, of those registered", len(readers), people),
        Figure("shown", len(shown), "pairs"),
        Figure("answered", len(answers), "answers"),
        share("answered at least once, of those asked", len({ref for ref, _ in answers}), len(readers)),
        mean("answered, of those shown", in_shown, "share"),
        Figure("interested", given["interested"], "answers"),
        Figure("not for me", given["no_thanks"], "answers"),
        Figure("already know", given["already_know"], "answers"),
        mean("interested, of the answers", in_answers, "share"),
        Figure("mutual: both interested", len(mutual), "pairs"),
        share("have a mutual interest, of those asked", len(with_mutual & readers), len(readers)),
        Figure("meetings proposed", sum(meetings.values()), "meetings"),
        Figure("meetings agreed", sum(meetings[status] for status in AGREED), "meetings"),
        Figure("met: one of the two says so", len(met), "pairs"),
        share("met, of the mutual pairs", len(met & mutual), len(mutual)),
        share("met somebody, of those asked", len(with_met & readers), len(readers)),
        Figure("rated", len(rated), "answers"),
        mean("rating", rated, "stars"),
        median("time to answer", hours, "hours"),
    )


def _hours(shown: Seen, answer: Said) -> float:
    wait: timedelta = answer.answered_at - shown.shown_at
    return max(0.0, wait.total_seconds() / 3600)


def _by_day(zone: ZoneInfo, shown: Mapping[Pair, Seen], answers: Mapping[Pair, Said], mutual: set[Pair]) -> tuple[Day, ...]:
    counts = {
        "shown": Counter(row.shown_at.astimezone(zone).date() for row in shown.values()),
        "answered": Counter(row.answered_at.astimezone(zone).date() for row in answers.values()),
        "interested": Counter(row.answered_at.astimezone(zone).date() for row in answers.values() if row.answer == "interested"),
        "mutual": Counter(max(answers[a, b].answered_at, answers[b, a].answered_at).astimezone(zone).date() for a, b in mutual),
    }
    days = sorted({day for counter in counts.values() for day in counter})
    return tuple(Day(day, **{key: counter[day] for key, counter in counts.items()}) for day in days)


def _by_rank(shown: Mapping[Pair, Seen], answers: Mapping[Pair, Said]) -> tuple[Slice, ...]:
    there: dict[int, list[Pair]] = defaultdict(list)
    for pair, row in shown.items():
        there[bisect_right(RANKS, row.rank)].append(pair)
    return tuple(
        _slice(_place(bucket), len(pairs), [answers[pair] for pair in pairs if pair in answers])
        for bucket, pairs in sorted(there.items())
    )


def _place(bucket: int) -> str:
    first = RANKS[bucket - 1]
    if bucket == len(RANKS):
        return f"place {first} and on"
    last = RANKS[bucket] - 1
    return f"place {first}" if first == last else f"places {first} to {last}"


def _by_strength(session: Session, event: Event, answers: Mapping[Pair, Said], shown: set[Pair]) -> tuple[Slice, ...]:
    run = published_run(session, event.id)
    if run is None:
        return ()
    sides: dict[str, list[tuple[Pair, float]]] = defaultdict(list)
    for row in session.scalars(select(Introduced).where(Introduced.run_id == run.id)):
        each = introduction_of(row)
        sides[each.strength.value] += [((each.a_id, each.b_id), each.value_a), ((each.b_id, each.a_id), each.value_b)]
    slices = []
    for strength in ("strong", "fair", "weak"):
        told = [(answers[pair], value) for pair, value in sides[strength] if pair in answers]
        foretold = float(np.mean([value for _, value in told])) if told else None
        if sides[strength]:
            count = sum(pair in shown for pair, _ in sides[strength])
            slices.append(_slice(strength, count, [answer for answer, _ in told], foretold))
    return tuple(slices)


def _slice(name: str, shown: int, answers: Sequence[Said], foretold: float | None = None) -> Slice:
    values = [(answer.ref, float(answer.answer == "interested")) for answer in answers]
    figure = mean(name, values, "share")
    interested = int(sum(value for _, value in values))
    return Slice(name, shown, len(answers), interested, figure.value, figure.low, figure.high, foretold)


def as_rows(report: Outcome) -> list[dict[str, Any]]:
    """Returns the report as rows of one table: part, name, value, unit, of, low, high."""
    rows = [{"part": "figures", **asdict(figure)} for figure in report.figures]
    for part, slices in (("by place on the list", report.by_rank), ("by strength", report.by_strength)):
        for each in slices:
            interval = {"low": each.low, "high": each.high}
            name = f"{each.name}: interested, of the answers"
            rows.append({"part": part, "name": name, "value": each.share, "unit": "share", "of": each.answered, **interval})
    rows += [
        {"part": "by day", "name": f"{day.day}: {key}", "value": getattr(day, key), "unit": "pairs"}
        for day in report.by_day
        for key in ("shown", "answered", "interested", "mutual")
    ]
    rows += [
        {"part": "ratings", "name": f"{stars} of 5", "value": count, "unit": "answers"} for stars, count in report.ratings.items()
    ]
    return rows


def latest(session: Session, event_id: str, most: int) -> list[Response]:
    """Returns the latest answers that said interested, met or rated, newest first; a no is in no such list, only counted."""
    query = (
        select(Response)
        .where(Response.event_id == event_id, (Response.answer == "interested") | Response.met | Response.rating.is_not(None))
        .where(Response.answer.not_in(("no_thanks",)))
        .order_by(Response.answered_at.desc(), Response.ref, Response.other)
        .limit(most)
    )
    return list(session.scalars(query))
