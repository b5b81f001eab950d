"""The Report and its renderings: each takes one Report and returns text."""
