"""What the checks of a run read, to be judged for that time or a later one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from ..checklist.model import Checklist, Phase
from ..deadline import Deadline
from ..outcome import Finding
from ..report.model import ItemResult, Notice, Override, Rollback, TargetRef, Trial
from ..rules.bind import Binding, WaiverScope, bind, waiver_scope
from ..rules.model import Rules, Waiver
from ..world.ports import World
from .aggregate import ClauseResult, item_result
from .context import EngineContext, judge_contexts
from .days import end_of
from .facts import ask_facts
from .plan import ItemPlan, plan
from .pool import Pool
from .results import ObservedItem, facts_needed, observe_items, results_at
from .unproven_values import downgrade_unproven
from .variables import named_variables, storage_of
from .waivers import waive


class Options(Struct, frozen=True, kw_only=True):
    """How a run judges, and what."""

    phase: Phase
    deadline: Deadline
    mode: Literal["enforce", "report"] = "enforce"
    trial: Trial | None = None  # why `mode` is `report`
    strict: bool = False
    target: TargetRef
    gate: str | None = None  # its name, if the repository has several
    deploy_gate: bool = False
    # What replaces a value's pass, where it may be another environment's value.
    downgrade_to: Finding | None = None
    links: Mapping[str, str] | None = None
    override: Override | None = None  # counts until its time is over
    override_by: tuple[str, ...] = ()  # the roles that may override
    rollback: Rollback | None = None  # the items are judged as those of a rollback


Scoped = tuple[Waiver, WaiverScope]


class ObservedRelease(Struct, frozen=True, kw_only=True):
    """Everything that the checks read, and how it is judged."""

    checklist: Checklist
    rules: Rules
    options: Options
    world: World
    binding: Binding
    names: Sequence[str]  # every variable that the checklist or the rules name
    planned: Sequence[ItemPlan]
    items: Sequence[ObservedItem]  # of each ItemPlan
    context: EngineContext  # with the time of the run
    waivers: Sequence[Scoped]
    waivers_of: Mapping[int, Sequence[Scoped]]  # by the item's line, those of this environment
    # A forecast of a year begins with what the report has judged already.
    judged_before: dict[tuple[datetime, datetime], dict[int, ItemResult]] = field(
        default_factory=dict
    )

    @property
    def at(self) -> datetime:
        """When the checks ran."""
        return self.context.now

    def moments(self, index: int) -> list[datetime]:
        """When the outcome of an item may change."""
        found = self.items[index].moments()
        if self.waivers_of:
            waivers = self.waivers_of.get(self.planned[index].item.line, ())
            ends = (end_of(waiver.expires) for waiver, _ in waivers)
            found += [moment for moment in ends if moment is not None]
        return found

    def recurs(self, index: int) -> bool:
        """Whether the outcome of an item changes again and again, on certain days."""
        return self.items[index].recurs

    def judged(self, now: datetime) -> tuple[list[ItemResult], list[Notice]]:
        """The result of each item by itself, and notices about the waivers."""
        today = now.date()
        results = [self._results(index, now, now) for index in range(len(self.items))]
        waived, notices = waive(self.planned, results, self.waivers, self.rules.environment, today)
        judged = [
            item_result(each, of_item, today)
            for each, of_item in zip(self.planned, waived, strict=True)
        ]
        self.judged_before[now, now] = dict(enumerate(judged))
        return judged, notices

    def item(self, index: int, now: datetime, recurring_at: datetime | None = None) -> ItemResult:
        """What one item comes to by itself, at the time of the run or later.

        `recurring_at`: what recurs, such as a window, is taken to stay as it is at this time.
        """
        recurring_at = recurring_at or now
        of_now = self.judged_before.setdefault((now, recurring_at), {})
        if index in of_now:
            return of_now[index]
        planned, today = self.planned[index], now.date()
        waivers = self.waivers_of.get(planned.item.line, ())
        results = [self._results(index, now, recurring_at)]
        waived, _ = waive([planned], results, waivers, self.rules.environment, today)
        found = item_result(planned, waived[0], today)
        of_now[index] = found
        return found

    def _results(self, index: int, now: datetime, recurring_at: datetime) -> list[ClauseResult]:
        item = self.items[index]
        results = item.results
        if now != self.context.now:
            context = replace(self.context, now=now, recurring_at=recurring_at)
            results = results_at(item, context)
        if self.options.downgrade_to is None:
            return results
        return downgrade_unproven([results], self.options.downgrade_to)[0]


def observe(checklist: Checklist, rules: Rules, world: World, options: Options) -> ObservedRelease:
    """Looks at everything that is asked, within the run's deadline.

    Raises errors.Unusable if rules and checklist do not go together.
    """
    now = world.clock.now()
    binding = bind(checklist, rules)
    planned = plan(checklist, rules, binding)
    names = named_variables(checklist, rules)
    storage = storage_of(names, checklist, rules)
    world = replace(world, environment=rules.environment, storage=storage)
    waivers = [(waiver, waiver_scope(checklist, binding, waiver.item)) for waiver in rules.waivers]
    with Pool(options.deadline, laptop=world.variables.laptop) as pool:
        facts = ask_facts(facts_needed(planned, rules, options.phase), world, pool)
        context = EngineContext(
            rules=rules,
            world=world,
            states=facts.known,
            judge_context=judge_contexts(rules, world, now),
            phase=options.phase,
            now=now,
            pool=pool,
            rollback=options.rollback is not None,
            deploy_gate=options.deploy_gate,
        )
        items, context = observe_items(planned, context, facts)
    return ObservedRelease(
        checklist=checklist,
        rules=rules,
        options=options,
        world=world,
        binding=binding,
        names=names,
        planned=planned,
        items=items,
        context=context,
        waivers=waivers,
        waivers_of=_by_line(waivers, rules.environment),
    )


def _by_line(waivers: Iterable[Scoped], environment: str | None) -> Mapping[int, Sequence[Scoped]]:
    found: defaultdict[int, list[Scoped]] = defaultdict(list)
    for waiver, scope in waivers:
        if waiver.environment in (None, environment):
            for line in scope.lines:
                found[line].append((waiver, scope))
    return found
