"""Whether a ticket is good for the event: what status columns say, in six languages."""

from __future__ import annotations

import re
from enum import Enum

from matcher.registration.values import folded, yes_or_no


class Standing(Enum):
    """What a status means for matching."""

    COMING = "coming"
    OUT = "out"
    UNKNOWN = "unknown"


_OUT = re.compile(
    r"\b(cancel\w*|refund\w*|chargeback|declin\w*|reject\w*|denied|wait ?list\w*|waiting ?list|waiting|on hold"
    r"|void\w*|pending\w*"
    r"|invited|unassigned|expired|unpaid|incomplete|draft|deleted|removed|withdrawn|transferred|no show|abandoned"
    r"|failed|blocked"
    r"|overdue|unconfirmed|inactive|awaiting \w+|not (attending|coming|going|approved|validated|confirmed|paid"
    r"|registered)"
    r"|unvalidated|test"
    r"|storn\w*|abgesagt|abgelehnt|abgemeldet|erstattet|ruckerstattet|zuruckerstattet|warteliste|wartend"
    r"|ausstehend|offen|unbezahlt"
    r"|nicht (bezahlt|bestatigt|teilnehmend|gultig)|ungultig|abgelaufen|eingeladen|geloscht|uberfallig"
    r"|annul\w*|rembours\w*|refus\w*|liste d attente|en attente|expire\w*|non (paye|payee|confirme|confirmee"
    r"|valide|validee)|impaye\w*"
    r"|invite|invitee|decline\w*"
    r"|anulad\w*|cancelad\w*|reembolsad\w*|rechazad\w*|lista de espera|pendiente\w*|en espera|no (pagado"
    r"|confirmado|asiste)|vencid\w*"
    r"|caducad\w*|invitad\w*|rimborsat\w*|rifiutat\w*|lista d attesa|lista di attesa|in attesa|in sospeso"
    r"|scadut\w*|annullat\w*"
    r"|non (pagato|confermato|partecipa)|invitat\w*|recusad\w*|pendente\w*|em espera|expirad\w*|nao (pago"
    r"|confirmado)|convidad\w*"
    r"|estornad\w*)\b"
)
_COMING = re.compile(
    r"\b(attend\w*|checked in|not checked in|approved|session|paid|accepted|confirmed|registered|complete\w*"
    r"|valid|validated|active"
    r"|going|coming|issued|assigned|free|ok|present|checked out|claimed|enrolled|admitted|success\w*|processed"
    r"|placed|sold|comp"
    r"|bezahlt|bestatigt|angemeldet|teilnehmend|zugesagt|gultig|aktiv|angenommen|abgeschlossen|eingecheckt"
    r"|registriert|genehmigt|kostenlos"
    r"|paye|payee|confirme\w*|inscrit\w*|valide\w*|accepte\w*|approuve\w*|participe|actif|gratuit|termine\w*"
    r"|pagad\w*|confirmad\w*|inscrit\w*|registrad\w*|aceptad\w*|aprobad\w*|asiste|activ\w*|complet\w*|valid\w*"
    r"|pagat\w*|confermat\w*|iscritt\w*|registrat\w*|accettat\w*|approvat\w*|partecipa|attiv\w*|pago|paga"
    r"|aceit\w*|aprovad\w*|ativ\w*"
    r"|inscrito\w*|concluid\w*)\b"
)
_NOT = re.compile(r"\b(not|non|nicht|no|nao|un|never)\b")
_PRETIX = {"p": Standing.COMING, "n": Standing.OUT, "e": Standing.OUT, "c": Standing.OUT}
"""pretix order statuses: paid, new (pending), expired, cancelled."""


def standing(value: str, letters: bool = False, voided: bool = False) -> Standing:
    """What the status says.

    Args:
        value: A clean cell; empty counts as coming.
        letters: The column holds the letters n, p, e, c of pretix.
        voided: The heading asks the other way round ("Cancelled?", "Void Status"): yes means out.

    >>> [standing(v).value for v in ("Attending", "pending_approval", "Storniert", "not cancelled", "No", "maybe")]
    ['coming', 'out', 'out', 'coming', 'out', 'unknown']
    """
    text = folded(value)
    if not text:
        return Standing.COMING
    if letters and text in _PRETIX:
        return _PRETIX[text]
    answer = yes_or_no(value) if len(text.split()) == 1 else None
    if answer is not None:
        return Standing.OUT if answer == voided else Standing.COMING
    if re.match(
        r"(not|non|nicht|no|nao|never) (cancel\w*|void\w*|refund\w*|storn\w*|annul\w*|expired|declined"
        r"|rimborsat\w*)",
        text,
    ):
        return Standing.COMING
    if _OUT.search(text):
        return Standing.OUT
    if _COMING.search(text):
        return Standing.OUT if _NOT.search(text) and "not checked in" not in text else Standing.COMING
    if voided and re.search(r"\d{4} \d\d", text):
        return Standing.OUT  # "Cancelled at: 2026-03-01"
    return Standing.UNKNOWN


def are_letters(values: set[str]) -> bool:
    """True where all values are pretix's letters and one of them cannot mean no."""
    low = {value.strip().casefold() for value in values if value.strip()}
    return bool(low) and low <= set(_PRETIX) and bool(low & {"p", "c"})
