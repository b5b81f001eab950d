"""For other programs: everything that the report knows, version 1. A key is never left out, and an
unknown value is null.

What stands under which key is declared in wire.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from msgspec import Struct, to_builtins

from .. import __version__
from ..outcome import Finding, Outcome, Prompt, SignOff, remedy_lines
from . import wire
from .model import ItemResult, Override, Report, Rollback
from .next_steps import next_steps, turns
from .people import members

# Control characters that JSON lets stand, line separators and what turns the direction of writing.
_ACTS = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
# A byte of a path that is no UTF-8, or half a character of a document: strict readers refuse it,
# even as an escape (RFC 8259, section 8.2).
_HALF = re.compile("[\ud800-\udfff]")
_T = TypeVar("_T", bound=Struct)


def render(report: Report) -> str:
    """Exactly the keys that docs promise; a key is never left out, an unknown value is null."""
    return data_text(document(report))


def data_text(data: object) -> str:
    """JSON that a log can show: no workflow command, no control character, no lone surrogate."""
    text = json.dumps(data, ensure_ascii=False, indent=2).replace("##[", "#\\u0023[")
    text = _ACTS.sub(lambda char: f"\\u{ord(char[0]):04x}", text)
    return _HALF.sub("\ufffd", text) + "\n"


def document(report: Report) -> Mapping[str, Any]:
    """The Report as plain lists and dictionaries."""
    plain: Mapping[str, Any] = to_builtins(on_the_wire(report))
    return plain


def on_the_wire(report: Report) -> wire.JsonReport:
    """The Report in the shapes that other programs read."""
    steps = next_steps(report)
    run = report.url("run")
    return wire.JsonReport(
        schema=1,
        verdict=report.verdict,
        override=_override(report.override) if report.override else None,
        rollback=_rollback(report.rollback) if report.rollback else None,
        your_turn=tuple(
            [wire.JsonYourTurn(who=who, count=count) for who, count in turns(steps).items()]
        ),
        next=tuple([_same_fields(wire.JsonNext, step) for step in steps]),
        tool=wire.JsonTool(version=__version__),
        gate=report.gate,
        environment=report.environment,
        phase=report.phase,
        mode=report.mode,
        trial=_same_fields(wire.JsonTrial, report.trial) if report.trial else None,
        strict=report.strict,
        nothing_in_phase=report.nothing_in_phase,
        at=_utc(report.at),
        looked_at=_utc(report.looked_at) if report.looked_at else None,
        target=_same_fields(wire.JsonTarget, report.target),
        run=wire.JsonRun(url=run, number=report.run_number) if run else None,
        checklist=wire.JsonFile(path=report.checklist, sha256=report.checklist_sha256),
        rules=_rules(report),
        values_from=report.values_from,
        not_handed_over=_not_handed_over(report),
        open_questions=report.open_questions,
        totals=_same_fields(wire.JsonTotals, report.totals),
        items=tuple([_item(entry, report) for entry in report.entries]),
        drift=tuple([_same_fields(wire.JsonDrift, each) for each in report.drift]),
        notices=tuple([_same_fields(wire.JsonNotice, each) for each in report.notices]),
        ignored_signoffs=tuple(
            [_same_fields(wire.JsonIgnoredSignOff, each) for each in report.ignored_signoffs]
        ),
        log_row=report.log_row,
    )


def _same_fields(shape: type[_T], value: object) -> _T:
    """A value in a shape whose fields have the same names as its own."""
    return shape(**{name: getattr(value, name) for name in shape.__struct_fields__})


def _not_handed_over(report: Report) -> tuple[wire.JsonNotHandedOver, ...]:
    secrets = frozenset(report.secret_names)
    return tuple(
        [
            wire.JsonNotHandedOver(name=name, secret=name in secrets)
            for name in report.not_handed_over
        ]
    )


def _override(found: Override) -> wire.JsonOverride:
    return wire.JsonOverride(
        by=found.by,
        role=found.role,
        reason=found.reason,
        at=_utc(found.at),
        until=_utc(found.until),
        url=found.url,
    )


def _rollback(found: Rollback) -> wire.JsonRollback:
    return wire.JsonRollback(
        deployed_at=_utc(found.deployed_at),
        deployment=found.deployment,
        gate_run=found.gate_run,
        newer=found.newer,
    )


def _rules(report: Report) -> wire.JsonFile | None:
    if report.rules is None or report.rules_sha256 is None:
        return None
    return wire.JsonFile(path=report.rules, sha256=report.rules_sha256)


def _item(entry: ItemResult, report: Report) -> wire.JsonItem:
    item = entry.item
    return wire.JsonItem(
        id=item.id,
        names=item.names,
        text=item.text,
        section=item.section,
        line=item.line,
        title=item.is_title,
        phase=entry.phase,
        ticked=item.ticked,
        outcome=entry.outcome,
        severity=entry.severity,
        counts_toward_ready=entry.counts_toward_ready,
        rule=entry.rule,
        automation=entry.automation,
        owner=entry.owner,
        owner_people=members((entry.owner or "",), report.roles),
        source_of_truth=entry.source_of_truth,
        findings=tuple([_finding(finding) for finding in entry.findings]),
        seen=tuple([_finding(finding) for finding in entry.seen]),
        ask=_ask(entry, report.roles),
        signed=tuple([_sign_off(sign) for each in entry.findings for sign in each.signed]),
        waived=_same_fields(wire.JsonWaived, entry.waived) if entry.waived else None,
        turns=_same_fields(wire.JsonTurns, entry.turns) if entry.turns else None,
    )


def _ask(entry: ItemResult, roles: Mapping[str, tuple[str, ...]]) -> wire.JsonAsk | None:
    """What the item asks people to sign, if it is to sign."""
    waiting = (each.ask for each in entry.findings if each.outcome is Outcome.PENDING and each.ask)
    ask: Prompt | None = next(waiting, None)
    if ask is None:
        return None
    return wire.JsonAsk(
        by=ask.by,
        via=ask.via,
        count=ask.count,
        not_author=ask.not_author,
        words=ask.words,
        people=members(ask.by, roles, (*ask.excluded, *ask.signed)),
    )


def _sign_off(sign: SignOff) -> wire.JsonSigned:
    return wire.JsonSigned(
        by=sign.by,
        role=sign.role,
        at=_utc(sign.at),
        commit=sign.commit,
        via=sign.via,
        words=sign.words,
        until=sign.until,
    )


def _finding(finding: Finding) -> wire.JsonFinding:
    at = finding.evidence
    return wire.JsonFinding(
        check=finding.check,
        outcome=finding.outcome,
        message=finding.message,
        remedy="\n".join(remedy_lines(finding.remedy)) if finding.remedy else None,
        evidence=wire.JsonEvidence(source=at.source, at=_utc(at.at)) if at else None,
    )


def _utc(moment: datetime) -> datetime:
    """In UTC, whole seconds: `2026-11-22T21:14:00Z`."""
    return moment.astimezone(UTC).replace(microsecond=0)
