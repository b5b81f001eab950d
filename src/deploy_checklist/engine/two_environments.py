"""Compares the values of two environments: which are the same, and which are mixed up.

No part of a value leaves this module: only what was found, and the public words that show it.
"""

from __future__ import annotations

import hmac
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from ..checks.base import JudgeContext, Needs
from ..checks.registry import kinds
from ..checks.url import hosts_in, other_environment
from ..opaque import OpaqueStruct
from ..outcome import Outcome, Unobservable
from ..rules.model import Rules, Use
from ..storage import named_like_a_secret
from ..values.secret_forms import looks_like_a_secret
from ..world.ports import Absence, World
from .context import judge_contexts
from .facts import FactState, condition_result, fact_states
from .pool import Pool

_VALUE = frozenset({Needs.VALUE})
_WORD = re.compile(r"[A-Za-z]+")
_DEVICE = re.compile(r"(?<![\w.-])/dev/(?:null|std(?:in|out|err)|fd|tty|u?random|shm|log)\b")
# How the code is built and run: `production` wherever nobody develops, so in staging, too.
_BUILD_MODES = frozenset({"NODE_ENV", "BABEL_ENV", "RAILS_ENV", "RACK_ENV", "MIX_ENV"})
# How teams write the usual names in hosts, paths and names of databases.
_SHORT = {
    "production": ("prod",),
    "prod": ("production",),
    "staging": ("stage", "stg"),
    "stage": ("staging", "stg"),
    "stg": ("staging", "stage"),
    "development": ("dev",),
    "dev": ("development",),
}


class EnvironmentValues(OpaqueStruct, frozen=True, kw_only=True):
    """One of the two environments, with the rules that are resolved for it."""

    name: str
    rules: Rules
    world: World  # whose variables are this environment's
    asked: Mapping[str, Sequence[Use]]  # by variable, what its value alone decides
    now: datetime

    def text(self, name: str) -> str | None:
        """The value of a variable; None if it has none, or an empty one."""
        value = self.world.variables.lookup(name)
        return None if isinstance(value, Absence) else value.text


def environment_values(
    name: str, rules: Rules, world: World, now: datetime, pool: Pool
) -> EnvironmentValues:
    """With what the rules ask there, as far as variables decide it. It asks nobody: `world` must be
    offline.
    """
    of_variables = [fact for fact in rules.facts.values() if fact.env]
    unknown = FactState(yes=None, why="")
    states = dict.fromkeys(rules.facts, unknown) | dict(fact_states(of_variables, world, pool))
    asked: defaultdict[str, list[Use]] = defaultdict(list)
    for variable, use in _uses(rules, states):
        if use.params is not None and kinds()[use.kind].reads(use.params) == _VALUE:
            asked[variable].append(use)
    return EnvironmentValues(name=name, rules=rules, world=world, asked=asked, now=now)


def is_same(name: str, one: EnvironmentValues, other: EnvironmentValues) -> bool:
    """Whether a variable has the same value in both, compared in constant time. Blanks at its ends
    make no other password of one.
    """
    first, second = one.text(name), other.text(name)
    if first is None or second is None:
        return False
    return hmac.compare_digest(_bytes(first.strip()), _bytes(second.strip()))


def must_differ(name: str, secrets: frozenset[str], one: EnvironmentValues) -> bool:
    """Whether a variable is a secret: by rules, checklist and name, or by the form of its value."""
    if name in secrets or named_like_a_secret(name):
        return True
    return looks_like_a_secret(one.text(name) or "")


def likeness(name: str, own: EnvironmentValues, other: EnvironmentValues) -> str | None:
    """By what the value of a variable is known as the other environment's; None if it is not.

    The rules decide first, then its hosts, then the words in it.
    """
    text = own.text(name)
    if text is None:
        return None
    mine, its = own.asked.get(name, ()), other.asked.get(name, ())
    as_own = _accepts(name, [use for use in mine if use not in its], own, own)
    as_other = _accepts(name, [use for use in its if use not in mine], other, own)
    if as_own is False and as_other:
        return f"it is what the rules ask for in {other.name}"
    if as_own:
        return None
    context = judge_contexts(own.rules, own.world, own.now)(name)
    if any(other_environment(host, context) == other.name for host in hosts_in(text)):
        return f"it points to {other.name}'s host"
    return None if name in _BUILD_MODES else _by_words(text, own, other)


def _by_words(text: str, own: EnvironmentValues, other: EnvironmentValues) -> str | None:
    """By a word that only the other environment has, where the own one is not beside it."""
    words = {word.lower() for word in _WORD.findall(_DEVICE.sub(" ", text))}
    names, others = _names(own.name), _names(other.name)
    if words & (others - names) and not words & names:
        return f"it has the name of {other.name} in it"
    declared = own.rules.environments.get(own.name, {})
    for key, written in own.rules.environments.get(other.name, {}).items():
        mine = str(declared.get(key, "")).lower()
        its = written.lower() if isinstance(written, str) and _WORD.fullmatch(written) else ""
        if len(its) > 2 and its != mine and its in words and mine not in words:
            return f"it has {other.name}'s `{key}` in it"
    return None


def _names(environment: str) -> frozenset[str]:
    name = environment.lower()
    return frozenset((name, *_SHORT.get(name, ())))


def _accepts(
    name: str, uses: Sequence[Use], asking: EnvironmentValues, values: EnvironmentValues
) -> bool | None:
    """Whether the value of one environment is as some checks of another ask; None: none of them
    could be judged by the value alone.
    """
    context = judge_contexts(asking.rules, values.world, values.now)(name)
    outcomes = [_outcome(use, name, values, context) for use in uses]
    known = [outcome for outcome in outcomes if outcome is not None]
    return all(outcome is Outcome.PASS for outcome in known) if known else None


def _outcome(
    use: Use, name: str, values: EnvironmentValues, context: JudgeContext
) -> Outcome | None:
    kind = kinds()[use.kind]
    try:
        return kind.judge(use.params, kind.observe(use.params, name, values.world), context).outcome
    except Unobservable:
        return None


def _uses(rules: Rules, states: Mapping[str, FactState]) -> Iterator[tuple[str, Use]]:
    """Each variable with its checks in this environment."""
    for rule in rules.rules:
        for clause in rule.clauses:
            subject = clause.env or rule.variable
            if subject and condition_result(clause.when, states, rules.environment).holds:
                yield from ((subject, use) for use in clause.uses)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
