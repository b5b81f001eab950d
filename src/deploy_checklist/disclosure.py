"""What may be told: the report with every secret out of it, and the filter for whatever else leaves the process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from .outcome import Outcome, Severity
from .redact import Needle, Redactor, needles_of
from .report.model import Notice, Report, Verdict

# Words of our messages that people also use as a made-up password or as the user in a URL.
_PLAIN_WORDS = (
    *("signed", "verified", "to fix", "to sign", "could not look", "enforce", "report", "message", "outcome", "name"),
    *("user", "password", "secret", "token", "value", "variable", "default", "admin", "host", "redis", "https", "http"),
    *("none", "null", "true", "false", "empty", "placeholder", "changeme", "example", "test", "production", "staging"),
)


def told(report: Report, values: Mapping[str, str], tokens: Iterable[str] = ()) -> tuple[Report, Redactor]:
    """The report without any secret. `values` are all variables of the process, `tokens` those that are no variable.

    A secret whose value is a word of the report itself cannot be hidden: that is said, by name.
    """
    needles = (*needles_of(values, report.secrets), *(Needle("a token", token) for token in tokens))
    redactor = Redactor.hiding(needles, _own_words(report))
    exposed = tuple(Notice(message=_exposed(name), item=None) for name in redactor.exposed)
    return redactor.clean(replace(report, notices=(*report.notices, *exposed))), redactor


def _exposed(name: str) -> str:
    return f"{name} holds an ordinary word where a secret should be, which cannot be hidden here: choose a real secret"


def _own_words(report: Report) -> Iterator[str]:
    """The report's fixed words, and the document's: they are public, and a report without them says nothing."""
    for vocabulary in (Outcome, Severity, Verdict):
        yield from (word.value for word in vocabulary)
    yield from _PLAIN_WORDS
    yield from (report.environment or "", report.checklist, report.rules or "")
    for each in report.entries:
        yield from (each.item.id, each.item.text, each.owner or "", each.source_of_truth or "", *each.item.section)
