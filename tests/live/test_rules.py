import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.eligibility import Eligibility
from matcher.event import EventSettings
from matcher.live.rules import LiveRules
from matcher.profiles import Attendee

NAMES = ("a", "b", "c", "d", "e", "f")
HANDLES = st.sampled_from([*NAMES, "A", "name b", "Name  C", "twin", "c@x.org", "nobody"])
SOME = st.lists(HANDLES, max_size=2).map(tuple)


@st.composite
def attendees(draw, identifier):
    return Attendee(
        identifier,
        "Twin" if draw(st.booleans()) else f"Name {identifier}",
        email=f"{identifier}@x.org",
        organization_key=draw(st.sampled_from(["", "mill", "bakery"])),
        title=draw(st.sampled_from(["Miller", "Miller", ""])),
        group=draw(st.sampled_from(["", "Buyer", "press"])),
        consent=draw(st.sampled_from([True, None, False])),
        met_before=draw(SOME),
        blocked=draw(SOME),
    )


EVENTS = st.builds(
    lambda same, may_meet, must, barred, consent: EventSettings.model_validate(
        {
            "rules": {"same_organization": same, "may_meet": may_meet, "must_meet": must, "exclusions": barred},
            "consent": consent,
        }
    ),
    st.booleans(),
    st.dictionaries(st.sampled_from(["buyer", "Press"]), st.lists(st.sampled_from(["Buyer", "press"]), max_size=2), max_size=2),
    st.lists(st.tuples(HANDLES, HANDLES), max_size=2),
    st.lists(st.tuples(HANDLES, HANDLES), max_size=2),
    st.sampled_from(["assumed", "required"]),
)


@settings(max_examples=150, deadline=None)
@given(st.data(), EVENTS, EVENTS)
def test_after_any_changes_the_rules_are_those_of_the_event_as_it_is(data, first, then):
    rules = LiveRules(first)
    here = {}
    for name in data.draw(st.lists(st.sampled_from(NAMES), min_size=4, max_size=14)):
        slot = NAMES.index(name)
        if name in here and data.draw(st.booleans()):
            rules.drop(slot)
            del here[name]
        else:
            here[name] = data.draw(attendees(name))
            rules.put(slot, here[name])
    rules.set_settings(then)
    people = [here[name] for name in sorted(here)]
    if not people:
        return
    fresh = Eligibility(people, then)
    slots = [NAMES.index(person.id) for person in people]
    required = {tuple(pair) for pair in fresh.must_meet.tolist()}
    for a, slot in enumerate(slots):
        mask = rules.may_meet(slot)
        assert [rules.rule(slot, other) for other in slots] == [fresh.rule(a, b) for b in range(len(people))]
        pairs = np.column_stack([np.full(len(people), a), np.arange(len(people))])
        wanted = fresh.allowed(pairs) | [(min(a, b), max(a, b)) in required and a != b for b in range(len(people))]
        assert mask[slots].tolist() == wanted.tolist()
        assert mask.sum() == wanted.sum()  # nobody who has left is in it
