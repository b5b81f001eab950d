"""The words that renderings are made of: a secret that is one of them cannot be hidden."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..checklist.model import Phase
from ..outcome import Outcome, Severity
from ..report.formats import FORMATS
from ..report.model import Report, Verdict
from ..report.states import State, verdict_word
from .fixed_words import FIXED_WORDS

# Words of a rendering that are in no text of report/: JSON's own, the mark of a box, a plural.
_UNLISTED = ("true", "false", "null", "asks", "questions")


def vocabulary(report: Report, typed: Collection[str] = ()) -> Iterator[str]:
    """The fixed words, and the names of what the report is about. No text of an item.

    Nor a name that was `typed` on the command line, where anything may be pasted.
    """
    yield from FIXED_WORDS.split()
    yield from _UNLISTED
    yield from FORMATS
    yield from (word.value for kind in (Outcome, Severity, Verdict, Phase) for word in kind)
    yield from map(verdict_word, Verdict)
    for state in State:
        yield from (state.mark, state.heading, state.counted(2))
    yield from report.not_handed_over
    yield from sorted(report.secrets)  # a variable that holds its own name would hide it
    target = report.target
    places = (report.gate, report.environment, report.checklist, report.rules)
    named = (*places, target.repository, target.commit, target.tag)
    yield from (name for name in named if name and name not in typed)
    if report.override is not None:
        yield report.override.role
    for box in report.boxes:
        yield from box.by
        yield from box.via
    for entry in report.entries:
        yield from (finding.check for finding in (*entry.findings, *entry.seen))
        yield from (sign.role or "" for finding in entry.findings for sign in finding.signed)
