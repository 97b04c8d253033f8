"""Which of the three forms of networking a goal has, told by the words it uses."""

from __future__ import annotations

import re

from .profiles import GoalForm

_STRATEGIC = re.compile(
    r"\b(?:career|change (?:of )?(?:field|career|direction|job)|next (?:step|chapter|role)|future|long[- ]term|vision|strateg\w+|"
    r"board (?:seat|role|member|position)|new (?:market|field|industry|country|region)s?|other (?:field|industr|sector)\w*|"
    r"expand\w*|expansion|enter\w* (?:the|a)|way into|successor\w*|succession|take over|acqui\w+|sell my|exit|co-?founder|"
    r"start (?:a|my|our)|what comes next|outside (?:my|our|of)|policy|regulat\w+|consorti\w+|"
    r"zukunft|nachfolg\w*|neue märkte|avenir|futuro|carrière|carrera)\b",
    re.IGNORECASE,
)
_PERSONAL = re.compile(
    r"\b(?:peers?|mentor\w*|advice|advise|exchange|compare (?:notes|fees)|lunch|coffee|beer|chat|talk (?:to|with)|"
    r"others? (?:who|in)|"
    r"other (?:women|founders|owners|directors|parents|heads|ceos|planners|engineers|people)|friends?|belong|community|meet people|"
    r"like[- ]minded|hear (?:from|how)|experience\w*|how (?:others?|people|they|other)|learn from|referr?al\w*|introduc\w+|"
    r"feedback|opinion|stories|sparring|been through|support group|"
    r"austausch|erfahrung\w*|gleichgesinnt\w*|rat\b|échang\w+|conseil\w*|consejo\w*|intercambi\w+|ervaring\w*)\b",
    re.IGNORECASE,
)
_OPERATIONAL = re.compile(
    r"\b(?:customers?|clients?|buy\w*|sell\w*|suppliers?|vendors?|hire|hiring|hires|recruit\w*|candidates?|developers?|engineers?|"
    r"contract\w*|order\w*|distribut\w+|resellers?|pilot\w*|funding|invest\w*|loan|debt|grant|budget|data\w*|job|internship|"
    r"freelance\w*|projects?|partners?|sites?|operators?|solution|fix|tender|quote|price|manufactur\w+|contractors?|"
    r"kunden|lieferant\w*|mitarbeit\w*|clientes|proveedor\w*|fournisseur\w*|klanten)\b",
    re.IGNORECASE,
)


def infer_form(text: str) -> GoalForm:
    """The form with most words in the text; operational, the most frequent one, where nothing tells.

    Ties go to strategic before personal before operational, the rarer form being the more telling. Forms after Ibarra
    and Hunter (Harvard Business Review, 2007). It is a guess: the attendee can always set it.

    >>> str(infer_form("Exchange with other owners over a coffee"))
    'personal'
    >>> str(infer_form("A way into Spain, and later a successor"))
    'strategic'
    >>> str(infer_form("Widgets"))
    'operational'
    """
    counts = {
        GoalForm.STRATEGIC: len(_STRATEGIC.findall(text)),
        GoalForm.PERSONAL: len(_PERSONAL.findall(text)),
        GoalForm.OPERATIONAL: len(_OPERATIONAL.findall(text)),
    }
    best = max(counts.values())
    if best == 0:
        return GoalForm.OPERATIONAL
    return next(form for form, count in counts.items() if count == best)
