"""Which rule speaks of which item: names, pins, and first words."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import islice

from msgspec import Struct

from ..checklist.model import Checklist, Item, fold
from ..errors import Fault, Unusable
from ..opaque import OpaqueStruct
from .faults import did_you_mean, one_line
from .model import Rule, Rules, SignedLine, Waiver, is_variable


class Binding(OpaqueStruct, frozen=True, kw_only=True):
    """Rules and the items they speak of. An item is known by its line."""

    rules_of: Mapping[int, tuple[Rule, ...]]  # by the item's line, in the rules file's order
    items_of: Mapping[str, tuple[Item, ...]]  # by the rule's key
    orphans: tuple[Rule, ...]  # speak of no item
    names: ItemIndex


class Ambiguous(Exception):
    """Several items begin with the words that were given."""

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
        """The items a rule's key names: a variable's, a pin's, else the one with this id or these
        first words.

        Raises Ambiguous.
        """
        named = self._by_variable.get(key) if is_variable(key) else None
        found = named or self._by_pin.get(key)
        if found:
            return tuple(found)
        item = self._by_id.get(key)
        return (item,) if item else self.beginning(key)

    def with_id(self, given: str) -> Item | None:
        return self._by_id.get(given)

    def beginning(self, words: str) -> tuple[Item, ...]:
        """The one item whose first words these are, or none. Raises Ambiguous."""
        folded = fold(words)
        if not folded:
            return ()
        found = self._all_beginning(folded)
        whole = [item for item in islice(found, 2) if fold(item.text) == folded]
        if len(found) > 1 and len(whole) != 1:
            raise Ambiguous(sorted(found, key=lambda item: item.line))
        return tuple(whole or found)

    def key_of(self, item: Item) -> str:
        """A key for a rule on this item alone: its first words, or its id. Never a variable's name."""
        candidates = (self.first_words(item), item.text)
        return next(
            (key for key in candidates if not is_variable(key) and self._names_only(key, item)),
            item.id,
        )

    def _names_only(self, key: str, item: Item) -> bool:
        try:
            return self.of_key(key) == (item,)
        except Ambiguous:
            return False

    def first_words(self, item: Item) -> str:
        """The shortest beginning of an item's text that names it alone, three words or more; else
        its id.
        """
        words = item.text.split()
        for count in range(min(3, len(words)), len(words) + 1):
            beginning = " ".join(words[:count]).rstrip(".,;:")
            if len(self._all_beginning(fold(beginning))) == 1:
                return beginning
        return item.id

    def _all_beginning(self, folded: str) -> list[Item]:
        # A space ends the last word, so that "load" is no beginning of "loader".
        texts, items = self._by_text
        start = end = bisect_left(texts, folded + " ")
        while end < len(texts) and texts[end].startswith(folded + " "):
            end += 1
        return items[start:end]

    @cached_property
    def _by_text(self) -> tuple[list[str], list[Item]]:
        """Folded texts in order, so that those with the same first words are neighbours."""
        pairs = sorted(
            ((fold(item.text) + " ", item) for item in self._items), key=lambda pair: pair[0]
        )
        return [text for text, _ in pairs], [item for _, item in pairs]

    def known(self) -> Iterable[str]:
        """Every name worth suggesting."""
        yield from self._by_variable
        yield from self._by_pin
        yield from self._by_id


def bind(checklist: Checklist, rules: Rules) -> Binding:
    """Rules bound to items. Raises Unusable for a key, waiver or sign-off that is ambiguous or that
    nothing bears.
    """
    names = ItemIndex(checklist.items)
    rules_of: dict[int, list[Rule]] = {}
    items_of: dict[str, tuple[Item, ...]] = {}
    orphans: list[Rule] = []
    faults: list[Fault] = []
    by_line = {item.line: item for item in checklist.items}
    for rule in rules.rules:
        if rule.inferred:  # from the words of the item in its line, and of no other
            rules_of.setdefault(rule.line, []).append(rule)
            items_of.setdefault(rule.key, (by_line[rule.line],))
            continue
        try:
            items = names.of_key(rule.key)
        except Ambiguous as ambiguous:
            faults.append(_ambiguous(checklist, rules, rule, rule.key, ambiguous))
            continue
        items_of[rule.key] = items
        for item in items:
            rules_of.setdefault(item.line, []).append(rule)
        if not items:
            orphans.append(rule)
    binding = Binding(
        rules_of={line: tuple(found) for line, found in rules_of.items()},
        items_of=items_of,
        orphans=tuple(orphans),
        names=names,
    )
    faults += _of_exceptions(checklist, rules, binding)
    if faults:
        raise Unusable(faults=tuple(faults))
    return binding


def find(checklist: Checklist, rules: Rules, given: str) -> tuple[Item, ...]:
    """The item with this id, or those that the rule with this key speaks of. Raises Unusable."""
    return _items_named(bind(checklist, rules), checklist, given)


class WaiverScope(Struct, frozen=True, kw_only=True):
    """What a waiver speaks of: the items in these lines, or of these only what one rule asks."""

    lines: frozenset[int]
    rule: str | None = None  # its key


def reach_of(checklist: Checklist, binding: Binding, given: str) -> WaiverScope:
    """An id, or the first words of an item, means the whole item; a rule's key means that rule.
    Raises Unusable.
    """
    items = _items_named(binding, checklist, given)
    return WaiverScope(
        lines=frozenset(item.line for item in items), rule=_rule_named(binding, given)
    )


def _rule_named(binding: Binding, given: str) -> str | None:
    return given if given in binding.items_of and binding.names.with_id(given) is None else None


def _items_named(binding: Binding, checklist: Checklist, given: str) -> tuple[Item, ...]:
    try:
        found = _named(binding, given)
    except Ambiguous as ambiguous:
        message = (
            f"`{one_line(given)}` may mean {len(ambiguous.candidates)} items of {checklist.path}"
        )
        raise Unusable(message, hint=_candidates(ambiguous)) from None
    if not found:
        message = f"no item of {checklist.path} and no rule is named `{one_line(given)}`"
        raise Unusable(
            message, hint=did_you_mean(given, [*binding.names.known(), *binding.items_of])
        )
    return found


def _named(binding: Binding, given: str) -> tuple[Item, ...]:
    item = binding.names.with_id(given)
    return (item,) if item else binding.items_of.get(given) or binding.names.of_key(given)


def _candidates(ambiguous: Ambiguous) -> str:
    shown = [f"`{one_line(item.id)}` (line {item.line})" for item in ambiguous.candidates[:5]]
    more = len(ambiguous.candidates) - len(shown)
    return "One of: " + ", ".join(shown) + (f" and {more} more" if more else "")


def _fault(
    checklist: Checklist,
    rules: Rules,
    at: Rule | Waiver | SignedLine,
    message: str,
    hint: str | None,
) -> Fault:
    file = rules.path or checklist.path
    return Fault(file=file, line=at.line, column=at.column, message=message, hint=hint)


def _ambiguous(
    checklist: Checklist,
    rules: Rules,
    at: Rule | Waiver | SignedLine,
    given: str,
    ambiguous: Ambiguous,
) -> Fault:
    message = f"`{one_line(given)}` begins {len(ambiguous.candidates)} items of {checklist.path}"
    one_of = _candidates(ambiguous)
    hint = f"Add words until one is left, or pin the item (`<!-- rule: name -->`). {one_of}"
    return _fault(checklist, rules, at, message, hint)


def _of_exceptions(checklist: Checklist, rules: Rules, binding: Binding) -> Iterable[Fault]:
    """What is wrong with waivers and standing sign-offs, now that the items are known."""
    exceptions: tuple[Waiver | SignedLine, ...] = (*rules.waivers, *rules.signed)
    for exception in exceptions:
        try:
            items = _named(binding, exception.item)
        except Ambiguous as ambiguous:
            yield _ambiguous(checklist, rules, exception, exception.item, ambiguous)
            continue
        found = _of_exception(checklist, binding, exception, items)
        if found is not None:
            yield _fault(checklist, rules, exception, *found)


def _of_exception(
    checklist: Checklist, binding: Binding, exception: Waiver | SignedLine, items: tuple[Item, ...]
) -> tuple[str, str | None] | None:
    """What is wrong with one and what to do, if anything is."""
    given = one_line(exception.item)
    if not items:
        what = "waiver" if isinstance(exception, Waiver) else "sign-off"
        message = (
            f"the {what}'s item `{given}` is not in {checklist.path}, and no rule has this key"
        )
        known = [*binding.names.known(), *binding.items_of]
        return message, did_you_mean(exception.item, known)
    if all(item.is_title and not _ruled(item, binding) for item in items):
        return _of_a_title(checklist, exception, items[0])
    if isinstance(exception, Waiver):
        rule = _not_waivable(items, binding, exception.item)
        if rule is not None:
            message = f"`{given}` cannot be waived: its rule says `waivable: false`"
            return message, f"See line {rule.line}; remove the waiver"
    elif exception.item not in (items[0].id, *binding.items_of):
        message = f"the sign-off's item `{given}` is neither an id nor a rule's key"
        return message, f"Write `{one_line(items[0].id)}`"
    return None


def _ruled(item: Item, binding: Binding) -> bool:
    """A rule is asked wherever it stands, under a title too."""
    return any(not rule.inferred for rule in binding.rules_of.get(item.line, ()))


def _of_a_title(
    checklist: Checklist, exception: Waiver | SignedLine, title: Item
) -> tuple[str, str | None]:
    named = one_line(exception.item)
    what = "waived" if isinstance(exception, Waiver) else "signed"
    message = f"`{named}` is a title, of which nothing is asked, so it cannot be {what}"
    under = [item for item in checklist.items if item.parent == title.line and not item.is_title]
    below = ", ".join(f"`{one_line(item.id)}`" for item in under[:5])
    return message, f"Name what stands below it: {below}" if below else None


def _not_waivable(items: tuple[Item, ...], binding: Binding, given: str) -> Rule | None:
    key = _rule_named(binding, given)
    ruled = (rule for item in items for rule in binding.rules_of.get(item.line, ()))
    rules = (rule for rule in ruled if key in (None, rule.key))
    return next(
        (rule for rule in rules if not all(clause.waivable for clause in rule.clauses)), None
    )
