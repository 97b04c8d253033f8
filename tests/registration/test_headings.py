"""Headings and questions in six languages."""

from __future__ import annotations

import pytest

from matcher.errors import RegistrationError
from matcher.registration.headings import meaning


@pytest.mark.parametrize(
    ("field", "headings"),
    [
        (
            "first_name",
            ["First Name", "firstName", "Vorname", "Prénom", "Nombre de pila", "Primeiro nome", "given_name"],
        ),
        ("last_name", ["Surname", "Nachname", "Nom de famille", "Apellidos", "Cognome", "Sobrenome"]),
        (
            "email",
            [
                "E-Mail",
                "Email Address *",
                "Courriel",
                "Correo electrónico",
                "Indirizzo e-mail",
                "Endereço de e-mail",
                "mail",
            ],
        ),
        (
            "organization",
            [
                "Company",
                "Firma",
                "Entreprise",
                "Société",
                "Empresa",
                "Azienda",
                "Organização",
                "Employer",
                "Affiliation",
            ],
        ),
        (
            "title",
            [
                "Job Title",
                "Position",
                "Berufsbezeichnung",
                "Fonction",
                "Cargo",
                "Puesto",
                "Função",
                "What is your job title?",
            ],
        ),
        (
            "bio",
            [
                "Bio",
                "About me",
                "Über mich",
                "À propos de moi",
                "Sobre mí",
                "Chi sono",
                "Tell us about yourself",
                "Parlez-nous de vous",
            ],
        ),
        (
            "seeking",
            [
                "What are you looking for?",
                "Was suchen Sie?",
                "Que recherchez-vous ?",
                "¿Qué buscas?",
                "Cosa cerchi?",
                "O que procura?",
                "Looking for",
                "Who would you like to meet?",
                "What are your goals?",
                "Wen möchten Sie treffen?",
            ],
        ),
        (
            "offering",
            [
                "What can you offer?",
                "Was bieten Sie?",
                "Was können Sie anbieten?",
                "Que proposez-vous ?",
                "¿Qué ofreces?",
                "Cosa offri?",
                "O que oferece?",
                "Expertise",
            ],
        ),
        ("industry", ["Industry", "Branche", "Secteur d'activité", "Sector", "Settore", "Setor"]),
        ("country", ["Country", "Land", "Pays", "País", "Paese"]),
        (
            "languages",
            ["Languages", "Sprachen", "Langues parlées", "Idiomas", "Lingue", "Which languages do you speak?"],
        ),
        (
            "interests",
            ["Topics of interest", "Interessen", "Centres d'intérêt", "Intereses", "Interessi", "Ihre Interessen"],
        ),
        (
            "consent",
            [
                "May we match you?",
                "Dürfen wir Sie vernetzen?",
                "Acceptez-vous la mise en relation ?",
                "¿Podemos emparejarte?",
                "Vuoi partecipare al networking?",
                "Deseja participar do matchmaking?",
            ],
        ),
        ("opted_out", ["Opt-out", "Please do not match me"]),
        (
            "max_introductions",
            ["Max meetings", "Wie viele Treffen möchten Sie?", "How many people do you want to meet?"],
        ),
        ("blocked", ["Blocked", "Do not introduce"]),
        ("met_before", ["Already met", "Bereits bekannt", "People you already know"]),
        ("status", ["Status", "Attendee Status", "Statut", "Estado", "Stato", "approval_status"]),
        (
            "ignored",
            [
                "Total Paid (USD)",
                "LinkedIn URL",
                "Mobile phone",
                "Home Address 1",
                "QR code",
                "Dietary requirements",
                "Telefon",
                "eth_address",
                "Join URL",
                "How did you hear about us?",
                "I accept the privacy policy",
            ],
        ),
        ("answer", ["Favourite programming language?", "First time here?", "Which workshop will you join?"]),
    ],
)
def test_meaning(field, headings):
    assert {heading: meaning(heading)[0] for heading in headings} == dict.fromkeys(headings, field)


def test_name_beside_one_part_is_the_other_part(read):
    german = read("Name;Vorname;E-Mail\nBerg;Anna;anna@berg.example\n")
    spanish = read("Nombre;Apellidos;Correo\nAnna;Berg;anna@berg.example\n")
    full = read("Name;Vorname;E-Mail\nAnna Berg;Anna;anna@berg.example\n")
    assert [r.attendees[0].name for r in (german, spanish, full)] == ["Anna Berg"] * 3


def test_the_mapping_of_the_event_leads(read):
    text = "Wer,Kontakt,Xyz,Bio\nAnna Berg,anna@berg.example,rope,private\n"
    registration = read(text, mapping={"Wer": "name", "Kontakt": "email", "Xyz": "seeking", "Bio": "ignored"})
    (anna,) = registration.attendees
    assert (anna.name, anna.email, anna.seeking, anna.bio) == ("Anna Berg", "anna@berg.example", "rope", "")
    assert registration.mapping == (("Wer", "name"), ("Kontakt", "email"), ("Xyz", "seeking"), ("Bio", "ignored"))


@pytest.mark.parametrize("mapping", [{"Name": "nonsense"}, {"Missing": "bio"}])
def test_a_wrong_mapping_is_told(read, mapping):
    with pytest.raises(RegistrationError, match="mapping names"):
        read("Name\nAnna Berg\n", mapping=mapping)


def test_yes_or_no_questions_stay_answers(read):
    registration = read("Name,Are you looking for investors?\nAnna Berg,yes\nBo Li,no\n")
    assert registration.attendees[0].answers == (("Are you looking for investors?", "yes"),)
    assert {a.seeking for a in registration.attendees} == {""}
