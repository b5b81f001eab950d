"""`init`: the rules file from the checklist's words. It overwrites no line that a person wrote."""

from __future__ import annotations

import os
import posixpath
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from shlex import quote
from typing import TypedDict

from msgspec import Struct
from msgspec.structs import asdict, replace

from ..checklist.model import Checklist
from ..checklist.parse import parse
from ..engine.plan import plan
from ..errors import Exit, Unusable
from ..inference.drafting.answers import read_answers
from ..inference.drafting.known import Known
from ..inference.drafting.questions import OpenQuestion
from ..inference.init_writer import Proposal, ReleasingJobs, no_job, proposed
from ..publish import files as writing
from ..rules.bind import bind
from ..rules.load import RulesFile, load
from ..rules.open_questions import open_questions
from ..run import document_files
from ..run.document_files import Documents
from ..world import files
from .amend_rules import Amendment, amended, in_first_environment
from .init_result import AutomationCounts, InitQuestion, InitResult, NextCommand
from .lint import secret_names
from .mistakes import mistakes_of

RULES = files.RULES[0]
_SCHEMA = "deploy-checklist.schema.json"  # as docs/rules.md calls it
_HOW_TO_COMPLETE = """\
# For completion in your editor, run this at the root of the repository:
#     deploy-checklist schema > {schema}
# Then make this the first line: `{modeline}`
#
"""

Ask = Callable[[Sequence[OpenQuestion]], Mapping[str, object]]


class AnswersText(Struct, frozen=True):
    """The answers as written, and the name of their file."""

    text: str
    file: str


class InitOptions(Struct, frozen=True, kw_only=True):
    """What `init` does in addition to writing a new file."""

    pin: bool = False
    add: bool = False  # rules for items that have none
    answers: AnswersText | None = None
    ask: Ask | None = None  # asks a person; None where nobody is there


class Written(Struct, frozen=True, kw_only=True):
    """What `init` did, and which variables are secrets: none of their values may be shown."""

    result: InitResult
    secrets: frozenset[str]


def init(
    root: Path,
    file: Path | None,
    *,
    options: InitOptions | None = None,
    releasing: ReleasingJobs = no_job,
) -> Written:
    """Writes the rules file, and with `pin` the pins into the checklist; or amends the one that is
    there. `releasing` says which jobs of the workflows release after a command.

    Raises Unusable if there is a rules file already and nothing to write into it.
    """
    options = options or InitOptions()
    there = _rules_there(root)
    amends = options.add or options.answers or options.ask
    if there is not None and (options.pin or not amends):
        message = f"{there} already exists; init does not overwrite it"
        hint = (
            "to answer its open questions use `--answers FILE`; to add rules for items that "
            "have none use `--add`; to start again, rename the file"
        )
        raise Unusable(message, hint=hint)
    documents = document_files.from_folder(root, file, None)
    path = (file or root / documents.checklist.path).resolve()
    propose = _proposing(root, path, documents, releasing, pin=options.pin)
    if there is not None:
        return _amend(root, there, documents, propose, options)
    return _create(root, path, documents, propose, options)


def _create(
    root: Path,
    path: Path,
    documents: Documents,
    propose: Callable[..., Proposal],
    options: InitOptions,
) -> Written:
    """Writes a new rules file. `path` is the checklist's."""
    proposal = propose()
    answers = _answers(proposal.questions, options)
    if answers:
        proposal = propose(known=Known(given=answers))
    text = _lines_for_editors(root) + proposal.text
    rules = load(text, RULES)  # what init writes, check reads
    checklist, pinned = documents.checklist, b""
    if proposal.pins:
        data = files.read(path, what="checklist", limit=files.CHECKLIST_LIMIT)
        pinned = _with_pins(data, checklist, proposal.pins)
    result = InitResult(
        change="created",
        rules=RULES,
        checklist=checklist.path,
        **counts(checklist, rules),
        pinned=len(proposal.pins),
        answered=tuple(answers),
        questions=tuple(map(_as_question, proposal.questions)),
        private_domains=Known(given=answers).private_domains,
        next=_next_commands(rules, left_open=bool(proposal.questions)),
    )
    secrets = secret_names(replace(documents, rules=rules))
    if proposal.pins:
        writing.replace(path, pinned)
    writing.create_below(root, RULES, text.encode("utf-8", "replace"))
    return Written(result=result, secrets=secrets)


def _lines_for_editors(root: Path) -> str:
    """The comment by which an editor finds the JSON Schema, if its file is there; else how to get
    it: a comment that names a missing file is an error in the editor. The path in it leads from the
    folder of the rules file.
    """
    folder = posixpath.dirname(RULES)
    candidates = (f"{folder}/{_SCHEMA}", _SCHEMA)
    found = next((path for path in candidates if (root / path).is_file()), None)
    schema = posixpath.relpath(found or _SCHEMA, folder)
    modeline = f"# yaml-language-server: $schema={schema}"
    return f"{modeline}\n" if found else _HOW_TO_COMPLETE.format(schema=_SCHEMA, modeline=modeline)


def questions(
    root: Path, file: Path | None, *, releasing: ReleasingJobs = no_job
) -> tuple[Sequence[OpenQuestion], frozenset[str]]:
    """What is open in the rules file that is there, or would be in the one that `init` writes; and
    which variables are secrets. Writes nothing.
    """
    documents = document_files.from_folder(root, file, None)
    path = (file or root / documents.checklist.path).resolve()
    propose = _proposing(root, path, documents, releasing, pin=False)
    there = _rules_there(root)
    secrets = secret_names(documents)
    if there is None:
        return propose().questions, secrets
    return _amendment(root, there, documents, propose).open, secrets


def unwritten(error: Unusable, root: Path | None) -> InitResult:
    """The result if nothing was written."""
    return InitResult(
        exit_code=Exit.UNUSABLE,
        change="none",
        rules=None,
        checklist=None,
        errors=mistakes_of(error, root),
    )


def _rules_there(root: Path) -> str | None:
    return next((name for name in files.RULES if os.path.lexists(root / name)), None)


def _proposing(
    root: Path, path: Path, documents: Documents, releasing: ReleasingJobs, *, pin: bool
) -> Callable[..., Proposal]:
    """What makes a proposal for the checklist at a path, of what is `known`."""
    inside = path.is_relative_to(root.resolve())
    return partial(
        proposed,
        documents.checklist,
        path=documents.checklist.path if inside else None,
        pin=pin,
        exists=documents.exists,
        releasing=releasing,
        runs=documents.runs,
    )


def _answers(questions: Sequence[OpenQuestion], options: InitOptions) -> Mapping[str, object]:
    if options.answers is not None:
        return read_answers(options.answers.text, options.answers.file, questions)
    return options.ask(questions) if options.ask is not None and questions else {}


def _amendment(
    root: Path, name: str, documents: Documents, propose: Callable[..., Proposal]
) -> Amendment:
    data = files.read(root / name, what="rules file", limit=files.RULES_LIMIT)
    return Amendment.of(data.decode("utf-8"), name, documents, propose)


def _amend(
    root: Path,
    name: str,
    documents: Documents,
    propose: Callable[..., Proposal],
    options: InitOptions,
) -> Written:
    amendment = _amendment(root, name, documents, propose)
    asks_only = not (options.add or options.answers)
    if asks_only and not open_questions(amendment.text):
        message = f"{name} already exists and has no open questions"
        raise Unusable(message, hint="to add rules for items that have none, use `--add`")
    answers: Mapping[str, object] = {}
    if options.answers or asks_only:
        answers = _answers(amendment.all if options.answers else amendment.open, options)
    found = amended(amendment, answers, add=options.add)
    is_new = found.text != amendment.text
    rules = load(found.text, name)
    by_id = {each.id: each for each in amendment.all}
    result = InitResult(
        change="changed" if is_new else "none",
        rules=name,
        checklist=documents.checklist.path,
        **counts(documents.checklist, rules),
        added=found.added if options.add else None,
        answered=found.answered,
        not_taken=found.not_taken,
        questions=tuple(
            _as_question(by_id[id_]) if id_ in by_id else _of_no_item(id_) for id_ in found.left
        ),
        private_domains=found.private_domains,
        next=(_LOOK,) if is_new else (),
    )
    secrets = secret_names(replace(documents, rules=rules))
    if is_new:
        writing.replace_below(root, name, found.text.encode())
    return Written(result=result, secrets=secrets)


_LOOK = NextCommand(command="deploy-checklist lint", why="review the changes")


def _as_question(question: OpenQuestion) -> InitQuestion:
    return InitQuestion(**asdict(question))


def _of_no_item(id_: str) -> InitQuestion:
    return InitQuestion(
        id=id_, item=None, line=None, question=None, example=None, choices=(), default=None
    )


class Counted(TypedDict):
    """The fields of InitResult that count what the rules file does."""

    rule_count: int
    item_count: int
    automation: AutomationCounts
    checks: Mapping[str, int]


def counts(checklist: Checklist, file: RulesFile) -> Counted:
    """How many items a rules file leaves to people, in the environment that is declared first."""
    rules = in_first_environment(file)
    planned = plan(checklist, rules, bind(checklist, rules))
    asked = [each for each in planned if not each.item.is_title]
    by_whom = Counter[str](each.automation for each in asked)
    checks = Counter(
        kind
        for each in asked
        for kind in {use.kind for step in each.steps for use in step.clause.uses}
    )
    return Counted(
        rule_count=len(rules.rules),
        item_count=len(asked),
        automation=AutomationCounts(**by_whom),
        checks=dict(sorted(checks.items())),
    )


def _next_commands(file: RulesFile, *, left_open: bool) -> tuple[NextCommand, ...]:
    """What to do with a rules file that was written."""
    commands = {
        "deploy-checklist lint": "check that it fits the checklist, then commit it",
        f"deploy-checklist check{_flag(file)}": "what is done, what is open, who is next",
    }
    if left_open:
        again = "answers the open questions: in a terminal, or with `--answers FILE`"
        commands = {"deploy-checklist init": again, **commands}
    return tuple(NextCommand(command=command, why=why) for command, why in commands.items())


def _flag(file: RulesFile) -> str:
    """The flag without which `check` refuses rules of several environments; else nothing."""
    declared = list(file.environments)
    if len(declared) < 2:
        return ""
    usual = "production" if "production" in declared else declared[0]
    return f" -e {quote(usual)}"


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
            f"{checklist.path} cannot be pinned: the pins would change how its items are read",
            hint="run init without --pin",
        )
    return pinned
