"""The kinds of columns that all tables share."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar

from sqlalchemy import JSON, ForeignKey, LargeBinary, MetaData, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy_utc import UtcDateTime


def now() -> datetime:
    """Returns the time, in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """Returns an id that nobody can guess and that tells nothing: 20 hexadecimal digits."""
    return secrets.token_hex(10)


Json = dict[str, Any]
Id = Annotated[str, mapped_column(String(20), primary_key=True, default=new_id)]
Ref = Annotated[str, mapped_column(String(20), index=True)]
"""Id of an attendee inside the service; tells nothing about the person, so it may stand in addresses and logs."""
OfEvent = Annotated[str, mapped_column(String(20), ForeignKey("events.id", ondelete="CASCADE"), index=True)]
Moment = Annotated[datetime, mapped_column(UtcDateTime, default=now)]
Later = Annotated[datetime | None, mapped_column(UtcDateTime)]
Long = Annotated[str, mapped_column(Text, default="")]
Short = Annotated[str, mapped_column(String(200), default="")]
Bytes = Annotated[bytes | None, mapped_column(LargeBinary, deferred=True)]


class Table(DeclarativeBase):
    """The root of all tables; constraints have fixed names, so that migrations can change them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        Json: JSON().with_variant(JSONB(), "postgresql"),
        list[Any]: JSON().with_variant(JSONB(), "postgresql"),
    }
