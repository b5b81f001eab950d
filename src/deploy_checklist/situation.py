"""What GitHub says of the target: its pull request and ticket, the trusted documents, and if it is gated at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from . import reading
from .errors import Unusable
from .outcome import Unobservable
from .reading import Documents
from .records import PullRef, PullRequest, Records, Ticket, Tree
from .release_pr import is_release, ticket_in, trusted
from .target import Moment, Target
from .world.files import RULES

WAITS = (1.0, 2.0, 4.0, 8.0, 15.0)  # seconds; how long GitHub takes to know whence a commit came is not documented


class Hub(Protocol):
    """What is asked of GitHub before anything can be judged. What cannot be told is Unobservable."""

    def records(
        self, *, pull_request: int | None, ticket: int | None, base: str | None, files: Sequence[str]
    ) -> Records: ...

    def pulls_with(self, commit: str) -> Sequence[PullRef]: ...

    def contained(self, commit: str, branch: str) -> bool: ...

    def file(self, path: str, commit: str) -> bytes | None: ...

    def names(self, folder: str, commit: str) -> Iterable[str]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Wishes:
    """What the inputs say."""

    checklist: str | None
    rules: str | None
    ticket: int | None
    release_pr: Sequence[str]
    trusted_branches: Sequence[str]
    mode: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Situation:
    """Everything that decides what is gated, and by which words."""

    target: Target  # its commit is known
    records: Records
    documents: Documents
    lint_only: str | None = None  # why nothing is gated: not a release
    untrusted: bool = False  # the trusted branch has no checklist yet: the pull request's own is shown, no status

    @property
    def pull_request(self) -> PullRequest | None:
        return self.records.pull_request

    @property
    def ticket(self) -> Ticket | None:
        return self.records.ticket


def situation(
    target: Target, wishes: Wishes, hub: Hub, *, pushed: str | None, lagging: bool, wait: Callable[[float], None]
) -> Situation:
    """Asks in the fewest requests. `pushed` is the branch of a push; `lagging`: GitHub itself made the commit."""
    number = target.pull_request
    if number is None and target.finds_pull_request and target.commit:
        number = _brought(target.commit, wishes, hub, lagging, wait)
    records = _records(target, number, wishes, hub)
    known = _completed(target, records)
    assert known.commit is not None
    if known.moment is Moment.REVIEW:
        return _review(known, records, wishes, hub)
    _assert_trusted(known.commit, records.default_branch, wishes, hub, pushed)
    documents = reading.from_tree(_At(hub, known.commit), wishes.checklist, wishes.rules)
    if documents is None:
        raise Unusable(
            f"{known.commit[:7]} has no checklist",
            hint="add one, or name it in the input `checklist`",
        )
    return Situation(target=known, records=records, documents=documents)


def _brought(commit: str, wishes: Wishes, hub: Hub, lagging: bool, wait: Callable[[float], None]) -> int | None:
    """The merged pull request that GitHub made this very commit of."""
    for pause in (*(WAITS if lagging else ()), None):
        found = [pull for pull in hub.pulls_with(commit) if pull.merged and pull.merge_commit == commit]
        if found or pause is None:
            return found[0].number if len(found) == 1 else None
        wait(pause)
    return None


def _records(target: Target, number: int | None, wishes: Wishes, hub: Hub) -> Records:
    """One query; another one only for a branch or a ticket that the first one named."""
    files = [path for path in (wishes.checklist, *((wishes.rules,) if wishes.rules else RULES)) if path]
    ticket = wishes.ticket or target.ticket
    records = hub.records(pull_request=number, ticket=ticket, base=target.base, files=files)
    pull = records.pull_request
    base = target.base or records.default_branch
    named = ticket_in(pull.body) if pull and ticket is None else None
    other = pull is not None and pull.base_ref != base and target.moment is Moment.REVIEW
    if named is None and not other:
        return records
    again = hub.records(
        pull_request=number if other else None,
        ticket=named or ticket,
        base=pull.base_ref if pull and other else target.base,
        files=files,
    )
    return replace(again, pull_request=again.pull_request or pull)


def _completed(target: Target, records: Records) -> Target:
    """A comment's event does not say which commit its pull request stands at."""
    pull = records.pull_request
    if target.commit is not None and not (target.moment is Moment.REVIEW and pull is not None and pull.merged):
        return replace(target, pull_request=pull.number if pull else target.pull_request)
    if pull is None:
        raise Unobservable("the pull request could not be read, so the commit to gate is not known")
    if pull.merged:
        if pull.merge_commit is None:
            raise Unobservable("GitHub does not tell which commit it merged the pull request into")
        return replace(target, commit=pull.merge_commit, moment=Moment.GATE, base=pull.base_ref)
    return replace(target, commit=target.commit or pull.head, base=pull.base_ref)


def _review(target: Target, records: Records, wishes: Wishes, hub: Hub) -> Situation:
    """A pull request is judged by the trusted base's words, at its own head."""
    pull, commit = records.pull_request, target.commit
    assert commit is not None
    base = target.base or records.default_branch
    tree = records.trusted
    documents = None
    if tree is not None and trusted(base, records.default_branch, wishes.trusted_branches):
        documents = reading.from_tree(_Tip(hub, tree), wishes.checklist, wishes.rules)
    if documents is None:
        own = reading.from_tree(_At(hub, commit), wishes.checklist, wishes.rules)
        if own is None:
            raise Unusable(
                f"neither {base} nor {commit[:7]} has a checklist",
                hint="add one, or name it in the input `checklist`",
            )
        return Situation(target=target, records=records, documents=own, untrusted=True)
    return Situation(
        target=target, records=records, documents=documents, lint_only=_not_release(pull, documents, wishes)
    )


def _not_release(pull: PullRequest | None, documents: Documents, wishes: Wishes) -> str | None:
    """In report mode, and while there is no rules file, every pull request gets the comment."""
    if pull is None or wishes.mode == "report" or documents.rules is None:
        return None
    if is_release(wishes.release_pr, pull.head_ref, pull.labels):
        return None
    return f"not a release pull request ({', '.join(wishes.release_pr)}): only linted"


def _assert_trusted(commit: str, default: str, wishes: Wishes, hub: Hub, pushed: str | None) -> None:
    """Outside pull requests a commit's own words count, so it must be contained in a branch that is trusted."""
    if pushed is not None and trusted(pushed, default, wishes.trusted_branches):
        return
    plain = [name for name in wishes.trusted_branches if not set(name) & set("*?")]
    if any(hub.contained(commit, branch) for branch in dict.fromkeys((default, *plain))):
        return
    raise Unusable(
        f"{commit[:7]} is in no trusted branch ({', '.join((default, *wishes.trusted_branches))})",
        hint="merge it first, or name its branch in the input `trusted-branches`",
    )


@dataclass(frozen=True, slots=True)
class _At:
    """A commit's files, each asked for."""

    hub: Hub
    commit: str

    def read(self, path: str) -> bytes | None:
        return self.hub.file(path, self.commit)

    def names(self, folder: str) -> Iterable[str]:
        return self.hub.names(folder, self.commit)


@dataclass(frozen=True, slots=True)
class _Tip:
    """A branch's tip: what the one query brought, anything else asked for at that very commit."""

    hub: Hub
    tree: Tree

    def read(self, path: str) -> bytes | None:
        files: Mapping[str, bytes | None] = self.tree.files
        return files[path] if path in files else self.hub.file(path, self.tree.commit)

    def names(self, folder: str) -> Iterable[str]:
        return self.tree.folders.get(folder, ())
