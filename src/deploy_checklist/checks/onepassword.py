"""1Password Connect lists the item in the vault and, with `updated_within`, it was changed recently
enough

The check reads no field of the item.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from pydantic import Field

from ..data_formats import format_duration
from ..outcome import Finding, failed, passed
from ..world.ports import World
from .base import (
    Duration,
    JudgeContext,
    Needs,
    Observation,
    is_in_future,
    no_longer_in_future,
    shifted,
)
from .shared import service
from .shared.calls import Calls
from .shared.moments import require_moment
from .shared.service import Call, Name, Service

OF_RUNNING_WORLD = True


class VaultItem(service.ServiceParams):
    """An item of a vault, at the Connect server that `url` names."""

    vault: Name = Field(description="Name of the vault.", examples=["Production"])
    item: Name = Field(description="Title of the item.", examples=["Payment API key"])
    token_env: str = Field(
        default="OP_CONNECT_TOKEN",
        min_length=1,
        description="Variable that contains the token for 1Password Connect.",
    )


class Params(VaultItem):
    """`url` is the Connect server's."""

    updated_within: Duration | None = Field(
        default=None,
        description="The item must have been changed within this time.",
        examples=["90d"],
    )


class FoundItems(Struct, frozen=True, kw_only=True):
    """The items of one title in a vault."""

    vault_exists: bool
    changed: tuple[datetime, ...] = ()  # when each item was changed


def reads(params: Params) -> frozenset[Needs]:
    return params.needs(value=False)


def observe(params: Params, subject: str | None, world: World) -> Observation:
    calls = Calls(world, params.timeout)
    found = find_items(params, calls)
    source = calls.source(f"1Password Connect, vault `{params.vault}`")
    return Observation(source=source, data=found)


def find_items(params: VaultItem, calls: Calls) -> FoundItems:
    """The items that Connect lists. The list holds titles and dates, and no field of any item."""
    connect = Service(
        name="1Password Connect", credential=params.token_env, permission="read access to the vault"
    )
    headers = service.bearer_header(params.token_env, calls.world)

    def entries_with(path: str, key: str, text: str) -> list[dict[str, object]]:
        call = Call(path=path, query={"filter": f'{key} eq "{text}"'}, headers=headers)
        answer = service.ask(connect, params, call, calls)
        entries = service.entries(connect, service.json_of_200(connect, answer))
        return [each for each in entries if each.get(key) == text]

    vaults = entries_with("/v1/vaults", "name", params.vault)
    changed: list[datetime] = []
    for vault in vaults:
        for item in entries_with(f"/v1/vaults/{vault.get('id')}/items", "title", params.item):
            if item.get("state") not in ("ARCHIVED", "DELETED"):
                changed.append(require_moment(item.get("updatedAt"), connect.name))
    return FoundItems(vault_exists=bool(vaults), changed=tuple(changed))


def moments(params: Params, observation: Observation) -> Sequence[datetime]:
    found: FoundItems = observation.data
    limit = () if params.updated_within is None else (params.updated_within,)
    return [
        moment
        for changed in found.changed
        for moment in (*no_longer_in_future(changed), *shifted(changed, *limit))
    ]


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    found: FoundItems = observation.data
    if fault := item_fault(params, found):
        return failed(*fault)
    changed = found.changed[0]
    day = changed.date()
    if is_in_future(changed, context.now):
        return failed(
            f"the item was changed in the future, on {day}", "check the clocks of both machines"
        )
    if params.updated_within is not None and context.now - changed > params.updated_within:
        days = (context.now.date() - day).days
        limit = format_duration(params.updated_within)
        return failed(
            f"the item was changed {days} days ago, on {day}; the limit is {limit}",
            "rotate it, and save the item",
        )
    return passed(f"`{params.item}` is in `{params.vault}`, changed on {day}")


def item_fault(params: VaultItem, found: FoundItems) -> tuple[str, str] | None:
    """Why there is not exactly one such item, and what to do about it."""
    if not found.vault_exists:
        return (
            f"1Password shows no vault `{params.vault}`",
            f"check its name, and that {params.token_env} has access to it",
        )
    if not found.changed:
        return (
            f"the vault `{params.vault}` has no item `{params.item}`",
            "save it there under this title",
        )
    if len(found.changed) > 1:
        return (
            f"the vault `{params.vault}` has {len(found.changed)} items `{params.item}`",
            "give each its own title",
        )
    return None
