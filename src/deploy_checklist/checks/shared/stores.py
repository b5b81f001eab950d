"""Stores that tell when a secret was last changed. None of them is asked for a value."""

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
from . import document, probe, service
from .aws import Aws, AwsParams, NotFound
from .calls import Calls
from .moments import moment, read
from .service import Call, Name, Service

_PAGES = 20
_MANAGER = Service(
    name="AWS Secrets Manager", credential="AWS_ACCESS_KEY_ID", permission="to list versions"
)


class Dated(Struct, frozen=True, kw_only=True):
    """When, by which place; or what is wrong with what was looked at."""

    where: str
    on: datetime | None = None
    fault: str | None = None


class Store(Protocol):
    """Where a secret's date is found."""

    def reads(self) -> frozenset[Needs]: ...
    def dated(self, world: World) -> Dated: ...


class OnePassword(onepassword.VaultItem):
    """The item's date of change. Any edit moves it."""

    def reads(self) -> frozenset[Needs]:
        return self.needs(value=False)

    def dated(self, world: World) -> Dated:
        calls = Calls(world, self.timeout)
        found = onepassword.listed(self, calls)
        where, fault = (
            calls.seen(f"1Password, vault `{self.vault}`"),
            onepassword.missing(self, found),
        )
        return (
            Dated(where=where, fault=fault[0]) if fault else Dated(where=where, on=found.changed[0])
        )


class SecretsManager(AwsParams):
    """The date of the current version. `DescribeSecret`'s LastChangedDate also moves with a tag or
    a description.
    """

    secret: Name

    def reads(self) -> frozenset[Needs]:
        return self.needs(value=False)

    def dated(self, world: World) -> Dated:
        calls = Calls(world, self.timeout)
        manager = Aws(name="Secrets Manager", endpoint="secretsmanager", params=self, calls=calls)
        on, fault = None, None
        try:
            if self._is_deleted(manager):
                fault = f"`{self.secret}` is deleted, and kept only until its recovery window ends"
            elif (current := self._current(manager)) is None:
                fault = f"`{self.secret}` has no current version"
            else:
                on = moment(current.get("CreatedDate"), _MANAGER.name)
        except NotFound:
            fault = f"Secrets Manager has no secret `{self.secret}`"
        return Dated(where=calls.seen(_MANAGER.name), on=on, fault=fault)

    def _is_deleted(self, manager: Aws) -> bool:
        """The list of versions does not tell."""
        asked = {"SecretId": self.secret}
        return bool(manager.json(*_action("DescribeSecret"), asked).get("DeletedDate"))

    def _current(self, manager: Aws) -> Mapping[str, object] | None:
        asked: dict[str, object] = {"SecretId": self.secret}
        for _ in range(_PAGES):
            page = manager.json(*_action("ListSecretVersionIds"), asked)
            for version in service.entries(_MANAGER, page.get("Versions")):
                stages = version.get("VersionStages")
                if isinstance(stages, list) and "AWSCURRENT" in stages:
                    return version
            if not page.get("NextToken"):
                return None
            asked = {**asked, "NextToken": page["NextToken"]}
        raise Unobservable(f"{_MANAGER.name} lists too many versions of `{self.secret}`")


def _action(name: str) -> tuple[str, str]:
    """An action as it is called, and as a policy allows it."""
    return f"secretsmanager.{name}", f"secretsmanager:{name}"


class Vault(service.ServiceParams):
    """The date of the current version in a KV engine of version 2."""

    mount: str = Field(default="secret", pattern="^[A-Za-z0-9_./-]{1,100}$")
    path: str = Field(pattern="^[A-Za-z0-9_./-]{1,200}$")
    token_env: str = Field(default="VAULT_TOKEN", min_length=1)

    def reads(self) -> frozenset[Needs]:
        return self.needs(value=False)

    def dated(self, world: World) -> Dated:
        vault = Service(
            name="Vault",
            credential=self.token_env,
            permission=f"`read` on `{self.mount}/metadata/{self.path}`",
        )
        headers = {"X-Vault-Token": probe.held(self.token_env, world)}
        calls = Calls(world, self.timeout)
        answer = service.ask(
            vault, self, Call(path=f"/v1/{self.mount}/metadata/{self.path}", headers=headers), calls
        )
        where = calls.seen("Vault")
        if answer.status == 404 and "errors" in service.mapping(
            vault, service.json_of(vault, answer)
        ):
            return Dated(where=where, fault=f"Vault has nothing at `{self.mount}/{self.path}`")
        found = service.mapping(
            vault, service.mapping(vault, service.document(vault, answer)).get("data")
        )
        versions = service.mapping(vault, found.get("versions"))
        current = versions.get(str(found.get("current_version")))
        if (
            not isinstance(current, dict)
            or current.get("destroyed")
            or _over(current, world.clock.now())
        ):
            return Dated(where=where, fault="its current version is deleted")
        return Dated(where=where, on=moment(current.get("created_time"), "Vault"))


def _over(version: Mapping[str, object], now: datetime) -> bool:
    """Whether it is deleted by now. `delete_version_after` dates the deletion of every version
    ahead.
    """
    ends = version.get("deletion_time")
    return bool(ends) and moment(ends, "Vault") <= now


class DocumentDate(probe.UrlParams):
    """A date in a document of the repository, at a URL (with a credential if need be), or on
    GitHub.
    """

    file: str | None = Field(default=None, min_length=1)
    github: document.GithubFile | None = None
    at: data.At

    @model_validator(mode="after")
    def _has_one_place(self) -> Self:
        if sum(each is not None for each in (self.file, self.url, self.github)) != 1:
            raise PydanticCustomError("source", "needs exactly one of `file`, `url` and `github`")
        return self

    def reads(self) -> frozenset[Needs]:
        if self.file is not None:
            return frozenset({Needs.REPOSITORY})
        return frozenset({Needs.GITHUB if self.github is not None else Needs.NETWORK})

    def dated(self, world: World) -> Dated:
        held = self._held(world)
        named = self._named_as()
        if held.trouble is not None:
            return Dated(where=held.seen, fault=f"{named} {held.trouble}")
        try:
            found = data.value_at(load_document(held.data, held.name), self.at)
        except Malformed:
            return Dated(where=held.seen, fault=f"{named} cannot be read")
        except LookupError:
            return Dated(where=held.seen, fault=f"`{self.at}` cannot be applied to {named}")
        on = read(found)
        return Dated(
            where=held.seen, on=on, fault=None if on else f"`{self.at}` in {named} is no date"
        )

    def _named_as(self) -> str:
        return (
            probe.ProbeTarget.literal(self.url).shown
            if self.url
            else f"`{self.github or self.file}`"
        )

    def _held(self, world: World) -> document.Document:
        if self.github is not None:
            return document.on_github(self.github, world)
        if self.url is None:
            return document.in_repository(self.file or "", world)
        at, calls = probe.place(self, None, world), Calls(world, self.timeout)
        request = HttpRequest(
            url=at.url,
            headers=probe.credentials(self, world),
            allow_private=self.allow_private,
            ca_file=probe.authority(self.ca_file, world),
            limit=document.LIMIT,
        )
        try:
            answer = calls.send(at, request)
        except ServiceFault as trouble:
            return document.Document(seen=calls.seen(at.shown), trouble=trouble.message)
        if answer.status in (401, 403) and self.authenticates:
            raise Unobservable(f"{at.name} refuses the credential: it {probe.answered(answer)}")
        return document.fetched(answer, at, calls.seen(at.shown))


STORES: dict[str, type[OnePassword] | type[SecretsManager] | type[Vault] | type[DocumentDate]] = {
    "onepassword": OnePassword,
    "aws": SecretsManager,
    "vault": Vault,
    "data": DocumentDate,
}
