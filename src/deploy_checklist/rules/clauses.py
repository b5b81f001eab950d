"""Rules as they are written under `items:`, read for one environment and checked."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec import Struct
from msgspec.structs import replace

from ..checklist.model import Phase
from ..checks.base import Needs
from ..checks.registry import kinds
from ..data_formats import Node
from ..outcome import Severity
from . import fields
from .conditions import read_condition
from .contradictions import SUSPECTS, contradictions
from .faults import Faults, did_you_mean, one_line, unknown
from .model import Clause, Rule, Use, is_variable
from .params import Validated
from .substitute import (
    BUILTINS,
    MARK,
    Substitutes,
    in_words,
    is_resolved,
    substituted,
    unresolved,
)

META = ("when", "severity", "enforce_from", "owner", "fix", "waivable", "env", "phase")
_META = frozenset(META)
SHORT = ("present", "secret", "absent", "sign")
_REPLACES_PRESENT = frozenset({"present", "secret", "absent"})
_PLAIN = Clause(uses=())


class KnownNames(Struct, frozen=True, kw_only=True):
    """What a rule may refer to, in the environment that it is read for."""

    facts: Collection[str]
    substitutes: Substitutes
    environment: str | None


class _ClauseParts:
    """A clause while it is read: its settings, and its checks by their keys."""

    __slots__ = ("clause", "uses")

    def __init__(self, clause: Clause = _PLAIN) -> None:
        self.clause = clause
        self.uses: dict[str, Use] = {}

    @property
    def says_presence(self) -> bool:
        return not _REPLACES_PRESENT.isdisjoint(self.uses)

    def read(self) -> Clause:
        uses = tuple(self.uses.values())
        return Clause(uses=uses) if self.clause is _PLAIN else self.clause.asking(uses)


class RuleReader:
    """Reads rules for one environment."""

    def __init__(self, scope: KnownNames, faults: Faults) -> None:
        self._scope = scope
        self._faults = faults
        self._validated = Validated()
        self._kinds = kinds()

    def rule(self, key: str, node: Node) -> Rule:
        """One entry under `items:`."""
        nodes = node.value if isinstance(node.value, list) else [node]
        if not nodes:
            hint = "Add a check, or `sign`"
            self._faults.at(node, f"`{one_line(key)}` is an empty list and asks nothing", hint)
        variable = key if is_variable(key) else None
        parts = [part for each in nodes if (part := self._part(key, variable, each)) is not None]
        if variable:
            self._imply_present(parts, key, node)
        clauses = tuple([part.read() for part in parts])
        for part in parts:
            if not SUSPECTS.isdisjoint(part.uses):
                contradictions(clauses, variable, self._faults)
                break
        return Rule(key=key, clauses=clauses, line=node.key_line, column=node.key_column)

    def _part(self, key: str, variable: str | None, node: Node) -> _ClauseParts | None:
        value = node.value
        if isinstance(value, dict) and (value or variable):
            return self._long(variable, value)
        if isinstance(value, str):
            return self._short(variable, value, node)
        if value is None and variable:
            return _ClauseParts()
        if value == {}:
            self._faults.at(node, f"`{one_line(key)}` asks nothing", "Add a check, or `sign`")
        else:
            self._faults.at(
                node, f"a rule is a mapping, a list of them, or one of {', '.join(SHORT)}"
            )
        return None

    def _short(self, variable: str | None, word: str, node: Node) -> _ClauseParts:
        part = _ClauseParts()
        if word not in SHORT:
            hint = f"Write `{{ {word}: … }}`" if word in self._kinds else did_you_mean(word, SHORT)
            message = f"`{one_line(word)}` is not a rule; the short ones are {', '.join(SHORT)}"
            self._faults.at(node, message, hint)
        elif (use := self._use(word, True, node, variable)) is not None:
            part.uses[word] = use
        return part

    def _long(self, variable: str | None, written: Mapping[str, Node]) -> _ClauseParts:
        part = (
            _ClauseParts() if _META.isdisjoint(written) else _ClauseParts(self._settings(written))
        )
        subject = part.clause.env or variable
        for name, node in written.items():
            if name in self._kinds:
                use = self._check(name, node, subject)
                if use is not None:
                    part.uses[name] = use
            elif name not in META:
                why = "is neither a check nor a setting of a rule"
                self._faults.at_key(node, *unknown(name, why, [*self._kinds, *META]))
        return part

    def _check(self, kind: str, node: Node, subject: str | None) -> Use | None:
        """A check with its parameters; None, with faults, if they are wrong."""
        raw = node.plain()
        if MARK not in repr(raw):
            return self._use(kind, raw, node, subject)
        given = self._scope.substitutes
        node = substituted(node, given, self._faults, in_regex=kind == "matches")
        use = self._use(kind, node.plain(), node, subject)
        used = set(unresolved(node))
        for name in BUILTINS:
            if name in used and given.values.get(name) is None:
                problem = f"${{{name}}} is not known here: this run has no {name}"
                line, column = node.key_line, node.key_column
                return Use(kind=kind, params=None, line=line, column=column, problem=problem)
        return use

    def _use(self, kind: str, raw: object, node: Node, subject: str | None) -> Use | None:
        faults = self._faults
        params = self._validated.params(kind, raw, node, faults)
        if params is None:
            return None
        if subject is None and Needs.VALUE in self._kinds[kind].reads(params):
            hint = "Name it with `env: NAME` in this rule"
            faults.at_key(node, f"`{kind}` needs a variable", hint)
        for name in params.variables():
            is_name = name.isidentifier() and name.isascii()
            if not is_name and is_resolved(node):
                hint = "Letters, digits and _, as in MY_TOKEN"
                faults.at(node, f"`{one_line(name)}` is not a variable's name", hint)
        if kind in ("equals_env", "differs_from") and subject in params.variables():
            message = f"`{kind}` compares {subject} with itself"
            faults.at(node, message, "Name the other variable")
        return Use(kind=kind, params=params, line=node.key_line, column=node.key_column)

    def _imply_present(self, parts: list[_ClauseParts], key: str, node: Node) -> None:
        """A variable is to be present, unless the clause itself or an unconditional one says
        `secret` or `absent`.
        """
        elsewhere = [
            part for part in parts if part.clause.env not in (None, key)
        ]  # they judge another's value
        if any(
            part.says_presence and part.clause.when is None
            for part in parts
            if part not in elsewhere
        ):
            return
        parts[:0] = [_ClauseParts(replace(each.clause, env=None)) for each in elsewhere]
        use = self._use("present", True, node, "")
        for part in parts:
            if use and not part.says_presence:
                part.uses = {"present": use, **part.uses}

    def _settings(self, written: Mapping[str, Node]) -> Clause:
        faults, at = self._faults, written.get
        facts, environments = self._scope.facts, self._scope.substitutes.environments
        when, severity, env, phase = at("when"), at("severity"), at("env"), at("phase")
        words = fields.one_of(phase, "`phase`", list(Phase), faults) if phase else None
        waivable = at("waivable")
        return Clause(
            uses=(),
            when=read_condition(when, facts, environments, faults) if when else None,
            severity=self._severity(severity) if severity else Severity.BLOCKER,
            enforce_from=fields.day(at("enforce_from"), "`enforce_from`", faults),
            owner=self._words(at("owner"), "`owner`"),
            fix=self._words(at("fix"), "`fix`"),
            waivable=fields.boolean(waivable, "`waivable`", faults) if waivable else True,
            env=fields.variable(env, "`env`", faults) if env else None,
            phase=Phase(words) if words else None,
        )

    def _words(self, node: Node | None, what: str) -> str | None:
        """Text for people."""
        return in_words(fields.text(node, what, self._faults), self._scope.substitutes.values)

    def _severity(self, node: Node) -> Severity:
        """The one of this environment; a blocker where none is named for it."""
        if not isinstance(node.value, dict):
            word = fields.one_of(node, "`severity`", list(Severity), self._faults)
            return Severity(word) if word else Severity.BLOCKER
        environments = self._scope.substitutes.environments
        found = Severity.BLOCKER
        for environment, each in node.value.items():
            if environment not in environments:
                why = "is not an environment of this file"
                message, hint = unknown(environment, why, environments)
                self._faults.at_key(each, message, hint or "Declare it under `environments:`")
            word = fields.one_of(each, f"`severity.{environment}`", list(Severity), self._faults)
            if word and environment == self._scope.environment:
                found = Severity(word)
        return found


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
