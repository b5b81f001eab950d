"""What GitHub says of the target: its pull request and ticket, the documents that count, and if it is gated at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from ..errors import Unusable
from ..frozen import frozen, replace
from ..journey import reading
from ..journey.reading import Documents
from ..outcome import Unobservable
from ..records import PullRef, PullRequest, Records, Ticket, Tree
from ..world.files import RULES
from .decide import Moment, Target
from .release_pr import is_release, ticket_in, trusted

WAITS = (1.0, 2.0, 4.0, 8.0, 15.0)  # seconds; how long GitHub takes to know whence a commit came is not documented


class Hub(Protocol):
    """What is asked of GitHub before anything can be judged. What cannot be told is Unobservable."""

    def records(
        self, *, pull_request: int | None, ticket: int | None, base: str | None, files: Sequence[str]
    ) -> Records: ...

    def tree(self, commit: str, files: Sequence[str]) -> Tree: ...

    def pulls_with(self, commit: str) -> Sequence[PullRef]: ...

    def contained(self, commit: str, branch: str) -> bool: ...

    def file(self, path: str, commit: str) -> bytes | None: ...


@frozen
class Wishes:
    """What the inputs say."""

    checklist: str | None
    rules: str | None
    ticket: int | None
    release_pr: Sequence[str]
    trusted_branches: Sequence[str]
    mode: str


@frozen
class Place:
    """What is gated: the commit, and where people speak of it."""

    target: Target  # its commit is known
    records: Records
    release: bool  # no pull request, or one that is a release
    idle: str | None = None  # why there is nothing to do at all

    @property
    def commit(self) -> str:
        assert self.target.commit is not None
        return self.target.commit

    @property
    def pull_request(self) -> PullRequest | None:
        return self.records.pull_request

    @property
    def ticket(self) -> Ticket | None:
        return self.records.ticket

    @property
    def home(self) -> PullRequest | Ticket | None:
        """Where the boxes are shown: on the pull request while there is one, else in the ticket."""
        return self.pull_request or self.ticket


@frozen
class Situation:
    """By which words it is gated."""

    documents: Documents  # that decide
    own: Documents | Unusable | None = None  # those of the pull request's own head, if they may differ; or their faults
    tree: Tree | None = None  # of the gated commit; None: not read
    lint_only: str | None = None  # why nothing is gated: not a release
    untrusted: bool = False  # the trusted branch has no checklist yet: the pull request's own is shown, no status


def locate(target: Target, wishes: Wishes, hub: Hub, *, lagging: bool, wait: Callable[[float], None]) -> Place:
    """Asks in the fewest requests. `lagging`: GitHub itself made the commit, and may not know yet what of."""
    number = target.pull_request
    if number is None and target.finds_pull_request and target.commit:
        number = _brought(target.commit, wishes, hub, lagging, wait)
    records = _records(target, number, wishes, hub)
    pull = records.pull_request
    release = pull is None or pull.merged or is_release(wishes.release_pr, pull.head_ref, pull.labels)
    ticket = records.ticket.number if records.ticket else None
    idle = f"#{target.ticket} is no release ticket of this commit" if target.ticket not in (None, ticket) else None
    return Place(target=_completed(target, records), records=records, release=release, idle=idle)


def situation(place: Place, wishes: Wishes, hub: Hub, *, pushed: str | None) -> Situation:
    """The documents that count. `pushed` is the branch that is known to hold the commit."""
    if place.target.moment is Moment.REVIEW:
        return _review(place, wishes, hub)
    _assert_trusted(place.commit, place.records.default_branch, wishes, hub, pushed)
    tree = hub.tree(place.commit, _named_files(wishes))
    documents = reading.from_tree(_At(hub, tree), wishes.checklist, wishes.rules)
    if documents is None:
        raise Unusable(
            f"{place.commit[:7]} has no checklist",
            hint="add one, or name it in the input `checklist`",
        )
    return Situation(documents=documents, tree=tree)


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
    files = _named_files(wishes)
    records = hub.records(pull_request=number, ticket=wishes.ticket, base=target.base, files=files)
    pull = records.pull_request
    base = target.base or records.default_branch
    named = ticket_in(pull.body) if pull and wishes.ticket is None else None
    other = pull is not None and pull.base_ref != base and target.moment is Moment.REVIEW
    if named is None and not other:
        return records
    again = hub.records(
        pull_request=number if other else None,
        ticket=named or wishes.ticket,
        base=pull.base_ref if pull and other else target.base,
        files=files,
    )
    return replace(again, pull_request=again.pull_request or pull)


def _named_files(wishes: Wishes) -> list[str]:
    return [path for path in (wishes.checklist, *((wishes.rules,) if wishes.rules else RULES)) if path]


def _completed(target: Target, records: Records) -> Target:
    """A comment's event does not say which commit its pull request stands at, and any event's payload may be old."""
    pull = records.pull_request
    if target.moment is not Moment.REVIEW or pull is None:
        if target.commit is None:
            raise Unobservable("the pull request could not be read, so the commit to gate is not known")
        return replace(target, pull_request=pull.number if pull else target.pull_request)
    if pull.merged:
        if pull.merge_commit is None:
            raise Unobservable("GitHub does not tell which commit it merged the pull request into")
        return replace(target, commit=pull.merge_commit, moment=Moment.GATE, base=pull.base_ref)
    return replace(target, commit=target.commit or pull.head, base=pull.base_ref)


def _review(place: Place, wishes: Wishes, hub: Hub) -> Situation:
    """A pull request is judged by the trusted base's words, at its own head."""
    records, base = place.records, place.target.base or place.records.default_branch
    documents = None
    if records.trusted is not None and trusted(base, records.default_branch, wishes.trusted_branches):
        documents = reading.from_tree(_At(hub, records.trusted), wishes.checklist, wishes.rules)
    files = [*_named_files(wishes), *([documents.checklist.path] if documents else [])]
    head = hub.tree(place.commit, list(dict.fromkeys(files)))
    own = _own(head, wishes, hub)
    if documents is not None:
        return Situation(
            documents=documents, own=own, tree=head, lint_only=_lint_only(place.pull_request, documents, wishes, place)
        )
    if isinstance(own, Unusable):
        raise own
    if own is None:
        raise Unusable(
            f"neither {base} nor {place.commit[:7]} has a checklist",
            hint="add one, or name it in the input `checklist`",
        )
    return Situation(documents=own, tree=head, untrusted=True)


def _own(head: Tree, wishes: Wishes, hub: Hub) -> Documents | Unusable | None:
    try:
        return reading.from_tree(_At(hub, head), wishes.checklist, wishes.rules)
    except Unusable as faulty:
        return faulty


def _lint_only(pull: PullRequest | None, documents: Documents, wishes: Wishes, place: Place) -> str | None:
    """In report mode, and while there is no rules file, every pull request gets the comment."""
    if pull is None or place.release or wishes.mode == "report" or documents.rules is None:
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


@frozen(kw_only=False)
class _At:
    """A commit's files: what one query brought, anything else asked for at that very commit."""

    hub: Hub
    tree: Tree

    def read(self, path: str) -> bytes | None:
        return self.tree.files[path] if path in self.tree.files else self.hub.file(path, self.tree.commit)

    def names(self, folder: str) -> Iterable[str]:
        return self.tree.folders.get(folder, ())
