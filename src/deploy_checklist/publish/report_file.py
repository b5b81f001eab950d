"""The report file: the JSON that other steps read, or whatever `--output` asks for."""

from __future__ import annotations

from pathlib import Path

from . import files


def write_at(path: Path, text: str) -> None:
    """Where the person at the command line said; the file itself may be no link."""
    files.replace(path, text.encode("utf-8", "replace"))


def write_below(workspace: Path, relative: str, text: str) -> None:
    """Below the workspace, which holds files of others: no part of the path may be a link or lead out."""
    files.replace_below(workspace, relative, text.encode("utf-8", "replace"))
