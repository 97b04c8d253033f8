"""More than two at a time, or many in turn: round tables around a shared goal, and rounds of speed networking."""

from __future__ import annotations

from matcher.groups.round_tables import RoundTable, round_tables
from matcher.groups.speed_networking import Rounds, speed_networking

__all__ = ["RoundTable", "Rounds", "round_tables", "speed_networking"]
