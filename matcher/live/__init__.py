"""An event in memory that follows changes: suggestions, search and why for one person at a time."""

from .live_event import LiveEvent, LiveWhy

__all__ = ["LiveEvent", "LiveWhy"]
