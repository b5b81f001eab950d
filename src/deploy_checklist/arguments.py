"""The arguments of the command line. `command_help.py` has the help of each command."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from . import __version__, screen
from .argument_parser import Parser
from .command_help import COMMANDS, DESCRIPTION, EPILOG
from .report.formats import FORMATS
from .schemas import SCHEMAS
from .shared_arguments import (
    app_id,
    documents,
    env_file,
    environment,
    looking,
    output,
    output_format,
)

# What git forbids in the name of a branch.
_NO_BRANCH = re.compile(r"[\x00-\x20\x7f~^:\\]|^[/-]|/$|//|\.\.")

_SHELLS = ["bash", "zsh", "fish", "tcsh", "powershell"]


def parser() -> argparse.ArgumentParser:
    """Every command and flag, with its help."""
    top = Parser(prog="deploy-checklist", description=DESCRIPTION, epilog=EPILOG)
    top.add_argument("--version", action="version", version=f"deploy-checklist {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, about in COMMANDS.items():
        command = commands.add_parser(
            name, help=about.summary, description=about.description, epilog=about.epilog
        )
        _ADD_ARGUMENTS[name](command)
    return top


def _explain_arguments(explain: argparse.ArgumentParser) -> None:
    documents(explain)
    environment(explain)
    which = explain.add_mutually_exclusive_group()
    which.add_argument(
        "--item", metavar="ID", help="show only this item: its id, or the key of its rule"
    )
    which.add_argument(
        "--check",
        metavar="KIND",
        help="describe this kind of check and its parameters, such as tls",
    )
    output_format(explain, ("text", "json"))


def _completion_arguments(completion: argparse.ArgumentParser) -> None:
    completion.add_argument("shell", choices=_SHELLS, help="your shell")


def _doctor_arguments(doctor: argparse.ArgumentParser) -> None:
    documents(doctor)
    environment(doctor)
    app_id(doctor)
    output_format(doctor, ("text", "json"))


def _ruleset_arguments(ruleset: argparse.ArgumentParser) -> None:
    documents(ruleset)
    environment(ruleset)
    ruleset.add_argument(
        "--branch",
        type=_branch,
        metavar="NAME",
        help="print the ruleset for this branch instead of the one for tags: it requires the "
        "status before a pull request is merged",
    )
    app_id(ruleset)


def _branch(given: str) -> str:
    """The branch's name; GitHub's pages also write it with `refs/heads/` in front. A ruleset for a
    name that no branch can have (`~DEFAULT_BRANCH` after `refs/heads/`) would protect nothing.
    """
    name = given.removeprefix("refs/heads/")
    if not name or name.startswith("refs/") or _NO_BRANCH.search(name):
        raise argparse.ArgumentTypeError(f"{given!r} is not a valid branch name")
    return name


def _workflow_arguments(workflow: argparse.ArgumentParser) -> None:
    documents(workflow)
    environment(workflow)
    workflow.add_argument(
        "--job", metavar="FILE:JOB", help="the job that deploys, if the command finds several"
    )
    workflow.add_argument(
        "--names-only",
        action="store_true",
        help="pass no values to the gate, only a `metadata-token` that reads the names of secrets",
    )
    write = "write new files only, and print the steps to add to your existing workflows"
    workflow.add_argument("--write", action="store_true", help=write)


def _lint_arguments(lint: argparse.ArgumentParser) -> None:
    documents(lint)
    strict = "exit with 1 for warnings too; notices never count"
    lint.add_argument("--strict", action="store_true", help=strict)
    form = "github marks the lines on a pull request (default: text)"
    lint.add_argument("--format", choices=["text", "json", "github"], default="text", help=form)


def _compare_arguments(compare: argparse.ArgumentParser) -> None:
    compare.add_argument(
        "environments",
        nargs=2,
        metavar="ENV",
        help="the two environments, such as staging production",
    )
    documents(compare)
    compare.add_argument(
        "--env-file",
        nargs=2,
        type=env_file,
        metavar="F",
        help="the two files of variables, in the same order; one may be `-` for standard input",
    )
    output_format(compare, ("text", "json", "markdown"))
    output(compare)


def _fleet_arguments(fleet: argparse.ArgumentParser) -> None:
    fleet.add_argument(
        "reports",
        nargs="+",
        metavar="REPORT",
        help="a file, a folder (its *.json and *.jsonl files), a quoted glob, or `-` for standard "
        "input",
    )
    output_format(fleet, ("markdown", "html", "json"))
    output(fleet)
    fleet.add_argument("--now", help=argparse.SUPPRESS)


def _init_arguments(init: argparse.ArgumentParser) -> None:
    init.add_argument(
        "file",
        type=Path,
        nargs="?",
        metavar="FILE",
        help="the checklist (default: the only one found)",
    )
    init.add_argument(
        "--pin",
        action="store_true",
        help="also pin items without a variable in the checklist, by a comment that GitHub does "
        "not show: then their rules still apply after you reword them",
    )
    init.add_argument(
        "--questions",
        choices=["json"],
        help="list the open questions with example answers, and write nothing",
    )
    init.add_argument(
        "--answers",
        metavar="F",
        help="read the answers from a YAML or JSON file of `id: answer`, or `-` for standard "
        "input; in an existing rules file this replaces only the `# TODO` lines that init "
        "wrote",
    )
    init.add_argument(
        "--add",
        action="store_true",
        help="add rules to the existing rules file for items that have none",
    )
    output_format(init, ("text", "json"))


def _schema_arguments(schema: argparse.ArgumentParser) -> None:
    which = schema.add_mutually_exclusive_group()
    for name, (_, about) in SCHEMAS.items():
        which.add_argument(
            f"--{name}", dest="of", action="store_const", const=name, default="rules", help=about
        )


def _verify_arguments(verify: argparse.ArgumentParser) -> None:
    verify.add_argument("report", type=Path, metavar="REPORT", help="the JSON report")
    verify.add_argument("--checklist", type=Path, metavar="F", help="the checklist that was judged")
    verify.add_argument("--rules", type=Path, metavar="F", help="the rules file that was used")
    verify.add_argument("--evidence", type=Path, metavar="F", help="the evidence about this report")


def _forecast_arguments(forecast: argparse.ArgumentParser) -> None:
    looking(forecast)
    forecast.add_argument(
        "--until",
        metavar="DAY",
        help="the last day of the forecast, such as 2027-01-31 (default: in 90 days)",
    )
    output_format(forecast, ("text", "markdown", "json"))
    forecast.add_argument(
        "--output", metavar="F", help="write the forecast to this file instead of the screen"
    )


def _check_arguments(check: argparse.ArgumentParser) -> None:
    looking(check)
    check.add_argument(
        "--on",
        metavar="DAY",
        help="print a forecast: judge what is found now as if it were this future day or time",
    )
    check.add_argument(
        "--mode",
        choices=["enforce", "report"],
        default="enforce",
        help="enforce: the exit code blocks the release; report: always exit with 0 "
        "(default: enforce)",
    )
    output_format(check, tuple(FORMATS))
    output(check)
    check.add_argument(
        "--evidence",
        metavar="F",
        help="also write the evidence, an in-toto Statement about the report; needs --format json "
        "and --output",
    )
    check.add_argument(
        "--subject",
        action="append",
        default=[],
        metavar="S",
        help="an artefact that the evidence also covers: a path, a glob, or name@sha256:…; repeat "
        "it for more",
    )
    check.add_argument(
        "--color",
        choices=screen.COLOURS,
        default="auto",
        help="colour the text; auto: on a terminal that is not dumb, or if FORCE_COLOR is set, but "
        "never if NO_COLOR is set (default: auto)",
    )
    check.add_argument(
        "-v", "--verbose", action="store_true", help="show for every check where it looked"
    )


_ADD_ARGUMENTS: Mapping[str, Callable[[argparse.ArgumentParser], None]] = {
    "check": _check_arguments,
    "forecast": _forecast_arguments,
    "lint": _lint_arguments,
    "explain": _explain_arguments,
    "init": _init_arguments,
    "workflow": _workflow_arguments,
    "ruleset": _ruleset_arguments,
    "doctor": _doctor_arguments,
    "compare": _compare_arguments,
    "fleet": _fleet_arguments,
    "schema": _schema_arguments,
    "verify": _verify_arguments,
    "completion": _completion_arguments,
}
