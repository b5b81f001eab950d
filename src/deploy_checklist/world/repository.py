"""The repository in a folder, with or without git. In CI it must be at the gated commit."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from ..outcome import Unobservable
from ..values.globs import expanded
from ..values.versions import release_tag
from .folder import Folder, refusal
from .git import Git
from .ports import Repository

LIMIT = 10_485_760
_VERSION_TAG = "refs/tags/v[0-9]*"
_SHORT = 7


class Head(Struct, frozen=True, kw_only=True):
    """What is checked out. `commit` is None before the first one."""

    commit: str | None
    parents: tuple[str, ...] = ()
    uncommitted: bool = False


class WorkTree:
    """A working folder. Implements ports.Repository. git runs only when it is needed.

    `expected`: the gated commit, in CI. With another HEAD everything is Unobservable, unless
    `or_its_merge` and HEAD is GitHub's merge of that commit. None, on a laptop: files count,
    committed or not. `elsewhere`: the repository at a commit, for what a shallow checkout cannot
    tell.
    """

    waits = False

    def __init__(
        self,
        root: Path,
        *,
        expected: str | None = None,
        or_its_merge: bool = False,
        search: str | None = None,
        elsewhere: Callable[[str], Repository] | None = None,
    ) -> None:
        self._folder = Folder(root)
        self._expected = expected
        self._or_its_merge = or_its_merge
        self._elsewhere = elsewhere
        self._has_git = os.path.lexists(self._folder.root / ".git")
        if search is None:
            search = os.environ.get("PATH", os.defpath)
        self._git = Git(self._folder.root, search=search, in_job=expected is not None)
        self._lock = threading.Lock()
        self._head: Head | Unobservable | None = None

    def place(self) -> str:
        """For evidence: "this checkout at 4f2c91a + uncommitted changes", "the folder acme"."""
        self._require_gated_commit()
        commit = self.commit()
        if commit is None:
            return f"the folder {self._folder.root.name}"
        if self._expected and commit != self._expected:
            return (
                f"this checkout at {commit[:_SHORT]}, GitHub's merge of {self._expected[:_SHORT]}"
            )
        changes = " + uncommitted changes" if self.uncommitted() else ""
        return f"this checkout at {commit[:_SHORT]}{changes}"

    def read(self, path: str, limit: int = LIMIT) -> bytes | None:
        """A file's bytes; None if it does not exist. Unobservable if it is larger than `limit`."""
        self._require_gated_commit()
        return self._folder.read(path, limit)

    def kind(self, path: str) -> str | None:
        """ "file", "folder", or None if nothing is there."""
        self._require_gated_commit()
        return self._folder.kind(path)

    def files(self, folder: str = "") -> Sequence[str]:
        """Tracked files below `folder`, and on a laptop new ones; without git, every file."""
        self._require_gated_commit()
        if folder:
            self._folder.inside(folder)
        if not self._has_git:
            return list(self._folder.files(folder or "."))
        new = () if self._expected else ("--others", "--exclude-standard")
        where = f":(top,literal){folder.rstrip('/')}" if folder else ":(top)"
        return sorted(set(self._git.fields("ls-files", "-z", "--cached", *new, "--", where)))

    def ignored(self, paths: Sequence[str]) -> Mapping[str, bool]:
        """Whether git ignores each path for everyone: by a .gitignore, not by settings of this
        machine.
        """
        self._require_gated_commit()
        self._require_git()
        for path in paths:
            self._folder.kind(path)  # refuses what leads outside
        if not paths:
            return {}
        # A path that begins with `:` would mean something else to git.
        given = [f"./{path}" for path in paths]
        fields = self._git.fields_or_none("check-ignore", "-z", "-v", "-n", "--stdin", given=given)
        sources, patterns = fields[0::4], fields[2::4]  # four of each path: also line and path
        return {
            path: _is_for_everyone(source, pattern)
            for path, source, pattern in zip(paths, sources, patterns, strict=True)
        }

    def tracked(self, pathspecs: Sequence[str]) -> Sequence[str]:
        """Tracked files that match any of the globs (`*` within a folder, `**` across)."""
        self._require_gated_commit()
        self._require_git()
        where = _globs(pathspecs)
        if not where:
            return []
        # What a step took out of the index is in the gated commit nonetheless.
        tree = ("--with-tree=HEAD",) if self._expected else ()
        return sorted(set(self._git.fields("ls-files", "-z", "--cached", *tree, "--", *where)))

    def changed(self, globs: Sequence[str]) -> tuple[str | None, Sequence[str]]:
        """The newest `v*` tag reachable from, and not on, the commit; and the matching files
        changed since it.
        """
        self._require_gated_commit()
        self._require_git()
        where = _globs(globs, in_every_folder=True)
        if self._git.text("rev-parse", "--is-shallow-repository").strip() != "false":
            return self._changed_elsewhere(globs, where)
        tag, commit = self._previous_release()
        if not where:
            return tag, []
        if commit is None:
            tracked = self._git.fields("ls-files", "-z", "--cached", "--", *where)
            return None, sorted({*tracked, *self._new(where)})
        return tag, self._changed_since(commit, where)

    def commit(self) -> str | None:
        """The commit that is checked out; None without git, or before the first commit."""
        head = self._current_head()
        return head.commit if isinstance(head, Head) else None

    def uncommitted(self) -> bool:
        """Whether the folder differs from its commit. False in CI, where this is not checked."""
        head = self._current_head()
        return isinstance(head, Head) and head.uncommitted

    def head_tag(self) -> str | None:
        """The tag that the commit which is checked out is released by."""
        commit = self.commit()
        if commit is None:
            return None
        tags = self._tags("refs/tags", "--points-at", "HEAD")
        return release_tag([tag for tag, tagged in tags if tagged == commit])

    def default_branch(self) -> str | None:
        """The remote's, as this clone knows it; else `main` or `master`; else None."""
        if not self._has_git:
            return None
        form = "--format=%(refname:lstrip=-1) %(symref:lstrip=3)"
        lines = self._git.text("for-each-ref", form, "refs/remotes/origin", "refs/heads")
        known = dict(line.split(" ", 1) for line in lines.splitlines())
        usual = next((name for name in ("main", "master") if name in known), None)
        return known.get("HEAD") or usual

    def newest_tags(self) -> list[str]:
        """The names of the newest tags, the newest first."""
        if not self._has_git:
            return []
        options = ("--sort=-creatordate", "--count=50", "--format=%(refname:lstrip=2)")
        return self._git.text("for-each-ref", *options, "refs/tags").splitlines()

    def name(self) -> str | None:
        """`owner/name` of the remote `origin`; None if it is not on github.com."""
        return self.remote_name()

    def remote_name(self, host: str = "github.com") -> str | None:
        """`owner/name` of the remote `origin`, if it is on this host."""
        url = self._origin()
        return repository_name(url, host) if url else None

    def has_origin(self) -> bool:
        """Whether there is a remote `origin`, on any host."""
        return bool(self._origin())

    def _origin(self) -> str | None:
        if not self._has_git:
            return None
        try:
            return self._git.origin()
        except Unobservable:
            return None

    def _require_gated_commit(self) -> None:
        """Unobservable unless the gated commit is checked out, or its merge where that will do."""
        if self._expected is None:
            return
        ref = f"add to actions/checkout, before this step, `ref: {self._expected}`"
        if not self._has_git:
            raise Unobservable("the repository is not checked out", ref)
        head = self._current_head()
        if isinstance(head, Unobservable):
            raise head
        if head.commit == self._expected or (
            self._or_its_merge and head.parents[1:] == (self._expected,)
        ):
            return
        at = head.commit[:_SHORT] if head.commit else "no commit"
        raise Unobservable(
            f"this checkout is at {at}, but the gated commit is {self._expected[:_SHORT]}", ref
        )

    def _require_git(self) -> None:
        if not self._has_git:
            raise Unobservable(
                "this folder is not a git repository", "run it in a clone of the repository"
            )

    def _current_head(self) -> Head | Unobservable:
        """HEAD, or why it cannot be read. git is asked once."""
        if not self._has_git:
            return Head(commit=None)
        with self._lock:
            if self._head is None:
                try:
                    self._head = self._checked_out() if self._expected else self._working_folder()
                except Unobservable as error:
                    self._head = error
            return self._head

    def _checked_out(self) -> Head:
        """HEAD and its parents, read from the commit: a shallow clone shows them nowhere else."""
        text = self._git.text("cat-file", "--batch", given="HEAD\n")
        first, *lines = text.split("\n\n")[0].split("\n")
        if " commit " not in first:
            return Head(commit=None)
        parents = tuple(
            line.removeprefix("parent ") for line in lines if line.startswith("parent ")
        )
        return Head(commit=first.split(" ")[0], parents=parents)

    def _working_folder(self) -> Head:
        """HEAD, and whether the folder differs from it."""
        options = ("--porcelain=v2", "--branch", "-z", "--no-renames", "--ignore-submodules=dirty")
        fields = self._git.fields("status", *options)
        commits = [field[13:] for field in fields if field.startswith("# branch.oid ")]
        changes = any(not field.startswith("# ") for field in fields)
        if not commits or commits[0] == "(initial)":
            return Head(commit=None, uncommitted=changes)
        return Head(commit=commits[0], uncommitted=changes)

    def _changed_elsewhere(
        self, globs: Sequence[str], where: Sequence[str]
    ) -> tuple[str | None, Sequence[str]]:
        """The same from `elsewhere`, which has the history; new files of this folder are added."""
        shallow = "this checkout is shallow, so there is no history to compare with"
        remedy = "run `git fetch --unshallow --tags`"
        if self._expected:
            remedy = "add to actions/checkout, before this step, `fetch-depth: 0`"
        commit = self.commit()
        if self._elsewhere is None or commit is None:
            raise Unobservable(shallow, remedy)
        try:
            tag, files = self._elsewhere(commit).changed(globs)
        except Unobservable as error:
            raise Unobservable(f"{shallow}, and {error.reason}", remedy) from None
        here = () if self._expected or not where else self._changed_since("HEAD", where)
        return tag, sorted({*files, *here})

    def _previous_release(self) -> tuple[str | None, str | None]:
        """The newest version tag reachable from, and not on, the commit, with its own commit."""
        commit = self.commit()
        if commit is None:
            return None, None
        tags = self._tags(_VERSION_TAG, "--merged", "HEAD")
        return next((found for found in tags if found[1] != commit), (None, None))

    def _tags(self, pattern: str, *which: str) -> list[tuple[str, str]]:
        """Tags, newest first, each with the commit that it leads to."""
        form = "%(refname:lstrip=2) %(objectname) %(*objectname)"
        lines = self._git.text(
            "for-each-ref", "--sort=-v:refname", f"--format={form}", *which, pattern
        )
        named = (line.split(" ") for line in lines.splitlines())
        return [(name, peeled or target) for name, target, peeled in named]

    def _changed_since(self, commit: str, where: Sequence[str]) -> list[str]:
        until = ("HEAD",) if self._expected else ()  # on a laptop: the working folder
        options = ["-z", "--name-only", "--no-renames", "--no-ext-diff", "--no-textconv"]
        options += ["--ignore-submodules=dirty"]
        changed = set(self._git.fields("diff", *options, commit, *until, "--", *where))
        return sorted(changed | self._new(where))

    def _new(self, where: Sequence[str]) -> set[str]:
        if self._expected:
            return set()
        return set(
            self._git.fields("ls-files", "-z", "--others", "--exclude-standard", "--", *where)
        )


def repository_name(url: str, host: str) -> str | None:
    """`owner/name` from a remote's address on this host, and nothing else of the address."""
    escaped = re.escape(host)
    as_url = rf"(?:https?|ssh|git)://(?:[^@/]*@)?{escaped}(?::\d+)?/"
    as_scp = rf"(?:[^@/:]+@)?{escaped}:/?"
    pattern = rf"(?:{as_url}|{as_scp})([\w.-]+/[\w.-]+?)(?:\.git)?/?"
    found = re.fullmatch(pattern, url, re.IGNORECASE | re.ASCII)
    return found[1] if found else None


def _is_for_everyone(source: str, pattern: str) -> bool:
    shared = source == ".gitignore" or source.endswith("/.gitignore")
    return shared and not pattern.startswith("!")


def _globs(patterns: Sequence[str], *, in_every_folder: bool = False) -> list[str]:
    """The patterns as git's own; Unobservable if one leads out of the repository."""
    found: list[str] = []
    for pattern in patterns:
        if why := refusal(pattern):
            raise Unobservable(f"`{pattern}` {why}", "name files below the repository's root")
        found += expanded(pattern) if in_every_folder else [pattern]
    return [f":(top,glob){pattern}" for pattern in found]
