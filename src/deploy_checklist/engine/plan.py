"""The Plan: which checks each item gets, under which condition, in which phase."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from ..checklist.environments import environments_called
from ..checklist.model import Checklist, Item, Phase, SecretRow, fold
from ..checklist.secret_rows import SecretRows
from ..checks.base import Needs
from ..checks.registry import kinds
from ..checks.value import Comparison
from ..rules.bind import Binding
from ..rules.model import EVERY_ENVIRONMENT, Clause, Rule, Rules, SectionSetting

# For the phase of a run, the phases whose items it asks: a deployment asks again what was asked
# before it.
PHASES = {
    Phase.BEFORE: frozenset({Phase.BEFORE}),
    Phase.DEPLOY: frozenset({Phase.BEFORE, Phase.DEPLOY}),
    Phase.AFTER: frozenset({Phase.AFTER}),
}
NO_RULE = Rule(key="", clauses=(), line=0, column=0)  # of a step that no rule asks for


class Step(Struct, frozen=True, kw_only=True):
    """One clause of one rule, applied to one item."""

    rule: Rule
    clause: Clause
    subject: str | None  # the variable whose value is judged
    phase: Phase
    behind_rule: str = ""  # key of the rule behind a question in the item's own words

    @property
    def key(self) -> str:
        """The key of the rule that a waiver names to excuse it."""
        return self.rule.key or self.behind_rule


class ItemPlan(Struct, frozen=True, kw_only=True):
    """Everything that is checked or asked for one item."""

    item: Item
    phase: Phase
    steps: tuple[Step, ...]
    skip: str | None  # why the item is skipped
    by_person: bool  # no check of its own: asked in the box of its section
    row: SecretRow | None  # its row in a table of secrets
    environment: str | None = None  # the only one that it is asked in; None: it is asked in all

    @property
    def automation(self) -> Literal["full", "partial", "person"]:
        """How much of it a machine decides."""
        signs = [use.kind == "sign" for step in self.steps for use in step.clause.uses]
        if all(signs):
            return "person"
        asks_person = any(signs) or any(step.rule.remainder for step in self.steps)
        return "partial" if asks_person else "full"


def plan(checklist: Checklist, rules: Rules, binding: Binding) -> tuple[ItemPlan, ...]:
    """The plan of each item, in the document's order."""
    rows = SecretRows(checklist.secret_rows)
    settings = {fold(title): setting for title, setting in rules.sections.items()}
    plans = []
    for each in checklist.items:
        bound = binding.rules_of.get(each.line, ())
        ruled = bool(bound) and any(not rule.inferred for rule in bound)
        # An item with a rule is not a title, wherever it is.
        item = replace(each, is_title=False) if each.is_title and ruled else each
        titles = [fold(title) for title in reversed(item.section)] if settings else []
        setting = next((settings[title] for title in titles if title in settings), None)
        environment = own_environment(item, rules, [settings.get(title) for title in titles])
        phase = (setting.phase if setting else None) or item.phase
        if ruled and phase is Phase.REFERENCE:
            phase = Phase.BEFORE  # only the rule itself says that it is never asked
        steps = () if item.is_title else _steps(bound, phase)
        section_skip = setting.skip if setting else None
        skip = _skip(item, section_skip, environment, rules.environment, ruled=ruled)
        has_checks = any(step.clause.uses for step in steps)
        plans.append(
            ItemPlan(
                item=item,
                phase=steps[0].phase if steps else phase,
                steps=steps,
                skip=skip,
                environment=environment,
                by_person=not item.is_title and skip is None and not has_checks,
                row=rows.of(item),
            )
        )
    return tuple(plans)


def _steps(bound: Sequence[Rule], phase: Phase) -> tuple[Step, ...]:
    pairs = [(rule, clause) for rule in bound for clause in rule.clauses]
    return tuple(
        Step(
            rule=rule,
            clause=clause,
            subject=clause.env or rule.variable,
            phase=clause.phase or phase,
        )
        for rule, clause in pairs
    )


def written_values(step: Step) -> frozenset[str]:
    """The values that the rule itself writes out for the step's variable."""
    written = frozenset[str]()
    for clause in step.rule.clauses:
        if (clause.env or step.rule.variable) == step.subject:
            for use in clause.uses:
                if isinstance(use.params, Comparison):
                    written |= use.params.written_values()
    return written


def nothing_asked(planned: Iterable[ItemPlan], phase: Phase) -> bool:
    """Whether no item belongs to this phase, and no rule of any item."""
    phases: set[Phase] = set()
    for each in planned:
        if not each.item.is_title:
            phases.add(each.phase)
            phases.update(step.phase for step in each.steps)
    return phases.isdisjoint(PHASES[phase])


def reads_repository(rules: Rules) -> bool:
    """Whether any rule reads the repository's files."""
    uses = (use for rule in rules.rules for clause in rule.clauses for use in clause.uses)
    return any(
        use.params is not None and Needs.REPOSITORY in kinds()[use.kind].reads(use.params)
        for use in uses
    )


def clause_text(item: Item) -> str:
    """What an item asks a person to confirm, in its own words."""
    return item.text.rstrip(" .;:")


def own_environment(
    item: Item, rules: Rules, settings: Sequence[SectionSetting | None]
) -> str | None:
    """The only environment that an item applies to; None: it applies to every one.

    `settings` are those of the sections around it, innermost first; they outweigh the headings. A
    heading counts if it is the name of a declared environment or of this run's; else only if it is
    certainly the name of one, and if there are runs for that one.
    """
    if not (settings or item.environments or item.known_environment):
        return None
    current, declared = rules.environment, rules.environments
    written = next((each.environment for each in settings if each and each.environment), None)
    if written == EVERY_ENVIRONMENT:
        return None
    names = {name.lower(): name for name in (*declared, *([current] if current else ()))}
    named = next((name for name in item.environments if name in names), None)
    own = written or (names[named] if named else item.known_environment)
    if own is None or own.lower() in names:
        return names[own.lower()] if own else None
    meant = [
        name for name in names.values() if environments_called(name) & environments_called(own)
    ]
    if meant:
        return current if current in meant else meant[0]
    is_doubtful = declared or (current and not environments_called(current))
    return None if is_doubtful and not written else own


def _skip(
    item: Item, section: str | None, own: str | None, environment: str | None, *, ruled: bool
) -> str | None:
    """Why an item is left out. A rule outweighs what its section and its own words say, but not
    the environment that its section is for.
    """
    if own and environment and own.lower() != environment.lower():
        return f"its section is for {own}"
    if ruled:
        return None
    if section:
        return section
    return "struck through or N/A in the document" if item.struck else None
