"""What is left to a person of an item, so that a reader sees what it is about."""

from __future__ import annotations

import re

from ..checklist.model import Item

_BETWEEN_NAMES = re.compile(
    r"(?:[\s,&/+:–—-]|(?:the|and|und|e|y|et|ve|и|is|are)(?!\w))*+", re.IGNORECASE
)
_NAME = re.compile(r"[A-Za-z0-9_]+")
_LONGEST = 2_000  # characters; nobody reads a longer text for a part of it
_NAMES_MOST = 50
_SENTENCE_ENDS = (*".;!?。；！？",)


def with_subject(item: Item, remainder: str) -> str:
    """The remainder, each clause of it with the names that its sentence begins with.

    If it is not clear what a clause is about, the whole text of the item is taken.
    """
    text = item.text.rstrip(" .;:")
    if remainder == text or len(text) > _LONGEST or len(item.names) > _NAMES_MOST:
        return text
    subject = _leading_names(item, text)
    after = _after_joint(text, len(subject))
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
    end = 0
    while (name := _NAME.match(text, _after_joint(text, end))) and name[0] in item.names:
        end = name.end()
    return text[:end]


def _after_joint(text: str, at: int) -> int:
    """Where what joins two names ends."""
    joint = _BETWEEN_NAMES.match(text, at)
    return joint.end() if joint else at
