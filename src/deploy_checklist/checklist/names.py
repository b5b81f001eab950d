"""Names of variables in code spans: every UPPER_SNAKE name, except words that only look so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..gfm.blocks import Inline

# A file (`RELEASE_NOTES.md`), a path, a member of something else (`Status.NOT_FOUND`) and a dunder
# are not variables; `process.env.NAME`, `secrets.NAME`, `$NAME`, `%NAME%` and `-e NAME` are.
_SNAKE = re.compile(
    r"(?<![A-Za-z0-9_/\\@-])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?![A-Za-z0-9_/\\(*-]|\.[A-Za-z0-9])"
)
_ASSIGNED = re.compile(r"(?<![A-Za-z0-9_.\-/?&])([A-Z][A-Z0-9_]*[A-Z0-9])\s?=(?!=)")
_WHOLE = re.compile(r"\$?\{?([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)\}?")
_OWNERS = re.compile(r"(?:\benv|\benviron|\bsecrets|\bvars)\.$")
# One word alone in a code span, and no variable: methods, statements, literals, levels, files, and
# ids of AWS keys.
_OTHER = re.compile(
    r"GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|CONNECT|TRACE|SELECT|INSERT|UPDATE|UPSERT|DROP|ALTER"
    r"|CREATE|TRUNCATE|GRANT|TRUE|FALSE|NULL|NONE|NIL|YES|NO|ON|OFF|OK|PASS|FAIL|PASSED|FAILED|TODO"
    r"|FIXME|WIP|TBD|NA|NOTE|INFO|WARN|WARNING|ERROR|FATAL|CRITICAL|README|LICENSE|CHANGELOG"
    r"|CONTRIBUTING|SECURITY|NOTICE|AUTHORS|MAKEFILE|DOCKERFILE|PONG|PING|HTTP|HTTPS|TLS|SSL|SSH|TCP|UDP|DNS|CNAME|AAAA|MX|TXT|JSON|YAML|TOML|XML|HTML|CSS|CSV|SQL|UTC"
    r"|CORS|CSRF|XSS|CSP|HSTS|RLS|RBAC|JWT|OIDC|SAML|API|URL|URI|UUID"
    r"|A(?:KIA|SIA)[A-Z0-9]{12,}"
)


def variables(spans: Iterable[str]) -> tuple[str, ...]:
    """The variables that these code spans name, in order, once each."""
    return tuple(dict.fromkeys([name for span in spans for name in _in_span(span)]))


def variables_in_cell(cell: Inline) -> tuple[str, ...]:
    """The variables that a table's cell names: in code spans, else as plain words."""
    return variables(cell.spans) or tuple(dict.fromkeys(_SNAKE.findall(cell.text)))


def _in_span(span: str) -> Iterator[str]:
    whole = _WHOLE.fullmatch(span.strip())
    if whole:
        if len(whole[1]) > 1 and not _OTHER.fullmatch(whole[1]):
            yield whole[1]
        return
    found = {
        match.start(): match[0]
        for match in _SNAKE.finditer(span)
        if _stands_alone(span, match.start())
    }
    found |= {match.start(1): match[1] for match in _ASSIGNED.finditer(span)}
    yield from (found[at] for at in sorted(found))


def _stands_alone(span: str, at: int) -> bool:
    return at == 0 or span[at - 1] != "." or bool(_OWNERS.search(span, max(0, at - 10), at))
