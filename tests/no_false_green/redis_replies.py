"""A Redis that is told what to answer, and the answers of one that is well or not."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Mapping

from servers.raw import Behaviour

# By the words with which a command begins; the first that fits is the answer.
Replies = Mapping[str, bytes]
ADAPTER = b"socket.io-request#/#"
WELL: Replies = {
    "AUTH": b"+OK\r\n",
    "PING": b"+PONG\r\n",
    "CLUSTER": b"-ERR This instance has cluster support disabled\r\n",
    "PUBSUB SHARDNUMSUB": b"*0\r\n",
    "PUBSUB": b"*2\r\n$%d\r\n%s\r\n:2\r\n" % (len(ADAPTER), ADAPTER),
    "": b"-ERR unknown command\r\n",
}
_WORD = re.compile(rb"\$\d+\r\n(.*?)\r\n", re.DOTALL)


def speaks_redis(replies: Replies) -> Behaviour:
    """A server that answers each command as is written here."""

    def behave(connection: socket.socket, over: threading.Event) -> None:
        while sent := connection.recv(65_536):
            words = " ".join(word.decode(errors="replace") for word in _WORD.findall(sent))
            answer = next(reply for begin, reply in replies.items() if words.startswith(begin))
            connection.sendall(answer)

    return behave


def over_tls(context: ssl.SSLContext, behave: Behaviour) -> Behaviour:
    """The same server behind a certificate."""

    def behave_over_tls(connection: socket.socket, over: threading.Event) -> None:
        with context.wrap_socket(connection, server_side=True) as secured:
            behave(secured, over)

    return behave_over_tls


# One answer each that is not as it should be, to whoever asks for PING.
REFUSALS: Mapping[str, Replies] = {
    name: {command: reply, **{key: WELL[key] for key in WELL if key != command}}
    for name, command, reply in (
        ("a wrong password", "AUTH", b"-WRONGPASS invalid username-password pair\r\n"),
        ("no password at all", "AUTH", b"-ERR AUTH <password> called without any password\r\n"),
        ("AUTH with no OK", "AUTH", b"+PONG\r\n"),
        ("AUTH with nothing", "AUTH", b"$-1\r\n"),
        ("no right", "PING", b"-NOPERM this user has no permissions to run the 'ping' command\r\n"),
        ("no password given", "PING", b"-NOAUTH Authentication required.\r\n"),
        ("loading", "PING", b"-LOADING Redis is loading the dataset in memory\r\n"),
        ("no master", "PING", b"-MASTERDOWN Link with MASTER is down\r\n"),
        ("busy", "PING", b"-BUSY Redis is busy running a script\r\n"),
        ("no disk", "PING", b"-MISCONF Redis is configured to save RDB snapshots\r\n"),
        ("an error without a word", "PING", b"-\r\n"),
        ("PING with OK", "PING", b"+OK\r\n"),
        ("PING with its own name", "PING", b"+PING\r\n"),
        ("PING in other letters", "PING", b"+pong\r\n"),
        ("PING with a number", "PING", b":1\r\n"),
        ("PING with nothing", "PING", b"$-1\r\n"),
        ("PING with an empty text", "PING", b"$0\r\n\r\n"),
        ("PING with a list", "PING", b"*1\r\n+PONG\r\n"),
        ("PING with an empty list", "PING", b"*0\r\n"),
        ("PING with lists in lists", "PING", b"*1\r\n" * 2_000),
        ("PING without a mark", "PING", b"PONG\r\n"),
        ("PING with no text", "PING", b"+\xff\xfe\r\n"),
        ("a page", "PING", b"HTTP/1.1 200 OK\r\n\r\n<html>+PONG</html>"),
        ("a reply longer than its length", "PING", b"$2\r\nPONG\r\n"),
    )
}
NO_NODES: Mapping[str, Replies] = {
    name: {command: reply, **{key: WELL[key] for key in WELL if key != command}}
    for name, command, reply in (
        ("none", "PUBSUB", b"*2\r\n$%d\r\n%s\r\n:0\r\n" % (len(ADAPTER), ADAPTER)),
        ("fewer than none", "PUBSUB", b"*2\r\n$%d\r\n%s\r\n:-1\r\n" % (len(ADAPTER), ADAPTER)),
        (
            "a word for their number",
            "PUBSUB",
            b"*2\r\n$%d\r\n%s\r\n+2\r\n" % (len(ADAPTER), ADAPTER),
        ),
        ("no number", "PUBSUB", b"*1\r\n$%d\r\n%s\r\n" % (len(ADAPTER), ADAPTER)),
        ("nothing", "PUBSUB", b"*-1\r\n"),
        ("no list", "PUBSUB", b":2\r\n"),
        ("no right to count", "PUBSUB", b"-NOPERM no permissions\r\n"),
        ("slots that are no list", "CLUSTER", b"+OK\r\n"),
        ("slots without nodes", "CLUSTER", b"*1\r\n*2\r\n:0\r\n:16383\r\n"),
        (
            "a node that is away",
            "CLUSTER",
            b"*1\r\n*3\r\n:0\r\n:16383\r\n*2\r\n$9\r\n127.0.0.1\r\n:9\r\n",
        ),
        ("a cluster that is down", "CLUSTER", b"-CLUSTERDOWN The cluster is down\r\n"),
    )
}
