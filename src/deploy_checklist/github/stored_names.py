"""The names of secrets and variables, by environment. Of a variable GitHub sends the value, too: it
is not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..outcome import Unobservable
from ..world.names_port import Kind, Level, NoSuchEnvironment, StoredName
from .answers import Answers
from .client import Client
from .failures import NotShown
from .rest_shapes import RestSecretNames, RestVariableNames
from .rule_shapes import RestEnvironments

_SHAPES = {"secret": RestSecretNames, "variable": RestVariableNames}
_KINDS: tuple[Kind, ...] = ("variable", "secret")


class LiveStoredNames:
    """Lists each level once. Implements names_port.StoredNames."""

    def __init__(self, client: Client) -> None:
        """`client` has a token that reads the metadata of secrets and variables."""
        self._client = client
        self._shared = Answers[Mapping[tuple[str, Kind], Level]]()

    def of(self, environment: str) -> Mapping[str, StoredName]:
        """See names_port.StoredNames."""
        shared = self._shared.get(None, lambda: dict(self._read_shared()))
        levels = dict(shared)
        for kind in _KINDS:
            for name in self._listed_of(environment, kind):
                levels[name, kind] = "environment"
        return {
            name: StoredName(
                secret=levels.get((name, "secret")), variable=levels.get((name, "variable"))
            )
            for name, _ in levels
        }

    def _read_shared(self) -> Iterator[tuple[tuple[str, Kind], Level]]:
        """Those of the organization and, over them, those of the repository."""
        of_repository = {kind: self._listed_of_repository(kind) for kind in _KINDS}
        for kind in _KINDS:
            need = self._client.need(
                f"the organization's {kind}s for this repository", f"{kind.capitalize()}s: read"
            )
            path = self._client.at("actions", f"organization-{kind}s")
            # The same permission has just listed the repository's, so a 404 here means that there
            # is no organization.
            listed = self._client.pages(path, need, _SHAPES[kind], missing_is_empty=True)
            for each in listed:
                yield (each.name.upper(), kind), "organization"
        for kind, names in of_repository.items():
            for name in names:
                yield (name, kind), "repository"

    def _listed_of_repository(self, kind: Kind) -> Sequence[str]:
        need = self._client.need(f"the repository's {kind}s", f"{kind.capitalize()}s: read")
        path = self._client.at("actions", f"{kind}s")
        return [each.name.upper() for each in self._client.pages(path, need, _SHAPES[kind])]

    def _listed_of(self, environment: str, kind: Kind) -> Sequence[str]:
        need = self._client.need(f"the {kind}s of environment {environment}", "Environments: read")
        path = self._client.at("environments", environment, f"{kind}s")
        try:
            return [each.name.upper() for each in self._client.pages(path, need, _SHAPES[kind])]
        except NotShown:
            self._refuse_absent(environment)
            raise

    def _refuse_absent(self, environment: str) -> None:
        """Raises NoSuchEnvironment if there is none, as far as the token may list them."""
        need = self._client.need("the repository's environments", "Actions: read")
        path = self._client.at("environments")
        try:
            names = [each.name for each in self._client.pages(path, need, RestEnvironments)]
        except Unobservable:
            return
        if environment.casefold() not in map(str.casefold, names):  # as GitHub compares them
            raise NoSuchEnvironment(environment, names)
