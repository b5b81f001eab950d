"""The container's entry: inputs and event → gate → publishers. Whatever is printed, the runner
reads as commands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TextIO

from msgspec.structs import replace

from .engine.gate import exit_code, gate
from .engine.variables import named_variables, secrets_among
from .errors import Exit, Fault, Unusable
from .outcome import Unobservable
from .publish.base import Destinations, GitHubPlaces
from .publish.errors import ErrorReporter, annotate
from .publish.publishers import publish_all
from .publish.status import GateStatus
from .redaction.redact import SHORTEST, Leak, Redactor
from .redaction.report import redact_report
from .run.model import Answer, NothingGated, Run, Stage
from .run.notices import notices
from .run.resolve import asks_something
from .runtime.action import ActionRuntime
from .settings import Inputs, RunContext, token_variables
from .storage import named_like_a_secret

_IMAGES_OWN = frozenset({"GPG_KEY"})  # Python's image publishes its signer's key under this name


def run(environ: Mapping[str, str], out: TextIO) -> int:
    """The step; its exit code."""
    masked = Masks(environ, out)
    masked.add(_secret_names(environ))
    context = RunContext.read(environ)
    try:
        inputs = Inputs.read(environ)
        return _gated(ActionRuntime(inputs, context, environ), context, environ, masked, out)
    except (Unusable, Leak, Unobservable) as trouble:
        _refuse(trouble, _error_reporter(context, environ, out))
        unseen = isinstance(trouble, Unobservable)
        return (
            (Exit.READY if inputs.mode == "report" else Exit.UNDETERMINED)
            if unseen
            else Exit.UNUSABLE
        )


def _gated(
    runtime: ActionRuntime,
    context: RunContext,
    environ: Mapping[str, str],
    masked: Masks,
    out: TextIO,
) -> int:
    """Judges and publishes; the status ends in one final word whatever happens."""
    status: GateStatus | None = None
    answer: Answer = Unobservable("GitHub was not asked to the end")
    try:
        answer = runtime.resolve()
        run = runtime.decide(answer)
        if isinstance(run, NothingGated):
            return _only_told(run, runtime.inputs.strict, _error_reporter(context, environ, out))
        checklist, rules = run.checklist, run.rules
        masked.add(secrets_among(named_variables(checklist, rules), checklist, rules))
        if run.posts_status and asks_something(run):
            status = runtime.status(answer, rules)
        if status is not None:
            status.begin()
        world = runtime.world(run, runtime.sign_offs(run))
        claimed = runtime.claimed_environment(run)
        report = gate(checklist, rules, world, runtime.options(run, claimed))
        said = (*report.notices, *notices(run, runtime.inputs, claimed))
        report = replace(report, notices=said, run_number=context.github_run_number)
        clean, redactor = redact_report(
            report, environ, (*runtime.inputs.secrets, *context.secrets)
        )
        template = checklist.log_template
        columns = redactor.clean(template.columns) if template else ()
        destinations = Destinations(
            inputs=runtime.inputs,
            context=context,
            out=out,
            log_columns=columns,
            github=_github_places(run, runtime, status),
        )
        publish_all(clean, redactor, destinations)
        code = exit_code(clean)
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
    annotate(out, "error", f"the commit status was not written: {status.trouble.reason}{remedy}")
    return code or Exit.UNDETERMINED


def _only_told(found: NothingGated, strict: bool, errors: ErrorReporter) -> int:
    """Says in one line why nothing is gated; on a pull request also where its documents disagree."""
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
    errors.report_error(
        "error" if strict else "warning", f"Checklist and rules disagree ({why})", faults
    )
    return Exit.HELD if faults and strict else Exit.READY


def _secret_names(environ: Mapping[str, str]) -> frozenset[str]:
    """Tokens, and every variable that is named like a secret: known before anything else is."""
    return token_variables() | {name for name in environ if named_like_a_secret(name)} - _IMAGES_OWN


class Masks:
    """`::add-mask::` for each secret, once, before a word is printed; only for GitHub's runner,
    which takes it away.
    """

    def __init__(self, environ: Mapping[str, str], out: TextIO) -> None:
        self._environ = environ
        self._out = out if environ.get("GITHUB_ACTIONS") == "true" else None
        self._known: set[str] = set()

    def add(self, names: Iterable[str]) -> None:
        """Masks the values of these variables, whole; the runner masks each line of a value by
        itself.
        """
        values = {self._environ.get(name, "").strip() for name in names}
        for value in sorted(values - self._known):
            if len(value) >= SHORTEST and self._out is not None:
                escaped = value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
                print(f"::add-mask::{escaped}", file=self._out)
        self._known |= values


def _github_places(
    run: Run, runtime: ActionRuntime, status: GateStatus | None
) -> GitHubPlaces | None:
    """Where on GitHub this run may write; None if GitHub is not asked."""
    if run.resolved is None or runtime.github is None:
        return None
    stage = run.target.stage
    github = runtime.github
    return GitHubPlaces(
        writer=lambda: github.writer,
        repository_id=run.resolved.records.repository_id,
        commit=run.commit,
        began=runtime.began,
        overtaken=status.overtaken if status else lambda: False,
        comment_on=run.resolved.home if run.keeps_comment else None,
        log_on=run.resolved.ticket if stage is Stage.DEPLOY else None,
        follow_ups=runtime.inputs.follow_ups and run.may_write and stage is not Stage.REVIEW,
    )


def _refuse(trouble: Unusable | Leak | Unobservable, errors: ErrorReporter) -> None:
    faults = trouble.faults if isinstance(trouble, Unusable) else ()
    message = trouble.message if isinstance(trouble, Unusable) else str(trouble)
    hint = trouble.hint if isinstance(trouble, Unusable) else getattr(trouble, "remedy", None)
    errors.report_error(
        "error", "Nothing was judged", faults, ". ".join(part for part in (message, hint) if part)
    )


def _error_reporter(context: RunContext, environ: Mapping[str, str], out: TextIO) -> ErrorReporter:
    redactor = Redactor.of(environ, _secret_names(environ))
    return ErrorReporter(
        out=out,
        redactor=redactor,
        summary=context.github_step_summary,
        outputs=context.github_output,
    )
