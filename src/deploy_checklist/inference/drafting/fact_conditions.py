"""Conditions in an item's words that one variable can decide: "if clustering is enabled"."""

from __future__ import annotations

import re

from msgspec import Struct
from msgspec.structs import replace

from ...checklist.identity import slug
from ...checklist.model import Item
from .. import vetoes

_SUBJECT = r"(?P<subject>[^\W_][\w./-]*(?: [\w./-]+){0,2}?)"
# By language: what begins a condition, what joins subject and state, and the state itself.
_LANGUAGES = (
    (
        r"if|when|whenever|where",
        r"is |are ",
        r"enabled|on|used|in use|active|activated|turned on|switched on|set up",
    ),
    (r"wenn|falls|sofern", "", r"aktiviert|aktiv|verwendet|genutzt|eingeschaltet"),
    (r"si", r"est |sont ", r"activée?s?|utilisée?s?"),
    (r"si|cuando", r"está |están |se ", r"activad[ao]s?|habilitad[ao]s?|usa|utiliza"),
    (r"se|quando", r"está |estiver |for |è ", r"ativad[ao]|habilitad[ao]|usad[ao]|attiv[ao]"),
)
_CONDITIONS = tuple(
    re.compile(
        rf"[ ,(]{{0,3}}\b(?:{begins}) (?:the |our |your |die |der |das |le |la |el |o |a )?"
        rf"{_SUBJECT} (?:{joins or ' '})?(?P<state>{states})\b(?: ist| sind| wird)?[),]?",
        re.IGNORECASE,
    )
    for begins, joins, states in _LANGUAGES
)
_USING = re.compile(
    rf"[ ,(]{{0,3}}\b(?:if|when) (?:(?:you|we) )?(?:are )?(?:using|use) {_SUBJECT}(?:[),]|[.;]?$)",
    re.IGNORECASE,
)
# "`STRIPE_KEY` - card payments (if enabled)"
_ITSELF = re.compile(
    rf"(?<= )(?:[—–:-] )?{_SUBJECT} ?\((?:if|when) (?P<state>enabled|used|in use|active)\)",
    re.IGNORECASE,
)
_NO_SUBJECT = frozenset((
    "it", "they", "this", "that", "these", "those", "there", "any", "not", "no", "one", "both",
    "you", "we", "or", "and", "applicable", "needed", "necessary", "required", "relevant",
    "possible", "nothing", "something",
))  # fmt: skip


class FactCondition(Struct, frozen=True, kw_only=True):
    """A condition that a fact can decide."""

    fact: str  # its name in the rules file
    words: str  # "clustering is enabled", "you use Stripe"
    item: Item  # the same item, as if it did not say so


def fact_condition(item: Item) -> FactCondition | None:
    """The condition of an item that asks for variables; None if it has none that one variable can
    decide, or more than one.
    """
    if not item.names:
        return None
    for pattern in (*_CONDITIONS, _USING, _ITSELF):
        found = pattern.search(item.text)
        if found is None:
            continue
        subject = found["subject"].strip(".,")
        name = slug(subject)
        if not name or not _NO_SUBJECT.isdisjoint(subject.lower().split()):
            continue
        without = _without(item, found)
        if vetoes.conditional(without):
            return None
        words = f"you use {subject}"
        if pattern is not _USING:
            words = f"{subject} is {found['state'].lower()}"
        return FactCondition(fact=name, words=words, item=without)
    return None


def _without(item: Item, found: re.Match[str]) -> Item:
    text = f"{item.text[: found.start()]} {item.text[found.end() :]}"
    text = " ".join(text.split()).replace(" .", ".")
    words = item.words.replace(item.text, text, 1)
    return replace(item, text=text, words=words, conditional=False)
