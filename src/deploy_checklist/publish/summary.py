"""The job's summary: GITHUB_STEP_SUMMARY."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..report import markdown
from ..report.model import Report
from . import files
from .base import Destinations

MOST = 1024 * 1024  # bytes; GitHub drops a larger one whole
_NOTE = (
    "\n**… cut here: a summary has room for 1 MiB. "
    "Set the input `report-file` to get the whole report.**\n"
)


def text(report: Report, to: Destinations) -> str | None:
    """The report as Markdown, on a runner."""
    if to.context.github_step_summary is None:
        return None
    return markdown.render(report, boxes=False)


def write(text: str, report: Report, to: Destinations) -> Mapping[str, str]:
    """Adds it to what other steps have written."""
    append(Path(to.context.github_step_summary or ""), text)
    return {}


def append(path: Path, text: str) -> None:
    """Adds the text, cut between lines if it does not fit after what is already in the file."""
    files.append(path, fitted(text, MOST - files.size(path)))


def fitted(text: str, room: int) -> bytes:
    """At most `room` bytes, whole lines only; open elements are closed."""
    content = text.encode("utf-8", "replace")
    if len(content) <= room:
        return content
    note = _NOTE.encode()
    kept = content[: max(room - len(note) - 200, 0)].rpartition(b"\n")[0]
    opened = max(kept.count(b"<details>") - kept.count(b"</details>"), 0)
    cut = kept + b"\n" + b"</details>\n" * opened + note
    return cut if len(cut) <= room else b""
