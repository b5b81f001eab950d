"""Whether a run blocks the release, why not, and which run would. As Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from .escape import code, inline
from .exceptions import exception_text
from .model import Report, Trial, Verdict
from .view import View

_NAMED_MOST = 3


def blocking(report: Report, found: View) -> str:
    """One or two sentences: what this run blocks, and what another run would block."""
    held = f" until {_open(found)}" if _open(found) else ""
    trial = trial_of(report)
    if trial is None:
        if report.verdict is Verdict.READY:
            return "**This run blocks nothing:** the release is ready."
        if exception := exception_text(report):
            return f"**This run blocks nothing:** the release is {inline(exception)}."
        return f"**This run blocks the release**{held}."
    if report.verdict is Verdict.READY:
        would = "would not be blocked either"
    else:
        would = f"would be blocked{held}"
    return f"**This run blocks nothing:** {causes(trial)}. {_other_run(trial)} {would}."


def trial_of(report: Report) -> Trial | None:
    """Why the run blocks nothing; None if it may block."""
    if report.mode != "report":
        return None
    return report.trial or Trial(by_mode=True)


def causes(trial: Trial) -> str:
    """Why the run blocks nothing: "`mode: report` and this pull request is not a release"."""
    found = ["`mode: report`"] if trial.by_mode else []
    found += ["this pull request is not a release"] if trial.release_pr else []
    found += ["the checklist is not merged yet"] if trial.preview else []
    return _listed(found)


def _listed(words: Sequence[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def _other_run(trial: Trial) -> str:
    """Which run would block."""
    conditions = ["once the checklist is merged"] if trial.preview else []
    conditions += ["without this mode"] if trial.by_mode else []
    which = "a release"
    if trial.release_pr:
        named = ", ".join(map(code, trial.release_pr[:_NAMED_MOST]))
        more = ", …" if len(trial.release_pr) > _NAMED_MOST else ""
        which = f"a release pull request (the input `release-pr`: {named}{more})"
    text = ", ".join([" and ".join(conditions), which] if conditions else [which])
    return text[:1].upper() + text[1:]


def _open(found: View) -> str:
    """What must be done before the release: "everything below is fixed and signed"."""
    done = (
        (found.failed, "fixed"),
        (found.not_checked, "checked"),
        (found.boxes, "signed"),
        (found.waiting, "finished"),
    )
    words = [word for entries, word in done if entries]
    if not words:
        return "checklist and rules agree" if found.drift else ""
    return f"everything below is {_listed(words)}"
