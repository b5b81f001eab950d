"""The container's entry: inputs and event → gate → publishers.

Whatever is printed, the runner reads as commands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

from msgspec.structs import replace

from .engine.gate import exit_code, gate
from .engine.variables import named_variables, secrets_among
from .errors import Exit, Fault, Unusable
from .outcome import Unobservable
from .publish.base import Destinations, GitHubPlaces
from .publish.errors import ErrorReporter, annotate
from .publish.gate_files import NameTaken
from .publish.last_looks import LastLooks
from .publish.publishers import publish_after_status, publish_all, take_back, with_last_comment
from .publish.status import GateStatus
from .redaction.needles import SHORTEST
from .redaction.redact import Leak, Redactor
from .redaction.report import redact_report
from .report.model import Report, Rollback, Verdict
from .run.model import Answer, NothingGated, Run, Stage
from .run.notices import notices
from .run.resolve import asks_something
from .runtime.action import ActionRuntime
from .runtime.rollback import rollback_of
from .runtime.ruleset_notice import RulesetNotice
from .settings import Inputs, RunContext, token_variables
from .storage import named_like_a_secret

if TYPE_CHECKING:
    from .report.evidence import EvidenceSubject

_PUBLIC = frozenset({"GPG_KEY"})  # Python's image publishes its signer's key under this name


def run(environ: Mapping[str, str], out: TextIO) -> int:
    """Runs the step and returns its exit code."""
    masks = Masks(environ, out)
    masks.add(_secret_names(environ))
    try:
        context = RunContext.read(environ)
    except Unusable as error:  # which file takes the summary is not known either
        _report(error, _error_reporter(RunContext(), environ, out))
        return Exit.UNUSABLE
    try:
        inputs = Inputs.read(environ)
        return _judge(ActionRuntime(inputs, context, environ), context, environ, masks, out)
    except (Unusable, Leak) as error:
        _report(error, _error_reporter(context, environ, out))
        return Exit.UNUSABLE
    except KeyboardInterrupt:
        stopped = Unusable("the run was cancelled before it ended")
        _report(stopped, _error_reporter(context, environ, out))
        raise
    except Unobservable as error:
        _report(error, _error_reporter(context, environ, out))
        return Exit.READY if inputs.mode == "report" else Exit.UNDETERMINED


def _judge(
    runtime: ActionRuntime,
    context: RunContext,
    environ: Mapping[str, str],
    masks: Masks,
    out: TextIO,
) -> int:
    """Judges and publishes; the commit status becomes final whatever happens."""
    status: GateStatus | None = None
    run: Run | NothingGated | None = None
    answer: Answer = Unobservable("GitHub was not read completely")
    try:
        runtime.remove_old_evidence()
        answer = runtime.resolve()
        run = runtime.decide(answer)
        if isinstance(run, NothingGated):
            errors = _error_reporter(context, environ, out)
            return _report_nothing_gated(run, runtime.inputs.strict, errors)
        checklist, rules = run.checklist, run.rules
        masks.add(secrets_among(named_variables(checklist, rules), checklist, rules))
        if run.posts_status and asks_something(run):
            status = runtime.status(answer, run)
        runtime.refuse_taken_comment(run)
        artefacts = runtime.artefacts()
        runtime.begin_beside_status(run)
        if status is not None:
            status.begin()
        report = _report_of(run, runtime, context.github_run_number)
        clean, redactor = redact_report(report, environ, runtime.secrets())
        template = checklist.log_template
        destinations = Destinations(
            inputs=runtime.inputs,
            context=context,
            out=out,
            log_columns=redactor.clean(template.columns) if template else (),
            github=_github_places(run, runtime, status, clean.verdict),
        )
        outputs = publish_all(clean, redactor, destinations)
        code: int = exit_code(clean)
        if status is not None:
            comment = outputs["comment-url"]
            code = _concluded(status, clean, code, comment, redactor, destinations)
        told = _lets_release_begin(run, status)
        _publish_evidence(clean, redactor, destinations, artefacts, outputs, told)
        return code
    except NameTaken:
        if status is not None and status.replaces:  # the comment is another gate's, this is ours
            status.fail("nothing was judged: see the run")
            _exit_code_with(status, Exit.READY, out)
        raise
    except BaseException:  # an older verdict must not remain if nothing could be judged
        for failed in (status,) if status else _statuses_of_failure(runtime, answer, run):
            failed.fail("nothing was judged: see the run")
            _exit_code_with(failed, Exit.READY, out)
        raise


def _report_of(run: Run, runtime: ActionRuntime, number: int | None) -> Report:
    """What was found, with the notices of how this run came about. `number`: the run's."""
    answer = rollback_of(run, runtime.inputs, runtime.github)
    rollback = answer if isinstance(answer, Rollback) else None
    sign_offs = runtime.sign_offs(run, rollback)
    world, claimed = runtime.world(run, sign_offs), runtime.claimed_environment(run)
    options = runtime.options(run, claimed, sign_offs.override(), rollback)
    rulesets = RulesetNotice.of(run, runtime.github)
    report = gate(run.checklist, run.rules, world, options)
    of_run = notices(run, runtime.inputs, claimed, answer, report)
    every_notice = (*report.notices, *of_run, *(rulesets.notices() if rulesets else ()))
    return replace(report, notices=every_notice, run_number=number)


def _concluded(
    status: GateStatus,
    report: Report,
    code: int,
    comment: str,
    redactor: Redactor,
    to: Destinations,
) -> int:
    """Writes the final status, then looks at the comment once more. The exit code; if the status
    could not be written, nothing else may show a verdict either.
    """
    status.conclude(report)
    if to.github is not None and to.github.last_looks is not None:
        comment = with_last_comment(to.github.last_looks, comment, to)
    code = _exit_code_with(status, code, to.out)
    if status.problem is not None:
        take_back(status, comment, redactor, to)
    return code


def _lets_release_begin(run: Run, status: GateStatus | None) -> bool:
    """Whether the status that a release tag requires is this run's verdict."""
    return run.target.stage is Stage.GATE and status is not None and status.problem is None


def _publish_evidence(
    report: Report,
    redactor: Redactor,
    to: Destinations,
    artefacts: Sequence[EvidenceSubject],
    outputs: Mapping[str, str],
    told: bool,
) -> None:
    """`outputs`: those of the step so far. `told`: whether that status is this verdict."""
    if to.inputs.evidence_file is None:
        return
    if not outputs["report"]:
        annotate(to.out, "warning", "the evidence was not written, because there is no report file")
        return
    from .publish.evidence_file import basis  # only where it is asked for

    about = basis(report, redactor, outputs["report"], artefacts, status_written=told)
    publish_after_status(report, redactor, replace(to, evidence=about))


def _statuses_of_failure(
    runtime: ActionRuntime, answer: Answer, run: Run | NothingGated | None
) -> Sequence[GateStatus]:
    """The statuses that say that nothing was judged; nothing where it would be another gate's, or
    where no run of this kind posts a status: nobody would replace it.
    """
    if not isinstance(run, Run):
        return runtime.statuses_of_failure(answer)
    if not run.posts_status or _asks_nothing(run):
        return []
    with suppress(NameTaken):
        status = runtime.status(answer, run)
        return [status] if status else []
    return []


def _asks_nothing(run: Run) -> bool:
    """False if the rules do not fit the checklist: then nobody knows."""
    try:
        return not asks_something(run)
    except Unusable:
        return False


def _exit_code_with(status: GateStatus, code: int, out: TextIO) -> int:
    """`code`, unless the status says something else: that also blocks the release."""
    if status.problem is None:
        return code
    annotate(out, "error", status.problem)
    return code or Exit.UNDETERMINED


def _report_nothing_gated(found: NothingGated, strict: bool, errors: ErrorReporter) -> int:
    """Prints why, and what lint finds in the documents of a pull request."""
    why = errors.redactor.text(found.reason)
    annotate(errors.out, "notice", why)
    if found.lint is None:
        errors.not_ready()
        return Exit.READY
    if isinstance(found.lint, Unusable):
        raise found.lint
    from .commands.lint import lint

    faults = [
        Fault(
            file=each.file or "",
            line=each.line,
            column=None,
            message=f"{each.kind}: {each.message}",
            hint=each.hint,
        )
        for each in lint(found.lint)
    ]
    level = "error" if strict else "warning"
    errors.report_error(level, f"The checklist and the rules disagree ({why})", faults)
    return Exit.HELD if faults and strict else Exit.READY


def _secret_names(environ: Mapping[str, str]) -> frozenset[str]:
    """Tokens and variables named like a secret, which are known before any document is read."""
    return token_variables() | {name for name in environ if named_like_a_secret(name)} - _PUBLIC


class Masks:
    """Prints `::add-mask::` for each secret, once; only for GitHub's runner, which hides it."""

    def __init__(self, environ: Mapping[str, str], out: TextIO) -> None:
        self._environ = environ
        self._out = out if environ.get("GITHUB_ACTIONS") == "true" else None
        self._known: set[str] = set()

    def add(self, names: Iterable[str]) -> None:
        """Masks the whole values of these variables; the runner also masks each of their lines."""
        values = {self._environ.get(name, "").strip() for name in names}
        for value in sorted(values - self._known):
            if len(value) >= SHORTEST and self._out is not None:
                escaped = value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
                print(f"::add-mask::{escaped}", file=self._out)
        self._known |= values


def _github_places(
    run: Run, runtime: ActionRuntime, status: GateStatus | None, verdict: Verdict
) -> GitHubPlaces | None:
    """Where on GitHub this run may write; None if GitHub is not asked."""
    if run.resolved is None or runtime.github is None:
        return None
    stage = run.target.stage
    github = runtime.github
    follow_ups = bool(runtime.inputs.follow_ups) and run.may_write and stage is not Stage.REVIEW
    opens_issues = follow_ups or verdict is Verdict.OVERRIDDEN
    return GitHubPlaces(
        writer=lambda: github.writer,
        repository_id=run.resolved.records.repository_id,
        commit=run.commit,
        began=runtime.began,
        overtaken=status.overtaken if status else lambda: None,
        comments_now=github.comments_now,
        comment_on=run.resolved.home if run.keeps_comment else None,
        log_on=run.resolved.ticket if stage is Stage.DEPLOY else None,
        may_open_issues=run.may_write,
        follow_ups=follow_ups,
        last_looks=LastLooks(status) if status and not opens_issues else None,
    )


def _report(error: Unusable | Leak | Unobservable, errors: ErrorReporter) -> None:
    faults: Sequence[Fault] = ()
    parts: list[str | None] = [str(error)]
    if isinstance(error, Unusable):
        faults, parts = error.faults, [error.message, error.hint]
    elif isinstance(error, Unobservable):
        parts.append(error.remedy)
    message = ". ".join(part for part in parts if part)
    errors.report_error("error", "Nothing was judged", faults, message)


def _error_reporter(context: RunContext, environ: Mapping[str, str], out: TextIO) -> ErrorReporter:
    redactor = Redactor.of(environ, _secret_names(environ))
    return ErrorReporter(
        out=out,
        redactor=redactor,
        summary=context.github_step_summary,
        outputs=context.github_output,
    )
