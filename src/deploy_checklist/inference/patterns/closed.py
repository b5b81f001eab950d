"""The closed sentence forms of `phrases`, and the checks that verify all the words of one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ..phrases import FORMS, PARTS
from ..tokenize import TokenizedText
from . import commands, files, releases, variables
from .sentence import ProposedCheck

Build = Callable[[TokenizedText, re.Match[str]], list[ProposedCheck]]


@dataclass(frozen=True)
class SentencePattern:
    """A closed sentence form, an example of it, and the checks that a sentence of it asks for."""

    says: str
    example: str
    build: Build = field(repr=False)
    mark: str  # the beginning of one that every such sentence has
    only_if_run: bool  # closed only where a workflow of this repository runs the command
    only_in_lists: bool  # closed only where nothing above the item asks more
    only_of_files: bool  # and only if the heading mentions files

    @cached_property
    def regex(self) -> re.Pattern[str]:
        return re.compile(self.says)


def _assigned(text: TokenizedText, found: re.Match[str]) -> list[ProposedCheck]:
    check = variables.of_assignment(text.marked(found["assignment"]))
    is_runners = check.variable in variables.RUNNERS_OWN
    return [check] if "equals" in check.rule and not is_runners else []


def _equal(text: TokenizedText, found: re.Match[str]) -> list[ProposedCheck]:
    names, value = text.within(found["names"]), text.marked(found["value"]).text
    if len(names) != 1 or not variables.is_literal(value):
        return []
    check = variables.equality(names[0].names[0], value)
    return [check] if "equals" in check.rule else []


def _run(text: TokenizedText, found: re.Match[str]) -> list[ProposedCheck]:
    return [commands.run(text.marked(found["command"]).text)]


def _exist(text: TokenizedText, found: re.Match[str]) -> list[ProposedCheck]:
    paths = _paths(text, found)
    return [] if any(map(files.elsewhere, paths)) else [files.existence(path) for path in paths]


def _ignored(text: TokenizedText, found: re.Match[str]) -> list[ProposedCheck]:
    *paths, last = (token.text for token in text.within(found[0]))
    return files.git_ignores([*paths, *([] if last.endswith(".gitignore") else [last])])


def _entry(text: TokenizedText, found: re.Match[str]) -> list[ProposedCheck]:
    paths = [token.text for token in text.within(found[0])]
    if paths and "change" not in paths[0].lower():
        return []
    return [releases.entry(paths[0] if paths else "CHANGELOG.md")]


def _names(text: TokenizedText, found: re.Match[str]) -> list[str]:
    return [name for token in text.within(found["names"]) for name in token.names]


def _paths(text: TokenizedText, found: re.Match[str]) -> list[str]:
    return [token.text for token in text.within(found["paths"])]


_BUILD: Mapping[str, Build] = {
    "present": lambda text, found: [variables.presence(name) for name in _names(text, found)],
    "absent": lambda text, found: [variables.absence(name) for name in _names(text, found)],
    "secure": lambda text, found: [variables.security(name) for name in _names(text, found)],
    "assigned": _assigned,
    "equal": _equal,
    "run": _run,
    "green": lambda _text, _found: [commands.green()],
    "exist": _exist,
    "ignored": _ignored,
    "untracked": lambda text, found: files.git_tracks_no(_paths(text, found)),
    "entry": _entry,
}
# What a text without this mark cannot say.
_MARKS = {"NAMES": "⟨n", "ASSIGNMENT": "⟨a", "COMMAND": "⟨c", "PATHS": "⟨p"}
_PART = re.compile("|".join(PARTS))


def _expanded(says: str) -> str:
    """A sentence form, or a part of one, with each part that it names."""
    return _PART.sub(lambda found: _expanded(PARTS[found[0]]), says)


def _pattern(asked: str, says: str) -> SentencePattern:
    heading, _, example = asked.partition(": ")
    return SentencePattern(
        says=_expanded(says),
        example=example,
        build=_BUILD[heading.split(" ", 1)[0]],
        mark=next((mark for part, mark in _MARKS.items() if part in says), ""),
        only_if_run="if run" in heading,
        only_in_lists="in a list" in heading,
        only_of_files="of files" in heading,
    )


_LINES = [line.strip() for line in FORMS.strip().splitlines()]
CLOSED = tuple(map(_pattern, _LINES[::2], _LINES[1::2]))
