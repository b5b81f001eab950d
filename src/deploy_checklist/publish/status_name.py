"""What the gate's commit status is called, by environment and moment."""

from __future__ import annotations

import re

# What a status's name ends with, and what it is written as in an environment's name.
_MOMENT = re.compile(r"(?:/|%(?P<rest>(?:25)*+2F))(?=(?:review|after)\Z)", re.IGNORECASE)


def context(environment: str | None, phase: str, *, review: bool, gate: str | None = None) -> str:
    """The status's name: a ruleset requires `deploy-checklist/production`; others end otherwise.

    `gate` is the gate's name: `deploy-checklist/services/api/production`.
    """
    if gate is not None:
        return _context_of(gate, environment, phase, review)
    name = "deploy-checklist"
    if environment:
        # An environment `production/review` is not the review of `production`.
        name += f"/{_MOMENT.sub(_written, environment)}"
    if phase == "after":
        return f"{name}/after"
    if review:
        return f"{name}/review"
    return name if environment else f"{name}/release"


def _written(moment: re.Match[str]) -> str:
    return f"%25{moment['rest']}" if moment["rest"] else "%2F"


def _context_of(gate: str, environment: str | None, phase: str, review: bool) -> str:
    """No two gates, environments and moments have one: read from its end, it has one meaning."""
    moment = "/review" if review else ""
    if phase == "after":
        moment = "/after"
    if not environment:
        return f"deploy-checklist/{gate}/release{moment}"
    name = environment.replace("%", "%25").replace("/", "%2F")
    if f"/{name}".lower() in ("/release", "/after", "/review"):
        name = f"%{ord(name[0]):x}{name[1:]}"
    return f"deploy-checklist/{gate}/{name}{moment}"
