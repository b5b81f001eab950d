"""The checklist and the rules file: finds, reads and parses them, and resolves the rules."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path, PurePath
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from ..checklist.model import Checklist
from ..checklist.parse import decode, parse, require_items
from ..errors import Unusable
from ..rules.load import RulesFile, load, resolve
from ..rules.model import Rules
from ..values.versions import is_plain, version_of
from ..world import files

_WORKFLOWS = ".github/workflows"


class Documents(Struct, frozen=True, kw_only=True):
    """The two documents, read but not yet resolved for an environment."""

    checklist: Checklist
    rules: RulesFile | None
    # Whether the repository has a path; None: that is not known.
    exists: Callable[[str], bool | None] = lambda _path: False
    # Whether a workflow of the checkout runs a command; None: there is no checkout.
    runs: Callable[[str], bool] | None = None


class CommitFiles(Protocol):
    """The files of one commit, wherever they are read from."""

    def read(self, path: str) -> bytes | None:
        """A file's bytes; None if it is not there."""

    def names(self, folder: str) -> Iterable[str]:
        """The names directly in a folder, those of folders with `/`; none if it is not there."""


def from_folder(root: Path, checklist: Path | None, rules: Path | None) -> Documents:
    """The documents of a folder: those given, else those found in the usual places."""
    found = None if rules else files.found_rules(lambda name: os.path.lexists(root / name))
    rules_path = rules or (files.inside(root, found, what="rules file") if found else None)
    if rules_path is None:
        files.refuse_twin(lambda folder: files.names_in(root / folder))
    loaded = None
    if rules_path is not None:
        data = files.read(rules_path, what="rules file", limit=files.RULES_LIMIT)
        loaded = load_rules(data, display_path(rules_path, root))
    if checklist is None and loaded is not None and loaded.common.checklist:
        checklist = files.below(root, loaded.common.checklist)
        if checklist is None:
            folder = PurePath(loaded.common.checklist).parent.as_posix()
            raise _missing_checklist(loaded, files.names_in(root / folder))
    path = checklist or files.inside(root, _found_checklist(root), what="checklist")
    data = files.read(path, what="checklist", limit=files.CHECKLIST_LIMIT)
    return Documents(
        checklist=read_checklist(data, display_path(path, root)),
        rules=loaded,
        exists=lambda path: files.exists(root, path),
        runs=_workflow_commands(root) if os.path.lexists(root / ".git") else None,
    )


def _workflow_commands(root: Path) -> Callable[[str], bool]:
    """Whether a workflow of this folder contains a command. The workflows are read when first
    asked.
    """

    @cache
    def text() -> str:
        return _plain_command(" ".join(files.texts_below(root, _WORKFLOWS, files.RULES_LIMIT)))

    return lambda command: _plain_command(command) in text()


def _plain_command(text: str) -> str:
    """`npm run test` and `npm test` are the same."""
    return " ".join(text.split()).replace(" run ", " ")


def from_tree(tree: CommitFiles, checklist: str | None, rules: str | None) -> Documents | None:
    """The documents of a commit, given or found; None if it has no checklist yet."""
    rules_path = rules or files.found_rules(lambda name: tree.read(name) is not None)
    if rules_path is None:
        files.refuse_twin(tree.names)
    data = tree.read(rules_path) if rules_path else None
    loaded = load_rules(data, rules_path) if data is not None and rules_path else None
    if rules is not None and data is None:
        return None
    path = checklist or (loaded.common.checklist if loaded else None)
    if path is None:
        path = files.found_checklist(tree.names)
    if path is None:
        return None
    data = tree.read(path)
    if data is None and loaded is not None and checklist is None:
        raise _missing_checklist(loaded)
    if data is None:
        return None
    return Documents(
        checklist=read_checklist(data, path),
        rules=loaded,
        exists=lambda path: _exists_in(tree, path),
    )


def _exists_in(tree: CommitFiles, path: str) -> bool | None:
    """Whether a commit has this path; None if its folder is none of those whose names were read."""
    folder, _, name = path.rpartition("/")
    if folder in files.FOLDERS:
        return name in tree.names(folder) or f"{name}/" in tree.names(folder)
    return None if _exists_in(tree, folder) is not False else False


def _found_checklist(root: Path) -> str:
    found = files.found_checklist(lambda folder: files.names_in(root / folder))
    if found is None:
        names = "*deploy*checklist*.md and *release*checklist*.md"
        places = "the repository's root, .github/ and docs/"
        message = f"no checklist found; searched for {names} in {places}"
        raise Unusable(message, hint=files.NAME_THE_CHECKLIST)
    return found


def load_rules(data: bytes, path: str) -> RulesFile:
    """A rules file's bytes, read and checked."""
    loaded = load(decode(data, path), path)
    return replace(loaded, common=replace(loaded.common, sha256=sha256(data).hexdigest()))


def _missing_checklist(loaded: RulesFile, beside: Iterable[str] = ()) -> Unusable:
    """`beside`: the names of the files in its folder."""
    named = loaded.common.checklist or ""
    near = files.near_file(PurePath(named), beside)
    hint = "correct the path; it must be relative to the repository's root"
    return Unusable(
        f"the file in `checklist: {named}` does not exist",
        hint=f"{near} Else {hint}" if near else hint,
        file=loaded.path,
        line=loaded.common.lines["checklist"],
    )


def read_checklist(data: bytes, path: str) -> Checklist:
    """A checklist that has at least one item."""
    checklist = replace(parse(decode(data, path), path), sha256=sha256(data).hexdigest())
    return require_items(checklist)


def resolve_rules(
    documents: Documents, environment: str | None, builtins: Mapping[str, str | None]
) -> Rules:
    """The rules for one environment; without a rules file, those inferred from the items."""
    if documents.rules is None:
        # Compiles sixty expressions, which only this case needs.
        from ..inference.infer import inferred

        return inferred(
            documents.checklist, environment, builtins, documents.exists, documents.runs
        )
    return resolve(documents.rules, environment, builtins)


def rules_of_each_environment(documents: Documents) -> Iterator[Rules]:
    """The rules for each declared environment, where nothing is known of a run."""
    environments = documents.rules.environments if documents.rules is not None else ()
    for environment in environments or (None,):
        yield resolve_rules(documents, environment, {})


def builtins(
    environment: str | None, tag: str | None, commit: str | None
) -> Mapping[str, str | None]:
    """The names that rules may use as `${name}` without declaring them. Anyone who may push a tag
    chooses its characters, so one that could change the meaning of a rule counts as none.
    """
    tag = tag if tag and is_plain(tag) else None
    version = version_of(tag) if tag else None
    return {"environment": environment, "tag": tag, "version": version, "commit": commit}


def display_path(path: Path, root: Path) -> str:
    """A path as shown to people: relative to the root if it is below it."""
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return str(path)
