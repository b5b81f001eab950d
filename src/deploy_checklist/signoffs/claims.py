"""What people said on GitHub, read into claims: ticks, commands, reviews and approvals, each with
its time. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from ..checklist.model import fold
from ..github.model import (
    Actor,
    Approval,
    Permission,
    PullRequest,
    Review,
    Ticket,
)
from ..outcome import IgnoredSignOff, Unobservable
from ..rules.model import SignedLine
from .commands import SignOffCommand, commands
from .ticks import ShownBoxes, Tick, Unattributable, shown_boxes, ticks

_COMMENT = re.compile(r"<!--.*?(?:-->|$)")


class Statements(Struct, frozen=True, kw_only=True):
    """Everything people said, and how to ask who they are."""

    pull_request: PullRequest | None
    ticket: Ticket | None
    approvals: Sequence[Approval]  # of this run; none unless it is the first attempt
    signed: Sequence[SignedLine]  # lines of the rules file
    roles: Mapping[str, Sequence[str]]  # of the rules file
    permission: Callable[[str], Permission]  # by login; Unobservable if it cannot be read
    member: Callable[
        [str, str], bool
    ]  # "@org/team", login; Unobservable if the team cannot be read
    environment: str | None
    commit: str | None  # that is gated
    run_actor: int | None  # id; only in runs that push, tag, dispatch or deploy
    now: datetime
    names: ItemNames
    approvals_unread: Unobservable | None = None  # why they could not be read


class ItemNames(Struct, frozen=True, kw_only=True):
    """What people may call an item: all in lower case, to ids of items."""

    items: Mapping[
        str, tuple[str, ...]
    ]  # ids, rule keys, variables; several ids: ambiguous, refused
    sections: Mapping[str, tuple[str, ...]]  # slugs of sections: all items in them
    texts: Mapping[str, tuple[str, ...]]  # folded text, for copies of the checklist in a body


class Claim(Struct, frozen=True, kw_only=True):
    """A person says so; not yet judged under an item's terms."""

    item: str | None  # id; None: every item (a review, an approval)
    verb: str  # sign | unsign | skip | untick
    by: Actor
    at: datetime
    via: str
    words: frozenset[str] | None  # hashes of what was asked when it was said; None: it is not known
    commit: str | None
    reason: str | None = None
    section: bool = False  # said of a whole section: only for items asked in its box
    copied: bool = False  # in a copy of the checklist, whose own line is what was asked


def claims_of(evidence: Statements) -> tuple[list[Claim], tuple[IgnoredSignOff, ...]]:
    """Everything people said, oldest first, and what cannot be attributed at all."""
    threads = [thread for thread in (evidence.pull_request, evidence.ticket) if thread]
    comments = [comment for thread in threads for comment in thread.comments]
    here = evidence.environment or ""  # a box that asks for staging signs nothing for production
    own = (each for comment in comments if comment.own for each in shown_boxes(comment))
    asked = sorted((each for each in own if each.environment == here), key=lambda each: each.at)
    claims: list[Claim] = []
    lost: list[IgnoredSignOff] = []
    for comment in comments:
        if comment.own:
            found = ticks(comment.history, ours=True)
            mine = (
                each
                for each in found
                if isinstance(each, Unattributable) or each.environment == here
            )
            _ticked(mine, claims, lost, evidence.names)
    for thread in threads:
        _ticked(ticks(thread.history, ours=False), claims, lost, evidence.names)
    for command in commands(comments):
        _commanded(command, asked, claims, lost, evidence.names)
    claims += _approved(evidence)
    return sorted(claims, key=lambda claim: claim.at), tuple(dict.fromkeys(lost))


def _ticked(
    found: Iterable[Tick | Unattributable],
    claims: list[Claim],
    lost: list[IgnoredSignOff],
    names: ItemNames,
) -> None:
    for each in found:
        if isinstance(each, Unattributable):
            lost.append(
                IgnoredSignOff(
                    item="", by=each.by.login if each.by else "", via="tick", reason=each.reason
                )
            )
            continue
        verb = "sign" if each.ticked else "untick"
        for item, words in each.words.items():
            claims.append(
                Claim(
                    item=item,
                    verb=verb,
                    by=each.by,
                    at=each.at,
                    via="tick",
                    words=words,
                    commit=each.head,
                )
            )
        if not each.words:
            ids = names.texts.get(fold(_COMMENT.sub("", each.line)), ())
            claims += [
                Claim(
                    item=item,
                    verb=verb,
                    by=each.by,
                    at=each.at,
                    via="tick",
                    words=None,
                    commit=None,
                    copied=True,
                )
                for item in ids[:1]
                if len(ids) == 1
            ]


def _commanded(
    command: SignOffCommand,
    asked: Sequence[ShownBoxes],
    claims: list[Claim],
    lost: list[IgnoredSignOff],
    names: ItemNames,
) -> None:
    by = command.by.login if command.by else ""
    refused = command.refused
    named, reason = _resolved(
        command.words, names, most=1 if command.verb == "skip" else len(command.words)
    )
    if refused is None and not named:
        refused = "it names no item: give an id, as the comment shows them"
    ambiguous = next((ids for ids, section in named if len(ids) > 1 and not section), None)
    if refused is None and ambiguous:
        refused = f"it is ambiguous: {', '.join(ambiguous)}"
    if (
        refused is None
        and command.verb == "sign"
        and reason
        and not _listed(command.words[: len(named) - 1])
    ):
        second = command.words[1].strip("`,")
        refused = f"`{second}` may be an item or begin the reason: put a comma between items, or begin it otherwise"
    if refused is not None or command.by is None:
        lost.append(
            IgnoredSignOff(
                item=" ".join(command.words[:1]),
                by=by,
                via="command",
                reason=refused or "no account",
            )
        )
        return
    then = max(
        (each for each in asked if each.at <= command.at), key=lambda each: each.at, default=None
    )
    for ids, section in dict.fromkeys(named):  # one comment can name an item ten thousand times
        for item in ids:
            claims.append(
                Claim(
                    item=item,
                    verb=command.verb,
                    by=command.by,
                    at=command.at,
                    via="command",
                    section=section,
                    reason=reason,
                    words=then.words.get(item) if then else None,
                    commit=then.head if then else None,
                )
            )


def _listed(words: Sequence[str]) -> bool:
    """Whether a comma says that another item follows: a reason's first words can be items' names,
    too.
    """
    return all(word.endswith(",") for word in words)


def _resolved(
    words: Sequence[str], names: ItemNames, *, most: int
) -> tuple[list[tuple[tuple[str, ...], bool]], str | None]:
    """The items that the first words name (`most` of them), and the rest as the reason."""
    found: list[tuple[tuple[str, ...], bool]] = []
    for number, word in enumerate(words[:most]):
        name = word.strip("`,").lower()
        if name in names.items:
            found.append((names.items[name], False))
        elif name in names.sections:
            found.append((names.sections[name], True))
        else:
            return found, " ".join(words[number:])
    return found, " ".join(words[most:]) or None


def _approved(evidence: Statements) -> Iterable[Claim]:
    """Approving reviews (each person's last opinion), and approvals of this run's wait for the
    environment.
    """
    last: dict[int | None, Review] = {}
    for review in evidence.pull_request.reviews if evidence.pull_request else ():
        if (
            review.author
            and review.at
            and review.state in ("APPROVED", "CHANGES_REQUESTED", "DISMISSED")
        ):
            last[review.author.id] = review
    for review in last.values():
        if review.state == "APPROVED" and review.author and review.at:
            yield Claim(
                item=None,
                verb="sign",
                by=review.author,
                at=review.at,
                via="review",
                words=None,
                commit=review.commit,
            )
    for approval in evidence.approvals:
        if (
            approval.state == "approved"
            and approval.user
            and evidence.environment in approval.environments
        ):
            yield Claim(
                item=None,
                verb="sign",
                by=approval.user,
                at=evidence.now,
                via="environment",
                words=None,
                commit=evidence.commit,
            )
