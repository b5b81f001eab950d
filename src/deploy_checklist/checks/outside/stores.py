"""Stores that tell when a secret was last changed. None of them is asked for a value."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ...documents import Malformed, load_document
from ...frozen import frozen
from ...outcome import Unobservable
from ...world.ports import HttpRequest, Trouble, World
from .. import data, onepassword
from ..base import Reads
from . import document, probe, service
from .aws import Aws, AwsParams, NotFound
from .moments import moment, read
from .service import Call, Name, Service


@frozen
class Dated:
    """When, by which place; or what is wrong with what was looked at."""

    where: str
    on: datetime | None = None
    fault: str | None = None


class Store(Protocol):
    """Where a secret's date is found."""

    def reads(self) -> frozenset[Reads]: ...
    def dated(self, world: World) -> Dated: ...


class OnePassword(onepassword.Located):
    """The item's date of change. Any edit moves it."""

    def reads(self) -> frozenset[Reads]:
        return frozenset({Reads.NETWORK})

    def dated(self, world: World) -> Dated:
        found, where = onepassword.listed(self, world), f"1Password, vault `{self.vault}`"
        fault = onepassword.missing(self, found)
        return Dated(where=where, fault=fault[0]) if fault else Dated(where=where, on=found.changed[0])


class SecretsManager(AwsParams):
    """The date of the current version. `DescribeSecret`'s LastChangedDate also moves with a tag or a description."""

    secret: Name

    def reads(self) -> frozenset[Reads]:
        return frozenset({Reads.NETWORK})

    def dated(self, world: World) -> Dated:
        where = "AWS Secrets Manager"
        manager = Aws(name="Secrets Manager", endpoint="secretsmanager", params=self, world=world)
        try:
            found = manager.json(
                "secretsmanager.ListSecretVersionIds", "secretsmanager:ListSecretVersionIds", {"SecretId": self.secret}
            )
        except NotFound:
            return Dated(where=where, fault=f"Secrets Manager has no secret `{self.secret}`")
        current = [each for each in found.get("Versions", []) if "AWSCURRENT" in (each.get("VersionStages") or [])]
        if not current:
            return Dated(where=where, fault=f"`{self.secret}` has no current version")
        return Dated(where=where, on=moment(current[0].get("CreatedDate"), where))


class Vault(service.ServiceParams):
    """The date of the current version in a KV engine of version 2."""

    mount: str = Field(default="secret", pattern="^[A-Za-z0-9_./-]{1,100}$")
    path: str = Field(pattern="^[A-Za-z0-9_./-]{1,200}$")
    token_env: str = Field(default="VAULT_TOKEN", min_length=1)

    def reads(self) -> frozenset[Reads]:
        return frozenset({Reads.NETWORK})

    def dated(self, world: World) -> Dated:
        vault = Service(
            name="Vault", credential=self.token_env, permission=f"`read` on `{self.mount}/metadata/{self.path}`"
        )
        headers = {"X-Vault-Token": probe.held(self.token_env, world)}
        answer = service.ask(vault, self, Call(path=f"/v1/{self.mount}/metadata/{self.path}", headers=headers), world)
        if answer.status == 404:
            return Dated(where="Vault", fault=f"Vault has nothing at `{self.mount}/{self.path}`")
        found = service.mapping(vault, service.mapping(vault, service.document(vault, answer)).get("data"))
        versions = service.mapping(vault, found.get("versions"))
        current = versions.get(str(found.get("current_version")))
        if not isinstance(current, dict) or current.get("destroyed") or current.get("deletion_time"):
            return Dated(where="Vault", fault="its current version is deleted")
        return Dated(where="Vault", on=moment(current.get("created_time"), "Vault"))


class Document(probe.UrlParams):
    """A date in a document of the repository, at a URL (with a credential if need be), or on GitHub."""

    file: str | None = Field(default=None, min_length=1)
    github: document.GithubFile | None = None
    at: data.At

    @model_validator(mode="after")
    def _has_one_place(self) -> Self:
        if sum(each is not None for each in (self.file, self.url, self.github)) != 1:
            raise PydanticCustomError("source", "needs exactly one of `file`, `url` and `github`")
        return self

    def reads(self) -> frozenset[Reads]:
        if self.file is not None:
            return frozenset({Reads.REPOSITORY})
        return frozenset({Reads.GITHUB if self.github is not None else Reads.NETWORK})

    def dated(self, world: World) -> Dated:
        where, fault, found = self._fetched(world)
        if fault is not None:
            return Dated(where=where, fault=f"{where} {fault}")
        on = read(found)
        return Dated(where=where, on=on, fault=None if on else f"`{self.at}` in {where} is no date")

    def _fetched(self, world: World) -> tuple[str, str | None, object]:
        if self.url is None:
            held = (
                document.on_github(self.github, world)
                if self.github
                else document.in_repository(self.file or "", world)
            )
            where, fault, body, name = f"`{self.github or self.file}`", held.trouble, held.data, held.name
        else:
            at = probe.place(self, None, world)
            where, name = at.shown, "document.json"
            fault, body = self._at_url(at, world)
        if fault is not None:
            return where, fault, None
        try:
            return where, None, data.value_at(load_document(body, name), self.at)
        except (Malformed, LookupError):
            return where, "cannot be read", None

    def _at_url(self, at: probe.Place, world: World) -> tuple[str | None, bytes]:
        request = HttpRequest(
            url=at.url,
            headers=probe.credentials(self, world),
            timeout=self.timeout,
            allow_private=self.allow_private,
            ca_file=probe.authority(self.ca_file, world),
        )
        try:
            answer = probe.send(world, at, request)
        except Trouble as trouble:
            return f": {trouble.message}", b""
        if answer.status in (401, 403) and self.authenticates:
            raise Unobservable(f"{at.name} refuses the credential: it {probe.answered(answer)}")
        if answer.status != 200:
            return f"{probe.answered(answer)}; expected 200", b""
        if answer.truncated:
            raise Unobservable(f"{at.shown} is larger than 1 MiB", "name a smaller document")
        return None, answer.body


STORES: dict[str, type[OnePassword] | type[SecretsManager] | type[Vault] | type[Document]] = {
    "onepassword": OnePassword,
    "aws": SecretsManager,
    "vault": Vault,
    "data": Document,
}
