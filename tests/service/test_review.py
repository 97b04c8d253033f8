"""A run as the organizer looks at it, on both databases: filters, names, what publishing changes, files that wait."""

import pytest
from matcher.service import jobs
from matcher.service.store import Event, Introduced, Job, Response
from matcher.service.usecases.faults import Conflict
from matcher.service.usecases.outcomes import outcome
from matcher.service.usecases.pairs import set_rule
from matcher.service.usecases.review import Filter, changes, found, in_words, named
from small_event import RUN_ID


def test_filters_count_what_they_show(database, drafted):
    with database.reading() as session:
        rows = session.query(Introduced).all()
        for strength in ("strong", "fair", "weak"):
            shown, total = found(session, drafted.id, RUN_ID, Filter(strength=strength), 0, 100)
            assert len(shown) == total == sum(row.details["strength"] == strength for row in rows)
        sided, total = found(session, drafted.id, RUN_ID, Filter(kind="one_sided"), 0, 100)
        assert len(sided) == total == sum(row.details["one_sided"] for row in rows)
        name = drafted.names[0].upper()
        mine, total = found(session, drafted.id, RUN_ID, Filter(text=name), 0, 1)
        assert (len(mine), total) == (1, sum(drafted.refs[0] in (row.a, row.b) for row in rows))
        everything, _ = found(session, drafted.id, RUN_ID, Filter(), 0, 100)
        scores = [row.introduction.mutual_score for row in everything]
        assert scores == sorted(scores, reverse=True)


def test_locked_pairs_are_found(database, drafted):
    with database.writing() as session:
        row = session.query(Introduced).first()
        assert found(session, drafted.id, RUN_ID, Filter(kind="locked"), 0, 9) == ([], 0)
        set_rule(session, session.get(Event, drafted.id), row.a, row.b, "locked")
        shown, total = found(session, drafted.id, RUN_ID, Filter(kind="locked"), 0, 9)
        assert [(each.a.ref, each.b.ref, each.rule) for each in shown] == [(row.a, row.b, "locked")]
        assert total == 1


def test_what_publishing_changes_and_for_whom(database, drafted):
    with database.writing() as session:
        rows = session.query(Introduced).order_by(Introduced.a, Introduced.b).all()
        first, *rest = [(row.a, row.b) for row in rows]
        session.add(Response(event_id=drafted.id, ref=first[0], other=first[1], answer="interested"))
        session.flush()
        new = changes(session, drafted.id, None, RUN_ID)
        assert (new.gained, new.lost, new.kept) == ((first, *rest), (), 0)
        same = changes(session, drafted.id, RUN_ID, RUN_ID)
        assert (same.gained, same.lost, same.kept) == ((), (), len(rows))
        gone = changes(session, drafted.id, RUN_ID, "0" * 20)
        assert (gone.lost, gone.answered) == ((first, *rest), {first: 1})
        lost = {ref: (0, sum(ref in pair for pair in (first, *rest))) for pair in (first, *rest) for ref in pair}
        assert gone.per_person() == lost


def test_names_stand_where_refs_stood(database, drafted, other_event):
    with database.reading() as session:
        people = named(session, drafted.id, [*drafted.refs[:2], *other_event.refs, "a" * 20])
    assert {ref: person.name for ref, person in people.items()} == dict(zip(drafted.refs[:2], drafted.names[:2], strict=True))
    assert in_words(f"{drafted.refs[0]} is at the cap", people) == f"{drafted.names[0]} is at the cap"


def test_a_file_waits_until_it_is_released_and_only_one_does(database, event):
    with database.writing() as session:
        jobs.hold(session, event.id, "import", {"mode": "add"}, b"one")
        job = jobs.hold(session, event.id, "import", {"mode": "add"}, b"two")
        assert [each.id for each in session.query(Job)] == [job.id]
    assert jobs.claim(database) is None
    with database.writing() as session:
        jobs.release(session, session.get(Job, job.id), {"mode": "sync"})
    with database.writing() as session:
        other = jobs.hold(session, event.id, "import", {}, b"three")
    with pytest.raises(Conflict, match="other work under way"), database.writing() as session:
        jobs.release(session, session.get(Job, other.id), {})
    assert jobs.claim(database) == job.id


def test_the_outcome_is_counted_on_both(database, published):
    with database.reading() as session:
        assert outcome(session, session.get(Event, published.id)).figure("registered").value == 12
