"""The command line: arguments → gate → one rendering → the exit code."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from errno import ENOSPC
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from msgspec import Struct

from . import __version__, screen
from .errors import Exit, Unusable, place_of
from .report.formats import FORMATS

if TYPE_CHECKING:
    from datetime import timedelta

_EPILOG = """\
first minute:
  deploy-checklist check                                  what holds, what does not, whose turn it is
  deploy-checklist check -e production --env-file .env    with values to look at
  deploy-checklist explain                                how each item was understood
  deploy-checklist init                                   write the rules file

exit codes: 0 ready · 1 blocked or waiting · 2 unusable input, nothing was judged · 3 something could not be looked at
"""


class Shell(Struct, frozen=True, kw_only=True):
    """What a command reads its variables from and writes to."""

    environ: Mapping[str, str]
    out: TextIO
    err: TextIO


class _Parser(argparse.ArgumentParser):
    """Flags in full only, help as it is written here. A formatter is made for each flag: its width
    is asked once.
    """

    def __init__(self, **given: Any) -> None:  # noqa: ANN401 - argparse's own
        width = screen.width(os.environ) - 2
        formatter = partial(argparse.RawDescriptionHelpFormatter, width=width)
        super().__init__(**given, formatter_class=formatter, allow_abbrev=False)


def parser() -> argparse.ArgumentParser:
    """Every command and flag, with help that teaches. `run` of what is parsed is the command's
    function.
    """
    top = _Parser(
        prog="deploy-checklist",
        description="The deployment checklist you already have, as a release gate.",
        epilog=_EPILOG,
    )
    top.add_argument("--version", action="version", version=f"deploy-checklist {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)

    check = commands.add_parser("check", help="judge every item; the exit code is the gate")
    _check_arguments(check)
    check.set_defaults(run=_check)

    lint = commands.add_parser(
        "lint", help="where checklist and rules disagree; no secrets, no network"
    )
    _documents(lint)
    lint.add_argument("--strict", action="store_true", help="exit 1 if there is anything to say")
    lint.set_defaults(run=_lint)

    explain = commands.add_parser("explain", help="how each item was understood, and why")
    _documents(explain)
    _environment(explain)
    explain.add_argument("--item", metavar="ID", help="only this item (its id, or a rule's key)")
    explain.add_argument("--format", choices=["text", "json"], default="text")
    explain.set_defaults(run=_explain)

    init = commands.add_parser(
        "init", help="write the rules file from the checklist's words; never overwrites"
    )
    init.add_argument(
        "file", nargs="?", metavar="FILE", help="the checklist (default: the one that is there)"
    )
    init.add_argument(
        "--pin",
        action="store_true",
        help="also add invisible pins to prose items, so that rewording them is safe",
    )
    init.set_defaults(run=_init)

    workflow = commands.add_parser(
        "workflow", help="print the two GitHub workflows, ready to commit"
    )
    _documents(workflow)
    _environment(workflow)
    workflow.set_defaults(run=_workflow)

    ruleset = commands.add_parser(
        "ruleset", help="print the tag ruleset that requires the gate's status"
    )
    _environment(ruleset)
    ruleset.add_argument(
        "--app-id",
        type=int,
        metavar="N",
        help="the App that posts the status (default: GitHub Actions)",
    )
    ruleset.set_defaults(run=_ruleset)

    schema = commands.add_parser(
        "schema", help="print the JSON Schema of the rules file, for editors"
    )
    schema.set_defaults(run=_schema)
    return top


def _documents(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "file",
        nargs="?",
        metavar="FILE",
        help="the checklist (default: the one the rules name, else the only one that is there)",
    )
    command.add_argument(
        "--rules",
        metavar="F",
        help="the rules file (default: .github/deploy-checklist.yml or deploy-checklist.yml)",
    )


def _environment(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "-e",
        "--environment",
        metavar="ENV",
        help="which environment is gated: staging, production, …",
    )


def _check_arguments(check: argparse.ArgumentParser) -> None:
    _documents(check)
    _environment(check)
    check.add_argument(
        "--env-file", metavar="F", help="the variables are those of this file, and only those"
    )
    check.add_argument(
        "--phase",
        choices=["before", "deploy", "after"],
        default="before",
        help="which items are asked (default: before)",
    )
    check.add_argument(
        "--offline", action="store_true", help="look at nothing that needs the network or GitHub"
    )
    check.add_argument(
        "--strict",
        action="store_true",
        help="disagreement of checklist and rules holds the release, too",
    )
    check.add_argument(
        "--deadline",
        default="60s",
        metavar="60s",
        help="when the report is written, whatever is still missing",
    )
    check.add_argument(
        "--mode",
        choices=["enforce", "report"],
        default="enforce",
        help="report: show the same, exit 0",
    )
    check.add_argument("--format", choices=list(FORMATS), default="text")
    check.add_argument(
        "--output", metavar="F", help="write the rendering to this file instead of the screen"
    )
    check.add_argument(
        "-v", "--verbose", action="store_true", help="show the evidence of every check"
    )
    check.add_argument("--now", help=argparse.SUPPRESS)


def run(arguments: Sequence[str], environ: Mapping[str, str], out: TextIO, err: TextIO) -> int:
    """One command; its exit code. Nothing but this function turns an error into words."""
    in_container = list(arguments) == [
        "action"
    ]  # the ENTRYPOINT's word; nothing for a person to type
    given = None if in_container else parser().parse_args(arguments or ["--help"])
    shell = Shell(environ=environ, out=out, err=err)
    try:
        code = given.run(given, shell) if given else _action(environ, out)
        out.flush()
        return code
    except Unusable as trouble:
        from .redaction.report import safe_for_log

        print(safe_for_log(str(trouble), _values(given, environ)), file=err)
        return Exit.UNUSABLE
    except BrokenPipeError:
        sys.stderr.close()  # the reader went away; nothing is left to say
        return Exit.UNUSABLE
    except KeyboardInterrupt:
        return 130
    except OSError as trouble:
        if trouble.errno != ENOSPC:
            return _bug(trouble, err)
        print("no space is left to write the report: its reader has no verdict", file=err)
        return Exit.UNUSABLE
    except (
        Exception
    ) as bug:  # the last handler: a traceback could hold a value, so only its place is told
        return _bug(bug, err)


def _bug(bug: Exception, err: TextIO) -> int:
    from .redaction.redact import Leak  # loaded by now, if it is one

    if isinstance(bug, Leak):
        print(bug, file=err)
        return Exit.UNUSABLE
    print(
        f"a bug in deploy-checklist: {type(bug).__name__} at {place_of(bug)}; nothing was judged",
        file=err,
    )
    return Exit.UNUSABLE


def _check(given: argparse.Namespace, shell: Shell) -> int:
    from .checklist.model import Phase
    from .engine.gate import Options, exit_code, gate
    from .progress import progress
    from .publish import report_file
    from .redaction.report import redact_report
    from .report import formats
    from .runtime.local import LocalRuntime

    here = LocalRuntime(
        _root(),
        shell.environ,
        env_file=_path(given.env_file),
        now=given.now,
        offline=given.offline,
        deadline=_deadline(given.deadline),
    )
    documents = here.documents(_path(given.file), _path(given.rules))
    rules = here.rules(documents, given.environment)
    options = Options(
        phase=Phase(given.phase),
        deadline=here.deadline,
        mode=given.mode,
        target=here.target(),
        strict=given.strict,
    )
    with progress(shell.err):
        report = gate(documents.checklist, rules, here.world(), options)
    clean, redactor = redact_report(report, here.values())
    rendered = formats.render(
        clean,
        given.format,
        colour=screen.colour(shell.out, shell.environ),
        verbose=given.verbose,
        width=screen.width(shell.environ),
    )
    redactor.check(rendered)
    if given.output is None:
        shell.out.write(rendered)
    else:
        report_file.write_at(Path(given.output), rendered)
    return exit_code(report)


def _lint(given: argparse.Namespace, shell: Shell) -> int:
    from .commands.lint import print_findings
    from .run.document_files import from_folder

    root = _root()
    documents = from_folder(root, _path(given.file), _path(given.rules))
    found = print_findings(root, documents, shell.environ, shell.out)
    return Exit.HELD if found and given.strict else Exit.READY


def _explain(given: argparse.Namespace, shell: Shell) -> int:
    from .commands.explain import as_json, as_text, explanations
    from .engine.plan import plan
    from .engine.variables import named_variables, secrets_among
    from .redaction.report import redact_text, safe_for_log
    from .rules.bind import bind, find
    from .runtime.local import LocalRuntime

    here = LocalRuntime(_root(), shell.environ)
    documents = here.documents(_path(given.file), _path(given.rules))
    rules = here.rules(documents, given.environment)
    planned = plan(documents.checklist, rules, bind(documents.checklist, rules))
    if given.item:
        wanted = {item.line for item in find(documents.checklist, rules, given.item)}
        planned = tuple(each for each in planned if each.item.line in wanted)
    explained = explanations(planned)
    secrets = secrets_among(named_variables(documents.checklist, rules), documents.checklist, rules)
    if given.format == "json":
        shell.out.write(redact_text(as_json(explained), shell.environ, secrets))
    else:
        shell.out.write(safe_for_log(as_text(explained), shell.environ, secrets))
    return Exit.READY


def _init(given: argparse.Namespace, shell: Shell) -> int:
    from .commands.init import init

    return init(_root(), _path(given.file), pin=given.pin, out=shell.out)


def _workflow(given: argparse.Namespace, shell: Shell) -> int:
    from .commands.workflow import workflows
    from .runtime.local import LocalRuntime

    here = LocalRuntime(_root(), shell.environ)
    documents = here.documents(_path(given.file), _path(given.rules))
    rules = here.rules(documents, given.environment)
    given_here = {
        "environment": rules.environment,
        "checklist": documents.checklist.path if given.file else None,
        "rules": rules.path if given.rules else None,
    }
    inputs = {name: value for name, value in given_here.items() if value}
    shell.out.write(workflows(documents.checklist, rules, inputs))
    return Exit.READY


def _ruleset(given: argparse.Namespace, shell: Shell) -> int:
    from .commands.ruleset import ruleset

    shell.out.write(ruleset(given.environment, app_id=given.app_id))
    return Exit.READY


def _schema(given: argparse.Namespace, shell: Shell) -> int:
    import json

    from .rules.schema import json_schema

    shell.out.write(json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n")
    return Exit.READY


def _action(environ: Mapping[str, str], out: TextIO) -> int:
    from .action import run as run_action

    return run_action(environ, out)


def _deadline(given: str) -> timedelta:
    from .data_formats import duration

    try:
        return duration(given)
    except ValueError:
        raise Unusable("--deadline takes a duration", hint="such as 30s or 5m") from None


def _root() -> Path:
    """What paths in the rules are relative to, and where the documents are looked for; typed paths
    lead from here.
    """
    from .world.files import root_of

    try:
        return root_of(Path.cwd())
    except FileNotFoundError:
        raise Unusable("this folder is gone", hint="go to the repository's folder") from None


def _path(given: str | None) -> Path | None:
    return Path(given) if given else None


def _values(given: argparse.Namespace | None, environ: Mapping[str, str]) -> Mapping[str, str]:
    """The shell's variables and those of the env file, if one was given and can be read."""
    path = _path(getattr(given, "env_file", None))
    if path is None:
        return environ
    from .world.variables import ProcessVariables

    try:
        return ProcessVariables.of_shell(environ, path).everything()
    except Unusable:
        return environ
