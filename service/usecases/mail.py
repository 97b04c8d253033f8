"""Mails to attendees: written once with fields to fill in, sent one by one, resumed where they stopped.

Each recipient is marked before the mail server gets the mail. If the service stops in that moment the recipient is `unclear` and
is not mailed again by itself, so nobody is mailed twice; the organizer may decide otherwise.
"""

from __future__ import annotations

import csv
import io
import re
import smtplib
import ssl
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from matcher.service.identity import Identity, Link, instance_secret
from matcher.service.options import settings_of
from matcher.service.settings import MachineSettings
from matcher.service.store import Database, Event, Mailing, MailRecipient, Person
from matcher.service.store.table import now
from matcher.service.usecases.events import event_of
from matcher.service.usecases.faults import Conflict, NotFound
from matcher.service.usecases.people import takes_part
from matcher.service.usecases.runs import introductions, published_id
from matcher.service.usecases.telling import tell
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from matcher.errors import MatcherError, SettingsError

FIELDS = ("name", "first_name", "event", "link", "list")
"""What a mail can be filled with: {name}, {link} ..."""
Audience = Literal["everybody", "introduced"]
_FIELD = re.compile(r"\{(\w*)\}")
SUBJECT = "{event}: whom to meet, and why"
BODY = """Hello {first_name},

these are the people at {event} whom we think you should meet, each because it is worth it to both of you:

{list}
Say who interests you, change what you look for, or leave the matching at any time on your page. It is personal: do not pass it on.

{link}
"""


def check_template(text: str) -> None:
    """Raises MatcherError where a text has a field that does not exist."""
    unknown = sorted({name for name in _FIELD.findall(text) if name not in FIELDS})
    if unknown:
        raise MatcherError(
            f"fields {', '.join('{' + name + '}' for name in unknown)}", f"some of {', '.join('{' + name + '}' for name in FIELDS)}"
        )


def create_mailing(session: Session, event: Event, subject: str, body: str, audience: Audience) -> Mailing:
    """Returns a mailing to all who take part and have an address (`everybody`), or only to those with introductions.

    Raises:
        MatcherError: a field in the text does not exist, or nobody would get the mail.
    """
    check_template(subject)
    check_template(body)
    if "\n" in subject or "\r" in subject:
        raise MatcherError("a subject of several lines", "one line")
    refs = _audience(session, event, audience)
    if not refs:
        raise MatcherError("nobody would get this mail", "attendees with an address", "import people, or publish a run first")
    mailing = Mailing(event_id=event.id, subject=subject, body=body)
    session.add(mailing)
    session.flush()
    session.add_all(MailRecipient(mailing_id=mailing.id, ref=ref, event_id=event.id) for ref in refs)
    session.flush()
    return mailing


def _audience(session: Session, event: Event, audience: Audience) -> list[str]:
    settings = settings_of(event)
    people = session.scalars(select(Person).where(Person.event_id == event.id, Person.email != "").order_by(Person.ref))
    refs = [person.ref for person in people if takes_part(person, settings)]
    if audience == "introduced":
        run_id = published_id(session, event.id)
        having = {ref for found in (introductions(session, run_id) if run_id else ()) for ref in (found.a_id, found.b_id)}
        refs = [ref for ref in refs if ref in having]
    return refs


def mailing_of(session: Session, event_id: str, mailing_id: str) -> Mailing:
    """Returns a mailing of the event.

    Raises:
        NotFound: there is none with this id in this event.
    """
    mailing = session.get(Mailing, mailing_id)
    if mailing is None or mailing.event_id != event_id:
        raise NotFound("no such mailing in this event")
    return mailing


def mailings(session: Session, event_id: str) -> Sequence[Mailing]:
    """Returns the mailings of an event, newest first."""
    return session.scalars(
        select(Mailing).where(Mailing.event_id == event_id).order_by(Mailing.created_at.desc(), Mailing.id)
    ).all()


def states(session: Session, mailing_id: str) -> dict[str, int]:
    """Returns how many recipients are in which state."""
    found = Counter(session.scalars(select(MailRecipient.state).where(MailRecipient.mailing_id == mailing_id)))
    return {state: found.get(state, 0) for state in ("waiting", "sending", "sent", "failed", "unclear")}


def rendered(
    session: Session, identity: Identity, address: str, event: Event, person: Person, subject: str, body: str
) -> tuple[str, str]:
    """Returns subject and text as the person gets them."""
    run_id = published_id(session, event.id)
    lines = []
    for rank, introduction in enumerate(introductions(session, run_id, person.ref) if run_id else (), start=1):
        side = introduction.side(person.ref)
        other = session.get(Person, side.other_id)
        if other is not None and takes_part(other, settings_of(event)):
            about = ", ".join(str({**other.profile, **other.edits}.get(key) or "") for key in ("title", "organization")).strip(", ")
            lines.append(f"{rank}. {other.name}{f' ({about})' if about else ''}\n   {side.reason}\n")
    told = {**person.profile, **person.edits}
    values = {
        "name": person.name,
        "first_name": str(told.get("first_name") or person.name),
        "event": event.name,
        "link": f"{address}/me/{identity.link_token(Link(event.id, person.ref, person.link_generation))}",
        "list": "\n".join(lines) or "Your list is not there yet; it will be on your page.\n",
    }

    def filled(text: str) -> str:
        return _FIELD.sub(lambda found: values[found[1]], text)

    return " ".join(filled(subject).split()), filled(body)


def merge_file(session: Session, identity: Identity, address: str, event: Event, mailing: Mailing) -> str:
    """Returns a CSV for a mail-merge program: one row per recipient with address, subject and text."""
    from matcher.cells import safe_cell

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("email", "name", "subject", "text"))
    rows = select(Person).join(MailRecipient, MailRecipient.ref == Person.ref).where(MailRecipient.mailing_id == mailing.id)
    for person in session.scalars(rows.order_by(Person.name, Person.ref)):
        subject, text = rendered(session, identity, address, event, person, mailing.subject, mailing.body)
        writer.writerow([safe_cell(value) for value in (person.email, person.name, subject, text)])
    return "\ufeff" + out.getvalue()


def try_again(session: Session, mailing: Mailing, unclear: bool) -> int:
    """Puts those whose mail failed (and, if wanted, those who may have got it) in line again; returns how many they are."""
    wanted = ("failed", "unclear") if unclear else ("failed",)
    rows = session.scalars(
        select(MailRecipient).where(MailRecipient.mailing_id == mailing.id, MailRecipient.state.in_(wanted))
    ).all()
    for row in rows:
        row.state, row.error = "waiting", ""
    return len(rows)


def check_server(machine: MachineSettings) -> None:
    """Raises Conflict where this installation cannot send mail."""
    if not machine.smtp or not machine.mail_from:
        raise Conflict("no mail server is set", "MATCHER_SMTP and MATCHER_MAIL_FROM", "set them, or download the mail-merge file")


def send_mailing(
    database: Database, machine: MachineSettings, mailing_id: str, progress: Callable[[str, int, int], None]
) -> dict[str, int]:
    """Sends the mailing to all who wait, and returns how many recipients are in which state.

    Raises:
        MatcherError: the mail server cannot be reached or refuses the sender; those who were not mailed wait on.
    """
    with database.writing() as session:
        session.execute(
            update(MailRecipient)
            .where(MailRecipient.mailing_id == mailing_id, MailRecipient.state == "sending")
            .values(state="unclear", error="the service stopped while the mail server had this mail")
        )
        identity = Identity(instance_secret(session))
        waiting = list(
            session.scalars(
                select(MailRecipient.ref)
                .where(MailRecipient.mailing_id == mailing_id, MailRecipient.state == "waiting")
                .order_by(MailRecipient.ref)
            )
        )
    with mail_server(machine) as server:
        for done, ref in enumerate(waiting):
            progress("sending", done, len(waiting))
            message = _take(database, identity, machine, mailing_id, ref)
            if message is not None:
                _send(database, server, mailing_id, ref, message)
    with database.writing() as session:
        found = states(session, mailing_id)
        mailing = session.get(Mailing, mailing_id)
        if mailing is not None:
            tell(session, mailing.event_id, "mailing.finished", {"mailing_id": mailing_id, **found})
        return found


def _take(database: Database, identity: Identity, machine: MachineSettings, mailing_id: str, ref: str) -> EmailMessage | None:
    """Marks the recipient as being mailed and returns the mail; None where they are gone, paused or mailed by now."""
    with database.writing() as session:
        row, person, mailing = (
            session.get(MailRecipient, (mailing_id, ref)),
            session.get(Person, ref),
            session.get(Mailing, mailing_id),
        )
        if row is None or person is None or mailing is None or row.state != "waiting":
            return None
        event = event_of(session, mailing.event_id)
        if not takes_part(person, settings_of(event)) or not person.email:
            row.state, row.error = "failed", "takes no part any more"
            return None
        row.state = "sending"
        subject, text = rendered(session, identity, machine.address, event, person, mailing.subject, mailing.body)
        message = EmailMessage()
        message["Subject"], message["From"], message["To"] = subject, machine.mail_from, person.email
        message["Message-ID"] = f"<{mailing_id}.{ref}@matcher>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        return message


def _send(database: Database, server: smtplib.SMTP, mailing_id: str, ref: str, message: EmailMessage) -> None:
    state, error = "sent", ""
    try:
        server.send_message(message)
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as refused:
        state, error = "failed", f"the mail server refused it ({type(refused).__name__})"
    except (smtplib.SMTPException, OSError) as broken:
        # the connection broke: whether the mail went out is not known
        _mark(database, mailing_id, ref, "unclear", f"the connection to the mail server broke ({type(broken).__name__})")
        raise MatcherError(
            "the connection to the mail server broke", fix="start the mailing again: it goes on where it stopped"
        ) from broken
    _mark(database, mailing_id, ref, state, error)


def _mark(database: Database, mailing_id: str, ref: str, state: str, error: str) -> None:
    with database.writing() as session:
        values: Mapping[str, Any] = {"state": state, "error": error, "sent_at": now() if state == "sent" else None}
        session.execute(
            update(MailRecipient).where(MailRecipient.mailing_id == mailing_id, MailRecipient.ref == ref).values(**values)
        )


@contextmanager
def mail_server(machine: MachineSettings) -> Iterator[smtplib.SMTP]:
    """Gives a connection to the mail server, encrypted where the server can.

    Raises:
        MatcherError: it cannot be reached, or refuses the login.
    """
    check_server(machine)
    try:
        server = _connected(machine.smtp)
    except (smtplib.SMTPException, OSError) as error:
        raise MatcherError(
            f"the mail server cannot be used ({type(error).__name__})", "a server that takes mail", "check MATCHER_SMTP"
        ) from error
    try:
        yield server
    finally:
        with suppress(smtplib.SMTPException, OSError):  # it may have gone by itself
            server.quit()


def _connected(address: str) -> smtplib.SMTP:
    parts = urlsplit(address)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise SettingsError("MATCHER_SMTP is no mail server", "smtp://user:password@host:port or smtps://...")
    context = ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(parts.hostname, parts.port or 465, timeout=30, context=context)
    else:
        server = smtplib.SMTP(parts.hostname, parts.port or 587, timeout=30)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server
