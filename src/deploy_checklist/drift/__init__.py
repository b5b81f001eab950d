"""Where a checklist and its rules no longer agree, and what became of the items of rules."""
