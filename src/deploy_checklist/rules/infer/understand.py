"""An item's words → clauses → what a machine can verify of each, and what is left for a person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from ...checklist.model import Checklist, Item, Phase
from ...frozen import frozen, replace
from . import addresses, commands, files, releases, traps, variables
from .phrase import Part, Phrase
from .reading import Reading, below, read, shape_of

FAMILIES = (variables, commands, files, releases, addresses)
CLOSED: tuple[Phrase, ...] = (*variables.CLOSED, *commands.CLOSED, *files.CLOSED, *releases.CLOSED)

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


@frozen(kw_only=False)
class Clause:
    """A piece of an item's words and what was understood of it."""

    said: str
    parts: tuple[Part, ...]
    closed: bool


@frozen(kw_only=False)
class Understood:
    """What is known of one item by its own words alone."""

    item: Item
    parts: tuple[Part, ...]
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
            around[item.section] = traps.elsewhere(" ".join((checklist.title or "", *item.section)))
        one = understand(item, elsewhere=around[item.section])
        if one is not None:
            found[item.line] = one
    return found


def understand(item: Item, *, elsewhere: bool = False) -> Understood | None:
    """What can be verified of the item; None if that is nothing. `elsewhere`: its section speaks of another place."""
    reading, more = read(item), below(item)
    if more is None and not item.links and not _MAY_SAY.search(reading.shape):
        return None
    clauses = tuple(_clauses(reading))
    parts = [part for clause in clauses for part in clause.parts]
    parts += _said(files.linked(item), reading, reading.original)
    if more is not None:
        parts += [part for line in more.original_lines() for part in _mentioned(more, line)]
    unique = tuple({(part.variable, repr(part.rule)): part for part in parts}.values())[:_MOST_PARTS]
    if not unique:
        return None
    why = _why_whole(item, clauses, more=more is not None, elsewhere=elsewhere)
    remainder = _remainder(reading, clauses, whole=why is not None)
    return Understood(
        item=item,
        parts=_without_weaker(unique),
        remainder=remainder,
        why=None if remainder is None else why or "these words are no closed sentence form",
        may_fail=traps.may_fail(item),
        questions=tuple(dict.fromkeys(_questions(reading, unique, conditional=traps.conditional(item)))),
    )


def _why_whole(item: Item, clauses: tuple[Clause, ...], *, more: bool, elsewhere: bool) -> str | None:
    """Why a person is asked all of it, whatever its clauses say by themselves; None if nothing speaks for that."""
    if traps.conditional(item):
        return "it holds only under a condition, or in one of several ways"
    if elsewhere or any(clause.closed and traps.elsewhere(clause.said) for clause in clauses):
        return "it speaks of another place than this job"
    if item.phase is Phase.AFTER:
        return "it is about what was deployed, not about this commit"
    return "it says more below its first line, or behind a link" if more or item.links else None


def _clauses(reading: Reading) -> Iterator[Clause]:
    """The whole, if it is a closed form; else its pieces, each for itself."""
    whole = reading.original.rstrip(" .;:!。")
    parts = _closed(reading, whole)
    if parts:
        yield Clause(whole, parts, closed=True)
        return
    for piece in pieces(whole):
        parts = _closed(reading, piece)
        yield Clause(piece, parts or tuple(_mentioned(reading, piece)), closed=bool(parts))


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


def _closed(reading: Reading, piece: str) -> tuple[Part, ...]:
    shape = shape_of(piece) if len(piece) <= _LONGEST else ""
    if not _MAY_SAY.search(shape):
        return ()
    for phrase in CLOSED:
        if found := phrase.pattern.fullmatch(shape):
            return tuple(_said(phrase.build(reading, found), reading, piece))
    return ()


def _mentioned(reading: Reading, piece: str) -> Iterator[Part]:
    shape = shape_of(piece[:_MOST_CLAUSE])
    for family in FAMILIES if _MAY_SAY.search(shape) else ():
        yield from _said(family.mentioned(reading, shape), reading, piece)


def _said(parts: Iterable[Part], reading: Reading, piece: str) -> Iterator[Part]:
    """The parts, with the words they were found in."""
    words = reading.shown(piece)[:_LONGEST]
    return (replace(part, said=words) for part in parts)


def _without_weaker(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """A variable whose value is compared need not be looked for as well, nor a file that is read."""
    compared = {part.variable for part in parts if part.variable and not _NO_VALUE & part.rule.keys()}
    looked_into = (part.rule.get("data") or part.rule.get("file") for part in parts)
    read = {each.get("file") or each.get("path") for each in looked_into if isinstance(each, Mapping)}
    return tuple(
        part
        for part in parts
        if not (part.variable in compared and {"present", "secret"} & part.rule.keys())
        and not (isinstance(path := part.rule.get("file"), str) and path in read)
    )


_NO_VALUE = frozenset(("present", "secret", "min_length"))


def _remainder(reading: Reading, clauses: tuple[Clause, ...], *, whole: bool) -> str | None:
    """What a person is asked: the clauses that are not closed, without the names they begin with."""
    open_ones = [clause for clause in clauses if not clause.closed]
    if not open_ones and not whole:
        return None
    if whole or (len(clauses) - len(open_ones) == 0 and len(clauses) > 1):
        return reading.shown(reading.original).rstrip(" .;:")
    cut = (_without_names(clause.said) for clause in open_ones)
    return "; ".join(reading.shown(each).rstrip(" .;:") for each in cut)


def _without_names(said: str) -> str:
    rest = _LEADING_NAMES.sub("", said)
    return rest if rest[:1].isalpha() else said


def _questions(reading: Reading, parts: tuple[Part, ...], *, conditional: bool) -> Iterator[str]:
    names = [part.variable for part in parts if part.variable]
    if names and conditional and (condition := traps.CONDITION.search(reading.original)):
        yield f"which variable says that this holds: “{reading.shown(condition[0]).strip(' ().;')}”?"
        return
    if names:
        yield from (ask.format(names[0]) for pattern, ask in traps.QUESTIONS if pattern.search(reading.shape))
