"""From one run of an event to the next: who gained and lost whom, how much it is worth to them, and what stays as it was told."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

from matcher.decisions import GONE, Ids
from matcher.run import Introduction, Run

REPLACED = "a better choice for the whole event"


@dataclass(frozen=True, slots=True)
class Change:
    """What is new for one person who takes part in the later run."""

    id: str
    joined: bool
    """True for somebody who was not in the earlier run."""
    gained: tuple[str, ...]
    """Ids of those whom they meet only now."""
    lost: tuple[str, ...]
    """Ids of those whom they no longer meet; people who no longer take part stand in it too."""
    kept: int
    value_before: float
    """Σ P(this person welcomes the other) over their earlier introductions: of those that stay as the later run sees them, since
    scores move a little with the people around, of the others as the earlier run saw them."""
    value_after: float


@dataclass(frozen=True, slots=True)
class Diff:
    """What changed from one run to the next. Pairs are ids, the lower first; all in the order of the ids."""

    gained: tuple[Ids, ...]
    lost: tuple[Ids, ...]
    why_lost: tuple[str, ...]
    """One reason for each of `lost`."""
    kept: tuple[Ids, ...]
    joined: tuple[str, ...]
    left: tuple[str, ...]
    """People of the earlier run who no longer take part: they cancelled, or take back their consent."""
    people: tuple[Change, ...]
    """Those who take part now and gained or lost somebody."""
    value_before: float
    """Σ mutual score of the earlier introductions, those that stay as the later run sees them."""
    value_after: float


def diff(before: Run, after: Run) -> Diff:
    """Returns who came, went and stayed between two runs of one event, and what each gained and lost."""
    old = {(i.a_id, i.b_id): i for i in before.introductions}
    new = {(i.a_id, i.b_id): i for i in after.introductions}
    were, are = ({attendee.id for attendee in run.attendees} for run in (before, after))
    dropped = {(a, b): why for a, b, why in after.facts.get("decided", {}).get("dropped", ())}
    lost = tuple(sorted(old.keys() - new.keys()))
    return Diff(
        gained=tuple(sorted(new.keys() - old.keys())),
        lost=lost,
        why_lost=tuple(dropped.get(pair, REPLACED) if are.issuperset(pair) else GONE for pair in lost),
        kept=tuple(sorted(old.keys() & new.keys())),
        joined=tuple(sorted(are - were)),
        left=tuple(sorted(were - are)),
        people=_people(before, after, were),
        value_before=round(sum(new.get(pair, i).mutual_score for pair, i in old.items()), 4),
        value_after=round(sum(i.mutual_score for i in new.values()), 4),
    )


def _people(before: Run, after: Run, were: set[str]) -> tuple[Change, ...]:
    old: dict[str, dict[str, float]] = defaultdict(dict)
    for person, sides in before.lists().items():
        old[person] = {side.other_id: side.value for side in sides}
    changes = []
    for person, sides in sorted(after.lists().items()):
        mine, theirs = {side.other_id: side.value for side in sides}, old[person]
        if mine.keys() != theirs.keys():
            changes.append(
                Change(
                    id=person,
                    joined=person not in were,
                    gained=tuple(sorted(mine.keys() - theirs.keys())),
                    lost=tuple(sorted(theirs.keys() - mine.keys())),
                    kept=len(mine.keys() & theirs.keys()),
                    value_before=round(sum((theirs | {each: mine[each] for each in mine.keys() & theirs.keys()}).values()), 4),
                    value_after=round(sum(mine.values()), 4),
                )
            )
    return tuple(changes)


def as_told(run: Run, before: Run) -> Run:
    """Returns the run in which locked introductions keep the words of the earlier run.

    They do where neither profile has changed: what somebody has read on their list does not change under their eyes.
    """
    same = set(run.attendees) & set(before.attendees)
    unchanged = {attendee.id for attendee in same}
    earlier = {(i.a_id, i.b_id): i for i in before.introductions}

    def told(now: Introduction) -> Introduction:
        was = earlier.get((now.a_id, now.b_id))
        if was is None or now.status == "draft" or was.one_sided != now.one_sided or not unchanged.issuperset((now.a_id, now.b_id)):
            return now
        words = {name: getattr(was, name) for name in ("form_a", "form_b", "reason_a", "reason_b", "opening_a", "opening_b")}
        return replace(now, **words)

    return replace(run, introductions=tuple(told(each) for each in run.introductions))


def figures(changes: Diff) -> dict[str, Any]:
    """Returns the numbers of a diff, for report and console; it names nobody."""
    who = [change for change in changes.people if not change.joined]
    reasons: dict[str, int] = defaultdict(int)
    for why in changes.why_lost:
        reasons[why] += 1
    return {
        "kept": len(changes.kept),
        "gained": len(changes.gained),
        "lost": len(changes.lost),
        "why_lost": dict(sorted(reasons.items(), key=lambda item: (-item[1], item[0]))),
        "joined": len(changes.joined),
        "left": len(changes.left),
        "people_with_more": sum(change.value_after > change.value_before for change in who),
        "people_with_less": sum(change.value_after < change.value_before for change in who),
        "value_before": changes.value_before,
        "value_after": changes.value_after,
    }
