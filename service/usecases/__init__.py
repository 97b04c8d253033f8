"""What organizers and attendees can do, as plain functions on a session of the store."""
