"""Every route and every kind of caller: who is let in; for the others nothing leaks and nothing changes.

A route that is not in `ROUTES` fails the test, so nobody forgets to say who may use it.
"""

import pytest
from matcher.service.store import Database, Delivery, Job, Mailing, Meeting, Opportunity, Person, Table, Webhook
from matcher.service.usecases.imports import read_upload
from matcher.service.usecases.keys import create_key, revoke_key
from small_event import OTHER_EVENT_ID, RUN_ID, as_csv, bearer, fill, rows
from sqlalchemy import select

EVENT = "/api/v1/events/{event_id}"
DESK = "/desk/events/{event_id}"
ROUTES = {
    "everybody": """
        GET /|GET /api/v1/openapi.json|GET /health|GET /ready|GET /link|GET /desk/login|POST /desk/login|GET /me/{token}
        GET /calendar/{token}.ics|POST /desk/logout|POST /profile/log-out""",
    "owner": "GET /metrics|POST /api/v1/events|DELETE /api/v1/events/{event_id}",
    "any organizer": "GET /api/v1/events",
    "organizer": f"""
        GET {EVENT}|PATCH {EVENT}|GET {EVENT}/audit-log|GET {EVENT}/keys|POST {EVENT}/keys|DELETE {EVENT}/keys/{{key_id}}
        POST {EVENT}/imports/preview|POST {EVENT}/imports|GET {EVENT}/attendees|POST {EVENT}/attendees|GET {EVENT}/attendees/{{ref}}
        PATCH {EVENT}/attendees/{{ref}}|DELETE {EVENT}/attendees/{{ref}}|POST {EVENT}/attendees/{{ref}}/link
        DELETE {EVENT}/attendees/{{ref}}/link|GET {EVENT}/jobs|GET {EVENT}/jobs/{{job_id}}|POST {EVENT}/jobs/{{job_id}}/cancel
        GET {EVENT}/jobs/{{job_id}}/progress|POST {EVENT}/runs|GET {EVENT}/runs|GET {EVENT}/runs/{{run_id}}
        DELETE {EVENT}/runs/{{run_id}}|GET {EVENT}/runs/{{run_id}}/introductions|POST {EVENT}/runs/{{run_id}}/publish
        GET {EVENT}/runs/{{run_id}}/diff/{{other_id}}|PUT {EVENT}/pairs/{{a}}/{{b}}|DELETE {EVENT}/pairs/{{a}}/{{b}}
        POST {EVENT}/runs/{{run_id}}/pairs/{{a}}/{{b}}|DELETE {EVENT}/runs/{{run_id}}/pairs/{{a}}/{{b}}|GET {EVENT}/why
        GET {EVENT}/runs/{{run_id}}/exports/{{name}}|POST {EVENT}/schedule|GET {EVENT}/schedule|POST {EVENT}/schedule/confirm
        GET {EVENT}/schedule/exports/{{name}}|GET {EVENT}/attendees/{{ref}}/availability
        PUT {EVENT}/attendees/{{ref}}/availability
        GET {EVENT}/meetings|POST {EVENT}/meetings/{{meeting_id}}/confirm|POST {EVENT}/meetings/{{meeting_id}}/move
        POST {EVENT}/meetings/{{meeting_id}}/cancel|POST {EVENT}/meetings/{{meeting_id}}/held
        POST {EVENT}/meetings/{{meeting_id}}/no-show|GET {EVENT}/mailings|POST {EVENT}/mailings|POST {EVENT}/mailings/preview
        POST {EVENT}/mailings/{{mailing_id}}/send|POST {EVENT}/mailings/{{mailing_id}}/retry
        GET {EVENT}/mailings/{{mailing_id}}/merge.csv|GET {EVENT}/webhooks|POST {EVENT}/webhooks
        DELETE {EVENT}/webhooks/{{webhook_id}}|GET {EVENT}/webhooks/{{webhook_id}}/deliveries
        POST {EVENT}/webhooks/deliveries/{{delivery_id}}/replay|GET {EVENT}/outcome|GET {EVENT}/outcome.csv|GET {EVENT}/models
        POST {EVENT}/models/train|POST {EVENT}/models/rollback|POST {EVENT}/models/{{model_id}}/activate""",
    "attendee": """
        GET /api/v1/me/suggestions|PUT /api/v1/me/responses/{ref}|GET /api/v1/me/responses|GET /api/v1/me/profile
        PATCH /api/v1/me/profile|POST /api/v1/me/advice|GET /api/v1/me/search|GET /api/v1/me/export|DELETE /api/v1/me
        GET /api/v1/me/availability|PUT /api/v1/me/availability
        GET /api/v1/me/meetings|GET /api/v1/me/meetings/slots|POST /api/v1/me/meetings|GET /api/v1/me/meetings/{meeting_id}
        POST /api/v1/me/meetings/{meeting_id}/accept|POST /api/v1/me/meetings/{meeting_id}/decline
        POST /api/v1/me/meetings/{meeting_id}/cancel|POST /api/v1/me/meetings/{meeting_id}/move
        POST /api/v1/me/meetings/{meeting_id}/held|POST /api/v1/me/meetings/{meeting_id}/no-show
        GET /api/v1/me/meetings/{meeting_id}/calendar|POST /api/v1/me/calendar|DELETE /api/v1/me/calendar|GET /api/v1/me/contacts
        GET /api/v1/me/contacts/vcards|GET /api/v1/me/contacts/{ref}|GET /api/v1/me/contacts/{ref}/vcard
        PATCH /api/v1/me/contacts/{ref}|DELETE /api/v1/me/contacts/{ref}|GET /api/v1/me/opportunities|POST /api/v1/me/opportunities
        GET /api/v1/me/opportunities/{opportunity_id}|DELETE /api/v1/me/opportunities/{opportunity_id}
        GET /api/v1/me/opportunities/{opportunity_id}/fits|PUT /api/v1/me/opportunities/{opportunity_id}/nominations/{ref}
        DELETE /api/v1/me/opportunities/{opportunity_id}/nominations/{ref}|GET /api/v1/me/nominations|GET /api/v1/me/paths/{ref}""",
    "attendee's page": """
        GET /contacts|GET /contacts/contacts.vcf|GET /contacts/{ref}/contact.vcf|GET /meetings
        GET /meetings/with/{ref}|GET /meetings/{meeting_id}/meeting.ics|GET /meetings/{meeting_id}/move
        GET /opportunities|GET /opportunities/{opportunity_id}|POST /contacts/{ref}|POST /contacts/{ref}/met
        GET /meetings/times|POST /meetings/times
        POST /meetings/calendar|POST /meetings/with/{ref}|POST /meetings/{meeting_id}/answer
        POST /meetings/{meeting_id}/move|POST /opportunities|POST /opportunities/{opportunity_id}/delete
        POST /opportunities/{opportunity_id}/nominate|POST /opportunities/{opportunity_id}/take-back
        GET /people|GET /people/{ref}|POST /people/{ref}/answer|GET /people/{ref}/contact.vcf|GET /search|GET /profile
        POST /profile/check|POST /profile/advice|POST /profile|GET /profile/privacy|POST /profile/part|GET /profile/export.json
        GET /profile/erase|POST /profile/erase""",
    "owner's desk": """
        POST /desk/events|GET /desk/keys|POST /desk/keys
        POST /desk/keys/{key_id}/revoke|GET /desk/events/{event_id}/delete|POST /desk/events/{event_id}/delete
        GET /desk/audit-log""",
    "desk of all": "GET /desk",
    "desk of the event": f"""
        GET {DESK}|GET {DESK}/settings|POST {DESK}/settings|POST {DESK}/settings/toml
        GET {DESK}/import|POST {DESK}/import|GET {DESK}/import/{{job_id}}|POST {DESK}/import/{{job_id}}/columns
        POST {DESK}/import/{{job_id}}|POST {DESK}/import/{{job_id}}/drop|GET {DESK}/import/{{job_id}}/problems.csv
        GET {DESK}/jobs/{{job_id}}|GET {DESK}/jobs/{{job_id}}/progress|POST {DESK}/jobs/{{job_id}}/cancel|GET {DESK}/people
        GET {DESK}/people/new|POST {DESK}/people/new|GET {DESK}/people/{{ref}}|GET {DESK}/people/{{ref}}/edit
        POST {DESK}/people/{{ref}}/edit|POST {DESK}/people/{{ref}}/pause|POST {DESK}/people/{{ref}}/link
        POST {DESK}/people/{{ref}}/link/revoke|GET {DESK}/people/{{ref}}/erase|POST {DESK}/people/{{ref}}/erase|GET {DESK}/runs
        POST {DESK}/runs|GET {DESK}/runs/{{run_id}}/publish|POST {DESK}/runs/{{run_id}}/publish|POST {DESK}/runs/{{run_id}}/delete
        GET {DESK}/runs/{{run_id}}/exports/{{name}}|GET {DESK}/runs/{{run_id}}|POST {DESK}/runs/{{run_id}}/pairs|POST {DESK}/pairs
        GET {DESK}/pairs|GET {DESK}/responses|GET {DESK}/outcome|GET {DESK}/outcome.csv|GET {DESK}/outcome.json|GET {DESK}/schedule
        GET {DESK}/schedule/exports/{{name}}
        POST {DESK}/schedule|POST {DESK}/schedule/confirm|POST {DESK}/schedule/{{meeting_id}}/confirm
        POST {DESK}/schedule/{{meeting_id}}/move|POST {DESK}/schedule/{{meeting_id}}/cancel|GET {DESK}/mail|POST {DESK}/mail
        POST {DESK}/mail/{{mailing_id}}/send|POST {DESK}/mail/{{mailing_id}}/retry|GET {DESK}/mail/{{mailing_id}}/merge.csv
        GET {DESK}/learning|POST {DESK}/learning|POST {DESK}/learning/rollback|POST {DESK}/learning/{{model_id}}/activate
        GET {DESK}/webhooks|POST {DESK}/webhooks|GET {DESK}/webhooks/{{webhook_id}}|POST {DESK}/webhooks/{{webhook_id}}/delete
        POST {DESK}/webhooks/{{webhook_id}}/deliveries/{{delivery_id}}/replay
        GET {DESK}/keys|POST {DESK}/keys|POST {DESK}/keys/{{key_id}}/revoke|GET {DESK}/audit-log""",
}
KIND = {
    route.strip(): kind
    for kind, listed in ROUTES.items()
    for line in listed.split("\n")
    for route in line.split("|")
    if route.strip()
}
LET_IN = {
    "owner": {"owner"},
    "any organizer": {"owner", "organizer", "organizer of another event"},
    "organizer": {"owner", "organizer"},
    "attendee": {"attendee"},
    "attendee's page": {"attendee"},
    "owner's desk": {"owner"},
    "desk of all": {"owner", "organizer", "organizer of another event"},
    "desk of the event": {"owner", "organizer"},
}
CALLERS = (
    *("nobody", "organizer", "organizer of another event", "owner", "attendee", "attendee of another event"),
    *("revoked link", "revoked key"),
)


def routes_of(app):
    """Every method and path of the application."""

    def walk(routes):
        for route in routes:
            if hasattr(route, "original_router"):
                yield from walk(route.original_router.routes)
            elif getattr(route, "methods", None):
                yield from (f"{method} {route.path}" for method in route.methods if method != "HEAD")

    return sorted(set(walk(app.routes)))


def everything(machine):
    """All that is stored, but when keys were last used, what was shown, and the vectors of an event that was loaded."""
    database = Database(machine.database)
    tables = [table for table in Table.metadata.sorted_tables if table.name not in {"keys", "shown", "vectors"}]
    with database.engine.connect() as connection:
        found = {table.name: sorted(map(repr, connection.execute(select(table)))) for table in tables}
    database.close()
    return found


@pytest.fixture
def kind():
    """One kind of database is enough here: who may do what is decided before the store is asked."""
    return "sqlite"


@pytest.fixture
def house(database, published, identity, client, owner, link):
    """The event and another one, something at every address, and a caller of each kind: headers and cookies."""
    elsewhere = fill(database, identity, OTHER_EVENT_ID, "Other", read_upload(as_csv(rows(3, start=20)), "a.csv", {}, 100))
    one, two = published.refs[:2]
    numbered = iter("123456789")
    ids = {
        name: next(numbered) * 20 for name in ("job_id", "meeting_id", "opportunity_id", "mailing_id", "webhook_id", "delivery_id")
    }
    with database.writing() as session:
        of = {"event_id": published.id}
        done = dict.fromkeys(("added", "updated", "unchanged", "missing", "erased"), 0) | {"problems": [], "mapping": []}
        payload = {"mode": "add", "filename": "a.csv", "columns": {}}
        session.add(Job(id=ids["job_id"], kind="import", state="done", result=done, payload=payload, **of))
        session.add(Meeting(id=ids["meeting_id"], a=one, b=two, **of))
        session.add(Opportunity(id=ids["opportunity_id"], ref=one, text="a board seat", **of))
        session.add(Mailing(id=ids["mailing_id"], subject="Hello", body="Hello", **of))
        session.add(Webhook(id=ids["webhook_id"], url="https://example.org/", secret="s", topics={"names": []}, **of))
        session.add(Delivery(id=ids["delivery_id"], webhook_id=ids["webhook_id"], **of))
        revoked, secret = create_key(session, published.id, "lost")
        revoke_key(session, published.id, revoked.id)
        ids["key_id"] = revoked.id
        session.get(Person, published.refs[3]).link_generation += 1
    old_link = identity.link_token(type(identity.read_link(link(published, 0)))(published.id, published.refs[3], 1))
    ids |= {"event_id": published.id, "ref": one, "a": one, "b": two, "run_id": RUN_ID, "other_id": RUN_ID, "name": "run.json"}
    ids |= {"model_id": "9" * 20, "token": "none"}
    tokens = {
        "nobody": "",
        "organizer": published.key,
        "organizer of another event": elsewhere.key,
        "owner": owner["Authorization"].removeprefix("Bearer "),
        "attendee": link(published, 0),
        "attendee of another event": link(elsewhere, 0),
        "revoked link": old_link,
        "revoked key": secret,
    }
    sessions = {}
    with database.reading() as session:
        from matcher.service.identity import key_hash
        from matcher.service.store import Key

        for name, token in tokens.items():
            if token.startswith("mk_"):
                key = session.scalars(select(Key).where(Key.hash == key_hash(token))).one()
                sessions[name] = {"organizer": identity.session_token(key.id)}
            elif token:
                sessions[name] = {"attendee": token}
    return published, elsewhere, ids, tokens, sessions


def ask(client, route, caller, house):
    """Sends a request of the route as the caller would."""
    _, _, ids, tokens, sessions = house
    method, path = route.split(" ")
    page = not path.startswith(("/api/", "/metrics"))
    headers = bearer(tokens[caller]) if tokens[caller] and not page else {}
    client.cookies.clear()
    for name, value in sessions.get(caller, {}).items() if page else ():
        client.cookies.set(name, value)
    query = {"a": ids["a"], "b": ids["b"], "q": "storage"} if method == "GET" else {}
    body = {"data": {"form_token": "forged"}} if page and method == "POST" else {}
    if not page and method in {"POST", "PUT", "PATCH"}:
        body = {"json": {"rule": "locked"} if "/pairs/" in path else {}}
        headers["If-Match"] = '"1"'
    return client.request(method, path.format(**ids), headers=headers, params=query, **body)


def test_every_route_says_who_may_use_it(client):
    found = set(routes_of(client.app))
    assert found - set(KIND) == set(), "routes without an entry"
    assert set(KIND) - found == set(), "entries without a route"


@pytest.mark.parametrize("caller", CALLERS)
def test_who_may_not_is_kept_out_learns_nothing_and_changes_nothing(client, house, caller, machine):
    event = house[0]
    before, wrong = everything(machine), []
    for route, kind in KIND.items():
        if kind == "everybody" or caller in LET_IN[kind]:
            continue
        if caller == "attendee of another event" and kind.startswith("attendee") and "{" not in route:
            continue  # their own; the next test looks at it
        answer = ask(client, route, caller, house)
        login = answer.status_code == 303 and answer.headers["location"].startswith(("/desk/login", "/link"))
        told = [word for word in (*event.names, *event.emails) if word in answer.text]
        # an attendee's value may be wrong, or what they take away not there, before it matters whose it is
        kept_out = {401, 403, 404} | ({204, 422} if caller == "attendee of another event" and kind == "attendee" else set())
        if not (answer.status_code in kept_out or login) or told:
            wrong.append((route, answer.status_code, told))
    assert wrong == []
    assert everything(machine) == before


@pytest.mark.parametrize("caller", ["organizer", "owner", "attendee", "attendee of another event"])
def test_who_may_is_let_in_and_sees_nobodys_address_but_their_own(client, house, caller):
    event, wrong = house[0], []
    mine = [(route, kind) for route, kind in KIND.items() if kind != "everybody" and caller.split(" of ")[0] in LET_IN[kind]]
    mine.sort(key=lambda each: ("DELETE" in each[0], each[0] == "DELETE /api/v1/me", -len(each[0])))
    for route, kind in mine:
        elsewhere = caller == "attendee of another event"
        if elsewhere and "{" in route:
            continue
        answer = ask(client, route, caller, house)
        forged = kind.startswith(("desk", "owner's", "attendee's")) and route.startswith("POST")
        refused = answer.status_code in {401, 403} or answer.status_code >= 500
        told = [word for word in event.emails[1:] if word in answer.text] if "attendee" in caller else []
        told += [word for word in event.names if elsewhere and word in answer.text]
        if (forged and answer.status_code != 403) or (not forged and refused) or told:
            wrong.append((route, answer.status_code, told))
    assert wrong == []
