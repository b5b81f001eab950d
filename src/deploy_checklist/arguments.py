"""The arguments of the command line, and their help."""

from __future__ import annotations

import argparse
import os
from functools import partial
from pathlib import Path
from typing import Any

from . import __version__, screen
from .report.formats import FORMATS
from .schemas import SCHEMAS

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

_VERIFY_EPILOG = "exit codes: 0 all agrees · 1 something does not · 2 a file cannot be used"
_VERIFY = "hold a JSON report to its own items and to its files; reads no signature"


class _Parser(argparse.ArgumentParser):
    """Takes flags in full only, and leaves the help as it is written here."""

    def __init__(self, **given: Any) -> None:  # noqa: ANN401 - argparse's own
        width = screen.width(os.environ) - 2  # once: argparse makes a formatter for each flag
        formatter = partial(argparse.RawDescriptionHelpFormatter, width=width)
        super().__init__(**given, formatter_class=formatter, allow_abbrev=False)


def parser() -> argparse.ArgumentParser:
    """Every command and flag, with help that teaches."""
    top = _Parser(
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
    _documents(explain)
    _environment(explain)
    explain.add_argument("--item", metavar="ID", help="only this item (its id, or a rule's key)")
    form = "json: the same for a program (default: text)"
    explain.add_argument("--format", choices=["text", "json"], default="text", help=form)

    init = commands.add_parser(
        "init", help="write the rules file from the checklist's words; changes no line of yours"
    )
    _init_arguments(init)

    workflow = commands.add_parser(
        "workflow", help="print the gate's workflows, and the steps for the job that deploys"
    )
    _workflow_arguments(workflow)

    ruleset = commands.add_parser(
        "ruleset", help="print the tag ruleset that requires the gate's status"
    )
    _ruleset_arguments(ruleset)

    fleet = commands.add_parser(
        "fleet", help="the reports of many repositories on one page", epilog=_FLEET_EPILOG
    )
    _fleet_arguments(fleet)

    schema = commands.add_parser(
        "schema", help="print the JSON Schema of the rules file, for editors; or of what is printed"
    )
    _schema_arguments(schema)
    _verify_arguments(
        commands.add_parser("verify", help=_VERIFY, description=_VERIFY, epilog=_VERIFY_EPILOG)
    )
    return top


def _ruleset_arguments(ruleset: argparse.ArgumentParser) -> None:
    _documents(ruleset)
    _environment(ruleset)
    ruleset.add_argument(
        "--app-id",
        type=int,
        metavar="N",
        help="the App that posts the status (default: GitHub Actions)",
    )


def _workflow_arguments(workflow: argparse.ArgumentParser) -> None:
    _documents(workflow)
    _environment(workflow)
    workflow.add_argument(
        "--job", metavar="FILE:JOB", help="the job that deploys, where several may be the one"
    )
    write = "write the files that are new, and no other; print what goes into your own"
    workflow.add_argument("--write", action="store_true", help=write)


def _lint_arguments(lint: argparse.ArgumentParser) -> None:
    _documents(lint)
    strict = "exit 1 if they disagree, a question is open, or a CODEOWNERS file leaves a file out"
    lint.add_argument("--strict", action="store_true", help=strict)
    github = "github marks the lines on a pull request (default: text)"
    lint.add_argument("--format", choices=["text", "json", "github"], default="text", help=github)


def _documents(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "file",
        type=Path,
        nargs="?",
        metavar="FILE",
        help="the checklist (default: the one the rules name, else the only one that is there)",
    )
    command.add_argument(
        "--rules",
        type=Path,
        metavar="F",
        help="the rules file (default: .github/deploy-checklist.yml or deploy-checklist.yml)",
    )


def _fleet_arguments(fleet: argparse.ArgumentParser) -> None:
    fleet.add_argument(
        "reports",
        nargs="+",
        metavar="REPORT",
        help="a file, a folder (its *.json and *.jsonl), a glob in quotes, or `-`: standard input",
    )
    fleet.add_argument("--format", choices=["markdown", "html", "json"], default="markdown")
    _output(fleet)
    fleet.add_argument("--now", help=argparse.SUPPRESS)


def _output(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--output", metavar="F", help="write the rendering to this file instead of the screen"
    )


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


def _verify_arguments(verify: argparse.ArgumentParser) -> None:
    verify.add_argument("report", type=Path, metavar="REPORT", help="the JSON report")
    verify.add_argument("--checklist", type=Path, metavar="F", help="the checklist that it is of")
    verify.add_argument("--rules", type=Path, metavar="F", help="the rules file that it is of")
    verify.add_argument("--evidence", type=Path, metavar="F", help="the evidence that is about it")


def _environment(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "-e",
        "--environment",
        metavar="ENV",
        help="which environment is gated: staging, production, …",
    )


def _looking(command: argparse.ArgumentParser) -> None:
    """What is looked at, and how."""
    _documents(command)
    _environment(command)
    command.add_argument(
        "--env-file",
        type=Path,
        metavar="F",
        help="read the variables from this file only, not from the shell",
    )
    command.add_argument(
        "--phase",
        choices=["before", "deploy", "after"],
        default="before",
        help="which items are asked (default: before)",
    )
    command.add_argument(
        "--offline",
        action="store_true",
        help="open no connection; what would need one is not checked",
    )
    command.add_argument(
        "--strict",
        action="store_true",
        help="what checklist and rules disagree on holds the release, too",
    )
    command.add_argument(
        "--deadline",
        default="60s",
        metavar="60s",
        help="time limit for all checks; what is unfinished then is not checked",
    )
    command.add_argument("--now", help=argparse.SUPPRESS)


def _forecast_arguments(forecast: argparse.ArgumentParser) -> None:
    _looking(forecast)
    forecast.add_argument(
        "--until", metavar="DAY", help="the last day, such as 2027-01-31 (default: in 90 days)"
    )
    forecast.add_argument("--format", choices=["text", "markdown", "json"], default="text")
    forecast.add_argument(
        "--output", metavar="F", help="write the forecast to this file instead of the screen"
    )


def _check_arguments(check: argparse.ArgumentParser) -> None:
    _looking(check)
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
    _output(check)
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
        "-v", "--verbose", action="store_true", help="show the evidence of every check"
    )
