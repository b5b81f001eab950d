"""Which of the things that a job does make or publish a tag or a release."""

from __future__ import annotations

import re

from .acts import Act

_ACTIONS = re.compile(
    r"(?:softprops/action-gh-release|ncipollo/release-action|actions/create-release|elgohr/github-release-action"
    r"|svenstaro/upload-release-action|marvinpinto/action-automatic-releases|goreleaser/goreleaser-action"
    r"|(?:googleapis|google-github-actions)/release-please-action|changesets/action|cycjimmy/semantic-release-action"
    r"|mathieudutour/github-tag-action|anothrnick/github-tag-action|rickstaa/action-create-tag"
    r"|pypa/gh-action-pypi-publish)(?:/[^@]*)?@.*",
    re.IGNORECASE,
)
_SCRIPT = re.compile(r"createRelease|createTag|createRef[^;]*refs/tags", re.DOTALL)
_COMMANDS = (
    ("gh", "release", "create"),
    ("semantic-release",),
    ("npx", "semantic-release"),
    ("release-it",),
    ("npx", "release-it"),
    ("goreleaser", "release"),
    ("changeset", "publish"),
    ("npx", "changeset", "publish"),
    ("changeset", "tag"),
    ("npm", "publish"),
    ("npm", "version"),
    ("pnpm", "publish"),
    ("yarn", "npm", "publish"),
    ("cargo", "release"),
    ("cargo", "publish"),
    ("twine", "upload"),
)
_LISTS_TAGS = frozenset(
    ("-l", "--list", "--contains", "--points-at", "--merged", "-n", "-v", "--verify", "-d", "--delete")
)


def releases(act: Act) -> bool:
    """Whether it does, by a command, an action or a script of actions/github-script."""
    if act.command is not None:
        return _tags(act.command.words)
    if act.uses.lower().startswith("actions/github-script@"):
        return bool(_SCRIPT.search(str(act.inputs.get("script", ""))))
    return bool(_ACTIONS.fullmatch(act.uses))


def _tags(words: tuple[str, ...]) -> bool:
    if words[:2] == ("git", "tag"):
        return len(words) > 2 and not any(word in _LISTS_TAGS for word in words)
    if words[:2] == ("git", "push"):
        return any(word in ("--tags", "--follow-tags", "--mirror", "tag") or "refs/tags/" in word for word in words)
    return any(words[: len(known)] == known for known in _COMMANDS)
