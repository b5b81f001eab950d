"""Files of the repository: existing, missing, ignored or never committed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from ...checklist.model import Item
from ...values.globs import glob_fault
from ...values.secret_files import holds_secrets, is_env_file
from .. import phrases, vetoes
from ..paths import DocumentPaths
from ..surroundings import Surroundings
from ..tokenize import COMMAND, OTHER, PATH, Token, TokenizedText
from ..verifying_commands import verifies
from . import commands, releases
from .sentence import ProposedCheck


def git_ignores(paths: list[str]) -> list[ProposedCheck]:
    """Git ignores each of these."""
    if not paths or any(_no_path(path) or "*" in path for path in paths):
        return []
    rule = {"git": {"ignored": _one_or_all(paths)}}
    return [ProposedCheck(rule, f"git ignores {', '.join(paths)}")]


def git_tracks_no(paths: list[str]) -> list[ProposedCheck]:
    """`.env`, if no other env file is named with it, means all env files except examples."""
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


_HOST_ONLY = re.compile(
    r"^/|^~|\*|<|>|^\.\.\.|^[a-z]+$|^\.(?!\w*(?:rc|ignore)$)\w+$"
    r"|^[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|dev|app)/"
)
_OUTPUT = re.compile(
    r"(?:^|/)(?:dist|build|target|out|node_modules|\.next|coverage|tmp|logs?)(?:/|$)"
    r"|\.(?:log|zip|tar|gz)$"
)
_ONLY_SPOKEN_OF = vetoes.ONLY_SPOKEN_OF.within(r"{}(?: the| our| documented)*[ :：(（\[\"]*$")
_RUN = re.compile(r"^(?:re-?)?(?:run|execute) (?:the )?$")
_AGAINST = re.compile(r"\bagainst (?:prod|live)")
_LINKED_FILE = re.compile(r"\.[a-z]{1,5}$|(?:^|/)(?:Dockerfile|Makefile|README|LICENSE)$")
# The file that a command needs.
_READ_BY = re.compile(
    r"^(?:pip3? install|docker[ -]compose).* (?:-r|-f) ([\w./-]+\.[a-z]{1,5})(?: |$)"
)
_SPEAKS_OF_GIT = re.compile(
    r"\bcommit|комми[тч]|коміт|\brepo|репозитор|\bgit\b|github|version control|source control"
    r"|versionad|versioniert|\bdépôt|eingecheckt|checked in|提交|仓库|版本控制|커밋|저장소"
    r"|コミット|リポジトリ|upload|hochlad|\bsubir|上传|загруж|アップロード|업로드"
)
_GONE = phrases.GONE.within(r"(?<!/){}(?!/)")
_NOT_THERE = re.compile(r"(?<!/)\b(?:remov\w+|uploaded?|not|never)\b(?!/)")
_GONE_BEFORE = phrases.GONE.within(r"{} (?:the |any |all |old |unused )*$")
# "removed from the sidebar": the file itself may stay.
_FROM_ELSEWHERE = re.compile(
    r" (?:from|out of) (?!(?:the |this |our )?(?:git|repo\w*|code ?base|project|source|tree|branch"
    r"|version|main|checkout|package|image|release)\b)"
)
_GONE_AFTER = phrases.GONE.within(
    r"⟨p\d+⟩ ?(?:(?:file|folder|directory) )?(?:(?:is|are|was|were|has been|have been) )?{}"
)


def mentioned(text: TokenizedText, piece: str, around: Surroundings) -> Iterator[ProposedCheck]:
    """Each file that, by a piece of text, is in the repository, or kept out of it."""
    placed = list(text.placed(piece))
    if not placed:
        return
    paths = [token.text for _, token in placed if token.kind == PATH]
    secret = [path for path in paths if holds_secrets(path)]
    is_negated = bool(paths) and vetoes.negated(piece)
    if around.keeps_out:
        yield from git_tracks_no(secret)
        yield from _absences(path for path in paths if path not in secret)
    elif around.in_gitignore and not is_negated:
        yield from git_ignores(paths)
    else:
        if secret and is_negated and _SPEAKS_OF_GIT.search(piece):
            yield from git_tracks_no(secret)
        if paths and (_GONE.found_in(piece) or _NOT_THERE.search(piece)):
            yield from _absences(
                token.text for at, token in placed if token.kind == PATH and _is_gone(piece, at)
            )
            return
        if any(path.endswith(".gitignore") for path in paths):
            yield from git_ignores(secret)
        for at, token in placed:
            yield from _wanted(token, piece, at)


def _wanted(token: Token, piece: str, at: int) -> Iterator[ProposedCheck]:
    """The file that a token is, or the one that a command needs, unless it is only mentioned."""
    needed = _READ_BY.search(token.text) if token.kind in (OTHER, COMMAND) else None
    if needed and not elsewhere(needed[1]):
        yield _named(needed[1])
    if token.kind != PATH or elsewhere(token.text):
        return
    is_example = "example" in token.text or "sample" in token.text
    if _RUN.search(piece, 0, at) and verifies(f"./{token.text}"):
        yield from () if _AGAINST.search(piece) else [commands.run(token.text)]
    elif _ONLY_SPOKEN_OF.found_in(piece[max(0, at - 60) : at]):
        return
    elif is_example or not vetoes.PERSONS_ACT.begin(piece):
        yield releases.of_file(token.text, piece) or _named(token.text)


def _is_gone(piece: str, at: int) -> bool:
    """Whether the words beside the token say that it is not there any more."""
    if _FROM_ELSEWHERE.search(piece, at):
        return False
    return _GONE_BEFORE.found_in(piece[max(0, at - 60) : at]) or _GONE_AFTER.begin(piece[at:])


def _absences(paths: Iterable[str]) -> Iterator[ProposedCheck]:
    return (absence(path) for path in paths if not holds_secrets(path) and not _no_path(path))


def linked(item: Item, paths: DocumentPaths) -> Iterator[ProposedCheck]:
    """Files of the repository that an item links to, by the links' targets alone."""
    for path in filter(None, map(paths.of_link, item.links)):
        if _LINKED_FILE.search(path) and not elsewhere(path):
            yield releases.of_file(path, item.text.lower()) or _named(path)


def located(check: ProposedCheck, paths: DocumentPaths) -> ProposedCheck | None:
    """The same check of the file that the document means; None if that is none."""
    for kind, name in (("file", "path"), ("data", "file")):
        given = check.rule.get(kind)
        written = given.get(name) if isinstance(given, Mapping) else given
        if not isinstance(written, str):
            continue
        found = paths.of_words(written)
        if found is None:
            return None
        content = {**given, name: found} if isinstance(given, Mapping) else found
        description = check.description.replace(written, found, 1)
        return replace(check, rule={**check.rule, kind: content}, description=description)
    return check


def _named(path: str) -> ProposedCheck:
    return replace(existence(path), only_named=True)


def existence(path: str) -> ProposedCheck:
    """The file is in the repository."""
    where = {"README": "README.md", "CHANGELOG": "CHANGELOG.md"}.get(path, path)
    return ProposedCheck({"file": where}, f"{where} is in the repository")


def absence(path: str) -> ProposedCheck:
    """The file is not in the repository."""
    rule = {"file": {"path": path, "exists": False}}
    return ProposedCheck(rule, f"{path} is not in the repository", only_named=True)


def elsewhere(path: str) -> bool:
    """Whether this is no file of the checkout: it is on the host, built, or no path at all.

    A file that contains secrets is never one: nobody should commit it.
    """
    if path in ("README", "CHANGELOG"):
        return False
    return holds_secrets(path) or bool(_HOST_ONLY.search(path) or _OUTPUT.search(path))
