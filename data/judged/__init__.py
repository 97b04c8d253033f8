"""Five invented events with two judges each; see README.md beside this file."""
