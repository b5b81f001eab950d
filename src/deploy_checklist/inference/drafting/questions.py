"""The questions that a checklist's words leave open, each with what an answer looks like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from ...checklist.model import Checklist, Item
from ...rules.open_questions import KINDS
from .fact_conditions import FactCondition
from .items import DraftedItem, literals
from .known import CHOICES, DOMAIN, FACT, MEMBERS, STATUS, Known, question_id
from .roles import signer
from .suggestions import HOST


class OpenQuestion(Struct, frozen=True, kw_only=True):
    """One question. `default` is what the words themselves propose: `true` takes it."""

    id: str
    item: str  # the id of the first item that it is about
    line: int  # of this item, in the checklist
    question: str
    example: object
    choices: tuple[object, ...] = ()
    default: object = None

    @property
    def kind(self) -> str:
        """What an answer of it is: see `known.KINDS`."""
        return self.id.partition(":")[0]

    @property
    def subject(self) -> str:
        """What it asks about."""
        return self.id.partition(":")[2]


def open_questions(
    checklist: Checklist,
    drafted: Iterable[DraftedItem],
    conditions: Mapping[int, FactCondition],
    environments: Sequence[str],
    known: Known,
) -> tuple[OpenQuestion, ...]:
    """Each question once, those that open most items first."""
    asked = [
        question
        for each in drafted
        for question in _of_item(each, conditions, environments, checklist)
        if not known.has(question.kind, (question.subject,))
    ]
    first = {question.id: question for question in reversed(asked)}
    opens = Counter(question.id for question in asked)

    def rank(question: OpenQuestion) -> tuple[int, int, int]:
        return -opens[question.id], KINDS.index(question.kind), question.line

    in_order = {question.id: question for question in asked}
    return tuple(sorted((first[each] for each in in_order), key=rank))


def _of_item(
    drafted: DraftedItem,
    conditions: Mapping[int, FactCondition],
    environments: Sequence[str],
    checklist: Checklist,
) -> Iterator[OpenQuestion]:
    item = drafted.item
    kind, _, subject = (drafted.asks or "").partition(":")
    if kind == DOMAIN:
        for environment in environments:
            host = HOST if environment == "production" else f"{environment}.{HOST}"
            words = f"What is the domain in {environment}?"
            yield _about(item, DOMAIN, environment, words, example=host)
    elif kind == FACT:
        condition = conditions[item.line]
        words = f"Which variable tells whether {condition.words}?"
        example = f"{_upper(condition.fact)}_ENABLED"
        telling = _telling(condition.fact, item, checklist)
        default = telling[0] if len(telling) == 1 else None
        yield _about(item, FACT, subject, words, example=example, choices=telling, default=default)
    elif kind == CHOICES:
        words = f"Which values may {subject} have?"
        values = literals(item)
        listed = values or ["first", "second"]
        yield _about(item, CHOICES, subject, words, example=listed, default=values or None)
    elif kind == STATUS:
        words = f"Which HTTP status does {subject} answer with?"
        yield _about(item, STATUS, subject, words, example=200, default=200)
    role = signer(item)
    if role and (drafted.found is None or drafted.found.remainder is not None):
        words = f"Who may sign as {role.replace('-', ' ')}?"
        members = ["@octo-lead", f"@acme/{role}" if role.isascii() else "@acme/leads"]
        yield _about(item, MEMBERS, role, words, example=members)


def _about(
    item: Item,
    kind: str,
    subject: str,
    words: str,
    *,
    example: object,
    choices: Sequence[object] = (),
    default: object = None,
) -> OpenQuestion:
    return OpenQuestion(
        id=question_id(kind, subject),
        item=item.id,
        line=item.line,
        question=words,
        example=example,
        choices=tuple(choices),
        default=default,
    )


def _telling(fact: str, item: Item, checklist: Checklist) -> list[str]:
    """The checklist's variables whose names have the fact's words."""
    words = set(_upper(fact).split("_"))
    names = dict.fromkeys(name for each in checklist.items for name in each.names)
    return [name for name in names if words <= set(name.split("_")) and name not in item.names]


def _upper(name: str) -> str:
    upper = "".join(char if char.isascii() and char.isalnum() else "_" for char in name.upper())
    return upper.strip("_") if upper.strip("_")[:1].isalpha() else "FEATURE"
