"""The container's entry: inputs and event → gate → publishers. Whatever is printed, the runner reads as commands.

A publisher is loaded when it has something to publish: most runs need two of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TextIO

from .checks.base import named_like_a_secret
from .disclosure import told
from .errors import Exit, Fault, Unusable
from .frozen import frozen, replace
from .gate import gate
from .journey.settle import exit_code
from .journey.variables import named, secrets_among
from .outcome import Outcome, Severity, Unobservable
from .publish import outputs, summary
from .publish.annotations import write as annotate
from .publish.status import GateStatus
from .publish.unjudged import Unjudged, say
from .redact import SHORTEST, Leak, Redactor
from .report import markdown, terminal
from .report.escape import log_line, log_text
from .report.model import Entry, Report, Verdict
from .report.status import sentence
from .run.model import Answer, NothingGated, Run, Stage
from .run.notices import notices
from .run.resolve import asks_something
from .runtime.action import ActionRuntime
from .settings import Inputs, RunContext, token_variables
from .world.ports import NotPublished

_IMAGES_OWN = frozenset({"GPG_KEY"})  # Python's image publishes its signer's key under this name


@frozen
class Publication:
    """One report, and where this run may write."""

    report: Report
    redactor: Redactor
    inputs: Inputs
    context: RunContext
    run: Run
    runtime: ActionRuntime
    status: GateStatus | None
    columns: tuple[str, ...]  # of the deployment log
    out: TextIO


def run(environ: Mapping[str, str], out: TextIO) -> int:
    """The step; its exit code."""
    masked = Masks(environ, out)
    masked.add(_secret_names(environ))
    context = RunContext.read(environ)
    try:
        inputs = Inputs.read(environ)
        return _gated(ActionRuntime(inputs, context, environ), context, environ, masked, out)
    except (Unusable, Leak, Unobservable) as trouble:
        _refuse(trouble, _unjudged(context, environ, out))
        unseen = isinstance(trouble, Unobservable)
        return (Exit.READY if inputs.mode == "report" else Exit.UNDETERMINED) if unseen else Exit.UNUSABLE


def _gated(runtime: ActionRuntime, context: RunContext, environ: Mapping[str, str], masked: Masks, out: TextIO) -> int:
    """Judges and publishes; the status ends in one final word whatever happens."""
    status: GateStatus | None = None
    answer: Answer = Unobservable("GitHub was not asked to the end")
    try:
        answer = runtime.resolve()
        run = runtime.decide(answer)
        if isinstance(run, NothingGated):
            return _only_told(run, runtime.inputs.strict, _unjudged(context, environ, out))
        checklist, rules = run.checklist, run.rules
        masked.add(secrets_among(named(checklist, rules), checklist, rules))
        if run.posts_status and asks_something(run):
            status = runtime.status(answer, rules)
        if status is not None:
            status.begin()
        people = runtime.sign_offs(run)
        world = runtime.world(run)
        claimed = runtime.claimed_environment(run)
        report = gate(checklist, rules, world, people, runtime.options(run, claimed))
        said = (*report.notices, *notices(run, runtime.inputs, claimed))
        report = replace(report, notices=said, run_number=context.github_run_number)
        clean, redactor = told(report, environ, (*runtime.inputs.secrets, *context.secrets))
        template = checklist.log_template
        publication = Publication(
            report=clean,
            redactor=redactor,
            inputs=runtime.inputs,
            context=context,
            run=run,
            runtime=runtime,
            status=status,
            columns=redactor.clean(template.columns) if template else (),
            out=out,
        )
        code = _published(publication)
        if status is not None:
            status.conclude(clean)
            return _told_of(status, code, out)
        return code
    except BaseException:  # an older verdict must not stand for what could not be judged
        failed = status or runtime.status(answer)
        if failed is not None:
            if status is None:
                failed.begin()
            failed.fail("nothing was judged: see the run")
            _told_of(failed, Exit.READY, out)
        raise


def _told_of(status: GateStatus, code: int, out: TextIO) -> int:
    """A status that could not be written holds the release, whatever was judged."""
    if status.trouble is None:
        return code
    remedy = f". {status.trouble.remedy}" if status.trouble.remedy else ""
    say(out, "error", f"the commit status was not written: {status.trouble.reason}{remedy}")
    return code or Exit.UNDETERMINED


def _only_told(found: NothingGated, strict: bool, unjudged: Unjudged) -> int:
    """Says in one line why nothing is gated; on a pull request also where its documents disagree."""
    why = unjudged.redactor.text(found.reason)
    say(unjudged.out, "notice", why)
    if found.lint is None:
        unjudged.not_ready()
        return Exit.READY
    if isinstance(found.lint, Unusable):
        raise found.lint
    from .commands.lint import lint

    faults = [
        Fault(file=each.file or "", line=each.line, column=None, message=f"{each.kind}: {each.message}", hint=each.hint)
        for each in lint(found.lint)
    ]
    unjudged.tell("error" if strict else "warning", f"Checklist and rules disagree ({why})", faults)
    return Exit.HELD if faults and strict else Exit.READY


def _secret_names(environ: Mapping[str, str]) -> frozenset[str]:
    """Tokens, and every variable that is named like a secret: known before anything else is."""
    return token_variables() | {name for name in environ if named_like_a_secret(name)} - _IMAGES_OWN


class Masks:
    """`::add-mask::` for each secret, once, before a word is printed; only for GitHub's runner, which takes it away."""

    def __init__(self, environ: Mapping[str, str], out: TextIO) -> None:
        self._environ = environ
        self._out = out if environ.get("GITHUB_ACTIONS") == "true" else None
        self._known: set[str] = set()

    def add(self, names: Iterable[str]) -> None:
        """Masks the values of these variables, whole; the runner masks each line of a value by itself."""
        values = {self._environ.get(name, "").strip() for name in names}
        for value in sorted(values - self._known):
            if len(value) >= SHORTEST and self._out is not None:
                escaped = value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
                print(f"::add-mask::{escaped}", file=self._out)
        self._known |= values


def _published(publication: Publication) -> int:
    """Every publisher in its turn; one that fails says so and stops no other. The outputs tell what came of them."""
    publication.redactor.check(sentence(publication.report))  # the log's last line, and the status
    _log(publication)
    values = dict(output_values(publication.report))
    for name, publish in PUBLISHERS:
        try:
            values |= publish(publication)
        except (Unusable, OSError, NotPublished) as trouble:
            reason = _reason(trouble)
            say(publication.out, "warning", publication.redactor.text(f"the {name} was not written: {reason}"))
    if publication.context.github_output is not None:
        publication.redactor.check("\n".join(values.values()))
        outputs.write(Path(publication.context.github_output), values)
    return exit_code(publication.report)


def _log(publication: Publication) -> None:
    """The report as a terminal shows it, folded; below it the one sentence."""
    report, out = publication.report, publication.out
    text = terminal.render(report, colour=False, verbose=True)
    publication.redactor.check(text)
    print(f"::group::{log_line(report.checklist)}", file=out)
    print(log_text(text), end="", file=out)
    print("::endgroup::", file=out)
    print(log_text(f"{report.verdict.value}: {sentence(report)}"), file=out)


def _report_file(publication: Publication) -> Mapping[str, str]:
    path = publication.inputs.report_file
    if path is None:
        return {}
    from .publish import report_file
    from .report import json_v1

    text = json_v1.render(publication.report)
    publication.redactor.check(text)
    report_file.write_below(Path(publication.context.github_workspace or Path.cwd()), path, text)
    return {"report": path}


def _summary(publication: Publication) -> Mapping[str, str]:
    if publication.context.github_step_summary is not None:
        text = markdown.render(publication.report, boxes=False)
        publication.redactor.check(text)
        summary.write(Path(publication.context.github_step_summary), text)
    return {}


def _comment(publication: Publication) -> Mapping[str, str]:
    """On the pull request, or in the release ticket if there is none."""
    run, github, report = publication.run, publication.runtime.github, publication.report
    home = run.resolved.home if run.resolved else None
    if not run.keeps_comment or publication.inputs.comment == "never":
        return {}
    if run.resolved is None or home is None or github is None:
        return {}
    from .publish import comment

    text = markdown.render(report, boxes=True)
    publication.redactor.check(text)
    marker = comment.Marker(
        repository=run.resolved.records.repository_id,
        number=home.number,
        environment=report.environment,
        phase=report.phase.value,
        run=publication.runtime.began,
        head=run.commit,
    )
    wanted = publication.inputs.comment == "always" or report.verdict is not Verdict.READY
    create = wanted and not report.nothing_in_phase
    overtaken = publication.status.overtaken if publication.status else lambda: False
    may = comment.May(create=create, overtaken=overtaken)
    url = comment.publish(text, marker, home.comments, github.writer, may)
    return {"comment-url": url} if url else {}


def _ticket(publication: Publication) -> Mapping[str, str]:
    """The log row, once the deploy job has asked."""
    run, github, report = publication.run, publication.runtime.github, publication.report
    where = run.resolved.ticket if run.resolved else None
    if github is not None and where is not None and report.log_row and run.target.stage is Stage.DEPLOY:
        from .publish import ticket

        publication.redactor.check(ticket.text(report, publication.columns))
        ticket.publish(report, publication.columns, where.number, where.comments, github.writer)
    return {}


def _follow_ups(publication: Publication) -> Mapping[str, str]:
    """Issues for what a release was let through with; a pull request is none yet."""
    run, github = publication.run, publication.runtime.github
    review = run.target.stage is Stage.REVIEW
    if publication.inputs.follow_ups and github is not None and run.may_write and not review:
        from .publish import follow_ups

        follow_ups.publish(publication.report, github.writer, publication.redactor.check)
    return {}


def _annotations(publication: Publication) -> Mapping[str, str]:
    annotate(publication.report, publication.out, publication.redactor.check)
    return {}


# In the order of publishing (design §7), between the status `pending` and the final one. Each gives its outputs.
PUBLISHERS: tuple[tuple[str, Callable[[Publication], Mapping[str, str]]], ...] = (
    ("report file", _report_file),
    ("job summary", _summary),
    ("comment", _comment),
    ("release ticket", _ticket),
    ("follow-up issues", _follow_ups),
    ("annotations", _annotations),
)


def output_values(report: Report) -> Mapping[str, str]:
    """The step's outputs, by the names that `settings.OUTPUTS` declares."""
    totals = report.totals
    return {
        "verdict": report.verdict.value,
        "ready": str(report.verdict is Verdict.READY).lower(),
        "blocking": _ids(report.entries, Outcome.FAIL, Outcome.UNKNOWN),
        "waiting": _ids(report.entries, Outcome.PENDING),
        "pass": str(totals.passed),
        "signed": str(totals.signed),
        "fail": str(totals.fail),
        "pending": str(totals.pending),
        "unknown": str(totals.unknown),
        "waived": str(totals.waived),
        "skipped": str(totals.skipped),
        "report": "",
        "log-row": report.log_row or "",
        "comment-url": "",
    }


def _ids(entries: Iterable[Entry], *outcomes: Outcome) -> str:
    held = (each for each in entries if each.outcome in outcomes and not each.item.is_title)
    return "\n".join(each.item.id for each in held if each.severity is Severity.BLOCKER)


def _reason(trouble: Unusable | OSError | NotPublished) -> str:
    if isinstance(trouble, NotPublished):
        return ". ".join(part for part in (trouble.reason, trouble.remedy) if part)
    return trouble.message if isinstance(trouble, Unusable) else type(trouble).__name__


def _refuse(trouble: Unusable | Leak | Unobservable, unjudged: Unjudged) -> None:
    faults = trouble.faults if isinstance(trouble, Unusable) else ()
    message = trouble.message if isinstance(trouble, Unusable) else str(trouble)
    hint = trouble.hint if isinstance(trouble, Unusable) else getattr(trouble, "remedy", None)
    unjudged.tell("error", "Nothing was judged", faults, ". ".join(part for part in (message, hint) if part))


def _unjudged(context: RunContext, environ: Mapping[str, str], out: TextIO) -> Unjudged:
    redactor = Redactor.of(environ, _secret_names(environ))
    return Unjudged(out=out, redactor=redactor, summary=context.github_step_summary, outputs=context.github_output)
