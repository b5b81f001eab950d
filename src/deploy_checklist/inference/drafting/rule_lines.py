"""An item's rules as lines of the rules file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ...checklist.model import fold
from ...rules.clauses import SHORT
from ...rules.yaml_writer import (
    LONGEST_COMMENT,
    comment,
    to_yaml,
    to_yaml_key,
    to_yaml_lines,
)
from ...values.secret_forms import looks_like_a_secret
from ..paths import Exists
from ..patterns.sentence import ProposedCheck
from ..understand import Understood
from .items import DraftedItem
from .keys import RuleKeys
from .suggestions import Suggestion

Rule = Mapping[str, object]


def item_lines(drafted: DraftedItem, keys: RuleKeys, exists: Exists, todo: str) -> list[str]:
    """The lines of an item's rules, each of which ends with `todo`; none if no key names the item
    alone.
    """
    found, item = drafted.found, drafted.item
    if found is None:
        key = keys.of_words(item)
        rules = [_sign(True, drafted.by)]
        return _written(key, rules, drafted, drafted.suggestions, todo) if key else []
    remainder = [] if found.remainder is None else [_sign(_as_written(found), drafted.by)]
    names = list(dict.fromkeys(check.variable for check in found.checks if check.variable))
    if names and item.pin is None and all(keys.names_only(name, item) for name in names):
        lines = []
        for name in names:
            is_first = name == names[0]
            subjects = (name, None) if is_first else (name,)
            checks = (check for check in found.checks if check.variable in subjects)
            rules = [{**check.rule, **_severity(check, found, exists)} for check in checks]
            rules += remainder if is_first else []
            fitting = [each for each in drafted.suggestions if each.variable in subjects]
            lines += _written(name, rules, drafted, fitting, todo)
        return [*lines, *_maybe(found, names[0])]
    key = keys.of_words(item)
    rules = [{**check.as_rule(), **_severity(check, found, exists)} for check in found.checks]
    if not key:
        return []
    lines = _written(key, rules + remainder, drafted, drafted.suggestions, todo)
    return [*lines, *_maybe(found, key)]


def _maybe(found: Understood, key: str) -> list[str]:
    """Further checks that the item may need, as comments, which do no harm if they are wrong."""
    return [
        f"  # maybe: {comment(f'{to_yaml_key(check.variable or key)}: {to_yaml(check.rule)}')}"
        for check in (*found.with_domain, *found.maybe)
    ]


def _written(
    key: str,
    rules: Sequence[Rule],
    drafted: DraftedItem,
    suggestions: Sequence[Suggestion],
    todo: str,
) -> list[str]:
    is_variable = any(key == name for name in drafted.item.names)
    clauses = _merged(rules, drafted.when, is_variable=is_variable)
    short = _shortest(clauses)
    head, note = f"  {to_yaml_key(key)}:", todo or _note(clauses)
    if not suggestions and all(isinstance(each, str) for each in short):
        return [f"{head} {to_yaml(short[0] if len(short) == 1 else short)}{note}"]
    judged = clauses[0].get("env") if len(clauses) == 1 else None
    lines = [f"{head}{note}"]
    if len(clauses) == 1 and all(
        each.when is None and each.variable in (None, key, judged) for each in suggestions
    ):
        # Those behind a `#` stay on one line, so that one `#` brings a whole check into force.
        about = [(_pair(each.rule), comment(_about(each, drafted))) for each in suggestions]
        return [*lines, *to_yaml_lines(clauses[0], 4), *(f"    # {a}  # {b}" for a, b in about)]
    lines += [line for each in short for line in _list_entry(each)]
    lines += [f"    # - {_as_clause(each, key, drafted.when)}" for each in suggestions]
    return lines


def _list_entry(clause: object) -> list[str]:
    """A clause as an entry of a list of rules: a short form, or a mapping."""
    if not isinstance(clause, Mapping):
        return [f"    - {to_yaml(clause)}"]
    first, *others = to_yaml_lines(clause, 6)
    return [f"    - {first.lstrip()}", *others]


def _as_clause(suggestion: Suggestion, key: str, when: str | None) -> str:
    """A suggestion as an entry of a list of rules. `when` is the condition of the others."""
    conditions = [name for name in (when, suggestion.when) if name]
    rule: dict[str, object] = {}
    if conditions:
        rule["when"] = conditions[0] if len(conditions) == 1 else conditions
    if suggestion.variable and suggestion.variable != key:
        rule["env"] = suggestion.variable
    return f"{to_yaml({**rule, **suggestion.rule})}  # {comment(suggestion.about)}"


def _note(clauses: Iterable[Rule]) -> str:
    """What to review in rules whose answer may be incomplete."""
    has_origins = any("origins" in each for each in clauses)
    return '  # add the others, such as "https://app.${domain}"' if has_origins else ""


def _about(suggestion: Suggestion, drafted: DraftedItem) -> str:
    """A note about the check, and what to do with `sign` once the check is in use."""
    left = suggestion.leaves
    if left is None or looks_like_a_secret(left):
        return suggestion.about
    then = "delete `sign`"
    if left:
        then = f"keep only `{_pair(_sign(left.replace('${', '$${'), drafted.by))}`"
    about = f"{suggestion.about}; then {then}"
    return about if len(about) <= LONGEST_COMMENT else suggestion.about


def _pair(rule: Rule) -> str:
    name, value = next(iter(rule.items()))
    return f"{name}: {to_yaml(value)}"


def _sign(words: object, by: Sequence[str]) -> Rule:
    if not by:
        return {"sign": words}
    that = {} if words is True else {"that": words}
    return {"sign": {**that, "by": list(by)}}


def _severity(check: ProposedCheck, found: Understood, exists: Exists) -> dict[str, str]:
    """Makes a check only warn if a person decides whether it applies: under a condition, or for a
    file that does not exist today, which the words may mention without asking for it.
    """
    path = check.rule.get("file")
    is_missing = check.only_named and isinstance(path, str) and exists(path) is False
    only_warns = found.remainder is not None and (is_missing or not found.may_fail)
    return {**check.settings, **({"severity": "warning"} if only_warns else {})}


def _as_written(found: Understood) -> object:
    """What a person signs: the whole item, or the part of it that remains. No secret is copied."""
    remainder = found.remainder or ""
    if fold(remainder) == fold(found.item.text) or looks_like_a_secret(remainder):
        return True
    return remainder.replace("${", "$${")


def _merged(
    rules: Sequence[Rule], when: str | None, *, is_variable: bool
) -> list[dict[str, object]]:
    """The smallest number of mappings with the same meaning, each under the condition."""
    merged: list[dict[str, object]] = []
    for rule in rules:
        fitting = next((each for each in merged if _may_merge(each, rule)), None)
        if fitting is None:
            merged.append({"when": when, **rule} if when else dict(rule))
        else:
            fitting.update(rule)
    for each in merged:
        is_implied = is_variable and len(each) > 1 and {"severity", "env"}.isdisjoint(each)
        if is_implied and each.get("present") is True:
            del each["present"]  # a variable's name implies it
    return merged


_SETTINGS = ("severity", "phase")


def _may_merge(one: Rule, other: Rule) -> bool:
    """Whether two rules have no check in common, judge the same variable and hold alike."""
    if one.keys() & other.keys() - {"env", *_SETTINGS}:
        return False
    if any(one.get(setting) != other.get(setting) for setting in _SETTINGS):
        return False
    return "env" not in other or one.get("env") == other["env"]


def _shortest(clauses: Sequence[Rule]) -> list[object]:
    """The same clauses, each written as shortly as the loader understands it."""
    short: list[object] = []
    for each in clauses:
        key = next(iter(each))
        short.append(key if key in SHORT and each == {key: True} else dict(each))
    return short
