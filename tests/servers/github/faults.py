"""What can go wrong on demand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any


@dataclass
class Fault:
    """A failure for the next `times` requests that match. Kinds:

    `down` 502 before any effect · `down-after` 502 after the effect · `reset` `reset-after` connection reset
    `truncated` the body ends early · `html` a proxy's page · `slow` the answer comes after `seconds`
    `hang` no effect, and no answer for `seconds`
    `primary` `secondary` `secondary-wait` `429` rate limits · `forbidden` 403 integration · `hidden` 404 instead
    `answer` 200 with `body` in place of the right answer, and no effect
    `no-link` a proxy drops the header that names the next page
    `401` · `gone` 410 · `422` · `graphql-down` `graphql-limited` errors inside a 200
    """

    kind: str
    method: str = "*"
    path: str = ""  # a regular expression searched in the path
    times: int = 1
    seconds: float = 0.0
    body: Any = None

    def strikes(self, method: str, path: str) -> bool:
        return (
            self.times > 0
            and self.method in ("*", method)
            and re.search(self.path, path) is not None
        )


AFTER = frozenset({"down-after", "reset-after", "truncated", "html", "slow", "no-link"})

_SECONDARY = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
)
_NO_ACCESS = "Resource not accessible by integration"

ANSWERS: dict[str, tuple[int, dict[str, str], dict[str, object]]] = {
    "down": (502, {}, {"message": "Server Error"}),
    "down-after": (502, {}, {"message": "Server Error"}),
    "primary": (
        403,
        {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "+20"},
        {"message": "API rate limit exceeded for installation"},
    ),
    "secondary": (403, {}, {"message": _SECONDARY}),
    "secondary-wait": (403, {"retry-after": "2"}, {"message": _SECONDARY}),
    "429": (429, {"retry-after": "1"}, {"message": "too many requests"}),
    "forbidden": (403, {}, {"message": _NO_ACCESS}),
    "hidden": (404, {}, {"message": "Not Found"}),
    "401": (401, {}, {"message": "Bad credentials"}),
    "gone": (410, {}, {"message": "Issues are disabled for this repo"}),
    "422": (422, {}, {"message": "Validation Failed", "documentation_url": "", "errors": []}),
    "graphql-down": (
        200,
        {},
        {"data": None, "errors": [{"message": "Something went wrong while executing your query."}]},
    ),
    "graphql-limited": (
        200,
        {},
        {"data": None, "errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]},
    ),
}
