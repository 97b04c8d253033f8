"""The map of a run as a drawing on the server: a point a person, a line an introduction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matcher.service.store import Person

WIDTH, HEIGHT, EDGE = 1000, 640, 24
COLOURS = 8
MOST_LINES, MOST_POINTS = 3000, 1500
"""More is one blot, and slow to draw."""


@dataclass(frozen=True, slots=True)
class Point:
    """One person."""

    x: float
    y: float
    radius: float
    colour: int
    label: str
    alone: bool
    """Without any introduction."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """All points and lines, in the drawing's own units."""

    points: tuple[Point, ...]
    lines: tuple[tuple[float, float, float, float], ...]
    groups: tuple[tuple[str, int], ...]
    """Group and its colour, the largest first; colour 0 is for the rest."""


def drawn(people: Mapping[str, Person], positions: Mapping[str, Sequence[float]], ends: Sequence[tuple[str, str]]) -> Drawing:
    """Returns the map of the people who are there, like minds near each other."""
    refs = sorted(ref for ref in people if ref in positions)
    sizes = Counter(people[ref].group for ref in refs if people[ref].group)
    colours = {group: place for place, (group, _) in enumerate(sizes.most_common(COLOURS - 1), start=1)}
    degree = Counter(ref for pair in ends for ref in pair)
    place = {ref: _scaled(positions[ref]) for ref in refs}
    points = tuple(
        Point(
            *place[ref],
            radius=round(5 + 0.8 * min(degree[ref], 12), 1),
            colour=colours.get(people[ref].group, 0),
            label=_label(people[ref], degree[ref]),
            alone=not degree[ref],
        )
        for ref in place
    )
    drawable = [pair for pair in ends if pair[0] in place and pair[1] in place]
    lines = tuple((*place[a], *place[b]) for a, b in drawable[:MOST_LINES])
    return Drawing(points, lines, tuple(colours.items()))


def _scaled(point: Sequence[float]) -> tuple[float, float]:
    x, y = ((1 + value) / 2 for value in point)
    return round(EDGE + x * (WIDTH - 2 * EDGE), 1), round(EDGE + (1 - y) * (HEIGHT - 2 * EDGE), 1)


def _label(person: Person, introductions: int) -> str:
    told = {**person.profile, **person.edits}
    about = ", ".join(part for part in (told.get("title"), told.get("organization")) if part)
    return f"{person.name}{f' ({about})' if about else ''}: {introductions} introduction{'' if introductions == 1 else 's'}"
