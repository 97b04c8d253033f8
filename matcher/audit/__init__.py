"""What an organizer wants to know before publishing: coverage, targets, weak introductions, attention, groups, obstacles."""

from __future__ import annotations

from matcher.audit.figures import Audit, audit

__all__ = ["Audit", "audit"]
