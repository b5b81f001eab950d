"""The gate: binds, plans, checks and aggregates a checklist and its rules into one Report."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence, Sized
from datetime import datetime

from msgspec.structs import replace

from ..checklist.model import Checklist
from ..drift.compare import drift
from ..errors import Exit
from ..outcome import IgnoredSignOff, Outcome, SignOff
from ..report.exceptions import LETS_THROUGH
from ..report.log_row import day, log_row
from ..report.model import ItemResult, Notice, Report, Verdict
from ..report.states import verdict_word
from ..report.status import sentence
from ..report.verdict import totals
from ..rules.bind import Binding
from ..rules.model import Rules
from ..rules.open_questions import left_open
from ..world.ports import Absence, EnvFile, World
from .boxes import boxes
from .decide import Decision, decide
from .env_file import env_file_notices
from .observed import ObservedRelease, observe
from .observed import Options as Options  # noqa: PLC0414 - re-exported: a gate takes them
from .plan import ItemPlan, nothing_asked
from .turns import with_turns
from .variables import companion_variables, variables_to_hand_over, variables_to_set


def gate(checklist: Checklist, rules: Rules, world: World, options: Options) -> Report:
    """Judges a release. Raises errors.Unusable if rules and checklist do not match."""
    return report_at(observe(checklist, rules, world, options))


def report_at(seen: ObservedRelease, on: datetime | None = None) -> Report:
    """The report of a run. For a later time it is a forecast. It makes no request."""
    checklist, rules, options, world = seen.checklist, seen.rules, seen.options, seen.world
    now = on or seen.at
    judged, of_waivers = seen.judged(now)
    entries = with_turns(seen, judged, now)
    drifted = drift(checklist, rules, seen.binding)
    nothing_in_phase = nothing_asked(seen.planned, options.phase)
    gain, absent = rules.init_gain(), _absent(seen.names, world)
    missing = _missing(checklist, rules, absent)
    decision = _decision(seen, entries, drifted, on)
    report = Report(
        verdict=decision.verdict,
        gate=options.gate,
        environment=rules.environment,
        phase=options.phase,
        target=options.target,
        checklist=checklist.path,
        checklist_sha256=checklist.sha256,
        rules=rules.path,
        rules_sha256=rules.sha256,
        roles=rules.roles,
        laptop=world.variables.laptop,
        values_from=world.variables.place() if world.variables.file() else None,
        mode=options.mode,
        strict=options.strict,
        at=now,
        looked_at=seen.at if on else None,
        entries=entries,
        totals=totals(entries),
        boxes=boxes(entries),
        drift=drifted,
        notices=tuple(_told(seen, on, entries, decision, of_waivers)),
        ignored_signoffs=_ignored(world, entries),
        log_row=None,  # made below, of the whole report
        not_handed_over=missing,
        has_values=len(absent) < len(seen.names),
        secret_names=tuple(name for name in missing if world.storage.is_secret(name)),
        secrets=world.storage.secrets,
        all_ticked=bool(checklist.items) and all(item.ticked for item in checklist.items),
        nothing_in_phase=nothing_in_phase,
        open_questions=rules.open_questions or gain.open_questions,
        waiting_for_answers=_waiting_for_answers(rules, seen.binding) or gain.open_items,
        more_by_machine=gain.more_by_machine,
        trial=options.trial,
        signers=_signers(entries),
        override_by=options.override_by,
        override=decision.override,
        rollback=decision.rollback,
        links=options.links,
    )
    if on is not None:  # nothing of a forecast is to be logged
        return report
    return replace(report, log_row=_log_row(checklist, report))


def _decision(
    seen: ObservedRelease, entries: Sequence[ItemResult], drifted: Sized, on: datetime | None
) -> Decision:
    """The verdict of the items. An override may have ended while the checks ran."""
    rules, options = seen.rules, seen.options
    now = on or seen.world.clock.now()
    return decide(
        entries,
        drifted,
        options,
        now,
        nothing_in_phase=nothing_asked(seen.planned, options.phase),
        environment_is_known=bool(rules.environments) or rules.environment is None,
    )


def exit_code(report: Report) -> Exit:
    """0 ready, overridden or rolled back · 1 blocked or waiting · 3 undetermined; `mode: report`
    turns 1 and 3 into 0.
    """
    if report.mode == "report" or report.nothing_in_phase or report.verdict in LETS_THROUGH:
        return Exit.READY
    return Exit.UNDETERMINED if report.verdict is Verdict.UNDETERMINED else Exit.HELD


def _signers(entries: Iterable[ItemResult]) -> tuple[SignOff, ...]:
    """The sign-offs that counted, one for each person."""
    signed = (sign for each in entries for finding in each.findings for sign in finding.signed)
    return tuple({sign.by.lower(): sign for sign in signed}.values())


def _ignored(world: World, entries: Iterable[ItemResult]) -> tuple[IgnoredSignOff, ...]:
    """Every sign-off that did not count, once each: those of no item first."""
    found = [*world.sign_offs.unattributed()]
    found += [each for entry in entries for finding in entry.findings for each in finding.ignored]
    return tuple({(each.item, each.by, each.via, each.reason): each for each in found}.values())


def _log_row(checklist: Checklist, report: Report) -> str | None:
    if checklist.log_template is None:
        return None
    values = {
        "date": day(report.at),
        "environment": report.environment,
        "tag": report.target.tag,
        "commit": report.target.commit[:7] if report.target.commit else None,
        "reviewer": ", ".join(sign.by for sign in report.signers),
        "result": verdict_word(report.verdict),
        "notes": sentence(report),
    }
    return log_row(checklist.log_template, {key: value for key, value in values.items() if value})


def _missing(checklist: Checklist, rules: Rules, absent: Collection[str]) -> tuple[str, ...]:
    """Those of the absent variables that the run has to be handed."""
    if not absent:
        return ()
    return tuple(name for name in variables_to_hand_over(checklist, rules) if name in absent)


def _absent(names: Iterable[str], world: World) -> frozenset[str]:
    """Those of the variables that the run was not given."""
    absences = (Absence.NOT_HANDED_OVER, Absence.UNSET)
    return frozenset(name for name in names if world.variables.lookup(name) in absences)


def _told(
    seen: ObservedRelease,
    on: datetime | None,
    entries: Sequence[ItemResult],
    decision: Decision,
    of_waivers: Iterable[Notice],
) -> Iterable[Notice]:
    """Every notice, in its order."""
    yield from _on_forecast(seen, on)
    yield from decision.notices
    yield from _on_rules(seen.rules, seen.planned, of_waivers)
    yield from _notices(entries)
    yield from _on_env_file(seen.world.variables.file(), seen.names, seen.rules, entries)


def _on_forecast(seen: ObservedRelease, on: datetime | None) -> Iterable[Notice]:
    """Says that a report for a later time is a forecast."""
    if on is not None:
        message = (
            f"A forecast for {on:%Y-%m-%d %H:%M} UTC, not a verdict: it judges what was found "
            f"on {seen.at:%Y-%m-%d %H:%M} UTC; it assumes that what has no date stays the same"
        )
        yield Notice(message=message, prominent=True)


def _on_rules(
    rules: Rules, planned: Iterable[ItemPlan], of_waivers: Iterable[Notice]
) -> Iterable[Notice]:
    yield from (replace(each, file=rules.path) for each in of_waivers)
    yield from _on_environments(planned, rules)
    yield from _on_open_questions(rules)


def _on_environments(planned: Iterable[ItemPlan], rules: Rules) -> Iterable[Notice]:
    """Says that the sections of several environments all applied, or that none of them did."""
    found = dict.fromkeys(each.environment for each in planned if each.environment)
    if len(found) < 2:
        return
    sections, current = ", ".join(found), rules.environment
    if current is None:
        message = f"no environment was named, so the sections for {sections} were all included"
        yield Notice(message=f"{message}: name one with `-e` or the input `environment`")
    elif not rules.environments and current not in found:
        message = f"No section is for `{current}`, and the sections for {sections} were left out"
        check = "check the name (`-e`, the input `environment`)"
        yield Notice(message=f"{message}: {check}", prominent=True)


def _waiting_for_answers(rules: Rules, binding: Binding) -> int:
    """How many items have a rule that needs an answer first."""
    lines = frozenset(rules.open_lines)
    return sum(any(rule.line in lines for rule in bound) for bound in binding.rules_of.values())


def _on_open_questions(rules: Rules) -> Iterable[Notice]:
    """Says that the rules file still contains questions of `init`."""
    if rules.open_questions:
        them = "it" if len(rules.open_questions) == 1 else "them"
        message = f"{left_open(rules.open_questions)}: answer {them} with `deploy-checklist init`"
        yield Notice(message=message, file=rules.path)


def _on_env_file(
    file: EnvFile | None, names: Sequence[str], rules: Rules, entries: Sequence[ItemResult]
) -> Iterable[Notice]:
    if file is None:
        return ()
    asked: set[str] = set()
    skipped: set[str] = set()
    for each in entries:
        (skipped if each.outcome is Outcome.SKIPPED else asked).update(each.item.names)
    # A failed item says itself where its variable is set.
    fixed = {finding.subject for each in entries for finding in each.findings if finding.correct_at}
    needed = [
        name for name in variables_to_set(names, rules) if name in asked or name not in skipped
    ]
    known = {*names, *companion_variables(names, rules)}
    return env_file_notices(needed, known, fixed, file)


def _notices(entries: Iterable[ItemResult]) -> Iterable[Notice]:
    """The hints of checks, although nothing is wrong."""
    for each in entries:
        for finding in each.findings:
            if finding.outcome is Outcome.SKIPPED and each.outcome is not Outcome.SKIPPED:
                continue  # another rule of the item was checked
            for message in finding.notices:
                yield Notice(item=each.item.id, message=message, line=each.item.line)
