"""The rows of `rotated_within`, by the store that dates the secret."""

from __future__ import annotations

from deploy_checklist.world.ports import SecretDate
from fakes import FakeGitHub
from no_false_green.asking import Row
from no_false_green.rows.good import ISO, LAST_WEEK, PROBE, SOME_VALUE, VALUE, saying
from no_false_green.rows.services import (
    CREDENTIALS,
    FUTURE,
    LONG_AGO,
    NO_VAULT,
    VAULT_ITEM,
    aws_error,
    vault_items,
)
from servers.services import Respond, of


def versions(version: object, current: object = 1) -> Respond:
    return saying({"data": {"current_version": current, "versions": {"1": version}}})


VERSION = {"created_time": ISO, "destroyed": False}


def manager(created: object, stages: object = ("AWSCURRENT",), **described: object) -> Respond:
    """Serves as the list of versions and as the secret's description."""
    return saying({"Versions": [{"VersionStages": stages, "CreatedDate": created}], **described})


def github(level: str = "environment") -> FakeGitHub:
    return FakeGitHub(secrets={"NAME": SecretDate(name="NAME", level=level, updated_at=LAST_WEEK)})


def _rotated(label: str, written: dict[str, object], **more: object) -> Row:
    given = {"within": "90d", **written}
    return Row(kind="rotated_within", label=label, written=given, dated=True, **more)  # type: ignore[arg-type]


def _by_store(
    source: str, values: dict[str, str], answer: Respond, wrong: dict[str, Respond], **more: str
) -> Row:
    return _rotated(
        f"by {source}",
        {"source": source, "url": "@URL@", **more, **PROBE},
        values=values,
        over="http",
        about="service",
        answer=answer,
        wrong=wrong,
        no_faults=NO_VAULT if source == "onepassword" else frozenset(),
    )


ROTATED = (
    _rotated(
        "by GitHub or a variable",
        {},
        values={"NAME": VALUE},
        may_hold=SOME_VALUE,
        judges_value=False,
        ports={"github": github()},
    ),
    _rotated("by GitHub", {"source": "github", "name": "NAME"}, ports={"github": github()}),
    _rotated(
        "by a variable", {"source": "env", "name": "ROTATED_AT"}, values={"ROTATED_AT": ISO[:10]}
    ),
    _by_store(
        "onepassword",
        {"OP_CONNECT_TOKEN": VALUE},
        vault_items(VAULT_ITEM),
        {
            "old": vault_items({**VAULT_ITEM, "updatedAt": LONG_AGO}),
            "of the future": vault_items({**VAULT_ITEM, "updatedAt": FUTURE}),
            "no item": vault_items(),
        },
        vault="V",
        item="I",
    ),
    _by_store(
        "vault",
        {"VAULT_TOKEN": VALUE},
        versions(VERSION),
        {
            "old": versions({**VERSION, "created_time": LONG_AGO}),
            "of the future": versions({**VERSION, "created_time": FUTURE}),
            "destroyed": versions({**VERSION, "destroyed": True}),
            "deleted": versions({**VERSION, "deletion_time": ISO}),
            "another is current": versions(VERSION, 2),
            "no date": versions({"destroyed": False}),
            "denied": lambda asked: of(403, {"errors": ["permission denied"]}),
            "sealed": lambda asked: of(503, {"errors": ["Vault is sealed"]}),
            "nothing there": lambda asked: of(404, {"errors": []}),
        },
        path="p",
    ),
    _by_store(
        "aws",
        CREDENTIALS,
        manager(LAST_WEEK.timestamp()),
        {
            "old": manager(0),
            "of the future": manager(4e9),
            "no date": manager(None),
            "no current version": manager(LAST_WEEK.timestamp(), ["AWSPREVIOUS"]),
            "deleted": manager(LAST_WEEK.timestamp(), DeletedDate=LAST_WEEK.timestamp()),
            "denied": aws_error("AccessDeniedException"),
            "not there": aws_error("ResourceNotFoundException"),
        },
        secret="payments",
        region="eu-west-1",
    ),
)
