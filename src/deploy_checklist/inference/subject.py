"""What is left to a person of an item, so that a reader sees what it is about."""

from __future__ import annotations

import re

from ..checklist.model import Item

_BETWEEN = r"(?:[\s,&/+:–—-]|(?i:the|and|und|e|y|et|ve|и|is|are)(?!\w))*+"  # two names
_BETWEEN_NAMES = re.compile(_BETWEEN)
_LONGEST = 2_000  # characters; nobody reads a longer text for a part of it
_NAMES_MOST = 50
_SENTENCE_ENDS = (*".;!?。；！？",)


def with_subject(item: Item, remainder: str) -> str:
    """The remainder, each clause of it with the names that its sentence begins with.

    Where it cannot be told what a clause is about, it is the whole of the item's text.
    """
    text = item.text.rstrip(" .;:")
    if remainder == text or len(text) > _LONGEST or len(item.names) > _NAMES_MOST:
        return text
    subject = _leading_names(item, text)
    joint = _BETWEEN_NAMES.match(text, len(subject))
    after = joint.end() if joint else len(subject)
    clauses = []
    at = 0
    for clause in remainder.split("; "):
        start = text.find(clause, at)
        at = start + len(clause)
        if start < 0:
            return text
        is_sentence = text[:start].rstrip().endswith(_SENTENCE_ENDS)
        if subject and start <= after:
            clauses.append(text[:at])
        elif any(name in clause for name in item.names):
            clauses.append(clause)
        elif subject:
            goes_on = clause[:1].islower() and not is_sentence
            clauses.append(f"{subject}{' ' if goes_on else ': '}{clause}")
        elif is_sentence:
            clauses.append(clause)
        else:
            return text
    return "; ".join(clauses)


def _leading_names(item: Item, text: str) -> str:
    """The text as far as it names variables and nothing else; empty if it begins otherwise."""
    names = "|".join(re.escape(name) for name in sorted(item.names, key=len, reverse=True))
    found = re.match(rf"(?:{_BETWEEN}(?:{names})(?![A-Za-z0-9_]))+", text) if names else None
    return found[0] if found else ""
