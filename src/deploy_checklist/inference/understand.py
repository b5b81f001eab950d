"""An item's words → clauses → what a machine can verify of each, and what is left for a person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from ..checklist.model import Checklist, Item, Phase
from . import exclusions
from .patterns import addresses, commands, files, releases, variables
from .patterns.sentence import ProposedCheck, SentencePattern
from .tokenize import TokenizedText, below, normalize, read

FAMILIES = (variables, commands, files, releases, addresses)
CLOSED: tuple[SentencePattern, ...] = (
    *variables.CLOSED,
    *commands.CLOSED,
    *files.CLOSED,
    *releases.CLOSED,
)

_LONGEST = 600  # characters of a clause that can be a closed form, and of the words that are told
_MOST_CLAUSE = 2_000  # characters of a clause that are searched
_MOST_PARTS = 24  # of one item: a fence can be a whole script
_MAY_SAY = re.compile(
    r"⟨|\b(?:ci|tests?|build|lint\w*|type ?check\w*|pipelines?|change ?log|compilation|versions?|actions"
    r"|workflows?|checks|eslint|pytest|mypy|jest|clippy|prettier)\b"
)
_ENDS = re.compile(
    r"[;.!?。；！]\s+|[;；]|[.!?。！]$| (?:—|–|-) |,? (?:and|&) (?!⟨)|(?<!⟩),? (?:and|&) |, (?!⟨)|(?<!⟩), "
)
_LEADING_NAMES = re.compile(r"^(?:the )?(?:⟨[na]\d+⟩(?:,? and |, | & |/| )?)+(?:is |are |[:—–-] )?")


class UnderstoodClause(Struct, frozen=True):
    """A piece of an item's words and what was understood of it."""

    said: str
    checks: tuple[ProposedCheck, ...]
    closed: bool


class Understood(Struct, frozen=True):
    """What is known of one item by its own words alone."""

    item: Item
    checks: tuple[ProposedCheck, ...]
    remainder: str | None  # for a person; None: every clause is of a closed form
    why: str | None  # it is left to a person
    may_fail: bool
    questions: tuple[str, ...]  # what the words leave open, for whoever writes the rules


def understood(checklist: Checklist) -> dict[int, Understood]:
    """Every item of which a machine can verify anything, by its line."""
    around: dict[tuple[str, ...], bool] = {}
    found = {}
    for item in checklist.items:
        if item.is_title or item.struck or item.phase is Phase.REFERENCE:
            continue
        if item.section not in around:
            around[item.section] = exclusions.elsewhere(
                " ".join((checklist.title or "", *item.section))
            )
        one = understand(item, elsewhere=around[item.section])
        if one is not None:
            found[item.line] = one
    return found


def understand(item: Item, *, elsewhere: bool = False) -> Understood | None:
    """What can be verified of the item; None if that is nothing. `elsewhere`: its section speaks of
    another place.
    """
    tokenized, more = read(item), below(item)
    if more is None and not item.links and not _MAY_SAY.search(tokenized.normalized):
        return None
    clauses = tuple(_clauses(tokenized))
    checks = [check for clause in clauses for check in clause.checks]
    checks += _said(files.linked(item), tokenized, tokenized.original)
    if more is not None:
        checks += [check for line in more.original_lines() for check in _mentioned(more, line)]
    unique = tuple({(check.variable, repr(check.rule)): check for check in checks}.values())[
        :_MOST_PARTS
    ]
    if not unique:
        return None
    why = _why_whole(item, clauses, more=more is not None, elsewhere=elsewhere)
    remainder = _remainder(tokenized, clauses, whole=why is not None)
    return Understood(
        item=item,
        checks=_without_weaker(unique),
        remainder=remainder,
        why=None if remainder is None else why or "these words are no closed sentence form",
        may_fail=exclusions.may_fail(item),
        questions=tuple(
            dict.fromkeys(_questions(tokenized, unique, conditional=exclusions.conditional(item)))
        ),
    )


def _why_whole(
    item: Item, clauses: tuple[UnderstoodClause, ...], *, more: bool, elsewhere: bool
) -> str | None:
    """Why a person is asked all of it, whatever its clauses say by themselves; None if nothing
    speaks for that.
    """
    if exclusions.conditional(item):
        return "it holds only under a condition, or in one of several ways"
    if elsewhere or any(clause.closed and exclusions.elsewhere(clause.said) for clause in clauses):
        return "it speaks of another place than this job"
    if item.phase is Phase.AFTER:
        return "it is about what was deployed, not about this commit"
    return "it says more below its first line, or behind a link" if more or item.links else None


def _clauses(tokenized: TokenizedText) -> Iterator[UnderstoodClause]:
    """The whole, if it is a closed form; else its pieces, each for itself."""
    whole = tokenized.original.rstrip(" .;:!。")
    checks = _closed(tokenized, whole)
    if checks:
        yield UnderstoodClause(whole, checks, closed=True)
        return
    for piece in pieces(whole):
        checks = _closed(tokenized, piece)
        yield UnderstoodClause(
            piece, checks or tuple(_mentioned(tokenized, piece)), closed=bool(checks)
        )


def pieces(text: str) -> list[str]:
    """A sentence cut at its joints; what stands in parentheses stays with what is before it."""
    found, at, seen, depth = [], 0, 0, 0
    for joint in _ENDS.finditer(text):
        depth += text.count("(", seen, joint.start()) - text.count(")", seen, joint.start())
        seen = joint.start()
        if depth <= 0:
            found.append(text[at : joint.start()])
            at, depth = joint.end(), 0
    return [piece for each in (*found, text[at:]) if (piece := each.strip())]


def _closed(tokenized: TokenizedText, piece: str) -> tuple[ProposedCheck, ...]:
    normalized = normalize(piece) if len(piece) <= _LONGEST else ""
    if not _MAY_SAY.search(normalized):
        return ()
    for pattern in CLOSED:
        if found := pattern.regex.fullmatch(normalized):
            return tuple(_said(pattern.build(tokenized, found), tokenized, piece))
    return ()


def _mentioned(tokenized: TokenizedText, piece: str) -> Iterator[ProposedCheck]:
    normalized = normalize(piece[:_MOST_CLAUSE])
    for family in FAMILIES if _MAY_SAY.search(normalized) else ():
        yield from _said(family.mentioned(tokenized, normalized), tokenized, piece)


def _said(
    checks: Iterable[ProposedCheck], tokenized: TokenizedText, piece: str
) -> Iterator[ProposedCheck]:
    """The checks, with the words they were found in."""
    words = tokenized.shown(piece)[:_LONGEST]
    return (replace(check, said=words) for check in checks)


def _without_weaker(checks: tuple[ProposedCheck, ...]) -> tuple[ProposedCheck, ...]:
    """A variable whose value is compared need not be looked for as well, nor a file that is read."""
    compared = {
        check.variable for check in checks if check.variable and not _NO_VALUE & check.rule.keys()
    }
    looked_into = (check.rule.get("data") or check.rule.get("file") for check in checks)
    read = {
        each.get("file") or each.get("path") for each in looked_into if isinstance(each, Mapping)
    }
    return tuple(
        check
        for check in checks
        if not (check.variable in compared and {"present", "secret"} & check.rule.keys())
        and not (isinstance(path := check.rule.get("file"), str) and path in read)
    )


_NO_VALUE = frozenset(("present", "secret", "min_length"))


def _remainder(
    tokenized: TokenizedText, clauses: tuple[UnderstoodClause, ...], *, whole: bool
) -> str | None:
    """What a person is asked: the clauses that are not closed, without the names they begin with."""
    open_ones = [clause for clause in clauses if not clause.closed]
    if not open_ones and not whole:
        return None
    if whole or (len(clauses) - len(open_ones) == 0 and len(clauses) > 1):
        return tokenized.shown(tokenized.original).rstrip(" .;:")
    cut = (_without_names(clause.said) for clause in open_ones)
    return "; ".join(tokenized.shown(each).rstrip(" .;:") for each in cut)


def _without_names(said: str) -> str:
    rest = _LEADING_NAMES.sub("", said)
    return rest if rest[:1].isalpha() else said


def _questions(
    tokenized: TokenizedText, checks: tuple[ProposedCheck, ...], *, conditional: bool
) -> Iterator[str]:
    names = [check.variable for check in checks if check.variable]
    if names and conditional and (condition := exclusions.CONDITION.search(tokenized.original)):
        yield f"which variable says that this holds: “{tokenized.shown(condition[0]).strip(' ().;')}”?"
        return
    if names:
        yield from (
            ask.format(names[0])
            for pattern, ask in exclusions.QUESTIONS
            if pattern.search(tokenized.normalized)
        )
