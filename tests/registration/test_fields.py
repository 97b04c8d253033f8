"""Single fields: consent, status, level, lists, caps, forms of goals."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from matcher.profiles import Attendee, GoalForm, Problem
from matcher.registration import read_registration, write_problems
from matcher.registration.statuses import Standing, standing


def test_a_whole_attendee(read):
    registration = read(
        "ID;Name;E-Mail;Firma;Position;Über mich;Was bieten Sie?;Was suchen Sie?;Zielart;Branche;Land;Sprachen"
        ";Interessen;Rolle;Max meetings;Bereits bekannt;Blockiert;Lieblingswerkzeug?\n"
        "7;Dr. Anna Berg;Anna@Berg.example;Bergwerk AS;Geschäftsführerin;Ich grabe.;Seile;Käufer;strategisch"
        ";Bergbau;Norwegen;no, en/de;Seile (Stahl, Hanf), Eis;Ausstellerin;5;Bo Li;cy@dee.example;Spaten\n"
    )
    assert registration.attendees == (
        Attendee(
            id="7",
            name="Dr. Anna Berg",
            email="anna@berg.example",
            organization="Bergwerk AS",
            organization_key="bergwerk",
            title="Geschäftsführerin",
            bio="Ich grabe.",
            offering="Seile",
            seeking="Käufer",
            goal_form=GoalForm.STRATEGIC,
            industry="Bergbau",
            seniority="executive",
            country="Norwegen",
            languages=("no", "en", "de"),
            interests=("Seile (Stahl, Hanf)", "Eis"),
            group="Ausstellerin",
            max_introductions=5,
            met_before=("Bo Li",),
            blocked=("cy@dee.example",),
            answers=(("Lieblingswerkzeug?", "Spaten"),),
            inferred=("seniority",),
        ),
    )
    assert registration.problems == ()


@pytest.mark.parametrize(
    ("heading", "given", "yes", "no"),
    [
        (
            "May we match you?",
            True,
            ["yes", "Y", "TRUE", "1", "x", "Yes, please", "ja", "oui", "sí", "sim", "✓"],
            ["no", "N", "false", "0", "nein", "non", "não", "No thanks", "perhaps", ""],
        ),
        ("Opt-out", None, ["no", "", "false", "nein"], ["yes", "x", "1", "ja", "oui", "please remove me"]),
    ],
)
def test_consent(read, heading, given, yes, no):
    rows = "".join(f'Person {chr(65 + i)}x,"{answer}"\n' for i, answer in enumerate(yes + no))
    registration = read(f"Name,{heading}\n{rows}")
    consent = {a.name: a.consent for a in registration.attendees}
    assert [consent[f"Person {chr(65 + i)}x"] for i in range(len(yes + no))] == [given] * len(yes) + [False] * len(no)


def test_a_consent_column_that_nobody_answered_says_nothing(read):
    assert read("Name,Consent\nAnna Berg,\n").attendees[0].consent is None
    assert read("Name\nAnna Berg\n").attendees[0].consent is None


@pytest.mark.parametrize(
    ("verdict", "values"),
    [
        (
            Standing.COMING,
            [
                "Attending",
                "Checked In",
                "approved",
                "paid",
                "Not checked in",
                "Bestätigt",
                "bezahlt",
                "confirmé",
                "Payée",
                "Confirmado",
                "Pagato",
                "Aprovado",
                "yes",
                "Ja",
                "",
                "not cancelled",
                "Registered",
                "complete",
            ],
        ),
        (
            Standing.OUT,
            [
                "Cancelled",
                "Canceled",
                "Refunded",
                "declined",
                "waitlist",
                "Waitlisted",
                "pending_approval",
                "Void",
                "no",
                "Not Attending",
                "unpaid",
                "Storniert",
                "Warteliste",
                "nicht bezahlt",
                "Annulé",
                "Liste d'attente",
                "remboursée",
                "Cancelado",
                "lista de espera",
                "Rimborsato",
                "in attesa",
                "Pendente",
                "expired",
                "abgesagt",
                "Invited",
            ],
        ),
        (Standing.UNKNOWN, ["purple", "maybe"]),
    ],
)
def test_statuses(verdict, values):
    assert {value: standing(value) for value in values} == dict.fromkeys(values, verdict)


def test_an_unknown_status_is_used_and_told(read):
    registration = read("Name,Status\nAnna Berg,purple\n")
    assert [(p.row, p.column, p.found, p.used, p.attendee_id) for p in registration.problems] == [
        (2, "Status", "purple", True, registration.attendees[0].id)
    ]


def test_private_columns_feed_no_text(read):
    registration = read(
        "Name,Phone,LinkedIn,Home Address,Total Paid,Dietary requirements,Score\nAnna Berg,+47 1,https://l,Street 1,10.00,vegan,3\n"
    )
    assert registration.attendees[0].answers == ()
    assert {field for _, field in registration.mapping} == {"name", "ignored"}


def test_a_buyer_stands_in_only_where_the_attendee_is_silent(read):
    registration = read(
        "First Name,Last Name,Email,Order Email,Order First Name,Order Last Name\n"
        "Anna,Berg,anna@berg.example,bo@li.example,Bo,Li\n"
        ",,,bo@li.example,Bo,Li\n"
    )
    assert sorted((a.name, a.email) for a in registration.attendees) == [
        ("Anna Berg", "anna@berg.example"),
        ("Bo Li", "bo@li.example"),
    ]
    assert [(p.row, "buyer" in p.action) for p in registration.problems] == [(3, True)]


def test_speakers_with_talks_and_long_texts(read):
    speakers = [
        {
            "id": "A",
            "name": "Anna Berg",
            "bio": "I dig.",
            "talks": [{"title": "Ropes", "abstract": "How to tie.", "code": "X"}],
        },
        {"id": "B", "name": "bo@li.example", "bio": "", "talks": []},
    ]
    registration = read("\n".join(map(json.dumps, speakers)), "speakers.jsonl")
    assert registration.layout == "pretalx"
    assert [(a.id, a.name, a.email, a.bio) for a in registration.attendees] == [
        ("A", "Anna Berg", "", "I dig.\nRopes. How to tie."),
        ("B", "Bo", "bo@li.example", ""),
    ]
    papers = read(json.dumps([{"id": 1, "name": "Anna Berg", "text": "a", "text_long": "a b", "affiliation": "X Univ", "n": 3}]))
    assert [(a.bio, a.organization, a.answers) for a in papers.attendees] == [("a b", "X Univ", ())]


def test_nested_answers_become_questions(read):
    guest = {
        "guest": {"name": "Anna Berg", "email": "anna@berg.example"},
        "company": {"name": "Bergwerk"},
        "registration_answers": [
            {"label": "What are you looking for?", "value": "Rope"},
            {"label": "Pet?", "value": ["cat", "dog"]},
        ],
    }
    (anna,) = read(json.dumps({"entries": [guest]}), "guests.json").attendees
    assert (anna.name, anna.email, anna.organization) == ("Anna Berg", "anna@berg.example", "Bergwerk")
    assert (anna.seeking, anna.answers) == ("Rope", (("Pet?", "cat; dog"),))


def test_problems_csv_cannot_hold_formulas(tmp_path: Path):
    path = tmp_path / "problems.csv"
    write_problems([Problem(2, "=cmd", '+1,"x"', "fix\nit", False), Problem(3, "Email", "@x", "ok", True, "-7")], path)
    with path.open(encoding="utf-8", newline="") as stream:
        assert list(csv.reader(stream)) == [
            ["row", "column", "found", "action", "used", "attendee_id"],
            ["2", "'=cmd", '\'+1,"x"', "fix\nit", "no", ""],
            ["3", "Email", "'@x", "ok", "yes", "'-7"],
        ]


@pytest.mark.parametrize(
    "heading",
    [
        "GDPR consent",
        "Einwilligung Matchmaking",
        "Einwilligung zum Networking",
        "Datenschutz: Vorstellung an andere",
        "Share my profile with attendees",
    ],
)
def test_a_no_under_any_heading_that_speaks_of_consent_is_a_no(tmp_path, heading):
    (tmp_path / "in.csv").write_text(f"Name,Email,{heading}\nAda Berg,a@x.org,no\nBela Costa,b@x.org,yes\nCem Ak,c@x.org,yes\n")
    people = read_registration(tmp_path / "in.csv").attendees
    assert {person.name: person.consent for person in people}["Ada Berg"] is False
    assert all(person.consent is not False for person in people if person.name != "Ada Berg")


def test_no_photos_is_no_refusal_to_meet(tmp_path):
    (tmp_path / "in.csv").write_text("Name,Email,Consent to photos\nAda Berg,a@x.org,no\n")
    assert read_registration(tmp_path / "in.csv").attendees[0].consent is None
