"""Items as short as a test can say them."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

from deploy_checklist.checklist.parse import parse
from deploy_checklist.inference.understand import Understood, understood


def of(
    sentence: str,
    *,
    under: str = "Before the release",
    title: str = "Shop",
    runs: Callable[[str], bool] | None = None,
) -> Understood | None:
    """What is understood of one item with these words. `runs`: what the workflows run."""
    text = f"# {title}\n\n## {under}\n\n- [ ] {sentence}\n"
    return understood(parse(text, "checklist.md"), runs=runs).get(5)


def in_document(text: str) -> dict[int, Understood]:
    """What is understood of each item, by its line."""
    return understood(parse(dedent(text).lstrip("\n"), "checklist.md"))


def rules(found: Understood | None) -> list[dict[str, object]]:
    """What would be looked at, as rules-file data."""
    if found is None:
        return []
    return [
        {**({"env": check.variable} if check.variable else {}), **check.rule}
        for check in (*found.checks, *found.with_domain)
    ]
