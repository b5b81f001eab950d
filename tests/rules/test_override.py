"""`override:` of the rules file: who, for how long, and which mistakes stop the run."""

from __future__ import annotations

from datetime import timedelta

import pytest

from deploy_checklist.errors import Unusable
from deploy_checklist.rules.load import load, resolve
from deploy_checklist.rules.model import OverrideTerms, Rules


def read(override: str) -> Rules:
    text = (
        "version: 1\nroles: { on-call: ['@octo-oncall'] }\nitems: { KEY: present }\n"
        f"override: {override}\n"
    )
    return resolve(load(text, "rules.yml"), None, {})


def test_the_rules_say_who_for_how_long_and_whether_the_author_may() -> None:
    assert read("{ by: [on-call], for: 4h, not_author: true }").override == OverrideTerms(
        by=("on-call",), lasts=timedelta(hours=4), not_author=True
    )
    assert read("{ by: maintain, for: 24h }").override == OverrideTerms(
        by=("maintain",), lasts=timedelta(days=1), not_author=False
    )
    assert read("").override is None


@pytest.mark.parametrize(
    ("override", "told"),
    [
        ("{ by: [on-call], for: 25h }", "an override cannot last `for: 25h`"),
        ("{ by: [on-call], for: 2d }", "an override cannot last `for: 2d`"),
        ("{ by: [on-call], for: 0h }", "an override cannot last `for: 0h`"),
        ("{ by: [on-call], for: long }", "`for: long` is not a duration"),
        ("{ by: [on-call], for: 4 }", "`for: 4` is not a duration"),
        ("{ by: [on-call] }", "`override` needs `for:`"),
        ("{ for: 4h }", "`override` needs `by:`"),
        ("{ by: [], for: 4h }", "`by` is an empty list"),
        ("{ by: [oncall], for: 4h }", "`oncall` is not a role, so nobody could override"),
        ("{ by: ['@octo-lead'], for: 4h }", "`@octo-lead` is not a role, so nobody could override"),
        ("{ by: [on-call], for: 4h, not_author: perhaps }", "`not_author` must be true or false"),
        ("{ by: [on-call], for: 4h, author: true }", "`author` is not a key of `override`"),
        ("[on-call]", "`override` must be a mapping"),
        ("true", "`override` must be a mapping"),
    ],
)
def test_a_mistake_stops_the_run(override: str, told: str) -> None:
    with pytest.raises(Unusable, match=told):
        read(override)
