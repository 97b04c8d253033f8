"""What only the service decides about an event, beside the engine's `EventSettings`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from matcher.service.store import Event
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from matcher.event import EventSettings


class EventOptions(BaseModel):
    """How an event is run: when, who sees what, how long it is kept."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    starts_on: date | None = None
    ends_on: date | None = None
    timezone: str = "UTC"
    """Name of a time zone (IANA) in which slots are shown."""
    open: bool = False
    """True: attendees see suggestions even before introductions are published. Publishing opens the event too."""
    contacts: Literal["mutual", "open"] = "mutual"
    """`mutual`: contact details only when both said interested. `open`: on every list, for events that announced it."""
    list_length: Annotated[int, Field(ge=1, le=50)] = 10
    """People on an attendee's list. More than ten nobody reads."""
    link_days: Annotated[int, Field(ge=1, le=400)] = 120
    """Days that a personal link works."""
    request_hours: Annotated[int, Field(ge=1, le=24 * 60)] = 72
    """Hours until a meeting proposal without an answer expires."""
    meetings: Annotated[int, Field(ge=0, le=100)] = 12
    """Most meetings (proposed by them or accepted) of one person."""
    retention_days: Annotated[int, Field(ge=0, le=3650)] = 90
    """Days after `ends_on` until everything personal is erased; 0: kept until the organizer erases it."""

    @field_validator("timezone")
    @classmethod
    def _known(cls, name: str) -> str:
        try:
            return ZoneInfo(name).key
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"{name!r} is no time zone; expected a name such as Europe/Berlin") from error

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValueError(f"ends_on ({self.ends_on}) is before starts_on ({self.starts_on})")
        return self


def settings_of(event: Event) -> EventSettings:
    """Returns the engine's settings of an event."""
    settings = EventSettings.model_validate(event.settings)
    return settings if settings.name else settings.model_copy(update={"name": event.name})


def options_of(event: Event) -> EventOptions:
    """Returns the service's options of an event."""
    return EventOptions.model_validate(event.options)
