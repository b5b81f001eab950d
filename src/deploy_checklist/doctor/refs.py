"""Which tags and branches a ruleset is about.

Its patterns are globs of whole refs, by Ruby's `File.fnmatch` with FNM_PATHNAME, as GitHub's
"Creating rulesets for a repository" says: `*` stays within a segment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ..values.glob_languages import Matched, TooManyStates, uncovered
from ..values.glob_matching import Glob, path_glob, push_glob
from ..workflows.pushes import PushedRefs
from ..world.enforcement_port import Ruleset

TAGS = "refs/tags/"
BRANCHES = "refs/heads/"
ALL = "~ALL"
DEFAULT_BRANCH = "~DEFAULT_BRANCH"
_PUSH_SIGN = re.compile(r"(\*{1,2})|(\[[^\]]{1,250}\]|\\.|.)([+?]?)", re.DOTALL)


def covered(ruleset: Ruleset, default_branch: str = "") -> Matched:
    """The refs that a ruleset is about."""
    return Matched(
        include=tuple(_included(each, default_branch) for each in ruleset.include),
        exclude=tuple(_excluded(each, default_branch) for each in ruleset.exclude),
    )


def not_covered(
    pushed: Iterable[PushedRefs], rulesets: Sequence[Ruleset], prefix: str
) -> str | None:
    """A tag or a branch that starts a workflow, and that none of the rulesets is about; None if
    there is none.

    Raises TooManyStates.
    """
    covers = [covered(each) for each in rulesets]
    patterns = [pattern for each in rulesets for pattern in (*each.include, *each.exclude)]
    for refs in pushed:
        wanted = Matched(
            include=tuple(push_glob(prefix + each) for each in refs.include),
            exclude=tuple(push_glob(prefix + each) for each in refs.exclude),
        )
        named = (*patterns, *refs.include, *refs.exclude)
        found = uncovered(wanted, covers, prefix=prefix, patterns=named)
        if found is not None:
            return found
    return None


def patterns_for(pushed: Iterable[PushedRefs]) -> tuple[str, ...]:
    """What a ruleset has to name so that it covers all these tags: globs, or "~ALL"."""
    names = dict.fromkeys(each for refs in pushed for each in refs.include)
    if "**" in names:
        return (ALL,)
    found = dict.fromkeys(wide for each in names for wide in _widened(each))
    wanted = Matched(include=tuple(push_glob(TAGS + each) for each in names))
    cover = Matched(include=tuple(path_glob(TAGS + each) for each in found))
    try:
        free = uncovered(wanted, [cover], prefix=TAGS, patterns=(*names, *found))
    except TooManyStates:
        return (ALL,)
    return (ALL,) if free is not None else tuple(found)


def _widened(pattern: str) -> list[str]:
    """A filter of a push as globs of a ruleset, which know no `+` and no `x?`, and whose `*` stays
    within a segment.
    """
    signs = _PUSH_SIGN.findall(pattern)
    wide = "".join("*" if common or times else sign for common, sign, times in signs)
    found = re.sub(r"\*+", "*", wide)
    return [found, f"{found}/**/*"] if pattern.endswith("**") else [found]


def in_words(ruleset: Ruleset) -> str:
    """ "tags `v*.*.*`", "the default branch", "all tags"."""
    kind = "branches" if ruleset.name.target == "branch" else "tags"
    if not ruleset.include:
        return f"no {kind}"
    prefix = BRANCHES if kind == "branches" else TAGS
    special = {ALL: f"all {kind}", DEFAULT_BRANCH: "the default branch"}
    named = [f"`{each.removeprefix(prefix)}`" for each in ruleset.include if each not in special]
    parts = [special[each] for each in ruleset.include if each in special]
    parts += [f"{kind} {', '.join(named)}"] if named else []
    left_out = [f"`{each.removeprefix(prefix)}`" for each in ruleset.exclude]
    return " and ".join(parts) + (f" except {', '.join(left_out)}" if left_out else "")


def _included(pattern: str, default_branch: str) -> Glob:
    """Read narrowly: `**` at the end is a `*`, as it is in Ruby."""
    if pattern == ALL:
        return path_glob("**")
    if pattern == DEFAULT_BRANCH:
        return push_glob(_literally(BRANCHES + default_branch))
    return path_glob(f"{pattern.rstrip('*')}*" if pattern.endswith("*") else pattern)


def _excluded(pattern: str, default_branch: str) -> Glob:
    """Read widely: a pattern of names excludes refs as well."""
    if pattern == ALL:
        return path_glob("**")
    if pattern == DEFAULT_BRANCH:
        return push_glob(_literally(BRANCHES + default_branch))
    return path_glob(pattern if pattern.startswith("refs/") else f"refs/*/{pattern}")


def _literally(text: str) -> str:
    return re.sub(r"(.)", r"\\\1", text)
