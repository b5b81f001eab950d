"""The Plan: which checks are asked of which item, under which condition, in which phase."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from ..checklist.model import Checklist, Item, Phase, SecretRow, fold
from ..rules.bind import Binding
from ..rules.model import Clause, Rule, Rules

# The phases whose items are asked in a run of a phase: a deployment asks again what was asked
# before it.
PHASES = {
    Phase.BEFORE: frozenset({Phase.BEFORE}),
    Phase.DEPLOY: frozenset({Phase.BEFORE, Phase.DEPLOY}),
    Phase.AFTER: frozenset({Phase.AFTER}),
}
NO_RULE = Rule(key="", clauses=(), line=0, column=0)  # of a step that no rule asks for


class Step(Struct, frozen=True, kw_only=True):
    """One clause of one rule, asked of one item."""

    rule: Rule
    clause: Clause
    subject: str | None  # the variable whose value is judged
    phase: Phase
    behind_rule: str = (
        ""  # the key of the rule behind it, where it is asked in the item's own words
    )

    @property
    def key(self) -> str:
        """Of the rule that a waiver names to excuse it."""
        return self.rule.key or self.behind_rule


class ItemPlan(Struct, frozen=True, kw_only=True):
    """Everything that is asked of one item."""

    item: Item
    phase: Phase
    steps: tuple[Step, ...]
    skip: str | None  # why the item is not asked at all
    by_person: bool  # no check of its own: asked in the box of its section
    row: SecretRow | None  # its row in a table of secrets

    @property
    def automation(self) -> str:
        """How much of it a machine verifies: full | partial | person."""
        uses = [use for step in self.steps for use in step.clause.uses]
        if all(use.kind == "sign" for use in uses):
            return "person"
        asks = any(use.kind == "sign" for use in uses) or any(
            step.rule.remainder for step in self.steps
        )
        return "partial" if asks else "full"


def plan(checklist: Checklist, rules: Rules, binding: Binding) -> tuple[ItemPlan, ...]:
    """What is asked of each item, in the document's order."""
    environments = {name.lower() for name in rules.environments}
    if rules.environment:
        environments.add(rules.environment.lower())
    rows = _Rows(checklist.secret_rows)
    settings = {fold(title): setting for title, setting in rules.sections.items()}
    plans = []
    for each in checklist.items:
        bound = binding.rules_of.get(each.line, ())
        ruled = bool(bound) and any(not rule.inferred for rule in bound)
        item = (
            replace(each, is_title=False) if each.is_title and ruled else each
        )  # a rule is asked wherever it stands
        around = map(fold, reversed(item.section)) if settings else ()
        setting = next((settings[key] for key in around if key in settings), None)
        phase = (setting.phase if setting else None) or item.phase
        if ruled and phase is Phase.REFERENCE:
            phase = Phase.BEFORE  # only the rule itself says that it is never asked
        steps = () if item.is_title else tuple(_steps(bound, phase))
        skip = _skip(
            item, setting.skip if setting else None, rules.environment, environments, ruled=ruled
        )
        plans.append(
            ItemPlan(
                item=item,
                phase=steps[0].phase if steps else phase,
                steps=steps,
                skip=skip,
                by_person=not item.is_title
                and skip is None
                and not any(step.clause.uses for step in steps),
                row=rows.of(item),
            )
        )
    return tuple(plans)


def _steps(bound: Sequence[Rule], phase: Phase) -> list[Step]:
    return [
        Step(
            rule=rule,
            clause=clause,
            subject=clause.env or rule.variable,
            phase=clause.phase or phase,
        )
        for rule in bound
        for clause in rule.clauses
    ]


def nothing_asked(planned: Iterable[ItemPlan], phase: Phase) -> bool:
    """Whether no item belongs to this phase, and no rule of any."""
    items = (each for each in planned if not each.item.is_title)
    phases = {
        phase for each in items for phase in (each.phase, *(step.phase for step in each.steps))
    }
    return phases.isdisjoint(PHASES[phase])


def clause_text(item: Item) -> str:
    """What an item asks of a person, in its own words."""
    return item.text.rstrip(" .;:")


def _skip(
    item: Item, section: str | None, environment: str | None, environments: set[str], *, ruled: bool
) -> str | None:
    """Why an item is left out: its environment, a section setting, struck. A rule outweighs the
    last two.
    """
    if environment and item.environments:
        named = next((name for name in item.environments if name in environments), None)
        if named and named != environment.lower():
            return f"its section is {named}'s"
    if ruled:
        return None
    if section:
        return section
    if item.struck:
        return "struck through or N/A in the document"
    return None


class _Rows:
    """Rows of the tables of secrets, found by a variable's name, else by words in the same section."""

    def __init__(self, rows: tuple[SecretRow, ...]) -> None:
        self._by_name: Mapping[str, SecretRow] = {
            row.name: row for row in reversed(rows) if row.name
        }
        self._by_words = [(row, fold(row.words).split()) for row in rows if not row.name]

    def of(self, item: Item) -> SecretRow | None:
        if not self._by_name and not self._by_words:
            return None
        named = next((self._by_name[name] for name in item.names if name in self._by_name), None)
        if named or item.names or not self._by_words:
            return named
        words = fold(item.text).split()
        return next(
            (
                row
                for row, asked in self._by_words
                if row.section == item.section and _speaks_of(words, asked)
            ),
            None,
        )


def _speaks_of(words: list[str], asked: list[str]) -> bool:
    """Whether two neighbouring words begin with the row's first two ("TLS certificates" and "TLS
    cert bundle").
    """
    if len(asked) < 2:
        return bool(asked) and asked[0] in words
    return any(a.startswith(asked[0]) and b.startswith(asked[1]) for a, b in pairwise(words))
