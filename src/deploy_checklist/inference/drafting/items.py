"""What `init` writes for one item: its checks, who signs the rest, and what it still has to ask."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ...checklist.model import Checklist, Item, Phase, SecretRow
from ...checklist.secret_rows import SecretRows
from ...rules.model import is_variable
from ...values.secret_forms import looks_like_a_secret
from .. import vetoes
from ..patterns.sentence import ProposedCheck
from ..understand import NO_CLOSED_FORM, Understood
from . import roles, suggestions
from .clause_forms import ClauseForm, duration_of, form_of, says_before_release
from .fact_conditions import FactCondition
from .known import CHOICES, DOMAIN, FACT, STATUS, Known, question_id
from .suggestions import Sources, Suggestion

_MOST_CHOICES = 20


class DraftedItem(Struct, frozen=True, kw_only=True):
    """What is written for one item."""

    item: Item
    found: Understood | None  # with the checks, and the words that a person signs
    by: tuple[str, ...] = ()  # roles that sign
    when: str | None = None  # a fact
    asks: str | None = None  # the id of a question that is open; of domains, its kind
    uses_domain: bool = False  # of each environment, or will once they are known
    suggestions: tuple[Suggestion, ...] = ()


class Drafter:
    """Drafts items of one checklist."""

    def __init__(self, checklist: Checklist, known: Known, environments: Sequence[str]) -> None:
        self._rows = SecretRows(checklist.secret_rows)
        self._known = known
        self._has_domain = known.has(DOMAIN, environments)
        is_declared = self._has_domain and "production" in environments
        live_in = "production" if is_declared else None
        self._sources = Sources(checklist.secret_rows, live_in=live_in)
        self._is_private = bool(known.private_domains)

    def drafted(
        self,
        item: Item,
        found: Understood | None,
        condition: FactCondition | None,
        if_it_holds: Understood | None,
    ) -> DraftedItem:
        """`found` is what is understood of the item; `if_it_holds` what is understood of it once
        its condition is decided.
        """
        row = self._rows.of(item)
        signer = roles.signer(item)
        by = (signer,) if signer else ()
        drafted = DraftedItem(item=item, found=found, by=by)
        if condition is not None:
            if not self._known.has(FACT, (condition.fact,)):
                return replace(drafted, asks=question_id(FACT, condition.fact))
            found = if_it_holds
            drafted = replace(drafted, found=found, when=condition.fact)
        drafted = replace(drafted, by=by or roles.owners(row))
        if found is None:
            return replace(drafted, suggestions=tuple(self._sources.of_words(item)))
        if found.with_domain:
            drafted = self._with_domain(drafted, found)
            found = drafted.found or found
        if found.why == NO_CLOSED_FORM or _is_conditional_by_its_words(item):
            drafted = self._with_forms(drafted, found)
        proposed = (*drafted.suggestions, *self._of_variables(drafted, row))
        taken = {kind for check in (drafted.found or found).checks for kind in check.rule}
        fitting = [each for each in proposed if taken.isdisjoint(each.rule)]
        return replace(drafted, suggestions=tuple(fitting))

    def _with_domain(self, drafted: DraftedItem, found: Understood) -> DraftedItem:
        """The same, with the checks of addresses that begin with the environment's domain."""
        if drafted.when:
            return replace(drafted, found=replace(found, with_domain=()))
        asked = tuple(map(self._of_domain, found.with_domain)) if self._has_domain else ()
        found = replace(found, checks=(*found.checks, *asked), with_domain=())
        asks = None if self._has_domain else DOMAIN
        return replace(drafted, found=found, asks=asks, uses_domain=True)

    def _of_domain(self, check: ProposedCheck) -> ProposedCheck:
        """The check of an address; may connect to a private one if the words ask for that."""
        http = check.rule.get("http")
        if not self._is_private or not isinstance(http, Mapping):
            return check
        return replace(check, rule={**check.rule, "http": {**http, "allow_private": True}})

    def _of_variables(self, drafted: DraftedItem, row: SecretRow | None) -> Iterator[Suggestion]:
        checks = drafted.found.checks if drafted.found else ()
        item = drafted.item
        is_open = drafted.when is None and vetoes.conditional(item)
        if is_open and not _is_conditional_by_its_words(item):
            return  # under a condition without a fact
        for name in dict.fromkeys(check.variable for check in checks if check.variable):
            yield from self._sources.of_variable(name, drafted.item, row)

    def _with_forms(self, drafted: DraftedItem, found: Understood) -> DraftedItem:
        """The same, with checks for the clauses that one of the forms says."""
        workflow = _whole_workflow(drafted.item, found)
        if workflow is not None:
            return replace(drafted, found=_verified(found, (workflow,), None))
        names = {check.variable for check in found.checks if check.variable}
        if len(names) != 1:
            return drafted
        name = names.pop()
        checks, left = list(found.checks), []
        is_asked = (
            drafted.when is not None or drafted.uses_domain
        )  # at most one question for each item
        for clause in (found.remainder or "").split("; "):
            formed = form_of(clause, name)
            if formed and formed[0].asks:
                formed, is_asked = None if is_asked else formed, True
            rule = self._rule(*formed, name) if formed else None
            if rule is None:
                left.append(clause)
            else:
                checks.append(ProposedCheck(rule, "", variable=name, words=clause))
            if formed and formed[0].asks:
                drafted = _asking(drafted, formed[0], name, is_open=rule is None)
        remainder = "; ".join(left) or None
        return replace(drafted, found=_verified(found, tuple(checks), remainder))

    def _rule(self, form: ClauseForm, words: re.Match[str], name: str) -> dict[str, object] | None:
        """The rule of a form; None while it waits for an answer."""
        if form.asks is None:
            return {form.kind: duration_of(words)}
        if form.asks == DOMAIN and self._has_domain:
            if form.kind == "url":
                private = {"allow_private": True} if self._is_private else {}
                return {"url": {"host": "${domain}", **private}}
            return {"origins": {"include": ["https://${domain}"]}}
        answer = self._known.given.get(question_id(form.asks or "", name))
        if form.asks == CHOICES and answer:
            return {"one_of": answer}
        if form.asks == STATUS and answer:
            return {"http": True if answer == [200] else {"expect": answer}}
        return None


def _is_conditional_by_its_words(item: Item) -> bool:
    """Whether nothing but words such as "or" leave it to a person: a form may say them."""
    without = replace(item, text="", conditional=False)
    says_more = bool(item.links) or item.words.strip() != item.text
    return vetoes.conditional(item) and not (
        item.conditional
        or item.phase is Phase.AFTER
        or says_more
        or vetoes.conditional(without)
        or vetoes.elsewhere(" ".join(item.section))
    )


def _asking(drafted: DraftedItem, form: ClauseForm, name: str, *, is_open: bool) -> DraftedItem:
    if form.asks == DOMAIN:
        drafted = replace(drafted, uses_domain=True)
    if not is_open or drafted.asks is not None:
        return drafted
    asks = DOMAIN if form.asks == DOMAIN else question_id(form.asks or "", name)
    proposed = suggestions.of_form(form, name, literals(drafted.item))
    return replace(drafted, asks=asks, suggestions=tuple(proposed))


def _whole_workflow(item: Item, found: Understood) -> ProposedCheck | None:
    """The check of a workflow that says all of the item."""
    for check in found.checks:
        workflow = check.rule.get("workflow")
        if not isinstance(workflow, Mapping) or not {"mentions", "before"} <= workflow.keys():
            continue
        if says_before_release(item.text, (str(workflow["runs"]),)):
            return check
    return None


def _verified(
    found: Understood, checks: tuple[ProposedCheck, ...], remainder: str | None
) -> Understood:
    why = found.why if remainder else None
    return replace(found, checks=checks, remainder=remainder, why=why)


def literals(item: Item) -> list[str]:
    """The values that an item writes out, in code spans that are not variables."""
    spans = (span.strip().strip("\"'") for span in item.spans)
    found = dict.fromkeys(
        span
        for span in spans
        if span not in item.names and not is_variable(span) and is_plain_value(span)
    )
    return list(found)[:_MOST_CHOICES]


def is_plain_value(text: str) -> bool:
    """Whether a rule may write a value out."""
    is_short = 0 < len(text) <= 100 and text.isprintable() and "=" not in text
    return is_short and "${" not in text and not looks_like_a_secret(text)
