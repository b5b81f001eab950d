"""Whose checklist and rules decide: never those that a stranger may have written."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from msgspec import Struct

from ..errors import Unusable
from ..github.model import Tree
from ..outcome import Unobservable
from ..settings import Inputs
from . import document_files
from .document_files import Documents
from .early_reads import EarlyReads, tree_with_wanted_files
from .model import GatePolicy, ResolvedTarget, Stage, TargetReader
from .release_pr import is_trusted


def read_policy(
    resolved: ResolvedTarget,
    inputs: Inputs,
    github: TargetReader,
    *,
    branch: str | None,
    statuses: bool,
    early: EarlyReads | None = None,
) -> GatePolicy:
    """The documents that decide, read from GitHub. `branch` is known to hold the commit; `statuses`
    asks with the same request whose the commit's statuses are. `early`: what was begun already.

    A pull request is judged by the trusted base's, any other commit by its own, if a trusted branch
    holds it. Raises Unusable if there is no checklist, or nobody to trust.
    """
    reads = early or EarlyReads()
    if resolved.target.stage is Stage.REVIEW:
        return _of_review(resolved, inputs, github, statuses, reads)
    _assert_trusted(resolved, inputs, github, branch, reads)
    commit = resolved.commit
    tree = reads.answer(
        ("tree", commit),
        lambda: tree_with_wanted_files(commit, None, inputs, github, statuses=statuses),
    )
    documents = _documents(tree, inputs, github)
    if documents is None:
        raise Unusable(
            f"{commit[:7]} has no checklist",
            hint="add one, or give its path in the input `checklist`",
        )
    return GatePolicy(documents=documents, tree=tree)


def _of_review(
    resolved: ResolvedTarget,
    inputs: Inputs,
    github: TargetReader,
    statuses: bool,
    reads: EarlyReads,
) -> GatePolicy:
    records = resolved.records
    base = resolved.target.base or records.default_branch
    documents = None
    if is_trusted(base, records.default_branch, inputs.trusted_branches):
        if records.trusted is None:  # it would pass for a branch without a checklist
            raise Unobservable(f"GitHub does not return the branch {base}", "run again")
        documents = _documents(records.trusted, inputs, github)
    commit = resolved.commit
    head = reads.answer(
        ("tree", commit),
        lambda: tree_with_wanted_files(commit, records.trusted, inputs, github, statuses=statuses),
    )
    proposed: Documents | Unusable | None
    try:
        proposed = _documents(head, inputs, github)
    except Unusable as error:
        proposed = error
    if documents is not None:
        lint_only = _lint_only(resolved, documents, inputs)
        return GatePolicy(documents=documents, proposed=proposed, tree=head, lint_only=lint_only)
    if isinstance(proposed, Unusable):
        raise proposed
    if proposed is None:
        raise Unusable(
            f"neither {base} nor {resolved.commit[:7]} has a checklist",
            hint="add one, or give its path in the input `checklist`",
        )
    return GatePolicy(documents=proposed, tree=head, untrusted=True)


def _documents(tree: Tree, inputs: Inputs, github: TargetReader) -> Documents | None:
    files = _FilesOfCommit(github=github, tree=tree)
    return document_files.from_tree(files, inputs.checklist, inputs.rules)


def _lint_only(resolved: ResolvedTarget, documents: Documents, inputs: Inputs) -> str | None:
    """In report mode, and while there is no rules file, every pull request gets the comment."""
    if resolved.pull_request is None or resolved.release:
        return None
    if inputs.mode == "report" or documents.rules is None:
        return None
    return f"not a release pull request ({', '.join(inputs.release_pr)}), so it is only linted"


def _assert_trusted(
    resolved: ResolvedTarget,
    inputs: Inputs,
    github: TargetReader,
    branch: str | None,
    reads: EarlyReads,
) -> None:
    """A commit is judged by its own documents, so a branch that is trusted must hold it."""
    default = resolved.records.default_branch
    if branch is not None and is_trusted(branch, default, inputs.trusted_branches):
        return
    plain = [name for name in inputs.trusted_branches if not set(name) & set("*?")]
    commit = resolved.commit
    for name in dict.fromkeys((default, *plain)):
        if reads.answer(("contained", commit, name), partial(github.contained, commit, name)):
            return
    branches = ", ".join((default, *inputs.trusted_branches))
    raise Unusable(
        f"{resolved.commit[:7]} is not in a trusted branch ({branches})",
        hint="merge it first, or add its branch to the input `trusted-branches`",
    )


class _FilesOfCommit(Struct, frozen=True, kw_only=True):
    """A commit's files: those of its tree that were read; any other is asked for one by one."""

    github: TargetReader
    tree: Tree

    def read(self, path: str) -> bytes | None:
        known = path in self.tree.files
        data = self.tree.files[path] if known else self.github.file(path, self.tree.commit)
        if data is None and self._is_listed(path):
            listed = f"GitHub lists {path} in {self.tree.commit[:7]}, but does not show it"
            raise Unobservable(listed, "run again")
        return data

    def names(self, folder: str) -> Iterable[str]:
        return self.tree.folders.get(folder, ())

    def _is_listed(self, path: str) -> bool:
        folder, _, name = path.rpartition("/")
        return name in self.names(folder)
