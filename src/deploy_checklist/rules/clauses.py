"""Rules as they are written under `items:`, checked; those that need `${name}` wait for an environment as Drafts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..checklist.model import Phase
from ..checks.base import Reads, kinds
from ..documents import Node
from ..frozen import frozen, replace
from ..outcome import Severity
from . import fields
from .conditions import read_condition
from .contradictions import SUSPECTS, contradictions
from .faults import Faults, did_you_mean, one_line
from .model import Clause, Rule, Use, is_variable
from .names import BUILTINS, MARK, in_words, substituted, used
from .params import Validated

META = ("when", "severity", "enforce_from", "owner", "fix", "waivable", "env", "phase")
_META = frozenset(META)
SHORT = ("present", "secret", "absent", "sign")
_REPLACES_PRESENT = frozenset({"present", "secret", "absent"})


@frozen
class Names:
    """What a rule may refer to: facts, and the environments with their values."""

    facts: Sequence[str]
    environments: Mapping[str, Mapping[str, object]]


@frozen(shown=False)
class Template:
    """A use whose parameters hold `${name}`."""

    kind: str
    node: Node
    raw: object
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


@frozen
class Draft:
    """A clause that differs between environments, in its parameters or its severity."""

    clause: Clause
    uses: tuple[Use | Template, ...]
    severities: Mapping[str, Severity]

    def clause_in(self, environment: str | None, values: Mapping[str, object], key: str, faults: Faults) -> Clause:
        subject = self.clause.env or (key if is_variable(key) else None)
        found = (use if isinstance(use, Use) else use.use(values, subject, faults) for use in self.uses)
        return replace(
            self.clause,
            uses=tuple(use for use in found if use is not None),
            severity=self.severities.get(environment or "", self.clause.severity),
            owner=in_words(self.clause.owner, values),
            fix=in_words(self.clause.fix, values),
        )


@frozen
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


def _use(kind: str, raw: object, node: Node, subject: str | None, known: Validated, faults: Faults) -> Use | None:
    params = known.params(kind, raw, node, faults)
    if params is None:
        return None
    if subject is None and Reads.VALUE in kinds()[kind].reads(params):
        faults.at_key(node, f"`{kind}` needs a variable", "Name it with `env: NAME` in this rule")
    for name in params.variables():
        if not name.isidentifier() or not name.isascii():
            faults.at(node, f"`{one_line(name)}` is not a variable's name", "Letters, digits and _, as in MY_TOKEN")
    if kind in ("equals_env", "differs_from") and subject in params.variables():
        faults.at(node, f"`{kind}` compares {subject} with itself", "Name the other variable")
    return Use(kind=kind, params=params, line=node.key_line, column=node.key_column)


_PLAIN = Clause(uses=())
_NONE: Mapping[str, Severity] = {}


class _Part:
    """A clause while it is read: its meta keys, its checks by their keys, and severities that differ by environment."""

    __slots__ = ("clause", "severities", "uses")

    def __init__(self, clause: Clause = _PLAIN, severities: Mapping[str, Severity] = _NONE) -> None:
        self.clause = clause
        self.uses: dict[str, Use | Template] = {}
        self.severities = severities

    @property
    def says_presence(self) -> bool:
        return not _REPLACES_PRESENT.isdisjoint(self.uses)

    def clause_or_draft(self) -> Clause | Draft:
        uses = tuple(self.uses.values())
        done = tuple([use for use in uses if isinstance(use, Use)])
        names = self.clause is not _PLAIN and MARK in f"{self.clause.owner} {self.clause.fix}"
        if self.severities or names or len(done) < len(uses):
            return Draft(clause=self.clause, uses=uses, severities=self.severities)
        return Clause(uses=done) if self.clause is _PLAIN else self.clause.asking(done)


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
        variable = key if is_variable(key) else None
        parts = [part for each in nodes if (part := self._part(key, variable, each)) is not None]
        if variable:
            self._imply_present(parts, key, node)
        clauses = tuple([part.clause_or_draft() for part in parts])
        done = tuple([each for each in clauses if isinstance(each, Clause)])
        for part in parts:
            if not SUSPECTS.isdisjoint(part.uses):
                contradictions(done, variable, self._faults)
                break
        line, column = node.key_line, node.key_column
        if len(done) < len(clauses):
            return RuleDraft(key=key, clauses=clauses, line=line, column=column)
        return Rule(key=key, clauses=done, line=line, column=column)

    def _part(self, key: str, variable: str | None, node: Node) -> _Part | None:
        value = node.value
        if isinstance(value, dict) and (value or variable):
            return self._long(variable, value)
        if isinstance(value, str):
            return self._short(variable, value, node)
        if value is None and variable:
            return _Part()
        if value == {}:
            self._faults.at(node, f"`{one_line(key)}` asks nothing", "Add a check, or `sign`")
        else:
            self._faults.at(node, f"a rule is a mapping, a list of them, or one of {', '.join(SHORT)}")
        return None

    def _short(self, variable: str | None, word: str, node: Node) -> _Part:
        if word not in SHORT:
            hint = f"Write `{{ {word}: … }}`" if word in self._kinds else did_you_mean(word, SHORT)
            self._faults.at(node, f"`{one_line(word)}` is not a rule; the short ones are {', '.join(SHORT)}", hint)
            return _Part()
        part = _Part()
        if (use := _use(word, True, node, variable, self._validated, self._faults)) is not None:
            part.uses[word] = use
        return part

    def _long(self, variable: str | None, written: Mapping[str, Node]) -> _Part:
        part = self._meta(written)
        subject = part.clause.env or variable
        for name, node in written.items():
            if name in self._kinds:
                use = self._read_use(name, node, subject)
                if use is not None:
                    part.uses[name] = use
            elif name not in META:
                self._unknown(name, node)
        return part

    def _read_use(self, kind: str, node: Node, subject: str | None) -> Use | Template | None:
        raw = node.plain()
        if MARK in repr(raw):
            names = used(node, self._names.environments, self._faults)
            return Template(kind=kind, node=node, raw=raw, names=names)
        return _use(kind, raw, node, subject, self._validated, self._faults)

    def _unknown(self, name: str, node: Node) -> None:
        hint = did_you_mean(name, [*self._kinds, *META])
        self._faults.at_key(node, f"`{one_line(name)}` is neither a check nor a setting of a rule", hint)

    def _imply_present(self, parts: list[_Part], key: str, node: Node) -> None:
        """A variable is to be present, unless the clause itself or an unconditional one says `secret` or `absent`."""
        elsewhere = [part for part in parts if part.clause.env not in (None, key)]  # they judge another's value
        if any(part.says_presence and part.clause.when is None for part in parts if part not in elsewhere):
            return
        parts[:0] = [_Part(clause=replace(each.clause, env=None), severities=each.severities) for each in elsewhere]
        use = _use("present", True, node, "", self._validated, self._faults)
        for part in parts:
            if use and not part.says_presence:
                part.uses = {"present": use, **part.uses}

    def _meta(self, written: Mapping[str, Node]) -> _Part:
        if _META.isdisjoint(written):
            return _Part()
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
        return _Part(clause=clause, severities=severities)

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
                self._faults.at_key(each, message, hint or "Declare it under `environments:`")
            word = fields.one_of(each, f"`severity.{environment}`", list(Severity), self._faults)
            if word:
                found[environment] = Severity(word)
        return found
