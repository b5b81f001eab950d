"""What is left to a person of an item, so that a reader sees what it is about."""

from __future__ import annotations

import re

from ..checklist.model import Item

_BETWEEN_NAMES = re.compile(
    r"(?:[\s,&/+:–—-]|(?:the|and|und|e|y|et|ve|и|is|are)(?!\w))*+", re.IGNORECASE
)
_WORD = re.compile(r"[A-Za-z0-9_]")
_LONGEST = 2_000  # characters; nobody reads a longer text for a part of it
_NAMES_MOST = 50
_SENTENCE_ENDS = ".;!?。；！？"


def with_subject(item: Item, remainder: str) -> str:
    """The remainder, each clause of it with the names that its sentence begins with.

    Where it cannot be told what a clause is about, it is the whole of the item's text.
    """
    text = item.text.rstrip(" .;:")
    if remainder == text or len(text) > _LONGEST or len(item.names) > _NAMES_MOST:
        return text
    subject = _leading_names(item, text)
    clauses = []
    at = 0
    for clause in remainder.split("; "):
        start = text.find(clause, at)
        if start < 0:
            return text
        at = start + len(clause)
        if subject and start <= _after_joint(text, len(subject)):
            clauses.append(text[:at])
        elif any(name in clause for name in item.names):
            clauses.append(clause)
        elif subject:
            clauses.append(f"{subject}{_joint(text[:start], clause)}{clause}")
        elif _ends_a_sentence(text[:start]):
            clauses.append(clause)
        else:
            return text
    return "; ".join(clauses)


def _ends_a_sentence(text: str) -> bool:
    return text.rstrip()[-1:] in [*_SENTENCE_ENDS]


def _leading_names(item: Item, text: str) -> str:
    """The text as far as it names variables and nothing else; empty if it begins otherwise."""
    start = _after_joint(text, 0)
    end = 0
    while longest := max(
        (len(name) for name in item.names if _is_at(name, text, start)), default=0
    ):
        end = start + longest
        start = _after_joint(text, end)
    return text[:end]


def _after_joint(text: str, at: int) -> int:
    """Where what joins two names ends."""
    joint = _BETWEEN_NAMES.match(text, at)
    return joint.end() if joint else at


def _is_at(name: str, text: str, at: int) -> bool:
    return text.startswith(name, at) and not _WORD.match(text, at + len(name))


def _joint(before: str, clause: str) -> str:
    """A clause in lower case goes on with the sentence that the names begin."""
    goes_on = clause[:1].islower() and not _ends_a_sentence(before)
    return " " if goes_on else ": "
