"""Arguments that several commands take."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path


def app_id(command: argparse.ArgumentParser) -> None:
    """The App whose status counts."""
    command.add_argument(
        "--app-id",
        type=int,
        metavar="N",
        help="the id of the GitHub App that posts the status (default: GitHub Actions)",
    )


def documents(command: argparse.ArgumentParser) -> None:
    """The checklist and its rules."""
    command.add_argument(
        "file",
        type=Path,
        nargs="?",
        metavar="FILE",
        help="the checklist (default: the one that the rules name, else the only one found)",
    )
    command.add_argument(
        "--rules",
        type=Path,
        metavar="F",
        help="the rules file (default: .github/deploy-checklist.yml or deploy-checklist.yml)",
    )


def output(command: argparse.ArgumentParser) -> None:
    """Where to write."""
    command.add_argument("--output", metavar="F", help="write to this file instead of the screen")


def output_format(command: argparse.ArgumentParser, formats: Sequence[str]) -> None:
    """In which format to write; the first one is the default."""
    command.add_argument(
        "--format",
        choices=formats,
        default=formats[0],
        help=f"the format of the output (default: {formats[0]})",
    )


def env_file(given: str) -> Path:
    """The file with the values; only `-` itself is standard input, which as a path is `./-` too."""
    if given != "-" and Path(given) == Path("-"):
        raise argparse.ArgumentTypeError(
            f"{given!r} could mean standard input: give its whole path"
        )
    return Path(given)


def environment(command: argparse.ArgumentParser) -> None:
    """Which environment."""
    command.add_argument(
        "-e",
        "--environment",
        metavar="ENV",
        help="the environment to release to, such as staging or production",
    )


def looking(command: argparse.ArgumentParser) -> None:
    """What is checked, and how."""
    documents(command)
    environment(command)
    command.add_argument(
        "--env-file",
        type=env_file,
        metavar="F",
        help="read the variables only from this file, or `-` for standard input; your shell's "
        "variables are ignored",
    )
    command.add_argument(
        "--phase",
        choices=["before", "deploy", "after"],
        default="before",
        help="the items to judge: before the deployment, in the job that deploys, or after it "
        "(default: before)",
    )
    command.add_argument(
        "--offline",
        action="store_true",
        help="open no network connection; checks that need one count as not checked",
    )
    command.add_argument(
        "--strict",
        action="store_true",
        help="block the release also while the checklist and the rules disagree",
    )
    command.add_argument(
        "--deadline",
        default="60s",
        metavar="60s",
        help="time limit for all checks together; unfinished checks count as not checked "
        "(default: 60s)",
    )
    command.add_argument("--now", help=argparse.SUPPRESS)
