"""The engine: attendees in, introductions out. No network, no database, no web."""
