"""GitHub Flavored Markdown as a list of blocks with exact lines. Knows nothing of checklists."""
