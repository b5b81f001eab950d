"""Which sign-offs count, of all that people said.

Pure: what GitHub knows comes in as values and callables.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import timedelta

from msgspec.structs import replace

from ..checklist.model import words_hash
from ..engine.days import end_of, midnight
from ..github.model import Actor
from ..outcome import IgnoredSignOff, Override, SignOff, Unobservable
from ..rules.model import SignedLine
from .claims import Claim, Statements, claims_of
from .dated import AllSignOffs, DatedSignOff, HiddenSignOff
from .fitness import holds, why_unfit
from .hidden import HiddenClaims, why_hidden
from .involvement import excluded
from .lines import kept, never_counts, until_of
from .overrides import find_override
from .port import FoundSignOffs, SignOffRequest, Terms

_IN_WRITING = frozenset({"tick", "command"})
# A sign-off counts still at the moment at which it expires.
_RESOLUTION = timedelta(microseconds=1)
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_/-]*")


class GitHubSignOffs:
    """Implements SignOffs: reads what people said once, then judges it under each request's terms.

    Nothing is kept between requests, so that they may be made from several threads.
    """

    def __init__(self, statements: Statements) -> None:
        self._statements = statements
        read = claims_of(statements)
        self._unattributed = read.unattributed
        self._override = find_override(read, statements)
        self._hidden = HiddenClaims(read)
        # By item; None means every item, as for a review.
        self._claims: dict[str | None, list[Claim]] = {}
        for claim in read.claims:
            self._claims.setdefault(claim.item, []).append(claim)
        # Items and keys of rules that anybody signed.
        self._signed_items = {*self._claims, *(line.item for line in statements.signed)}
        self._signed_items |= self._hidden.items()

    def waits(self, request: SignOffRequest) -> bool:
        """Whether GitHub has to be asked about people: only about those who signed this item."""
        return not self._signed_items.isdisjoint((None, request.item, request.key or request.item))

    def unattributed(self) -> Sequence[IgnoredSignOff]:
        """What cannot be attributed to a person or to an item, and why."""
        return (*self._unattributed, *self._override.ignored)

    def override(self) -> Override | None:
        """The override that counts, if there is one."""
        return self._override.override

    def _place(self) -> str | None:
        """Where the boxes are."""
        said = self._statements
        if said.pull_request is not None and not said.asks_in_ticket:
            return f"PR #{said.pull_request.number}"
        return f"issue #{said.ticket.number}" if said.ticket is not None else None

    def find(self, request: SignOffRequest, terms: Terms) -> FoundSignOffs:
        """Who signed these words under these terms, each person by the last sign-off.

        Raises Unobservable if GitHub does not say what this depends on.
        """
        if "environment" in terms.via and self._statements.approvals_unread is not None:
            raise self._statements.approvals_unread
        words = digest(request, terms)
        claims = [
            self._dated_claim(claim, request, terms, words)
            for claim in self._standing_claims(request, terms)
        ]
        dated = AllSignOffs(
            claims=claims,
            lines=[
                self._dated_line(line, request, terms, words) for line in self._lines_of(request)
            ],
            hidden=tuple(self._unseen(request, terms, self._people_of(claims))),
            digest=words,
            excluded=excluded(self._statements) if terms.not_author else (),
            place=self._place(),
        )
        found = dated.at(self._statements.now)
        return replace(found, dated=dated) if dated.moments() else found

    def _people_of(self, claims: Iterable[DatedSignOff]) -> Container[int | None]:
        """The ids of those whose sign-off counts now."""
        now = self._statements.now
        found = [(each.at(now), each.is_skip) for each in claims]
        return {each.by_id for each, skip in found if isinstance(each, SignOff) and not skip}

    def _unseen(
        self, request: SignOffRequest, terms: Terms, counted: Container[int | None]
    ) -> Iterator[HiddenSignOff]:
        """Commands that GitHub shows within something else, of people who could sign."""
        for claim in self._hidden.of(request) if "command" in terms.via else ():
            takes_back = claim.verb == "unsign"
            if claim.by.id not in counted:
                if takes_back:
                    continue  # it would change nothing, now or later
                try:
                    if why_unfit(self._statements, claim.by, terms, "") is not None:
                        continue
                except Unobservable:  # in any case, they said nothing that counts
                    continue
            ignored = _ignored(request, claim.by.login, claim.via, why_hidden(claim, request))
            yield HiddenSignOff(by_id=claim.by.id, takes_back=takes_back, ignored=ignored)

    def _standing_claims(self, request: SignOffRequest, terms: Terms) -> list[Claim]:
        """The claims about this item that were not taken back, oldest first."""
        standing: list[Claim] = []
        unticked = False
        taken_back_by: set[int | None] = set()
        about_it = [*self._claims.get(request.item, ()), *self._claims.get(None, ())]
        about_it.sort(key=lambda claim: claim.at)
        # Newest first: what takes a claim back comes before the claim, so one pass is enough.
        for claim in reversed(about_it):
            if claim.section and request.key is not None and claim.verb != "unsign":
                continue
            # One approving review must not sign everything, nor be reported everywhere.
            if claim.item is None and claim.via not in terms.via:
                continue
            if claim.verb == "untick":
                unticked = True
            elif claim.verb == "unsign":
                taken_back_by.add(claim.by.id)
            elif claim.by.id not in taken_back_by and not (unticked and claim.via == "tick"):
                standing.append(claim)
        return standing[::-1]

    def _dated_claim(
        self, claim: Claim, request: SignOffRequest, terms: Terms, words: str
    ) -> DatedSignOff:
        """A claim, and until when it counts. If it has expired, nobody's role is read."""
        refusal = self._refusal(claim, request, terms, words)
        if refusal is not None:
            return DatedSignOff(counts_as=_ignored(request, claim.by.login, claim.via, refusal))
        ends, expired = None, None
        if terms.valid_for and claim.via != "environment":
            ends = claim.at + terms.valid_for + _RESOLUTION
            reason = f"@{claim.by.login}'s signature has expired"
            expired = _ignored(request, claim.by.login, claim.via, reason)
            if ends <= self._statements.now:
                return DatedSignOff(counts_as=expired)
        return DatedSignOff(
            counts_as=self._counted(claim, request, terms, words),
            ends=ends,
            expired=expired,
            is_skip=claim.verb == "skip",
        )

    def _counted(
        self, claim: Claim, request: SignOffRequest, terms: Terms, words: str
    ) -> SignOff | IgnoredSignOff:
        """What a claim counts as, if only its author's role can still rule it out."""
        unfit = why_unfit(self._statements, claim.by, terms, f"@{claim.by.login}")
        if unfit is not None:
            return _ignored(request, claim.by.login, claim.via, unfit)
        if claim.verb != "skip" and terms.per == "once":
            reason = (
                f"@{claim.by.login}'s signature must be kept in the rules: add its line "
                f"under `signed:`"
            )
            line = self._line(request, claim, words)
            return _ignored(request, claim.by.login, claim.via, reason, line)
        signed = self._signed(claim, terms, words)
        if claim.verb != "skip" and terms.valid_for and claim.via in _IN_WRITING:
            signed = replace(signed, keep=self._line(request, claim, words))
        return signed

    def _refusal(
        self, claim: Claim, request: SignOffRequest, terms: Terms, words: str
    ) -> str | None:
        """Why a claim never counts, whatever the time and its author's role; None if it may."""
        who = f"@{claim.by.login}"
        if not claim.by.person:
            return f"{who} is not a person"
        if claim.verb == "skip":
            if not request.skippable:
                return f"{who} cannot skip it: the item is neither conditional nor optional"
            if not claim.reason:
                return f"{who} gave no reason for skipping it"
        elif claim.via not in terms.via:
            return f"a {claim.via} by {who} does not sign it (allowed: {', '.join(terms.via)})"
        return self._stale(claim, terms, words, who)

    def _stale(self, claim: Claim, terms: Terms, words: str, who: str) -> str | None:
        """Why a claim is about other words or another commit; None if it is not."""
        if claim.words is None and claim.via in _IN_WRITING and not claim.copied:
            return f"{who} signed before the gate asked; sign again"
        if claim.copied and terms.that:
            return f"{who} ticked a copy of the item, but its rule asks for something else"
        if claim.words is not None and words not in claim.words:
            return f"the item was reworded after {who} signed"
        if terms.per == "commit" and not self._statements.is_gated(claim.commit):
            return f"{who} signed another commit"
        on_target = self._statements.is_gated(claim.commit)
        if claim.words is None and not on_target and claim.via == "review":
            return f"{who} approved another commit"
        return None

    def _signed(self, claim: Claim, terms: Terms, words: str) -> SignOff:
        role = next(role for role in terms.by if holds(self._statements, claim.by.login, role))
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

    def _lines_of(self, request: SignOffRequest) -> Iterable[SignedLine]:
        """The lines under `signed:` of this item and environment."""
        for line in self._statements.signed:
            named = line.item in (request.item, request.key)
            if named and line.environment in (None, self._statements.environment):
                yield line

    def _dated_line(
        self, line: SignedLine, request: SignOffRequest, terms: Terms, words: str
    ) -> DatedSignOff:
        """The sign-off that a line under `signed:` means, and when it counts.

        The same rules as for any other sign-off apply.
        """
        login = line.by.removeprefix("@")

        def ignored(reason: str) -> IgnoredSignOff:
            return _ignored(request, login, "signed", reason)

        refusal = never_counts(line, login, terms, words)
        if refusal is not None:
            return DatedSignOff(counts_as=ignored(refusal))
        until, now = until_of(line, terms), self._statements.now
        begins, ends = midnight(line.on), end_of(until) if until else None
        expired = ignored(f"@{login}'s signature has expired")
        if begins <= now and ends is not None and ends <= now:
            return DatedSignOff(counts_as=expired)
        counts_as: SignOff | IgnoredSignOff | Unobservable
        try:
            unfit = why_unfit(
                self._statements, Actor(login=login, id=None, kind="User"), terms, f"@{login}"
            )
            counts_as = ignored(unfit) if unfit else kept(login, line, until, words)
        except Unobservable as unreadable:
            if begins <= now:
                raise
            counts_as = unreadable
        return DatedSignOff(
            counts_as=counts_as,
            begins=begins,
            early=ignored(f"@{login}'s signature is dated in the future"),
            ends=ends,
            expired=expired,
        )

    def _line(self, request: SignOffRequest, claim: Claim, words: str) -> str:
        """The line under `signed:` by which a person's sign-off outlives this release."""
        fields = {
            "item": _scalar(request.item),
            "by": f'"@{claim.by.login}"',
            "on": f"{claim.at:%Y-%m-%d}",
        }
        if self._statements.environment:
            fields["environment"] = _scalar(self._statements.environment)
        fields["words"] = words
        return "- { " + ", ".join(f"{key}: {value}" for key, value in fields.items()) + " }"


def _ignored(
    request: SignOffRequest, by: str, via: str, reason: str, keep: str | None = None
) -> IgnoredSignOff:
    return IgnoredSignOff(item=request.item, by=by, via=via, reason=reason, keep=keep)


def _scalar(text: str) -> str:
    """A text as YAML reads it back."""
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def digest(request: SignOffRequest, terms: Terms) -> str:
    """The hash of what a sign-off confirms: the item's words, or the text that the rule asks
    instead.
    """
    return words_hash(f"{request.words}\n{terms.that}" if terms.that else request.words)
