"""Mails to attendees: write, look at one as somebody gets it, send, see who got it, go on after a stop."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from matcher.service.api.access import AnyId, EventId, Organizer, Reading, Service, Writing, note
from matcher.service.api.mailings import merge_file, send_mailing
from matcher.service.api.state import State
from matcher.service.options import settings_of
from matcher.service.pages.desk.access import AtDeskOf, desk_page
from matcher.service.pages.sessions import Form, see_other
from matcher.service.usecases import mail
from matcher.service.usecases.events import event_of
from matcher.service.usecases.people import people, takes_part
from sqlalchemy.orm import Session

from matcher.errors import MatcherError

routes = APIRouter(prefix="/desk/events/{event_id}/mail")


@routes.get("")
def show_all(request: Request, session: Reading, state: Service, who: AtDeskOf, event_id: EventId) -> Response:
    """The mailings so far, and a new one to write."""
    return _page(request, session, state, who, event_id, mail.SUBJECT, mail.BODY, "introduced")


def _page(
    request: Request,
    session: Session,
    state: State,
    who: Organizer,
    event_id: str,
    subject: str,
    body: str,
    audience: str,
    faults: tuple[str, ...] = (),
    look: tuple[str, str, str] | None = None,
) -> Response:
    event = event_of(session, event_id)
    found = [(mailing, mail.states(session, mailing.id)) for mailing in mail.mailings(session, event_id)]
    values = {"subject": subject, "body": body, "audience": audience, "faults": faults, "look": look, "mailings": found}
    status = 422 if faults else 200
    return desk_page(request, state, who, "mailings.html", event, status, server=has_server(state), fields=mail.FIELDS, **values)


def has_server(state: State) -> bool:
    """Returns True where mails can be sent from here."""
    return bool(state.machine.smtp and state.machine.mail_from)


@routes.post("")
def write(request: Request, state: Service, who: AtDeskOf, event_id: EventId, form: Form) -> Response:
    """Shows the mail as the first attendee would get it, or keeps it, to be sent or to be taken as a file."""
    subject, body = form.get("subject", "").strip()[:200], form.get("body", "").replace("\r\n", "\n")[:20_000]
    audience: mail.Audience = "everybody" if form.get("audience") == "everybody" else "introduced"
    try:
        if "look" not in form:
            with state.database.writing() as session:
                mailing = mail.create_mailing(session, event_of(session, event_id), subject, body, audience)
                note(session, who, "mailing.create", event_id, mailing.id)
            return see_other(f"/desk/events/{event_id}/mail?notice={'made' if has_server(state) else 'merge'}")
        with state.database.reading() as session:
            look = _look(session, state, event_id, subject, body)
            return _page(request, session, state, who, event_id, subject, body, audience, look=look)
    except MatcherError as error:
        with state.database.reading() as session:
            return _page(request, session, state, who, event_id, subject, body, audience, (str(error),))


def _look(session: Session, state: State, event_id: str, subject: str, body: str) -> tuple[str, str, str]:
    """To whom, subject and text of the mail that the first attendee with an address would get."""
    mail.check_template(subject)
    mail.check_template(body)
    event = event_of(session, event_id)
    settings = settings_of(event)
    person = next((one for one in people(session, event_id, limit=200) if one.email and takes_part(one, settings)), None)
    if person is None:
        raise MatcherError("nobody here has an address and takes part", "people to write to", "import the registrations first")
    return (person.email, *mail.rendered(session, state.identity, state.machine.address, event, person, subject, body))


@routes.post("/{mailing_id}/send")
def send(session: Writing, state: Service, who: AtDeskOf, event_id: EventId, mailing_id: AnyId, _form: Form) -> Response:
    """Sends to all who wait, in the background."""
    job = send_mailing(session, state, who, event_id, mailing_id)
    return see_other(f"/desk/events/{event_id}/jobs/{job.id}")


@routes.post("/{mailing_id}/retry")
def retry(session: Writing, who: AtDeskOf, event_id: EventId, mailing_id: AnyId, form: Form) -> Response:
    """Puts failed mails in line again, and those that may have arrived where the organizer says so."""
    mail.try_again(session, mail.mailing_of(session, event_id, mailing_id), "unclear" in form)
    note(session, who, "mailing.retry", event_id, mailing_id)
    return see_other(f"/desk/events/{event_id}/mail?notice=saved")


@routes.get("/{mailing_id}/merge.csv")
def take_merge_file(session: Reading, state: Service, who: AtDeskOf, event_id: EventId, mailing_id: AnyId) -> Response:
    """The mailing for a mail-merge program."""
    return merge_file(session, state, who, event_id, mailing_id)
