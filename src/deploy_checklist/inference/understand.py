"""Splits an item's words into clauses: for each, the checks and the part that is left."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

from ..checklist.model import Checklist, Item, Phase
from . import vetoes
from .paths import Exists, document_paths, nothing_exists
from .patterns import addresses, commands, files, releases, variables
from .patterns.addresses import needs_domain
from .patterns.closed import CLOSED, SentencePattern
from .patterns.sentence import ProposedCheck
from .surroundings import Runs, Surroundings
from .tokenize import TokenizedText, first_paragraph, normalize, rest

FAMILIES = (variables, commands, files, releases, addresses)
NO_CLOSED_FORM = "its words may ask for more than these checks verify"  # a reason for a remainder
_LONGEST = 600  # characters of a clause that can be a closed form, and of the words in a message
_MOST_CLAUSE = 2_000  # characters of a clause that are searched
_MOST_CHECKS = 24  # of one item: a fence can be a whole script
_JOINT = re.compile(
    r"[;.!?。；！]\s+|[;；]|[.!?。！]$| (?:—|–|-) |,? (?:and|&) (?!⟨)|(?<!⟩),? (?:and|&) "
    r"|, (?!⟨)|(?<!⟩), "
)
_LEADING_NAMES = re.compile(r"^(?:the )?(?:⟨[na]\d+⟩(?:,? and |, | & |/| )?)+(?:is |are |[:—–-] )?")


class UnderstoodClause(Struct, frozen=True):
    """A piece of an item's words, with marks, and what was understood of it."""

    text: str
    checks: tuple[ProposedCheck, ...]
    closed: bool  # the checks verify all of it


class Understood(Struct, frozen=True):
    """What the words of one item require, as far as they are understood."""

    item: Item
    checks: tuple[ProposedCheck, ...]
    remainder: str | None  # the words that a person decides about; None: every clause is closed
    why: str | None  # the reason for the remainder
    may_fail: bool  # it asks for something in any case: an empty variable fails it
    with_domain: tuple[ProposedCheck, ...] = ()  # asked too, once the environment has a domain
    maybe: tuple[ProposedCheck, ...] = ()  # what the words may ask, and perhaps do not


def understood(
    checklist: Checklist,
    exists: Exists = nothing_exists,
    is_in_its_environment: Callable[[Item], bool] = lambda _item: False,
    runs: Runs | None = None,
) -> dict[int, Understood]:
    """The items of which anything can be verified, by their lines.

    `exists` says which files are in the repository, `is_in_its_environment` whether an item
    applies only to the one environment of its section. In a checkout, `runs` says which commands
    its workflows run: a missing file or a command that is not run is a question (`maybe`).
    """
    paths = document_paths(checklist.path, exists)
    by_line = {item.line: item for item in checklist.items}

    @cache
    def around(section: tuple[str, ...], parent: int | None, *, is_gated: bool) -> Surroundings:
        above = list[Item]()
        while parent is not None and parent in by_line:
            above.append(by_line[parent])
            parent = above[-1].parent
        return Surroundings(
            paths=paths,
            runs=runs,
            title=checklist.title or "",
            section=section,
            above=tuple(above),
            is_gated=is_gated,
        )

    found = {}
    for item in checklist.items:
        if item.is_title or item.struck or item.phase is Phase.REFERENCE:
            continue
        is_gated = is_in_its_environment(item)
        one = understand(item, around(item.section, item.parent, is_gated=is_gated))
        if one is not None:
            found[item.line] = one
    return found


def understand(item: Item, around: Surroundings) -> Understood | None:
    """What can be verified of the item; None if that is nothing."""
    text, more = first_paragraph(item), rest(item)
    clauses = tuple(_clauses(text, around))
    checks = [check for clause in clauses for check in clause.checks]
    linked = files.linked(item, around.paths)
    checks += _doubted(linked, text, text.original, around)
    if more is not None:
        below = dataclasses.replace(around, below=True, above=(item, *around.above))
        for line in more.original.split("\n"):
            checks += _mentioned(more, line, below)
    first: dict[tuple[str | None, str], ProposedCheck] = {}
    for check in sorted(checks, key=lambda each: each.maybe):  # a clause before what a link shows
        first.setdefault((check.variable, repr(check.rule)), check)
    unique = list(first.values())[:_MOST_CHECKS]
    if not unique:
        return None
    certain = [check for check in unique if not check.maybe]
    is_conditional = around.conditional or vetoes.conditional(item)
    why = _CONDITION if is_conditional else _why_whole(item, clauses, around, more=more is not None)
    remainder = _remainder(text, clauses, whole=why is not None)
    if remainder is not None and why is None:
        why = NO_CLOSED_FORM
    return Understood(
        item=item,
        checks=_without_weaker([each for each in certain if not needs_domain(each)]),
        with_domain=tuple(filter(needs_domain, certain)),
        maybe=tuple(check for check in unique if check.maybe),
        remainder=remainder,
        why=why,
        may_fail=not is_conditional and not vetoes.negated(item.text.lower()),
    )


_CONDITION = "it applies only under a condition, or can be met in several ways"


def _why_whole(
    item: Item, clauses: tuple[UnderstoodClause, ...], around: Surroundings, *, more: bool
) -> str | None:
    """Why a person decides about the whole item, whatever its clauses say; None if only about
    those that are not closed.
    """
    here = [clause.text for clause in clauses if clause.closed]
    if around.elsewhere or any(map(vetoes.elsewhere, here)):
        return "it is about a place other than this job"
    if item.phase is Phase.AFTER or around.after:
        return "it is about what was deployed, not about this commit"
    if more or item.links:
        return "it says more below its first line, or in a linked page"
    return None


def _clauses(text: TokenizedText, around: Surroundings) -> Iterator[UnderstoodClause]:
    """The whole text, if it is a closed form; else each of its pieces."""
    whole = text.original.rstrip(" .;:!。")
    checks = _closed(text, whole, around)
    if checks:
        yield UnderstoodClause(whole, checks, closed=True)
        return
    for piece in pieces(whole):
        checks = _closed(text, piece, around)
        if checks:
            yield UnderstoodClause(piece, checks, closed=True)
        else:
            mentioned = tuple(_mentioned(text, piece, around))
            yield UnderstoodClause(piece, mentioned, closed=False)


def pieces(text: str) -> list[str]:
    """A sentence cut at its joints. Parentheses are not cut from what is before them."""
    found, start, seen, depth = [], 0, 0, 0
    for joint in _JOINT.finditer(text):
        depth += text.count("(", seen, joint.start()) - text.count(")", seen, joint.start())
        seen = joint.start()
        if depth <= 0:
            found.append(text[start : joint.start()])
            start, depth = joint.end(), 0
    found.append(text[start:])
    return [piece.strip() for piece in found if piece.strip()]


def _closed(text: TokenizedText, piece: str, around: Surroundings) -> tuple[ProposedCheck, ...]:
    """The checks of a piece that is a closed form; none if it is not."""
    normalized = normalize(piece) if len(piece) <= _LONGEST else ""
    for pattern in CLOSED:
        if pattern.mark not in normalized:
            continue  # most are never compiled
        found = pattern.regex.fullmatch(normalized)
        if found is None or not _is_closed_here(pattern, around):
            continue
        if not pattern.only_if_run or _is_run(text, found, around):
            proposed = pattern.build(text, found)
            built = [files.located(check, around.paths) for check in proposed]
            checks = [check for check in built if check is not None]
            if len(checks) < len(built):  # one of its files cannot be checked
                return ()
            if any(_is_doubtful(check, around) for check in checks):
                return ()
            return tuple(_with_words(checks, text, piece))
    return ()


def _is_closed_here(pattern: SentencePattern, around: Surroundings) -> bool:
    """Whether the item is in a place where the pattern counts as closed."""
    if pattern.only_of_files and not around.in_files:
        return False
    return around.in_plain_list or not pattern.only_in_lists


def _is_run(text: TokenizedText, found: re.Match[str], around: Surroundings) -> bool:
    """Whether a workflow runs the command that a sentence names."""
    command = text.marked(found["command"]).text
    is_meant = commands.is_meant(command, found[0])
    return is_meant and around.runs is not None and around.runs(command)


def _mentioned(text: TokenizedText, piece: str, around: Surroundings) -> Iterator[ProposedCheck]:
    """The checks for what a piece mentions, whatever else it says."""
    normalized = normalize(piece[:_MOST_CLAUSE])
    for family in FAMILIES:
        found = family.mentioned(text, normalized, around)
        placed = (files.located(each, around.paths) for each in found)
        yield from _doubted(filter(None, placed), text, piece, around)


def _doubted(
    checks: Iterable[ProposedCheck], text: TokenizedText, piece: str, around: Surroundings
) -> Iterator[ProposedCheck]:
    """The checks with the words of the piece, as questions where the words leave it open."""
    proposed = list(_with_words(checks, text, piece))
    normalized = normalize(piece) if proposed else ""
    is_denied = vetoes.denied(normalized)
    is_former = vetoes.FORMER.found_in(normalized)
    is_open = around.below and vetoes.CONDITIONAL.found_in(normalized)
    for check in proposed:
        is_doubtful = (
            is_open
            or (is_denied and check.is_positive)
            or (is_former and not check.is_of_release)
            or _is_doubtful(check, around)
            or not _is_there(check, around)
        )
        yield replace(check, maybe=True) if is_doubtful else check


def _is_doubtful(check: ProposedCheck, around: Surroundings) -> bool:
    """Whether what is above the item says that the check may ask for the wrong thing."""
    is_denied = around.opposite and check.is_positive
    return around.for_others or is_denied or (around.other_environment and check.compares)


def _is_there(check: ProposedCheck, around: Surroundings) -> bool:
    """Whether a checkout has the file that the words only name, or runs the command."""
    path, ci = check.rule.get("file"), check.rule.get("ci")
    if around.runs is None:
        return True
    if isinstance(path, str) and check.only_named:
        return around.paths.exists(path.rstrip("/")) is not False
    return not (isinstance(ci, Mapping) and "runs" in ci) or around.runs(str(ci["runs"]))


def _with_words(
    checks: Iterable[ProposedCheck], text: TokenizedText, piece: str
) -> Iterator[ProposedCheck]:
    words = text.in_words(piece)[:_LONGEST]
    return (replace(check, words=words) for check in checks)


_NO_VALUE = frozenset(("present", "secret", "min_length"))


def _without_weaker(checks: list[ProposedCheck]) -> tuple[ProposedCheck, ...]:
    """Without checks that a variable or a file exists whose content is checked as well."""
    compared = {
        check.variable for check in checks if check.variable and not _NO_VALUE & check.rule.keys()
    }
    contents = [check.rule.get("data") or check.rule.get("file") for check in checks]
    read = {each.get("file") or each.get("path") for each in contents if isinstance(each, Mapping)}
    kept = []
    for check in checks:
        path = check.rule.get("file")
        is_weaker = check.variable in compared and {"present", "secret"} & check.rule.keys()
        if not is_weaker and not (isinstance(path, str) and path in read):
            kept.append(check)
    return tuple(kept)


def _remainder(
    text: TokenizedText, clauses: tuple[UnderstoodClause, ...], *, whole: bool
) -> str | None:
    """The words that a person decides about: all of them if `whole` or if no clause is closed,
    else the clauses that are not closed, without the names they begin with.
    """
    remaining = [clause for clause in clauses if not clause.closed]
    if not remaining and not whole:
        return None
    if whole or (len(remaining) == len(clauses) and len(clauses) > 1):
        return text.in_words(text.original).rstrip(" .;:")
    texts = [text.in_words(_without_names(clause.text, text)) for clause in remaining]
    return "; ".join(each.rstrip(" .;:") for each in texts)


def _without_names(clause: str, text: TokenizedText) -> str:
    """A clause without the names that it begins with, if the item mentions no others: otherwise it
    would not be clear which of them it is about.
    """
    leading = _LEADING_NAMES.match(clause)
    if leading is None or not clause[leading.end() : leading.end() + 1].isalpha():
        return clause
    names, others = (
        {name for token in tokens for name in token.names}
        for tokens in (text.within(leading[0]), text.tokens)
    )
    return clause[leading.end() :] if names >= others else clause
