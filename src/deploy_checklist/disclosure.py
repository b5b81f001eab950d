"""What may be told: the report with every secret out of it, and the filter for whatever else leaves the process."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping

from .checks.present import PLACEHOLDERS
from .frozen import replace
from .redact import Needle, Redactor, needles_of, rewritten
from .report.model import Notice, Report
from .report.own_words import own_words

_BLANK = "\ue000"  # a character of nobody's
# What people write as the user or a made-up password in a URL, or where a secret is still to come, and our messages
# need: hiding it would only garble them.
_ORDINARY = (
    *PLACEHOLDERS,
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
    # A placeholder is told by the check of the variable, with its line and what to do.
    names = (name for name in redactor.exposed if values.get(name, "").strip() not in PLACEHOLDERS)
    exposed = tuple(Notice(message=_exposed(name), item=None) for name in names)
    clean = redactor.clean(replace(report, notices=(*report.notices, *exposed)))
    return clean, dataclasses.replace(redactor, skeleton=lambda: _skeleton(clean))


def _skeleton(report: Report) -> str:
    """Every rendering of this report with all that is said in it taken out: the frame, the counts and the dates."""
    from .report import markdown, renderings, terminal  # only where a report is about to be withheld

    own = frozenset(own_words(report))
    hollow = rewritten(replace(report, links=None), lambda text: text if text in own else _BLANK * len(text))
    hollow = replace(hollow, links=report.links)
    forms = [renderings.render(hollow, form) for form in renderings.FORMATS]
    return "\n".join((*forms, markdown.render(hollow, boxes=True), terminal.render(hollow, colour=True, verbose=True)))


def _exposed(name: str) -> str:
    return f"{name} holds an ordinary word where a secret should be, which cannot be hidden here: choose a real secret"


def harmless(text: str, values: Mapping[str, str], secrets: Collection[str] = ()) -> str:
    """Lines that quote a document: nothing in them acts on a terminal, or on the runner that reads the log."""
    from .report.escape import log_text

    return log_text(without_values(text, values, secrets))


def without_values(text: str, values: Mapping[str, str], secrets: Collection[str] = ()) -> str:
    """What quotes a rules file, a checklist or a path; a secret in it must not come out this way either."""
    return Redactor.of(values, secrets).text(text)
