"""The container's entry: inputs and event → gate → publishers. Whatever is printed, the runner reads as commands.

A publisher is loaded when it has something to publish: most runs need two of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TextIO

from .disclosure import told
from .errors import Exit, Fault, Unusable
from .frozen import frozen, replace
from .gate import gate
from .job import Job
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
from .settings import Inputs, RunContext, token_variables
from .storage import named_like_a_secret
from .target.decide import Moment
from .world.ports import NotPublished

_IMAGES_OWN = frozenset({"GPG_KEY"})  # Python's image publishes its signer's key under this name


@frozen
class Publication:
    """One report, and where this run may write."""

    report: Report
    redactor: Redactor
    inputs: Inputs
    context: RunContext
    job: Job
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
        return _gated(Job(inputs, context, environ), inputs, context, environ, masked, out)
    except (Unusable, Leak, Unobservable) as trouble:
        _refuse(trouble, _unjudged(context, environ, out))
        unseen = isinstance(trouble, Unobservable)
        return (Exit.READY if inputs.mode == "report" else Exit.UNDETERMINED) if unseen else Exit.UNUSABLE


def _gated(
    job: Job, inputs: Inputs, context: RunContext, environ: Mapping[str, str], masked: Masks, out: TextIO
) -> int:
    """Judges and publishes; the status ends in one final word whatever happens."""
    status: GateStatus | None = None
    try:
        if job.idle or job.lint_only:
            return _only_told(job, _unjudged(context, environ, out))
        documents = job.documents()
        rules = job.rules(documents)
        masked.add(secrets_among(named(documents.checklist, rules), documents.checklist, rules))
        if job.asks_something(documents.checklist, rules) and not job.preview:
            status = job.status(rules.environment)
        if status is not None:
            status.begin()
        people = job.people(documents.checklist, rules)
        report = gate(documents.checklist, rules, job.world(), people, job.options(documents.checklist.path, rules))
        notices = (*report.notices, *job.notices(rules))
        report = replace(report, notices=notices, run_number=context.github_run_number)
        clean, redactor = told(report, environ, (*inputs.secrets, *context.secrets))
        template = documents.checklist.log_template
        publication = Publication(
            report=clean,
            redactor=redactor,
            inputs=inputs,
            context=context,
            job=job,
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
        failed = status or job.status(job.environment)
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


def _only_told(job: Job, unjudged: Unjudged) -> int:
    """Nothing is gated: why, in one line, and on a pull request what disagrees in its own words."""
    why = unjudged.redactor.text(job.idle or job.lint_only or "")
    say(unjudged.out, "notice", why)
    if job.idle:
        unjudged.not_ready()
        return Exit.READY
    from .commands.lint import lint

    faults = [
        Fault(file=each.file or "", line=each.line, column=None, message=f"{each.kind}: {each.message}", hint=each.hint)
        for each in lint(job.own_documents())
    ]
    unjudged.tell("error" if job.strict else "warning", f"Checklist and rules disagree ({why})", faults)
    return Exit.HELD if faults and job.strict else Exit.READY


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
    job, report = publication.job, publication.report
    home = job.hub.place.home if job.hub else None
    if not job.comments or home is None or job.hub is None or publication.inputs.comment == "never":
        return {}
    from .publish import comment

    text = markdown.render(report, boxes=True)
    publication.redactor.check(text)
    marker = comment.Marker(
        repository=job.hub.place.records.repository_id,
        number=home.number,
        environment=report.environment,
        phase=report.phase.value,
        run=job.began,
        head=job.hub.place.commit,
    )
    wanted = publication.inputs.comment == "always" or report.verdict is not Verdict.READY
    create = wanted and not report.nothing_in_phase
    overtaken = publication.status.overtaken if publication.status else lambda: False
    may = comment.May(create=create, overtaken=overtaken)
    url = comment.publish(text, marker, home.comments, job.hub.comments(), may)
    return {"comment-url": url} if url else {}


def _ticket(publication: Publication) -> Mapping[str, str]:
    """The log row, once the deploy job has asked."""
    job, report = publication.job, publication.report
    where = job.hub.place.ticket if job.hub else None
    if job.hub is not None and where is not None and report.log_row and job.target.moment is Moment.DEPLOY:
        from .publish import ticket

        publication.redactor.check(ticket.text(report, publication.columns))
        ticket.publish(report, publication.columns, where.number, where.comments, job.hub.comments())
    return {}


def _follow_ups(publication: Publication) -> Mapping[str, str]:
    """Issues for what a release was let through with; a pull request is none yet."""
    job = publication.job
    if publication.inputs.follow_ups and job.hub is not None and job.writes and job.target.moment is not Moment.REVIEW:
        from .publish import follow_ups

        follow_ups.publish(publication.report, job.hub.comments(), publication.redactor.check)
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
