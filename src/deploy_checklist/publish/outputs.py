"""The step's outputs: GITHUB_OUTPUT."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from ..errors import Unusable
from ..outcome import Outcome, Severity
from ..report.escape import line
from ..report.model import ItemResult, Report, Verdict
from ..report.next_steps import next_steps, turn_list
from . import files

# What `values` returns, with its description in action.yml, the README and docs/inputs.md.
OUTPUTS: Mapping[str, str] = {
    "verdict": "`ready`, `waiting`, `blocked` or `undetermined`; `overridden` or "
    "`rolled_back` if the release may go ahead although it is not ready.",
    "ready": "`true` if the verdict is `ready`, else `false`.",
    "overridden": "`true` if a person let the release through although it is not ready, else "
    "`false`.",
    "rolled-back": "`true` if the release may go ahead as a rollback, else `false`.",
    "blocking": "Ids of the items that hold the release because they failed or were not "
    "checked, one per line.",
    "waiting": "Ids of the items that are to sign or waiting, one per line.",
    "pass": "How many items passed without a person.",
    "signed": "How many items a person signed.",
    "fail": "How many items failed.",
    "pending": "How many items are to sign or waiting.",
    "unknown": "How many items were not checked.",
    "waived": "How many items are waived.",
    "skipped": "How many items are skipped, or come later.",
    "turn": "Who has to act next, and how many steps each has: `Backend Lead 2, Platform Eng 1`.",
    "turn-changed": "`true` if the gate's comment named other people before.",
    "report": "Path of the JSON report, if `report-file` is set.",
    "evidence": "Path of the evidence, if `evidence-file` is set and the evidence was written.",
    "predicate": "What the evidence states, as JSON for the input `predicate` of `actions/attest`.",
    "log-row": "The row for the deployment log, in the columns of the checklist.",
    "comment-url": "URL of the comment, if there is one.",
}
# That nothing lets the release through.
HELD: Mapping[str, str] = dict.fromkeys(("ready", "overridden", "rolled-back"), "false")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def write(path: Path, values: Mapping[str, str]) -> None:
    """All of them at once; lists are one entry a line."""
    files.append(path, rendered(values).encode("utf-8", "replace"))


def rendered(
    values: Mapping[str, str], delimiter: Callable[[], str] = lambda: f"end-{secrets.token_hex(16)}"
) -> str:
    """`name<<delimiter`, value, delimiter. Nobody can guess it, so that no value adds an output."""
    return "".join(_output(name, value, delimiter()) for name, value in values.items())


def _output(name: str, value: str, delimiter: str) -> str:
    value = value.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    if not _NAME.fullmatch(name) or delimiter in value:
        raise Unusable(
            f"the output {name!r} cannot be written: its value contains its own delimiter, or its "
            f"name is not valid"
        )
    return f"{name}<<{delimiter}\n{value}\n{delimiter}\n"


def values(report: Report) -> Mapping[str, str]:
    """The report's outputs, by the names in OUTPUTS."""
    totals = report.totals
    turn = line(turn_list(next_steps(report)))
    return {
        "verdict": report.verdict.value,
        "ready": str(report.verdict is Verdict.READY).lower(),
        "overridden": str(report.verdict is Verdict.OVERRIDDEN).lower(),
        "rolled-back": str(report.verdict is Verdict.ROLLED_BACK).lower(),
        "blocking": _ids(report.entries, Outcome.FAIL, Outcome.UNKNOWN),
        "waiting": _ids(report.entries, Outcome.PENDING),
        "pass": str(totals.passed),
        "signed": str(totals.signed),
        "fail": str(totals.fail),
        "pending": str(totals.pending),
        "unknown": str(totals.unknown),
        "waived": str(totals.waived),
        "skipped": str(totals.skipped),
        "turn": turn,
        "turn-changed": str(bool(turn)).lower(),  # where no comment shows what was said before
        "report": "",
        "evidence": "",
        "predicate": "",
        "log-row": report.log_row or "",
        "comment-url": "",
    }


def _ids(entries: Iterable[ItemResult], *outcomes: Outcome) -> str:
    """The blockers with one of these outcomes, one a line."""
    found = (each for each in entries if each.outcome in outcomes and not each.item.is_title)
    return "\n".join(each.item.id for each in found if each.severity is Severity.BLOCKER)
