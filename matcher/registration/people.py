"""One row to one person, with every doubt told."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from matcher.profiles import Attendee, GoalForm
from matcher.registration.columns import EMAIL, Column
from matcher.registration.fields import NAMES, RowFields
from matcher.registration.headings import ANSWER, MAYBE
from matcher.registration.names import lowered, tidy_name
from matcher.registration.seniority import level_of_title, stated_level
from matcher.registration.statuses import Standing, standing
from matcher.registration.values import folded, is_empty, yes_or_no

_IDENTITY = NAMES | {"email", "buyer_email", "id", "order", "status", "voided", "consent", "opted_out"}
_GOAL_FORMS = (
    (GoalForm.OPERATIONAL, re.compile(r"\b(operati\w*|operacion\w*|operaciona\w*|get\w* work done|today)\b")),
    (GoalForm.STRATEGIC, re.compile(r"\b(strateg\w*|estrateg\w*|future|zukunft)\b")),
    (GoalForm.PERSONAL, re.compile(r"\b(person\w*|pessoa\w*|peer\w*|private)\b")),
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A person as one row tells it, before duplicates are merged and ids are settled."""

    row: int
    person: Attendee
    order: str = ""
    named: bool = True
    """False where the name was made from the e-mail address."""
    bought: bool = False
    """True where name or e-mail are the buyer's."""


class RowReader(RowFields):
    """Turns the cells of a row into a draft; collects what it doubts in `problems`."""

    def __init__(self, columns: Sequence[Column], layout: str, letters: frozenset[int], unused: frozenset[int]) -> None:
        """Remember what the columns mean.

        Args:
            columns: The mapped columns.
            layout: Name of the export layout.
            letters: Columns of statuses that hold pretix's letters.
            unused: Columns of consent that nobody filled in, so that they say nothing.
        """
        super().__init__([column for column in columns if column.index not in unused])
        self._layout = layout
        self._letters = letters

    def draft(self, row: int, cells: Sequence[str], identity_only: bool = False) -> Draft | None:
        """The person of the row, or None where the row is left out; the reason then stands in `problems`."""
        start = len(self.problems)
        self._fill(row, cells, _IDENTITY if identity_only else None)
        draft = None if self._is_out() else self._person()
        if draft is None:  # one row left out needs one reason, not its doubts as well
            kept = [problem for problem in self.problems[start:] if not problem.used]
            self.problems[start:] = kept
        return draft

    def _is_out(self) -> bool:
        unknown: list[tuple[str, str]] = []
        for field in ("status", "voided"):
            for column, value in self._values.get(field, ()):
                verdict = standing(value, column.index in self._letters, voided=field == "voided")
                if verdict is Standing.OUT:
                    self._doubt(column.heading, value, "this ticket is not coming: left out", used=False)
                    return True
                if verdict is Standing.UNKNOWN:
                    unknown.append((column.heading, value))
        for heading, value in unknown:
            self._doubt(heading, value, "a status that is not known: counted as coming, check it")
        return False

    def _person(self) -> Draft | None:
        first, last, name = self._names("")
        email = self._email("email")
        if not name and not email and "@" in self._first("name"):
            email = self._email("name")  # pretalx shows the address of speakers who gave no name
        bought = False
        if not name and not email:
            if self._layout == "tito" or not (self._first("buyer_email") or self._first("buyer_name")):
                self._nobody()
                return None
            bought = True
        if not name:
            buyer = self._names("buyer_")
            # The buyer's name beside another person's address would be a wrong name.
            if buyer[2] and (not email or email == self._email("buyer_email")):
                first, last, name = buyer
                bought = True
        if not email and (email := self._email("buyer_email")):
            bought = True
        named = bool(name)
        if not name and not email:
            self._nobody()
            return None
        if bought:
            self._doubt(
                self._heading("buyer_email") or self._heading("buyer_name"), email or name,
                "the buyer's details stand in for the attendee's: ask who is coming",
            )  # fmt: skip
        if not name:
            name = _name_of(email)
            self._doubt(self._heading("name") or self._heading("email"), email, "no name: made from the e-mail address")
        return Draft(self._row, self._attendee(name, first, last, email), self._first("order"), named, bought)

    def _nobody(self) -> None:
        if self._layout == "tito" and (self._first("buyer_email") or self._first("order")):
            self._doubt("Ticket Full Name", self._first("order"), "a ticket not assigned to anybody: left out", used=False)
            return
        found = next((value for pairs in self._values.values() for _, value in pairs), "")
        self._doubt(self._heading("name") or self._heading("email"), found, "neither name nor e-mail: left out", used=False)

    def _names(self, prefix: str) -> tuple[str, str, str]:
        """First name, last name and full name, from whichever of them there are."""
        first, last = (lowered(self._first(f"{prefix}{part}_name")) for part in ("first", "last"))
        whole = self._first(f"{prefix}name")
        if "@" in whole and EMAIL.fullmatch(whole[:320]):
            whole = ""  # an address in the column of names; the row's own e-mail column was looked at before
        if not first and not last and whole.count(",") == 1:
            last, first = (lowered(part.strip()) for part in whole.split(","))
            if f"{first} {last}" != tidy_name(whole):
                first = last = ""  # a degree after the comma
        name = tidy_name(whole) or " ".join(part for part in (first, last) if part)
        if all(map(is_empty, (first, last, whole))) or is_empty(name) or not re.search(r"[^\W_]", name):
            return "", "", ""
        return first, last, name

    def _email(self, field: str) -> str:
        text = self._first(field)
        if not text:
            return ""
        low = unicodedata.normalize("NFKC", text).casefold()[:320].replace("mailto:", " ").strip()
        found = EMAIL.findall(low) if "@" in low else []
        good: list[str] = [address.strip(".'") for address in found if ".." not in address and not address.startswith(".")]
        if not good:
            self._doubt(self._heading(field), text, "this is no e-mail address: correct it")
            return ""
        if len(set(good)) > 1:
            self._doubt(self._heading(field), text, "more than one e-mail address: the first was used")
        return good[0]

    def _attendee(self, name: str, first: str, last: str, email: str) -> Attendee:
        title = self._first("title")
        level = self._first("seniority")
        seniority = stated_level(level)
        if level and not seniority:
            self._doubt(self._heading("seniority"), level, "a level that is not known: taken from the job title")
        inferred: tuple[str, ...] = ()
        if not seniority and (seniority := level_of_title(title)):
            inferred = ("seniority",)
        return Attendee(
            id=self._first("id"),
            name=name,
            first_name=first,
            last_name=last,
            email=email,
            organization=self._first("organization"),
            title=title,
            bio=self._text("bio", "talks"),
            offering=self._text("offering"),
            seeking=self._text("seeking"),
            goal_form=self._goal_form(),
            industry=self._first("industry"),
            seniority=seniority,
            country=self._first("country"),
            languages=self._list("languages"),
            interests=self._list("interests"),
            group=self._first("group"),
            consent=self._consent(),
            min_introductions=self._count("min_introductions"),
            max_introductions=self._count("max_introductions"),
            met_before=self._list("met_before"),
            blocked=self._list("blocked"),
            answers=tuple((column.heading, value) for column, value in self._in_order(ANSWER)),
            inferred=inferred,
        )

    def _goal_form(self) -> GoalForm | None:
        text = self._first("goal_form")
        forms = [form for form, pattern in _GOAL_FORMS if pattern.search(folded(text))]
        if len(forms) == 1:
            return forms[0]
        if text:
            self._doubt(self._heading("goal_form"), text, "expected operational, personal or strategic: left open")
        return None

    def _consent(self) -> bool | None:
        """True or False as answered, None where the file does not ask.

        Silence where it asks is False (silence is no consent: GDPR, recital 32), and so is an opt-out.
        """
        answers: list[bool] = []
        for column in (column for column in self._columns if column.field == "consent"):
            text = next((value for own, value in self._values.get("consent", ()) if own == column), "")
            answer = yes_or_no(text)
            if column.rank >= MAYBE and answer is not False:
                continue  # the heading does not say to what they agree, so only a no is an answer
            answers.append(answer is True)
            if answer is None:
                action = "no clear consent to be matched: left out of matching until it is yes"
                self._doubt(column.heading, text or "no answer", action)
        for column, text in self._values.get("opted_out", ()):
            answer = yes_or_no(text)
            if answer is not False:
                answers.append(False)
            if answer is None:
                self._doubt(column.heading, text, "counted as opted out: write yes or no")
        return all(answers) if answers else None


def _name_of(email: str) -> str:
    """A name to call somebody by, from the part before the @.

    >>> _name_of("anna.berg2@example.org")
    'Anna Berg'
    """
    local = re.sub(r"\+.*|\d+", "", email.partition("@")[0])
    words = re.split(r"[^\w]+|_+", local)
    return " ".join(word.capitalize() for word in words if word) or email.partition("@")[0]
