"""One tiny export of each program, with invented people: who comes, who does not, and what was understood."""
# ruff: noqa: E501 - the headings of an export are one line

from __future__ import annotations

import io

from openpyxl import Workbook

EVENTBRITE = """Order #,Order Date,First Name,Last Name,Email,Quantity,Price Tier,Ticket Type,Attendee #,Group,Order Type,Currency,Total Paid,Attendee Status,Home Country,What are you looking for?,Job Title,Company
101,2026-01-01,Anna,Berg,anna@berg.example,1,,Speaker,9001,,Free,EUR,0.00,Attending,Norway,Pilot customers,CEO,Bergwerk
102,2026-01-02,Juan,Prado,juan@prado.example,1,,Visitor,9002,,Paid,EUR,20.00,Refunded,Spain,Investors,Engineer,Prado SL
103,2026-01-02,Mei,Lin,mei@lin.example,1,,Visitor,9003,,Paid,EUR,20.00,Checked In,Taiwan,,Analyst,Lin Ltd
"""

TITO = """Number,Ticket Created Date,Ticket,Ticket Full Name,Ticket First Name,Ticket Last Name,Ticket Email,Ticket Company Name,Ticket Phone Number,Event,Void Status,Price,Ticket Reference,Tags,Unique Ticket URL,Unique Order URL,Order Reference,Order Name,Order Email,What can you offer?
1,2026-01-01,Regular,Anna Berg,Anna,Berg,anna@berg.example,Bergwerk,+47 1,Conf,,10,AAAA-1,,https://t/1,https://o/1,AAAA,Anna Berg,anna@berg.example,Rope access
2,2026-01-01,Regular,,,,,,,Conf,,10,AAAA-2,,https://t/2,https://o/1,AAAA,Anna Berg,anna@berg.example,
3,2026-01-01,Regular,Ola Void,Ola,Void,ola@void.example,,,Conf,void,10,BBBB-1,,https://t/3,https://o/2,BBBB,Ola Void,ola@void.example,
"""

LUMA = """\ufeffapi_id,name,first_name,last_name,email,phone_number,created_at,approval_status,checked_in_at,custom_source,qr_code_url,amount,amount_tax,amount_discount,currency,coupon_code,eth_address,solana_address,survey_response_rating,survey_response_feedback,ticket_type_id,ticket_name,What are you hoping to get out of this?
gst-1,Anna Berg,,,anna@berg.example,+47,2026-01-01T10:00:00Z,approved,,,https://q/1,0,0,0,eur,,0xabc,,,,t-1,Standard,Meet a co-founder
gst-2,Ben Ash,,,ben@ash.example,,2026-01-01T10:00:00Z,pending_approval,,,https://q/2,0,0,0,eur,,,,,,t-1,Standard,
gst-3,Cy Dee,,,cy@dee.example,,2026-01-01T10:00:00Z,declined,,,https://q/3,0,0,0,eur,,,,,,t-1,Standard,
"""

PRETIX_CHECKIN = """"Order code","Attendee name","Attendee name: Title","Attendee name: First name","Attendee name: Middle name","Attendee name: Family name","Product","Price","Checked in","Checked out","Automatically checked in","Secret","E-mail","Company","Voucher code","Order date","Requires special attention","Comment","Seat ID","Ihre Interessen"
"FOO","Dr. Anna Berg","Dr.","Anna","","Berg","Ticket","10.00","","","No","s3cr3t","anna@berg.example","Bergwerk","","2026-01-01","No","","","Bergbau; Seile"
"""

PRETIX_ORDERS = """Order code;Order status;Attendee name;E-mail;Product
AAA;p;Anna Berg;anna@berg.example;Ticket
BBB;n;Ben Ash;ben@ash.example;Ticket
CCC;c;Cy Dee;cy@dee.example;Ticket
"""

CVENT = """firstName,lastName,company,title,email,status,confirmationNumber
Anna,Berg,Bergwerk,CEO,anna@berg.example,Accepted,N5X1
Ben,Ash,Ash Inc,Buyer,ben@ash.example,Cancelled,N5X2
"""

BRELLA = """ID,External ID,Email,First name,Last name,Company,Title,Join URL,Join Code,Seats
1,x1,anna@berg.example,Anna,Berg,Bergwerk,CEO,https://b/1,J1,1
"""

B2MATCH = (
    ("First name", "Last name", "Job description", "Organization name", "Country", "Participation type",
     "Areas of activities", "Organization description", "Validated"),
    ("Anna", "Berg", "CEO", "Bergwerk", "Norway", "Buyer", "Mining; Rope, cable; Safety", "We mine.", "Yes"),
    ("Ben", "Ash", "Buyer", "Ash Inc", "USA", "Supplier", "Paper", "We print.", "No"),
)  # fmt: skip

SWAPCARD = (
    ("First name", "Last name", "Email", "Job title", "Company", "Biography", "Badge number", "Exhibitor ID",
     "Session IDs", "I am looking for", "External ID"),
    ("Anna", "Berg", "anna@berg.example", "CEO", "Bergwerk", "Mines.", 7, None, "s1;s2", "Buyers", "ext-7"),
)  # fmt: skip


def xlsx(rows: tuple[tuple[object, ...], ...]) -> bytes:
    workbook = Workbook()
    for row in rows:
        workbook.active.append(row)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def left_out(registration):
    return [(p.row, p.column, p.found) for p in registration.problems if not p.used]


def test_eventbrite(read):
    registration = read(EVENTBRITE)
    assert registration.layout == "eventbrite"
    assert [(a.id, a.name, a.group, a.seeking) for a in registration.attendees] == [
        ("9001", "Anna Berg", "Speaker", "Pilot customers"),
        ("9003", "Mei Lin", "Visitor", ""),
    ]
    anna = registration.attendees[0]
    assert (anna.organization, anna.title, anna.country, anna.answers) == ("Bergwerk", "CEO", "Norway", ())
    assert left_out(registration) == [(3, "Attendee Status", "Refunded")]


def test_tito_leaves_void_and_unassigned_tickets_out(read):
    registration = read(TITO)
    assert registration.layout == "tito"
    assert [(a.id, a.name, a.email, a.offering, a.group) for a in registration.attendees] == [
        ("AAAA-1", "Anna Berg", "anna@berg.example", "Rope access", "Regular")
    ]
    assert left_out(registration) == [(3, "Ticket Full Name", "AAAA"), (4, "Void Status", "void")]


def test_luma(read):
    registration = read(LUMA)
    assert (registration.layout, registration.encoding) == ("luma", "utf-8-sig")
    assert [(a.id, a.name, a.seeking, a.group, a.answers) for a in registration.attendees] == [
        ("gst-1", "Anna Berg", "Meet a co-founder", "Standard", ())
    ]
    assert left_out(registration) == [(3, "approval_status", "pending_approval"), (4, "approval_status", "declined")]


def test_pretix_checkin_list(read):
    registration = read(PRETIX_CHECKIN)
    assert registration.layout == "pretix"
    (anna,) = registration.attendees
    assert (anna.name, anna.first_name, anna.last_name, anna.email) == (
        "Dr. Anna Berg",
        "Anna",
        "Berg",
        "anna@berg.example",
    )
    assert (anna.organization, anna.title, anna.interests, anna.answers) == ("Bergwerk", "", ("Bergbau", "Seile"), ())
    assert anna.id.startswith("FOO-")
    assert dict(registration.mapping)["Secret"] == "ignored"


def test_pretix_orders_use_its_letters(read):
    registration = read(PRETIX_ORDERS)
    assert (registration.layout, registration.delimiter) == ("pretix", ";")
    assert [a.name for a in registration.attendees] == ["Anna Berg"]
    assert left_out(registration) == [(3, "Order status", "n"), (4, "Order status", "c")]


def test_cvent(read):
    registration = read(CVENT)
    assert registration.layout == "cvent"
    assert [(a.id, a.name, a.title, a.organization) for a in registration.attendees] == [("N5X1", "Anna Berg", "CEO", "Bergwerk")]
    assert left_out(registration) == [(3, "status", "Cancelled")]


def test_brella(read):
    registration = read(BRELLA)
    assert registration.layout == "brella"
    assert [(a.id, a.name, a.title, a.answers) for a in registration.attendees] == [("1", "Anna Berg", "CEO", ())]


def test_b2match(read):
    registration = read(xlsx(B2MATCH), "people.xlsx")
    assert (registration.layout, registration.encoding) == ("b2match", "xlsx")
    (anna,) = registration.attendees
    assert (anna.title, anna.organization, anna.group, anna.bio) == ("CEO", "Bergwerk", "Buyer", "We mine.")
    assert anna.interests == ("Mining", "Rope, cable", "Safety")
    assert left_out(registration) == [(3, "Validated", "No")]


def test_swapcard(read):
    registration = read(xlsx(SWAPCARD), "people.xlsx")
    assert registration.layout == "swapcard"
    assert [(a.id, a.name, a.seeking, a.bio) for a in registration.attendees] == [("ext-7", "Anna Berg", "Buyers", "Mines.")]
