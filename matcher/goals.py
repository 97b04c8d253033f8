"""What somebody seeks, as single goals, each with its form; implied by the profile where nothing is stated."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from .goal_forms import infer_form
from .profiles import Attendee, Goal
from .sentences import sentences

MOST_GOALS = 8
"""Goals kept of one person; the rest of a long list adds nothing that can be told apart."""
SHORT_WORDS = 3
"""A stated goal of fewer words cannot be told from a keyword."""

_ITEM = re.compile(r"(?:^|(?<=[\s;,.:]))(?:\(?\d{1,2}[.)]|\(?[a-e]\)|[•·▪◦*–-])\s+(?=\S)")
_PERSON = r"(?:someone|somebody|anyone|anybody|people|companies|jemand\w*|leute|quelqu'un|alguien|alguém)"
_NEW_WISH = re.compile(
    rf",\s+(?:and\s+|und\s+|et\s+|y\s+|e\s+|plus\s+|or\s+)?(?={_PERSON}\b|an?\s+[\w'-]+(?:\s+[\w'-]+)?\s+(?:who|to|that|for)\b)"
    rf"|\s+(?:and|und|et|y|plus|or)\s+(?={_PERSON}\b)",
    re.IGNORECASE,
)
_OPENER = re.compile(
    r"^(?:separately|also|secondly?|thirdly?|finally|and|plus|additionally|besides|außerdem|aussi|además|também)"
    r"\b[\s,:]*(?:i'?d like to (?:meet|find)\s+)?",
    re.IGNORECASE,
)
_AVOID = re.compile(
    r"^(?:please,?\s+)?(?:but\s+|and\s+|also\s+)?(?:"
    r"no(?:t|thing|body|ne)?\b|never\b|without\b|"
    r"(?:i|we)(?:'m|'re| am| are)?\s+(?:really\s+)?not\b|(?:i|we)\s+(?:do\s+not|don'?t|can'?t|cannot|won'?t)\b|"
    r"don'?t\b|bitte\s+(?:kein|nicht)\w*|kein\w*\b|nicht\b|pas\s+de\b|nada\s+de\b|niente\b|geen\b|inget?\b)",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"\b(?:i|we|i'm|we're|am|are)\s+(?:currently\s+|really\s+)?not\s+(?:currently\s+|really\s+)?"
    r"(?:looking|interested|seeking|searching|raising|hiring|investing|buying)\b",
    re.IGNORECASE,
)
"""A refusal that is told in the middle of a sentence."""
_AVOID_TAIL = re.compile(
    r"(?:,|\s-|\s–|\s—|;)\s*(?=(?:but\s+|and\s+)?(?:please\s+)?(?:no(?:t|thing)?|never|nicht|kein\w*|geen|pas\s+de|sin|senza)\s)",
    re.IGNORECASE,
)
_ELABORATION = re.compile(
    r"^(?:(?:it|they|that|this|these|those|which|he|she)\b|in exchange|in return|ideally|preferabl[ey]|prefer\b|must\b|should\b|"
    r"nice to have|otherwise|anonymi[sz]ed|retired|remote|even\b|then\b|because|so\b|my\s|our\s|we (?:are|have|can)\b|"
    r"i (?:can|have|know|share|pay|bring|will)\b|\w+ (?:is|are) (?:fine|ok|okay|welcome|enough)\b)",
    re.IGNORECASE,
)
_NEED = re.compile(
    r"\b(?:need|needs|looking|look for|seek\w*|search\w*|want|wants|wish|would like|hope|hoping|missing|lack\w*|short of|"
    r"cannot find|can't find|find nobody|nobody|no one|problem|struggl\w*|hole|unfilled|open positions?|waiting|stuck|"
    r"curious|question|suche\w*|brauch\w*|fehl\w*|cherch\w*|busc\w*|procur\w*|cerco|zoek\w*|söker)\b",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"^\W*(?:networking|to network|contacts?|clients?|customers?|leads?|sales|partners?(?:hips)?|investors?|investment|funding|"
    r"ideas?|inspiration|opportunit\w+|collaborat\w+|new people|interesting people|talent|knowledge|learning|jobs?|"
    r"kontakte?|kunden|austausch|contactos|clientes|réseau)\W*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Wishes:
    """`seeking` taken apart: what is wanted, and what is expressly not."""

    wanted: tuple[str, ...]
    avoided: tuple[str, ...]


def split(seeking: str) -> Wishes:
    """The single wishes of a text, and its refusals apart, both in the order and the words of the writer.

    >>> split("Sites with 500 kW and up. Separately: project debt from a bank. We are NOT raising equity this year.")
    Wishes(wanted=('Sites with 500 kW and up.', 'project debt from a bank.'), avoided=('We are NOT raising equity this year.',))
    >>> split("1) integrators in Poland, 2) other owners, no consultants please")
    Wishes(wanted=('integrators in Poland', 'other owners'), avoided=('no consultants please',))
    >>> split("")
    Wishes(wanted=(), avoided=())
    """
    wanted: list[str] = []
    avoided: list[str] = []
    for line in seeking.splitlines():
        for item in _ITEM.split(line):
            for piece in re.split(r";\s*", item):
                for sentence in sentences(piece):
                    _sort(sentence, wanted, avoided)
    return Wishes(tuple(wanted[:MOST_GOALS]), tuple(avoided[:MOST_GOALS]))


def _sort(sentence: str, wanted: list[str], avoided: list[str]) -> None:
    """Puts one sentence where it belongs: a wish, a detail of the wish before it, or a refusal."""
    if _AVOID.match(sentence) or _REFUSED.search(sentence):
        avoided.append(sentence.strip())
        return
    head, *tails = _AVOID_TAIL.split(sentence)
    avoided.extend(tail.strip(" ,;") for tail in tails if tail.strip(" ,;"))
    if wanted and _ELABORATION.match(head):
        gap = " … " if avoided and not wanted[-1].rstrip().endswith((".", "!", "?")) else " "
        wanted[-1] = f"{wanted[-1].rstrip()}{gap}{head.strip()}"
        return
    for clause in _NEW_WISH.split(head):
        text = _OPENER.sub("", clause.strip(" ,;:")).strip(" ,;:")
        if len(text) > 1:
            wanted.append(text)


def implied(attendee: Attendee) -> tuple[str, ...]:
    """What the rest of the profile lets us suppose is wanted: sentences of the bio that tell of a need come first.

    >>> implied(Attendee("1", "A", title="Head of Kitchen", bio="I cook for 900. We cannot find cooks."))
    ('We cannot find cooks.', 'I cook for 900.')
    >>> implied(Attendee("1", "A", title="Sales manager", industry="Packaging"))
    ('Sales manager, Packaging',)
    """
    told = sentences(attendee.bio)
    needs = [text for text in told if _NEED.search(text)]
    rest = [text for text in told if text not in needs]
    found = [*needs, *rest][:3]
    if not found:
        facts = (attendee.title, attendee.industry, attendee.offering, "; ".join(attendee.interests))
        line = ", ".join(fact for fact in facts if fact)
        found = [line] if line else []
    return tuple(found)


def complete(attendee: Attendee) -> Attendee:
    """The attendee with goals, marks of what was inferred, and advice; nothing that was stated is changed.

    A form that was stated for a single goal stays with a goal of the same words.

    >>> done = complete(Attendee("1", "A", seeking="A pilot customer in Spain. No agencies."))
    >>> [(goal.text, str(goal.form), goal.inferred) for goal in done.goals]
    [('A pilot customer in Spain.', 'operational', False)]
    >>> complete(Attendee("1", "A", title="Welder")).inferred
    ('seeking', 'offering')
    """
    stated = split(attendee.seeking).wanted
    texts = stated or implied(attendee)
    forms = {goal.text: goal.form for goal in attendee.goals if goal.form_stated}
    goals = tuple(
        Goal(
            text,
            attendee.goal_form or forms.get(text) or infer_form(text),
            form_stated=attendee.goal_form is not None or text in forms,
            inferred=not stated,
        )
        for text in texts
    )
    inferred = dict.fromkeys(attendee.inferred)
    if not stated:
        inferred["seeking"] = None
    if not attendee.offering.strip():
        inferred["offering"] = None
    return replace(attendee, goals=goals, inferred=tuple(inferred), advice=advice(attendee))


def advice(attendee: Attendee) -> tuple[str, ...]:
    """Whole sentences on what to add, most useful first; empty where nothing is missing.

    >>> advice(Attendee("1", "A", title="CEO", bio="We build kilns.", offering="Kilns on loan", seeking="clients"))[0]
    'You seek "clients": say which kind, where, and for what, so that the right people can be told apart.'
    """
    lines: list[str] = []
    seeking, offering, bio = attendee.seeking.strip(), attendee.offering.strip(), attendee.bio.strip()
    if not seeking and not offering and not bio:
        known = f'only that you are "{attendee.title}"' if attendee.title else "nothing about you but your name"
        return (
            f"We know {known}: two sentences on what you want from this event and what you can give others "
            "make real introductions possible.",
        )
    if not seeking:
        lines.append("You did not say whom or what you seek, so it was guessed from your bio: one sentence is enough.")
    elif _VAGUE.match(seeking):
        lines.append(f'You seek "{seeking}": say which kind, where, and for what, so that the right people can be told apart.')
    elif len(seeking.split()) < SHORT_WORDS:
        lines.append(f'You seek "{seeking}": add who would be the right person and what you would talk about.')
    elif not split(seeking).wanted:
        lines.append("You say what you do not want, but not what you do: add one thing that would make the event worth it.")
    if not offering:
        lines.append("You did not say what you can offer: name what others could get from you, be it only experience.")
    elif len(offering.split()) < SHORT_WORDS:
        lines.append(f'You offer "{offering}": say for whom it is and what is special about it.')
    if not bio and not attendee.title:
        lines.append("Add your job title or a line about yourself, so that others know who would meet them.")
    return tuple(lines)
