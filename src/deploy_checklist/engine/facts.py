"""What the rules' `facts:` come to in this run: yes, no, or why it cannot be known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from msgspec import Struct

from ..checks.present import fault
from ..checks.value import Comparison, compare, others_of
from ..outcome import Unobservable
from ..rules.conditions import evaluate, yes_or_no
from ..rules.model import Condition, Fact
from ..values.plain import numeric
from ..world.ports import Absence, World
from .pool import Pool


class FactState(Struct, frozen=True, kw_only=True):
    """A fact's answer and, in words a release manager understands, why."""

    yes: bool | None  # None: could not be known, never taken for a no
    why: str
    remedy: str | None = None
    handed_over: bool = True  # False: this run was not given a variable that it needs


class ConditionResult(Struct, frozen=True, kw_only=True):
    """A `when:` in this run."""

    holds: bool | None  # None: a fact it needs could not be known
    why: str
    remedy: str | None = None
    handed_over: bool = (
        True  # False: nothing but variables that this run was not given stands in the way
    )


_ASKED = ConditionResult(holds=True, why="")


def fact_states(facts: Iterable[Fact], world: World, pool: Pool) -> Mapping[str, FactState]:
    """The state of each fact, by its name. Those of files wait for git or for GitHub, under the
    run's deadline.
    """
    looks: dict[str, Callable[[], FactState]] = {}
    for fact in facts:
        if fact.changed:
            looks[fact.name] = pool.start(partial(_changed, fact, world)).result
        else:
            looks[fact.name] = partial(_variable, fact, world)
    return {name: _known(name, look) for name, look in looks.items()}


def _known(name: str, look: Callable[[], FactState]) -> FactState:
    try:
        return look()
    except Unobservable as trouble:
        return FactState(
            yes=None, why=f"{name} cannot be known: {trouble.reason}", remedy=trouble.remedy
        )


def facts_in(condition: Condition | None) -> Sequence[str]:
    """The facts that a condition speaks of, in its order."""
    if condition is None:
        return ()
    own = [condition.name] if condition.op == "fact" and condition.name else []
    return [*own, *(name for part in condition.parts for name in facts_in(part))]


def condition_result(
    condition: Condition | None, states: Mapping[str, FactState], environment: str | None
) -> ConditionResult:
    """Whether the rule is asked, with the facts that decided it."""
    if condition is None:
        return _ASKED
    found = {name: states[name] for name in facts_in(condition)}
    decided = evaluate(
        condition,
        {name: fact.why if fact.yes is None else fact.yes for name, fact in found.items()},
        environment,
    )
    reasons = [
        fact.why for fact in found.values() if (fact.yes is None) == isinstance(decided, str)
    ]
    why = "; ".join(reasons) or _environments_in(condition, environment)
    if isinstance(decided, str):
        open_facts = [fact for fact in found.values() if fact.yes is None]
        remedy = next((fact.remedy for fact in open_facts), None)
        handed_over = not open_facts or any(fact.handed_over for fact in open_facts)
        return ConditionResult(holds=None, why=why, remedy=remedy, handed_over=handed_over)
    return ConditionResult(holds=decided, why=why)


def _environments_in(condition: Condition, environment: str | None) -> str:
    return f"this is {environment}" if environment else "no environment was named"


def _changed(fact: Fact, world: World) -> FactState:
    tag, files = world.repository.changed(fact.changed)
    since = f"since {tag}" if tag else "and no earlier v* tag is there"
    if not files:
        return FactState(yes=False, why=f"nothing in {', '.join(fact.changed)} changed {since}")
    more = f" and {len(files) - 1} more" if len(files) > 1 else ""
    return FactState(yes=True, why=f"{files[0]}{more} changed {since}")


def _variable(fact: Fact, world: World) -> FactState:
    name = fact.env or ""
    value = world.variables.lookup(name)
    if value is Absence.EMPTY or (value is Absence.UNSET and fact.default is not None):
        return _of_nothing(fact, name, world)
    if isinstance(value, Absence):
        missing = value is Absence.NOT_HANDED_OVER
        return FactState(
            yes=None,
            why=f"{fact.name} cannot be known: {name} was {value}",
            remedy=f"hand {name} over under the step's `env:`" if missing else _set(fact),
            handed_over=not missing,
        )
    if isinstance(fact.comparison, Comparison):
        return _compared(fact, fact.comparison, value.text, world)
    plain = yes_or_no(value.text)
    if plain is None:
        why = f"{fact.name} cannot be known: {name} is neither yes nor no (true, 1, on; false, 0, off)"
        return FactState(yes=None, why=why, remedy=f"set {name} to true or false")
    return FactState(
        yes=plain, why=f"{fact.name} is {_on(plain)}: {name} says {'yes' if plain else 'no'}"
    )


def _of_nothing(fact: Fact, name: str, world: World) -> FactState:
    if fact.default is not None:
        word = "yes" if fact.default else "no"
        return FactState(
            yes=fact.default,
            why=f"{fact.name} is {_on(fact.default)}: {name} is not set, default {word}",
        )
    if isinstance(fact.comparison, Comparison) and {"exists", "empty"} & {*fact.comparison.given}:
        return _compared(fact, fact.comparison, None, world)
    why = f"{fact.name} cannot be known: {name} is empty and the fact has no default"
    return FactState(yes=None, why=why, remedy=_set(fact))


def _set(fact: Fact) -> str:
    return f"set {fact.env}, or give the fact a `default:` in the rules"


def _compared(fact: Fact, comparison: Comparison, value: str | None, world: World) -> FactState:
    """What decides whether a rule is asked must be a value: a placeholder, or a word for a number,
    is no answer.
    """
    others = others_of(comparison, world)
    empty = next((other for other, text in others.items() if not text), None)
    trouble = fault(value, fact.env) if value is not None else None
    if trouble is None and empty is not None:
        trouble = f"has nothing to be compared with: {empty} is empty"
    if trouble is None and _ORDERS & {*comparison.given} and numeric(value) is None:
        trouble = "is not a number"
    if trouble is not None:
        return FactState(
            yes=None,
            why=f"{fact.name} cannot be known: {fact.env} {trouble}",
            remedy=f"set {empty or fact.env}",
        )
    holds = not compare(comparison, value, others)
    return FactState(
        yes=holds,
        why=f"{fact.name} is {_on(holds)}: {fact.env} {'is' if holds else 'is not'} as the fact says",
    )


_ORDERS = frozenset({"above", "at_least", "below", "at_most"})


def _on(yes: bool) -> str:
    return "on" if yes else "off"
