"""The people of an event: what they offer, what they seek, and what they have agreed to.

Everything here is frozen. `registration` makes attendees, `goals` completes them, later stages only read them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class GoalForm(StrEnum):
    """The three forms of networking of Ibarra and Hunter (Harvard Business Review, 2007)."""

    OPERATIONAL = "operational"
    """Getting today's work done: buy, sell, hire, solve. Rewards fit in the same field."""
    PERSONAL = "personal"
    """Peers, advice, referrals. Rewards common ground."""
    STRATEGIC = "strategic"
    """Where somebody wants to be. Rewards reach: other organisation, other field, one step ahead."""


SENIORITIES = ("student", "junior", "mid", "senior", "lead", "executive", "founder")
"""The levels that are compared with each other, lowest first; founders stand beside executives."""


@dataclass(frozen=True, slots=True)
class Goal:
    """One thing that somebody wants from the event, in their own words."""

    text: str
    form: GoalForm
    form_stated: bool = False
    """True where the attendee chose the form; False where it was inferred from the text."""
    inferred: bool = False
    """True where the attendee stated no goal and this one is what the rest of the profile implies."""


@dataclass(frozen=True, slots=True)
class Attendee:
    """One person at the event. Texts are as the person wrote them, stripped; absent ones are empty strings."""

    id: str
    name: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    organization: str = ""
    organization_key: str = ""
    """Equal for all spellings of one organisation; empty where there is none (freelance, retired)."""
    title: str = ""
    bio: str = ""
    offering: str = ""
    seeking: str = ""
    goals: tuple[Goal, ...] = ()
    """`seeking` split into single goals; filled in by `goals.complete`."""
    goal_form: GoalForm | None = None
    """The form that the attendee stated for all goals, if any."""
    industry: str = ""
    seniority: str = ""
    """One of `SENIORITIES`, or empty where it is not known."""
    country: str = ""
    languages: tuple[str, ...] = ()
    interests: tuple[str, ...] = ()
    group: str = ""
    """Ticket type or role, as the meeting rules name it."""
    consent: bool | None = None
    """True or False as the attendee answered, None where nobody asked. A refusal takes part in nothing."""
    min_introductions: int | None = None
    max_introductions: int | None = None
    met_before: tuple[str, ...] = ()
    """Ids, e-mails or names of people already met, as written."""
    blocked: tuple[str, ...] = ()
    """Ids, e-mails or names of people never to be introduced to, as written."""
    answers: tuple[tuple[str, str], ...] = ()
    """Custom questions and unknown columns that were kept: (heading, answer)."""
    inferred: tuple[str, ...] = ()
    """Names of the fields that were inferred rather than stated."""
    advice: tuple[str, ...] = ()
    """What this person could add to get better introductions."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One row or cell of the input that was not used, or used with a doubt."""

    row: int
    """Row number as a spreadsheet shows it, the heading row being row 1; 0 for the whole file."""
    column: str
    found: str
    action: str
    """What to do about it."""
    used: bool
    """True where the row was used all the same."""
    attendee_id: str = ""


@dataclass(frozen=True, slots=True)
class Registration:
    """What came out of one registration file."""

    attendees: tuple[Attendee, ...]
    problems: tuple[Problem, ...] = ()
    mapping: tuple[tuple[str, str], ...] = ()
    """(heading in the file, field it became); `answer` for a kept custom question."""
    layout: str = ""
    """Name of the recognised export layout, `spreadsheet` otherwise."""
    encoding: str = ""
    delimiter: str = ""
    rows: int = 0
    """Rows below the heading that hold anything."""
    checksum: str = field(default="", compare=False)
    """sha256 of the file's bytes."""
