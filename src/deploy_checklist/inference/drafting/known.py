"""What `init` knows besides the checklist: the answers so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from ...rules.open_questions import KINDS
from ...values.hosts import Reach, address_of, reach

DOMAIN, FACT, MEMBERS, CHOICES, STATUS = KINDS


def question_id(kind: str, subject: str) -> str:
    """The id of a question: its kind, and what it asks about."""
    return f"{kind}:{subject}"


def is_private_domain(host: str) -> bool:
    """Whether a canonical host is a name that only a private network knows, as `shop.internal`."""
    is_name = "." in host and address_of(host) is None
    return is_name and not host.endswith(".localhost") and reach(host) is Reach.PRIVATE


class Known(Struct, frozen=True, kw_only=True):
    """The answers, and what a rules file declares already, each by its question's id."""

    given: Mapping[str, object] = {}  # as rules-file data
    declared: frozenset[str] = frozenset()
    environments: tuple[str, ...] = ()  # of the rules file; else those that the checklist names
    domains: tuple[str, ...] = ()  # that a rules file declares already

    def has(self, kind: str, subjects: Iterable[str]) -> bool:
        """Whether nothing is left to ask about these subjects."""
        ids = (question_id(kind, subject) for subject in subjects)
        return all(each in self.given or each in self.declared for each in ids)

    @property
    def private_domains(self) -> tuple[str, ...]:
        """The domains that only a private network knows, each once."""
        given = (value for id_, value in self.given.items() if id_.startswith(f"{DOMAIN}:"))
        domains = dict.fromkeys((*self.domains, *map(str, given)))
        return tuple(filter(is_private_domain, domains))
