"""The report file: the JSON that other steps read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..report.model import Report
from . import files
from .base import Destinations


def text(report: Report, to: Destinations) -> str | None:
    """The JSON report, if the input `report-file` asks for it."""
    if to.inputs.report_file is None:
        return None
    from ..report import json_v1

    return json_v1.render(report)


def write(text: str, report: Report, to: Destinations) -> Mapping[str, str]:
    """Below the workspace."""
    path = to.inputs.report_file or ""
    write_below(Path(to.context.github_workspace or Path.cwd()), path, text)
    return {"report": path}


def write_at(path: Path, text: str) -> None:
    """At the path given at the command line; the file itself must be no link."""
    files.replace(path, text.encode("utf-8", "replace"))


def write_below(workspace: Path, relative: str, text: str) -> None:
    """Below a folder with files of others: no part of the path may be a link or lead out."""
    files.replace_below(workspace, relative, text.encode("utf-8", "replace"))
