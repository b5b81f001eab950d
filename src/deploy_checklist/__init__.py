"""The team's own Markdown deployment checklist, as a release gate."""

__version__ = "1.0.0"
