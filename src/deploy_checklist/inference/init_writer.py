"""Writes a rules file from a checklist's own words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from ..checklist.model import Checklist, Section
from ..rules.yaml_writer import comment, to_yaml, to_yaml_key, to_yaml_lines
from .drafting.draft import Draft, draft, is_below, sections_of_one_environment
from .drafting.items import DraftedItem
from .drafting.keys import RuleKeys
from .drafting.known import DOMAIN, FACT, MEMBERS, Known, question_id
from .drafting.questions import OpenQuestion
from .drafting.roles import roles_of
from .drafting.rule_lines import item_lines
from .paths import Exists, nothing_exists
from .patterns.sentence import ProposedCheck
from .surroundings import Runs
from .understand import Understood, understood

_HEAD = """\
# Written by `deploy-checklist init` from {path}. This file is yours now: edit it as you like.
# Each `# TODO` is a question that the checklist leaves open. Answer it here, or with
# `deploy-checklist init --answers`. Each line below a rule that begins with `#` is an optional
# check: correct it and remove the `#`.
version: 1
"""
_ASSIST = """
# A person decides about anything that could not be checked. A check that found a mistake fails.
# Delete this line if an item that could not be checked should hold the release, too.
unverified: sign
"""
_HEADINGS = {
    "environments": "Each environment, with the values that rules use as `${name}`.",
    "facts": "Each yes or no that a `when:` can use.",
    "roles": "Who may sign. `write` is everybody with write access. Name people or teams instead, "
    'such as ["@login", "@organisation/team"].',
    "sections": "Checked in that environment only (`-e`). `environment: any` checks a section in "
    "every environment.",
}
_OPEN = "its value is not answered yet, see `environments:`"

ReleasingJobs = Callable[[str], Sequence[str]]  # of a command: the jobs that release after it


def no_job(_command: str) -> Sequence[str]:
    """For a run without the workflows."""
    return ()


class Entry(Struct, frozen=True):
    """Lines of a block that belong together."""

    id: str  # of the question that it answers, or `item:` and the item's line; empty: of a heading
    lines: tuple[str, ...]
    needs: tuple[str, ...] = ()  # the ids of entries of other blocks that the lines name


class Proposal(Struct, frozen=True, kw_only=True):
    """The file's text and its parts, the questions in it, and the pins that the checklist needs."""

    text: str
    blocks: Mapping[str, tuple[Entry, ...]]  # by their keys in the file
    questions: tuple[OpenQuestion, ...]
    pins: Mapping[int, str]  # by the item's line


def proposed(
    checklist: Checklist,
    *,
    path: str | None,
    pin: bool,
    exists: Exists = nothing_exists,
    releasing: ReleasingJobs = no_job,
    known: Known | None = None,
    runs: Runs | None = None,
) -> Proposal:
    """The rules file for a checklist. `path` is the checklist's path from the repository's root;
    `pin` asks for keys that are pins; `exists` tells which files are in the repository, and
    `releasing` which jobs of its workflows release after a command, and `runs` which commands they
    run.
    """
    known = known or Known()
    sections = sections_of_one_environment(checklist)
    is_in_its_environment = partial(is_below, sections)

    def understand(part: Checklist) -> Mapping[int, Understood]:
        found = understood(part, exists, is_in_its_environment, runs)
        return {line: _with_jobs(each, releasing) for line, each in found.items()}

    drafted = draft(checklist, understand, known)
    keys = RuleKeys(checklist, pin=pin)
    by_id = {each.id: each for each in drafted.questions}
    blocks = {
        "environments": tuple(_environments(drafted, known, by_id)),
        "facts": tuple(_facts(drafted, known, by_id)),
        "roles": tuple(_roles(roles_of(checklist), known, by_id)),
        "sections": tuple(Entry("", _setting(each)) for each in sections.values()),
        "items": tuple(_items(drafted, keys, exists, by_id)),
    }
    parts = [
        _HEAD.format(path=comment(checklist.path)),
        f"checklist: {to_yaml(path)}\n" if path else "",
        _ASSIST,
        *(block_text(name, entries) for name, entries in blocks.items()),
    ]
    return Proposal(text="".join(parts), blocks=blocks, questions=drafted.questions, pins=keys.pins)


def block_text(name: str, entries: Sequence[Entry]) -> str:
    """A block of the file; nothing if it has no entries, except that `items:` must be there."""
    lines = [line for entry in entries for line in entry.lines]
    if not lines:
        return "\nitems: {}\n" if name == "items" else ""
    heading = [f"# {_HEADINGS[name]}"] if name in _HEADINGS else []
    return "\n".join(["", *heading, f"{name}:", *lines]) + "\n"


def _with_jobs(found: Understood, releasing: ReleasingJobs) -> Understood:
    """The same, with the jobs that release in the place of `before: tag`."""
    checks = [_naming_jobs(check, releasing) for check in found.checks]
    return replace(found, checks=tuple(checks))


def _naming_jobs(check: ProposedCheck, releasing: ReleasingJobs) -> ProposedCheck:
    workflow = check.rule.get("workflow")
    jobs = releasing(str(workflow.get("runs"))) if isinstance(workflow, Mapping) else ()
    if not isinstance(workflow, Mapping) or not jobs:
        return check
    return replace(check, rule={"workflow": {**workflow, "before": {"jobs": list(jobs)}}})


def _todo(question: OpenQuestion, example: str) -> str:
    words = comment(f"{question.question} For example: {example}")
    return f"# TODO {question.id} {words}"


def _environments(
    drafted: Draft, known: Known, questions: Mapping[str, OpenQuestion]
) -> Iterator[Entry]:
    """An entry for each environment with a question or an answer about its domain."""
    ids = {name: question_id(DOMAIN, name) for name in drafted.environments}
    some_known = any(known.has(DOMAIN, (name,)) for name in ids)
    for name, id_ in ids.items():
        if id_ in known.given:
            yield Entry(id_, tuple(to_yaml_lines({name: {"domain": known.given[id_]}}, 2)))
        elif id_ in known.declared or id_ not in questions:
            continue
        else:
            example = f"{name}: {to_yaml({'domain': questions[id_].example})}"
            declared = f"{to_yaml_key(name)}: {{}}  " if some_known else ""
            yield Entry(id_, (f"  {declared}{_todo(questions[id_], example)}",))


def _facts(drafted: Draft, known: Known, questions: Mapping[str, OpenQuestion]) -> Iterator[Entry]:
    """An entry for each condition."""
    for name in dict.fromkeys(each.fact for each in drafted.conditions.values()):
        id_ = question_id(FACT, name)
        if id_ in known.given:
            yield Entry(id_, tuple(to_yaml_lines({name: known.given[id_]}, 2)))
        elif id_ not in known.declared and id_ in questions:
            fact = {"env": questions[id_].example, "default": False}
            example = f"{to_yaml_key(name)}: {to_yaml(fact)}"
            yield Entry(id_, (f"  {_todo(questions[id_], example)}",))


def _roles(
    roles: Sequence[str], known: Known, questions: Mapping[str, OpenQuestion]
) -> Iterator[Entry]:
    for name in roles:
        id_ = question_id(MEMBERS, name)
        if id_ in known.declared:
            continue
        members = known.given.get(id_, ["write"])
        line = f"  {to_yaml_key(name)}: {to_yaml(members)}"
        if id_ in questions:
            line += f"  {_todo(questions[id_], to_yaml(questions[id_].example))}"
        yield Entry(id_, (line,))


def _items(
    drafted: Draft, keys: RuleKeys, exists: Exists, questions: Mapping[str, OpenQuestion]
) -> Iterator[Entry]:
    section: tuple[str, ...] | None = None
    is_next = False
    for each in drafted.items:
        lines = item_lines(each, keys, exists, _item_todo(each, questions))
        if not lines:
            continue
        if each.item.section != section:
            section = each.item.section
            title = f"  # {comment(' › '.join(section))}"
            blank = ("",) if is_next else ()
            yield Entry("", (*blank, title) if section else blank)
        is_next = True
        yield Entry(f"item:{each.item.line}", tuple(lines), tuple(_needed(each, drafted)))


def _needed(each: DraftedItem, drafted: Draft) -> Iterator[str]:
    """The ids of what an item's rules name, or will name once its question is answered."""
    yield from (question_id(MEMBERS, role) for role in each.by)
    if condition := drafted.conditions.get(each.item.line):
        yield question_id(FACT, condition.fact)
    if each.uses_domain:
        yield from (question_id(DOMAIN, name) for name in drafted.environments)


def _item_todo(drafted: DraftedItem, questions: Mapping[str, OpenQuestion]) -> str:
    if drafted.asks == DOMAIN:
        return f"  # TODO {DOMAIN}: {_OPEN}"
    question = questions.get(drafted.asks or "")
    if question is None:
        return ""
    if question.kind == FACT:
        return f"  # TODO {question.id} {comment(question.question)}"
    return f"  {_todo(question, to_yaml(question.example))}"


def _setting(section: Section) -> tuple[str, ...]:
    environment = {"environment": section.known_environment}
    return tuple(to_yaml_lines({section.title: environment}, 2))
