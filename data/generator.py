"""Seeded events of any size, for speed and scale: `python -m matcher.data.generator 10000 > people.csv`.

Texts are made of sentences of seven roles in twenty fields, whose words differ between the side that needs a thing and the
side that has it; half of the people seek outside their own field. About one profile in ten is half empty. Nothing of it
says how good matches are: for that, there are the judged events.
"""

from __future__ import annotations

import csv
import sys
import tomllib
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Any

import numpy as np

COLUMNS = (
    "attendee_id", "first_name", "last_name", "email", "company", "job_title", "seniority", "industry", "country",
    "languages", "role", "bio", "offering", "seeking", "interests",
)  # fmt: skip
COUNTRIES = ("Austria", "Belgium", "Czechia", "Denmark", "France", "Germany", "Italy", "Poland", "Portugal", "Sweden")
PEOPLE_PER_COMPANY = 3


def people(count: int, seed: int = 7) -> Iterator[dict[str, str]]:
    """Yields `count` rows of a registration with the headings of `COLUMNS`; the same seed gives the same people.

    >>> rows = list(people(3, seed=1))
    >>> len(rows), len({row["email"] for row in rows}), rows == list(people(3, seed=1))
    (3, 3, True)
    """
    words = tomllib.loads(files("matcher.data").joinpath("generator_words.toml").read_text(encoding="utf-8"))
    rng = np.random.default_rng(seed)
    companies = _companies(words, max(1, count // PEOPLE_PER_COMPANY), rng)
    for number in range(count):
        yield _person(words, companies, number, rng)


def _companies(words: dict[str, Any], count: int, rng: np.random.Generator) -> list[tuple[str, str]]:
    fields = list(words["fields"])
    made = []
    for number in range(count):
        name = _pick(words["company_stems"], rng) + _pick(words["company_ends"], rng)
        made.append((f"{name} {number}" if count > 50 else name, _pick(fields, rng)))
    return made


def _person(words: dict[str, Any], companies: list[tuple[str, str]], number: int, rng: np.random.Generator) -> dict[str, str]:
    company, field = companies[int(rng.integers(len(companies)))]
    role = words["roles"][_pick(list(words["roles"]), rng)]
    first, last = _pick(words["first_names"], rng), _pick(words["last_names"], rng)
    other = _pick(list(words["fields"]), rng)
    seeks_elsewhere = rng.random() < 0.5

    def said(part: str, *fields: str) -> str:
        frames = rng.permutation(len(role[part]))
        return " ".join(_sentence(role[part][k], words, of, other, rng) for k, of in zip(frames, fields, strict=False))

    row = {
        "attendee_id": f"g{number + 1:06d}",
        "first_name": first,
        "last_name": f"{last}-{_pick(words['last_names'], rng)}",
        "email": f"{first}.{last}.{number + 1}@example.org".lower(),
        "company": company,
        "job_title": _pick(role["titles"], rng),
        "seniority": _pick(role["levels"], rng),
        "industry": field,
        "country": _pick(COUNTRIES, rng),
        "languages": "en;" + _pick(("de", "fr", "it", "pl", "pt", "sv"), rng),
        "role": role["group"],
        "bio": said("bio", field, field),
        "offering": said("offering", field),
        "seeking": said("seeking", other if seeks_elsewhere else field, field),
        "interests": ";".join(sorted({field, other, _pick(words["places"], rng)})),
    }
    if rng.random() < 0.1:  # half-empty profiles are the rule in real exports, not the exception
        for part in rng.choice(["bio", "offering", "seeking", "interests"], size=2, replace=False):
            row[part] = ""
    return row


def _sentence(frame: str, words: dict[str, Any], field: str, other: str, rng: np.random.Generator) -> str:
    things, problems = words["fields"][field]["things"], words["fields"][field]["problems"]
    text = frame.format(
        field=field,
        other_field=other,
        thing=_pick(things, rng),
        other_thing=_pick(things, rng),
        problem=_pick(problems, rng),
        place=_pick(words["places"], rng),
        number=int(rng.integers(2, 90)),
        years=int(rng.integers(2, 30)),
    )
    return text[0].upper() + text[1:]


def _pick(options: Sequence[str], rng: np.random.Generator) -> str:
    return options[int(rng.integers(len(options)))]


def main() -> None:
    """Writes a registration of the size given on the command line to stdout, with an optional seed behind it."""
    count, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 7
    writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(people(count, seed))


if __name__ == "__main__":
    main()
