"""Why two people should meet, told to each in words that both have written.

Every sentence quotes the profiles and adds only a frame around the quotations; nothing about a person is made up. Frames
rotate, so that no two reasons in one list read alike.
"""

from __future__ import annotations

from dataclasses import dataclass

from matcher.profiles import Attendee, Goal, GoalForm

QUOTE_LENGTH = 140
"""Characters of one quotation: what is read in ten seconds."""

_AROUND = frozenset(("“”", "„“", "''", '""'))


@dataclass(frozen=True, slots=True)
class Meeting:
    """Where a goal of one person meets the words of the other."""

    goal: Goal
    """The reader's goal."""
    phrase: str
    """What the other person wrote, as written; empty where the other's profile has no text."""
    part: str
    """Where the other wrote it: `offering`, `bio` or `title`."""
    far: bool = False
    """True where even the nearest words of the other are far from the goal, so that it must not be told as its answer."""


_OFFERED = (
    "You look for {goal}. {other} offers {phrase}.",
    "{other} brings {phrase}, which speaks to your {goal}.",
    "Your goal is {goal}; {other} has this to give: {phrase}.",
    "For {goal}, ask {other} about {phrase}.",
    "{phrase}, offers {other}. You wrote: {goal}.",
    "On your list: {goal}. On offer from {other}: {phrase}.",
)
_WRITTEN = (
    "You look for {goal}. {other} writes: {phrase}.",
    "{phrase}, says the profile of {other}; you want {goal}.",
    "Your goal is {goal}; read what {other} does: {phrase}.",
    "For {goal}, {other} may have a word: {phrase}.",
    "{other} tells of {phrase}. You wrote: {goal}.",
    "On your list: {goal}. From the profile of {other}: {phrase}.",
)
_ROLE = (
    "You look for {goal}. {other} may know the way: {phrase}.",
    "{other}, {phrase}, is close to what you wrote: {goal}.",
    "Your goal is {goal}. The role of {other} speaks for it: {phrase}.",
    "For {goal}, {other} could be of use: {phrase}.",
)
_IMPLIED_ROLE = (
    "You stated no goal; going by {goal} in your profile, {other} is worth a talk: {phrase}.",
    "Your profile says {goal}; the role of {other} is near it: {phrase}.",
    "No goal of yours is on file. {goal} led us to {other}: {phrase}.",
)
_FRAMES = {"offering": _OFFERED, "title": _ROLE}
_FAR = (
    "Less obvious for {goal}, and worth asking: {other} {says} {phrase}.",
    "{other} {says} {phrase}. Ask what that could mean for {goal}.",
    "You wrote {goal}. {other} {says} {phrase}; ask how the two go together.",
    "For {goal}, hear what {other} makes of it, who {says} {phrase}.",
    "Beside your {goal}, set this: {other} {says} {phrase}. Worth a question.",
)
_SAYS = {"offering": "offers", "bio": "writes", "title": "is"}
_IMPLIED = (
    "You stated no goal; your profile says {goal}, and {other} has {phrase}.",
    "Going by your profile ({goal}), {other} is close: {phrase}.",
    "No goal of yours is on file. From {goal} to {other}: {phrase}.",
    "Judged by {goal} in your profile, {other} fits: {phrase}.",
)
_SILENT = "You look for {goal}. The profile of {other} says little, so ask what they do before you decide."
_UNSTATED = "Your profile names no goal. {other} has {phrase}; tell us what you look for and the next list is better."
_NOTHING = "Neither your profile nor that of {other} says enough for a reason; add what you look for."
_ONE_SIDED = (
    "Mostly for {other}, who looks for {goal}: you have {phrase}. We found little for your own goals.",
    "{other} hopes for {goal} and you can help with {phrase}; do not expect as much in return.",
    "A favour more than a trade: {other} wants {goal}, you bring {phrase}.",
)
_OPENINGS_WITHOUT_GOAL = (
    "Hi {first}, I came across {phrase} in your profile and would like to hear more.",
    "Hi {first}, you mention {phrase}. What do you hope to find here?",
    "Hi {first}, {phrase} is near what I do. Shall we compare notes?",
    "Hi {first}, we seem to have something in common: {phrase}. May I ask how it came about?",
)
_OPENINGS = {
    GoalForm.OPERATIONAL: (
        "Hi {first}, I read {phrase} in your profile. I am looking for this: {goal}. Shall we see in ten minutes whether it fits?",
        "Hi {first}, you mention {phrase}. My task right now: {goal}. May I ask how you would go about it?",
        "Hi {first}, {phrase} is why I write. On my list: {goal}. What would you need to know from me?",
    ),
    GoalForm.PERSONAL: (
        "Hi {first}, {phrase} sounded familiar. I hope for {goal}, and would like to hear how it went for you.",
        "Hi {first}, I saw {phrase}. I am after {goal}. A coffee to compare notes?",
        "Hi {first}, you wrote {phrase}. I look for {goal}; what do you wish you had known earlier?",
    ),
    GoalForm.STRATEGIC: (
        "Hi {first}, {phrase} is where I would like to learn from you. My goal: {goal}. How did you get there?",
        "Hi {first}, I come from another corner and look for {goal}. You write {phrase}; what should I understand first?",
        "Hi {first}, your {phrase} caught my eye, since I want {goal}. May I hear how it began?",
    ),
}


def reason(reader: Attendee, other: Attendee, meets: Meeting, turn: int) -> str:
    """Returns what the reader is told about the other, with a quotation from each profile.

    Args:
        reader: who reads it.
        other: whom it is about.
        meets: the reader's goal and the other's words.
        turn: place of this reason in the reader's list, from 0; frames rotate with it.
    """
    if not meets.goal.text:
        return _filled(_NOTHING if not meets.phrase else _UNSTATED, "", meets.phrase, other.name)
    if not meets.phrase:
        return _filled(_SILENT, meets.goal.text, "", other.name)
    implied = _IMPLIED_ROLE if meets.part == "title" else _IMPLIED
    frames = implied if meets.goal.inferred else _FAR if meets.far else _FRAMES.get(meets.part, _WRITTEN)
    frame = frames[turn % len(frames)].replace("{says}", _SAYS.get(meets.part, "writes"))
    return _filled(frame, meets.goal.text, meets.phrase, other.name)


def one_sided_reason(reader: Attendee, other: Attendee, meets: Meeting, turn: int) -> str:
    """Returns what the reader is told where the other gains and the reader hardly does.

    Args:
        reader: who reads it and gives.
        other: who gains.
        meets: the *other's* goal and the *reader's* words.
        turn: place of this reason in the reader's list, from 0.
    """
    return _filled(_ONE_SIDED[turn % len(_ONE_SIDED)], meets.goal.text, meets.phrase, other.name)


def opening(other: Attendee, meets: Meeting, turn: int) -> str:
    """Returns a first line that the reader could send to the other."""
    first = other.first_name or other.name
    if not meets.phrase:
        return f"Hi {first}, we were introduced to each other here. What brings you to this event?"
    if meets.goal.inferred or not meets.goal.text:
        return _filled(_OPENINGS_WITHOUT_GOAL[turn % len(_OPENINGS_WITHOUT_GOAL)], "", meets.phrase, first)
    frames = _OPENINGS[meets.goal.form]
    return _filled(frames[turn % len(frames)], meets.goal.text, meets.phrase, first)


def role(person: Attendee) -> str:
    """Returns title and organisation as they are written, or the industry or interests where neither is known.

    >>> role(Attendee("1", "Ada Berg", title="Welder", organization="Mill"))
    'Welder, Mill'
    """
    stated = ", ".join(part for part in (person.title, person.organization) if part)
    return stated or person.industry or ", ".join(person.interests)


def quote(text: str, length: int = QUOTE_LENGTH) -> str:
    """Returns the text in quotation marks, cut at a word where it is longer than `length` characters.

    >>> quote("Paid contracts of 1-3 years.")
    '“Paid contracts of 1-3 years”'
    >>> quote("Paid contracts of 1-3 years.", 16)
    '“Paid contracts…”'
    """
    text = " ".join(text.split()).strip(" .;,:")
    if text[:1] + text[-1:] in _AROUND:  # a closing mark of something quoted within stays
        text = text[1:-1].strip(" .;,:")
    text = text.replace("“", "‘").replace("”", "’")
    if len(text) > length:
        cut = text[: length + 1].rsplit(" ", 1)[0][:length]
        text = (cut if len(cut) > length // 2 else text[:length]).rstrip(" .;,:–-") + "…"
    return f"“{text}”"


def _filled(frame: str, goal: str, phrase: str, name: str) -> str:
    return frame.format(goal=quote(goal), phrase=quote(phrase), other=name, first=name).replace("?”.", "?”").replace("!”.", "!”")
