"""From what people said to the sign-offs that count. Pure: what GitHub knows comes in as values and
callables.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time

from msgspec.structs import replace

from ..checklist.model import words_hash
from ..github.model import Actor, Permission
from ..outcome import IgnoredSignOff, SignOff, Unobservable
from ..rules.model import SignedLine
from .claims import Claim, Statements, claims_of
from .port import FoundSignOffs, SignOffRequest, Terms

_SAID = frozenset({"tick", "command"})
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_/-]*")
_DIRECT = {role.value for role in (Permission.WRITE, Permission.MAINTAIN, Permission.ADMIN)}


class GitHubSignOffs:
    """Implements SignOffs: everything people said is read once, then judged under the terms of each
    request.

    Nothing is kept between requests, so that they may be made from several threads.
    """

    def __init__(self, evidence: Statements) -> None:
        self._evidence = evidence
        self._claims, self._lost = claims_of(evidence)
        # The items, or rules' keys, of which anybody said anything; None: of every item, as a
        # review does.
        self._spoken_of = {claim.item for claim in self._claims} | {
            line.item for line in evidence.signed
        }

    def waits(self, request: SignOffRequest) -> bool:
        """GitHub is asked about the people who said anything of the item, and about nobody else."""
        return not self._spoken_of.isdisjoint((None, request.item, request.key or request.item))

    def unattributed(self) -> Sequence[IgnoredSignOff]:
        """What cannot be attributed to a person or to an item, and why."""
        return self._lost

    def _place(self) -> str | None:
        """Boxes stand on the PR while there is one, else in the ticket."""
        if self._evidence.pull_request:
            return f"PR #{self._evidence.pull_request.number}"
        return f"issue #{self._evidence.ticket.number}" if self._evidence.ticket else None

    def find(self, request: SignOffRequest, terms: Terms) -> FoundSignOffs:
        """Who signed these words under these terms; the last word of each person counts."""
        if "environment" in terms.via and self._evidence.approvals_unread is not None:
            raise self._evidence.approvals_unread
        words = digest(request, terms)
        counted: dict[int | str, SignOff] = {}
        skipped: list[SignOff] = []
        ignored: list[IgnoredSignOff] = []
        for claim in self._standing_claims(request, terms):
            reason = self._refusal(claim, request, terms, words)
            if reason is not None:
                ignored.append(_ignored(request, claim.by.login, claim.via, reason))
            elif claim.verb == "skip":
                skipped.append(self._signed(claim, terms, words))
            elif terms.per == "once":
                reason = f"@{claim.by.login}'s word must be kept: add its line under `signed:`"
                line = self._line(request, claim, words)
                ignored.append(_ignored(request, claim.by.login, claim.via, reason, line))
            else:
                keep = (
                    self._line(request, claim, words)
                    if terms.valid_for and claim.via in _SAID
                    else None
                )
                counted[claim.by.id or claim.by.login] = replace(
                    self._signed(claim, terms, words), keep=keep
                )
        logins = {sign.by.lower() for sign in counted.values()}
        kept: list[SignOff] = []
        for line_kept in self._lines_kept(request):
            found = self._kept(line_kept, request, terms, words)
            if isinstance(found, IgnoredSignOff):
                ignored.append(found)
            elif found.by.lower() not in logins:
                kept.append(found)
        return FoundSignOffs(
            counted=(*counted.values(), *kept),
            skipped=tuple(skipped),
            ignored=tuple(ignored),
            digest=words,
            note="; ".join(dict.fromkeys(each.reason for each in ignored)) or None,
            place=self._place(),
        )

    def _standing_claims(self, request: SignOffRequest, terms: Terms) -> list[Claim]:
        """What people said of this item and have not taken back, oldest first."""
        standing: list[Claim] = []
        unticked = False
        taken_back_by: set[int | None] = set()
        # Newest first: what takes a word back is met before that word, so one pass is enough.
        for claim in reversed(self._claims):
            if claim.item not in (None, request.item) or (
                claim.section and request.key is not None
            ):
                continue
            if claim.item is None and claim.via not in terms.via:
                continue  # one approving review must not sign everything, nor be reported everywhere
            if claim.verb == "untick":
                unticked = True
            elif claim.verb == "unsign":
                taken_back_by.add(claim.by.id)
            elif claim.by.id not in taken_back_by and not (unticked and claim.via == "tick"):
                standing.append(claim)
        return standing[::-1]

    def _refusal(
        self, claim: Claim, request: SignOffRequest, terms: Terms, words: str
    ) -> str | None:
        """Why a claim does not count; None if it does."""
        who = f"@{claim.by.login}"
        if not claim.by.person:
            return f"{who} is not a person"
        if claim.verb == "skip":
            if not request.skippable:
                return f"{who} cannot skip it: its words are neither conditional nor optional"
            if not claim.reason:
                return f"{who} gave no reason for skipping it"
        elif claim.via not in terms.via:
            return f"a {claim.via} of {who} does not sign it (from: {', '.join(terms.via)})"
        return self._stale(claim, terms, words, who) or self._unfit(claim.by, terms, who)

    def _stale(self, claim: Claim, terms: Terms, words: str, who: str) -> str | None:
        """Other words, another commit, or too long ago."""
        if claim.words is None and claim.via in ("tick", "command") and not claim.copied:
            return f"{who} signed before the gate had asked for it; sign again"
        if claim.copied and terms.that:
            return f"{who} ticked a copy of the item's words, and the rule asks something else"
        if claim.words is not None and words not in claim.words:
            return f"reworded since {who} signed"
        if terms.per == "commit" and not self._on_target(claim.commit):
            return f"{who} signed another commit"
        if claim.words is None and not self._on_target(claim.commit) and claim.via == "review":
            return f"{who} approved another commit"
        if (
            terms.valid_for
            and claim.via != "environment"
            and claim.at + terms.valid_for < self._evidence.now
        ):
            return f"{who}'s signature has expired"
        return None

    def _on_target(self, commit: str | None) -> bool:
        """On the gated commit, or on the PR's final head when GitHub merged it into the gated
        commit.
        """
        gated, pull = self._evidence.commit, self._evidence.pull_request
        if commit is None or gated is None:
            return False
        if commit == gated:
            return True
        return (
            pull is not None and pull.merged and pull.merge_commit == gated and commit == pull.head
        )

    def _unfit(self, by: Actor, terms: Terms, who: str) -> str | None:
        if terms.not_author and (reason := self._is_author(by)):
            return f"{who} {reason}, and it must be somebody else"
        if not any(self._holds(by.login, role) for role in terms.by):
            return f"{who} is not in {', '.join(terms.by)}"
        return None

    def _is_author(self, by: Actor) -> str | None:
        evidence, pull = self._evidence, self._evidence.pull_request
        if evidence.run_actor is not None and by.id == evidence.run_actor:
            return "started this run"
        if pull is None:
            return None
        if _same(pull.author, by):
            return "is the author"
        last = [pull.pushers[-1]] if pull.pushers else []
        tip = [commit.committer for commit in pull.commits[-1:]] + [
            a for commit in pull.commits[-1:] for a in commit.authors
        ]
        if any(_same(actor, by) for actor in (*last, *tip)):
            return "pushed last"
        if (
            pull.author is None or not pull.author.person
        ):  # a bot's PR: whoever wrote its commits is the author
            if not pull.commits_complete:
                raise Unobservable(
                    "a bot's PR has more commits than were read, so its authors are not all known"
                )
            if any(
                _same(actor, by)
                for commit in pull.commits
                for actor in (*commit.authors, commit.committer)
            ):
                return "wrote commits of this PR"
        return None

    def _holds(self, login: str, role: str) -> bool:
        """Whether a person has a role: a user's name, a team, or a permission."""
        if role in _DIRECT:
            return self._evidence.permission(login).covers(Permission(role))
        if role.startswith("@"):
            return (
                self._evidence.member(role, login)
                if "/" in role
                else role[1:].lower() == login.lower()
            )
        return any(self._holds(login, member) for member in self._evidence.roles.get(role, ()))

    def _signed(self, claim: Claim, terms: Terms, words: str) -> SignOff:
        role = next(role for role in terms.by if self._holds(claim.by.login, role))
        until = (claim.at + terms.valid_for).date() if terms.valid_for else None
        return SignOff(
            by=claim.by.login,
            by_id=claim.by.id,
            role=role,
            at=claim.at,
            commit=claim.commit,
            words=words,
            via=claim.via,
            until=until,
            reason=claim.reason,
        )

    def _lines_kept(self, request: SignOffRequest) -> Iterable[SignedLine]:
        """The lines under `signed:` of this item and environment."""
        for line in self._evidence.signed:
            named = line.item in (request.item, request.key)
            if named and line.environment in (None, self._evidence.environment):
                yield line

    def _kept(
        self, line: SignedLine, request: SignOffRequest, terms: Terms, words: str
    ) -> SignOff | IgnoredSignOff:
        """What a line under `signed:` comes to now."""
        login = line.by.removeprefix("@")
        until = _until(line, terms)
        reason = self._lapsed(line, login, until, terms, words)
        if reason is not None:
            return _ignored(request, login, "signed", reason)
        at = datetime.combine(line.on, time(), self._evidence.now.tzinfo)
        return SignOff(
            by=login,
            by_id=None,
            role=None,
            at=at,
            commit=None,
            words=words,
            via="signed",
            until=until,
        )

    def _lapsed(
        self, line: SignedLine, login: str, until: date | None, terms: Terms, words: str
    ) -> str | None:
        """Why a line under `signed:` does not count; None if it does. It is held to all that other
        words are.
        """
        who, today = f"@{login}", self._evidence.now.date()
        if login.lower().endswith("[bot]"):
            return f"{who} is not a person"
        if line.words != words:
            return f"reworded since {who} signed"
        if terms.per == "commit":
            return f"{who}'s line under `signed:` speaks of no commit, and this is signed for each"
        if line.on > today:
            return f"{who}'s signature is dated in the future"
        if until is not None and until < today:
            return f"{who}'s signature has expired"
        return self._unfit(Actor(login=login, id=None, kind="User"), terms, who)

    def _line(self, request: SignOffRequest, claim: Claim, words: str) -> str:
        """The line under `signed:` by which a person's word outlives this release."""
        environment = self._evidence.environment
        told = {
            "item": _scalar(request.item),
            "by": f'"@{claim.by.login}"',
            "on": f"{claim.at:%Y-%m-%d}",
        }
        told |= {"environment": _scalar(environment)} if environment else {}
        return (
            "- { "
            + ", ".join(f"{key}: {value}" for key, value in {**told, "words": words}.items())
            + " }"
        )


def _ignored(
    request: SignOffRequest, by: str, via: str, reason: str, keep: str | None = None
) -> IgnoredSignOff:
    return IgnoredSignOff(item=request.item, by=by, via=via, reason=reason, keep=keep)


def _scalar(text: str) -> str:
    """A text as YAML reads it back."""
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def digest(request: SignOffRequest, terms: Terms) -> str:
    """The hash of what a sign-off confirms: the item's words, and what the rule asks instead."""
    return words_hash(f"{request.words}\n{terms.that}" if terms.that else request.words)


def _until(line: SignedLine, terms: Terms) -> date | None:
    """The last day of a line: its own, or the one that `valid_for` allows if that is earlier."""
    last = [
        day for day in (line.until, line.on + terms.valid_for if terms.valid_for else None) if day
    ]
    return min(last, default=None)


def _same(one: Actor | None, other: Actor) -> bool:
    """People are told apart by id; a line under `signed:` has only a name."""
    if one is None:
        return False
    if one.id is None or other.id is None:
        return one.login.casefold() == other.login.casefold()
    return one.id == other.id
