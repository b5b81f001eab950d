"""Where the lines of a job are in its file, so that others can be put beside them.

A workflow file is a person's: its lines are never rewritten, only the place for new lines is named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from msgspec import Struct

from ..data_formats import Node, parse_yaml

_BLANK_OR_COMMENT = re.compile(r"[ ]*(?:#.*)?")


class LineChange(Struct, frozen=True, kw_only=True):
    """Lines to put before a line of a file; `replaced`: instead of that line."""

    line: int  # from 1; one more than the file has: at its end
    lines: tuple[str, ...]
    what: str  # "step 3 `Deploy`, the first that deploys": what is in that line
    how: str = "before"  # or "instead of" that line, or "after" the one before it

    @property
    def place(self) -> str:
        """ "before line 31", with the line that a person looks for."""
        return f"{self.how} line {self.line - (self.how == 'after')}"


class YamlEntry(Struct, frozen=True, kw_only=True):
    """One entry of a block list or block mapping. Lines count from 1; `end` is its last."""

    start: int
    end: int
    indent: int  # of its dash or key
    inner: int = 2  # how much further its content is indented


class JobLayout(Struct, frozen=True, kw_only=True):
    """A job's lines. `obstacle`: why no step can be added to its steps as they are."""

    key: YamlEntry
    fields: Mapping[str, YamlEntry]
    steps: tuple[YamlEntry, ...]
    obstacle: str | None
    apart: bool  # there is a blank line between its steps


def job_layout(text: str, job_id: str) -> JobLayout | None:
    """The lines of a job; None if it is an alias or written in one line."""
    lines = text_lines(text)
    jobs = _mapping(parse_yaml(text, "", anchors=True)).get("jobs")
    job = _mapping(jobs).get(job_id) if jobs is not None else None
    if job is None or job.line <= job.key_line or not _mapping(job):
        return None
    key = _entry(lines, job.key_line, job.key_column - 1)
    fields = {
        name: _entry(lines, node.key_line, node.key_column - 1)
        for name, node in _mapping(job).items()
    }
    if not all(key.start <= each.start <= key.end for each in fields.values()):
        return None
    steps = _mapping(job).get("steps")
    items = steps.value if steps is not None and isinstance(steps.value, list) else []
    obstacle = _obstacle(lines, fields["steps"], items) if "steps" in fields else "it has no steps"
    entries = () if obstacle else tuple(_item(lines, node) for node in items)
    return JobLayout(
        key=key,
        fields=fields,
        steps=entries,
        obstacle=obstacle,
        apart=any(not lines[one.end].strip() for one, _ in pairwise(entries)),
    )


def text_lines(text: str) -> list[str]:
    """The lines of a file without their ends, CRLF or LF."""
    return [line.removesuffix("\r") for line in text.split("\n")]


def above(lines: Sequence[str], entry: YamlEntry) -> int:
    """The line to put something before: that of the entry, or of the comment right above it."""
    line = entry.start
    comment = re.compile(rf"[ ]{{{entry.indent}}}#.*")
    while line > 1 and comment.fullmatch(lines[line - 2]):
        line -= 1
    return line


def changed(text: str, changes: Sequence[LineChange]) -> str:
    """The text with the changes made, as a person would, with the file's own line ends."""
    end = "\r\n" if "\r\n" in text else "\n"
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    for change in sorted(changes, key=lambda each: each.line, reverse=True):
        at = min(change.line - 1, len(lines))
        if at == len(lines) and lines and not lines[-1].endswith("\n"):
            lines[-1] += end
        lines[at : at + (change.how == "instead of")] = [line + end for line in change.lines]
    return "".join(lines)


def _obstacle(lines: Sequence[str], steps: YamlEntry, items: Sequence[Node]) -> str | None:
    written = lines[steps.start - 1].partition(":")[2].strip()
    if written.startswith("*"):
        return f"its steps are an alias, `{written.split()[0]}`"
    if written.startswith(("[", "{")):
        return "its steps are written in flow style, in brackets"
    if not items:
        return "its steps are not a list"
    if any(lines[node.line - 1][: node.column - 1].strip() not in ("", "-") for node in items):
        return "its steps are written in flow style, in brackets"
    if not all(steps.start < node.line <= steps.end for node in items):
        return "some lines of its steps are indented less than the steps"
    return None


def _item(lines: Sequence[str], node: Node) -> YamlEntry:
    """A list's entry, from the line of its dash on."""
    line, indent = node.line, node.column - 1
    before = lines[line - 1][:indent]
    if "-" in before:
        dash = before.index("-")
        return _entry(lines, line, dash, inner=max(indent - dash, 2))
    while line > 1 and not lines[line - 1].lstrip().startswith("-"):
        line -= 1
    dash = len(lines[line - 1]) - len(lines[line - 1].lstrip())
    return _entry(lines, line, dash, inner=max(indent - dash, 2))


def _entry(lines: Sequence[str], line: int, indent: int, inner: int = 2) -> YamlEntry:
    """What begins at a line: until the next one that is indented no further and says something.

    A list may stand as far to the left as its key.
    """
    is_key = lines[line - 1][indent : indent + 1] != "-"
    last = line
    for number in range(line, len(lines)):
        each = lines[number]
        if _BLANK_OR_COMMENT.fullmatch(each):
            continue
        at = len(each) - len(each.lstrip(" "))
        if at < indent or (at == indent and not (is_key and each[at] == "-")):
            break
        last = number + 1
    # A comment that is indented as far as the last line's entry belongs to it.
    while last < len(lines) and re.fullmatch(rf"[ ]{{{indent + 1},}}#.*", lines[last]):
        last += 1
    return YamlEntry(start=line, end=last, indent=indent, inner=inner)


def _mapping(node: Node | None) -> Mapping[str, Node]:
    return node.value if node is not None and isinstance(node.value, dict) else {}
