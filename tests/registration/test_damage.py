"""Thirty and more kinds of damage: nobody is lost, nothing is invented, and every oddity is told."""

from __future__ import annotations

import gzip
import io
from dataclasses import dataclass

import pytest
from openpyxl import Workbook

from matcher.errors import RegistrationError
from matcher.registration.values import MAX_TEXT

HEAD = "Name,Email,Company,Looking for\n"
ANNA = "Anna Berg,anna@berg.example,Bergwerk,Buyers of rope\n"
ZOE = "Zoë Müller,zoe@mueller.example,Müller GmbH,Mehr Kunden für Öl\n"
GOOD = HEAD + ANNA + ZOE
BOTH = ("Anna Berg", "Zoë Müller")


def workbook(*rows, merge=(), cells=()) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for area in merge:
        book.active.merge_cells(area)
    for place, value in cells:
        book.active[place] = value
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@dataclass
class Damage:
    name: str
    content: bytes
    people: tuple[str, ...] = BOTH
    told: tuple[tuple[int, bool, str], ...] = ()
    """(row, used, part of what is said)"""
    file: str = "people.csv"


X_HEAD = ("Name", "Email", "Company", "Looking for")
X_ANNA = ("Anna Berg", "anna@berg.example", "Bergwerk", "Buyers of rope")
X_ZOE = ("Zoë Müller", "zoe@mueller.example", "Müller GmbH", "Mehr Kunden für Öl")

CASES = (
    Damage("utf-8 with a mark", GOOD.encode("utf-8-sig")),
    Damage("utf-16 little endian with a mark", GOOD.encode("utf-16")),
    Damage("utf-16 little endian without a mark", GOOD.encode("utf-16-le")),
    Damage("utf-16 big endian without a mark", GOOD.encode("utf-16-be")),
    Damage("utf-16 big endian with a mark", b"\xfe\xff" + GOOD.encode("utf-16-be")),
    Damage("cp1252", GOOD.encode("cp1252")),
    Damage(
        "utf-8 and cp1252 in one file",
        (HEAD + ANNA).encode() + "Kåre Øst,k@o.example,Ås,\n".encode("cp1252") + ZOE.encode(),
        ("Anna Berg", "Kåre Øst", "Zoë Müller"),
    ),
    Damage("utf-8 encoded twice", GOOD.encode().decode("cp1252").encode()),
    Damage("NUL bytes", GOOD.replace("Anna", "An\x00na").encode()),
    Damage("old Mac line endings", GOOD.replace("\n", "\r").encode()),
    Damage("mixed line endings", GOOD.replace("\n", "\r\n", 1).replace("rope\n", "rope\r").encode()),
    Damage("semicolons", GOOD.replace(",", ";").encode()),
    Damage("tabs", GOOD.replace(",", "\t").encode(), file="people.tsv"),
    Damage("bars", GOOD.replace(",", "|").encode()),
    Damage("a line that names the separator", b"sep=;\n" + GOOD.replace(",", ";").encode()),
    Damage("title lines above the headings", b"Attendees 2026\nExported on 2026-01-01,,,\n\n" + GOOD.encode()),
    Damage("blank rows", GOOD.replace("\nZoë", "\n\n,,,\n\nZoë").encode()),
    Damage("blank columns", "\n".join(",," + line + ",," for line in GOOD.splitlines()).encode()),
    Damage(
        "a column without a heading",
        "\n".join(line + ("," if i == 0 else ",x") for i, line in enumerate(GOOD.splitlines())).encode(),
        told=((2, True, "too many cells"), (3, True, "too many cells")),
    ),
    Damage("a repeated heading row", (HEAD + ANNA + HEAD + ZOE).encode(), told=((3, False, "repeated heading"),)),
    Damage("a total at the end", (GOOD + "Total: 2,,,\n").encode(), told=((4, False, "total"),)),
    Damage(
        "a quotation mark that is not closed",
        (HEAD + 'Anna Berg,anna@berg.example,"Bergwerk,Buyers\n' + ZOE).encode(),
        told=((2, True, "quotation mark"),),
    ),
    Damage("quoted line breaks", (HEAD + '"Anna Berg",anna@berg.example,Bergwerk,"Buyers\nof ""rope"""\n' + ZOE).encode()),
    Damage(
        "a comma without quotation marks",
        (HEAD + "Anna Berg,anna@berg.example,Bergwerk, Oslo,Buyers\n" + ZOE).encode(),
        told=((2, True, "joined"),),
    ),
    Damage(
        "a row shifted to the right",
        (HEAD + ",Anna Berg,anna@berg.example,Bergwerk\n" + ZOE + "Bo Li,bo@li.example,Li,x\n").encode(),
        ("Anna Berg", "Bo Li", "Zoë Müller"),
        ((2, True, "moved back"),),
    ),
    Damage(
        "a row shifted so that it makes no sense",
        (HEAD + "Bergwerk 12,Oslo,anna@berg.example,Anna\n" + ZOE).encode(),
        ("Zoë Müller",),
        ((2, False, "do not stand under their headings"),),
    ),
    Damage(
        "name and e-mail swapped",
        (HEAD + "anna@berg.example,Anna Berg,Bergwerk,\n" + ZOE).encode(),
        told=((2, True, "swapped"),),
    ),
    Damage(
        "a row broken in two",
        (GOOD + ANNA.replace("Anna", "Bo").replace("anna@", "bo@") * 3 + "and cable,too\n").encode(),
        ("Anna Berg", "Bo Berg", "Zoë Müller"),
        ((7, False, "ends early"),),
    ),
    Damage("duplicate headings", b"Name,Email,Question,Question\nAnna Berg,anna@berg.example,one,two\n", ("Anna Berg",)),
    Damage(
        "a cell of 100,000 characters",
        (HEAD + ANNA.replace("Buyers", "x" * 100_000) + ZOE).encode(),
        told=((2, True, f"cut to {MAX_TEXT}"),),
    ),
    Damage(
        "right-to-left text and marks",
        (HEAD + "\u202bנועה לוי\u202c,noa@levi.example,לוי,\n" + ZOE).encode(),
        ("Zoë Müller", "נועה לוי"),
    ),
    Damage("emoji", (HEAD + "Anna Berg 👩‍🚀,anna@berg.example,🚀,🤝\n" + ZOE).encode(), ("Anna Berg 👩‍🚀", "Zoë Müller")),
    Damage("control characters", GOOD.replace("Berg,", "Be\x07rg\u200b,", 1).encode()),
    Damage("HTML", GOOD.replace("Anna Berg", "<b>Anna</b>&nbsp;Berg<script>alert(1)</script>").encode()),
    Damage(
        "Excel error values",
        (HEAD + "Anna Berg,anna@berg.example,#REF!,#N/A\n" + ZOE).encode(),
        told=((2, True, "error value"),),
    ),
    Damage("wrapped formulas", (HEAD + '"=""Anna Berg""",anna@berg.example,Bergwerk,\n' + ZOE).encode()),
    Damage(
        "a formula in a text",
        (HEAD + "Anna Berg,anna@berg.example,=A1,=2+2\n" + ZOE).encode(),
        told=((2, True, "formula"),),
    ),
    Damage("signs for nothing", (HEAD + "Anna Berg,n/a,k.A.,-\n" + ZOE).encode()),
    Damage(
        "a broken e-mail",
        (HEAD + "Anna Berg,anna(at)berg,Bergwerk,\n" + ZOE).encode(),
        told=((2, True, "no e-mail address"),),
    ),
    Damage("nobody in a row", (GOOD + ",,Bergwerk,Buyers\n").encode(), told=((4, False, "neither name nor e-mail"),)),
    Damage(
        "only an e-mail",
        (GOOD + "bo.li@li.example" + ",,,\n").replace("bo.li@", ",bo.li@").replace("example,,,", "example,,").encode(),
        ("Anna Berg", "Bo Li", "Zoë Müller"),
        ((4, True, "made from the e-mail"),),
    ),
    Damage("capitals and turned names", (HEAD + '"BERG, ANNA",anna@berg.example,,\nZoë MÜLLER,zoe@m.example,,\n').encode()),
    Damage("gzip", gzip.compress(GOOD.encode()), file="people.csv.gz"),
    Damage("a workbook named .csv", workbook(X_HEAD, X_ANNA, X_ZOE)),
    Damage("text named .xlsx", GOOD.encode(), file="people.xlsx"),
    Damage(
        "merged cells",
        workbook(X_HEAD, X_ANNA, ("Bo Li", "bo@li.example", None, "x"), merge=("C2:C3",)),
        ("Anna Berg", "Bo Li"),
        file="people.xlsx",
    ),
    Damage(
        "a merged title above the headings",
        workbook(("Attendees",), X_HEAD, X_ANNA, X_ZOE, merge=("A1:D1",)),
        file="people.xlsx",
    ),
    Damage(
        "a formula without a value",
        workbook(X_HEAD, X_ANNA, X_ZOE, cells=(("C3", "=A1"),)),
        told=((3, True, "saved value"),),
        file="people.xlsx",
    ),
    Damage(
        "JSON lines with one broken",
        b'{"name":"Anna Berg"}\n{"name":\n{"name":"Zo\xc3\xab M\xc3\xbcller"}\n',
        told=((3, False, "not valid JSON"),),
        file="people.jsonl",
    ),
    Damage(
        "JSON in a wrapper",
        b'{"meta":{"n":2},"data":{"attendees":[{"name":"Anna Berg"},{"name":"Zo\\u00eb M\\u00fcller"}]}}',
        file="people.json",
    ),
)


@pytest.mark.parametrize("damage", CASES, ids=lambda damage: damage.name)
def test_damage_loses_nobody_and_is_told(read, damage):
    registration = read(damage.content, damage.file)
    assert tuple(sorted(a.name for a in registration.attendees)) == damage.people
    for row, used, part in damage.told:
        assert any(p.row == row and p.used is used and part in p.action for p in registration.problems), registration.problems
    told = {row for row, _, _ in damage.told}
    merged = {p.row for p in registration.problems if p.action.endswith("merged")}
    assert {p.row for p in registration.problems} - merged - {0} == told


def test_what_is_kept_of_a_damaged_row(read):
    swallowed = read(CASES[[c.name for c in CASES].index("a comma without quotation marks")].content)
    anna = next(a for a in swallowed.attendees if a.name == "Anna Berg")
    assert (anna.organization, anna.seeking) == ("Bergwerk, Oslo", "Buyers")
    merged = read(CASES[[c.name for c in CASES].index("merged cells")].content, "people.xlsx")
    assert [a.organization for a in merged.attendees] == ["Bergwerk", "Bergwerk"]
    twice = read(CASES[[c.name for c in CASES].index("duplicate headings")].content)
    assert twice.attendees[0].answers == (("Question", "one"), ("Question (2)", "two"))


NO_TABLE = {
    "empty": b"",
    "only blanks": b" \n\r\n\t\n",
    "only a mark": b"\xef\xbb\xbf",
    "headings only": HEAD.encode(),
    "PDF": b"%PDF-1.7 ...",
    "image": b"\x89PNG\r\n\x1a\n" + bytes(40),
    "old Excel": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(40),
    "damaged workbook": workbook(X_HEAD, X_ANNA)[:700],
    "empty workbook": workbook(),
    "damaged gzip": gzip.compress(GOOD.encode())[:20],
    "web page": b"<!DOCTYPE html><html><body>Sign in</body></html>",
    "prose": b"Dear team,\nplease find attached.\n",
    "numbers": b"1,2,3\n4,5,6\n",
    "broken JSON": b'[{"name": "Anna"',
    "random bytes": bytes(range(128, 256)) * 4,
    "everybody cancelled": b"Name,Email,Status\nAnna,anna@berg.example,cancelled\n",
    "nobody usable": b"Name,Email,Company\n,,Bergwerk\n",
    "no headings": b"Anna Berg,anna@berg.example\nBo Li,bo@li.example\n",
}


@pytest.mark.parametrize("content", NO_TABLE.values(), ids=NO_TABLE)
def test_no_table_is_one_clear_line(read, content):
    with pytest.raises(RegistrationError) as caught:
        read(content)
    assert "\n" not in str(caught.value)
    assert caught.value.found
    assert caught.value.expected
    assert caught.value.fix


def test_missing_file_and_folder(tmp_path):
    from matcher.registration import read_registration

    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(RegistrationError) as caught:
            read_registration(path)
        assert caught.value.fix
