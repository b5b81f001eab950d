"""What the kinds that look outside have in common; no kinds themselves."""
