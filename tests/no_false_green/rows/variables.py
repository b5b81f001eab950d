"""The rows of kinds that judge the value of a variable."""

from __future__ import annotations

from typing import Any

from deploy_checklist.world.ports import SecretDate
from fakes import FakeGitHub
from no_false_green.asking import Row
from no_false_green.junk import LONG
from no_false_green.rows.good import LAST_WEEK, SOME_VALUE, VALUE

ORIGINS = ("https://app.acme.example", "https://admin.acme.example")
PRESENCE = (
    Row(kind="present", written=True, values={"NAME": VALUE}, may_hold=SOME_VALUE),
    Row(kind="secret", written=True, values={"NAME": VALUE}, may_hold=frozenset(LONG)),
    Row(
        kind="secret",
        label="not handed over",
        written=True,
        by_name=True,
        ports={
            "github": FakeGitHub(
                secrets={"NAME": SecretDate(name="NAME", level="environment", updated_at=LAST_WEEK)}
            )
        },
    ),
    Row(kind="absent", written=True, values={"NAME": ""}),
)


def compared(key: str, written: object, value: str = VALUE, *, label: str = "", **more: Any) -> Row:
    return Row(kind=key, label=label, written=written, values={"NAME": value}, **more)


COMPARATORS = (
    compared("equals", "live", "live"),
    compared("equals", True, "true", label="a switch"),
    Row(kind="equals_env", written="OTHER", values={"NAME": VALUE, "OTHER": VALUE}),
    Row(
        kind="differs_from",
        written="OTHER",
        values={"NAME": VALUE, "OTHER": "test-key-7a19c2f4"},
        may_hold=SOME_VALUE,
    ),
    compared("one_of", ["live", "eu"], "live"),
    compared("not_one_of", ["test"], may_hold=SOME_VALUE),
    compared("matches", "live-[a-z]+-[0-9a-f]+"),
    compared("matches", ".+", label="anything", may_hold=SOME_VALUE),
    compared("contains", "live"),
    compared("contains", "e", label="a letter", may_hold=frozenset({"false", *LONG})),
    compared("above", 1, "2"),
    compared("at_least", 1, "2"),
    compared("below", 0, "-2"),
    compared("at_most", -1, "-2"),
    compared("min_length", 1, may_hold=SOME_VALUE),
    compared("exists", True, may_hold=SOME_VALUE),
    compared("empty", False, may_hold=SOME_VALUE),
)

URLS = (
    Row(
        kind="url",
        written={"host": "pay.acme.example", "scheme": "https"},
        values={"NAME": "https://pay.acme.example/hook"},
    ),
    Row(kind="url", label="of any host", written=True, values={"NAME": "https://acme.example/x"}),
    Row(kind="origins", written=True, values={"NAME": ", ".join(ORIGINS)}),
)
VARIABLES = (*PRESENCE, *COMPARATORS, *URLS)
