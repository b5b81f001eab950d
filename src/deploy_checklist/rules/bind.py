"""Which rule is about which item: by a variable's name, a pin, an id, or an item's first words."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from ..checklist.model import Checklist, Item, fold
from ..errors import Fault, Unusable
from ..opaque import OpaqueStruct
from .faults import one_line, suggestion
from .model import Rule, Rules, SignedLine, Waiver, is_variable
from .yaml_writer import can_be_key

_Exemption = Waiver | SignedLine
_Mistake = tuple[Rule | _Exemption, str, str | None]  # where it is, its message, and a hint


class Ambiguous(Exception):
    """Several items begin with the given words."""

    def __init__(self, candidates: Sequence[Item]) -> None:
        super().__init__()
        self.candidates = candidates


class ItemIndex:
    """The items of a checklist by every name that they have."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = items
        self._by_id = {item.id: item for item in items}
        self._by_pin: dict[str, list[Item]] = {}
        self._by_variable: dict[str, list[Item]] = {}
        for item in items:
            if item.pin:
                self._by_pin.setdefault(item.pin, []).append(item)
            for name in item.names:
                self._by_variable.setdefault(name, []).append(item)

    def of_key(self, key: str) -> tuple[Item, ...]:
        """The items that a rule's key names: those with this variable, else those with this pin,
        else the one with this id, else the one with these first words. Raises Ambiguous.
        """
        found = self._by_variable.get(key) if is_variable(key) else None
        found = found or self._by_pin.get(key)
        if found:
            return tuple(found)
        item = self._by_id.get(key)
        return (item,) if item else self.beginning(key)

    def with_id(self, name: str) -> Item | None:
        return self._by_id.get(name)

    def beginning(self, words: str) -> tuple[Item, ...]:
        """The one item whose first words these are, or none. Raises Ambiguous."""
        folded = fold(words)
        if not folded:
            return ()
        found = self._all_beginning(folded)
        whole = [item for item in found[:2] if fold(item.text) == folded]
        if len(found) > 1 and len(whole) != 1:
            raise Ambiguous(sorted(found, key=lambda item: item.line))
        return tuple(whole or found)

    def names_only(self, key: str, item: Item) -> bool:
        """Whether the key names this item and no other."""
        try:
            return self.of_key(key) == (item,)
        except Ambiguous:
            return False

    def key_of(self, item: Item) -> str:
        """A key for a rule on this item alone: its first words, or its id. Never a variable."""
        for key in (self.first_words(item), item.text):
            if can_be_key(key) and not is_variable(key) and self.names_only(key, item):
                return key
        return item.id

    def first_words(self, item: Item) -> str:
        """The shortest beginning of an item's text that only this item has, at least three words;
        its id if there is none.
        """
        words = item.text.split()
        for count in range(min(3, len(words)), len(words) + 1):
            beginning = " ".join(words[:count]).rstrip(".,;:")
            if len(self._all_beginning(fold(beginning))) == 1:
                return beginning
        return item.id

    def _all_beginning(self, folded: str) -> list[Item]:
        # A space ends the last word, so that "load" does not match "loader".
        texts, items = self._by_text
        start = end = bisect_left(texts, folded + " ")
        while end < len(texts) and texts[end].startswith(folded + " "):
            end += 1
        return items[start:end]

    @cached_property
    def _by_text(self) -> tuple[list[str], list[Item]]:
        """Folded texts and their items, sorted: those with the same first words are neighbours."""
        pairs = [(fold(item.text) + " ", item) for item in self._items]
        pairs.sort(key=lambda pair: pair[0])
        return [text for text, _ in pairs], [item for _, item in pairs]

    def known(self) -> Iterable[str]:
        """Every name worth suggesting."""
        yield from self._by_variable
        yield from self._by_pin
        yield from self._by_id


class Binding(OpaqueStruct, frozen=True, kw_only=True):
    """Rules and the items they are about. An item is known by its line."""

    rules_of: Mapping[int, tuple[Rule, ...]]  # by the item's line, in the rules file's order
    items_of: Mapping[str, tuple[Item, ...]]  # by the rule's key
    orphans: tuple[Rule, ...]  # rules without an item
    index: ItemIndex

    def items_named(self, name: str) -> tuple[Item, ...]:
        """The item with this id, else the items of the rule with this key, else the item with
        these first words. Raises Ambiguous.
        """
        item = self.index.with_id(name)
        return (item,) if item else self.items_of.get(name) or self.index.of_key(name)

    def rule_key(self, name: str) -> str | None:
        """The name, if it means a rule and not an item."""
        is_rule = name in self.items_of and self.index.with_id(name) is None
        return name if is_rule else None

    def suggestion(self, name: str) -> str | None:
        """The known name that is closest to it."""
        return suggestion(name, [*self.index.known(), *self.items_of])


class WaiverScope(Struct, frozen=True, kw_only=True):
    """What a waiver covers: the items in these lines; with `rule`, only that rule's clauses."""

    lines: frozenset[int]
    rule: str | None = None  # its key


def bind(checklist: Checklist, rules: Rules) -> Binding:
    """The rules bound to their items.

    Raises Unusable if the item of a rule, waiver or sign-off is ambiguous, and if that of a waiver
    or sign-off does not exist or cannot be waived or signed.
    """
    index = ItemIndex(checklist.items)
    rules_of: dict[int, list[Rule]] = {}
    items_of: dict[str, tuple[Item, ...]] = {}
    orphans: list[Rule] = []
    mistakes: list[_Mistake] = []
    by_line = {item.line: item for item in checklist.items}
    for rule in rules.rules:
        if rule.inferred:  # its line is the line of its item
            items: tuple[Item, ...] = (by_line[rule.line],)
        else:
            try:
                items = index.of_key(rule.key)
            except Ambiguous as ambiguous:
                mistakes.append((rule, *_ambiguous(rule.key, ambiguous, checklist)))
                continue
        items_of.setdefault(rule.key, items)
        for item in items:
            rules_of.setdefault(item.line, []).append(rule)
        if not items:
            orphans.append(rule)
    binding = Binding(
        rules_of={line: tuple(found) for line, found in rules_of.items()},
        items_of=items_of,
        orphans=tuple(orphans),
        index=index,
    )
    exemptions: tuple[_Exemption, ...] = (*rules.waivers, *rules.signed)
    for exemption in exemptions:
        mistake = _mistake_of(exemption, checklist, binding)
        if mistake is not None:
            mistakes.append((exemption, *mistake))
    if mistakes:
        raise Unusable(faults=_faults(mistakes, rules.path or checklist.path))
    return binding


def _faults(mistakes: Iterable[_Mistake], file: str) -> tuple[Fault, ...]:
    return tuple(
        Fault(file=file, line=at.line, column=at.column, message=message, hint=hint)
        for at, message, hint in mistakes
    )


def find(checklist: Checklist, rules: Rules, name: str) -> tuple[Item, ...]:
    """The item with this id or these first words, or the items of the rule with this key.

    Raises Unusable.
    """
    return _items_named(name, checklist, bind(checklist, rules))


def waiver_scope(checklist: Checklist, binding: Binding, name: str) -> WaiverScope:
    """What a waiver of this name covers: the whole item if it is an id or the item's first words,
    only the rule's clauses if it is a rule's key. Raises Unusable.
    """
    items = _items_named(name, checklist, binding)
    return WaiverScope(lines=frozenset(item.line for item in items), rule=binding.rule_key(name))


def _items_named(name: str, checklist: Checklist, binding: Binding) -> tuple[Item, ...]:
    path = checklist.path
    try:
        found = binding.items_named(name)
    except Ambiguous as ambiguous:
        message = f"`{one_line(name)}` matches {len(ambiguous.candidates)} items in {path}"
        raise Unusable(message, hint=_candidates(ambiguous)) from None
    if not found:
        message = f"no item in {path} and no rule is called `{one_line(name)}`"
        raise Unusable(message, hint=binding.suggestion(name))
    return found


def _candidates(ambiguous: Ambiguous) -> str:
    named = [f"`{one_line(item.id)}` (line {item.line})" for item in ambiguous.candidates[:5]]
    more = len(ambiguous.candidates) - len(named)
    return "One of: " + ", ".join(named) + (f" and {more} more" if more else "")


def _ambiguous(name: str, ambiguous: Ambiguous, checklist: Checklist) -> tuple[str, str]:
    count = len(ambiguous.candidates)
    message = f"{count} items in {checklist.path} begin with `{one_line(name)}`"
    hint = "Add words until only one matches, or pin the item (`<!-- rule: name -->`)."
    return message, f"{hint} {_candidates(ambiguous)}"


def _mistake_of(
    exemption: _Exemption, checklist: Checklist, binding: Binding
) -> tuple[str, str | None] | None:
    """What is wrong with a waiver or a sign-off, and a hint; None if nothing is."""
    name, given = exemption.item, one_line(exemption.item)
    is_waiver = isinstance(exemption, Waiver)
    try:
        items = binding.items_named(name)
    except Ambiguous as ambiguous:
        return _ambiguous(name, ambiguous, checklist)
    if not items:
        what = "waiver" if is_waiver else "sign-off"
        message = f"the {what}'s item `{given}` is not in {checklist.path}"
        return f"{message}, and no rule has that key", binding.suggestion(name)
    if all(item.is_title and not _has_written_rule(item, binding) for item in items):
        below = [each for each in checklist.items if each.parent == items[0].line]
        ids = [f"`{one_line(item.id)}`" for item in below if not item.is_title]
        message = f"`{given}` is a title, and nothing checks a title, so it cannot be "
        hint = f"Name an item below it: {', '.join(ids[:5])}" if ids else None
        return message + ("waived" if is_waiver else "signed"), hint
    if is_waiver:
        rule = _unwaivable_rule(items, binding, name)
        if rule is not None:
            message = f"`{given}` cannot be waived: its rule says `waivable: false`"
            return message, f"Remove the waiver, or change the rule in line {rule.line}"
    elif name not in (items[0].id, *binding.items_of):
        message = f"the sign-off's item `{given}` is not an id and not the key of a rule"
        return message, f"Write `{one_line(items[0].id)}`"
    return None


def _has_written_rule(item: Item, binding: Binding) -> bool:
    """A rule that people wrote counts even if its item is a title; an inferred one does not."""
    return any(not rule.inferred for rule in binding.rules_of.get(item.line, ()))


def _unwaivable_rule(items: tuple[Item, ...], binding: Binding, name: str) -> Rule | None:
    key = binding.rule_key(name)
    for item in items:
        for rule in binding.rules_of.get(item.line, ()):
            waivable = all(clause.waivable for clause in rule.clauses)
            if not waivable and key in (None, rule.key):
                return rule
    return None
