"""The changelog entry and the version of a release."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from .. import phrases
from ..surroundings import Surroundings
from ..tokenize import MARK, TokenizedText
from .sentence import ProposedCheck

# A line with this version, and not with one that begins with it.
_MENTION = r"(?:.*[^0-9.])?${version}(?:[^0-9.].*|\.)?"
_ENTRY = re.compile(r"\b(?:dated|new|version) section\b|\bentry\b|\bentries\b|\bunreleased\b")
_CHANGELOG = re.compile(r"changelog|(?:changes|history|news)\.(?:md|rst|txt)$")
_ALONE = re.compile(r"change ?log")
_SAYS_NOTHING_OF_IT = re.compile(r"in the changelog|referenced|\bfrom (?:the )?change")
# What other tools call a tag or a release, in any language.
_OF_ANOTHER_TOOL = re.compile(
    r"\b(?:sentry|jira|confluence|linear|slack|app ?store|testflight|play (?:store|console)"
    r"|google play|octopus|azure|aws|gtm|tag manager|analytics|meta|html|docker\w*|images?"
    r"|registry|helm|npm|pypi|crates\.io|maven|nuget|resources?|teams?|blog|posts?|videos?|trains?"
    r"|pipelines?|newsletter|delet\w+|remov\w+)\b|git tag (?:-d|--delete)\b"
)
_BY_COMMAND = re.compile(r"\b(?:with|via|using|by) (?:the )?(⟨[cv]\d+⟩)")
_MAKES_RELEASES = re.compile(
    r"(?:gh|git|hub|goreleaser|(?:npx )?(?:release-it|semantic-release|changeset\w*)"
    r"|npm|pnpm|yarn|bun|make|just|task|\./|bash|sh|node|python3?)\b|.*\.(?:sh|py|js|mjs|ts|rb)\b"
)
_OBJECT = re.compile("tag|release|etiqueta|etiket|тег|реліз|релиз|タグ|リリース|태그|릴리|标签")
_DRAFT = re.compile(r"\bdraft(?:ed|s)?\b|起草|черновик")
_BEGINS = re.compile(
    r"^(?:(?:the|a|please|then|and|上线前|发布前|ensure|confirm|verify|check|that)\W+)*"
)
_VERSION = re.compile(r"\bversion\b")
_PROSE = re.compile(r"\.(?:md|rst|txt)$")
_WHERE = {
    "package.json": "version",
    "pyproject.toml": "project.version",
    "Cargo.toml": "package.version || workspace.package.version",
}
_MANIFESTS = (  # words that name a manifest without its file's name
    (re.compile(r"\bcrates?\b|\bcargo manifest"), "Cargo.toml"),
    (re.compile(r"\bnpm packages?\b|\bnode packages?\b"), "package.json"),
    (re.compile(r"\bpython packages?\b|\bpypi packages?\b"), "pyproject.toml"),
)
_BUMPED = re.compile(
    r"\b(?:bump\w*|increment\w*|updat\w+|rais\w+)\b.*\bversions?\b"
    r"|\bversions? (?:\w+ )?(?:bump\w*|updated)\b"
)


def mentioned(text: TokenizedText, piece: str, around: Surroundings) -> Iterator[ProposedCheck]:
    """The changelog, the version, the tag, GitHub's release, by their names alone."""
    if _BUMPED.search(piece):
        yield from (version(file) for words, file in _MANIFESTS if words.search(piece))
    says_entry = phrases.CHANGELOG.found_in(piece) and (
        phrases.WRITTEN.found_in(piece) or _ALONE.fullmatch(piece)
    )
    is_entry = says_entry and not _SAYS_NOTHING_OF_IT.search(piece)
    if is_entry or (around.in_changelog and _ENTRY.search(piece)):
        yield entry("CHANGELOG.md")
    spelled = _without_make(text, piece).lower()
    if not _OBJECT.search(spelled):
        return
    first = _BEGINS.match(spelled)
    start = first.end() if first else 0
    for words, check in (
        (phrases.TAG, tag()),
        (phrases.RELEASE, release(draft=bool(_DRAFT.search(spelled)))),
    ):
        found = words.pattern(spelled).search(spelled, start)
        if found:
            is_doubtful = found.start() > start or _OF_ANOTHER_TOOL.search(spelled) is not None
            yield replace(check, maybe=is_doubtful or _by_another_tool(text, piece))


def _by_another_tool(text: TokenizedText, piece: str) -> bool:
    """Whether a command does it of which it is not known that it works on GitHub."""
    found = _BY_COMMAND.search(piece)
    return found is not None and not _MAKES_RELEASES.match(text.marked(found[1]).text)


def _without_make(text: TokenizedText, piece: str) -> str:
    """The words of the piece, without marks of `make`: `make release` is not a release."""
    for mark in MARK.finditer(piece):
        code = text.marked(mark[0]).text
        if not code.startswith("make "):
            piece = piece.replace(mark[0], code)
    return piece


def of_file(path: str, piece: str) -> ProposedCheck | None:
    """What a piece of text, in lower case, says of a file that it names, if it is of releases."""
    name = path.rsplit("/", 1)[-1]
    says_version = bool(_VERSION.search(piece))
    if says_version and name in _WHERE:
        return version(path)
    if _CHANGELOG.match(name.lower()):
        return entry(path)
    return mention(path) if says_version and _PROSE.search(name) else None


def version(path: str) -> ProposedCheck:
    """The manifest says the version that is released."""
    data = {"file": path, "at": _WHERE[path.rsplit("/", 1)[-1]], "equals": "${version}"}
    return ProposedCheck({"data": data}, f"{path} has this release's version")


def entry(path: str) -> ProposedCheck:
    """The changelog has an entry for the version that is released."""
    where = "CHANGELOG.md" if path == "CHANGELOG" else path
    data = {"path": where, "entry": "${version}"}
    return ProposedCheck({"file": data}, f"{where} has an entry for this release's version")


def mention(path: str) -> ProposedCheck:
    """The text mentions the version that is released."""
    data = {"path": path, "matches": _MENTION}
    return ProposedCheck({"file": data}, f"{path} mentions this release's version")


def tag() -> ProposedCheck:
    """GitHub has the tag that is released."""
    rule = {"release": {"tag": "${tag}", "tag_only": True}}
    return ProposedCheck(rule, "GitHub has this release's tag")


def release(*, draft: bool) -> ProposedCheck:
    """GitHub has the release, as a draft or published. It is published after the gate opened, and a
    draft that is published by then is not a fault.
    """
    return ProposedCheck(
        {"release": {"tag": "${tag}", "draft": draft}},
        f"GitHub has {'a draft of ' if draft else ''}this release",
        settings={"severity": "warning"} if draft else {"phase": "after"},
    )
