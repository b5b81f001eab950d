"""Accounts as GitHub's two APIs write them, made one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .model import Actor


def from_rest(user: Mapping[str, Any] | None) -> Actor | None:
    """None for a deleted account, which the REST API leaves out."""
    return None if user is None else Actor(login=user["login"], id=user["id"], kind=user["type"])


def from_graphql(actor: Mapping[str, Any] | None) -> Actor | None:
    """The same from GraphQL, which writes a bot's login without its "[bot]"."""
    if actor is None:
        return None
    kind = actor.get("__typename", "User")
    login = actor["login"] + ("[bot]" if kind == "Bot" else "")
    return Actor(login=login, id=actor.get("databaseId"), kind=kind)


def moment(text: str) -> datetime:
    """An aware time; GitHub writes whole seconds in UTC."""
    return datetime.fromisoformat(text)


def moment_or_none(text: str | None) -> datetime | None:
    """The same where there may be none."""
    return None if text is None else moment(text)
