"""Where a checklist and its rules no longer agree, and what happened to the items of rules."""
