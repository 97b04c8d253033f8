import pytest
from pydantic import ValidationError

from matcher.schedule import Schedule


def test_times_follow_each_other_only_without_a_break():
    settings = Schedule(slots=["2026-05-04T10:00", "2026-05-04T10:20", "2026-05-04T11:00"], minutes=20)
    assert settings.follows() == [True, False]
    assert Schedule(slots=["morning", "noon"]).follows() == [True]


def test_a_time_zone_is_given_to_times_on_the_clock():
    (slot,) = Schedule(slots=["2026-05-04T10:00"], timezone="Europe/Berlin").times()
    assert slot.start.utcoffset().total_seconds() == 7200


def test_capacity_is_tables_times_meetings_at_one():
    assert Schedule(slots=["a", "b"], tables=[3, 0], meetings_per_table=2).capacity() == [[6, 0]]
    assert Schedule(slots=["a", "b"], tables=4).capacity() == [[4, 4]]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"slots": ["a", "a"]}, "stands twice"),
        ({"slots": ["a"], "tables": [1, 2]}, "2 numbers for 1 slots"),
        ({"timezone": "Mars/Olympus"}, "no IANA name"),
        ({"slots": ["2026-05-04T10:00", "2026-05-04T10:10"], "minutes": 20}, "at least 20 minutes"),
        ({"slots": ["2026-05-04T10:00", "2026-05-04T10:30+02:00"]}, "all times an offset"),
    ],
)
def test_wrong_settings_are_named(values, words):
    with pytest.raises(ValidationError, match=words):
        Schedule(**values)


def test_each_location_has_tables_of_its_own():
    hall = {"name": "Hall B", "groups": ["exhibitor"], "tables": [1, 2]}
    assert Schedule(slots=["a", "b"], tables=3, locations=[hall]).capacity() == [[3, 3], [1, 2]]
    with pytest.raises(ValidationError, match="locations Hall B: tables: 2 numbers for 1 slots"):
        Schedule(slots=["a"], locations=[hall])
