"""PING and PUBSUB by redis-py, which knows the protocol; connecting and reading are ours.

redis-py alone would look the name up again and connect to an unchecked address, bound each read
instead of the whole probe, and keep a reply of any size.
"""

from __future__ import annotations

from collections.abc import Callable

import redis
from msgspec.structs import replace
from redis._parsers import _RESP2Parser

from .connection import ConnectionLost, Peer, Stream, first_reachable
from .deadline import ProbeDeadline
from .ports import ProtocolFault, RedisAnswer

_MOST_BYTES = 65_536  # of one reply
_MARKS = (b"+", b"-", b":", b"$", b"*")  # one of which begins every reply

_FAULTS = {
    "NOAUTH": (
        "asks for a password, but the URL has none",
        "add `:password@` before the host",
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
        "check its log for too many clients, or for a password that the server does not use",
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
            raise redis.InvalidResponse  # at once: a page of HTML may have no end of line
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
            redis_connect_func=CheckedConnection.authenticate,
            driver_info=None,  # sends no CLIENT SETINFO, which a narrow ACL would refuse
            parser_class=_RESP2Parser,  # hiredis, where it is installed, reads in a way of its own
            decode_responses=True,
            encoding_errors="replace",
        )
        self._peer, self._deadline = peer, deadline
        self._user, self._password = user, password

    def to(self, host: str, port: int) -> CheckedConnection:
        """A connection to another server, on the same terms."""
        peer = replace(self._peer, host=host, port=port)
        return CheckedConnection(peer, self._deadline, self._user, self._password)

    def authenticate(self) -> None:
        """Sends AUTH as the URL says. redis-py would send it again without the user to a server
        that refuses two words.
        """
        self.on_connect()  # type: ignore[no-untyped-call]
        if not self._password:
            return
        words = (self._user, self._password) if self._user else (self._password,)
        if reply(self, "AUTH", *words) != "OK":
            raise _not_redis()

    def _connect(self) -> BoundedStream:
        stream, _ = first_reachable(self._peer, self._deadline)
        return BoundedStream(stream, self._deadline)


def ask(
    connection: CheckedConnection,
    deadline: ProbeDeadline,
    count: Callable[[CheckedConnection, ProbeDeadline], int] | None,
) -> RedisAnswer:
    """What the server answers to PING, and what `count` then finds. Closes the connection."""
    try:
        pong = reply(connection, "PING") == "PONG"
        nodes = count(connection, deadline) if count is not None else None
        return RedisAnswer(pong=pong, adapter_nodes=nodes, fault=None)
    except redis.TimeoutError:
        deadline.raise_unobservable()
    except redis.RedisError as error:
        return _refusal(error)
    except (ValueError, RecursionError):  # redis-py found no number, or lists without end
        raise _not_redis() from None
    finally:
        connection.disconnect()  # type: ignore[no-untyped-call]


def reply(connection: CheckedConnection, *words: str | bytes) -> object:
    """The answer to one command; redis.RedisError if it is an error, or none."""
    connection.send_command(*words)  # type: ignore[no-untyped-call]
    answer: object = connection.read_response()
    return answer


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
    return ProtocolFault("answers on this port, but not as Redis", "check the port")
