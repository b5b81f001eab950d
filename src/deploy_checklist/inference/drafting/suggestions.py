"""Checks that need one more fact: `init` writes them as comments that only need their `#` removed.

The table of secrets names the system that holds a secret; the item names the property.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from ...checklist.model import Item, SecretRow
from ...values.secret_forms import looks_like_a_secret
from .clause_forms import ClauseForm, duration_of

HOST = "acme.example"  # RFC 6761: nobody's
CONNECT = "https://connect.acme.example"

_STATE = re.compile(r"(?<![\w@+./-])[\w@+-][\w@+./-]*\.tfstate\b")
_PARTS = re.compile(r"[›»>/|:→]")
_CERTIFICATE = re.compile(r"\b(?:tls|ssl|https) cert\w*|\bcertificates?\b", re.IGNORECASE)
_ON_CALL = re.compile(r"\bon-?call\b", re.IGNORECASE)
_LOAD_BALANCER = re.compile(r"\bload[- ]balancers?\b", re.IGNORECASE)
_HEALTH_CHECK = re.compile(r"\bhealth[- ]?checks?\b", re.IGNORECASE)
_DURATION = re.compile(r"\b(?P<number>[1-9]\d{0,2})[ -](?P<unit>hours?|days?|weeks?)\b")
# Clauses that say no more than such a check sees. What they are of must be a kind of host or a time
# in one of these words: "for Apple Push", "for each region", "on old phones" is a person's to see.
_OF_HOSTS = (
    r"(?: (?:for|of|on) (?:all |every |each |the |our )?(?:[\w-]+ )?"
    r"(?:domains?|sub-?domains?|hosts?|hostnames?|endpoints?|websites?|sites?|addresses))?"
)
_AT_RELEASE = (
    r"(?: (?:for|during|in) (?:the |this |our |its )?(?:next |first |coming )?"
    r"(?:(?:release|deploy(?:ment)?|launch|rollout|go-live|maintenance)(?: (?:window|day|night))?"
    r"|night|weekend|day|\d{1,3}[ -](?:hours?|days?)))?"
)
_IF_ANY = r"(?: \(?(?:where|if) (?:applicable|configured|used)\)?)?"
_HELD = r"(?:renewed|valid|active|current|up to date|not expired|installed|working)"
_CERTIFICATE_HOLDS = re.compile(
    r"(?:(?:verify|check|confirm|ensure) (?:that )?)?(?:all |the |our )?(?:valid )?"
    r"(?:tls|ssl|https)(?:/(?:tls|ssl))? cert(?:ificate)?s?"
    rf" (?:is |are |have been )?{_HELD}(?: and {_HELD})?{_OF_HOSTS}{_IF_ANY}",
    re.IGNORECASE,
)
_SOMEBODY_IS_ON_CALL = re.compile(
    r"(?:(?:the |an? )?on-?call (?:schedule|rotation|roster|rota|engineer)"
    r" (?:is |has been )?(?:confirmed|set|staffed|covered|assigned)"
    rf"|(?:somebody|someone) is on-?call){_AT_RELEASE}",
    re.IGNORECASE,
)
_TARGETS_ARE_HEALTHY = re.compile(
    r"(?:the |our )?load[- ]balancer(?:'s)? health[- ]?checks?"
    r" (?:(?:is |are )?(?:configured|passing|healthy|green)|pass)",
    re.IGNORECASE,
)


class Suggestion(Struct, frozen=True, kw_only=True):
    """A check to uncomment."""

    rule: Mapping[str, object]
    about: str  # what to fill in or to think of
    variable: str | None = None  # that it judges
    when: str | None = None  # the only environment that it applies to
    leaves: str | None = None  # to a person, of an item that one signs; None: all of it


class Sources:
    """Where a checklist's tables say that secrets come from.

    `live_in`: the environment in which alone a service is in live mode; None if it is not known.
    """

    def __init__(self, rows: Iterable[SecretRow], *, live_in: str | None) -> None:
        self._rows = tuple(rows)
        self._live_in = live_in
        self._stripe = {
            row.section for row in self._rows if "stripe" in (row.source_of_truth or "").lower()
        }

    def of_variable(self, name: str, item: Item, row: SecretRow | None) -> Iterator[Suggestion]:
        """The checks of a variable that its name, or the system that holds it, tells."""
        source = row.source_of_truth if row and row.name == name else None
        if source and not looks_like_a_secret(source):
            yield from _of_source(name, source)
        if "REDIS" in name and name.endswith(("_URL", "_URI", "_DSN")):
            yield Suggestion(rule={"redis": True}, about="Redis answers", variable=name)
        if "OTLP" in name and name.endswith("_ENDPOINT"):
            about = "it accepts an empty export"
            yield Suggestion(rule={"otlp": True}, about=about, variable=name)
        is_callback = name.endswith("_URL") and ("CALLBACK" in name or "WEBHOOK" in name)
        if is_callback and item.section in self._stripe:
            rule = {"stripe_webhook": {"key_env": "STRIPE_READ_KEY", "live": True}}
            about = "a restricted key: Webhook Endpoints, Read"
            yield Suggestion(rule=rule, about=about, variable=name, when=self._live_in)

    @staticmethod
    def of_words(item: Item) -> Iterator[Suggestion]:
        """The checks of an item without variables that its words tell."""
        if _CERTIFICATE.search(item.text):
            about = "the host with the certificate; write a rule for each host"
            leaves = _left(item, _CERTIFICATE_HOLDS)
            yield Suggestion(rule={"tls": {"host": HOST}}, about=about, leaves=leaves)
        if _ON_CALL.search(item.text):
            said = _DURATION.search(item.text)
            lasts = duration_of(said) if said else "24h"
            rule = {"provider": "pagerduty", "schedule": "P123456", "for": lasts}
            with_token = {"on_call": {**rule, "token_env": "PAGERDUTY_TOKEN"}}
            about = "or grafana, opsgenie, jsm; the schedule's id, and how far ahead"
            leaves = _left(item, _SOMEBODY_IS_ON_CALL)
            yield Suggestion(rule=with_token, about=about, leaves=leaves)
        if _LOAD_BALANCER.search(item.text) and _HEALTH_CHECK.search(item.text):
            group = {"aws_target_group": {"name": "web", "path": "/healthz"}}
            about = "in AWS: the path of its health check; every target must be healthy"
            leaves = _left(item, _TARGETS_ARE_HEALTHY)
            yield Suggestion(rule=group, about=about, leaves=leaves)


def _left(item: Item, verified: re.Pattern[str]) -> str | None:
    """The clauses that a check leaves to a person; None if it verifies no clause whole."""
    clauses = [clause.strip(" .!") for clause in item.text.split(";")]
    left = [clause for clause in clauses if not verified.fullmatch(clause)]
    says_more = bool(item.links) or item.words.strip() != item.text
    return None if says_more or left == clauses else "; ".join(left)


def _of_source(name: str, source: str) -> Iterator[Suggestion]:
    if "1password" in source.lower():
        parts = [part.strip() for part in _PARTS.split(source)]
        parts = [part for part in parts if part and "1password" not in part.lower()]
        vault = parts[0][:200] if parts else "Production"
        if not set('"\\') & set(vault) and vault.isprintable() and "${" not in vault:
            rule = {"onepassword": {"url": CONNECT, "vault": vault, "item": name}}
            about = "the address of your 1Password Connect, and the item's title"
            yield Suggestion(rule=rule, about=about, variable=name)
    elif state := _STATE.search(source):
        output = {"state": state[0], "output": name.lower(), "equals_env": name}
        about = "the output's name; the state must be in the checkout"
        yield Suggestion(rule={"terraform": output}, about=about, variable=name)


def of_form(form: ClauseForm, name: str, choices: list[str]) -> Iterator[Suggestion]:
    """The check of a clause whose question is open, as far as the words tell it."""
    if form.kind == "one_of" and choices:
        about = "check that the list is complete"
        yield Suggestion(rule={"one_of": choices}, about=about, variable=name)
    elif form.kind == "origins":
        about = "each must be an exact origin; `include:` lists those that must be in it"
        yield Suggestion(rule={"origins": True}, about=about, variable=name)
    elif form.kind == "http":
        yield Suggestion(rule={"http": True}, about="it answers with 200", variable=name)
