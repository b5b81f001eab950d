"""Which commands make or publish a tag or a release, by their words. Where a word leaves it open,
they do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_OPTIONS = r"(?: [-+]\S*(?: [^\s-]\S*)?){0,9}?"  # each with a value or without
_KNOWN = (
    "gh|glab|hub release create|edit|upload",
    r"gh workflow run (?:\S*[-_])?(?:release|publish)(?:\.ya?ml)?",
    "npm|pnpm|yarn|bun|deno|jsr|lerna|uv|poetry|pdm|hatch|flit|cargo|vsce|ovsx publish",
    "changeset|changesets|@changesets/cli publish|tag",
    "cargo|nx|auto release",
    "lerna version",
    "auto shipit",
    "cz bump",
    "twine upload",
    "gem|nuget|helm push",
    "goreleaser|jreleaser release|full-release",
    "release-please github-release",
    "make|just|task|mage|rake|inv|invoke release|publish|tag",
    "npm|pnpm|yarn|bun run|run-script release|publish|ci:release|ci:publish",
    "yarn|pnpm release|ci:release|ci:publish",
    r"yarn version(?!\scheck)",
    "docker compose push",
    "docker-compose push",
    "dart|flutter pub publish",
    "mix hex.publish",
    "pod trunk push",
)


def _program(words: str) -> str:
    """Anywhere in a command, since much can stand before it: `sudo`, `npx --yes`, `timeout 60`, `uv
    run`.
    """
    return (
        r"(?<!\S)(?:\S*/)?"
        + f"{_OPTIONS} ".join(rf"(?:{word})(?:@\S*)?" for word in words.split())
        + r"(?!\S)"
    )


_COMMAND = re.compile("|".join(map(_program, _KNOWN)))
_GIT = re.compile(_program("git (tag|push)"))
_IMAGE = re.compile(
    "|".join(map(_program, ("docker|podman|oras push", "docker|podman image push")))
)
_COPIED_IMAGE = re.compile("|".join(map(_program, ("crane push|copy|cp", "skopeo copy"))))
_BUILT_IMAGE = re.compile(
    "|".join(map(_program, ("docker|podman build|bake", "docker buildx build|bake")))
)
_BUILD_PUSHES = re.compile(
    r" --push(?:=true)?(?!\S)| (?:-o|--output)[ =]\S*(?:type=registry|push=true)"
)
_IMAGE_NAMES = re.compile(r" (?:-t|--tag)[ =](\S+)")
# Without a word after it, the command only prints the version.
_NPM_VERSION = re.compile(f"{_program('npm|pnpm version')} |{_program('bun pm version')} ")
_THROUGH = (
    r"(?:npx|bunx|uvx|sudo|yarn|pnpm|(?:npm|pnpm) exec|(?:yarn|pnpm) dlx"
    r"|(?:uv|poetry|pipx) run|python3? -m)"
)
_ALONE = re.compile(
    rf"(?:{_THROUGH}{_OPTIONS} )?(?:\S*/)?(?:semantic[-_]release|release-it|standard-version|np"
    r"|(?:bumpversion|bump2version|bump-my-version bump)(?!.* --no-tag(?!\S)))(?:@\S*)?(?: .*)?"
)
_TARGETS = {  # a program that is given targets, any of which may be the one
    "mvn|mvnw": r"deploy|deploy:deploy(?:-file)?|release:(?:prepare|perform)",
    "gradle|gradlew": r"(?:\S*:)?(?:publish(?:Plugins?"
    r"|(?!\w*ToMavenLocal)\w*(?:To|AndRelease)[A-Z]\w*)?|closeAndRelease\w*|uploadArchives)",
    "sbt": r"\+?(?:\S*/)?(?:ci-release|publish(?:Signed)?|sonatype\w*Release|release(?:_.*)?)",
}
_BUILDS = tuple(
    (re.compile(rf"(?:\S*/)?(?:{who})"), re.compile(what)) for who, what in _TARGETS.items()
)
_OWN_SCRIPT = re.compile(
    r"(?:(?:sudo|bash|sh|source|\.|node|tsx|python3?|ruby|pwsh|(?:uv|poetry|deno) run)"
    r"(?: -(?!n )\S+)* )?(?:\S*/(?:release|publish)"
    r"|(?:\S*/)?(?:release|publish)\.(?:sh|bash|py|[cm]?[jt]s|rb|ps1))(?: .*)?"
)
_API = re.compile(r"(?<!\S)(?:(gh) api|curl)(?= )")
_API_PATH = re.compile(r"/(?:releases|git/refs|git/tags)(?!\S)")
_API_WRITES = {
    "gh": re.compile(r" (?:-f|-F|--(?:raw-)?field\S*|--input\S*|\S*POST)(?!\S)"),
    None: re.compile(r" (?:-d|--data\S*|--json|\S*POST)(?!\S)"),
}

_DRY = re.compile(
    r" --(?:dry-run(?:=true)?|snapshot|no-git-tag-version|git-tag-version=false)(?!\S)"
)
_SHOWS = frozenset(
    ("echo", "printf", ":", "true", "cat", "grep", "print", "write-host", "write-output")
)

_LISTS_TAGS = re.compile(
    r"-l|--list|--(?:no-)?(?:contains|merged)(?:=.*)?|--points-at(?:=.*)?|-n\d*|-v|--verify|-d|--delete"
)
_PUSHES_TAGS = re.compile(
    r"--tags|--follow-tags|--mirror|tag|\+?(?:refs/)?tags/.*|.+:(?:refs/)?tags/.*"
)
_NUMBER = re.compile(r"\+?v?\d+(?:\.\d+)+\S*|\+?v\d+")
_NAMED_TAG = re.compile(r"(?:\$\{?|__)[\w:.]{0,60}?(?:tag|version|release)", re.IGNORECASE)
# The name of the tag, if a tag started the workflow.
_THIS_REF = re.compile(r"(?:\$\{?|__)github_ref(?:_name)?(?:\}|__)?", re.IGNORECASE)
_NAMED_VERSION = re.compile(r"(?:\$\{?|__)[\w:.]{0,60}?(?:version|release|ref_name)", re.IGNORECASE)


def releases(words: Sequence[str]) -> bool:
    """Whether a command does; what only shows something, lists tags or tries it out does not."""
    said = " ".join(re.sub(r"\s+", "_", word) for word in words)
    if not words or words[0].lower() in _SHOWS or _DRY.search(said):
        return False
    if (found := _GIT.search(said)) is not None:
        rest = said[found.end() :].split()
        return _makes_tag(rest) if found[1] == "tag" else _pushes_tag(rest)
    if (found := _IMAGE.search(said)) is not None:
        return _is_released_image(said[found.end() :].split())
    if (found := _COPIED_IMAGE.search(said)) is not None:
        return _is_released_image(
            [word.removeprefix("docker://") for word in said[found.end() :].split()[-1:]]
        )
    if (found := _BUILT_IMAGE.search(said)) is not None and _BUILD_PUSHES.search(said):
        names = _IMAGE_NAMES.findall(said)
        return "bake" in found[0].split() or any(_is_released_image([name]) for name in names)
    if (found := _API.search(said)) is not None and _API_PATH.search(said):
        return bool(_API_WRITES[found[1]].search(said)) and "refs/heads/" not in said
    if _builds_release(said.split()):
        return True
    return any(
        (
            _COMMAND.search(said),
            _NPM_VERSION.search(said),
            _ALONE.fullmatch(said),
            _OWN_SCRIPT.fullmatch(said),
        )
    )


def _builds_release(words: list[str]) -> bool:
    """By a build tool, the first words before which are only those that start it."""
    for program, target in _BUILDS:
        at = next((at for at, word in enumerate(words[:4]) if program.fullmatch(word)), None)
        if at is not None and any(map(target.fullmatch, words[at + 1 :])):
            return True
    return False


def _makes_tag(rest: list[str]) -> bool:
    named = any(not word.startswith("-") and "=" not in word for word in rest)
    return named and not any(map(_LISTS_TAGS.fullmatch, rest))


def _pushes_tag(rest: list[str]) -> bool:
    if not {"-d", "--delete", "-n"}.isdisjoint(rest):
        return False
    if any(map(_PUSHES_TAGS.fullmatch, rest)):
        return True
    if any(map(_THIS_REF.fullmatch, rest)):
        return True
    refs = [
        word.rpartition(":")[2]
        for word in rest
        if not word.startswith((":", "-")) and "://" not in word
    ]
    return any(
        "/" not in ref and (_NUMBER.fullmatch(ref) or _NAMED_TAG.search(ref)) for ref in refs
    )


def _is_released_image(rest: list[str]) -> bool:
    """One whose tag is a version, or moves; not one that is named after a commit, as a build hands
    it to the tests.
    """
    if not {"-a", "--all-tags"}.isdisjoint(rest):
        return True
    image = next((word for word in rest if not word.startswith("-")), "")
    if image.startswith(("localhost", "127.0.0.1")):
        return False
    name, _, tag = image.rpartition("/")[2].partition(":")
    if not tag:  # `latest`, unless the name is a variable that has the tag in it
        return bool(name) and "$" not in name and "__" not in name
    return tag in ("latest", "stable") or bool(_NUMBER.fullmatch(tag) or _NAMED_VERSION.search(tag))
