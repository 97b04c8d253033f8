"""The level of a person: the stated one in the words of `SENIORITIES`, else what the job title says."""

from __future__ import annotations

import re

from matcher.registration.values import folded

_TITLES: tuple[tuple[str, str], ...] = (
    ("student", r"student\w*|undergrad\w*|phd candidate|doctoral (candidate|researcher)|doktorand\w*|etudiant\w*"
                r"|doctorant\w*|estudiante\w*"
                r"|doctorand\w*|studente\w*|studentessa|dottorand\w*|estudante\w*|doutorand\w*|werkstudent\w*"
                r"|schuler\w*|azubi|pupil|alumno"
                r"|master s candidate|msc candidate|thesis student|(mba|msc|bsc|master|phd) candidate|(bsc"
                r"|msc) \w+( \w+)? (final|graduating|first|second|third)\b.*|final year|phd (fellow|researcher)"
                r"|graduate researcher|promovend\w*|studerende"),
    ("mid", r"(assistant|adjunct) prof\w*|assistant professor|professora? adjunt[oa]|ricercat\w* assistant prof"
            r"|account manager"),
    ("senior", r"associate professor\w*|professora? (associad|titular|investigador)\w*|professore associato"),
    ("founder", r"(co ?)?founder\w*|owner|(co ?)?owner|founding partner|grunder\w*|inhaber\w*|mitgrunder\w*"
                r"|(co ?)?fondat\w*"
                r"|(co ?)?fundador\w*|dueno|duena|proprietari[oa]|proprietaire|gerant e? proprietaire"
                r"|entrepreneur\w*|solo entrepreneur"
                r"|cofundador\w*|socio fundador|titolare|empresari[oa]|unternehmer\w*|zakladatel\w*|ustanovitel\w*"),
    ("executive", r"ceo|cto|cfo|coo|cio|cmo|cpo|cso|cro|chro|ciso|cdo|cco|chief (?!engineer"
                  r"|editor)\w+( \w+)? (officer|evangelist)|chief executive|president|chair\w*"
                  r"|managing (director|partner)|general manager|executive director|vice president|vp|svp|evp|avp"
                  r"|board member"
                  r"|general partner|partner|geschaftsfuhr\w*|vorstand\w*|vorsitzende\w*|prokurist\w*"
                  r"|kaufmannische leitung|directeur general"
                  r"|directrice generale|dg|pdg|president\w*|director general|directora general"
                  r"|director ejecutivo|consejer[oa] delegad[oa]"
                  r"|gerente general|amministrat\w* delegat\w*|direttore generale|direttrice generale|presidente"
                  r"|diretor[a]? geral|diretor\w* executiv\w*"
                  r"|mayor|burgermeister\w*|rector|rektor\w*|chancellor|provost|dean|managing principal|investor"
                  r"|business angel|angel"
                  r"|angel investor|commissioner|minister|secretary general|direktor|direktorin|bestyrer"
                  r"|daglig leder|toimitusjohtaja"),
    ("junior", r"junior|jr|postdoc\w*|post doc\w*|intern|trainee|apprentice|graduate|entry level"
               r"|assistant(?! (professor|director|vice|head))|praktikant\w*|volontar\w*"
               r"|referendar\w*|werkstudent\w*|assistent\w*|stagiaire|apprenti\w*|alternant\w*|becari[oa]"
               r"|practicante|aprendiz|stagista|tirocinante"
               r"|apprendista|estagiari[oa]|assistente|asistente|berufseinsteiger\w*|absolvent\w*"),
    ("lead", r"head of \w+|head|lead|leader|director\w*|\w+leiter\w*|team ?lead\w*|tech lead|principal"
             r"|professor\w*|prof|chair of|group leader|leiter\w*"
             r"|leitung|leitend\w*|bereichsleit\w*|abteilungsleit\w*|teamleit\w*|direkt\w*|chef\w*|directeur"
             r"|directrice|responsable|jefe|jefa"
             r"|directora?|director[ae]s?|gerente|responsabile|direttor\w*|direttrice|capo|caporeparto|diret\w*"
             r"|coordenador\w* geral|chefe"
             r"|lider|professeur\w*|catedratic[oa]|professore\w*|professoressa|dirigente|supervisor"
             r"|superintendent|plant manager|editor in chief"
             r"|chefredakt\w*|fellow|distinguished \w+|programme manager|program manager|dozent\w*|head teacher"
             r"|headteacher|referatsleit\w*"),
    ("senior", r"senior|sr|staff|experienced|expert\w*|associate professor|reader|architect|architekt\w*"
               r"|consultant|berater\w*|consulente"
               r"|consultor\w*|conseiller\w*|specialist|spezialist\w*|advisor|adviser|counsel|attorney|lawyer|solicitor"
               r"|rechtsanw\w*|avocat\w*|abogad[oa]|avvocat\w*|advogad[oa]|interim \w+|freelance\w*|journalist\w*"
               r"|author|retired|ruhestand|pensioner"
               r"|lecturer|maitre de conferences|ricercatore senior|oberarzt\w*|captain|erfahren\w*"
               r"|investigador\w* senior"),
    ("mid", r"\w*engineer\w*|developer|entwickler\w*|analyst|analist\w*|analista|manager|managerin|researcher"
            r"|scientist|officer|designer"
            r"|coordinator|koordinator\w*|referent\w*|sachbearbeiter\w*|ingenieur\w*|developpeu\w*|chercheu\w*"
            r"|ingenier[oa]|desarrollador\w*"
            r"|investigador\w*|tecnic[oa]|ingegnere|sviluppat\w*|ricercat\w*|engenheir[oa]|desenvolvedor\w*"
            r"|pesquisador\w*|administrator"
            r"|teacher|lehrer\w*|assistant professor|planner|buyer|nurse|writer|editor|technician|techniker\w*"
            r"|wissenschaftl\w*|charge\w* de"
            r"|executive assistant|account executive|sales executive|representative|librarian|accountant"
            r"|associate|programmer|recruiter"),
)  # fmt: skip
_BY_TITLE = tuple((level, re.compile(rf"\b(?:{pattern})\b")) for level, pattern in _TITLES)
_NOT_EXECUTIVE = re.compile(r"\b(account|sales|marketing|customer|business) executive\b|\bexecutive assistant\b"
                            r"|\bassistant to\b|\bpartner manager\b"
                            r"|\b(hr|people|business|channel|delivery) (business )?partner\b|\bproduct owner\b"
                            r"|\bprocess owner\b")  # fmt: skip

_LEVELS: dict[str, str] = {
    "student": "student students studentin etudiant etudiante estudiante studente studentessa estudante phd doctoral",
    "junior": "junior entry graduate intern trainee einsteiger berufseinsteiger debutant principiante associate early beginner",
    "mid": "mid middle intermediate regular professional mittel mittlere intermediaire intermedio medio pleno fachkraft confirme",
    "senior": "senior experienced erfahren expert sr experimente experimentado esperto experiente manager staff",
    "lead": "lead head director principal leitung leiter leiterin responsable jefe jefa responsabile team direktor lider chefe",
    "executive": "executive exec clevel cxo vp board management geschaftsfuhrung vorstand dirigeant directivo"
    " dirigente executivo c ceo",
    "founder": "founder cofounder owner grunder grunderin fondateur fondatrice fundador fundadora fondatore socio",
}
_STATED = {word: level for level, words in _LEVELS.items() for word in words.split()}


def stated_level(text: str) -> str:
    """One of `SENIORITIES` for a stated level, or empty where it says nothing known.

    >>> stated_level("Senior level"), stated_level("C-Level"), stated_level("Gründerin"), stated_level("other")
    ('senior', 'executive', 'founder', '')
    """
    low = folded(text)
    if low in _STATED:
        return _STATED[low]
    for word in low.split():
        if word in _STATED:
            return _STATED[word]
    return level_of_title(text)


def level_of_title(title: str) -> str:
    """One of `SENIORITIES` as the job title implies it, or empty.

    >>> [level_of_title(t) for t in ("Geschäftsführer", "PhD student", "Jefe de ventas", "Co-Founder & CEO", "")]
    ['executive', 'student', 'lead', 'founder', '']
    """
    low = folded(title)
    if not low:
        return ""
    executive = not _NOT_EXECUTIVE.search(low)
    for level, pattern in _BY_TITLE:
        if level in ("executive", "founder") and not executive:
            continue
        if pattern.search(low):
            return level
    return ""
