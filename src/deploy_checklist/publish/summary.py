"""The job's summary: GITHUB_STEP_SUMMARY."""

from __future__ import annotations

from pathlib import Path

from . import files

MOST = 1024 * 1024  # bytes; GitHub drops a larger one whole
_NOTE = "\n**… cut here: a summary has room for 1 MiB. The input `report-file` has everything written.**\n"


def write(path: Path, text: str) -> None:
    """Adds the text, cut between lines and saying so if there is no room for all of it beside what is there already."""
    there = path.stat().st_size if path.is_file() else 0
    files.append(path, fitted(text, MOST - there))


def fitted(text: str, room: int) -> bytes:
    """At most `room` bytes, whole lines only; what was opened is closed."""
    content = text.encode("utf-8", "replace")
    if len(content) <= room:
        return content
    note = _NOTE.encode()
    kept = content[: max(room - len(note) - 200, 0)].rpartition(b"\n")[0]
    opened = max(kept.count(b"<details>") - kept.count(b"</details>"), 0)
    cut = kept + b"\n" + b"</details>\n" * opened + note
    return cut if len(cut) <= room else b""
