"""The schedule as the files of the command line: what is agreed and confirmed, the drafts, and what found no place.

Pages to print hold what is agreed only: drafts are the organizer's own until they are confirmed. What was declined or has expired
is in no file.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from math import inf
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from matcher.service.options import options_of, settings_of
from matcher.service.store import Event, Job, Meeting, Person
from matcher.service.usecases.people import attendee_of, takes_part
from matcher.service.usecases.runs import load, published_run
from matcher.service.usecases.timetable import BOOKED
from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.profiles import Attendee
from matcher.programme import CURES, Cancelled, PlacedMeeting, Programme, Unscheduled, iso
from matcher.run import Run
from matcher.schedule import Slot

FileName = Literal["schedule.csv", "unscheduled.csv", "schedule.xlsx", "table_signs.html", "sheets.html"]
PRINTED = ("table_signs.html", "sheets.html")


def file_of(session: Session, event: Event, name: FileName) -> bytes:
    """Returns one file of an event's schedule as it stands now."""
    from matcher.export.schedule_files import write_tables

    meetings = session.scalars(select(Meeting).where(Meeting.event_id == event.id, Meeting.slot != "")).all()
    people = _people(session, event, meetings)
    found = programme(event, meetings, people, _latest(session, event.id), drafts=name not in PRINTED)
    with tempfile.TemporaryDirectory() as folder:
        write_tables(Path(folder), found, _run(session, event, people))
        return (Path(folder) / name).read_bytes()


def programme(
    event: Event, meetings: Sequence[Meeting], people: Mapping[str, Attendee], left: Sequence[Mapping[str, Any]], drafts: bool
) -> Programme:
    """Returns the schedule as the engine's exports know it.

    Args:
        event: the event.
        meetings: its meetings that have a slot.
        people: ref -> attendee under the id of the registration; meetings of others are left out.
        left: what the latest planning found no place for.
        drafts: whether drafts are in it.
    """
    zone = ZoneInfo(options_of(event).timezone)
    placed: dict[tuple[str, str], PlacedMeeting] = {}
    cancelled: dict[tuple[str, str], Cancelled] = {}
    for each in meetings:
        if not {each.a, each.b} <= people.keys():
            continue
        pair = min(people[each.a].id, people[each.b].id), max(people[each.a].id, people[each.b].id)
        start = each.starts_at.astimezone(zone) if each.starts_at else None
        slot = Slot(each.slot, start, start + timedelta(minutes=each.minutes) if start else None)
        location, _, number = each.table.rpartition(" ")
        agreed = not each.draft and each.status in BOOKED
        if agreed or (drafts and each.draft and each.status == "proposed"):
            table = int(number) if number.isdigit() else 0
            placed[pair] = PlacedMeeting(*pair, slot, table, agreed, each.sequence, location)
        elif each.status == "cancelled":
            cancelled[pair] = Cancelled(*pair, slot.name, *iso(slot), each.sequence, True)
    slots = {name: number for number, name in enumerate(settings_of(event).schedule.slots)}

    def when(one: PlacedMeeting) -> tuple[float, int, str, int]:
        return one.slot.start.timestamp() if one.slot.start else inf, slots.get(one.slot.name, 0), one.location, one.table

    return Programme(
        len(placed),
        len(placed),
        tuple(sorted(placed.values(), key=when)),
        tuple(cancelled[pair] for pair in sorted(cancelled.keys() - placed.keys())),
        tuple(_told(each, people) for each in left if {each.get("a"), each.get("b")} <= people.keys()),
    )


def _people(session: Session, event: Event, meetings: Sequence[Meeting]) -> dict[str, Attendee]:
    """Everybody who takes part, or has a meeting."""
    settings, meeting = settings_of(event), {ref for each in meetings for ref in (each.a, each.b)}
    everybody = session.scalars(select(Person).where(Person.event_id == event.id).order_by(Person.ref))
    here = [one for one in everybody if one.ref in meeting or takes_part(one, settings)]
    return {one.ref: replace(attendee_of(one), id=one.external_id) for one in here}


def _run(session: Session, event: Event, people: Mapping[str, Attendee]) -> Run:
    """What the files need of the published run: the reasons; without one there are none."""
    record = published_run(session, event.id)
    introductions = load(session, event, record, own_ids=True).introductions if record else ()
    return Run(event.name, tuple(people.values()), introductions, (), (), (), {})


def _latest(session: Session, event_id: str) -> Sequence[Mapping[str, Any]]:
    done = select(Job).where(Job.event_id == event_id, Job.kind == "schedule", Job.state == "done")
    job = session.scalars(done.order_by(Job.finished_at.desc()).limit(1)).first()
    return job.result.get("unscheduled", ()) if job else ()


def _told(each: Mapping[str, Any], people: Mapping[str, Attendee]) -> Unscheduled:
    why = [(what, people[ref].name if ref in people else "") for what, ref in each["why"]]
    known = {obstacle.value: cure for obstacle, cure in CURES.items()}
    said = [f"{name} {what}".strip() for what, name in why]
    a, b, slot = people[each["a"]].id, people[each["b"]].id, each["slot"]
    if slot:
        cures = [known[what].format(name) for what, name in why if what in known]
        return Unscheduled(a, b, f"in {slot}: {' and '.join(said)}", slot, " and ".join(cures))
    if any(what in known for what, _ in why):
        return Unscheduled(a, b, f"in every slot: {' / '.join(said)}", "", "one more slot for which both are free")
    return Unscheduled(a, b, " / ".join(said), "", "")
