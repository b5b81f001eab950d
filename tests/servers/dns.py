"""A DNS server that the system's own resolver asks, in a network of its own.

As a program (`python -m servers.dns`, in namespaces of its own) it starts the server, makes it the
machine's only one, and prints what the checks that standard input lists come to.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ALONE = ("unshare", "--user", "--map-root-user", "--net", "--mount")
A, CNAME, AAAA = 1, 5, 28
OK, FORMERR, SERVFAIL, NXDOMAIN, REFUSED = 0, 1, 2, 3, 5
Record = tuple[str, int, str]  # of a name, its type, its data
ADDRESSES = {
    "one.example": ("192.0.2.1",),
    "two.example": ("192.0.2.1", "192.0.2.2"),
    "both.example": ("192.0.2.1", "2001:db8::1"),
    "six.example": ("2001:db8::1",),
    "end.example": ("192.0.2.7",),
    "many.example": tuple(f"192.0.2.{number}" for number in range(1, 21)),
    "private.example": ("10.0.0.7",),
    "nowhere.example.search.example": ("192.0.2.66",),
    "nowhere.search.example": ("192.0.2.66",),
    "bare.search.example": ("192.0.2.66",),
    "xn--bcher-kva.example": ("192.0.2.1",),
    "half.example": ("192.0.2.1",),
    "half-silent.example": ("192.0.2.1",),
    "<script>.example": ("192.0.2.1",),
    "under_score.example": ("192.0.2.1",),
}
ALIASES = {
    "alias.example": "end.example",
    "chain.example": "alias.example",
    "loud.example": "END.Example",
    "dangling.example": "nowhere.example",
    "loop.example": "pool.example",
    "pool.example": "loop.example",
    "odd.example": "<script>.example",
    "under.example": "under_score.example",
}
RCODES = {"servfail.example": SERVFAIL, "refused.example": REFUSED, "formerr.example": FORMERR}
SILENT = {"silent.example"}
EMPTY = {"empty.example"}


def _labels(name: str) -> bytes:
    parts = (label.encode("latin-1") for label in name.split("."))
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"


def _record(record: Record) -> bytes:
    name, kind, data = record
    packed = _labels(data) if kind == CNAME else socket.inet_pton(_FAMILIES[kind], data)
    return _labels(name) + struct.pack("!HHIH", kind, 1, 60, len(packed)) + packed


_FAMILIES = {A: socket.AF_INET, AAAA: socket.AF_INET6}


def _records(name: str, kind: int) -> tuple[list[Record], int]:
    """The answer and its code: aliases first, and what is at their end."""
    found: list[Record] = []
    while name in ALIASES and len(found) < 8:
        found.append((name, CNAME, ALIASES[name]))
        name = ALIASES[name].lower()
    if name not in ADDRESSES and name not in EMPTY and name not in ALIASES:
        return found, NXDOMAIN
    family = ":" if kind == AAAA else "."
    return [*found, *((name, kind, each) for each in ADDRESSES.get(name, ()) if family in each)], OK


def _packet(query: bytes, question: bytes, rcode: int, records: Sequence[Record]) -> bytes:
    head = query[:2] + struct.pack("!HHHHH", 0x8180 | rcode, 1, len(records), 0, 0)
    return head + question + b"".join(map(_record, records))


ODD: Mapping[str, Callable[[bytes, bytes], bytes]] = {
    "garbage.example": lambda query, question: query[:2] + b"\xff" * 40,
    "cut.example": lambda query, question: (
        query[:2] + struct.pack("!HHHHH", 0x8380, 1, 0, 0, 0) + question
    ),
    "other-id.example": lambda query, question: _packet(
        b"\0\0", question, OK, [("other-id.example", A, "192.0.2.1")]
    ),
    "other-question.example": lambda query, question: _packet(
        query, _labels("one.example") + question[-4:], OK, [("one.example", A, "192.0.2.1")]
    ),
    "other-answer.example": lambda query, question: _packet(
        query, question, OK, [("one.example", A, "192.0.2.1")]
    ),
    "short.example": lambda query, question: query[:2] + b"\x81\x80",
}


def answer(query: bytes) -> bytes | None:
    """The answer to one query; None for silence."""
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1 : at + 1 + query[at]].decode("latin-1"))
        at += query[at] + 1
    name, question = ".".join(labels).lower(), query[12 : at + 5]
    kind = int.from_bytes(query[at + 1 : at + 3], "big")
    if name in SILENT or (name == "half-silent.example" and kind == AAAA):
        return None
    if name in ODD:
        return ODD[name](query, question)
    if name == "half.example" and kind == AAAA:
        return _packet(query, question, SERVFAIL, [])
    if name in RCODES:
        return _packet(query, question, RCODES[name], [])
    records, rcode = _records(name, kind)
    return _packet(query, question, rcode, records)


def may_have_a_network() -> bool:
    """Whether this machine lets a process have a network of its own."""
    try:
        return subprocess.run([*ALONE, "true"], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def findings(uses: Sequence[object], *, cut: bool = False) -> Sequence[tuple[str, str, list[str]]]:
    """Outcome, message and notices of each use of `dns`, in a network whose only DNS server is this
    one. `cut`: in a machine without any network.
    """
    asked = subprocess.run(
        [*ALONE, sys.executable, "-m", "servers.dns", *(["cut"] if cut else [])],
        input=json.dumps(uses),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": ":".join(sys.path), "PATH": "/usr/bin:/bin:/usr/sbin:/sbin"},
    )
    return [tuple(each) for each in json.loads(asked.stdout)]


def _only_server_of_the_machine() -> None:
    """Brings the loopback device up, and puts a resolv.conf over the machine's."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 0x49))  # SIOCSIFFLAGS: up
    settings = "nameserver 127.0.0.1\nsearch search.example\noptions timeout:1 attempts:1\n"
    with tempfile.NamedTemporaryFile("w", delete=False) as file:
        file.write(settings)
    libc = ctypes.CDLL(None, use_errno=True)
    bind = 4096
    if libc.mount(file.name.encode(), b"/etc/resolv.conf", None, bind, None) != 0:
        raise OSError(ctypes.get_errno(), "cannot put a resolv.conf in place")
    Path(file.name).unlink()


def _serve(server: socket.socket) -> None:
    while True:
        query, client = server.recvfrom(512)
        found = answer(query)
        if found is not None:
            server.sendto(found, client)


def main() -> None:
    from checks.judging import finding_of  # found only in the program's own path
    from outside import outside

    if "cut" not in sys.argv:
        _only_server_of_the_machine()
        server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        server.bind(("127.0.0.1", 53))
        threading.Thread(target=_serve, args=(server,), daemon=True).start()
    found = [finding_of("dns", written, None, outside()) for written in json.load(sys.stdin)]
    json.dump([(each.outcome, each.message, each.notices) for each in found], sys.stdout)


if __name__ == "__main__":
    main()
