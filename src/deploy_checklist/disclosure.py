"""What may be told: the report with every secret out of it, and the filter for whatever else leaves the process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .frozen import replace
from .redact import Needle, Redactor, needles_of
from .report.model import Notice, Report
from .report.own_words import own_words

# What people write as the user or a made-up password in a URL, and our messages need: hiding it would only garble them.
_ORDINARY = (
    "user",
    "password",
    "default",
    "admin",
    "token",
    "secret",
    "value",
    "name",
    "host",
    "redis",
    "test",
    "example",
)


def told(report: Report, values: Mapping[str, str], tokens: Iterable[str] = ()) -> tuple[Report, Redactor]:
    """The report without any secret. `values` are all variables of the process, `tokens` those that are no variable.

    A secret whose value is a word of the report itself cannot be hidden: that is said, by name.
    """
    needles = (*needles_of(values, report.secrets), *(Needle("a token", token) for token in tokens))
    redactor = Redactor.hiding(needles, (*own_words(report), *_ORDINARY))
    exposed = tuple(Notice(message=_exposed(name), item=None) for name in redactor.exposed)
    return redactor.clean(replace(report, notices=(*report.notices, *exposed))), redactor


def _exposed(name: str) -> str:
    return f"{name} holds an ordinary word where a secret should be, which cannot be hidden here: choose a real secret"
