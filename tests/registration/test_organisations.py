"""Spellings of one organisation share a key; different organisations never do."""

from __future__ import annotations

import pytest

from matcher.registration.organisations import organization_key, organization_keys


@pytest.mark.parametrize(
    "spellings",
    [
        ("Nordhavel Energi AS", "NORDHAVEL ENERGI", "nordhavel energi", "Nordhavel Energi (Oslo)"),
        ("Łódzka Kosmetyka Kontraktowa Sp. z o.o.", "Lodzka Kosmetyka Kontraktowa"),
        ("Tessaly Foundation", "Tessaly Fdn."),
        ("Baker & Sons Ltd.", "Baker and Sons Limited", "BAKER & SONS"),
        ("Foo S.p.A.", "Foo SpA", "foo"),
        ("Müller GmbH & Co. KG", "Muller"),
        ("Mugarri Robotics S.L.", "Mugarri Robotics"),
        ("The Quarterly Compiler", "Quarterly Compiler Inc."),
        ("O'Dowd Vision", "O’Dowd Vision"),
        ("Ylijoki Instruments Oy", "Ylijoki Instruments"),
    ],
)
def test_spellings_of_one_organisation(spellings):
    assert len({organization_key(spelling) for spelling in spellings} - {""}) == 1
    assert "" not in {organization_key(spelling) for spelling in spellings}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "n/a",
        "Freelance",
        "freelancer",
        "self-employed",
        "Selbstständig",
        "Indépendante",
        "independent consultant",
        "retired",
        "im Ruhestand",
        "retired (they keep ringing)",
        "jubilado",
        "student",
        "Étudiante",
        "formerly Fahrtwind",
        "ex-Plumo",
        "stealth",
        "between jobs",
        "looking for work",
        "on career break",
        "unemployed",
        "(airline, prefer not to say)",
        "Zechner & Töchter (sold)",
        "libero professionista",
        "autónomo",
        "k.A.",
    ],
)
def test_no_organisation(text):
    assert organization_key(text) == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bank A", "Bank B"),
        ("University of Brecon", "University of Breton"),
        ("Universität Lahntal", "Universität Landtal"),
        ("TU Weserau", "TU Weserbu"),
        ("City of Graz", "City of Gras"),
        ("Brandl Ventures", "Harzeisen Ventures"),
        ("Station 12 Logistics", "Station 13 Logistics"),
        ("Firstsonne", "Firstfurrow"),
        ("Co-op", "Freelance"),
    ],
)
def test_different_organisations(one, other):
    keys = organization_keys([(one, "a@one.example"), (other, "b@two.example")])
    assert keys[one] != keys[other]


def test_near_spellings_need_evidence():
    keys = organization_keys([("Petersenwerke", ""), ("Petersonwerke", ""), ("Work Boot", ""), ("Workboot", "")])
    assert keys["Petersenwerke"] == keys["Petersonwerke"]  # one letter in a long name
    assert keys["Work Boot"] == keys["Workboot"]
    shared = [
        ("Acme Tools", "a@acme.io"),
        ("Acme Toolz", "b@acme.io"),
        ("ATG", "c@atg.eu"),
        ("Alpine Tech Group", "d@atg.eu"),
    ]
    keys = organization_keys(shared)
    assert keys["Acme Tools"] == keys["Acme Toolz"]
    assert keys["ATG"] == keys["Alpine Tech Group"]
    free = organization_keys([("Acme Tools", "a@gmail.com"), ("Acme Toolz", "b@gmail.com")])
    assert free["Acme Tools"] != free["Acme Toolz"]
