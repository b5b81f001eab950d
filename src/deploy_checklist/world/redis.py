"""Redis probes: PING and PUBSUB in RESP, which needs sixty lines and no client library."""

from __future__ import annotations

import ssl
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from ..frozen import replace
from .connection import Lost, Peer, Stream, first_reachable, with_one_retry
from .deadline import Deadline
from .ports import ProtocolTrouble, RedisAnswer, Value

_ADAPTER = "socket.io-request#/#"  # every node of @socket.io/redis-adapter subscribes to it
_SHARDED = "socket.io#/#"  # the same of its sharded variant
_MOST_ITEMS = 64  # in one reply
_MOST_BYTES = 65_536  # of one reply, with all that is in it
_DEEPEST = 1  # arrays in one another

Reply = str | int | None | list["Reply"]


class Refused(Exception):
    """Redis answered with an error. Holds the error's first word (`NOAUTH`, `NOPERM`), never the rest."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


class LiveRedis:
    """The port `Redis` over real connections."""

    def ping(
        self, url: Value, *, timeout: float, allow_private: bool, count_nodes: bool, ca_file: bytes | None = None
    ) -> RedisAnswer:
        deadline = Deadline(timeout)
        parts = urlsplit(url.text)
        peer = Peer(
            host=parts.hostname or "localhost",
            port=parts.port or 6379,
            tls=parts.scheme == "rediss",
            allow_private=allow_private,
            ca_file=ca_file,
        )

        def once() -> RedisAnswer:
            stream, _ = first_reachable(peer, deadline)
            with stream, stream.makefile("rb") as lines:
                return _ask(Session(stream, lines, deadline), parts.username, parts.password, count_nodes)

        answer, retried = with_one_retry(once)
        return replace(answer, retried=retried)


class Session:
    """Commands and replies over one connection."""

    def __init__(self, stream: Stream, lines: BinaryIO, deadline: Deadline) -> None:
        self._stream, self._lines, self._deadline = stream, lines, deadline
        self._left = _MOST_BYTES

    def command(self, *words: str) -> Reply:
        """The reply to a command; Refused if it is an error."""
        encoded = [word.encode("utf-8", "surrogateescape") for word in words]  # a variable may hold any bytes
        sent = b"*%d\r\n" % len(encoded) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in encoded)
        self._deadline.doing = "waiting for its answer"
        self._left = _MOST_BYTES
        try:
            self._stream.settimeout(self._deadline.left())
            self._stream.sendall(sent)
            return self._reply()
        except TimeoutError:
            self._deadline.over()
        except (OSError, ssl.SSLError):
            raise Lost("closed the connection without an answer") from None
        except ValueError:
            raise ProtocolTrouble("answers on this port, but not as Redis does", "is it the right port?") from None

    def _reply(self, depth: int = 0) -> Reply:
        line = self._lines.readline(self._left)
        if not line:
            raise Lost("closed the connection without an answer")
        self._left -= len(line)
        if not line.endswith(b"\r\n") or depth > _DEEPEST:
            raise ValueError
        mark, rest = line[:1], line[1:-2].decode("utf-8", "replace")
        if mark == b"-":
            raise Refused(rest.partition(" ")[0])
        if mark == b"+":
            return rest
        number = int(rest)
        if mark == b":":
            return number
        if mark == b"$" and number + 2 <= self._left:
            self._left -= max(number, 0) + 2
            return None if number < 0 else self._lines.read(number + 2)[:-2].decode("utf-8", "replace")
        if mark == b"*" and number <= _MOST_ITEMS:
            return [self._reply(depth + 1) for _ in range(number)]
        raise ValueError


def _ask(session: Session, user: str | None, password: str | None, count_nodes: bool) -> RedisAnswer:
    try:
        if password:
            session.command("AUTH", *([unquote(user)] if user else []), unquote(password))
        pong = session.command("PING") == "PONG"
        return RedisAnswer(pong=pong, adapter_nodes=_nodes(session) if count_nodes else None, trouble=None)
    except Refused as refused:
        trouble, remedy = _TROUBLE.get(refused.word, (f"answered with the error {_known(refused.word)}", None))
        return RedisAnswer(pong=False, adapter_nodes=None, trouble=trouble, remedy=remedy)


def _nodes(session: Session) -> int:
    """Nodes of the Socket.IO adapter that are subscribed, plain or sharded."""
    counts = [_count(session.command("PUBSUB", "NUMSUB", _ADAPTER))]
    try:
        counts.append(_count(session.command("PUBSUB", "SHARDNUMSUB", _SHARDED)))
    except Refused as refused:
        if refused.word != "ERR":  # Redis before 7 does not know it
            raise
    return max(counts)


def _count(reply: Reply) -> int:
    return reply[1] if isinstance(reply, list) and len(reply) == 2 and isinstance(reply[1], int) else 0


_TROUBLE = {
    "NOAUTH": ("asks for a password that the URL does not have", "put `:password@` before the host"),
    "WRONGPASS": ("refuses the user or the password", "compare both with the server's ACL"),
    "NOPERM": ("does not allow this user PING or PUBSUB", "give it the ACL rules `+ping +pubsub`"),
    "DENIED": ("is in protected mode and answers only on its own machine", "set a password on the server"),
    "LOADING": ("is still loading its data", None),
    "ERR": ("answered with an error", "read its log: are there too many clients, or a password for a server without?"),
    "BUSY": ("is busy with a script", "try again later"),
    "MASTERDOWN": ("is a replica that has lost its master", None),
}
_WORDS = frozenset(("CLUSTERDOWN", "EXECABORT", "MISCONF", "NOREPLICAS", "OOM", "READONLY", "TRYAGAIN", "UNBLOCKED"))


def _known(word: str) -> str:
    """An error's first word, if it is one of Redis' own."""
    return word if word in _WORDS else "of another kind"
