"""`/checklist override ENVIRONMENT REASON`: which one counts, and why the others do not. Pure.

One that counts is bound at least as closely as a sign-off for one commit: the gate's comment was
about the gated commit when it was written, and about no other commit since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from ..github.model import Actor
from ..outcome import IgnoredSignOff, Override, Unobservable
from ..rules.model import OverrideTerms
from .claims import ReadClaims, Statements
from .commands import UNOVERRIDE, SignOffCommand
from .fitness import holds, why_unfit
from .port import Terms

_MOST_TOLD = 20  # anybody may write any number of them
_CLOCKS = timedelta(minutes=5)  # by which this machine's clock may differ from GitHub's
_WRITE = "write `/checklist override ENVIRONMENT REASON`"


class FoundOverride(Struct, frozen=True, kw_only=True):
    """The override that counts, if there is one, and why others do not."""

    override: Override | None = None
    ignored: tuple[IgnoredSignOff, ...] = ()


def find_override(read: ReadClaims, statements: Statements) -> FoundOverride:
    """The newest override of the gated commit and environment that counts now."""
    if not statements.may_override:
        return FoundOverride()
    judge = _Judge(read, statements)
    ignored: dict[IgnoredSignOff, None] = {}
    found: Override | None = None
    for command in reversed(judge.commands):
        if command.verb == UNOVERRIDE:
            refusal = judge.why_not_taken_back(command)
        else:
            refusal = judge.why_not(command)
            if refusal is None:
                found = judge.override_by(command)
                break
        if refusal and len(ignored) < _MOST_TOLD:
            ignored[_ignored(command, refusal)] = None
    return FoundOverride(override=found, ignored=tuple(ignored))


class _Judge:
    """What was said about this gate and environment, and whether each of it counts."""

    def __init__(self, read: ReadClaims, statements: Statements) -> None:
        self._asked = read.asked
        self._statements = replace(statements, roles=statements.override_roles)
        self._rules = statements.override
        by = self._rules.by if self._rules else ()
        self._terms = Terms(by=by, not_author=bool(self._rules and self._rules.not_author))
        self._names = self._names_with_words()
        self.commands = [each for each in read.overrides if self._is_to_be_judged(each)]

    def override_by(self, command: SignOffCommand) -> Override:
        """The override that a command makes."""
        assert self._rules is not None
        assert command.by is not None
        login = command.by.login
        return Override(
            by=login,
            role=next(role for role in self._rules.by if holds(self._statements, login, role)),
            reason=" ".join(command.words[self._words_of_name() :]),
            at=command.at,
            until=command.at + self._rules.lasts,
            url=command.url,
        )

    def why_not(self, command: SignOffCommand) -> str | None:
        """Why an override does not count; None if it does. If it does not count for any author,
        nobody's role is read.
        """
        if self._rules is None:
            return "the trusted branch's rules have no `override:`, so nobody can override"
        if command.refused is not None or command.by is None:
            return command.refused or "the account was deleted"
        if wrong := self._wrong_words(command):
            return wrong
        if wrong := self._wrong_commit(command.at) or self._wrong_time(command.at, self._rules):
            return wrong
        if wrong := self._unfit(command.by, self._terms):
            return wrong
        return self._taken_back(command)

    def why_not_taken_back(self, command: SignOffCommand) -> str | None:
        """Why an `unoverride` does not count; None if it does, or if nobody can override."""
        if self._rules is None:
            return None
        if command.refused is not None or command.by is None:
            return command.refused or "the account was deleted"
        if command.misspelt is not None:
            return f"`{command.misspelt}` is not a command: did you mean `unoverride`?"
        if command.words and not self._is_here(command):
            return f"it does not name `{self._here()}`"
        return self._unfit(command.by, Terms(by=self._rules.by))

    def _taken_back(self, override: SignOffCommand) -> str | None:
        """Who took it back. If that could not be checked, it counts as taken back."""
        assert self._rules is not None
        terms = Terms(by=self._rules.by)
        for command in self.commands:
            if command.verb != UNOVERRIDE or command.at < override.at or command.by is None:
                continue
            if command.refused or command.hidden or (command.words and not self._is_here(command)):
                continue
            try:
                if why_unfit(self._statements, command.by, terms, "") is None:
                    return f"@{command.by.login} took it back"
            except Unobservable:
                return f"@{command.by.login} took it back; their role could not be checked"
        return None

    def _wrong_words(self, command: SignOffCommand) -> str | None:
        if command.misspelt is not None:
            return f"`{command.misspelt}` is not a command: did you mean `override`?"
        if not command.words:
            return f"it names no environment: {_WRITE}"
        if not self._is_here(command):
            return f"it does not name `{self._here()}`: {_WRITE}"
        has_reason = len(command.words) > self._words_of_name()
        return None if has_reason else f"it gives no reason: {_WRITE}"

    def _wrong_commit(self, at: datetime) -> str | None:
        commit = self._asked.commit(at)
        if commit is None:
            return "it was written before the gate's first comment"
        if not self._statements.is_gated(commit):
            return "it is for another commit"
        if not all(map(self._statements.is_gated, self._asked.commits_after(at))):
            return "a newer commit was pushed since"
        return None

    def _wrong_time(self, at: datetime, rules: OverrideTerms) -> str | None:
        if at - self._statements.now > _CLOCKS:
            return "it is dated in the future: this runner's clock is slow"
        answered_at = self._statements.answered_at or self._statements.now
        if at + rules.lasts <= max(self._statements.now, answered_at):  # if this clock is slow
            end = (at + rules.lasts).astimezone(UTC)
            return f"it expired at {end:%Y-%m-%d %H:%M} UTC"
        return None

    def _unfit(self, by: Actor, terms: Terms) -> str | None:
        """Why a person may not; it is also a reason if GitHub does not say who may."""
        try:
            return why_unfit(self._statements, by, terms, f"@{by.login}")
        except Unobservable as unreadable:
            return f"could not check whether @{by.login} may do this: {unreadable.reason}"

    def _here(self) -> str:
        """What a command calls this gate and environment, as the status is called."""
        statements = self._statements
        return "/".join(filter(None, (statements.gate, statements.environment or "release")))

    def _words_of_name(self) -> int:
        """How many words it has: GitHub lets an environment's name have blanks."""
        return len(self._here().split())

    def _is_here(self, command: SignOffCommand) -> bool:
        return self._named(command) == _folded(self._here().split())

    def _named(self, command: SignOffCommand) -> str | None:
        """The environment that a command names: of `eu` and `eu west` the longer one."""
        found = (
            name for name, count in self._names.items() if _folded(command.words[:count]) == name
        )
        return max(found, key=len, default=None)

    def _names_with_words(self) -> Mapping[str, int]:
        """What a command may name, as it is compared, and how many words that has."""
        gate, environments = self._statements.gate, self._statements.environments
        names = {
            self._here(),
            *environments,
            *(f"{gate}/{each}" for each in environments if gate),
        }
        return {_folded(each.split()): len(each.split()) for each in names}

    def _is_to_be_judged(self, command: SignOffCommand) -> bool:
        """Whether it may be for this gate and environment: not if it names another one.

        One that GitHub shows within something else has no effect, but is reported if its author may
        override.
        """
        if command.hidden and not self._is_of_somebody_fit(command):
            return False
        if not command.words or self._is_here(command):
            return True
        own = _folded((self._statements.environment or "").split())
        return self._named(command) in (own, None)

    def _is_of_somebody_fit(self, command: SignOffCommand) -> bool:
        if command.by is None or not command.by.person:
            return False
        try:
            return why_unfit(self._statements, command.by, self._terms, "") is None
        except Unobservable:
            return False


def _folded(words: Sequence[str]) -> str:
    """A name as it is compared: GitHub ignores upper and lower case."""
    return " ".join(words).strip("`").casefold()


def _ignored(command: SignOffCommand, reason: str) -> IgnoredSignOff:
    by = command.by.login if command.by else ""
    return IgnoredSignOff(item=" ".join(command.words[:1]), by=by, via="override", reason=reason)
