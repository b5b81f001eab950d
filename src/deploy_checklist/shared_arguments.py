"""Arguments that several commands take."""

from __future__ import annotations

import argparse
from pathlib import Path


def app_id(command: argparse.ArgumentParser) -> None:
    """Whose status counts."""
    command.add_argument(
        "--app-id",
        type=int,
        metavar="N",
        help="the App that posts the status (default: GitHub Actions)",
    )


def documents(command: argparse.ArgumentParser) -> None:
    """The checklist and its rules."""
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


def output(command: argparse.ArgumentParser) -> None:
    """Where to write."""
    command.add_argument(
        "--output", metavar="F", help="write the rendering to this file instead of the screen"
    )


def environment(command: argparse.ArgumentParser) -> None:
    """Which environment."""
    command.add_argument(
        "-e",
        "--environment",
        metavar="ENV",
        help="which environment is gated: staging, production, …",
    )


def looking(command: argparse.ArgumentParser) -> None:
    """What is looked at, and how."""
    documents(command)
    environment(command)
    command.add_argument(
        "--env-file",
        type=Path,
        metavar="F",
        help="read the variables from this file only (`-`: the standard input), not from the shell",
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
