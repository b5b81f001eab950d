"""The repository's files at a commit that is not checked out, read through the API."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..outcome import Unobservable
from ..side_by_side import begun
from ..values.glob_matching import Glob, path_glob
from ..values.globs import expanded
from ..world.folder import refusal
from .answers import Answers
from .client import Client
from .decode import decoded, file_bytes
from .rest_shapes import RestBlob, RestChanges, RestTag, RestTree, RestTreeEntry

_LINK = "120000"
_NAMED_CLASS = re.compile(r"\[[^][/]*+\[:")  # `[[:digit:]]`
_VERSION_TAG = re.compile(r"v\d.*")
_MOST_TAGS = 20  # compared one by one, newest first
_MOST_FILES = 300  # that GitHub lists of a comparison
_SHORT = 7


class CommitTree:
    """One commit's tree, listed with one request when it is first needed.

    Implements ports.Repository.
    """

    waits = True

    def __init__(
        self, client: Client, commit: str, known: Mapping[str, bytes | None] | None = None
    ) -> None:
        """`known`: files of the commit that were read already, by path."""
        self._client = client
        self._commit = commit
        self._known = known or {}
        self._listed = Answers[Mapping[str, RestTreeEntry]]()
        self._blobs = Answers[bytes]()

    def begin(self) -> None:
        """Begins to list the files, which most checks need. A caller that needs them waits for the
        list, and gets its errors.
        """
        begun(self._entries)

    def place(self) -> str:
        """For evidence: "acme/shop at 4f2c91a"."""
        return f"{self._client.repository} at {self._commit[:_SHORT]}"

    def name(self) -> str | None:
        """The repository's full name."""
        return self._client.repository

    def read(self, path: str, limit: int = 10_485_760) -> bytes | None:
        """A file's bytes; None if it does not exist. Unobservable if it is larger than `limit`."""
        entry = self._entry(path)
        if entry is None:
            return None
        if entry.type != "blob":
            raise Unobservable(f"`{path}` is a folder, not a file", "name a file")
        if entry.size is None or entry.size > limit:
            raise Unobservable(f"`{path}` is larger than {limit} bytes", "check a smaller file")
        known = self._known.get(entry.path)
        # GraphQL gives texts: one of another length was written in another encoding.
        if known is not None and len(known) == entry.size:
            return known
        sha = entry.sha
        return self._blobs.get(sha, lambda: self._blob(sha, path))

    def _blob(self, sha: str, path: str) -> bytes:
        need = self._client.need(f"`{path}` at {self._commit[:_SHORT]}", "contents: read")
        blob = self._client.read(self._client.at("git", "blobs", sha), need)
        return file_bytes(decoded(blob, RestBlob, need), need)

    def kind(self, path: str) -> str | None:
        """ "file", "folder", or None if nothing is there."""
        entry = self._entry(path)
        if entry is None:
            return None
        return "file" if entry.type == "blob" else "folder"

    def files(self, folder: str = "") -> Sequence[str]:
        """The files of the commit below `folder`."""
        inside = f"{_normalized(folder)}/" if folder else ""
        return [
            path
            for path, entry in self._entries().items()
            if entry.type == "blob" and path.startswith(inside)
        ]

    def ignored(self, paths: Sequence[str]) -> Mapping[str, bool]:
        """Unobservable, unless no path is given: the API does not say what git ignores."""
        if not paths:
            return {}
        raise Unobservable(
            "files that git ignores can only be seen in a checkout", self._checkout()
        )

    def tracked(self, pathspecs: Sequence[str]) -> Sequence[str]:
        """Files of the commit that match any of the globs (`*` within a folder, `**` across)."""
        return _matching(self.files(), pathspecs)

    def changed(self, globs: Sequence[str]) -> tuple[str | None, Sequence[str]]:
        """The newest `v*` tag reachable from, and not on, the commit; and the matching files
        changed since it.
        """
        patterns: list[str] = []
        for glob in globs:
            _glob(glob)  # refuses it by the name that was written
            patterns += expanded(glob)
        tags = self._earlier_versions()
        for tag in sorted(tags, key=_version, reverse=True)[:_MOST_TAGS]:
            files = self._changed_since(tag, tags[tag])
            if files is not None:
                return tag, _matching(files, patterns)
        if len(tags) > _MOST_TAGS:
            raise Unobservable(
                f"the commit contains none of the {_MOST_TAGS} newest tags", self._checkout()
            )
        return None, self.tracked(patterns)

    def _earlier_versions(self) -> Mapping[str, str]:
        """The version tags that are not on this commit, each with the commit it leads to."""
        need = self._client.need("the tags", "contents: read")
        listed = self._client.pages(self._client.at("tags"), need, list[RestTag])
        tags = {tag.name: tag.commit.sha for tag in listed}
        return {
            tag: commit
            for tag, commit in tags.items()
            if _VERSION_TAG.fullmatch(tag) and commit != self._commit
        }

    def _changed_since(self, tag: str, commit: str) -> Sequence[str] | None:
        """The files that differ from a tag's commit; None if this commit does not contain it."""
        need = self._client.need(f"the changes since {tag}", "contents: read")
        answer = self._client.read(f"{self._client.at('compare', commit)}...{self._commit}", need)
        found = decoded(answer, RestChanges, need)
        if found.status not in ("identical", "ahead"):
            return None
        if len(found.files) >= _MOST_FILES:
            raise Unobservable(
                f"too many files changed since {tag} for GitHub to list", self._checkout()
            )
        names = {file.filename for file in found.files}
        names |= {file.previous_filename for file in found.files if file.previous_filename}
        return sorted(names)

    def _entry(self, path: str) -> RestTreeEntry | None:
        """The entry at a path, or None. A link, or a path through one, is refused: it leads to a
        file that the rule does not name.
        """
        name = _normalized(path)
        entries = self._entries()
        parts = name.split("/")
        for depth in range(1, len(parts) + 1):
            above = entries.get("/".join(parts[:depth]))
            if above is not None and above.mode == _LINK:
                raise Unobservable(
                    f"`{path}` is a symbolic link, or is below one",
                    "give the path of the file itself",
                )
        return entries.get(name)

    def _entries(self) -> Mapping[str, RestTreeEntry]:
        return self._listed.get(None, self._tree)

    def _tree(self) -> Mapping[str, RestTreeEntry]:
        need = self._client.need(f"the files of commit {self._commit[:_SHORT]}", "contents: read")
        path = self._client.at("git", "trees", self._commit)
        answer = self._client.read(path, need, {"recursive": "1"})
        found = decoded(answer, RestTree, need)
        if found.truncated:
            raise Unobservable("the repository has more files than GitHub lists", self._checkout())
        return {entry.path: entry for entry in found.tree}

    def _checkout(self) -> str:
        return f"add `ref: {self._commit}` to the actions/checkout step before this one"


def _normalized(path: str) -> str:
    if why := refusal(path):
        raise Unobservable(f"`{path}` {why}", "name a path below the repository's root")
    return "/".join(part for part in path.split("/") if part not in ("", "."))


def _matching(paths: Sequence[str], globs: Sequence[str]) -> Sequence[str]:
    """The paths that match any of the globs."""
    matchers = [_glob(glob) for glob in globs]
    return [path for path in paths if any(matcher.matches(path) for matcher in matchers)]


def _glob(glob: str) -> Glob:
    """The glob, unless it names no path of the repository, or only a checkout can say which files
    it matches.
    """
    if why := refusal(glob):
        raise Unobservable(f"`{glob}` {why}", "name files below the repository's root")
    if _NAMED_CLASS.search(glob):
        raise Unobservable(
            f"`{glob}` has a named class, which only git itself supports",
            "write `[0-9]` or `[a-z]`, or check out the commit",
        )
    return path_glob(glob)


def _version(tag: str) -> list[tuple[int, int | str]]:
    """git's order of versions: numbers by their size."""
    parts = re.findall(r"\d+|\D+", tag)
    return [(1, int(part)) if part.isdigit() else (0, part) for part in parts]
