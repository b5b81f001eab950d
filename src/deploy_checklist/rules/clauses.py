"""Rules as they are written under `items:`, read for one environment and checked."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec.structs import replace

from ..checklist.model import Phase
from ..checks.base import Needs
from ..checks.registry import kinds
from ..data_formats import Node
from ..outcome import Severity
from . import fields
from .conditions import read_condition
from .contradictions import report_contradictions
from .faults import Faults, one_line, suggestion, unknown
from .model import Clause, Rule, Use, is_variable
from .params import ParamsReader
from .substitute import (
    BUILTINS,
    MARK,
    Substitutes,
    is_resolved,
    substituted,
    substituted_text,
    unresolved,
)

META = ("when", "severity", "enforce_from", "owner", "fix", "waivable", "env", "phase")
_META = frozenset(META)
SHORT = ("present", "secret", "absent", "sign")
_REPLACES_PRESENT = frozenset({"present", "secret", "absent"})
_PLAIN = Clause(uses=())


class RuleReader:
    """Reads rules for one environment. They may name these facts and values."""

    def __init__(self, facts: Collection[str], substitutes: Substitutes, faults: Faults) -> None:
        self._facts = facts
        self._substitutes = substitutes
        self._faults = faults
        self._params = ParamsReader(faults)
        self._kinds = kinds()

    def rule(self, key: str, node: Node) -> Rule:
        """One entry under `items:`."""
        nodes = node.value if isinstance(node.value, list) else [node]
        if not nodes:
            hint = "Add a check, or `sign`"
            self._faults.at(node, f"`{one_line(key)}` is an empty list: it checks nothing", hint)
        variable = key if is_variable(key) else None
        read = [self._clause(key, variable, each) for each in nodes]
        clauses = [clause for clause in read if clause is not None]
        if variable:
            clauses = self._with_presence(clauses, variable, node)
        report_contradictions(clauses, variable, self._faults)
        return Rule(key=key, clauses=tuple(clauses), line=node.key_line, column=node.key_column)

    def _clause(self, key: str, variable: str | None, node: Node) -> Clause | None:
        value = node.value
        if isinstance(value, dict) and (value or variable):
            return self._long(variable, value)
        if isinstance(value, str):
            return self._short(variable, value, node)
        if value is None and variable:
            return _PLAIN
        if value == {}:
            self._faults.at(node, f"`{one_line(key)}` checks nothing", "Add a check, or `sign`")
        else:
            words = ", ".join(SHORT)
            self._faults.at(
                node, f"a rule must be a mapping, a list of mappings, or one of {words}"
            )
        return None

    def _short(self, variable: str | None, word: str, node: Node) -> Clause:
        if word in SHORT:
            use = self._use(word, True, node, variable)
            return _PLAIN if use is None else Clause(uses=(use,))
        hint = f"Write `{{ {word}: … }}`" if word in self._kinds else suggestion(word, SHORT)
        message = f"`{one_line(word)}` is not a rule; one word can only be {', '.join(SHORT)}"
        self._faults.at(node, message, hint)
        return _PLAIN

    def _long(self, variable: str | None, written: Mapping[str, Node]) -> Clause:
        clause = _PLAIN if _META.isdisjoint(written) else self._settings(written)
        uses = []
        for name, node in written.items():
            if name in self._kinds:
                use = self._check(name, node, clause.env or variable)
                if use is not None:
                    uses.append(use)
            elif name not in META:
                reason = "is neither a check nor a setting of a rule"
                self._faults.at_key(node, *unknown(name, reason, [*self._kinds, *META]))
        return replace(clause, uses=tuple(uses))

    def _check(self, kind: str, node: Node, subject: str | None) -> Use | None:
        """A check with its parameters; None, with faults, if they are wrong. `subject` is the
        variable that it judges.
        """
        raw = node.plain()
        if MARK not in repr(raw):
            return self._use(kind, raw, node, subject)
        substitutes = self._substitutes
        node = substituted(node, substitutes, self._faults, in_regex=kind == "matches")
        use = self._use(kind, node.plain(), node, subject)
        used = set(unresolved(node))
        for name in BUILTINS:
            if name in used and substitutes.values.get(name) is None:
                problem = f"${{{name}}} has no value: this run has no {name}"
                return Use(
                    kind=kind,
                    params=None,
                    line=node.key_line,
                    column=node.key_column,
                    problem=problem,
                    written=raw,
                )
        return use

    def _use(self, kind: str, raw: object, node: Node, subject: str | None) -> Use | None:
        faults = self._faults
        params = self._params.read(kind, raw, node)
        if params is None:
            return None
        if subject is None and Needs.VALUE in self._kinds[kind].reads(params):
            hint = "Add `env: NAME` to this rule"
            faults.at_key(node, f"`{kind}` needs a variable", hint)
        for name in params.variables():
            is_name = name.isidentifier() and name.isascii()
            if not is_name and is_resolved(node):
                hint = "Use letters, digits and _, as in MY_TOKEN"
                faults.at(node, f"`{one_line(name)}` is not a variable's name", hint)
        if kind in ("equals_env", "differs_from") and subject in params.variables():
            message = f"`{kind}` compares {subject} with itself"
            faults.at(node, message, "Name another variable")
        return Use(kind=kind, params=params, line=node.key_line, column=node.key_column)

    def _with_presence(self, clauses: list[Clause], variable: str, node: Node) -> list[Clause]:
        """The clauses, with `present` in those that do not say `present`, `secret` or `absent`:
        the variable of a rule must have a value, unless an unconditional clause says otherwise.
        """
        others = [clause for clause in clauses if clause.env not in (None, variable)]
        own = [clause for clause in clauses if clause.env in (None, variable)]
        if any(clause.when is None and _asks_presence(clause) for clause in own):
            return clauses
        present = self._use("present", True, node, variable)
        if present is None:
            return clauses
        # A clause on another variable says nothing about this one, which gets a clause of its own.
        separate = [replace(clause, env=None, uses=()) for clause in others]
        return [
            clause if _asks_presence(clause) else replace(clause, uses=(present, *clause.uses))
            for clause in (*separate, *clauses)
        ]

    def _settings(self, written: Mapping[str, Node]) -> Clause:
        """A clause with its settings, without its checks."""
        faults, node = self._faults, written.get
        when, severity, waivable = node("when"), node("severity"), node("waivable")
        environments = self._substitutes.environments
        return Clause(
            uses=(),
            when=read_condition(when, self._facts, environments, faults) if when else None,
            severity=self._severity(severity) if severity else Severity.BLOCKER,
            enforce_from=fields.day(node("enforce_from"), "`enforce_from`", faults),
            owner=self._text(node("owner"), "`owner`"),
            fix=self._text(node("fix"), "`fix`"),
            waivable=fields.boolean(waivable, "`waivable`", faults) if waivable else True,
            env=fields.variable(node("env"), "`env`", faults),
            phase=fields.member(node("phase"), "`phase`", Phase, faults),
        )

    def _text(self, node: Node | None, what: str) -> str | None:
        """Text for people, with the values of this environment."""
        text = fields.text(node, what, self._faults)
        return substituted_text(text, self._substitutes.values) if text else None

    def _severity(self, node: Node) -> Severity:
        """The severity in this environment; a blocker where none is named for it."""
        if not isinstance(node.value, dict):
            severity = fields.member(node, "`severity`", Severity, self._faults)
            return severity or Severity.BLOCKER
        environments = self._substitutes.environments
        found = Severity.BLOCKER
        for environment, each in node.value.items():
            if environment not in environments:
                reason = "is not an environment in this file"
                message, hint = unknown(environment, reason, environments)
                self._faults.at_key(each, message, hint or "Declare it under `environments:`")
            severity = fields.member(each, f"`severity.{environment}`", Severity, self._faults)
            if severity and environment == self._substitutes.values.get("environment"):
                found = severity
        return found


def _asks_presence(clause: Clause) -> bool:
    return any(use.kind in _REPLACES_PRESENT for use in clause.uses)


def may_differ(node: Node) -> bool:
    """Whether another environment may change a rule: it has a `${name}`, or a severity for each."""
    value = node.value
    if isinstance(value, str):
        return MARK in value
    if isinstance(value, list):
        return any(may_differ(each) for each in value)
    if isinstance(value, dict):
        severity = value.get("severity")
        by_environment = severity is not None and isinstance(severity.value, dict)
        return by_environment or any(may_differ(each) for each in value.values())
    return False
