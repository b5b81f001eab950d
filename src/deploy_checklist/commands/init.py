"""`init`: the rules file from the checklist's words, ready to commit. Overwrites nothing."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from ..checklist.model import Checklist
from ..checklist.parse import parse
from ..errors import Exit, Unusable
from ..inference.init_writer import Proposal, ReleasingJobs, no_job, proposed
from ..publish import files as writing
from ..report.escape import log_text
from ..report.view import counted
from ..rules.load import load
from ..run import document_files
from ..world import files

RULES = files.RULES[0]


def init(
    root: Path,
    file: Path | None,
    *,
    pin: bool,
    out: TextIO,
    releasing: ReleasingJobs = no_job,
) -> int:
    """Writes the rules file, and with `pin` the pins into the checklist. `releasing` tells which
    jobs of the workflows release after a command.

    Raises Unusable if there is a rules file already.
    """
    for name in files.RULES:
        if os.path.lexists(root / name):
            message = f"{name} is there already, and init never overwrites"
            raise Unusable(message, hint="rename it, and compare")
    documents = document_files.from_folder(root, file, None)
    checklist = documents.checklist
    path = (file or root / checklist.path).resolve()
    inside = path.is_relative_to(root.resolve())
    proposal = proposed(
        checklist,
        path=checklist.path if inside else None,
        pin=pin,
        exists=documents.exists,
        releasing=releasing,
        runs=documents.runs,
    )
    load(proposal.text, RULES)  # what init writes, check reads
    if proposal.pins:
        data = files.read(path, what="checklist", limit=files.CHECKLIST_LIMIT)
        writing.replace(path, _with_pins(data, checklist, proposal.pins))
    writing.create_below(root, RULES, proposal.text.encode("utf-8", "replace"))
    out.write(log_text(_summary(checklist, proposal, os.path.relpath(root / RULES))))
    return Exit.READY


def _with_pins(data: bytes, checklist: Checklist, pins: Mapping[int, str]) -> bytes:
    """The same file with a pin after the text of each of these items.

    Raises Unusable if anything else of the file would be read differently.
    """
    lines = data.splitlines(keepends=True)
    for item in checklist.items:
        if item.line in pins:
            at = item.line - 1 + item.markdown.count("\n")
            body = lines[at].rstrip()
            pin = f" <!-- rule: {pins[item.line]} -->".encode()
            lines[at] = body + pin + lines[at][len(body) :]
    pinned = b"".join(lines)
    again = parse(pinned.decode("utf-8-sig"), checklist.path)
    expected = [(item.line, item.text, pins.get(item.line, item.pin)) for item in checklist.items]
    if [(item.line, item.text, item.pin) for item in again.items] != expected:
        raise Unusable(
            f"{checklist.path} cannot be pinned: its items would be read differently",
            hint="run init without --pin",
        )
    return pinned


def _summary(checklist: Checklist, proposal: Proposal, written: str) -> str:
    items = sum(not item.is_title for item in checklist.items)
    first = f"wrote {written}   {counted(items, 'item')}"
    steps = "commit the file, and run  deploy-checklist lint"
    if proposal.questions:
        questions = counted(len(proposal.questions), "question")
        first += f", {questions} left open (`# TODO`)"
        steps = f"answer the questions, {steps}"
    lines = [first]
    lines += [f"  line {line:<4} {question}" for line, question in proposal.questions]
    if proposal.pins:
        lines.append(f"pinned {len(proposal.pins)} items in {checklist.path}")
    lines += ["", f"Next   {steps}"]
    return "\n".join(lines) + "\n"
