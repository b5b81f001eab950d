"""PING and PUBSUB by redis-py, which knows the protocol; connecting and reading are ours.

redis-py alone would look the name up again and connect to an unchecked address, bound each read
instead of the whole probe, and keep a reply of any size.
"""

from __future__ import annotations

import redis
from redis._parsers import _RESP2Parser

from .connection import ConnectionLost, Peer, Stream, first_reachable
from .deadline import ProbeDeadline
from .ports import ProtocolFault, RedisAnswer

_ADAPTER = "socket.io-request#/#"  # every node of @socket.io/redis-adapter subscribes to it
_SHARDED = "socket.io#/#"  # the same of its sharded variant
_MOST_BYTES = 65_536  # of one reply
_MARKS = (b"+", b"-", b":", b"$", b"*")  # one of which begins every reply

_FAULTS = {
    "NOAUTH": (
        "asks for a password that the URL does not have",
        "put `:password@` before the host",
    ),
    "WRONGPASS": ("refuses the user or the password", "compare both with the server's ACL"),
    "NOPERM": ("does not allow this user PING or PUBSUB", "give it the ACL rules `+ping +pubsub`"),
    "DENIED": (
        "is in protected mode and answers only on its own machine",
        "set a password on the server",
    ),
    "LOADING": ("is still loading its data", None),
    "ERR": (
        "answered with an error",
        "read its log: are there too many clients, or a password for a server without?",
    ),
    "BUSY": ("is busy with a script", "try again later"),
    "MASTERDOWN": ("is a replica that has lost its master", None),
}
_OTHER_ERRORS = {  # shown as they are
    "CLUSTERDOWN",
    "EXECABORT",
    "MISCONF",
    "NOREPLICAS",
    "OOM",
    "READONLY",
    "TRYAGAIN",
    "UNBLOCKED",
}


class BoundedStream:
    """A connection for redis-py. Reads end at the deadline, and a reply is at most 64 kB long."""

    def __init__(self, stream: Stream, deadline: ProbeDeadline) -> None:
        self._stream, self._deadline = stream, deadline
        self._left = _MOST_BYTES

    def sendall(self, command: bytes) -> None:
        self._deadline.doing = "waiting for its answer"
        self._left = _MOST_BYTES
        self._stream.settimeout(self._deadline.left())
        self._stream.sendall(command)

    def recv(self, size: int) -> bytes:
        if not self._left:
            raise redis.InvalidResponse
        self._stream.settimeout(self._deadline.left())
        received = self._stream.recv(min(size, self._left))
        if self._left == _MOST_BYTES and received and not received.startswith(_MARKS):
            raise redis.InvalidResponse  # at once: a page of HTML may never come to a line's end
        self._left -= len(received)
        return received

    def shutdown(self, how: int) -> None:
        self._stream.shutdown(how)

    def close(self) -> None:
        self._stream.close()


class CheckedConnection(redis.Connection):
    """redis-py's connection, to a checked address of `peer` and over our own TLS."""

    def __init__(
        self, peer: Peer, deadline: ProbeDeadline, user: bytes | None, password: bytes | None
    ) -> None:
        super().__init__(  # type: ignore[no-untyped-call] # redis-py types only its clients
            peer.host,
            peer.port,
            protocol=2,
            driver_info=None,  # sends no CLIENT SETINFO, which a narrow ACL would refuse
            parser_class=_RESP2Parser,  # hiredis, where it is installed, reads in a way of its own
            decode_responses=True,
            encoding_errors="replace",
        )
        self._peer, self._deadline = peer, deadline
        # Not redis-py's: it sends AUTH again without the user to a server that refuses two words.
        self.auth: tuple[bytes, ...] = (*((user,) if user else ()), password) if password else ()

    def _connect(self) -> BoundedStream:
        stream, _ = first_reachable(self._peer, self._deadline)
        return BoundedStream(stream, self._deadline)


def ask(
    connection: CheckedConnection, deadline: ProbeDeadline, *, count_nodes: bool
) -> RedisAnswer:
    """What the server answers to PING and, if `count_nodes`, to PUBSUB. Closes the connection."""
    try:
        if connection.auth and _reply(connection, "AUTH", *connection.auth) != "OK":
            raise _not_redis()
        pong = _reply(connection, "PING") == "PONG"
        nodes = _nodes(connection) if count_nodes else None
        return RedisAnswer(pong=pong, adapter_nodes=nodes, fault=None)
    except redis.TimeoutError:
        deadline.raise_unobservable()
    except redis.RedisError as error:
        return _refusal(error)
    except (ValueError, RecursionError):  # redis-py found no number, or lists without end
        raise _not_redis() from None
    finally:
        connection.disconnect()  # type: ignore[no-untyped-call]


def _reply(connection: CheckedConnection, *words: str | bytes) -> object:
    connection.send_command(*words)  # type: ignore[no-untyped-call]
    reply: object = connection.read_response()
    return reply


def _nodes(connection: CheckedConnection) -> int:
    """Nodes of the Socket.IO adapter that are subscribed, plain or sharded."""
    counts = [_count(_reply(connection, "PUBSUB", "NUMSUB", _ADAPTER))]
    try:
        counts.append(_count(_reply(connection, "PUBSUB", "SHARDNUMSUB", _SHARDED)))
    except redis.ResponseError as error:
        if error.status_code != "ERR":  # Redis before 7 does not know it
            raise
    return max(counts)


def _count(reply: object) -> int:
    """The second of a channel's name and its subscribers; 0 for any other reply."""
    match reply:
        case [_, int() as count]:
            return count
        case _:
            return 0


def _refusal(error: redis.RedisError) -> RedisAnswer:
    """The answer for an error of the server, by its first word.

    ConnectionLost if there was no answer, ProtocolFault if it is none of Redis.
    """
    word = error.status_code
    if word is None and isinstance(error, redis.ResponseError):  # one that redis-py does not know
        word = str(error).partition(" ")[0]
    if word is not None:
        known = word if word in _OTHER_ERRORS else "of another kind"
        fault, remedy = _FAULTS.get(word, (f"answered with the error {known}", None))
        return RedisAnswer(pong=False, adapter_nodes=None, fault=fault, remedy=remedy)
    if isinstance(error, redis.ConnectionError):
        raise ConnectionLost("closed the connection without an answer") from None
    raise _not_redis() from None


def _not_redis() -> ProtocolFault:
    return ProtocolFault("answers on this port, but not as Redis does", "is it the right port?")
