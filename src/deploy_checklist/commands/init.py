"""`init`: the rules file from the checklist's words. It overwrites no line that a person wrote."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TextIO

from msgspec import Struct, to_builtins

from ..checklist.model import Checklist
from ..checklist.parse import parse
from ..errors import Exit, Unusable
from ..inference.drafting.answers import read_answers
from ..inference.drafting.known import Known
from ..inference.drafting.questions import OpenQuestion
from ..inference.init_writer import Proposal, ReleasingJobs, no_job, proposed
from ..publish import files as writing
from ..report.escape import log_text
from ..report.json_v1 import data_text
from ..report.view import counted
from ..rules.load import load
from ..rules.open_questions import open_questions
from ..run import document_files
from ..run.document_files import Documents
from ..world import files
from .amend_rules import Amendment, amended, private_domains_notice

RULES = files.RULES[0]

Ask = Callable[[Sequence[OpenQuestion]], Mapping[str, object]]


class AnswersText(Struct, frozen=True):
    """The answers as they were written, and the name of their file."""

    text: str
    file: str


class InitOptions(Struct, frozen=True, kw_only=True):
    """What `init` is to do besides writing a new file."""

    pin: bool = False
    add: bool = False  # rules for items that have none
    only_questions: bool = False  # lists them, and writes nothing
    answers: AnswersText | None = None
    ask: Ask | None = None  # asks a person; None where nobody is there


def init(
    root: Path,
    file: Path | None,
    *,
    out: TextIO,
    options: InitOptions | None = None,
    releasing: ReleasingJobs = no_job,
) -> int:
    """Writes the rules file, and with `pin` the pins into the checklist; or amends the one that is
    there. `releasing` tells which jobs of the workflows release after a command.

    Raises Unusable if there is a rules file already and nothing to write into it.
    """
    options = options or InitOptions()
    there = next((name for name in files.RULES if os.path.lexists(root / name)), None)
    amends = options.add or options.only_questions or options.answers or options.ask
    if there is not None and (options.pin or not amends):
        message = f"{there} is there already; init does not overwrite it"
        hint = (
            "`--answers FILE` answers its open questions, `--add` writes rules for items that have"
            " none; to begin again, rename the file"
        )
        raise Unusable(message, hint=hint)
    documents = document_files.from_folder(root, file, None)
    path = (file or root / documents.checklist.path).resolve()
    inside = path.is_relative_to(root.resolve())
    propose = partial(
        proposed,
        documents.checklist,
        path=documents.checklist.path if inside else None,
        pin=options.pin,
        exists=documents.exists,
        releasing=releasing,
        runs=documents.runs,
    )
    if there is not None:
        return _amend(root, there, documents, propose, options, out)
    proposal = propose()
    if options.only_questions:
        return _list_questions(proposal.questions, out)
    answers = _answers(proposal.questions, options)
    if answers:
        proposal = propose(known=Known(given=answers))
    load(proposal.text, RULES)  # what init writes, check reads
    if proposal.pins:
        data = files.read(path, what="checklist", limit=files.CHECKLIST_LIMIT)
        writing.replace(path, _with_pins(data, documents.checklist, proposal.pins))
    writing.create_below(root, RULES, proposal.text.encode("utf-8", "replace"))
    written = os.path.relpath(root / RULES)
    summary = _summary(documents.checklist, proposal, written)
    out.write(log_text(summary + private_domains_notice(Known(given=answers))))
    return Exit.READY


def _answers(questions: Sequence[OpenQuestion], options: InitOptions) -> Mapping[str, object]:
    if options.answers is not None:
        return read_answers(options.answers.text, options.answers.file, questions)
    return options.ask(questions) if options.ask is not None and questions else {}


def _list_questions(questions: Sequence[OpenQuestion], out: TextIO) -> int:
    out.write(data_text(to_builtins(list(questions))))
    return Exit.READY


def _amend(
    root: Path,
    name: str,
    documents: Documents,
    propose: Callable[..., Proposal],
    options: InitOptions,
    out: TextIO,
) -> int:
    data = files.read(root / name, what="rules file", limit=files.RULES_LIMIT)
    amendment = Amendment.of(data.decode("utf-8"), name, documents, propose)
    if options.only_questions:
        return _list_questions(amendment.open, out)
    asks_only = not (options.add or options.answers)
    if asks_only and not open_questions(amendment.text):
        message = f"{name} is there already, and no question in it is open"
        raise Unusable(message, hint="`--add` writes rules for items that have none")
    answers: Mapping[str, object] = {}
    if options.answers or asks_only:
        answers = _answers(amendment.all if options.answers else amendment.open, options)
    text, told = amended(amendment, answers, add=options.add)
    if text != amendment.text:
        writing.replace_below(root, name, text.encode())
    out.write(log_text(told))
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
    if proposal.questions:
        questions = counted(len(proposal.questions), "question")
        first += f", {questions} left open (`# TODO`)"
    lines = [first]
    lines += [f"  line {each.line:<4} {each.question}" for each in proposal.questions]
    if proposal.pins:
        lines.append(f"pinned {len(proposal.pins)} items in {checklist.path}")
    lines += ["", _next_steps(left_open=bool(proposal.questions))]
    return "\n".join(lines) + "\n"


def _next_steps(*, left_open: bool) -> str:
    """What to do with a rules file that was written."""
    steps = [
        "deploy-checklist lint       does it fit the checklist? Then commit it",
        "deploy-checklist check      what holds, what does not, whose turn it is",
    ]
    if left_open:
        again = "on a terminal, asks the open questions again; or `--answers FILE`"
        steps.insert(0, f"deploy-checklist init       {again}")
    return "Next   " + "\n       ".join(steps)
