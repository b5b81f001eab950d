"""Splits an item's words into clauses, and finds what can be verified of each and what is left."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from ..checklist.environments import heading_environment
from ..checklist.model import Checklist, Item, Phase
from . import exclusions
from .paths import DocumentPaths, Exists, document_paths, nothing_exists
from .patterns import addresses, commands, files, releases, variables
from .patterns.sentence import ProposedCheck, SentencePattern
from .tokenize import TokenizedText, first_paragraph, normalize, rest

FAMILIES = (variables, commands, files, releases, addresses)
CLOSED: tuple[SentencePattern, ...] = (
    *variables.CLOSED,
    *commands.CLOSED,
    *files.CLOSED,
    *releases.CLOSED,
)

NO_CLOSED_FORM = "these words are no closed sentence form"  # a reason for a remainder
_LONGEST = 600  # characters of a clause that can be a closed form, and of the words in a message
_MOST_CLAUSE = 2_000  # characters of a clause that are searched
_MOST_CHECKS = 24  # of one item: a fence can be a whole script
_MAY_ASK = re.compile(  # without one of these words, nothing is understood
    r"⟨|\b(?:ci|tests?|build|lint\w*|type ?check\w*|pipelines?|change ?log|compilation|versions?"
    r"|actions|workflows?|checks|eslint|pytest|mypy|jest|clippy|prettier)\b"
)
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
    """What the words of one item ask, as far as they are understood."""

    item: Item
    checks: tuple[ProposedCheck, ...]
    remainder: str | None  # the words that a person decides about; None: every clause is closed
    why: str | None  # the reason for the remainder
    may_fail: bool  # see exclusions.may_fail


def no_environment(_item: Item) -> bool:
    """For a run of which it is not known for which environment it is."""
    return False


def understood(
    checklist: Checklist,
    exists: Exists = nothing_exists,
    is_in_its_environment: Callable[[Item], bool] = no_environment,
) -> dict[int, Understood]:
    """The items of which anything can be verified, by their lines.

    `exists` tells which files are in the repository, `is_in_its_environment` whether an item is
    asked in the one environment that its section is for.
    """
    paths = document_paths(checklist.path, exists)
    elsewhere: dict[tuple[tuple[str, ...], bool], bool] = {}
    found = {}
    for item in checklist.items:
        if item.is_title or item.struck or item.phase is Phase.REFERENCE:
            continue
        place = (item.section, is_in_its_environment(item))
        if place not in elsewhere:
            elsewhere[place] = _is_elsewhere(checklist.title or "", *place)
        one = understand(item, paths, elsewhere=elsewhere[place])
        if one is not None:
            found[item.line] = one
    return found


def _is_elsewhere(title: str, section: tuple[str, ...], is_in_its_environment: bool) -> bool:
    """Whether the headings speak of another place than this run is for."""
    headings = [title, *section]
    if is_in_its_environment:
        headings = [each for each in headings if heading_environment(each) is None]
    return exclusions.elsewhere(" ".join(headings))


def understand(item: Item, paths: DocumentPaths, *, elsewhere: bool = False) -> Understood | None:
    """What can be verified of the item; None if that is nothing. `elsewhere`: its section is about
    another place than this job.
    """
    tokenized, more = first_paragraph(item), rest(item)
    if more is None and not item.links and not _MAY_ASK.search(tokenized.normalized):
        return None
    clauses = tuple(_clauses(tokenized, paths))
    checks = [check for clause in clauses for check in clause.checks]
    checks += _with_words(files.linked(item, paths), tokenized, tokenized.original)
    if more is not None:
        for line in more.original.split("\n"):
            checks += _mentioned(more, line, paths)
    first: dict[tuple[str | None, str], ProposedCheck] = {}
    for check in checks:  # what a clause says before what a link shows
        first.setdefault((check.variable, repr(check.rule)), check)
    unique = list(first.values())[:_MOST_CHECKS]
    if not unique:
        return None
    why = _why_whole(item, clauses, more=more is not None, elsewhere=elsewhere)
    remainder = _remainder(tokenized, clauses, whole=why is not None)
    if remainder is not None and why is None:
        why = NO_CLOSED_FORM
    return Understood(
        item=item,
        checks=_without_weaker(unique),
        remainder=remainder,
        why=why,
        may_fail=exclusions.may_fail(item),
    )


def _why_whole(
    item: Item, clauses: tuple[UnderstoodClause, ...], *, more: bool, elsewhere: bool
) -> str | None:
    """Why a person decides about the whole item, whatever its clauses say; None if only about
    those that are not closed.
    """
    if exclusions.conditional(item):
        return "it holds only under a condition, or in one of several ways"
    if elsewhere or any(clause.closed and exclusions.elsewhere(clause.text) for clause in clauses):
        return "it speaks of another place than this job"
    if item.phase is Phase.AFTER:
        return "it is about what was deployed, not about this commit"
    if more or item.links:
        return "it says more below its first line, or behind a link"
    return None


def _clauses(tokenized: TokenizedText, paths: DocumentPaths) -> Iterator[UnderstoodClause]:
    """The whole text, if it is a closed form; else each of its pieces."""
    whole = tokenized.original.rstrip(" .;:!。")
    checks = _closed(tokenized, whole, paths)
    if checks:
        yield UnderstoodClause(whole, checks, closed=True)
        return
    for piece in pieces(whole):
        checks = _closed(tokenized, piece, paths)
        if checks:
            yield UnderstoodClause(piece, checks, closed=True)
        else:
            mentioned = tuple(_mentioned(tokenized, piece, paths))
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


def _closed(
    tokenized: TokenizedText, piece: str, paths: DocumentPaths
) -> tuple[ProposedCheck, ...]:
    """The checks of a piece that is a closed form; none if it is not."""
    normalized = normalize(piece) if len(piece) <= _LONGEST else ""
    if not _MAY_ASK.search(normalized):
        return ()
    for pattern in CLOSED:
        found = pattern.regex.fullmatch(normalized)
        if found:
            located = [_located(check, paths) for check in pattern.build(tokenized, found)]
            checks = [check for check in located if check is not None]
            if len(checks) < len(located):  # one of its files cannot be looked at
                return ()
            return tuple(_with_words(checks, tokenized, piece))
    return ()


def _mentioned(
    tokenized: TokenizedText, piece: str, paths: DocumentPaths
) -> Iterator[ProposedCheck]:
    """The checks for what a piece mentions, whatever else it says."""
    normalized = normalize(piece[:_MOST_CLAUSE])
    if _MAY_ASK.search(normalized):
        for family in FAMILIES:
            found = (_located(each, paths) for each in family.mentioned(tokenized, normalized))
            checks = (check for check in found if check is not None)
            yield from _with_words(checks, tokenized, piece)


def _located(check: ProposedCheck, paths: DocumentPaths) -> ProposedCheck | None:
    """The same check of the file that the document means; None if that is none."""
    workflow = check.rule.get("workflow")
    if isinstance(workflow, Mapping) and workflow.get("mentions") == commands.THIS_CHECKLIST:
        return replace(check, rule={"workflow": {**workflow, "mentions": paths.name}})
    for kind, name in (("file", "path"), ("data", "file")):
        given = check.rule.get(kind)
        written = given.get(name) if isinstance(given, Mapping) else given
        if not isinstance(written, str):
            continue
        found = paths.of_words(written)
        if found is None:
            return None
        content = {**given, name: found} if isinstance(given, Mapping) else found
        description = check.description.replace(written, found, 1)
        return replace(check, rule={**check.rule, kind: content}, description=description)
    return check


def _with_words(
    checks: Iterable[ProposedCheck], tokenized: TokenizedText, piece: str
) -> Iterator[ProposedCheck]:
    words = tokenized.in_words(piece)[:_LONGEST]
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
    tokenized: TokenizedText, clauses: tuple[UnderstoodClause, ...], *, whole: bool
) -> str | None:
    """The words that a person decides about: all of them if `whole` or if no clause is closed,
    else the clauses that are not closed, without the names they begin with.
    """
    remaining = [clause for clause in clauses if not clause.closed]
    if not remaining and not whole:
        return None
    if whole or (len(remaining) == len(clauses) and len(clauses) > 1):
        return tokenized.in_words(tokenized.original).rstrip(" .;:")
    texts = [tokenized.in_words(_without_names(clause.text)) for clause in remaining]
    return "; ".join(text.rstrip(" .;:") for text in texts)


def _without_names(text: str) -> str:
    shorter = _LEADING_NAMES.sub("", text)
    return shorter if shorter[:1].isalpha() else text
