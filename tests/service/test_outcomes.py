"""What came of an event, counted on a case small enough to count by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest
from matcher.service.store import Event, Introduced, Meeting, Response, Shown
from matcher.service.usecases.intervals import Figure, mean, median, share, wilson
from matcher.service.usecases.outcomes import outcome
from small_event import RUN_ID

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def report(database, published):
    """Four people of the twelve were shown somebody; three answered."""
    a, b, c, d = published.refs[:4]
    shown = [(a, b, 1), (a, c, 2), (b, a, 1), (c, a, 1), (d, a, 1)]
    answers = [(a, b, "interested", 2, True, 5), (a, c, "no_thanks", 2, False, None)]
    answers += [(b, a, "interested", 30, False, None), (c, a, "interested", 4, False, None)]
    with database.writing() as session:
        for ref, other, rank in shown:
            session.add(Shown(event_id=published.id, ref=ref, other=other, rank=rank, shown_at=NOON))
        for ref, other, answer, hours, met, rating in answers:
            at = NOON + timedelta(hours=hours)
            row = Response(event_id=published.id, ref=ref, other=other, answer=answer, met=met, rating=rating, answered_at=at)
            session.add(row)
        session.add(Meeting(event_id=published.id, a=a, b=b, status="held"))
        session.add(Meeting(event_id=published.id, a=a, b=c, status="declined"))
        session.add(Meeting(event_id=published.id, a=b, b=c, status="proposed", draft=True))  # the organizer's own plan
    with database.reading() as session:
        return outcome(session, session.get(Event, published.id))


def test_counts(report):
    counts = {figure.name: figure.value for figure in report.figures if figure.of is None}
    assert counts == {
        "registered": 12,
        "asked: were shown somebody": 4,
        "shown": 5,
        "answered": 4,
        "interested": 3,
        "not for me": 1,
        "already know": 0,
        "mutual: both interested": 1,
        "meetings proposed": 2,
        "meetings agreed": 1,
        "met: one of the two says so": 1,
        "rated": 1,
    }


def test_shares_rest_on_people_and_carry_an_interval(report):
    asked = report.figure("have a mutual interest, of those asked")
    assert (asked.value, asked.of) == (0.5, 4)
    assert (round(asked.low, 3), round(asked.high, 3)) == (0.150, 0.850)  # Wilson, 2 of 4
    answered = report.figure("answered, of those shown")
    assert (answered.value, answered.of) == (0.8, 5)
    assert 0 <= answered.low < 0.8 < answered.high <= 1
    assert report.figure("rating") == Figure("rating", 5.0, "stars", 1)  # one person: no interval
    assert report.figure("time to answer") == Figure("time to answer", 4.0, "hours", 3)  # of 2, 30 and 4


def test_by_day_rank_and_strength(report, database):
    assert [(day.day, day.shown, day.answered, day.interested, day.mutual) for day in report.by_day] == [
        (date(2026, 5, 4), 5, 3, 2, 0),
        (date(2026, 5, 5), 0, 1, 1, 1),
    ]
    assert [(each.name, each.shown, each.answered, each.interested) for each in report.by_rank] == [
        ("place 1", 4, 3, 3),
        ("place 2", 1, 1, 0),
    ]
    assert report.ratings == {1: 0, 2: 0, 3: 0, 4: 0, 5: 1}
    with database.reading() as session:
        pairs = {(row.a, row.b): row.details["strength"] for row in session.query(Introduced).filter_by(run_id=RUN_ID)}
    assert {each.name for each in report.by_strength} == set(pairs.values())


def test_days_are_those_of_the_events_clock(database, published, report):
    with database.writing() as session:
        session.get(Event, published.id).options = {"timezone": "Pacific/Auckland"}
    with database.reading() as session:
        again = outcome(session, session.get(Event, published.id))
    assert [day.day for day in again.by_day] == [date(2026, 5, 5), date(2026, 5, 6)]


def test_an_event_without_answers_has_no_figures_but_counts(database, event):
    with database.reading() as session:
        report = outcome(session, session.get(Event, event.id))
    assert report.figure("interested, of the answers") == Figure("interested, of the answers", None, "share", 0)
    assert (report.by_day, report.by_rank, report.by_strength) == ((), (), ())


def test_intervals_take_people_as_units():
    """Ten answers of one person who says yes to all are one opinion, not ten."""
    of_one_each = [(str(person), float(person % 2)) for person in range(20)]
    of_many = [(str(person), float(person % 2)) for person in range(4) for _ in range(5)]
    one, many = (mean("x", values, "share") for values in (of_one_each, of_many))
    assert one.value == many.value == 0.5
    assert (one.low, one.high) == pytest.approx(wilson(0.5, 19))  # an answer each: each counts, but for the mean taken from them
    assert (many.low, many.high) == pytest.approx(wilson(0.5, 3))
    assert one.high - one.low < many.high - many.low
    stars = mean("x", [("a", 5.0), ("a", 5.0), ("b", 3.0), ("c", 4.0)], "stars")
    assert (stars.value, stars.low < 4.25 < stars.high) == (4.25, True)


def test_intervals_of_nothing_and_of_few():
    assert share("x", 0, 0) == Figure("x", None, "share", 0)
    assert share("x", 3, 3).high == 1.0
    assert mean("x", [], "share") == Figure("x", None, "share", 0)
    assert median("x", [], "hours") == Figure("x", None, "hours", 0)
    ten = median("x", [(str(hour), float(hour)) for hour in range(1, 11)], "hours")
    assert (ten.value, ten.low, ten.high) == (5.5, 2.0, 9.0)  # the 2nd and 9th of 10 hold the median with 97.9 %


def test_the_api_gives_it_to_the_events_own_key_only(client, event, other_event):
    answer = client.get(f"{event.path}/outcome", headers=event.headers)
    assert answer.status_code == 200
    assert answer.json()["figures"][0] == {
        "name": "registered",
        "value": 12.0,
        "unit": "people",
        "of": None,
        "low": None,
        "high": None,
    }
    table = client.get(f"{event.path}/outcome.csv", headers=event.headers)
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert table.text.startswith("part,name,value,unit,of,low,high\nfigures,registered,12,people,,,\n")
    assert client.get(f"{event.path}/outcome", headers=other_event.headers).status_code == 404
    assert client.get(f"{event.path}/outcome.csv").status_code == 401
