"""Pages as Jinja templates; every value is escaped, so HTML in a profile stays text."""
