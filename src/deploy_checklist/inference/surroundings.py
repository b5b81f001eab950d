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
from .patterns.sentence import Context, ProposedCheck
from .phrases import any_of

_IN_GITIGNORE = re.compile(r"\.gitignore|git-?ignored?\b")
_IN_CHANGELOG, _FILES = any_of(phrases.CHANGELOG), any_of(phrases.FILES)
_ASKS_MORE, _NOT_UPLOADED = any_of(vetoes.ASKS_MORE), any_of(vetoes.NOT_UPLOADED)
_ACTS = (any_of(phrases.GONE), any_of(phrases.WRITTEN), any_of(vetoes.PERSONS_ACT), _ASKS_MORE)

Runs = Callable[[str], bool]  # whether a workflow of the repository runs a command


class Surroundings(Struct, frozen=True, kw_only=True):
    """What an item's words do not say themselves."""

    paths: DocumentPaths
    runs: Runs | None  # None: the repository is not at hand
    context: Context = Context()
    elsewhere: bool = False  # its section is about another place than this job


def context_of(section: tuple[str, ...], parent: Item | None) -> Context:
    """What the headings above an item, and the item that it is in, say of it."""
    above = f"{' '.join(section[-1:])} {parent.text if parent else ''}".lower()
    headings = " ".join(section).lower()
    asks_more = vetoes.negated(headings) or any(words.search(headings) for words in _ACTS)
    in_gitignore = _IN_GITIGNORE.search(above) is not None
    return Context(
        only_lists=parent is None and not asks_more and not in_gitignore,
        of_files=_FILES.search(" ".join(section[-1:]).lower()) is not None,
        in_gitignore=in_gitignore,
        in_changelog=_IN_CHANGELOG.search(above) is not None,
        keeps_out=_NOT_UPLOADED.search(above) is not None,
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
