"""Stores that know when a secret was last changed. No store is queried for a value."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol, Self

from msgspec import Struct
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ...data_formats import Malformed, load_document
from ...outcome import Unobservable
from ...world.ports import HttpRequest, ServiceFault, World
from .. import data, onepassword
from ..base import Needs
from ..rotated_within import DELETED
from . import document, probe, service
from .aws import Aws, AwsParams, NotFound
from .calls import Calls
from .moments import parse_moment, require_moment
from .service import Call, Name, Service

_PAGES = 20
_MANAGER = Service(
    name="AWS Secrets Manager", credential="AWS_ACCESS_KEY_ID", permission="to list versions"
)


class RotationDate(Struct, frozen=True, kw_only=True):
    """When a secret was last changed, or what is wrong with the entry in the store."""

    where: str  # the store, for the evidence
    on: datetime | None = None
    fault: str | None = None
    deleted: datetime | None = None  # when it deletes this version, or has deleted it


class Store(Protocol):
    """A place that knows when a secret was last changed."""

    def needs(self, *, value: bool) -> frozenset[Needs]: ...
    def read_date(self, world: World) -> RotationDate: ...


class OnePassword(onepassword.VaultItem):
    """The item's date of change. Any edit changes it."""

    def read_date(self, world: World) -> RotationDate:
        calls = Calls(world, self.timeout)
        found = onepassword.find_items(self, calls)
        where = calls.source(f"1Password, vault `{self.vault}`")
        if fault := onepassword.item_fault(self, found):
            return RotationDate(where=where, fault=fault[0])
        return RotationDate(where=where, on=found.changed[0])


class SecretsManager(AwsParams):
    """The date of the current version. A new tag changes LastChangedDate, too."""

    secret: Name

    def read_date(self, world: World) -> RotationDate:
        calls = Calls(world, self.timeout)
        manager = Aws(name="Secrets Manager", endpoint="secretsmanager", params=self, calls=calls)
        on, fault = None, None
        try:
            if self._is_deleted(manager):
                fault = f"`{self.secret}` is deleted; it is kept until its recovery window ends"
            elif (current := self._current(manager)) is None:
                fault = f"`{self.secret}` has no current version"
            else:
                on = require_moment(current.get("CreatedDate"), _MANAGER.name)
        except NotFound:
            fault = f"Secrets Manager has no secret `{self.secret}`"
        return RotationDate(where=calls.source(_MANAGER.name), on=on, fault=fault)

    def _is_deleted(self, manager: Aws) -> bool:
        """Asked separately: the list of versions does not tell."""
        answer = manager.json(*_action("DescribeSecret"), {"SecretId": self.secret})
        return bool(answer.get("DeletedDate"))

    def _current(self, manager: Aws) -> Mapping[str, object] | None:
        request: dict[str, object] = {"SecretId": self.secret}
        for _ in range(_PAGES):
            page = manager.json(*_action("ListSecretVersionIds"), request)
            for version in service.entries(_MANAGER, page.get("Versions")):
                stages = version.get("VersionStages")
                if isinstance(stages, list) and "AWSCURRENT" in stages:
                    return version
            if not page.get("NextToken"):
                return None
            request = {**request, "NextToken": page["NextToken"]}
        raise Unobservable(f"{_MANAGER.name} lists too many versions of `{self.secret}`")


def _action(name: str) -> tuple[str, str]:
    """An action's target for a call, and the permission that a policy grants for it."""
    return f"secretsmanager.{name}", f"secretsmanager:{name}"


class Vault(service.ServiceParams):
    """The date of the current version in a KV engine of version 2."""

    mount: str = Field(default="secret", pattern="^[A-Za-z0-9_./-]{1,100}$")
    path: str = Field(pattern="^[A-Za-z0-9_./-]{1,200}$")
    token_env: str = Field(default="VAULT_TOKEN", min_length=1)

    def read_date(self, world: World) -> RotationDate:
        vault = Service(
            name="Vault",
            credential=self.token_env,
            permission=f"`read` on `{self.mount}/metadata/{self.path}`",
        )
        headers = {"X-Vault-Token": probe.require_value(self.token_env, world)}
        calls = Calls(world, self.timeout)
        call = Call(path=f"/v1/{self.mount}/metadata/{self.path}", headers=headers)
        answer = service.ask(vault, self, call, calls)
        where = calls.source("Vault")
        if answer.status == 404:
            body = service.mapping(vault, service.json_of(vault, answer))
            if "errors" in body:
                fault = f"Vault has nothing at `{self.mount}/{self.path}`"
                return RotationDate(where=where, fault=fault)
        body = service.mapping(vault, service.json_of_200(vault, answer))
        data = service.mapping(vault, body.get("data"))
        versions = service.mapping(vault, data.get("versions"))
        current = versions.get(str(data.get("current_version")))
        if not isinstance(current, dict) or current.get("destroyed"):
            return RotationDate(where=where, fault=DELETED)
        # `delete_version_after` gives every version a date of deletion in the future.
        deletion = current.get("deletion_time")
        return RotationDate(
            where=where,
            on=require_moment(current.get("created_time"), "Vault"),
            deleted=require_moment(deletion, "Vault") if deletion else None,
        )


class DocumentDate(probe.UrlParams):
    """A date in a document: of the repository, at a URL, or on GitHub."""

    file: str | None = Field(default=None, min_length=1)
    github: document.GithubFile | None = None
    at: data.At

    @model_validator(mode="after")
    def _has_one_place(self) -> Self:
        if sum(each is not None for each in (self.file, self.url, self.github)) != 1:
            raise PydanticCustomError("source", "needs exactly one of `file`, `url` and `github`")
        return self

    def needs(self, *, value: bool) -> frozenset[Needs]:
        if self.file is not None:
            return frozenset({Needs.REPOSITORY})
        return frozenset({Needs.GITHUB if self.github is not None else Needs.NETWORK})

    def read_date(self, world: World) -> RotationDate:
        found = self._document(world)
        name = f"`{self.github or self.file}`"
        if self.url:
            name = probe.ProbeTarget.literal(self.url).shown
        if found.fault is not None:
            return RotationDate(where=found.source, fault=f"{name} {found.fault}")
        try:
            written = data.value_at(load_document(found.data, found.name), self.at)
        except Malformed:
            return RotationDate(where=found.source, fault=f"{name} cannot be read")
        except LookupError:
            return RotationDate(where=found.source, fault=f"`{self.at}` does not fit {name}")
        on = parse_moment(written)
        if on is None:
            return RotationDate(where=found.source, fault=f"`{self.at}` in {name} is not a date")
        return RotationDate(where=found.source, on=on)

    def _document(self, world: World) -> document.Document:
        if self.github is not None:
            return document.read_from_github(self.github, world)
        if self.url is None:
            return document.read_from_repository(self.file or "", world)
        at, calls = probe.probe_target(self, None, world), Calls(world, self.timeout)
        request = HttpRequest(
            url=at.url,
            headers=probe.credential_headers(self, world),
            allow_private=self.allow_private,
            ca_file=probe.ca_certificates(self.ca_file, world),
            limit=document.LIMIT,
        )
        try:
            answer = calls.send(at, request)
        except ServiceFault as fault:
            return document.Document(source=calls.source(at.shown), fault=fault.message)
        if answer.status in (401, 403) and self.authenticates:
            raise Unobservable(
                f"{at.name} refuses the credential: it {probe.describe_answer(answer)}"
            )
        return document.document_of(answer, at, calls.source(at.shown))


STORES: dict[str, type[OnePassword] | type[SecretsManager] | type[Vault] | type[DocumentDate]] = {
    "onepassword": OnePassword,
    "aws": SecretsManager,
    "vault": Vault,
    "data": DocumentDate,
}
