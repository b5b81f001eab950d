"""Words about one variable that a check can verify whole, in one table.

A form covers a whole clause: a person decides about anything else that a clause says. `asks` is the
question that must be answered before the form verifies anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

_DAYS = {"h": "h", "d": "d", "w": "w"}
_ENVIRONMENTS = r"(?:staging|production|prod|test|development|dev|uat|preview|vs|or|and|[\s/,.])+"
_WHICH = (
    r"(?:deployed |deployment |target |live |public |right |correct |real |actual |production "
    r"|expected |required |necessary |allowed |known |specific )"
)
_OURS = r" (?:that )?(?:we|you) [a-z]+(?: (?:to|from|on))?"
_ADDRESS = r"(?:domains?|hosts?|host ?names?|address(?:es)?|urls?)"


class ClauseForm(Struct, frozen=True, kw_only=True):
    """One form of words, and the variables that it can be about."""

    kind: str  # of the check that verifies it
    words: re.Pattern[str]  # all of the clause, in lower case, without the variable's name
    example: str
    variable: re.Pattern[str] = re.compile("")  # found in the name
    asks: str | None = None  # the kind of question


FORMS = (
    ClauseForm(
        kind="rotated_within",
        words=re.compile(
            r"(?:rotated|renewed|replaced|changed|regenerated) (?:with)?in (?:the )?"
            r"(?:last |past |previous )?(?P<number>\d{1,4})[ -](?P<unit>hours?|days?|weeks?)"
        ),
        example="`API_TOKEN` rotated within the last 30 days",
    ),
    ClauseForm(
        kind="url",
        words=re.compile(
            r"(?:match(?:es|ing)?|points? (?:to|at)|corresponds? to|(?:is |be )?set to)"
            rf" (?:the |our |your )?{_WHICH}{{0,3}}{_ADDRESS}"
            rf"(?: (?:of|for) (?:the |our |each |this )?[\w-]+|{_OURS})?"
            rf"(?: \({_ENVIRONMENTS}\))?"
        ),
        example="`CALLBACK_URL` matches the deployed domain",
        variable=re.compile(r"(?:URL|URI|HOST|DOMAIN|ENDPOINT)$"),
        asks="domain",
    ),
    ClauseForm(
        kind="origins",
        words=re.compile(
            r"(?:includes?|contains?|lists?|has|have|covers?|(?:is |be )?set to|(?:is )?configured"
            r" (?:for|with)|(?:is )?(?:restricted|limited) to)"
            rf" (?:all |every |each |of |only |the |our |your ){{0,4}}{_WHICH}{{0,3}}"
            r"(?:(?:web|app|mobile|frontend|front-end|client|browser)(?:/| and | )){0,3}"
            rf"(?:domains?|domain\(s\)|origins?|origin\(s\))(?:{_OURS})?(?: only)?"
        ),
        example="`CORS_ORIGINS` lists all web domains",
        variable=re.compile(r"ORIGIN|CORS"),
        asks="domain",
    ),
    ClauseForm(
        kind="one_of",
        words=re.compile(
            r"(?:is |be )?set to .{1,200}\b(?:etc|e\.g|for example|such as)\b.{0,200}"
        ),
        example="`MAIL_PROVIDER` set to the provider in use (`acme`, `bolt`, etc.)",
        asks="choices",
    ),
    ClauseForm(
        kind="http",
        words=re.compile(
            r"(?:(?:is |be )?(?:accessible|reachable)|answers|responds)(?: from (?:where we (?:run"
            r"|deploy)|(?:the |this |each )?(?:deployment |deployed |target |runtime |build ){0,2}"
            r"(?:environment|job|runner|pipeline|ci)))?"
        ),
        example="`GATEWAY_URL` reachable from the deployment environment",
        variable=re.compile(r"(?<!OTLP_)(?:URL|URI|ENDPOINT)$"),
        asks="status",
    ),
)


def form_of(clause: str, variable: str) -> tuple[ClauseForm, re.Match[str]] | None:
    """The form that a clause about a variable has, and where its words were found."""
    words = " ".join(clause.replace("`", "").split())
    words = words.removeprefix(variable).strip(" .;:!").lower()
    words = re.sub(r"^(?:is|was|are|has been) (?=\w+ed\b|match)", "", words)
    for form in FORMS:
        found = form.words.fullmatch(words)
        if found and form.variable.search(variable):
            return form, found
    return None


def duration_of(found: re.Match[str]) -> str:
    """The duration in the words of a rotation, as rules write it."""
    return f"{int(found['number'])}{_DAYS[found['unit'][0]]}"


# The whole item: a workflow says all of it.
_BEFORE_RELEASE = re.compile(
    r"(?:the )?(?:ci |pipeline |workflow )?(?P<command>\S.{0,100}?) (?:step |job |command )?"
    r"(?:references?|refers to|mentions?|names?|links to|cites) (?:this|the) check ?list before "
    r"(?:tagging|releasing|publishing)(?: (?:a|an|the|each|any|every|new|[\w-]+-facing)){0,3}"
    r"(?: (?:release|version|tag))?",
    re.IGNORECASE,
)


def says_before_release(text: str, commands: Iterable[str]) -> bool:
    """Whether an item only says that one of these commands names the checklist before a release."""
    found = _BEFORE_RELEASE.fullmatch(text.rstrip(" .;:!"))
    return found is not None and found["command"] in commands
