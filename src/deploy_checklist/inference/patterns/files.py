"""Files of the repository: there, not there, ignored or never committed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import normpath

from ...checklist.model import Item
from ...values.globs import glob_fault
from ..tokenize import COMMAND, OTHER, PATH, TokenizedText
from .sentence import ProposedCheck, SentencePattern

_THERE = (
    r"(?:exists?|present|existe|存在|(?:in|part of) (?:the )?repo(?:sitory)?|checked in"
    r"|committed(?: to (?:the )?repo(?:sitory)?| to git)?)"
)
_IGNORED = r"(?:git-?ignored|ignored by git|(?:listed |included )?in (?:the |your )?⟨p\d+⟩)"
_NOT_IN = (
    r"(?:not (?:committed|tracked|checked in)(?: (?:to|in|by) (?:git|(?:the )?repo(?:sitory)?"
    r"|version control))?|not in (?:git|the repo(?:sitory)?|version control)|untracked)"
)


def _exist(tokenized: TokenizedText, found: re.Match[str]) -> list[ProposedCheck]:
    tokens = tokenized.within(found["paths"])
    if any(_elsewhere(token.text) or _SETTINGS.search(token.text) for token in tokens):
        return []
    return [existence(token.text) for token in tokens]


def _ignored(tokenized: TokenizedText, found: re.Match[str]) -> list[ProposedCheck]:
    *paths, last = tokenized.within(found[0])
    if last.text.rsplit("/", 1)[-1] != ".gitignore":
        paths.append(last)
    return _kept_out("ignored", "git ignores", [path.text for path in paths])


def _untracked(tokenized: TokenizedText, found: re.Match[str]) -> list[ProposedCheck]:
    paths = [token.text for token in tokenized.within(found["paths"])]
    return _kept_out("untracked", "git tracks no", paths)


def _kept_out(how: str, description: str, paths: list[str]) -> list[ProposedCheck]:
    if not paths or any(path.startswith(("/", "~")) or glob_fault(path) for path in paths):
        return []
    data: object = paths[0] if len(paths) == 1 else paths
    return [ProposedCheck({"git": {how: data}}, f"{description} {', '.join(paths)}")]


CLOSED = (
    SentencePattern(rf"ENSUREPATHS BE{_THERE}", "`docs/runbook.md` exists", _exist),
    SentencePattern(
        rf"ENSUREPATHS (?:files? )?BE{_IGNORED}", "`.env` is in `.gitignore`", _ignored
    ),
    SentencePattern(rf"ENSUREPATHS (?:files? )?BE{_NOT_IN}", "`.env` is not committed", _untracked),
    SentencePattern(
        r"ENSURE(?:there (?:is|are) )?no PATHS (?:files? )?(?:(?:is|are) )?"
        r"(?:committed|tracked|in git|in the repo(?:sitory)?)",
        "No `.env` files committed",
        _untracked,
    ),
)

# Understood in part: the file is there; what it says is a person's to read.
IN_PART = (
    "`config/limits.yml` has the new quotas",
    "Runbook updated: `docs/runbook.md`",
    "`docker-compose.yml` sin base de datos local",
)

_HOST_ONLY = re.compile(r"(?:^|/)\.env(?:\.local)?$|^/|^~|\*|<|>|^[a-z]+$")
# Settings are on the host, not in the repository.
_SETTINGS = re.compile(r"(?:^|/)\.env(?!\.(?:example|sample|template|dist|defaults)$)")
_OUTPUT = re.compile(
    r"(?:^|/)(?:dist|build|target|out|node_modules|\.next|coverage|tmp|logs?)(?:/|$)"
    r"|\.(?:log|zip|tar|gz|pem|key)$"
)
_ONLY_SPOKEN_OF = re.compile(
    r"\b(?:see|refer to|as per|per|follow|documented in|described in|from|against|conventions in"
    r"|using|reference|runs?|running|executed?|via|through|by|with)"
    r"(?: the| our| documented)*[ (\[\"]*$"
)
_BLOB = re.compile(r"https://github\.com/[\w.-]+/[\w.-]+/blob/[\w.-]+/")
_LINKED_FILE = re.compile(r"\.[a-z]{1,5}$|(?:^|/)(?:Dockerfile|Makefile|README|LICENSE)$")
# The file that a command needs.
_READ_BY = re.compile(
    r"^(?:pip3? install|docker[ -]compose).* (?:-r|-f) ([\w./-]+\.[a-z]{1,5})(?: |$)"
)
_GONE = re.compile(r"\b(?:remov\w+|delet\w+|uploaded?|must not|should not|never|not) ")


def mentioned(tokenized: TokenizedText, piece: str) -> Iterator[ProposedCheck]:
    """Each file that, by a piece of text, is in the repository."""
    if _GONE.search(piece):
        return
    paths = [token.text for token in tokenized.within(piece) if token.kind == PATH]
    if any(path.endswith(".gitignore") for path in paths):
        settings = [path for path in paths if _SETTINGS.search(path)]
        yield from _kept_out("ignored", "git ignores", settings)
    for at, token in tokenized.placed(piece):
        if token.kind in (OTHER, COMMAND):
            needed = _READ_BY.search(token.text)
            if needed and not _elsewhere(needed[1]):
                yield existence(needed[1])
        elif token.kind == PATH:
            only_referred_to = _ONLY_SPOKEN_OF.search(piece, max(0, at - 60), at)
            if not only_referred_to and not _elsewhere(token.text):
                yield existence(token.text)


def linked(item: Item) -> Iterator[ProposedCheck]:
    """Files of the repository that an item links to and names."""
    for link in item.links:
        path = _BLOB.sub("", link) if _BLOB.match(link) else link
        if "://" in path or "#" in path or path.startswith(("/", "mailto:")):
            continue
        if _LINKED_FILE.search(path) and path in (link, item.text.strip()):
            clean = normpath(path)
            if not clean.startswith("..") and not _elsewhere(clean):
                yield existence(clean)


def existence(path: str) -> ProposedCheck:
    """The file is in the repository."""
    where = {"README": "README.md", "CHANGELOG": "CHANGELOG.md"}.get(path, path)
    return ProposedCheck({"file": where}, f"{where} is in the repository")


def _elsewhere(path: str) -> bool:
    """Whether this is no file of the checkout: it is on the host, built, or no path at all."""
    if path in ("README", "CHANGELOG"):
        return False
    return bool(_HOST_ONLY.search(path) or _OUTPUT.search(path))
