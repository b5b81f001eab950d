"""The answers to the rules' `facts:` in this run: yes, no, or why it cannot be decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from msgspec import Struct

from ..checks.present import fault_of
from ..checks.value import Comparison, compare, others_of
from ..outcome import Unobservable
from ..report.status import is_of_ready
from ..rules.conditions import evaluate, yes_or_no
from ..rules.model import Condition, Fact
from ..values.plain import to_decimal
from ..world.ports import Absence, World
from .pool import Pending, Pool

_COMPARES_NUMBERS = frozenset({"above", "at_least", "below", "at_most"})


class FactState(Struct, frozen=True, kw_only=True):
    """The answer to a fact, and why, in words that a release manager understands."""

    yes: bool | None  # None: could not be known, never taken for a no
    why: str
    remedy: str | None = None
    handed_over: bool = True  # False: this run was not given a variable that it needs


class ConditionResult(Struct, frozen=True, kw_only=True):
    """Whether a `when:` applies in this run."""

    holds: bool | None  # None: a fact that it needs cannot be decided
    why: str
    remedy: str | None = None
    handed_over: bool = True  # False: it is open only because this run was not given variables


_UNCONDITIONAL = ConditionResult(holds=True, why="")


class FactsAsked(Struct, frozen=True, kw_only=True):
    """The facts of a run. Those that git or GitHub answers wait in the pool."""

    known: Mapping[str, FactState]  # by name, of the others
    pending: Mapping[str, tuple[Fact, Pending[FactState]]]

    def states(self) -> Mapping[str, FactState]:
        """The state of each fact, by its name; waits for them, under the run's deadline."""
        return {
            **self.known,
            **{
                name: _state(fact, pending.result) for name, (fact, pending) in self.pending.items()
            },
        }


def ask_facts(facts: Sequence[Fact], world: World, pool: Pool) -> FactsAsked:
    """Starts the requests to git and GitHub, and reads the variables."""
    pending = {
        fact.name: (fact, pool.start(partial(_changed if fact.changed else _ready, fact, world)))
        for fact in facts
        if fact.changed or fact.ready
    }
    known = {
        fact.name: _state(fact, partial(_of_variable, fact, world))
        for fact in facts
        if not (fact.changed or fact.ready)
    }
    return FactsAsked(known=known, pending=pending)


def fact_states(facts: Sequence[Fact], world: World, pool: Pool) -> Mapping[str, FactState]:
    """The state of each fact, by its name."""
    return ask_facts(facts, world, pool).states()


def _state(fact: Fact, look: Callable[[], FactState]) -> FactState:
    try:
        return look()
    except Unobservable as unobservable:
        return _unknown(fact, unobservable.reason, unobservable.remedy)


def facts_in(condition: Condition | None) -> Sequence[str]:
    """The names of the facts in a condition, in its order."""
    if condition is None:
        return ()
    if condition.op == "fact" and condition.name:
        return [condition.name]
    return [name for part in condition.parts for name in facts_in(part)]


def condition_result(
    condition: Condition | None, states: Mapping[str, FactState], environment: str | None
) -> ConditionResult:
    """Whether a condition is met, with the facts that decided it."""
    if condition is None:
        return _UNCONDITIONAL
    facts = {name: states[name] for name in facts_in(condition)}
    answers = {name: fact.why if fact.yes is None else fact.yes for name, fact in facts.items()}
    decided = evaluate(condition, answers, environment)
    holds = None if isinstance(decided, str) else decided
    why = "; ".join(fact.why for fact in facts.values() if (fact.yes is None) == (holds is None))
    if not why:
        why = f"this is {environment}" if environment else "no environment was named"
    if holds is not None:
        return ConditionResult(holds=holds, why=why)
    open_facts = [fact for fact in facts.values() if fact.yes is None]
    return ConditionResult(
        holds=None,
        why=why,
        remedy=open_facts[0].remedy if open_facts else None,
        handed_over=not open_facts or any(fact.handed_over for fact in open_facts),
    )


def _changed(fact: Fact, world: World) -> FactState:
    tag, files = world.repository.changed(fact.changed)
    since = f"since {tag}" if tag else "(there is no earlier v* tag)"
    if not files:
        return FactState(yes=False, why=f"nothing in {', '.join(fact.changed)} changed {since}")
    more = f" and {len(files) - 1} more" if len(files) > 1 else ""
    return FactState(yes=True, why=f"{files[0]}{more} changed {since}")


def _ready(fact: Fact, world: World) -> FactState:
    """Whether another environment's gate let this very commit through, by its checks and people."""
    environment = fact.ready or ""
    if environment == world.environment:
        return _known(fact, False, f"this run itself decides about {environment}")
    found = world.github.posted_verdict(environment)
    if found is None:
        return _known(fact, False, f"{environment} has no verdict on this commit yet")
    if not found.own:
        reason = f"another account than the gate's posted the newest status of {environment}"
        return _known(fact, False, reason)
    if found.state != "success":
        return _known(fact, False, f"the newest status of {environment} is `{found.state}`")
    earned = is_of_ready(found.description or "")
    if earned is None:
        reason = (
            f"the newest status of {environment} has a description that this version does not know"
        )
        return _unknown(fact, reason, f"run the gate of {environment} again")
    if not earned:
        return _known(fact, False, f"{environment} was let through without its checks")
    return _known(fact, True, f"{environment} is ready at this commit")


def _of_variable(fact: Fact, world: World) -> FactState:
    name = fact.env or ""
    value = world.variables.lookup(name)
    if value is Absence.EMPTY or (value is Absence.UNSET and fact.default is not None):
        return _of_nothing(fact, name, world)
    if value is Absence.NOT_HANDED_OVER:
        remedy = f"add {name} to the step's `env:` block"
        return _unknown(fact, f"{name} was {value}", remedy, handed_over=False)
    if isinstance(value, Absence):
        return _unknown(fact, f"{name} was {value}", _set(fact))
    if isinstance(fact.comparison, Comparison):
        return _compared(fact, fact.comparison, value.text, world)
    yes = yes_or_no(value.text)
    if yes is None:
        reason = f"{name} is neither yes nor no (true, 1, on; false, 0, off)"
        return _unknown(fact, reason, f"set {name} to true or false")
    return _known(fact, yes, f"{name} says {'yes' if yes else 'no'}")


def _of_nothing(fact: Fact, name: str, world: World) -> FactState:
    if fact.default is not None:
        word = "yes" if fact.default else "no"
        return _known(fact, fact.default, f"{name} is not set, default {word}")
    if isinstance(fact.comparison, Comparison) and {"exists", "empty"} & {*fact.comparison.given}:
        return _compared(fact, fact.comparison, None, world)
    return _unknown(fact, f"{name} is empty and the fact has no default", _set(fact))


def _compared(fact: Fact, comparison: Comparison, value: str | None, world: World) -> FactState:
    """A placeholder, or a word for a number, is no value, so it does not decide what is asked."""
    others = others_of(comparison, world)
    empty = next((other for other, text in others.items() if not text), None)
    problem = fault_of(value, fact.env, comparison.written_values()) if value is not None else None
    if problem is None and empty is not None:
        problem = f"has nothing to be compared with: {empty} is empty"
    if problem is None and _COMPARES_NUMBERS & {*comparison.given} and to_decimal(value) is None:
        problem = "is not a number"
    if problem is not None:
        return _unknown(fact, f"{fact.env} {problem}", f"set {empty or fact.env}")
    holds = not compare(comparison, value, others)
    return _known(fact, holds, f"{fact.env} {'matches' if holds else 'does not match'} the fact")


def _known(fact: Fact, yes: bool, reason: str) -> FactState:
    return FactState(yes=yes, why=f"{fact.name} is {'on' if yes else 'off'}: {reason}")


def _unknown(fact: Fact, reason: str, remedy: str | None, *, handed_over: bool = True) -> FactState:
    why = f"cannot decide {fact.name}: {reason}"
    return FactState(yes=None, why=why, remedy=remedy, handed_over=handed_over)


def _set(fact: Fact) -> str:
    return f"set {fact.env}, or give the fact a `default:` in the rules"
