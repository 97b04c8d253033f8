import time
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.allocation import allocate
from matcher.schedule import Obstacle, schedule
from matcher.schedule.colouring import colour_edges
from matcher.schedule.construction import construct
from matcher.schedule.problem import checked


def holds(pairs, slots, availability, tables, fixed, max_in_a_row, follows=None):
    """True where every rule holds for all that is not fixed."""
    n, s = availability.shape
    for t in range(s):
        here = np.flatnonzero(slots == t)
        people = pairs[here].ravel()
        if len(set(people.tolist())) < len(people) or len(here) > max(tables[t], (fixed == t).sum()):
            return False
        loose = here[fixed[here] < 0]
        if not availability[pairs[loose].ravel(), t].all():
            return False
    if (slots[fixed >= 0] != fixed[fixed >= 0]).any():
        return False
    for person in range(n) if max_in_a_row else ():
        mine = (pairs == person).any(axis=1) & (slots >= 0)
        busy, held = set(slots[mine].tolist()), set(slots[mine & (fixed >= 0)].tolist())
        for t in range(s - max_in_a_row):
            window = set(range(t, t + max_in_a_row + 1))
            if (follows is None or follows[t : t + max_in_a_row].all()) and window <= busy and not window <= held:
                return False
    return True


def brute_force(pairs, availability, tables, fixed, max_in_a_row):
    """The most meetings that can be placed."""
    best = 0
    for slots in product(range(-1, availability.shape[1]), repeat=len(pairs)):
        placed = sum(slot >= 0 for slot in slots)
        if placed > best and holds(pairs, np.array(slots), availability, tables, fixed, max_in_a_row):
            best = placed
    return best


@st.composite
def events(draw, people=12, slots=6, most=40):
    n, s = draw(st.integers(1, people)), draw(st.integers(1, slots))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    every = np.array(list(combinations(range(n), 2)), dtype=np.int64).reshape(-1, 2)
    pairs = rng.permutation(every)[: draw(st.integers(0, most))]
    availability = rng.random((n, s)) < draw(st.sampled_from([0.4, 0.8, 1.0]))
    tables = rng.integers(0, draw(st.integers(1, n)) + 1, s)
    fixed, seen = np.full(len(pairs), -1), set()
    for meeting in range(min(len(pairs), draw(st.integers(0, 3)))):
        slot = int(rng.integers(0, s))
        taken = {(person, slot) for person in pairs[meeting].tolist()}
        if not taken & seen:
            fixed[meeting], seen = slot, seen | taken
    return pairs, availability, tables, fixed, draw(st.integers(0, 3))


@settings(max_examples=80, deadline=None)
@given(events())
def test_every_rule_holds_and_what_is_left_out_cannot_be_added(event):
    pairs, availability, tables, fixed, max_in_a_row = event
    found = schedule(pairs, availability, tables, fixed, max_in_a_row, time_limit=2)
    assert holds(pairs, found.slot, availability, tables, fixed, max_in_a_row)
    assert found.placed <= found.bound <= len(pairs)
    assert [each.meeting for each in found.unplaced] == np.flatnonzero(found.slot < 0).tolist()
    for meeting in np.flatnonzero(found.slot < 0):
        for slot in range(len(tables)):
            more = found.slot.copy()
            more[meeting] = slot
            assert not holds(pairs, more, availability, tables, fixed, max_in_a_row)


@settings(max_examples=80, deadline=None)
@given(events(), st.booleans())
def test_the_slot_named_would_fix_it(event, breaks):
    pairs, availability, tables, fixed, max_in_a_row = event
    follows = np.array([not breaks or t % 2 == 0 for t in range(len(tables) - 1)], dtype=bool)
    found = schedule(pairs, availability, tables, fixed, max_in_a_row, time_limit=2, follows=follows)
    assert holds(pairs, found.slot, availability, tables, fixed, max_in_a_row, follows)
    for each in found.unplaced:
        if each.slot < 0:
            continue
        more, can_come, room, limit = found.slot.copy(), availability.copy(), tables.copy(), max_in_a_row
        more[each.meeting] = each.slot
        for what, person in each.obstacles:
            if what is Obstacle.TABLES:
                room[each.slot] = (more == each.slot).sum()
            elif what is Obstacle.UNAVAILABLE:
                can_come[person, each.slot] = True
            else:
                assert what is Obstacle.IN_A_ROW
                limit = 0
        assert each.obstacles
        assert holds(pairs, more, can_come, room, fixed, limit, follows)


@settings(max_examples=40, deadline=None)
@given(events(people=5, slots=3, most=5))
def test_small_events_are_placed_as_well_as_can_be(event):
    found = schedule(*event, time_limit=5)
    assert found.placed == brute_force(*event)
    assert found.bound >= found.placed


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 30), st.floats(0.1, 1.0), st.integers(0, 1000))
def test_one_slot_more_than_the_most_that_anyone_meets_is_enough(n, density, seed):
    rng = np.random.default_rng(seed)
    pairs = np.array([pair for pair in combinations(range(n), 2) if rng.random() < density], dtype=np.int64).reshape(-1, 2)
    degree = int(np.bincount(pairs.ravel(), minlength=n).max(initial=0))
    colours = colour_edges(pairs, n)
    assert colours.max(initial=-1) <= degree
    everybody = np.ones((n, degree + 1), dtype=bool)
    nothing = np.full(len(pairs), -1)
    assert holds(pairs, colours, everybody, np.full(degree + 1, n), nothing, 0)
    found = schedule(pairs, everybody, np.full(degree + 1, n))
    assert found.placed == len(pairs)
    assert found.unplaced == ()


def test_tables_are_distinct_within_a_slot():
    pairs = np.array(list(combinations(range(9), 2)))
    found = schedule(pairs, np.ones((9, 12), bool), np.full(12, 3))
    assert found.placed == 36
    assert sorted(zip(found.slot.tolist(), found.table.tolist(), strict=True)) == list(product(range(12), range(3)))


def test_the_same_seed_gives_the_same_timetable():
    pairs = np.array(list(combinations(range(12), 2)))
    can_come = np.random.default_rng(1).random((12, 14)) > 0.2
    one, other = (schedule(pairs, can_come, np.full(14, 5), time_limit=20) for _ in range(2))
    assert one.slot.tolist() == other.slot.tolist()
    assert one.table.tolist() == other.table.tolist()


def test_a_fixed_meeting_stays_where_somebody_has_to_give_way():
    pairs = np.array([[0, 1], [0, 2], [1, 2]])
    found = schedule(pairs, np.ones((3, 3), bool), np.full(3, 1), np.array([2, -1, -1]))
    assert found.slot[0] == 2
    assert found.placed == 3


def test_a_fixed_meeting_keeps_its_table():
    pairs = np.array([[0, 1], [2, 3], [4, 5]])
    found = schedule(pairs, np.ones((6, 1), bool), np.array([3]), np.array([-1, 0, 0]), places=np.array([1, 0, 2]))
    assert found.table.tolist() == [1, 0, 2]  # the first is not fixed and gets what is left


def test_a_fixed_meeting_outside_the_rules_is_a_fact():
    found = schedule(np.array([[0, 1]]), np.zeros((2, 1), bool), np.array([0]), np.array([0]))
    assert (found.slot.tolist(), found.placed, found.bound) == ([0], 1, 1)


def test_a_missing_table_is_told():
    found = schedule(np.array([[0, 1], [2, 3]]), np.ones((4, 1), bool), np.array([1]))
    (left,) = found.unplaced
    assert (left.slot, left.obstacles) == (0, ((Obstacle.TABLES, -1),))


def test_who_cannot_come_is_told():
    found = schedule(np.array([[0, 1]]), np.array([[True, False], [False, False]]), np.array([1, 1]))
    assert found.unplaced[0].slot == 0
    assert found.unplaced[0].obstacles == ((Obstacle.UNAVAILABLE, 1),)


def test_a_needed_break_is_told():
    pairs = np.array([[0, 1], [0, 2]])
    found = schedule(pairs, np.ones((3, 2), bool), np.full(2, 5), max_in_a_row=1)
    assert found.placed == 1
    assert found.unplaced[0].obstacles == ((Obstacle.IN_A_ROW, 0),)
    assert schedule(pairs, np.ones((3, 2), bool), np.full(2, 5), max_in_a_row=1, follows=np.array([False])).placed == 2


def test_only_one_more_slot_would_help():
    found = schedule(np.array([[0, 1], [0, 2]]), np.ones((3, 1), bool), np.array([5]))
    assert (found.unplaced[0].slot, found.unplaced[0].obstacles) == (-1, ((Obstacle.BUSY, 0),))


def test_each_location_fills_its_own_tables():
    pairs = np.array([[0, 1], [2, 3], [4, 5]])
    tables = np.array([[1, 0], [1, 0]])
    found = schedule(pairs, np.ones((6, 2), bool), tables, location=np.array([0, 0, 1]))
    assert (found.slot.tolist(), found.table.tolist(), found.bound) == ([0, -1, 0], [0, -1, 0], 2)
    assert found.unplaced[0].obstacles == ((Obstacle.TABLES, -1),)


def test_a_colleague_takes_the_meeting_where_the_one_introduced_cannot():
    pairs = np.array([[0, 2], [1, 2]])  # two buyers and 2; 3 stands in for 2
    can_come = np.array([[True, False]] * 4)
    found = schedule(pairs, can_come, np.full(2, 5), team=np.array([-1, -1, 0, 0]))
    assert found.slot.tolist() == [0, 0]
    assert sorted(found.pairs[:, 1].tolist()) == [2, 3]
    assert schedule(pairs, can_come, np.full(2, 5)).placed == 1


def test_two_of_one_team_never_meet_the_same_person():
    with pytest.raises(ValueError, match="two of one team meet the same person"):
        schedule(np.array([[0, 1], [0, 2]]), np.ones((3, 2), bool), np.full(2, 5), team=np.array([-1, 0, 0]))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 2))
def test_every_rule_holds_with_stand_ins_and_locations(seed, max_in_a_row):
    rng = np.random.default_rng(seed)
    team = np.array([-1] * 6 + [0] * 2 + [1] * 3)
    rows = {
        (int(a), 6 + 2 * int(t)): (int(a), int(rng.choice(np.flatnonzero(team == t)))) for a, t in rng.integers(0, (6, 2), (9, 2))
    }
    pairs = np.array(list(rows.values()))
    can_come, tables = rng.random((11, 4)) < 0.7, rng.integers(0, 3, (2, 4))
    location = rng.integers(0, 2, len(pairs))
    fixed = np.full(len(pairs), -1)
    fixed[0] = rng.integers(-1, 4)
    found = schedule(pairs, can_come, tables, fixed, max_in_a_row, time_limit=2, location=location, team=team)
    everywhere = np.full(4, 11)
    assert holds(found.pairs, found.slot, can_come, everywhere, fixed, max_in_a_row)
    for here, room in enumerate(tables):
        there = location == here
        assert (np.bincount(found.slot[there & (found.slot >= 0) & (fixed < 0)], minlength=4) <= room).all()
    same = found.pairs == pairs
    assert (same | ((team[found.pairs] == team[pairs]) & (team[pairs] >= 0))).all()
    assert found.placed <= found.bound


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 2))
def test_small_events_with_stand_ins_are_placed_as_well_as_can_be(seed, max_in_a_row):
    rng = np.random.default_rng(seed)
    team, pairs = np.array([-1, -1, -1, 0, 0]), np.array([[0, 3], [1, 3], [2, 4]])
    can_come, tables, fixed = rng.random((5, 3)) < 0.6, rng.integers(0, 3, 3), np.full(3, -1)
    best = 0
    for hosts in product((3, 4), repeat=3):
        held = np.column_stack([pairs[:, 0], hosts])
        for slots in product(range(-1, 3), repeat=3):
            if holds(held, np.array(slots), can_come, tables, fixed, max_in_a_row):
                best = max(best, sum(slot >= 0 for slot in slots))
    found = schedule(pairs, can_come, tables, max_in_a_row=max_in_a_row, time_limit=5, team=team)
    assert (found.placed, found.bound >= best) == (best, True)


def test_researchers_who_meet_six_others_need_seven_rounds():
    scale = pytest.importorskip("benchmarks.scale.instances")
    if scale.data_file() is None:
        pytest.skip(scale.ABSENT)
    pairs, weights = scale.researchers(1162)
    chosen = pairs[allocate(pairs, weights, np.ones(1162, int), np.full(1162, 6)).chosen]
    found = schedule(chosen, np.ones((1162, 7), bool), np.full(7, 581))
    assert (found.placed, found.unplaced) == (len(chosen), ())


@pytest.mark.parametrize("n", [0, 1, 3])
def test_no_meetings(n):
    found = schedule(np.zeros((0, 2), int), np.ones((n, 4), bool), np.full(4, 2))
    assert (found.placed, found.bound, found.unplaced) == (0, 0, ())


def test_no_slots():
    found = schedule(np.array([[0, 1]]), np.ones((2, 0), bool), np.zeros(0, int))
    assert (found.placed, found.bound) == (0, 0)
    assert found.unplaced[0].slot == -1


def test_the_time_limit_is_honoured_and_an_answer_is_there_at_any_time():
    rng = np.random.default_rng(5)
    pairs = rng.permutation(np.array(list(combinations(range(60), 2))))[:900]
    can_come, tables = rng.random((60, 30)) > 0.3, np.full(30, 28)
    start = time.monotonic()
    found = schedule(pairs, can_come, tables, max_in_a_row=3, time_limit=1)
    assert time.monotonic() - start < 4  # the machine may be busy
    assert holds(pairs, found.slot, can_come, tables, np.full(900, -1), 3)
    at_once, _ = construct(checked(pairs, can_come, tables, None, 3, None), time.monotonic(), 7, 900)
    assert holds(pairs, at_once, can_come, tables, np.full(900, -1), 3)
    assert (at_once >= 0).sum() > 450  # a first answer places more than half


@pytest.mark.parametrize(
    ("pairs", "fixed", "words"),
    [
        ([[0, 0]], None, "meets themselves"),
        ([[0, 1], [1, 0]], None, "stands twice"),
        ([[0, 1], [0, 2]], [1, 1], "person 0 has two fixed meetings in slot 1"),
        ([[0, 9]], None, "pairs name people 0 to 9"),
        ([[0, 1]], [7], "fixed slots 7 to 7"),
    ],
)
def test_impossible_input_is_refused(pairs, fixed, words):
    with pytest.raises(ValueError, match=words):
        schedule(np.array(pairs), np.ones((3, 2), bool), np.full(2, 5), None if fixed is None else np.array(fixed))
