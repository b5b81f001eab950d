"""The arguments of the command line, and their help."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TypeAlias

from . import __version__, screen
from .argument_parser import Parser
from .report.formats import FORMATS
from .schemas import SCHEMAS
from .shared_arguments import app_id, documents, environment, looking, output

# What git allows in no name of a branch.
_NO_BRANCH = re.compile(r"[\x00-\x20\x7f~^:\\]|^[/-]|/$|//|\.\.")

_EPILOG = """\
first minute:
  deploy-checklist check                                  what holds, what does not, \
whose turn it is
  deploy-checklist check -e production --env-file .env    with values to look at
  deploy-checklist explain                                how each item was understood
  deploy-checklist init                                   write the rules file

exit codes: 0 ready · 1 blocked or waiting · 2 unusable input, nothing was judged \
· 3 something was not checked, or nothing passed
"""

_FLEET_EPILOG = """\
A file holds one report as `check --format json` and the input `report-file` write it, a list of
them, or one on each line. A file that cannot be read is a row that says why.

exit codes: 0 every report was read, whatever its verdict · 1 one could not be read · \
2 no report found
"""

_RULESET = "print the ruleset of the tags, or of a branch, that requires the gate's status"
_DOCTOR = "is the gate in force? what on GitHub requires its status, and who may do without"
_DOCTOR_EPILOG = """\
Asks GitHub with the token in GH_TOKEN or GITHUB_TOKEN, and writes nothing.

exit codes: 0 in force · 1 not in force · 2 unusable input · 3 that could not be told
"""

_VERIFY_EPILOG = "exit codes: 0 all agrees · 1 something does not · 2 a file cannot be used"
_VERIFY = "hold a JSON report to its own items and to its files; reads no signature"


_SHELLS = ["bash", "zsh", "fish", "tcsh", "powershell"]
_COMPLETION = "print the script that completes commands and flags in a shell"

_COMPARE = "what two environments lack, share and mix up; shows no value"
_COMPARE_EPILOG = """\
Without --env-file the names that GitHub stores are compared, with GH_TOKEN: the environments', and
what the repository and its organization give to both. With two files, their values, too.

exit codes: 0 nothing to settle · 1 something is · 2 unusable input · 3 GitHub did not tell
"""


_Commands: TypeAlias = "argparse._SubParsersAction[Parser]"


def parser() -> argparse.ArgumentParser:
    """Every command and flag, with help that teaches."""
    top = Parser(
        prog="deploy-checklist",
        description="The deployment checklist you already have, as a release gate.",
        epilog=_EPILOG,
    )
    top.add_argument("--version", action="version", version=f"deploy-checklist {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)

    check = commands.add_parser("check", help="judge every item; the exit code is the gate")
    _check_arguments(check)

    forecast = commands.add_parser(
        "forecast", help="what changes by its date: a rotation, a certificate, a waiver, a sign-off"
    )
    _forecast_arguments(forecast)

    lint = commands.add_parser(
        "lint", help="where checklist and rules disagree; no secrets, no network"
    )
    _lint_arguments(lint)

    explain = commands.add_parser("explain", help="how each item was understood, and why")
    _explain_arguments(explain)

    init = commands.add_parser(
        "init", help="write the rules file from the checklist's words; changes no line of yours"
    )
    _init_arguments(init)

    workflow = commands.add_parser(
        "workflow", help="print the gate's workflows, and the steps for the job that deploys"
    )
    _workflow_arguments(workflow)

    _ruleset_arguments(commands.add_parser("ruleset", help=_RULESET))
    _doctor_arguments(commands.add_parser("doctor", help=_DOCTOR, epilog=_DOCTOR_EPILOG))

    _add_compare(commands)

    fleet = commands.add_parser(
        "fleet", help="the reports of many repositories on one page", epilog=_FLEET_EPILOG
    )
    _fleet_arguments(fleet)

    schema = commands.add_parser(
        "schema", help="print the JSON Schema of the rules file, for editors; or of what is printed"
    )
    _schema_arguments(schema)
    _add_verify(commands)
    _add_completion(commands)
    return top


def _explain_arguments(explain: argparse.ArgumentParser) -> None:
    documents(explain)
    environment(explain)
    which = explain.add_mutually_exclusive_group()
    which.add_argument("--item", metavar="ID", help="only this item (its id, or a rule's key)")
    which.add_argument(
        "--check", metavar="KIND", help="what a kind of check looks at and takes, such as tls"
    )
    form = "json: the same for a program (default: text)"
    explain.add_argument("--format", choices=["text", "json"], default="text", help=form)


def _add_completion(commands: _Commands) -> None:
    completion = commands.add_parser("completion", help=_COMPLETION)
    completion.add_argument("shell", choices=_SHELLS, help="the shell to complete in")


def _doctor_arguments(doctor: argparse.ArgumentParser) -> None:
    documents(doctor)
    environment(doctor)
    app_id(doctor)
    form = "json: the same for a program (default: text)"
    doctor.add_argument("--format", choices=["text", "json"], default="text", help=form)


def _ruleset_arguments(ruleset: argparse.ArgumentParser) -> None:
    documents(ruleset)
    environment(ruleset)
    ruleset.add_argument(
        "--branch",
        type=_branch,
        metavar="NAME",
        help="print the ruleset of this branch instead, which requires the status of the pull "
        "request before it is merged",
    )
    app_id(ruleset)


def _branch(given: str) -> str:
    """The branch's name, which GitHub's pages also write with `refs/heads/` in front. A ruleset of
    a name that no branch can have (`~DEFAULT_BRANCH` behind `refs/heads/`) would hold nothing.
    """
    name = given.removeprefix("refs/heads/")
    if not name or name.startswith("refs/") or _NO_BRANCH.search(name):
        raise argparse.ArgumentTypeError(f"{given!r} is no branch")
    return name


def _workflow_arguments(workflow: argparse.ArgumentParser) -> None:
    documents(workflow)
    environment(workflow)
    workflow.add_argument(
        "--job", metavar="FILE:JOB", help="the job that deploys, where several may be the one"
    )
    workflow.add_argument(
        "--names-only",
        action="store_true",
        help="pass no value to the gate: only a `metadata-token`, which reads the names of secrets",
    )
    write = "write the files that are new, and no other; print what goes into your own"
    workflow.add_argument("--write", action="store_true", help=write)


def _lint_arguments(lint: argparse.ArgumentParser) -> None:
    documents(lint)
    strict = "exit 1 for every warning; a notice never counts"
    lint.add_argument("--strict", action="store_true", help=strict)
    github = "github marks the lines on a pull request (default: text)"
    lint.add_argument("--format", choices=["text", "json", "github"], default="text", help=github)


def _add_compare(commands: _Commands) -> None:
    compare = commands.add_parser(
        "compare", help=_COMPARE, description=_COMPARE, epilog=_COMPARE_EPILOG
    )
    compare.add_argument("environments", nargs=2, metavar="ENV", help="staging production")
    documents(compare)
    compare.add_argument(
        "--env-file",
        nargs=2,
        type=Path,
        metavar="F",
        help="the files of the two environments, in the same order; one may be `-`: standard input",
    )
    compare.add_argument("--format", choices=["text", "json", "markdown"], default="text")
    output(compare)


def _fleet_arguments(fleet: argparse.ArgumentParser) -> None:
    fleet.add_argument(
        "reports",
        nargs="+",
        metavar="REPORT",
        help="a file, a folder (its *.json and *.jsonl), a glob in quotes, or `-`: standard input",
    )
    fleet.add_argument("--format", choices=["markdown", "html", "json"], default="markdown")
    output(fleet)
    fleet.add_argument("--now", help=argparse.SUPPRESS)


def _init_arguments(init: argparse.ArgumentParser) -> None:
    init.add_argument(
        "file",
        type=Path,
        nargs="?",
        metavar="FILE",
        help="the checklist (default: the one that is there)",
    )
    init.add_argument(
        "--pin",
        action="store_true",
        help="also add invisible pins to prose items, so that rewording them is safe",
    )
    init.add_argument(
        "--questions",
        choices=["json"],
        help="list what the checklist leaves open, with example answers; write nothing",
    )
    init.add_argument(
        "--answers",
        metavar="F",
        help="answer from a YAML or JSON file, or `-`: `id: answer`; in a rules file that is there "
        "only lines that are still init's own `# TODO` are replaced",
    )
    init.add_argument(
        "--add",
        action="store_true",
        help="add rules for items that have none to the rules file that is there",
    )
    form = "json: what was written and what is left open, for a program (default: text)"
    init.add_argument("--format", choices=["text", "json"], default="text", help=form)


def _schema_arguments(schema: argparse.ArgumentParser) -> None:
    which = schema.add_mutually_exclusive_group()
    for name, (_, about) in SCHEMAS.items():
        which.add_argument(
            f"--{name}", dest="of", action="store_const", const=name, default="rules", help=about
        )


def _add_verify(commands: _Commands) -> None:
    verify = commands.add_parser("verify", help=_VERIFY, description=_VERIFY, epilog=_VERIFY_EPILOG)
    verify.add_argument("report", type=Path, metavar="REPORT", help="the JSON report")
    verify.add_argument("--checklist", type=Path, metavar="F", help="the checklist that it is of")
    verify.add_argument("--rules", type=Path, metavar="F", help="the rules file that it is of")
    verify.add_argument("--evidence", type=Path, metavar="F", help="the evidence that is about it")


def _forecast_arguments(forecast: argparse.ArgumentParser) -> None:
    looking(forecast)
    forecast.add_argument(
        "--until", metavar="DAY", help="the last day, such as 2027-01-31 (default: in 90 days)"
    )
    forecast.add_argument("--format", choices=["text", "markdown", "json"], default="text")
    forecast.add_argument(
        "--output", metavar="F", help="write the forecast to this file instead of the screen"
    )


def _check_arguments(check: argparse.ArgumentParser) -> None:
    looking(check)
    check.add_argument(
        "--on",
        metavar="DAY",
        help="a forecast: judge what is seen now as of a day or a time to come",
    )
    check.add_argument(
        "--mode",
        choices=["enforce", "report"],
        default="enforce",
        help="report: show the same, exit 0",
    )
    check.add_argument("--format", choices=list(FORMATS), default="text")
    output(check)
    check.add_argument(
        "--evidence",
        metavar="F",
        help="also write what the report came to as an in-toto Statement about it; needs "
        "--format json and --output",
    )
    check.add_argument(
        "--subject",
        action="append",
        default=[],
        metavar="S",
        help="an artefact that the evidence is about, too: a path, a glob, or name@sha256:…",
    )
    check.add_argument(
        "--color",
        choices=screen.COLOURS,
        default="auto",
        help="colours in text (default: auto: on a terminal, unless NO_COLOR is set)",
    )
    check.add_argument(
        "-v", "--verbose", action="store_true", help="show the evidence of every check"
    )
