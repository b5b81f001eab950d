"""The table of publishers, and the one caller of all of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import cast

from ..errors import Unusable
from ..outcome import Unobservable, sentences
from ..redaction.redact import Redactor
from ..redaction.report import blanked
from ..report.model import Report
from ..report.status import sentence
from ..world.ports import NotPublished, ServiceFault
from . import outputs
from .base import Destinations, Publisher
from .errors import annotate
from .last_looks import LastLooks
from .status import GateStatus

# In the order of publishing, between the status `pending` and the final one: what a warning calls
# it, and its module of this folder.
PUBLISHERS: Mapping[str, str] = {
    "report file": "report_file",
    "job summary": "summary",
    "comment": "comment",
    "release ticket": "ticket",
    "follow-up issues": "follow_ups",
    "issue of the override": "override_issue",
    "annotations": "annotations",
}
# After the final status, which decides what they say.
AFTER_STATUS: Mapping[str, str] = {"evidence": "evidence_file"}


def publish_all(report: Report, redactor: Redactor, to: Destinations) -> Mapping[str, str]:
    """Prints the log, calls every publisher in its turn, writes and returns the step's outputs.

    A publisher that fails is a warning and stops no other. Raises Leak if a text holds a secret.
    """
    redactor.check(sentence(report))  # the status posts it, too
    publish_one("log", report, redactor, to)
    values = {**outputs.values(report), **_publish(PUBLISHERS, report, redactor, to)}
    if to.context.github_output is not None:
        redactor.check("\n".join(values.values()))
        outputs.write(Path(to.context.github_output), values)
    return values


def publish_after_status(report: Report, redactor: Redactor, to: Destinations) -> None:
    """Calls what waits for the final status, and adds its outputs to those of the step."""
    values = _publish(AFTER_STATUS, report, redactor, to)
    if values and to.context.github_output is not None:
        # Of two lines for one output the runner takes the last.
        outputs.write(Path(to.context.github_output), values)


def _publish(
    table: Mapping[str, str], report: Report, redactor: Redactor, to: Destinations
) -> dict[str, str]:
    """The outputs of these publishers."""
    values: dict[str, str] = {}
    for name, module in table.items():
        try:
            values |= publish_one(module, report, redactor, to)
        except (Unusable, OSError, NotPublished, Unobservable, ServiceFault) as error:
            warning = f"the {name} was not written: {_reason(error)}"
            annotate(to.out, "warning", redactor.text(warning))
    return values


def take_back(status: GateStatus, comment_url: str, redactor: Redactor, to: Destinations) -> None:
    """Takes back, where it was published, that the release may begin: the status is the gate.

    The outputs of `HELD` become `false` before the comment is edited, which may fail, too.
    """
    from . import comment  # only on GitHub, as every publisher

    problem = status.problem or ""
    warning = redactor.text(f"{problem[:1].upper()}{problem[1:]}")
    if to.context.github_output is not None:
        # Of two lines for one output the runner takes the last.
        outputs.write(Path(to.context.github_output), outputs.HELD)
    try:
        comment.add_warning(warning, comment_url, to, status.overtaken_by)
    except (NotPublished, Unobservable) as failure:
        reason = redactor.text(f"the comment could not be updated with this: {_reason(failure)}")
        annotate(to.out, "warning", reason)


def with_last_comment(last_looks: LastLooks, written: str, to: Destinations) -> str:
    """The address of the comment that stays, which becomes the step's output, too."""
    address = last_looks.comment_url() or written
    if address != written and to.context.github_output is not None:
        # Of two lines for one output the runner takes the last.
        outputs.write(Path(to.context.github_output), {"comment-url": address})
    return address


def publish_one(
    module: str, report: Report, redactor: Redactor, to: Destinations
) -> Mapping[str, str]:
    """One publisher. Here, and nowhere else, its text is searched before it is written."""
    publisher = cast(Publisher, import_module(f".{module}", __package__))
    text = publisher.text(report, to)
    if text is None:
        return {}

    def fixed_text() -> str:
        return f"{redactor.fixed_text()}\n{publisher.text(blanked(report), to) or ''}"

    dataclasses.replace(redactor, fixed_text=fixed_text).check(text)
    return publisher.write(text, report, to)


def _reason(error: Unusable | OSError | NotPublished | Unobservable | ServiceFault) -> str:
    if isinstance(error, ServiceFault):
        return sentences(error.message, [error.remedy])
    if isinstance(error, NotPublished | Unobservable):
        return sentences(error.reason, [error.remedy])
    if isinstance(error, Unusable):
        return sentences(error.message, [error.hint])
    return type(error).__name__
