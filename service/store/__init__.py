"""What the service remembers: tables, migrations, and the door to both."""

from matcher.service.store.answers import Contact, Meeting, Nomination, Opportunity, Response, Shown
from matcher.service.store.database import Database
from matcher.service.store.messages import Delivery, Mailing, MailRecipient, Webhook
from matcher.service.store.people import Event, Person, Removal, Vector
from matcher.service.store.records import AuditEntry, Instance, Key, LearnedModel, Reply
from matcher.service.store.runs import Introduced, Job, PairRule, RunRecord
from matcher.service.store.table import Table

__all__ = [
    "AuditEntry",
    "Contact",
    "Database",
    "Delivery",
    "Event",
    "Instance",
    "Introduced",
    "Job",
    "Key",
    "LearnedModel",
    "MailRecipient",
    "Mailing",
    "Meeting",
    "Nomination",
    "Opportunity",
    "PairRule",
    "Person",
    "Removal",
    "Reply",
    "Response",
    "RunRecord",
    "Shown",
    "Table",
    "Vector",
    "Webhook",
]
