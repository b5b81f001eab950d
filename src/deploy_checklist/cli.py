"""The command line: arguments → gate → one rendering → the exit code."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from errno import ENOSPC
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from . import screen
from .arguments import parser
from .errors import Exit, Unusable, bug_location
from .opaque import OpaqueStruct

if TYPE_CHECKING:
    from .commands.init import InitOptions


class Shell(OpaqueStruct, frozen=True, kw_only=True):
    """What a command reads its variables from and writes to.

    `arguments`: the words that were typed. `known`: the values that were read so far, by name; no
    message may show one of them.
    """

    arguments: Sequence[str]
    environ: Mapping[str, str]
    known: dict[str, str]
    out: TextIO
    err: TextIO


def run(arguments: Sequence[str], environ: Mapping[str, str], out: TextIO, err: TextIO) -> int:
    """Runs one command and returns its exit code. All errors become messages here."""
    in_container = list(arguments) == ["action"]  # from the image's ENTRYPOINT, not for people
    given = None if in_container else parser().parse_args(arguments or ["--help"])
    shell = Shell(arguments=arguments, environ=environ, known=dict(environ), out=out, err=err)
    try:
        code = _COMMANDS[given.command](given, shell) if given else _action(environ, out)
        out.flush()
        return code
    except Unusable as error:
        from .redaction.report import safe_for_log

        print(safe_for_log(str(error), shell.known), file=err)
        return Exit.UNUSABLE
    except BrokenPipeError:
        sys.stderr.close()  # nobody reads any more
        return Exit.UNUSABLE
    except OSError as error:
        if error.errno != ENOSPC:
            return _report_bug(error, err)
        print("no space is left to write the report: its reader has no verdict", file=err)
        return Exit.UNUSABLE
    except Exception as bug:
        return _report_bug(bug, err)


def _report_bug(bug: Exception, err: TextIO) -> int:
    """Prints where it happened, and no traceback, which could hold a value."""
    from .redaction.redact import Leak  # loaded by now, if it is one

    if isinstance(bug, Leak):
        print(bug, file=err)
        return Exit.UNUSABLE
    print(
        f"a bug in deploy-checklist: {type(bug).__name__} at {bug_location(bug)};"
        " nothing was judged",
        file=err,
    )
    return Exit.UNUSABLE


def _check(given: argparse.Namespace, shell: Shell) -> int:
    from msgspec.structs import replace

    from .engine.gate import exit_code, report_at
    from .redaction.report import redact_report
    from .report import formats
    from .runtime.typed import as_typed, evidence_asked, look, typed_names

    evidence = evidence_asked(given)
    here = as_typed(given, _root(), shell.environ)
    shell.known.update(here.values())  # a pipe can be read once only
    on = None
    if given.on:
        from .commands.forecast import moment_of  # few look ahead

        on = moment_of(given.on, here.now())
        if given.format not in formats.OF_FORECASTS:
            forms = ", ".join(formats.OF_FORECASTS)
            raise Unusable(f"a forecast has no format `{given.format}`", hint=f"it has {forms}")
    report = report_at(look(given, here, shell.err), on)
    report = replace(report, typed=tuple(shell.arguments))
    clean, redactor = redact_report(report, here.values(), typed=typed_names(given, report))
    rendered = formats.render(
        clean,
        given.format,
        colour=screen.colour(shell.out, shell.environ),
        verbose=given.verbose,
        width=screen.width(shell.environ),
    )
    redactor.check(rendered)
    _write(rendered, given.output, shell.out)
    if evidence is not None:
        evidence.write(clean, redactor)
    return exit_code(report)


def _forecast(given: argparse.Namespace, shell: Shell) -> int:
    from .commands.forecast import last_day
    from .engine.gate import report_at
    from .engine.turns import forecast
    from .redaction.report import redact_forecast
    from .report.forecast import FORMS, text
    from .runtime.typed import as_typed, look, typed_names

    here = as_typed(given, _root(), shell.environ)
    shell.known.update(here.values())  # a pipe can be read once only
    until = last_day(given.until, here.now())
    seen = look(given, here, shell.err)
    found = forecast(seen, report_at(seen), until)
    typed = typed_names(given, found.report)
    clean, redactor = redact_forecast(found, here.values(), typed)
    if given.format == "text":
        rendered = text(clean, screen.width(shell.environ))
    else:
        rendered = FORMS[given.format](clean)
    redactor.check(rendered)
    _write(rendered, given.output, shell.out)
    return Exit.READY


def _write(rendered: str, path: str | None, out: TextIO) -> None:
    """To the file that `--output` names, or to the screen."""
    from .publish import report_file

    if path is None:
        out.write(rendered)
    else:
        report_file.write_at(Path(path), rendered)


def _lint(given: argparse.Namespace, shell: Shell) -> int:
    from .commands.lint import lint_result, secret_names, unusable_result
    from .commands.lint_formats import render
    from .run.document_files import from_folder
    from .world.repository import WorkTree

    root: Path | None = None
    secrets: frozenset[str] = frozenset()
    try:
        root = _root()
        documents = from_folder(root, _path(given.file), _path(given.rules))
        result = lint_result(root, documents, WorkTree(root), strict=given.strict)
        secrets = secret_names(documents)
    except Unusable as error:
        if given.format == "text":
            raise
        result = unusable_result(error, root, strict=given.strict)
    shell.out.write(render(result, given.format, shell.environ, secrets))
    return result.exit_code


def _explain(given: argparse.Namespace, shell: Shell) -> int:
    from .commands.explain import explanations
    from .commands.explain_formats import render
    from .commands.explain_rules import background_of
    from .engine.plan import plan
    from .engine.variables import named_variables, secrets_among
    from .rules.bind import bind, find
    from .runtime.local import LocalRuntime

    here = LocalRuntime(_root(), shell.environ, offline=True)
    documents = here.documents(_path(given.file), _path(given.rules))
    rules = here.rules(documents, given.environment)
    binding = bind(documents.checklist, rules)
    planned = plan(documents.checklist, rules, binding)
    if given.item:
        lines = {item.line for item in find(documents.checklist, rules, given.item)}
        planned = tuple(each for each in planned if each.item.line in lines)
    background = background_of(
        documents.checklist,
        rules,
        binding,
        here.now().date(),
        documents.rules,
        here.fact_states(planned, rules),
    )
    explained = explanations(planned, background)
    secrets = secrets_among(named_variables(documents.checklist, rules), documents.checklist, rules)
    shell.out.write(render(explained, given.format, shell.environ, secrets))
    return Exit.READY


def _init(given: argparse.Namespace, shell: Shell) -> int:
    from .commands.init import RULES, init, questions, unwritten
    from .commands.init_formats import question_list, render
    from .runtime.local import LocalRuntime

    root: Path | None = None
    secrets: frozenset[str] = frozenset()
    try:
        root = _root()
        file, jobs_after = _path(given.file), LocalRuntime(root, shell.environ).jobs_after
        if given.questions is not None:
            found, secrets = questions(root, file, releasing=jobs_after)
            shell.out.write(question_list(found, shell.environ, secrets))
            return Exit.READY
        written = init(root, file, options=_init_options(given, shell), releasing=jobs_after)
        result, secrets = written.result, written.secrets
    except Unusable as error:
        if given.format == "text" or given.questions is not None:
            raise
        result = unwritten(error, root)
    path = os.path.relpath(root / RULES) if root is not None else RULES
    shell.out.write(render(result, given.format, shell.environ, secrets, path=path))
    return result.exit_code


def _init_options(given: argparse.Namespace, shell: Shell) -> InitOptions:
    from functools import partial

    from .commands.asking import ask
    from .commands.init import AnswersText, InitOptions
    from .world import files

    answers = None
    if given.answers is not None:
        what, limit = "answers file", files.RULES_LIMIT
        if given.answers == "-":
            data, name = files.read_standard_input(what=what, limit=limit), "the answers"
        else:
            data, name = files.read(Path(given.answers), what=what, limit=limit), given.answers
        answers = AnswersText(data.decode("utf-8-sig", "replace"), name)
    is_person = sys.stdin is not None and sys.stdin.isatty() and shell.out.isatty()
    asks = is_person and given.format == "text"
    return InitOptions(
        pin=given.pin,
        add=given.add,
        answers=answers,
        ask=partial(ask, read_line=sys.stdin.readline, out=shell.out) if asks else None,
    )


def _workflow(given: argparse.Namespace, shell: Shell) -> int:
    from .commands.workflow import workflows
    from .run.gate_name import gate_name
    from .runtime.local import LocalRuntime

    here = LocalRuntime(_root(), shell.environ)
    documents = here.documents(_path(given.file), _path(given.rules))
    rules = here.rules(documents, given.environment)
    values = {
        "environment": rules.environment,
        "checklist": documents.checklist.path if given.file else None,
        "rules": rules.path if given.rules else None,
    }
    inputs = {name: value for name, value in values.items() if value}
    gate = gate_name(rules, documents.checklist.path)
    shell.out.write(workflows(documents.checklist, rules, inputs, gate))
    return Exit.READY


def _ruleset(given: argparse.Namespace, shell: Shell) -> int:
    from .commands.ruleset import ruleset
    from .run.gate_name import gate_name
    from .runtime.local import LocalRuntime
    from .world.files import found_rules

    root = _root()
    gate, environment = None, given.environment
    # A gate without documents here has no name: then only the environment is needed.
    if given.file or given.rules or found_rules(lambda name: (root / name).exists()):
        here = LocalRuntime(root, shell.environ)
        documents = here.documents(_path(given.file), _path(given.rules))
        rules = here.rules(documents, given.environment)
        gate, environment = gate_name(rules, documents.checklist.path), rules.environment
    shell.out.write(ruleset(environment, app_id=given.app_id, gate=gate))
    return Exit.READY


def _fleet(given: argparse.Namespace, shell: Shell) -> int:
    from .commands.fleet import fleet
    from .world.clock import clock_at
    from .world.report_files import report_files

    page, code = fleet(report_files(given.reports), given.format, clock_at(given.now).now())
    _write(page, given.output, shell.out)
    return code


def _schema(given: argparse.Namespace, shell: Shell) -> int:
    import json

    from .schemas import json_schema

    shell.out.write(json.dumps(json_schema(given.of), indent=2, ensure_ascii=False) + "\n")
    return Exit.READY


def _verify(given: argparse.Namespace, shell: Shell) -> int:
    from .commands.verify import VerifiedFiles, verify

    named = VerifiedFiles(
        report=Path(given.report),
        checklist=_path(given.checklist),
        rules=_path(given.rules),
        evidence=_path(given.evidence),
    )
    return verify(named, shell.environ, shell.out)


_COMMANDS = {
    "check": _check,
    "forecast": _forecast,
    "lint": _lint,
    "explain": _explain,
    "init": _init,
    "workflow": _workflow,
    "ruleset": _ruleset,
    "fleet": _fleet,
    "schema": _schema,
    "verify": _verify,
}


def _action(environ: Mapping[str, str], out: TextIO) -> int:
    from .action import run as run_action

    return run_action(environ, out)


def _root() -> Path:
    """The folder of the documents and of paths in the rules; paths of flags are relative to `.`."""
    from .world.files import root_of

    try:
        return root_of(Path.cwd())
    except FileNotFoundError:
        raise Unusable("this folder is gone", hint="go to the repository's folder") from None


def _path(given: str | None) -> Path | None:
    return Path(given) if given else None
