"""Meetings: who may ask whom, what each step allows, and that nobody is in two places at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

DAY = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
SLOTS = [f"{DAY}T10:00", f"{DAY}T10:20", f"{DAY}T10:40"]
SCHEDULE = {"slots": SLOTS, "tables": 2, "minutes": 20}


@pytest.fixture
def timed(database, event):
    """The event of twelve with three slots and two tables; 0 is mutual with 1 to 5, and so is 1 with 2."""
    from matcher.service.store import Event

    with database.writing() as session:
        stored = session.get(Event, event.id)
        stored.settings, stored.options = {"schedule": SCHEDULE}, {"open": True, "timezone": "Europe/Berlin"}
    for a, b in ((0, 1), (0, 2), (0, 3), (0, 4), (0, 5), (1, 2)):
        be_mutual(database, event, a, b)
    return event


def be_mutual(database, event, a, b):
    from matcher.service.store import Response

    with database.writing() as session:
        for one, two in ((a, b), (b, a)):
            session.merge(Response(event_id=event.id, ref=event.refs[one], other=event.refs[two], answer="interested"))


@pytest.fixture
def do(database, timed):
    """Does something as a person: `do(0, "propose", 1, SLOTS[0])`, `do(1, "accept", meeting)`; gives the meeting's id."""
    from matcher.service.store import Event, Meeting, Person
    from matcher.service.usecases import meetings

    def act(who, what, *given):
        with database.writing() as session:
            event = session.get(Event, timed.id)
            person = session.get(Person, timed.refs[who])
            if what == "propose":
                other = session.get(Person, timed.refs[given[0]])
                return meetings.propose(session, event, person, other, *given[1:]).id
            if what in ("cancel", "held", "no_show"):
                if what == "cancel":
                    return meetings.cancel(session, event, given[0], person).id
                return meetings.mark(session, event, given[0], what == "held", person).id
            return getattr(meetings, what)(session, event, person, *given).id

    def told(meeting):
        with database.reading() as session:
            found = session.get(Meeting, meeting)
            return found.status, found.slot, found.table, found.sequence

    act.told = told
    return act


@pytest.fixture
def change(database, timed):
    """Changes columns of a meeting as time would."""
    from matcher.service.store import Meeting

    def set_(meeting, **values):
        with database.writing() as session:
            for name, value in values.items():
                setattr(session.get(Meeting, meeting), name, value)

    return set_


def refused(words):
    from matcher.service.usecases.faults import Conflict

    return pytest.raises(Conflict, match=words)


def test_a_proposal_is_accepted_and_gets_a_table(do):
    meeting = do(0, "propose", 1, SLOTS[0], "Coffee?")
    assert do.told(meeting) == ("proposed", SLOTS[0], "", 0)
    do(1, "accept", meeting)
    assert do.told(meeting) == ("accepted", SLOTS[0], "1", 1)


def test_slots_are_times_at_the_place_of_the_event(database, timed):
    from matcher.service.store import Event
    from matcher.service.usecases.timetable import slots_of

    with database.reading() as session:
        first = slots_of(session.get(Event, timed.id))[0]
    assert first.starts_at.tzinfo is UTC
    assert first.starts_at.hour in (8, 9)  # ten o'clock in Berlin


def test_both_see_the_meeting_and_what_they_can_do(database, timed, do):
    from matcher.service.store import Event, Person
    from matcher.service.usecases.agenda import my_meetings

    do(0, "propose", 1, SLOTS[0], "Coffee?")
    with database.reading() as session:
        event = session.get(Event, timed.id)
        seen = [my_meetings(session, event, session.get(Person, timed.refs[who]))[0] for who in (0, 1)]
    assert [(one.other.name, one.mine, one.actions) for one in seen] == [
        (timed.names[1], True, ("move", "cancel")),
        (timed.names[0], False, ("accept", "move", "decline")),
    ]
    assert {one.other.email for one in seen} == {""}


def test_only_people_who_are_mutual_or_introduced_can_ask(do):
    with refused("cannot ask this person"):
        do(3, "propose", 4, SLOTS[0])
    with refused("cannot ask this person"):
        do(3, "propose", 3, SLOTS[0])


def test_people_whom_the_published_run_introduces_can_ask(database, published):
    from matcher.service.store import Event, Person
    from matcher.service.usecases.meetings import may_propose
    from matcher.service.usecases.runs import introductions, published_run

    with database.reading() as session:
        event = session.get(Event, published.id)
        first = introductions(session, published_run(session, event.id).id)[0]
        a, b = session.get(Person, first.a_id), session.get(Person, first.b_id)
        assert may_propose(session, event, a, b)
        assert may_propose(session, event, b, a)


@pytest.mark.parametrize("theirs", ["", "no_thanks"])
def test_who_said_yes_waits_for_a_yes_whether_or_not_the_other_declined(database, published, theirs):
    from matcher.service.store import Event, Person, Response
    from matcher.service.usecases.meetings import may_propose
    from matcher.service.usecases.runs import introductions, published_run

    with database.writing() as session:
        event = session.get(Event, published.id)
        first = introductions(session, published_run(session, event.id).id)[0]
        session.add(Response(event_id=event.id, ref=first.a_id, other=first.b_id, answer="interested"))
        session.add(Response(event_id=event.id, ref=first.b_id, other=first.a_id, answer=theirs))
        session.flush()
        assert not may_propose(session, event, session.get(Person, first.a_id), session.get(Person, first.b_id))


@pytest.mark.parametrize(
    ("ending", "by", "before", "status"),
    [("decline", 1, [], "declined"), ("cancel", 0, [], "cancelled"), ("cancel", 0, ["accept"], "cancelled"),
     ("cancel", 1, ["accept"], "cancelled")],
)  # fmt: skip
def test_what_is_called_off_frees_the_slot(do, ending, by, before, status):
    meeting = do(0, "propose", 1, SLOTS[0])
    for step in before:
        do(1, step, meeting)
    do(by, ending, meeting)
    assert do.told(meeting)[0] == status
    do(0, "propose", 2, SLOTS[0])


@pytest.mark.parametrize(("who", "step"), [(0, "accept"), (0, "decline"), (1, "cancel")])
def test_a_proposal_is_answered_by_the_other_and_called_off_by_its_own(do, who, step):
    meeting = do(0, "propose", 1, SLOTS[0])
    with refused("this meeting is proposed"):
        do(who, step, meeting)


def test_others_do_not_know_of_a_meeting(do):
    from matcher.service.usecases.faults import NotFound

    meeting = do(0, "propose", 1, SLOTS[0])
    for step in ("accept", "decline", "cancel"):
        with pytest.raises(NotFound):
            do(2, step, meeting)


def test_who_was_declined_does_not_ask_again_but_the_other_may(do):
    do(1, "decline", do(0, "propose", 1, SLOTS[0]))
    with refused("asked this person before"):
        do(0, "propose", 1, SLOTS[1])
    do(1, "propose", 0, SLOTS[1])


def test_a_move_asks_the_other_again(do):
    meeting = do(0, "propose", 1, SLOTS[0])
    do(1, "accept", meeting)
    do(1, "move", meeting, SLOTS[2])
    assert do.told(meeting) == ("proposed", SLOTS[2], "", 2)
    do(0, "accept", meeting)
    assert do.told(meeting) == ("accepted", SLOTS[2], "1", 3)


def test_nobody_promises_one_slot_twice(do):
    do(0, "propose", 1, SLOTS[0])
    with refused("you cannot come at this time"):
        do(0, "propose", 2, SLOTS[0])


def test_a_proposal_does_not_take_the_slot_of_whom_it_asks(do):
    meeting = do(0, "propose", 1, SLOTS[0])
    do(2, "accept", do(1, "propose", 2, SLOTS[0]))
    with refused("you cannot come at this time"):
        do(1, "accept", meeting)


def test_no_table_twice(database, timed, do):
    from matcher.service.store import Event
    from matcher.service.usecases.timetable import free_slots

    for a, b in ((6, 7), (8, 9), (10, 11)):
        be_mutual(database, timed, a, b)
    first, second, third = (do(a, "propose", b, SLOTS[0]) for a, b in ((6, 7), (8, 9), (10, 11)))
    do(7, "accept", first)
    do(9, "accept", second)
    assert [do.told(meeting)[2] for meeting in (first, second)] == ["1", "2"]
    with refused("no table is free"):
        do(11, "accept", third)
    with database.reading() as session:
        event = session.get(Event, timed.id)
        assert [slot.name for slot in free_slots(session, event, timed.refs[10], timed.refs[11])] == SLOTS[1:2] + SLOTS[2:]


def test_free_slots_are_those_of_both(database, timed, do):
    from matcher.service.store import Event
    from matcher.service.usecases.timetable import free_slots

    do(1, "accept", do(0, "propose", 1, SLOTS[0]))
    do(1, "propose", 2, SLOTS[1])
    with database.reading() as session:
        event = session.get(Event, timed.id)
        assert [slot.name for slot in free_slots(session, event, timed.refs[0], timed.refs[1])] == [SLOTS[2]]
        assert [slot.name for slot in free_slots(session, event, timed.refs[0], timed.refs[2])] == SLOTS[1:]  # 1 only asked 2


def test_the_most_meetings_hold_for_proposals_and_acceptances(database, timed, do):
    from matcher.service.store import Event

    with database.writing() as session:
        session.get(Event, timed.id).options = {"open": True, "meetings": 1}
    meeting = do(0, "propose", 1, SLOTS[0])
    with refused("you have 1 meetings or proposals already"):
        do(0, "propose", 2, SLOTS[1])
    other = do(2, "propose", 1, SLOTS[1])
    do(1, "accept", meeting)
    with refused("you have 1 meetings"):
        do(1, "accept", other)
    with refused("they have 1 meetings"):
        do(3, "propose", 0, SLOTS[2])


def test_proposals_expire(database, timed, do, change):
    from matcher.service.store import Event, Person
    from matcher.service.usecases.agenda import my_meetings
    from matcher.service.usecases.meetings import expire_everywhere

    meeting = do(0, "propose", 1, SLOTS[0])
    change(meeting, expires_at=datetime.now(UTC) - timedelta(seconds=1))
    with database.reading() as session:  # told at once, before the store says so
        event, person = session.get(Event, timed.id), session.get(Person, timed.refs[1])
        assert [(one.status, one.actions) for one in my_meetings(session, event, person)] == [("expired", ())]
    with refused("this meeting is expired"):
        do(1, "accept", meeting)
    do(0, "propose", 1, SLOTS[0])  # the slot is free again, and the pair too
    with database.writing() as session:
        assert expire_everywhere(session) == 0  # the proposal before has marked it
    assert do.told(meeting)[0] == "expired"


def test_a_proposal_expires_when_its_slot_begins(database, timed, do):
    from matcher.service.store import Event, Meeting

    with database.writing() as session:
        session.get(Event, timed.id).options = {"open": True, "timezone": "Europe/Berlin", "request_hours": 1000}
    meeting = do(0, "propose", 1, SLOTS[0])
    with database.reading() as session:
        found = session.get(Meeting, meeting)
        assert found.expires_at == found.starts_at


def test_what_was_held_is_noted_for_both(database, timed, do, change):
    from matcher.service.store import Response

    meeting = do(0, "propose", 1, SLOTS[0])
    do(1, "accept", meeting)
    with refused("has not begun"):
        do(0, "held", meeting)
    change(meeting, starts_at=datetime.now(UTC) - timedelta(minutes=30))
    met = select(Response.met).where(Response.ref.in_(timed.refs[:2]), Response.other.in_(timed.refs[:2]))
    for step, wanted in (("held", [True, True]), ("no_show", [False, False]), ("held", [True, True])):
        do(1, step, meeting)
        with database.reading() as session:
            assert list(session.scalars(met)) == wanted


def test_a_no_calls_off_what_is_open(database, timed, do):
    from matcher.service.store import Event, Person
    from matcher.service.usecases.responses import respond

    agreed = do(0, "propose", 1, SLOTS[0])
    do(1, "accept", agreed)
    asked = do(2, "propose", 1, SLOTS[1])
    with database.writing() as session:
        event, person = session.get(Event, timed.id), session.get(Person, timed.refs[1])
        for other in (0, 2):
            respond(session, event, person, session.get(Person, timed.refs[other]), "no_thanks")
    assert [do.told(meeting)[0] for meeting in (agreed, asked)] == ["cancelled", "declined"]


def test_an_event_without_slots_leaves_the_time_to_the_two(database, timed, do):
    from matcher.service.store import Event

    with database.writing() as session:
        session.get(Event, timed.id).settings = {}
    meeting = do(0, "propose", 1, "", "At the coffee bar after the keynote?")
    do(1, "accept", meeting)
    assert do.told(meeting) == ("accepted", "", "", 1)


def test_changes_are_told_to_webhooks_that_want_them(database, timed, do):
    from matcher.service.store import Delivery, Webhook

    with database.writing() as session:
        session.add(Webhook(id="f" * 20, event_id=timed.id, url="https://example.org", topics={"names": ["meeting.changed"]}))
    meeting = do(0, "propose", 1, SLOTS[0])
    do(1, "accept", meeting)
    with database.reading() as session:
        told = [each.payload for each in session.scalars(select(Delivery).order_by(Delivery.created_at))]
    ids = {"meeting": meeting, "a": timed.refs[0], "b": timed.refs[1]}
    assert told == [ids | {"change": "proposed"}, ids | {"change": "accepted"}]


def test_two_at_once_get_one_slot(timed, do):
    """Five proposals to one person for one slot, all accepted at the same moment: one is agreed."""
    from matcher.service.usecases.faults import Conflict

    asked = [do(who, "propose", 0, SLOTS[0]) for who in range(1, 6)]

    def accept(meeting):
        try:
            return bool(do(0, "accept", meeting))
        except Conflict:
            return False

    with ThreadPoolExecutor(5) as pool:
        assert sorted(pool.map(accept, asked)) == [False] * 4 + [True]
    assert sorted(do.told(meeting)[0] for meeting in asked) == ["accepted", *["proposed"] * 4]


def test_two_at_once_get_one_table(database, timed, do):
    from matcher.service.store import Event
    from matcher.service.usecases.faults import Conflict

    with database.writing() as session:
        session.get(Event, timed.id).settings = {"schedule": SCHEDULE | {"tables": 1}}
    pairs = ((6, 7), (8, 9), (10, 11))
    for a, b in pairs:
        be_mutual(database, timed, a, b)
    asked = [(b, do(a, "propose", b, SLOTS[0])) for a, b in pairs]

    def accept(given):
        try:
            return bool(do(given[0], "accept", given[1]))
        except Conflict:
            return False

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(accept, asked)) == [False, False, True]


def test_two_who_ask_each_other_at_once_get_one_meeting(timed, do):
    from matcher.service.usecases.faults import Conflict

    def ask(given):
        try:
            return bool(do(given[0], "propose", given[1], SLOTS[given[0]]))
        except Conflict:
            return False

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(ask, [(0, 1), (1, 0)])) == [False, True]
