"""The rules file that a checklist's own words come to: for people to read, and for the loader to
take.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from ..checklist.model import Checklist, Item, Phase, fold
from ..rules.bind import Ambiguous, ItemIndex
from ..rules.model import is_variable
from ..rules.yaml_writer import comment, to_yaml, to_yaml_key
from .understand import Understood, understood

_HEAD = """\
# Written by `deploy-checklist init` from the words of {path}. From here on it is yours.
# Each `# TODO` is a question that the words leave open; `deploy-checklist schema` tells an editor
# what can be verified.
version: 1
"""
_HELPS = """
# As on the first run: what is not verified is asked of a person, and nothing fails but a variable
# handed over empty. Delete this line on the day the rules should decide.
unverified: sign
"""
_ROLES = """
# Who may sign: name people or teams, then write `sign: {{ by: [{0}] }}` in a rule.
# roles:
"""
_PIN = re.compile(r"[\w.:/~-]{1,100}")


class Line(Struct, frozen=True):
    """One rule as it is written."""

    key: str
    rule: object
    questions: tuple[str, ...]


class Proposal(Struct, frozen=True):
    """The file's text, and what its writer has to say of it."""

    text: str
    questions: tuple[tuple[int, str], ...]  # the item's line, and what its words leave open
    pins: Mapping[int, str]  # by item's line: the pins that the text's keys count on


def proposed(checklist: Checklist, *, path: str | None, pin: bool) -> Proposal:
    """The rules file for a checklist. `path` is how it is found from the repository's root."""
    found = understood(checklist)
    keys = _Keys(checklist, pin=pin)
    body: list[str] = []
    section: tuple[str, ...] | None = None
    for item in checklist.items:
        lines = list(_lines(item, found.get(item.line), keys))
        if not lines:
            continue
        if item.section != section:
            section = item.section
            body += ["", f"  # {comment(' › '.join(section))}"] if section else [""]
        body += [
            f"  {to_yaml_key(line.key)}: {to_yaml(line.rule)}{_todo(line.questions)}"
            for line in lines
        ]
    text = _HEAD.format(path=comment(checklist.path)) + (
        f"checklist: {to_yaml(path)}\n" if path else ""
    )
    text += (
        _HELPS
        + _roles(checklist)
        + ("\nitems:" + "\n".join(body) + "\n" if body else "\nitems: {}\n")
    )
    questions = tuple(
        (line, question) for line, each in found.items() for question in each.questions
    )
    return Proposal(text=text, questions=questions, pins=keys.pins)


def _lines(item: Item, one: Understood | None, keys: _Keys) -> Iterator[Line]:
    """The rules of one item; the first of them says what is left for a person."""
    if item.is_title or item.struck or item.phase is Phase.REFERENCE:
        return
    if one is None:
        if key := keys.of_words(item):
            yield Line(key, "sign", ())
        return
    left = {"sign": _as_written(one)} if one.remainder is not None else {}
    own = [check.variable for check in one.checks if check.variable]
    if own and all(keys.names_only(name, item) for name in own) and item.pin is None:
        first = own[0]
        for name in dict.fromkeys(own):
            rules = [
                check.rule
                for check in one.checks
                if check.variable == name or (name == first and not check.variable)
            ]
            with_rest = [*rules, left] if name == first and left else rules
            yield Line(
                name, _shortest(with_rest, variable=True), one.questions if name == first else ()
            )
    elif key := keys.of_words(item):
        rules = [
            {**({"env": check.variable} if check.variable else {}), **check.rule}
            for check in one.checks
        ]
        yield Line(key, _shortest([*rules, left] if left else rules, variable=False), one.questions)


def _as_written(one: Understood) -> object:
    """What a person is asked: the item itself, or the part of it that is left."""
    same = fold(one.remainder or "") == fold(one.item.text)
    return True if same else (one.remainder or "").replace("${", "$${")


def _shortest(rules: list[Mapping[str, object]], *, variable: bool) -> object:
    """The same rules with as few words as the loader understands."""
    merged: list[dict[str, object]] = []
    for rule in rules:
        fits = next((each for each in merged if _go_together(each, rule)), None)
        if fits is None:
            merged.append(dict(rule))
        else:
            fits.update(rule)
    if variable and len(merged[0]) > 1 and merged[0].get("present") is True:
        del merged[0]["present"]  # a variable's name implies it
    short = [
        next(iter(each)) if list(each.values()) == [True] and each.keys() & _SHORT else each
        for each in merged
    ]
    return short[0] if len(short) == 1 else short


_SHORT = {"present", "secret", "absent", "sign"}


def _go_together(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    return not (one.keys() & other.keys() - {"env"}) and one.get("env") == other.get(
        "env", one.get("env")
    )


_SMALL = frozenset(
    (
        "",
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "by",
        "for",
        "from",
        "in",
        "is",
        "of",
        "on",
        "or",
        "the",
        "to",
        "with",
    )
)


def _closed(words: list[str]) -> bool:
    return sum(word.count("(") - word.count(")") for word in words) <= 0


class _Keys:
    """Keys of rules: each names one item and no other."""

    def __init__(self, checklist: Checklist, *, pin: bool) -> None:
        self._names = ItemIndex(checklist.items)
        self._pin = pin
        self._taken: set[str] = set()
        self.pins: dict[int, str] = {}

    def names_only(self, variable: str, item: Item) -> bool:
        """Whether the variable's name speaks of this item alone."""
        return is_variable(variable) and self._finds(variable) == (item,)

    def of_words(self, item: Item) -> str | None:
        """The item's pin, or its first words; None if no words of it are its own."""
        if (
            self._pin
            and item.pin is None
            and not item.names
            and _PIN.fullmatch(item.id)
            and self._is_free(item.id)
        ):
            self.pins[item.line] = item.id
            self._taken.add(item.id)
            return item.id
        candidates = (
            item.pin or "",
            self._first_words(item),
            self._names.first_words(item),
            item.text,
            item.id,
        )
        return next((key for key in candidates if self._is_own(key, item)), None)

    def _first_words(self, item: Item) -> str:
        """The words that tell the item from all others, and on to the next that means something."""
        words, count = item.text.split(), len(self._names.first_words(item).split())
        while count < len(words) and (
            fold(words[count - 1]) in _SMALL or not _closed(words[:count])
        ):
            count += 1
        return " ".join(words[:count]).rstrip(".,;:")

    def _is_free(self, key: str) -> bool:
        return not is_variable(key) and key not in self._taken

    def _is_own(self, key: str, item: Item) -> bool:
        if not key or not self._is_free(key) or self._finds(key) != (item,):
            return False
        self._taken.add(key)
        return True

    def _finds(self, key: str) -> tuple[Item, ...]:
        try:
            return self._names.of_key(key)
        except Ambiguous:
            return ()


def _todo(questions: Iterable[str]) -> str:
    asked = " ".join(questions)
    return f"  # TODO {comment(asked)}" if asked else ""


def _roles(checklist: Checklist) -> str:
    owners = dict.fromkeys(row.owner for row in checklist.secret_rows if row.owner)
    slugs = [slug for owner in owners if owner and (slug := "-".join(fold(owner).split()))]
    if not slugs:
        return ""
    return _ROLES.format(slugs[0]) + "".join(f'#   {slug}: ["@your-login"]\n' for slug in slugs)
