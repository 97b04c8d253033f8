"""Whatever the bytes: people or one clear error, nothing lost, and the order of rows never matters."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matcher.errors import RegistrationError
from matcher.profiles import Registration
from matcher.registration import read_registration

from .conftest import check_bookkeeping

HEADINGS = (
    "Name",
    "Email",
    "Company",
    "Title",
    "Status",
    "Looking for",
    "First name",
    "Last name",
    "Consent",
    "x?",
    "",
    "Bio",
    "id",
)
CELLS = st.one_of(
    st.sampled_from(
        (
            "",
            "Anna Berg",
            "Bo Li",
            "anna@berg.example",
            "bo@li.example",
            "Bergwerk",
            "cancelled",
            "=1+1",
            "n/a",
            '"',
            "a,b",
            "Total: 3",
            "7",
        )
    ),
    st.text(max_size=12),
)
ROWS = st.lists(st.lists(CELLS, max_size=8), max_size=8)


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("any") / "people.csv"


def attempt(file: Path, content: bytes) -> Registration | None:
    file.write_bytes(content)
    try:
        registration = read_registration(file)
    except RegistrationError:  # the one error there may be
        return None
    check_bookkeeping(registration)
    return registration


@given(
    st.binary(max_size=400),
    st.sampled_from((b"", b"Name,Email\n", b"PK\x03\x04", b"\x1f\x8b", b"[{", b"\xff\xfe", b"name\n")),
)
@settings(max_examples=400, deadline=None)
@example(b"[" * 100_000, b"")
@example(b"\xff\xfe\x00\xd8", b"")
@example(b'{"name": "\\ud800"}', b"")
@example(b'{"name": 1' + b"0" * 5000 + b"}", b"")
def test_any_bytes(file, content, start):
    attempt(file, start + content)


@given(st.lists(st.sampled_from(HEADINGS), min_size=1, max_size=8), ROWS, st.sampled_from(",;\t|"), st.booleans())
@settings(max_examples=400, deadline=None)
def test_any_table(file, headings, rows, delimiter, quoted):
    quote = (lambda cell: '"' + cell.replace('"', '""') + '"') if quoted else str
    text = "\n".join(delimiter.join(map(quote, row)) for row in (headings, *rows))
    attempt(file, text.encode("utf-8", "surrogatepass"))


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(("name", "email", "data", "bio", "talks", "title", "question", "answer", "x")),
                inner,
                max_size=4,
            )
        ),
        max_leaves=20,
    )
)
@settings(max_examples=300, deadline=None)
def test_any_json(file, value):
    import json

    attempt(file, json.dumps(value).encode())


@given(
    st.lists(
        st.tuples(
            st.sampled_from(("Anna Berg", "anna berg", "A. Berg", "Bo Li", "Bo  Li", "", "Cy Dee")),
            st.sampled_from(("anna@berg.example", "bo@li.example", "", "x")),
            st.sampled_from(("Bergwerk", "Bergwerk AS", "", "Li Ltd")),
            st.sampled_from(("", "CEO", "Buyer")),
            st.sampled_from(("", "1", "2")),
        ),
        min_size=1,
        max_size=9,
    ),
    st.randoms(use_true_random=False),
)
@settings(max_examples=400, deadline=None)
def test_the_order_of_rows_does_not_matter(file, rows, rng: random.Random):
    def people(order) -> object:
        text = "name,email,company,title,id\n" + "".join(",".join(row) + "\n" for row in order)
        registration = attempt(file, text.encode())
        return registration and registration.attendees

    shuffled = list(rows)
    rng.shuffle(shuffled)
    assert people(rows) == people(shuffled)


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_truncated_or_altered_workbook(file, noise):
    from .test_damage import X_ANNA, X_HEAD, X_ZOE, workbook

    data = bytearray(
        workbook(X_HEAD, X_ANNA, X_ZOE, (noise.encode("ascii", "ignore").decode().translate(dict.fromkeys(range(32))),))
    )
    seed = random.Random(noise)
    for _ in range(seed.randrange(4)):
        data[seed.randrange(len(data))] = seed.randrange(256)
    attempt(file, bytes(data[: seed.choice((len(data), seed.randrange(len(data))))]))
