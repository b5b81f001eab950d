"""Accounts as GitHub's two APIs write them, made one. None is a deleted account."""

from __future__ import annotations

from .graphql_shapes import AccountNode
from .model import Actor
from .rest_shapes import RestAccount


def from_rest(account: RestAccount | None) -> Actor | None:
    """An account as the REST API shows it."""
    if account is None:
        return None
    return Actor(login=account.login, id=account.id, kind=account.type)


def from_graphql(account: AccountNode | None) -> Actor | None:
    """The same from GraphQL, which writes a bot's login without its "[bot]"."""
    if account is None:
        return None
    login = account.login + ("[bot]" if account.kind == "Bot" else "")
    return Actor(login=login, id=account.database_id, kind=account.kind)
