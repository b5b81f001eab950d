"""The rules at the tip of the trusted branch, which say who may let through what is not ready.

The gated commit's own rules cannot: they are as old as the commit, and who may changes since. Pure.
"""

from __future__ import annotations

from hashlib import sha256

from ..errors import Unusable
from ..outcome import Unobservable
from ..rules.model import Rules
from ..settings import Inputs
from ..world.files import found_rules
from .document_files import load_rules
from .model import ResolvedTarget
from .release_pr import is_trusted


def branch_of(resolved: ResolvedTarget) -> str:
    """The branch whose tip was read: that of the pull request or the push, else the default one."""
    return resolved.target.base or resolved.records.default_branch


def trusted_rules(resolved: ResolvedTarget, own: Rules, inputs: Inputs) -> Rules | None:
    """What they say of every environment; None if there are none, or if the branch is not trusted.
    Mistakes in them allow nothing: runs on that branch report them. `own`: the gated commit's.

    Raises Unobservable if GitHub does not show the branch.
    """
    records, branch = resolved.records, branch_of(resolved)
    if not is_trusted(branch, records.default_branch, inputs.trusted_branches):
        return None
    if records.trusted is None:
        raise Unobservable(f"GitHub does not return the branch {branch}", "run again")
    files = records.trusted.files
    try:
        path = inputs.rules or found_rules(lambda name: files.get(name) is not None)
        data = files.get(path) if path else None
        if path is None or data is None:
            return None
        if path == own.path and sha256(data).hexdigest() == own.sha256:
            return own
        return load_rules(data, path).common
    except Unusable:
        return None
