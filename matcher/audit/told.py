"""An audit in words, for a terminal."""

from __future__ import annotations

from collections.abc import Mapping

from matcher.audit.figures import Audit
from matcher.run import LITTLE

_SHOWN = 12


def told(audit: Audit, names: Mapping[str, str]) -> str:
    """Returns the audit as plain text, with what needs a decision first.

    Args:
        audit: the figures.
        names: id -> name.
    """
    parts = [
        _coverage(audit),
        *(
            _list(LITTLE[kind], [f"{names[x.id]} ({x.id}) has {x.introductions}: {x.why}" for x in people])
            for kind, people in audit.little.items()
        ),
        _list("Minimum targets that do not hold", unmet(audit, names)),
        _list(
            "Above their maximum, by required or locked ones",
            [f"{names[x.id]} ({x.id}): {x.has} of {x.minimum}" for x in audit.above_cap],
        ),
        _list("Only so that somebody has one", filler(audit, names)),
        _list("What one place or one rule more would change", relaxed(audit)),
        _attention(audit, names),
        _groups(audit),
    ]
    return "\n\n".join(part for part in parts if part)


def _coverage(audit: Audit) -> str:
    strengths = ", ".join(f"{count} {name}" for name, count in audit.strengths.items())
    lines = [
        f"{audit.introductions} introductions ({strengths}; {audit.one_sided} one-sided) among {audit.taking_part} people",
        f"{audit.taking_part - audit.with_nobody} have at least one, {audit.with_nobody} nobody, {audit.only_weak} only weak ones",
    ]
    if audit.people > audit.taking_part:
        lines.append(f"{audit.people - audit.taking_part} have not agreed to be matched and appear nowhere")
    facts = audit.allocation
    if facts:
        lines.append(f"within {100 * facts['gap']:.3f} % of the best total that rules and caps allow (proven)")
        if facts.get("fairness_price"):
            lines.append(f"fairness: {facts.get('fairness_words', '')}")
    return "\n".join(lines)


def unmet(audit: Audit, names: Mapping[str, str]) -> list[str]:
    """Returns for each target that does not hold whom it concerns and what stands in the way."""
    why = {each["id"]: each for each in audit.obstacles.get("bottlenecks", ())}
    lines = []
    for each in audit.unmet:
        line = f"{names[each.id]} ({each.id}) has {each.has} of {each.minimum}"
        found = why.get(each.id)
        if found:
            rules = ", ".join(f"“{rule}” keeps {count} away" for rule, count in found["rules"].items())
            if found["cause"] == "rules":
                line += f": only {_people(found['eligible'])} left to meet" + (f" ({rules})" if rules else "")
            else:
                line += f": {_people(found['eligible'])} left to meet, with no place free"
            if found["would_help"]:
                line += f"; one place more of {' or '.join(names[other] for other in found['would_help'])} would give one"
        lines.append(line)
    return lines


def _people(count: int) -> str:
    return "1 person is" if count == 1 else f"{count} people are"


def filler(audit: Audit, names: Mapping[str, str]) -> list[str]:
    """Returns the introductions that only serve a minimum."""
    return [
        f"{names[x.a_id]} and {names[x.b_id]} ({'one-sided' if x.one_sided else f'{x.mutual_score:.2f}'})"
        + (f", for {' and '.join(names[person] for person in x.serves)}" if x.serves else f", {x.status.replace('_', ' ')}")
        for x in audit.filler
    ]


def relaxed(audit: Audit) -> list[str]:
    """Returns what relaxing one cap or rule would change, the most useful first."""
    lines = []
    for each in audit.obstacles.get("relaxations", ()):
        effects = [f"{each['missing']} fewer missing to minimums"] if each["missing"] else []
        if each["introductions"]:
            effects.append(f"{each['introductions']:+d} introduction{'' if abs(each['introductions']) == 1 else 's'}")
        effects.append(f"{each['value']:+.2f} in total mutual score")
        lines.append(f"{each['what']}: {', '.join(effects)}")
    return lines


def _attention(audit: Audit, names: Mapping[str, str]) -> str:
    demand = audit.obstacles.get("demand", {})
    lines = [
        f"Attention: Gini {audit.gini:.2f}; the busiest tenth has {100 * audit.top_tenth:.1f} % of all places"
        + (f" (of all first wishes, without caps, {100 * demand['top_tenth']:.1f} % go to one tenth)" if demand else "")
    ]
    if demand:
        lines.append("  wanted most: " + ", ".join(f"{names[person]} ({count})" for person, count in demand["most_wanted"][:5]))
    lines.append("  shown most: " + ", ".join(f"{names[person]} ({count})" for person, count in audit.most_shown[:5]))
    return "\n".join(lines)


def _groups(audit: Audit) -> str:
    width = max([5, *(len(figure.group) for figure in audit.groups)])
    lines = [f"{'Group':{width}}  people  each  value a place  others  served"]
    for figure in audit.groups:
        verdict = "too few to tell" if figure.p_value is None else "WORSE" if figure.worse else "no worse than chance"
        verdict += "" if figure.p_value is None else f" (p {max(figure.p_value, 0.001):.3f})"
        lines.append(
            f"{figure.group:{width}}  {figure.people:6}  {figure.introductions:4.1f}  {figure.served:13.3f}  {figure.others:6.3f}  "
            + verdict
        )
    return "\n".join(lines)


def _list(heading: str, lines: list[str]) -> str:
    if not lines:
        return ""
    more = [f"  ... and {len(lines) - _SHOWN} more (--json has all)"] if len(lines) > _SHOWN else []
    return "\n".join([f"{heading} ({len(lines)})", *(f"  {line}" for line in lines[:_SHOWN]), *more])
