"""The changelog entry and the version of a release."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..tokenize import PATH, TokenizedText
from .sentence import ProposedCheck, SentencePattern

_CHANGELOG = r"(?:the )?(?:changelog|change log|⟨p\d+⟩)"
# A line with this version, and not with one that begins with it.
_MENTION = r"(?:.*[^0-9.])?${version}(?:[^0-9.].*|\.)?"
_FOR = r"(?: (?:for|with) (?:the |this |new )*(?:release|version|changes|new version))?"


def _entry(tokenized: TokenizedText, found: re.Match[str]) -> list[ProposedCheck]:
    paths = [token.text for token in tokenized.within(found[0])]
    if paths and "change" not in paths[0].lower():
        return []
    return [entry(paths[0] if paths else "CHANGELOG.md")]


CLOSED = (
    SentencePattern(
        rf"ENSURE{_CHANGELOG} (?:(?:is|has been) )?updated{_FOR}", "Changelog updated", _entry
    ),
    SentencePattern(
        rf"ENSURE{_CHANGELOG} (?:has|contains) an entry{_FOR}",
        "The changelog has an entry for this release",
        _entry,
    ),
)

# Understood in part: the file names this version; a person decides whether it says everything.
IN_PART = (
    "Add every fix since the last release to the changelog",
    "Bump the version in `package.json`",
    "Version bumped in all crates",
    "README.md updated",
)

_SAYS_CHANGELOG = re.compile(
    r"\b(?:updat\w+|add|added|adds|edit|finali[sz]e\w*|writ\w+|generat\w+|check|verify)\b"
    r".*\bchange ?log\b|^change ?log$|\bchange ?log\b.*\b(?:updated?|complete|finali[sz]ed|entry"
    r"|entries|up[- ]to[- ]date|reflects|written|includes)\b"
)
_SAYS_NOTHING_OF_IT = re.compile(r"in the changelog|referenced")
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


def mentioned(tokenized: TokenizedText, piece: str) -> Iterator[ProposedCheck]:
    """The changelog, the version, the readme, by their names alone."""
    if _BUMPED.search(piece):
        yield from (version(file) for words, file in _MANIFESTS if words.search(piece))
    if _SAYS_CHANGELOG.search(piece) and not _SAYS_NOTHING_OF_IT.search(piece):
        yield entry("CHANGELOG.md")
    for token in tokenized.within(piece):
        if token.kind == PATH:
            check = of_file(token.text, piece)
            if check is not None:
                yield check


def of_file(path: str, piece: str) -> ProposedCheck | None:
    """What a piece of text, in lower case, says of a file that it names, if it is of releases."""
    name = path.rsplit("/", 1)[-1]
    says_version = bool(_VERSION.search(piece))
    if says_version and name in _WHERE:
        return version(path)
    if name.lower().startswith("changelog"):
        return entry(path)
    return mention(path) if says_version and _PROSE.search(name) else None


def version(path: str) -> ProposedCheck:
    """The manifest says the version that is released."""
    data = {"file": path, "at": _WHERE[path.rsplit("/", 1)[-1]], "equals": "${version}"}
    return ProposedCheck({"data": data}, f"{path} says this release's version")


def entry(path: str) -> ProposedCheck:
    """The changelog has an entry for the version that is released."""
    where = "CHANGELOG.md" if path == "CHANGELOG" else path
    data = {"path": where, "entry": "${version}"}
    return ProposedCheck({"file": data}, f"{where} has an entry for this release's version")


def mention(path: str) -> ProposedCheck:
    """The text speaks of the version that is released."""
    data = {"path": path, "matches": _MENTION}
    return ProposedCheck({"file": data}, f"{path} speaks of this release's version")
