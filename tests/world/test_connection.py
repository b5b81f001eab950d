"""Of several addresses of a name one may be dead: it does not take the time of the others."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from deploy_checklist.outcome import Unobservable
from deploy_checklist.world.addresses import Address
from deploy_checklist.world.connection import ConnectionLost, Peer, first_connection
from deploy_checklist.world.deadline import ProbeDeadline
from servers import free_port
from servers.raw import raw, speaks_http

PEER = Peer(host="localhost", port=0, tls=False, allow_private=True, ca_file=None)


@contextmanager
def dead() -> Iterator[int]:
    """A port that answers no connection: its queue of one is full, so that what else arrives is dropped."""
    with socket.socket() as listening, socket.socket() as first, socket.socket() as second:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for each in (first, second):
            each.setblocking(False)
            each.connect_ex(listening.getsockname())
        yield listening.getsockname()[1]


def at(port: int) -> Address:
    return Address(family=socket.AF_INET, sockaddr=("127.0.0.1", port))


@pytest.mark.measures_time
def test_a_dead_address_leaves_time_for_the_next() -> None:
    began = time.monotonic()
    with dead() as silent, raw(speaks_http) as port:
        stream, address = first_connection([at(silent), at(port)], PEER, ProbeDeadline(1))
        stream.close()
    assert address == at(port)
    assert 0.4 < time.monotonic() - began < 0.9


@pytest.mark.measures_time
def test_dead_addresses_only_end_with_the_time() -> None:
    began = time.monotonic()
    with dead() as silent, pytest.raises(Unobservable, match=r"did not answer within 0\.6s"):
        first_connection([at(silent), at(silent)], PEER, ProbeDeadline(0.6))
    assert 0.5 < time.monotonic() - began < 1


def test_an_address_that_refuses_does_not_hold_up_the_next() -> None:
    with raw(speaks_http) as port:
        stream, address = first_connection([at(free_port()), at(port)], PEER, ProbeDeadline(1))
        stream.close()
    assert address == at(port)
    with pytest.raises(ConnectionLost, match="refused the connection"):
        first_connection([at(free_port())], PEER, ProbeDeadline(1))
