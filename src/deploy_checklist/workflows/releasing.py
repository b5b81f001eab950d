"""Which of the things that a job does make or publish a tag or a release."""

from __future__ import annotations

import re

from . import release_words
from .flatten import ExecutedStep
from .shell import commands

_ACTIONS = re.compile(
    r"(?:softprops/action-gh-release|ncipollo/release-action|actions/create-release|elgohr/github-release-action"
    r"|svenstaro/upload-release-action|marvinpinto/action-automatic-releases|goreleaser/goreleaser-action"
    r"|(?:googleapis|google-github-actions)/release-please-action|changesets/action|cycjimmy/semantic-release-action"
    r"|codfish/semantic-release-action|python-semantic-release/(?:python-semantic-release|publish-action)"
    r"|mathieudutour/github-tag-action|anothrnick/github-tag-action|rickstaa/action-create-tag"
    r"|actions/upload-release-asset|jreleaser/release-action|js-devtools/npm-publish|katyo/publish-crates"
    r"|pypa/gh-action-pypi-publish|rubygems/release-gem)(?:/[^@]*)?@.*",
    re.IGNORECASE,
)
_WITH = {  # actions that do only with an input: any value but a plain no
    "ad-m/github-push-action": "tags",
    "release-drafter/release-drafter": "publish",
    "docker/bake-action": "push",
    "stefanzweifel/git-auto-commit-action": "tagging_message",
}
_BUILDS_IMAGE = "docker/build-push-action"
_NO = ("", "false", "none")
# What cannot be looked into, a workflow elsewhere or an own action in JavaScript, does what it is
# called.
_CALLED = re.compile(
    r".*\.github/workflows/(?!(?:check|test|lint|verify|validate)[-_])(?:[^/@]*[-_.])?(?:release|publish|tag)\.ya?ml(?:@.*)?"
    r"|\./(?:.*/)?(?:(?:create|push|git|github|npm)[-_])?(?:release|publish|tag)(?:[-_]action)?/?",
    re.IGNORECASE,
)
_SCRIPT = re.compile(
    r"createRelease|createTag|createRef[^;]*refs/tags|POST /repos/[^'\"`]*/(?:releases|git/tags)",
    re.DOTALL,
)
_INTERPRETERS = frozenset(
    ("bash", "sh", "zsh", "eval", "ssh", "su", "xargs", "pwsh", "node", "python", "python3")
)


def releases(act: ExecutedStep) -> bool:
    """Whether it does, by a command, an action, a script of actions/github-script, or the words of
    a text not read.
    """
    if act.command is not None:
        words = act.command.words
        return release_words.releases(words) or (
            not _INTERPRETERS.isdisjoint(words) and _names(" ".join(words))
        )
    if act.text:
        return _names(act.text)
    if act.uses.lower().startswith("actions/github-script@"):
        script = str(act.inputs.get("script", ""))
        return bool(_SCRIPT.search(script)) or _names(script)
    action = act.uses.lower().partition("@")[0]
    if action == _BUILDS_IMAGE:
        return _pushes_released_image(act)
    if action in _WITH:
        return _given(act, _WITH[action]) not in _NO
    return bool(_ACTIONS.fullmatch(act.uses) or _CALLED.fullmatch(act.uses))


def _pushes_released_image(act: ExecutedStep) -> bool:
    """What `docker push` of one of its tags would be."""
    if _given(act, "push") in _NO and not re.search(
        r"type=registry|push=true", _given(act, "outputs")
    ):
        return False
    tags = [tag for tag in re.split(r"[\n,]", str(act.inputs.get("tags", ""))) if tag.strip()]
    return any(
        release_words.releases(each.words)
        for tag in tags
        for each in commands(f"docker push {tag}")
    )


def _given(act: ExecutedStep, name: str) -> str:
    return str(act.inputs.get(name, "")).strip().lower()


def _names(text: str) -> bool:
    """Whether a text in some language has such a command in a line, its words perhaps in quotes or
    a list.
    """
    plain = re.sub(
        r"[\"'`,()\[\]{}^]", " ", re.sub(r"[\\`^]\r?\n", " ", text)
    )  # a line may go on in the next
    return any(release_words.releases(part.split()) for part in re.split(r"[\n;&|<>]", plain))
