"""Files of the repository: there, not there, ignored or never committed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from ...checklist.model import Item
from ...values.globs import glob_fault
from ...values.secret_files import holds_secrets, is_env_file
from .. import exclusions
from ..paths import DocumentPaths
from ..tokenize import COMMAND, OTHER, PATH, TokenizedText
from . import releases
from .sentence import ProposedCheck, SentencePattern

_THERE = (
    r"(?:exists?|must exist|present|there|existe|existent|presente|vorhanden|aanwezig|существует"
    r"|существуют|існує|есть|tồn tại|存在|存在する|存在します|mevcut|tersedia"
    r"|(?:present )?(?:in|part of) (?:the )?repo(?:sitory)?|checked in"
    r"|committed(?: to (?:the )?repo(?:sitory)?| to git)?)"
)
_IGNORED = r"(?:git-?ignored|ignored by git|(?:listed |included )?in (?:the |your )?⟨p\d+⟩)"
_GIT = r"(?:git|github|(?:the |this )?(?:git )?repo(?:sitory)?|version control|source control)"
_IN_GIT = (
    rf"(?:(?:committed|tracked|checked in|pushed)(?: (?:to|in|into|by) {_GIT})?"
    rf"|(?:stored )?in {_GIT})"
)
_NOT = r"(?:BE(?:not|never)|isn't|aren't|cannot be|(?:must|should|may|can) (?:not|never) be)"


def _exist(tokenized: TokenizedText, found: re.Match[str]) -> list[ProposedCheck]:
    tokens = tokenized.within(found["paths"])
    if any(_elsewhere(token.text) for token in tokens):
        return []
    return [existence(token.text) for token in tokens]


def _ignored(tokenized: TokenizedText, found: re.Match[str]) -> list[ProposedCheck]:
    *paths, last = tokenized.within(found[0])
    if last.text.rsplit("/", 1)[-1] != ".gitignore":
        paths.append(last)
    return _git_ignores([path.text for path in paths])


def _git_ignores(paths: list[str]) -> list[ProposedCheck]:
    if not paths or any(_no_path(path) or "*" in path for path in paths):
        return []
    rule = {"git": {"ignored": _one_or_all(paths)}}
    return [ProposedCheck(rule, f"git ignores {', '.join(paths)}")]


def _untracked(tokenized: TokenizedText, found: re.Match[str]) -> list[ProposedCheck]:
    return _git_tracks_no([token.text for token in tokenized.within(found["paths"])])


def _git_tracks_no(paths: list[str]) -> list[ProposedCheck]:
    """`.env`, if no other env file is named beside it, stands for all of them but examples."""
    if not paths or any(map(_no_path, paths)):
        return []
    paths = [f"*{path}" if _is_ending(path) else path for path in paths]
    env_files = [path for path in paths if is_env_file(path)]
    rule: dict[str, object] = {}
    if env_files and all(path.removeprefix("**/") in _ALL_ENV_FILES for path in env_files):
        rule["no_env_files"] = True
        paths = [path for path in paths if path not in env_files]
    elif any("*" in path for path in env_files):  # would match examples, too
        return []
    if paths:
        rule["untracked"] = _one_or_all(paths)
    named = [*(["env file"] if "no_env_files" in rule else []), *paths]
    return [ProposedCheck({"git": rule}, f"git tracks no {', '.join(named)}")]


def _is_ending(path: str) -> bool:
    """Whether this is the ending of files that hold secrets, not the name of one: `.pem`."""
    is_dotted = path.startswith(".") and not is_env_file(path)
    return is_dotted and "/" not in path and holds_secrets(f"name{path}")


_ALL_ENV_FILES = frozenset({".env", ".env*", ".env.*", "*.env", ".env.*.local"})


def _one_or_all(paths: list[str]) -> object:
    return paths[0] if len(paths) == 1 else paths


def _no_path(path: str) -> bool:
    return path.startswith(("/", "~", "../")) or glob_fault(path) is not None


CLOSED = (
    SentencePattern(rf"ENSUREPATHS BE{_THERE}", "`docs/runbook.md` exists", _exist),
    SentencePattern(
        rf"ENSUREPATHS (?:files? )?BE{_IGNORED}", "`.env` is in `.gitignore`", _ignored
    ),
    SentencePattern(
        rf"ENSUREPATHS (?:files? )?(?:{_NOT} {_IN_GIT}|BEuntracked)",
        "`.env` is not committed",
        _untracked,
    ),
    SentencePattern(
        rf"ENSURE(?:there (?:is|are) )?no PATHS (?:files? )?BE{_IN_GIT}",
        "No `.env` files committed",
        _untracked,
    ),
    SentencePattern(
        r"(?:never|do not|don't) (?:commit|track|push) (?:any |the |your )?PATHS(?: files?)?"
        rf"(?: (?:to|in|into) {_GIT})?",
        "Never commit `*.pem` files",
        _untracked,
    ),
)

# Understood in part: the file is there; what it says is a person's to read.
IN_PART = (
    "`config/limits.yml` has the new quotas",
    "Runbook updated: `docs/runbook.md`",
    "`docker-compose.yml` sin base de datos local",
)

_HOST_ONLY = re.compile(r"^/|^~|\*|<|>|^[a-z]+$")
_OUTPUT = re.compile(
    r"(?:^|/)(?:dist|build|target|out|node_modules|\.next|coverage|tmp|logs?)(?:/|$)"
    r"|\.(?:log|zip|tar|gz)$"
)
_ONLY_SPOKEN_OF = re.compile(
    r"\b(?:see|refer to|as per|per|follow|documented in|described in|from|against|conventions in"
    r"|using|reference|runs?|running|executed?|via|through|by|with)"
    r"(?: the| our| documented)*[ (\[\"]*$"
)
_LINKED_FILE = re.compile(r"\.[a-z]{1,5}$|(?:^|/)(?:Dockerfile|Makefile|README|LICENSE)$")
# The file that a command needs.
_READ_BY = re.compile(
    r"^(?:pip3? install|docker[ -]compose).* (?:-r|-f) ([\w./-]+\.[a-z]{1,5})(?: |$)"
)
_SPEAKS_OF_GIT = re.compile(
    r"\bcommit|комми[тч]|коміт|\brepo|репозитор|\bgit\b|github|version control|source control"
    r"|versionad|versioniert|\bdépôt|eingecheckt|checked in|提交|仓库|版本控制|커밋|저장소"
    r"|コミット|リポジトリ"
)
_GONE = re.compile(r"\b(?:remov\w+|delet\w+|uploaded?|must not|should not|never|not) ")


def mentioned(tokenized: TokenizedText, piece: str) -> Iterator[ProposedCheck]:
    """Each file that, by a piece of text, is in the repository, or kept out of it."""
    paths = [token.text for token in tokenized.within(piece) if token.kind == PATH]
    secret = [path for path in paths if holds_secrets(path)]
    if secret and exclusions.NEGATED.search(piece) and _SPEAKS_OF_GIT.search(piece):
        yield from _git_tracks_no(secret)
    if _GONE.search(piece):
        return
    if any(path.endswith(".gitignore") for path in paths):
        yield from _git_ignores(secret)
    for at, token in tokenized.placed(piece):
        if token.kind in (OTHER, COMMAND):
            needed = _READ_BY.search(token.text)
            if needed and not _elsewhere(needed[1]):
                yield _named(needed[1])
        elif token.kind == PATH:
            only_referred_to = _ONLY_SPOKEN_OF.search(piece, max(0, at - 60), at)
            if not only_referred_to and not _elsewhere(token.text):
                yield _named(token.text)


def linked(item: Item, paths: DocumentPaths) -> Iterator[ProposedCheck]:
    """Files of the repository that an item links to, by the links' targets alone."""
    for path in filter(None, map(paths.of_link, item.links)):
        if _LINKED_FILE.search(path) and not _elsewhere(path):
            yield releases.of_file(path, item.text.lower()) or _named(path)


def _named(path: str) -> ProposedCheck:
    return replace(existence(path), only_named=True)


def existence(path: str) -> ProposedCheck:
    """The file is in the repository."""
    where = {"README": "README.md", "CHANGELOG": "CHANGELOG.md"}.get(path, path)
    return ProposedCheck({"file": where}, f"{where} is in the repository")


def _elsewhere(path: str) -> bool:
    """Whether this is no file of the checkout: it is on the host, built, or no path at all.

    A file that holds secrets is never one: nobody must be told to commit it.
    """
    if path in ("README", "CHANGELOG"):
        return False
    return holds_secrets(path) or bool(_HOST_ONLY.search(path) or _OUTPUT.search(path))
