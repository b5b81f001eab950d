"""What people said on GitHub, read into claims: ticks, commands, reviews and approvals. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from ..checklist.model import fold
from ..github.model import Actor, Approval, Commit, Permission, PullRequest, Review, Ticket
from ..outcome import IgnoredSignOff, Unobservable
from ..rules.model import OverrideTerms, SignedLine
from .commands import OVERRIDE, UNOVERRIDE, SignOffCommand, commands
from .ticks import ShownBoxes, Tick, Unattributable, shown_boxes, ticks

_COMMENT = re.compile(r"<!--(?:.*?-->|.*)")
_MOST_HIDDEN = 20
_OPINIONS = ("APPROVED", "CHANGES_REQUESTED", "DISMISSED")


class Statements(Struct, frozen=True, kw_only=True):
    """Everything people said, and how to ask who they are."""

    pull_request: PullRequest | None
    ticket: Ticket | None
    asks_in_ticket: bool = False  # although there is a pull request
    approvals: Sequence[Approval]  # of this run; none unless it is the first attempt
    signed: Sequence[SignedLine]  # lines of the rules file
    roles: Mapping[str, Sequence[str]]  # of the rules file
    permission: Callable[[str], Permission]  # by login; Unobservable if it cannot be read
    # By "@org/team" and login; Unobservable if the team cannot be read.
    member: Callable[[str, str], bool]
    environment: str | None
    gate: str | None = None  # its name, if the repository has several
    commit: str | None  # that is gated
    tip: Commit | None  # the gated commit with its people; None: not read
    now: datetime
    answered_at: datetime | None = None  # when GitHub told it, by its own clock
    until: datetime | None = None  # what was said later is ignored
    names: ItemNames
    approvals_unread: Unobservable | None = None  # why they could not be read
    override: OverrideTerms | None = None  # of the trusted branch's rules
    override_roles: Mapping[str, Sequence[str]] = {}  # of the same rules
    environments: Collection[str] = ()  # that it declares
    may_override: bool = False  # whether this run blocks what an override releases

    def is_gated(self, commit: str | None) -> bool:
        """Whether it is the gated commit, or the head of the PR that GitHub merged into that."""
        gated, pull = self.commit, self.pull_request
        if commit is None or gated is None:
            return False
        if pull is not None and pull.merged and pull.merge_commit == gated and commit == pull.head:
            return True
        return commit == gated


class ItemNames(Struct, frozen=True, kw_only=True):
    """What people may call an item: each name in lower case, with the ids of its items."""

    # Ids, rule keys and variables. A name of several items is ambiguous, and refused.
    items: Mapping[str, tuple[str, ...]]
    sections: Mapping[str, tuple[str, ...]]  # slugs of sections: all items in them
    texts: Mapping[str, tuple[str, ...]]  # folded text, for copies of the checklist in a body


class Claim(Struct, frozen=True, kw_only=True):
    """What a person said about an item, not yet judged under the item's terms."""

    item: str | None  # id; None: every item (a review, an approval)
    verb: str  # sign | unsign | skip | untick
    by: Actor
    at: datetime
    via: str
    words: frozenset[str] | None  # hashes of what was asked when it was said; None: it is not known
    commit: str | None
    reason: str | None = None
    section: bool = False  # about a whole section: signs only what its box asks
    copied: bool = False  # in a copy of the checklist: that copy's line is what was asked
    misspelt: str | None = None  # of a hidden one: what is written instead of the verb


_Said = TypeVar("_Said")


class Asked:
    """What our comments asked over time."""

    def __init__(self, shown: Sequence[ShownBoxes]) -> None:
        """`shown`: oldest first."""
        self._commits = [(each.at, each.head) for each in shown]
        self._words: dict[str, list[tuple[datetime, frozenset[str]]]] = {}
        for each in shown:
            for item, words in each.words.items():
                self._words.setdefault(item, []).append((each.at, words))

    def commit(self, at: datetime) -> str | None:
        """The commit that they were about; None if there were none."""
        return _last(self._commits, at)

    def commits_after(self, at: datetime) -> frozenset[str | None]:
        """The commits that they were about since then."""
        return frozenset(head for shown, head in self._commits if shown >= at)

    def words(self, item: str, at: datetime) -> frozenset[str] | None:
        """Hashes of what was last asked about an item; None if it was not asked before.

        Its box may be gone by then: the signer can withdraw and sign again between two runs of the
        gate.
        """
        return _last(self._words.get(item, ()), at)


def _last(said: Sequence[tuple[datetime, _Said]], at: datetime) -> _Said | None:
    """The last thing said until then; within one second, the first."""
    until = bisect_right(said, at, key=itemgetter(0))
    if until == 0:
        return None
    return said[bisect_left(said, said[until - 1][0], key=itemgetter(0))][1]


class ReadClaims(Struct, frozen=True, kw_only=True):
    """What people said."""

    claims: Sequence[Claim]  # oldest first
    unattributed: tuple[IgnoredSignOff, ...]  # to a person or an item
    hidden: Sequence[Claim]  # what commands in quotes, lists and code would have said
    overrides: Sequence[SignOffCommand]  # and what takes them back, oldest first
    asked: Asked


def claims_of(statements: Statements) -> ReadClaims:
    """All claims, and what is not one."""
    threads = [thread for thread in (statements.pull_request, statements.ticket) if thread]
    comments = [comment for thread in threads for comment in thread.comments]
    ours = [comment for comment in comments if comment.own]
    names = statements.names
    # A box that asks for staging signs nothing for production, nor for another gate.
    asking = (statements.environment or "", statements.gate)
    found: list[Claim | IgnoredSignOff] = []
    for comment in ours:
        for tick in ticks(comment.history, ours=True):
            if isinstance(tick, Unattributable) or (tick.environment, tick.gate) == asking:
                found += _of_tick(tick, names)
    for thread in threads:
        for tick in ticks(thread.history, ours=False):
            found += _of_tick(tick, names)
    shown = [
        each
        for comment in ours
        for each in shown_boxes(comment)
        if (each.environment, each.gate) == asking
    ]
    shown.sort(key=lambda each: each.at)
    asked = Asked(shown)
    overrides: list[SignOffCommand] = []
    hidden: dict[tuple[Actor, str, tuple[str, ...]], SignOffCommand] = {}
    for command in commands(comments):
        if command.verb in (OVERRIDE, UNOVERRIDE):
            overrides.append(command)
        elif not command.hidden:
            found += _of_command(command, asked, names)
        elif command.by is not None and command.by.person:
            meant = replace(command, refused=None)
            hidden[command.by, command.verb, command.words] = meant
    newest = [*hidden.values()][-_MOST_HIDDEN:]  # anybody may write any number of them
    unsaid = [each for command in newest for each in _of_command(command, asked, names)]
    claims = [*(each for each in found if isinstance(each, Claim)), *_of_approvals(statements)]
    claims = [each for each in claims if _is_in_time(each.at, statements)]
    ignored = [each for each in found if isinstance(each, IgnoredSignOff)]
    ignored += [_misspelt(each) for each in newest if _is_to_be_told(each, claims, statements)]
    return ReadClaims(
        claims=sorted(claims, key=lambda claim: claim.at),
        unattributed=tuple(dict.fromkeys(ignored)),
        hidden=[
            each for each in unsaid if isinstance(each, Claim) and _is_in_time(each.at, statements)
        ],
        overrides=_without_most_hidden(overrides),
        asked=asked,
    )


def _is_in_time(at: datetime, statements: Statements) -> bool:
    return statements.until is None or at <= statements.until


def _without_most_hidden(commands: Sequence[SignOffCommand]) -> Sequence[SignOffCommand]:
    """Anybody may write any number of commands that do not count: only the newest are shown."""
    newest = [each for each in commands if each.hidden][-_MOST_HIDDEN:]
    return [each for each in commands if not each.hidden or each in newest]


def _is_to_be_told(
    command: SignOffCommand, claims: Sequence[Claim], statements: Statements
) -> bool:
    """Whether it is only a misspelt verb, by somebody who may write to the repository and said
    nothing later. If an item follows it, it is shown to those who may sign that item.
    """
    by = command.by
    if command.misspelt is None or command.words or by is None:
        return False
    if any(claim.by.id == by.id and claim.at >= command.at for claim in claims):
        return False
    try:
        return statements.permission(by.login).covers(Permission.WRITE)
    except Unobservable:
        return False


def _misspelt(command: SignOffCommand) -> IgnoredSignOff:
    by = command.by.login if command.by else ""
    meant = f"did you mean `/checklist {command.verb} ID`?"
    reason = f"`{command.misspelt}` is not a command: {meant}"
    return IgnoredSignOff(item="", by=by, via="command", reason=reason)


def _of_tick(tick: Tick | Unattributable, names: ItemNames) -> Iterator[Claim | IgnoredSignOff]:
    if isinstance(tick, Unattributable):
        by = tick.by.login if tick.by else ""
        ignored = IgnoredSignOff(item="", by=by, via="tick", reason=tick.reason)
        if tick.lines is None:
            yield ignored
        for line in tick.lines or ():
            copies = names.texts.get(_folded(line), ())
            yield from (replace(ignored, item=item) for item in copies)
        return
    verb = "sign" if tick.ticked else "untick"
    for item, words in tick.words.items():
        yield Claim(
            item=item, verb=verb, by=tick.by, at=tick.at, via="tick", words=words, commit=tick.head
        )
    copies = () if tick.words else names.texts.get(_folded(tick.line), ())
    if len(copies) == 1:
        yield Claim(
            item=copies[0],
            verb=verb,
            by=tick.by,
            at=tick.at,
            via="tick",
            words=None,
            commit=None,
            copied=True,
        )


def _folded(line: str) -> str:
    """The text of a line in a copy of the checklist, as items are found by it."""
    return fold(_COMMENT.sub("", line))


def _of_command(
    command: SignOffCommand, asked: Asked, names: ItemNames
) -> Iterator[Claim | IgnoredSignOff]:
    most = 1 if command.verb == "skip" else len(command.words)
    named, reason = _named(command.words, names, most=most)
    refusal = _refusal(command, named, reason)
    if refusal is not None or command.by is None:
        yield IgnoredSignOff(
            item=" ".join(command.words[:1]),
            by=command.by.login if command.by else "",
            via="command",
            reason=refusal or "no account",
        )
        return
    for ids, is_section in dict.fromkeys(named):  # one comment can name an item 10,000 times
        for item in ids:
            yield Claim(
                item=item,
                verb=command.verb,
                by=command.by,
                at=command.at,
                via="command",
                section=is_section,
                reason=reason,
                misspelt=command.misspelt,
                words=asked.words(item, command.at),
                commit=asked.commit(command.at),
            )


def _refusal(
    command: SignOffCommand, named: Sequence[tuple[tuple[str, ...], bool]], reason: str | None
) -> str | None:
    """Why a command does not count; None if it does."""
    if command.refused is not None:
        return command.refused
    if not named:
        return "it names no item: give an id from the gate's comment"
    for ids, is_section in named:
        if len(ids) > 1 and not is_section:
            return f"it could be any of these: {', '.join(ids)}"
    # The first words of a reason can be names of items, too: only a comma shows that one follows.
    listed = all(word.endswith(",") for word in command.words[: len(named) - 1])
    if command.verb == "sign" and reason and not listed:
        second = command.words[1].strip("`,")
        may_be = f"`{second}` may be an item or the start of the reason"
        return f"{may_be}: put a comma between items, or start the reason with another word"
    return None


def _named(
    words: Sequence[str], names: ItemNames, *, most: int
) -> tuple[list[tuple[tuple[str, ...], bool]], str | None]:
    """What the first words name (`most` of them), and the rest as the reason.

    Each name is given as the ids of its items, and whether it is a section's.
    """
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


def _of_approvals(statements: Statements) -> Iterator[Claim]:
    """Approving reviews (each person's last opinion), and approvals of this run's deployment."""
    last: dict[int | None, Review] = {}
    for review in statements.pull_request.reviews if statements.pull_request else ():
        is_opinion = review.state in _OPINIONS
        if review.author and review.at and is_opinion and _is_in_time(review.at, statements):
            last[review.author.id] = review
    for review in last.values():
        if review.state == "APPROVED" and review.author and review.at:
            yield _approval(review.author, review.at, "review", review.commit)
    for approval in statements.approvals:
        of_environment = statements.environment in approval.environments
        if approval.state == "approved" and approval.user and of_environment:
            yield _approval(approval.user, statements.now, "environment", statements.commit)


def _approval(by: Actor, at: datetime, via: str, commit: str | None) -> Claim:
    return Claim(item=None, verb="sign", by=by, at=at, via=via, words=None, commit=commit)
