"""Rules as they are written under `items:`, checked; those that need `${name}` wait for an environment as Drafts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..checklist.model import Phase
from ..checks.base import Reads, kinds
from ..documents import Node
from ..outcome import Severity
from . import fields
from .conditions import read_condition
from .faults import Faults, did_you_mean, one_line
from .model import Clause, Rule, Use, is_variable
from .names import BUILTINS, MARK, substituted, used
from .params import Validated

META = ("when", "severity", "enforce_from", "owner", "fix", "waivable", "env", "phase")
SHORT = ("present", "secret", "absent", "sign")
# Kinds of docs/rules.md that have no file in checks/ yet; a test keeps the two apart.
NOT_YET = (
    "ci",
    "onepassword",
    "stripe_webhook",
    "aws_certificate",
    "aws_target_group",
    "on_call",
)
_REPLACES_PRESENT = frozenset({"present", "secret", "absent"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Names:
    """What a rule may refer to: facts, and the environments with their values."""

    facts: Sequence[str]
    environments: Mapping[str, Mapping[str, object]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Template:
    """A use whose parameters hold `${name}`."""

    kind: str
    node: Node
    raw: object = field(repr=False)
    names: frozenset[str]

    def use(self, values: Mapping[str, object], subject: str | None, faults: Faults) -> Use | None:
        """The use in one environment; a name that this run does not know makes it unlooked-at."""
        line, column = self.node.key_line, self.node.key_column
        for name in BUILTINS:
            if name in self.names and values.get(name) is None:
                problem = f"${{{name}}} is not known here: this run has no {name}"
                return Use(kind=self.kind, params=None, line=line, column=column, problem=problem)
        if any(name not in values for name in self.names):
            return None  # named as a fault when the file was read
        raw = substituted(self.raw, values, in_regex=self.kind == "matches")
        return _use(self.kind, raw, self.node, subject, Validated(), faults)


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A clause that differs between environments, in its parameters or its severity."""

    clause: Clause
    uses: tuple[Use | Template, ...]
    severities: Mapping[str, Severity]

    def clause_in(self, environment: str | None, values: Mapping[str, object], key: str, faults: Faults) -> Clause:
        subject = subject_of(key, self.clause.env)
        found = (use if isinstance(use, Use) else use.use(values, subject, faults) for use in self.uses)
        severity = self.severities.get(environment or "", self.clause.severity)
        return replace(self.clause, uses=tuple(use for use in found if use is not None), severity=severity)


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleDraft:
    """A rule with a clause that differs between environments."""

    key: str
    clauses: tuple[Clause | Draft, ...]
    line: int
    column: int

    def rule_in(self, environment: str | None, values: Mapping[str, object], faults: Faults) -> Rule:
        clauses = tuple(
            each if isinstance(each, Clause) else each.clause_in(environment, values, self.key, faults)
            for each in self.clauses
        )
        return Rule(key=self.key, clauses=clauses, line=self.line, column=self.column)


def subject_of(key: str, env: str | None) -> str | None:
    """The variable whose value a clause judges."""
    return env or (key if is_variable(key) else None)


def _use(kind: str, raw: object, node: Node, subject: str | None, known: Validated, faults: Faults) -> Use | None:
    params = known.params(kind, raw, node, faults)
    if params is None:
        return None
    if subject is None and Reads.VALUE in kinds()[kind].reads(params):
        faults.at_key(node, f"`{kind}` needs a variable", "Name it with `env: NAME` in this rule")
    return Use(kind=kind, params=params, line=node.key_line, column=node.key_column)


class ClauseReader:
    """Reads the rules of one file."""

    def __init__(self, names: Names, faults: Faults) -> None:
        self._names = names
        self._faults = faults
        self._validated = Validated()
        self._kinds = kinds()

    def rule(self, key: str, node: Node) -> Rule | RuleDraft:
        """One entry under `items:`."""
        nodes = node.value if isinstance(node.value, list) else [node]
        if not nodes:
            self._faults.at(node, f"`{one_line(key)}` is an empty list and asks nothing", "Add a check, or `sign`")
        clauses = tuple(each for each in (self._clause(key, part) for part in nodes) if each is not None)
        if is_variable(key):
            clauses = self._with_present(clauses, node)
        line, column = node.key_line, node.key_column
        drafts = any(isinstance(each, Draft) for each in clauses)
        if drafts:
            return RuleDraft(key=key, clauses=clauses, line=line, column=column)
        done = tuple(each for each in clauses if isinstance(each, Clause))
        return Rule(key=key, clauses=done, line=line, column=column)

    def _clause(self, key: str, node: Node) -> Clause | Draft | None:
        value = node.value
        if isinstance(value, str):
            return self._short(key, value, node)
        if value is None and is_variable(key):
            return Clause(uses=())
        if not isinstance(value, dict):
            self._faults.at(node, f"a rule is a mapping, a list of them, or one of {', '.join(SHORT)}")
            return None
        if not value and not is_variable(key):
            self._faults.at(node, f"`{one_line(key)}` asks nothing", "Add a check, or `sign`")
        return self._long(key, value)

    def _short(self, key: str, word: str, node: Node) -> Clause | None:
        if word not in SHORT:
            hint = did_you_mean(word, SHORT)
            if word in self._kinds:
                hint = f"Write `{{ {word}: … }}`"
            self._faults.at(node, f"`{one_line(word)}` is not a rule; the short ones are {', '.join(SHORT)}", hint)
            return None
        use = _use(word, True, node, subject_of(key, None), self._validated, self._faults)
        return Clause(uses=(use,) if use else ())

    def _long(self, key: str, written: Mapping[str, Node]) -> Clause | Draft:
        clause, severities = self._meta(written)
        subject = subject_of(key, clause.env)
        uses: list[Use | Template] = []
        for name, node in written.items():
            if name in self._kinds:
                use = self._read_use(name, node, subject)
                if use is not None:
                    uses.append(use)
            elif name not in META:
                self._unknown(name, node)
        if severities or any(isinstance(use, Template) for use in uses):
            return Draft(clause=clause, uses=tuple(uses), severities=severities)
        return replace(clause, uses=tuple(use for use in uses if isinstance(use, Use)))

    def _read_use(self, kind: str, node: Node, subject: str | None) -> Use | Template | None:
        raw = node.plain()
        if MARK in repr(raw):
            names = used(node, self._names.environments, self._faults)
            return Template(kind=kind, node=node, raw=raw, names=names)
        return _use(kind, raw, node, subject, self._validated, self._faults)

    def _unknown(self, name: str, node: Node) -> None:
        if name in NOT_YET:
            self._faults.at_key(node, f"`{name}` is not available yet", "Until it is, ask a person with `sign`")
            return
        hint = did_you_mean(name, [*self._kinds, *META])
        self._faults.at_key(node, f"`{one_line(name)}` is neither a check nor a setting of a rule", hint)

    def _with_present(self, clauses: tuple[Clause | Draft, ...], node: Node) -> tuple[Clause | Draft, ...]:
        """A variable is to be present, unless the clause itself or an unconditional one says `secret` or `absent`."""
        says = [any(use.kind in _REPLACES_PRESENT for use in each.uses) for each in clauses]
        metas = [each.clause if isinstance(each, Draft) else each for each in clauses]
        if any(said and meta.when is None for said, meta in zip(says, metas, strict=True)):
            return clauses
        use = _use("present", True, node, "", self._validated, self._faults)
        implied = (use,) if use else ()
        return tuple(each if said else _first(implied, each) for each, said in zip(clauses, says, strict=True))

    def _meta(self, written: Mapping[str, Node]) -> tuple[Clause, Mapping[str, Severity]]:
        if not any(key in written for key in META):
            return _PLAIN, {}
        faults, at = self._faults, written.get
        when, severity, env, phase = at("when"), at("severity"), at("env"), at("phase")
        words = fields.one_of(phase, "`phase`", list(Phase), faults) if phase else None
        severities = self._severities(severity) if severity else {}
        names = self._names
        clause = Clause(
            uses=(),
            when=read_condition(when, names.facts, names.environments, faults) if when else None,
            severity=severities.pop("", Severity.BLOCKER),
            enforce_from=fields.day(at("enforce_from"), "`enforce_from`", faults),
            owner=fields.text(at("owner"), "`owner`", faults),
            fix=fields.text(at("fix"), "`fix`", faults),
            waivable=fields.boolean(written["waivable"], "`waivable`", faults) if "waivable" in written else True,
            env=fields.variable(env, "`env`", faults) if env else None,
            phase=Phase(words) if words else None,
        )
        return clause, severities

    def _severities(self, node: Node) -> dict[str, Severity]:
        """By environment; under "" the one that holds everywhere."""
        if not isinstance(node.value, dict):
            word = fields.one_of(node, "`severity`", list(Severity), self._faults)
            return {"": Severity(word)} if word else {}
        found = {}
        for environment, each in node.value.items():
            if environment not in self._names.environments:
                hint = did_you_mean(environment, self._names.environments)
                message = f"`{one_line(environment)}` is not an environment of this file"
                self._faults.at_key(each, message, hint or "declare it under `environments:`")
            word = fields.one_of(each, f"`severity.{environment}`", list(Severity), self._faults)
            if word:
                found[environment] = Severity(word)
        return found


def _first(implied: tuple[Use, ...], each: Clause | Draft) -> Clause | Draft:
    if isinstance(each, Draft):
        return replace(each, uses=(*implied, *each.uses))
    return replace(each, uses=(*implied, *each.uses))


_PLAIN = Clause(uses=())
