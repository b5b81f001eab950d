"""The checkout of this job, where it decides instead of GitHub's answer."""

from __future__ import annotations

import os
from pathlib import Path

from ..outcome import Unobservable
from ..run import document_files
from ..run.model import GatePolicy
from ..settings import Inputs
from ..world import files
from ..world.repository import WorkTree


def checkout_policy(
    root: Path, inputs: Inputs, unavailable: Unobservable | None = None
) -> GatePolicy:
    """The documents in the workspace, which decide because GitHub is not asked, or is not
    available. Raises Unusable for what is not there.
    """
    named = {"checklist": inputs.checklist, "rules file": inputs.rules}
    checklist, rules = (
        files.inside(root, path, what=what) if path else None for what, path in named.items()
    )
    documents = document_files.from_folder(root, checklist, rules)
    return GatePolicy(documents=documents, unavailable=unavailable)


def is_checked_out(root: Path, commit: str | None) -> bool:
    """Whether the workspace holds this commit."""
    try:
        return bool(WorkTree(root, expected=commit, search=os.defpath).place())
    except Unobservable:
        return False
