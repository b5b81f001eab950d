"""The variables that a repository's files name, compared with those of its checklist."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..checklist.model import Drift
from ..drift.variable_uses import VariableUse, notices_on_variables, reader_of, uses_in
from ..engine.variables import companion_variables, named_variables
from ..outcome import Unobservable
from ..run.document_files import Documents, rules_of_each_environment
from ..world.ports import Repository

_FILES_MOST = 2_000
_BYTES_MOST = 262_144  # of one file


def notices_of_files(documents: Documents, repository: Repository) -> Iterator[Drift]:
    """What the checklist forgot, and what nothing uses; one notice for each file."""
    rules = [*rules_of_each_environment(documents)]
    uses = _uses(repository)
    if not uses:
        return
    checklist = documents.checklist
    asked = dict.fromkeys(name for each in rules for name in named_variables(checklist, each))
    known = {*asked, *(name for each in rules for name in companion_variables(asked, each))}
    ignored = rules[0].ignore if rules else ()
    yield from notices_on_variables(checklist, [*asked], known, uses, ignored)


def _uses(repository: Repository) -> dict[str, Sequence[VariableUse]]:
    """The variables in each file that names any. A file that cannot be read has none: a notice is
    only about what was read.
    """
    found: dict[str, Sequence[VariableUse]] = {}
    for path in _paths(repository)[:_FILES_MOST]:
        try:
            data = repository.read(path, _BYTES_MOST)
        except Unobservable:
            continue
        if data and (uses := uses_in(path, data.decode("utf-8", "replace"))):
            found[path] = uses
    return found


def _paths(repository: Repository) -> list[str]:
    try:
        return [path for path in repository.files() if reader_of(path)]
    except Unobservable:
        return []
