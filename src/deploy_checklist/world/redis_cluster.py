"""Counts the nodes of a Socket.IO adapter on a Redis server, or on every node of its cluster.

In a cluster, PUBSUB counts only the subscribers of the node that answers.
"""

from __future__ import annotations

from collections.abc import Iterator

import redis
from msgspec import Struct

from ..outcome import Unobservable
from ..values.hosts import canonical_host
from .connection import with_one_retry
from .deadline import ProbeDeadline
from .ports import ServiceFault
from .redis_client import CheckedConnection, reply

_ADAPTER = "socket.io-request#/#"  # every node of @socket.io/redis-adapter subscribes to it
_SHARDED = "socket.io#/#"  # the same of its sharded variant
_UNREADABLE = "the list of the Redis Cluster's nodes could not be read"


class _Subscribed(Struct, frozen=True, kw_only=True):
    plain: int
    sharded: int


def count_adapter_nodes(connection: CheckedConnection, deadline: ProbeDeadline) -> int:
    """Nodes of the adapter that are subscribed, plain or sharded. Unobservable if the server is
    one of a cluster and not every node of it could be asked.
    """
    nodes = _cluster_nodes(connection)
    if not nodes:
        found = [_subscribed(connection)]
    else:
        found = [_ask_node(connection.to(*node), deadline, len(nodes)) for node in nodes]
    return max(sum(each.plain for each in found), sum(each.sharded for each in found))


def _ask_node(node: CheckedConnection, deadline: ProbeDeadline, total: int) -> _Subscribed:
    def attempt() -> _Subscribed:
        try:
            return _subscribed(node)
        finally:
            node.disconnect()  # type: ignore[no-untyped-call] # redis-py types only its clients

    try:
        return with_one_retry(attempt, deadline)[0]
    except redis.TimeoutError:
        raise  # the probe's time is up, for every node
    except (redis.RedisError, ServiceFault, Unobservable, ValueError, RecursionError) as error:
        remedy = error.remedy if isinstance(error, Unobservable | ServiceFault) else None
        raise Unobservable(
            f"some of the {total} nodes of the Redis Cluster could not be queried",
            remedy or "check that this machine and this user may reach each node",
        ) from None


def _subscribed(connection: CheckedConnection) -> _Subscribed:
    plain = _count(reply(connection, "PUBSUB", "NUMSUB", _ADAPTER))
    try:
        sharded = _count(reply(connection, "PUBSUB", "SHARDNUMSUB", _SHARDED))
    except redis.ResponseError as error:
        if error.status_code != "ERR":  # Redis before 7 does not know it
            raise
        sharded = 0
    return _Subscribed(plain=plain, sharded=sharded)


def _count(answer: object) -> int:
    """The second of a channel's name and its subscribers; 0 for any other reply."""
    match answer:
        case [_, int() as count]:
            return count
        case _:
            return 0


def _cluster_nodes(connection: CheckedConnection) -> list[tuple[str, int]]:
    """Host and port of every node that serves slots, replicas too; empty if there is no cluster."""
    try:
        slots = reply(connection, "CLUSTER", "SLOTS")
    except redis.ResponseError as error:
        if error.status_code == "NOPERM" and _is_of_a_cluster(connection):
            raise Unobservable(
                "the server is a node of a Redis Cluster, "
                "and this user may not list its other nodes",
                "give it the ACL rule `+cluster|slots`",
            ) from None
        if error.status_code not in ("NOPERM", "ERR"):
            raise
        return []  # ERR: cluster support is disabled, or not known
    except redis.InvalidResponse:
        raise Unobservable(_UNREADABLE) from None
    return list(dict.fromkeys(_listed(slots, connection.host)))


def _listed(slots: object, asked: str) -> Iterator[tuple[str, int]]:
    """https://redis.io/docs/latest/commands/cluster-slots/: ranges of slots with their nodes.

    A node without a host is at the host that was asked.
    """
    for slot_range in slots if isinstance(slots, list) else [None]:
        match slot_range:
            case [int(), int(), *nodes] if nodes:
                for node in nodes:
                    yield _endpoint(node, asked)
            case _:
                raise Unobservable(_UNREADABLE)


def _endpoint(node: object, asked: str) -> tuple[str, int]:
    match node:
        case [None | "" | "?", int() as port, *_] if 0 < port < 65536:
            return asked, port
        case [str() as host, int() as port, *_] if 0 < port < 65536 and canonical_host(host):
            return host, port
        case _:
            raise Unobservable(_UNREADABLE)


def _is_of_a_cluster(connection: CheckedConnection) -> bool:
    """By HELLO, which every user may say; Redis before 6 does not know it."""
    try:
        told = reply(connection, "HELLO", "2")
    except redis.ResponseError:
        return False
    pairs = told if isinstance(told, list) else []
    return ("mode", "cluster") in zip(pairs[::2], pairs[1::2], strict=False)
