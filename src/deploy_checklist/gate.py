"""The journey: Checklist and Rules are bound, planned, looked at, settled, and told in one Report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from .checklist.model import Checklist, Phase
from .frozen import frozen, replace
from .journey.ask import PHASES, Asking, ask, contexts
from .journey.facts import states
from .journey.plan import plan
from .journey.settle import boxes, close_parents, entry, nothing_asked, totals, verdict, waive
from .journey.variables import named, storage_of
from .outcome import Finding, Outcome, SignOff
from .report.log_row import day, log_row
from .report.model import Entry, Notice, Report, TargetRef, Verdict
from .report.status import sentence
from .rules.bind import bind, reach_of
from .rules.drift import drift
from .rules.model import Rules
from .target.provenance import doubted
from .world.ports import Absence, People, World


@frozen
class Options:
    """What a run is told from outside."""

    phase: Phase
    deadline: timedelta
    mode: str = "enforce"
    strict: bool = False
    target: TargetRef
    deploy_gate: bool = False
    doubt: Finding | None = None  # what becomes of a value that passed: it may be another environment's
    links: Mapping[str, str] | None = None


def gate(checklist: Checklist, rules: Rules, world: World, people: People, options: Options) -> Report:
    """The whole journey. Raises errors.Unusable if rules and checklist do not go together."""
    now = world.clock.now()
    binding = bind(checklist, rules)
    planned = plan(checklist, rules, binding)
    names = named(checklist, rules)
    storage = storage_of(names, checklist, rules)
    world = replace(world, environment_name=rules.environment, storage=storage)
    asking = Asking(
        rules=rules,
        world=world,
        people=people,
        state=states(rules.facts, world),
        context=contexts(rules, world, now),
        phase=options.phase,
        today=now.date(),
        deadline=options.deadline,
        deploy_gate=options.deploy_gate,
    )
    asked = ask(planned, asking)
    if options.doubt is not None:
        asked = doubted(asked, options.doubt)
    waivers = [(waiver, reach_of(checklist, binding, waiver.item)) for waiver in rules.waivers]
    waived, notices = waive(planned, asked, waivers, rules.environment, now.date())
    entries = [entry(each, steps, now.date()) for each, steps in zip(planned, waived, strict=True)]
    drifted, nothing_in_phase = drift(checklist, rules, binding), nothing_asked(planned, PHASES[options.phase])
    report = _report(checklist, rules, close_parents(entries), world, options, now)
    absent = _not_handed_over(names, world)
    report = replace(
        report,
        verdict=Verdict.BLOCKED if options.strict and drifted and not nothing_in_phase else report.verdict,
        drift=drifted,
        ignored_signoffs=tuple(people.ignored()),
        notices=(*(_at(notice, rules) for notice in notices), *_said(report.entries)),
        nothing_in_phase=nothing_in_phase,
        open_questions=rules.questions,
        secrets=storage.secrets,
        not_handed_over=absent,
        secret_names=tuple(name for name in absent if storage.is_secret(name)),
    )
    return replace(report, log_row=_log_row(checklist, report))


def _report(
    checklist: Checklist, rules: Rules, entries: tuple[Entry, ...], world: World, options: Options, now: datetime
) -> Report:
    return Report(
        verdict=verdict(entries),
        environment=rules.environment,
        phase=options.phase,
        target=options.target,
        checklist=checklist.path,
        rules=rules.path,
        laptop=world.environment.laptop,
        values_from=world.environment.file(),
        mode=options.mode,
        strict=options.strict,
        at=now,
        entries=entries,
        totals=totals(entries),
        boxes=boxes(entries),
        drift=(),
        notices=(),
        ignored_signoffs=(),
        log_row=None,
        not_handed_over=(),
        all_ticked=bool(checklist.items) and all(item.ticked for item in checklist.items),
        signers=_signers(entries),
        links=options.links,
    )


def _not_handed_over(names: Iterable[str], world: World) -> tuple[str, ...]:
    absent = (Absence.NOT_HANDED_OVER, Absence.UNSET)
    return tuple(name for name in names if world.environment.lookup(name) in absent)


def _signers(entries: Iterable[Entry]) -> tuple[SignOff, ...]:
    """Everybody whose word counted, once each."""
    signed = (sign for each in entries for finding in each.findings for sign in finding.signed)
    return tuple({sign.by.lower(): sign for sign in signed}.values())


def _log_row(checklist: Checklist, report: Report) -> str | None:
    if checklist.log_template is None:
        return None
    values = {
        "date": day(report.at),
        "environment": report.environment,
        "tag": report.target.tag,
        "commit": report.target.commit[:7] if report.target.commit else None,
        "reviewer": ", ".join(sign.by for sign in report.signers),
        "result": report.verdict.value,
        "notes": sentence(report),
    }
    return log_row(checklist.log_template, {key: value for key, value in values.items() if value})


def _said(entries: Iterable[Entry]) -> Iterable[Notice]:
    """What checks found worth saying although nothing is wrong."""
    for each in entries:
        for finding in each.findings:
            if finding.outcome is Outcome.SKIPPED and each.outcome is not Outcome.SKIPPED:
                continue  # another rule of the item looked at it
            for message in finding.notices:
                yield Notice(item=each.item.id, message=message, line=each.item.line)


def _at(notice: Notice, rules: Rules) -> Notice:
    """A notice of a line of the rules file names the file."""
    return replace(notice, file=rules.path)
