"""The pages: the attendee's list and the organizer's desk, made on the server; they work without JavaScript."""

from matcher.service.pages.site import create_site

__all__ = ["create_site"]
