"""What is known of an item besides its words: headings, the repository's files and workflows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from ..checklist.model import Item
from . import phrases, vetoes
from .paths import DocumentPaths
from .patterns import commands
from .patterns.sentence import Context, ProposedCheck, SentencePattern

_IN_GITIGNORE = re.compile(r"\.gitignore|git-?ignored?\b")
_OPPOSITE = (phrases.GONE, vetoes.DENIED, vetoes.MISTAKES)
_ASKS_MORE = (phrases.GONE, phrases.WRITTEN, vetoes.PERSONS_ACT, vetoes.ASKS_MORE)

Runs = Callable[[str], bool]  # whether a workflow of the repository runs a command


class Surroundings(Struct, frozen=True, kw_only=True):
    """What an item's words do not say themselves."""

    paths: DocumentPaths
    runs: Runs | None  # None: the repository is not at hand
    section: tuple[str, ...]
    is_nested: bool
    context: Context
    elsewhere: bool  # its section, or an item that it is in, is about another place than this job
    other_environment: bool  # they name another environment than the one of this job
    conditional: bool  # an item that it is in may not hold in a release
    for_others: bool  # what is above it is copied for a release, or is for contributors
    after: bool  # an item that it is in is about what was deployed


def context_of(section: tuple[str, ...], parent: Item | None) -> Context:
    """What the innermost heading, and the item that it is in, say of an item."""
    above = f"{' '.join(section[-1:])} {parent.text if parent else ''}".lower()
    return Context(
        in_gitignore=_IN_GITIGNORE.search(above) is not None,
        in_changelog=phrases.CHANGELOG.found_in(above),
        keeps_out=phrases.NOT_UPLOADED.found_in(above),
        opposite=asks_opposite(above),
    )


def asks_opposite(above: str) -> bool:
    """Whether what is listed below these words, in lower case, must not be there or not be so."""
    return any(words.found_in(above) for words in _OPPOSITE)


def may_be_closed(pattern: SentencePattern, around: Surroundings) -> bool:
    """Whether the item stands where the pattern is closed: in any place, or in a list that asks no
    more than that what it names is there.
    """
    if not pattern.only_in_lists:
        return True
    headings = " ".join(around.section).lower()
    asks_more = any(words.found_in(headings) for words in _ASKS_MORE) or vetoes.negated(headings)
    if around.is_nested or around.context.in_gitignore or asks_more:
        return False
    return not pattern.only_of_files or phrases.FILES.found_in(
        " ".join(around.section[-1:]).lower()
    )


def grounded(checks: Iterable[ProposedCheck], around: Surroundings) -> Iterator[ProposedCheck]:
    """The same. In a checkout it is a question whether the words ask for a file that is not there,
    or for a command that no workflow runs.
    """
    for check in checks:
        path, ci = check.rule.get("file"), check.rule.get("ci")
        command = ci.get("runs") if isinstance(ci, Mapping) else None
        is_there = True
        if around.runs is not None and isinstance(path, str) and check.only_named:
            is_there = around.paths.exists(path.rstrip("/")) is not False
        elif around.runs is not None and isinstance(command, str):
            is_there = around.runs(command)
        yield check if is_there else replace(check, maybe=True)


def located(check: ProposedCheck, paths: DocumentPaths) -> ProposedCheck | None:
    """The same check of the file that the document means; None if that is none."""
    workflow = check.rule.get("workflow")
    if isinstance(workflow, Mapping) and workflow.get("mentions") == commands.THIS_CHECKLIST:
        return replace(check, rule={"workflow": {**workflow, "mentions": paths.name}})
    for kind, name in (("file", "path"), ("data", "file")):
        given = check.rule.get(kind)
        written = given.get(name) if isinstance(given, Mapping) else given
        if not isinstance(written, str):
            continue
        found = paths.of_words(written)
        if found is None:
            return None
        content = {**given, name: found} if isinstance(given, Mapping) else found
        description = check.description.replace(written, found, 1)
        return replace(check, rule={**check.rule, kind: content}, description=description)
    return check
