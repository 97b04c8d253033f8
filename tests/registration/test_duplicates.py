"""Who is one person and who is not."""

from __future__ import annotations

import pytest

HEAD = "id,name,email,company,title,bio\n"
BIO = "I run the desk that buys demand response and local congestion relief for our areas"


def names(registration):
    return [(a.id, a.name) for a in registration.attendees]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a1,Marta Wiśniewska,m@w.example,Foo,,", "a2,MARTA WISNIEWSKA,m@w.example,Foo Ltd,,"),
        ("a1,Rafael Iturrondo,r@i.example,Foo,,", "a2,Rafa Iturrondo,R@I.EXAMPLE,,,"),
        ("a1,Rachel Oyelaran-Bloom,r@o.example,Foo,,", "a2,Rachel Oyelaran Bloom,r@o.example,Bar,,"),
        ("a1,Anna Berg,anna@one.example,Bergwerk AS,,", "a2,Berg Anna,anna@two.example,BERGWERK,,"),
        ("a1,Anna Berg,anna@one.example,Bergwerk,,", "a2,Anna Berg,,Bergwerk,,"),
        ("a1,Anna Berg,anna@one.example,,,", "a2,Anna Berg,,Bergwerk,,"),
        ("a1,Robert Stone,r@s.example,Foo,,", "a2,Bob Stone,r@s.example,Foo,,"),
        ("a1,J. Stone,r@s.example,Foo,,", "a2,John Stone,r@s.example,Foo,,"),
        (f"a1,Katharina Wallner,k@one.example,Foo,,{BIO}.", f"a2,Katharina Walner,k@two.example,Foo,,{BIO}!"),
        ("a1,,anna@berg.example,,,", "a2,Anna Berg,anna@berg.example,,,"),
    ],
)
def test_one_person(read, one, other):
    registration = read(f"{HEAD}{one}\n{other}\n")
    assert [a.id for a in registration.attendees] == ["a1"]
    assert [(p.row, p.action) for p in registration.problems if "merged" in p.action] == [(3, "the same person as row 2: merged")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a1,Stefan Gruber,s@one.example,Handel AG,Scout,", "a2,Stefan Gruber,s@two.example,Weinbau,Winegrower,"),
        ("a1,Judith Wallner,j@one.example,,Founder,", "a2,Judit Walner,j@two.example,Walner Yoga,Owner,"),
        ("a1,Anna Berg,a@b.example,Bergwerk,,", "a2,Anne Berg,an@b.example,Bergwerk,,"),
        ("a1,Anna Berg,a@b.example,Bergwerk,,", "a2,Jonas Berg,a@b.example,Bergwerk,,"),
        ("a1,J. Smith,j@s.example,Foo,,", "a2,John Smith,john@s.example,Foo,,"),
        ("a1,Anna Berg,a@one.example,,CEO,", "a2,Anna Berg,a@two.example,,Student,"),
        ("a1,Anna,a@one.example,Foo,CEO,", "a2,Anna,b@one.example,Foo,Buyer,"),
        ("a1,Daniel Kim,d@one.example,Foo,,", "a2,Daniela Kim,da@one.example,Foo,,"),
    ],
)
def test_two_people(read, one, other):
    registration = read(f"{HEAD}{one}\n{other}\n")
    assert [a.id for a in registration.attendees] == ["a1", "a2"]


def test_a_merge_keeps_the_first_id_the_longer_texts_and_every_refusal(read):
    registration = read(
        "id;name;email;company;bio;interests;consent;what is your favourite tool?\n"
        "c9;Anna Berg;anna@berg.example;Berg;Short.;rope,ice;no;pen\n"
        "c10;Anna K. Berg;anna@berg.example;Bergwerk AS;A longer text.;ICE,snow;yes;pencil\n"
    )
    (anna,) = registration.attendees
    assert (anna.id, anna.name, anna.organization, anna.bio) == ("c9", "Anna K. Berg", "Bergwerk AS", "A longer text.")
    assert (anna.interests, anna.consent, anna.answers) == (
        ("rope", "ice", "snow"),
        False,
        (("what is your favourite tool?", "pencil"),),
    )


def test_tickets_on_one_address_with_different_names_are_told_apart_and_reported(read):
    registration = read("name,email\nAnna Berg,office@berg.example\nBo Li,office@berg.example\n")
    assert sorted(a.name for a in registration.attendees) == ["Anna Berg", "Bo Li"]
    assert [(p.row, p.used) for p in registration.problems] == [(2, True), (3, True)]
    assert all("another name" in p.action for p in registration.problems)


def test_tickets_on_one_address_without_names_are_one_person(read):
    registration = read("Order Email,Name,Email,Ticket Type\n" + "office@berg.example,,,Day\n" * 3)
    (office,) = registration.attendees
    assert (office.email, office.name) == ("office@berg.example", "Office")
    assert sum("merged" in p.action for p in registration.problems) == 2
    assert any("buyer" in p.action for p in registration.problems)


def test_ids_are_kept_made_unique_and_never_row_numbers(read):
    registration = read("id,name,email\n7,Anna Berg,a@b.example\n7,Bo Li,b@l.example\n,Cy Dee,c@d.example\n")
    ids = {a.name: a.id for a in registration.attendees}
    assert ids["Anna Berg"] == "7"
    assert ids["Bo Li"].startswith("7-")
    assert ids["Cy Dee"].startswith("p-")
    again = read("id,name,email\n,Cy Dee,c@d.example\n7,Bo Li,b@l.example\n7,Anna Berg,a@b.example\n")
    assert {a.name: a.id for a in again.attendees} == ids
    assert [p.action for p in registration.problems if p.column == "id"] == [
        f"this id stands for more than one person: became {ids['Bo Li']}"
    ]
