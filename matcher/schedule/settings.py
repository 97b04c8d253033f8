"""The schedule's settings: `[schedule]` in `event.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, model_validator


@dataclass(frozen=True, slots=True)
class Slot:
    """A time in which everybody has at most one meeting."""

    name: str
    """As the organizer wrote it."""
    start: datetime | None
    """None where the name is no time. Without a time zone it is the time on the clock at the place."""
    end: datetime | None


Tables = Annotated[int, Field(ge=0, le=100_000)]


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Location(_Settings):
    """A hall or a corner with tables of its own."""

    name: Annotated[str, Field(min_length=1)]
    """Stands before the number of the table; tables are counted from 1 at each location."""
    groups: Annotated[list[Annotated[str, Field(min_length=1)]], Field(min_length=1)]
    """Meetings with somebody in one of these groups take place here; the first location that fits counts."""
    tables: Tables | list[Tables]
    """In every slot, or one number per slot."""


class Schedule(_Settings):
    """When, where and how often people meet."""

    slots: list[Annotated[str, Field(min_length=1)]] = Field(default_factory=list)
    """Names or ISO times (2026-05-04T10:00, 2026-05-04T10:00+02:00) in order of time; calendars need times."""
    tables: Annotated[int, Field(ge=1, le=100_000)] | list[Tables] = 50
    """Tables in every slot, or one number per slot, for meetings that belong to none of `locations`."""
    locations: list[Location] = Field(default_factory=list)
    """Locations by group."""
    stand_ins: list[Annotated[str, Field(min_length=1)]] = Field(default_factory=list)
    """Groups whose people of one organisation stand in for each other: any of them may take a meeting, never two on one person."""
    meetings_per_table: Annotated[int, Field(ge=1, le=1000)] = 1
    """Meetings at one table at once; more for long tables or a lounge."""
    max_in_a_row: Annotated[int, Field(ge=0, le=100)] = 4
    """Meetings without a break; 0 for any number. After four people stop listening."""
    minutes: Annotated[int, Field(ge=1, le=1440)] = 20
    """Minutes of one meeting, which is one slot."""
    timezone: str = ""
    """IANA name (Europe/Berlin) for times without an offset; empty: the clock at the place."""
    time_limit: Annotated[float, Field(gt=0.0, le=86_400.0)] = 30.0
    """Seconds; the best timetable found by then is used."""
    calendar: str = ""
    """Stands in every calendar entry's id; set it once and calendars update instead of doubling. Empty: the event's title."""

    @model_validator(mode="after")
    def _fits(self) -> Schedule:
        if len(set(self.slots)) != len(self.slots):
            raise ValueError("slots: a slot stands twice")
        for where, tables in (
            ("tables", self.tables),
            *((f"locations {each.name}: tables", each.tables) for each in self.locations),
        ):
            if isinstance(tables, list) and len(tables) != len(self.slots):
                raise ValueError(f"{where}: {len(tables)} numbers for {len(self.slots)} slots")
        if len({location.name for location in self.locations}) != len(self.locations):
            raise ValueError("locations: a name stands twice")
        if self.timezone:
            try:
                ZoneInfo(self.timezone)
            except (KeyError, ValueError, OSError) as error:
                raise ValueError(f"timezone: {self.timezone!r} is no IANA name such as Europe/Berlin") from error
        times = [slot.start for slot in self.times() if slot.start]
        if len({time.tzinfo is None for time in times}) > 1:
            raise ValueError("slots: give all times an offset, or none")
        if any(later < earlier + timedelta(minutes=self.minutes) for earlier, later in pairwise(times)):
            raise ValueError(f"slots: in order of time, each at least {self.minutes} minutes after the one before")
        return self

    def times(self) -> list[Slot]:
        """Returns the slots with their start and end.

        >>> [slot.end.isoformat() for slot in Schedule(slots=["2026-05-04T10:00"], minutes=15).times()]
        ['2026-05-04T10:15:00']
        """
        found = []
        for name in self.slots:
            start = _time(name)
            if start and start.tzinfo is None and self.timezone:
                start = start.replace(tzinfo=ZoneInfo(self.timezone))
            found.append(Slot(name, start, start + timedelta(minutes=self.minutes) if start else None))
        return found

    def follows(self) -> list[bool]:
        """Returns (slots−1,) True where the next slot begins as this one ends; names without times follow each other."""
        slots = self.times()
        return [one.end is None or two.start is None or two.start <= one.end for one, two in pairwise(slots)]

    def capacity(self) -> list[list[int]]:
        """Returns (1 + locations, slots) meetings at once in each slot; the first row is for those of no location."""
        every = (self.tables, *(location.tables for location in self.locations))
        rows = [tables if isinstance(tables, list) else [tables] * len(self.slots) for tables in every]
        return [[number * self.meetings_per_table for number in row] for row in rows]


def _time(name: str) -> datetime | None:
    try:
        return datetime.fromisoformat(name) if "T" in name or ":" in name else None
    except ValueError:
        return None
