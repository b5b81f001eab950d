"""What the errors of a GraphQL answer mean, which GitHub sends with status 200.

GitHub marks an error with a `type` where the query was run, and with a code in its `extensions`
where the query itself is not accepted: an older GitHub Enterprise Server does not know a field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .failures import Cause, RequestFailure, limited, limits, refusal

_NOT_ALLOWED = frozenset({"FORBIDDEN", "INSUFFICIENT_SCOPES"})
_LIMITED = frozenset({"RATE_LIMITED", "RATE_LIMIT"})
_SECONDARY_LIMIT = "exceeded a secondary rate limit"
# graphql-ruby's codes for a query that this server's schema does not have.
_NOT_IN_SCHEMA = frozenset(
    {
        "argumentLiteralsIncompatible",
        "argumentNotAccepted",
        "missingRequiredArguments",
        "selectionMismatch",
        "undefinedDirective",
        "undefinedField",
        "undefinedType",
        "variableMismatch",
    }
)
_UNKNOWN_FIELD = re.compile(r"Field '(\w{1,100})' doesn't exist on type '\w{1,100}'")
_NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]*")
_VERSION = re.compile(r"[0-9]{1,2}(?:\.[0-9]{1,3}){1,2}")


def failure_of(
    answer: Mapping[str, Any], headers: Mapping[str, str], query: str
) -> RequestFailure | None:
    """Why an answer cannot be used, by its errors; None if it can be.

    Parts that were not found are not a failure: they are None in the answer's data. Header names
    are in lower case.
    """
    errors = [] if answer.get("errors") is None else answer["errors"]
    if not isinstance(errors, list) or not all(isinstance(error, dict) for error in errors):
        return RequestFailure(Cause.GARBLED)
    kinds = {error.get("type") for error in errors if isinstance(error.get("type"), str | None)}
    sentences = [_sentence(told) for told in (answer, *errors)]
    if kinds & _LIMITED or any(_SECONDARY_LIMIT in each for each in sentences):
        return limited(200, headers)
    if kinds & _NOT_ALLOWED:
        known = filter(None, map(refusal, sentences))
        return RequestFailure(next(known, Cause.FORBIDDEN), status=200)
    if any(map(_is_of_query, errors)):
        return RequestFailure(Cause.UNSUPPORTED, detail=_unsupported(errors, headers, query))
    if any(error.get("type") != "NOT_FOUND" for error in errors):
        # GitHub's own time-outs come without a type.
        return limited(200, headers) if limits(headers) else RequestFailure(Cause.DOWN, status=200)
    return None


def _is_of_query(error: Mapping[str, Any]) -> bool:
    """Whether the query was refused, which a repetition would not change."""
    code = _extensions(error).get("code")
    # Servers of 2018 said so in the sentence only.
    return (isinstance(code, str) and code in _NOT_IN_SCHEMA) or _unknown_field(error) is not None


def _unsupported(
    errors: Sequence[Mapping[str, Any]], headers: Mapping[str, str], query: str
) -> str:
    """Which server does not know which name. A name that is not in our query is not shown."""
    version = headers.get("x-github-enterprise-version", "")
    numbered = _VERSION.fullmatch(version)
    server = f"GitHub Enterprise Server {version}" if numbered else "this server"
    ours = set(_NAME.findall(query))
    for error in errors:
        told = _extensions(error)
        names = {
            "argument": told.get("argumentName"),
            "field": told.get("fieldName") or _unknown_field(error),
            "type": told.get("typeName"),
        }
        for what, name in names.items():
            if isinstance(name, str) and name in ours:
                return f"{server} does not have the {what} `{name}`"
    return f"{server} does not accept the query"


def _unknown_field(error: Mapping[str, Any]) -> str | None:
    found = _UNKNOWN_FIELD.match(_sentence(error))
    return found[1] if found else None


def _sentence(told: Mapping[str, Any]) -> str:
    found = told.get("message")
    return found if isinstance(found, str) else ""


def _extensions(error: Mapping[str, Any]) -> Mapping[str, Any]:
    found = error.get("extensions")
    return found if isinstance(found, dict) else {}
