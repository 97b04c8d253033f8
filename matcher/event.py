"""The event's settings: what the organizer decides, read from `event.toml` and validated.

Each field says its unit, its default and why. `data/event.example.toml` shows all of them; a test holds the two together.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from matcher.errors import SettingsError
from matcher.schedule.settings import Schedule

Count = Annotated[int, Field(ge=0, le=1000)]
Weight = Annotated[float, Field(ge=0.0, le=3.0)]
PairOfPeople = tuple[str, str]


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Caps(_Settings):
    """How many introductions one person gets."""

    min: Count = 1
    """People. Reached first wherever the rules allow it, even with a weak introduction; 0 = nobody needs one."""
    max: Count = 5
    """People. Ten to fifteen meetings a day is what attendees complain about; five is a good day."""

    @model_validator(mode="after")
    def _ordered(self) -> Caps:
        if self.min > self.max:
            raise ValueError(f"min ({self.min}) is larger than max ({self.max})")
        return self


class Introductions(Caps):
    """Introductions per person, and per group where a group differs."""

    fairness: Annotated[float, Field(ge=0.0, le=16.0)] | Literal["max-min"] = 0.0
    """0: the largest total. With more, those who get least come first; the report tells the price. 4 is a good start.
    `max-min`: the worst-off get the most they can, whatever it costs; exact in small events, else approximated and bounded."""
    groups: dict[str, Caps] = Field(default_factory=dict)
    """Group -> its own min and max, e.g. a sold package of eight meetings for exhibitors."""

    def of(self, group: str) -> Caps:
        """Returns the caps of a group; case does not count."""
        return next((cap for name, cap in self.groups.items() if name.casefold() == group.casefold()), self)

    def most(self, group: str, own: int | None) -> int:
        """Returns how many introductions somebody of the group gets at most, whose own wish is `own`."""
        cap = self.of(group).max
        return cap if own is None else min(cap, own)


class Rules(_Settings):
    """Who may meet whom. A hard no is a no at every door."""

    same_organization: bool = False
    """True lets colleagues be introduced to each other."""
    may_meet: dict[str, list[str]] = Field(default_factory=dict)
    """Group -> the only groups that it may meet. A pair must be allowed by the rules of both sides;
    a group without a rule may meet everybody."""
    must_meet: list[PairOfPeople] = Field(default_factory=list)
    """Pairs (ids, e-mails or names) that are introduced whatever their score, within the hard rules."""
    exclusions: list[PairOfPeople] = Field(default_factory=list)
    """Pairs (ids, e-mails or names) that are never introduced."""


class Weights(_Settings):
    """What counts how much, beside what the learned model found. At 1, 1, 1 the model's probabilities stand as they are."""

    goals: Weight = 1.0
    """How far what one offers meets what the other seeks."""
    likeness: Weight = 1.0
    """How alike two profiles are."""
    lexical: Weight = 1.0
    """Shared words (names of methods, products, places), where meaning alone is vague."""
    forms: Weight = 1.0
    """How strongly the form of a goal acts: reach for strategic, same field for operational, common ground for personal."""
    sides: dict[str, Annotated[float, Field(gt=0.0, le=10.0)]] = Field(default_factory=dict)
    """Group -> weight of its own side in the mutual score (default 1); 3 for hosted buyers makes their wish count three times."""


class Candidates(_Settings):
    """How widely the search looks before the reranker weighs."""

    per_person: Annotated[int, Field(ge=5, le=1000)] = 50
    """People retrieved for each person. At 50 the retrieval loses next to nothing that the reranker would have chosen."""


class Exposure(_Settings):
    """How often one person is shown."""

    limit: Annotated[int, Field(ge=1, le=100000)] | None = None
    """Suggestion lists on which one person may stand; without a value, three times the length of a list.
    Without any limit the known few stand on everybody's list and answer nobody."""


class Models(_Settings):
    """Which models are used."""

    encoder: str = ""
    """Name or folder of a sentence-transformers model; empty for the embedded all-MiniLM-L6-v2 (English)."""
    reranker: str = ""
    """Folder of a trained reranker; empty for the one that is shipped."""


class EventSettings(_Settings):
    """All that an organizer can decide about an event's introductions."""

    name: str = ""
    """Title on lists and report; the file's name where empty."""
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 7
    """Same input, settings and seed give the same bytes."""
    introductions: Introductions = Field(default_factory=Introductions)
    rules: Rules = Field(default_factory=Rules)
    weights: Weights = Field(default_factory=Weights)
    candidates: Candidates = Field(default_factory=Candidates)
    exposure: Exposure = Field(default_factory=Exposure)
    models: Models = Field(default_factory=Models)
    schedule: Schedule = Field(default_factory=Schedule)
    """Slots and tables, for `matcher schedule`."""
    columns: dict[str, str] = Field(default_factory=dict)
    """Heading in the registration file -> field, for headings that are not recognised."""
    consent: Literal["assumed", "required"] = "assumed"
    """`required`: only people whose consent column says yes take part. `assumed`: all but those who said no."""


def load_event(path: Path) -> EventSettings:
    """Returns the settings of an `event.toml`.

    Raises:
        SettingsError: the file is missing, is no TOML, or a field is unknown or out of range; every wrong field is named.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read ({type(error).__name__})", "a settings file in TOML, UTF-8") from error
    try:
        return EventSettings.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is no TOML: {error}", "lines such as  max = 5", "see data/event.example.toml") from error
    except ValidationError as error:
        wrong = " | ".join(
            f"{'.'.join(str(part) for part in item['loc']) or 'file'} = {item['input']!r:.60}: {item['msg']}"
            for item in error.errors()
        )
        raise SettingsError(f"{path}: {wrong}", fix="see data/event.example.toml for every field") from error
