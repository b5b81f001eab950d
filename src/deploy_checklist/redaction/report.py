"""The report without its secrets, and the filters for every other text that leaves the process."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Collection, Iterable, Mapping
from typing import TypeVar

from msgspec.structs import replace

from ..report.model import Forecast, Notice, Report
from ..values.no_value import NOTHING_WORDS, PLACEHOLDERS, no_value_fault
from .needles import Needle, needles_of
from .redact import MARK, Redactor
from .texts import rewritten
from .vocabulary import vocabulary

_BLANK = "\ue000"  # a private-use character: no rendering contains it
# Words that people write as the user or a made-up password in a URL, or as a placeholder for a
# secret. Our messages need these words: hiding them would only garble the messages.
_ORDINARY = (
    *PLACEHOLDERS,
    *NOTHING_WORDS,
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
# The keys of JSON whose numbers are kept as people wrote them.
_WRITTEN = frozenset(("params", "placeholders", "example", "choices", "default"))
_T = TypeVar("_T")


def redact_report(
    report: Report,
    values: Mapping[str, str],
    tokens: Iterable[str] = (),
    typed: Collection[str] = (),
) -> tuple[Report, Redactor]:
    """The report without any secret, and the redactor for what is rendered from it.

    `values` are all variables of the process, `tokens` the secrets that are not variables, `typed`
    the names in the report that come from the command line. A secret that equals a word of the
    report itself cannot be hidden: a notice names the variable. A typed one is hidden.
    """
    needles = (*needles_of(values, report.secrets), *(Needle("a token", token) for token in tokens))
    redactor = Redactor.hiding(needles, (*vocabulary(report, typed), *_ORDINARY))
    notices = [
        Notice(
            message=f"{name} is an ordinary word, not a secret, so it cannot be hidden: "
            "choose a real secret"
        )
        for name in redactor.exposed
        # The check of the variable reports a placeholder, with its line and what to do.
        if not no_value_fault(values.get(name, "").strip() or "-", name)
    ]
    clean = redactor.clean(replace(report, notices=(*report.notices, *notices)))
    clean = _with_digests(clean, report)
    return clean, dataclasses.replace(redactor, fixed_text=lambda: fixed_text(clean))


def redact_forecast(
    forecast: Forecast, values: Mapping[str, str], typed: Collection[str] = ()
) -> tuple[Forecast, Redactor]:
    """The same for a forecast, whose items are those of its report on other days."""
    report, redactor = redact_report(forecast.report, values, typed=typed)
    clean = redactor.clean(replace(forecast, report=report))
    return clean, dataclasses.replace(redactor, fixed_text=lambda: _fixed_text_of(clean))


def _fixed_text_of(forecast: Forecast) -> str:
    from ..report.forecast import FORMS  # only where a forecast is about to be withheld

    known = frozenset(vocabulary(forecast.report))
    blank = rewritten(forecast, lambda text: text if text in known else _BLANK * len(text))
    return "\n".join(form(blank) for form in FORMS.values())


def fixed_text(report: Report) -> str:
    """Text that every rendering of the report contains whatever its items say.

    A secret that equals a part of it is not a leak: finding it there reveals nothing.
    """
    from ..report import formats, markdown, terminal  # only where a report is about to be withheld

    blank = blanked(report)
    forms = [formats.render(blank, form) for form in formats.FORMATS]
    comment = markdown.render(blank, boxes=True)
    return "\n".join((*forms, comment, terminal.render(blank, colour=True, verbose=True)))


def blanked(report: Report) -> Report:
    """The report with every text blanked but links and words of the vocabulary."""
    known = frozenset(vocabulary(report))
    blank = rewritten(
        replace(report, links=None), lambda text: text if text in known else _BLANK * len(text)
    )
    return _with_digests(replace(blank, links=report.links), report)


def _with_digests(changed: Report, report: Report) -> Report:
    """With the digests of the two documents as they are: a secret of a few hexadecimal digits may
    be part of one by chance, and anyone who compares a digest needs all of it.
    """
    return replace(
        changed, checklist_sha256=report.checklist_sha256, rules_sha256=report.rules_sha256
    )


def safe_for_log(text: str, values: Mapping[str, str], secrets: Collection[str] = ()) -> str:
    """The text without secrets, and without anything that a terminal or the runner would act on."""
    from ..report.escape import log_text

    return log_text(redact_text(text, values, secrets))


def redact_value(
    value: _T, values: Mapping[str, str], secrets: Collection[str] = (), words: Iterable[str] = ()
) -> _T:
    """The same value without the values of these secrets in any text of it. A secret that is one of
    the `words`, or a part of one, is not hidden: they are those of the form, and known to all.
    """
    return Redactor.of(values, secrets, words).clean(value)


def redact_data(
    data: object,
    values: Mapping[str, str],
    secrets: Collection[str] = (),
    words: Collection[str] = (),
) -> object:
    """JSON's data without the values of these secrets, neither as a text nor as a number that
    people wrote. See `redact_value`.
    """
    redactor = Redactor.of(values, secrets, words)
    return redactor.clean(_without_numbers(data, redactor, written=False))


def _without_numbers(data: object, redactor: Redactor, *, written: bool) -> object:
    """The same data; a number that is a secret becomes a mark, where it was `written` by people and
    does not count something.
    """
    if isinstance(data, list | tuple):
        return [_without_numbers(each, redactor, written=written) for each in data]
    if isinstance(data, dict):
        return {
            key: _without_numbers(each, redactor, written=written or key in _WRITTEN)
            for key, each in data.items()
        }
    if written and isinstance(data, int | float) and redactor.text(json.dumps(data)) == MARK:
        return MARK
    return data


def redact_text(text: str, values: Mapping[str, str], secrets: Collection[str] = ()) -> str:
    """Text that quotes the user's files, without the values of these variables that are secrets."""
    return Redactor.of(values, secrets).text(text)
