"""Who can introduce me: paths over people who met, and nobody's decline told by them."""

import pytest


@pytest.fixture
def say(database, event):
    """Somebody says something about another: `say(1, 2, met=True)`."""
    from matcher.service.store import Response

    def answer(who, other, **values):
        with database.writing() as session:
            row = session.get(Response, (event.id, event.refs[who], event.refs[other]))
            row = row or Response(event_id=event.id, ref=event.refs[who], other=event.refs[other])
            for name, value in values.items():
                setattr(row, name, value)
            session.add(row)

    return answer


@pytest.fixture
def paths(database, event):
    """The paths from one to another, as numbers of the people between; None where they know each other."""
    from matcher.service.store import Event, Person
    from matcher.service.usecases.paths import warm_paths

    def found(one, two, may_see=lambda person: True):
        with database.reading() as session:
            people = [session.get(Person, event.refs[number]) for number in (one, two)]
            told = warm_paths(session, session.get(Event, event.id), *people, may_see)
        return None if told.direct else sorted([event.refs.index(other.id) for other in path] for path in told.paths)

    return found


def test_over_one_who_met_both(say, paths):
    say(0, 1, met=True)
    say(2, 1, met=True)
    say(0, 3, met=True)
    say(3, 2, met=True)
    assert paths(0, 2) == [[1], [3]]
    assert paths(2, 0) == [[1], [3]]


def test_over_two_where_nobody_met_both(say, paths):
    for one, two in ((0, 1), (1, 2), (2, 3), (1, 4), (4, 3)):
        say(one, two, met=True)
    assert paths(0, 3) == [[1, 2], [1, 4]]
    assert paths(0, 2) == [[1]]


def test_never_over_three(say, paths):
    for one, two in ((0, 1), (1, 2), (2, 3), (3, 4)):
        say(one, two, met=True)
    assert paths(0, 4) == []


def test_people_who_met_need_nobody_between(say, paths):
    say(0, 1, met=True)
    assert paths(0, 1) is None


def test_knowing_each_other_takes_both(say, paths):
    say(0, 1, met=True)
    say(1, 2, answer="already_know")
    assert paths(0, 2) == []
    say(2, 1, answer="already_know")
    assert paths(0, 2) == [[1]]


def test_people_named_as_met_before_count(database, event, say, paths):
    from matcher.service.store import Person

    with database.writing() as session:
        session.get(Person, event.refs[1]).edits = {"met_before": [event.names[0].upper(), event.external_ids[2]]}
    assert paths(0, 2) == [[1]]
    assert paths(2, 0) == [[1]]


@pytest.mark.parametrize(("one", "two"), [(0, 1), (1, 0), (1, 2), (2, 1)])
def test_a_decline_takes_the_path_away(say, paths, one, two):
    """No introducer is named who declined, or was declined by, one of the two; that there was a path is not told."""
    say(0, 1, met=True)
    say(2, 1, met=True)
    say(one, two, answer="no_thanks")
    assert paths(0, 2) == []


def test_a_decline_between_the_two_in_the_middle_takes_the_path_away(say, paths):
    for one, two in ((0, 1), (1, 2), (2, 3)):
        say(one, two, met=True)
    say(2, 1, answer="no_thanks")
    assert paths(0, 3) == []


@pytest.mark.parametrize("change", [{"paused": True}, {"visible": False}, {"edits": {"consent": False}}])
def test_only_over_people_who_take_part(database, event, say, paths, change):
    from matcher.service.store import Person

    say(0, 1, met=True)
    say(1, 2, met=True)
    with database.writing() as session:
        for name, value in change.items():
            setattr(session.get(Person, event.refs[1]), name, value)
    assert paths(0, 2) == []


@pytest.mark.parametrize(("who", "other"), [(2, 0), (1, 2), (3, 2), (0, 1)])
def test_never_over_people_who_block(database, event, say, paths, who, other):
    from matcher.service.store import Person

    for one, two in ((0, 1), (1, 2), (2, 3)):
        say(one, two, met=True)
    with database.writing() as session:
        session.get(Person, event.refs[who]).edits = {"blocked": [event.emails[other]]}
    assert paths(0, 3) == []


def test_strangers_between_are_those_whom_one_may_see(event, say, paths):
    for one, two in ((0, 1), (1, 2), (2, 3)):
        say(one, two, met=True)
    assert paths(0, 3, may_see=lambda person: person.ref != event.refs[2]) == []


def test_nothing_before_the_event_is_open(database, event, say, paths):
    from matcher.service.store import Event

    say(0, 1, met=True)
    say(1, 2, met=True)
    with database.writing() as session:
        session.get(Event, event.id).options = {}
    assert paths(0, 2) == []
