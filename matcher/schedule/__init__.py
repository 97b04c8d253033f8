"""Introductions to meetings: slots, tables, availability, breaks, and what does not move."""

from __future__ import annotations

from matcher.schedule.planning import Timetable, schedule
from matcher.schedule.settings import Schedule, Slot
from matcher.schedule.unplaced import Obstacle, Unplaced

__all__ = ["Obstacle", "Schedule", "Slot", "Timetable", "Unplaced", "schedule"]
