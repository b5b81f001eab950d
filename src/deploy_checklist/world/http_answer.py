"""What a server answers, read as far as is wanted: the final answer, framed as HTTP asks, unpacked
within bounds.

http.client takes an interim answer for the answer, a length that it cannot read for none, and a
chunk of -1 bytes for all that comes; each would let a server have a cut body judged, or fill the
memory.
"""

from __future__ import annotations

import http.client
import re
import ssl
import zlib

from ..opaque import OpaqueStruct
from .connection import ConnectionLost
from .ports import ProtocolFault

_MOST_INTERIM = 20
_MOST_MEMBERS = 100  # of a gzip body; each costs a copy of what follows it
_PIECE = 65_536
_NOTHING_FOLLOWS = frozenset({204, 304})


class FinalAnswer(http.client.HTTPResponse):
    """The answer that counts: 103 Early Hints and its like are read over."""

    def _read_status(self) -> tuple[str, int, str]:
        for _ in range(_MOST_INTERIM):
            version, status, reason = super()._read_status()  # type: ignore[misc] # since Python 2, and in no stub
            if not 101 < status < 200:
                return version, status, reason
            http.client.parse_headers(self.fp)
        raise http.client.HTTPException("interim answers without end")

    def _read_next_chunk_size(self) -> int:
        size: int = super()._read_next_chunk_size()  # type: ignore[misc] # the same
        if size < 0:
            raise ValueError  # which http.client makes an IncompleteRead
        return size


class Body(OpaqueStruct, frozen=True, kw_only=True):
    """What was read of it; `whole` is False if there is more, or if what was read says nothing to
    us.
    """

    data: bytes
    whole: bool


def body(response: http.client.HTTPResponse, limit: int) -> Body:
    """At the most `limit` bytes, unpacked. Lost if it was cut where its end was told;
    ProtocolTrouble if it is none.
    """
    _check_framing(response)
    packed, ended = _read(response, limit)
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    cut = len(packed) > limit
    if encoding in ("gzip", "x-gzip", "deflate") and packed:
        data = _unpacked(packed, limit, cut=cut or not ended)
        return Body(data=data[:limit], whole=ended and not cut and len(data) <= limit)
    if encoding == "identity" or not packed:
        empty = (
            encoding != "identity" and response.status not in _NOTHING_FOLLOWS
        )  # packed nothing is something
        return Body(data=packed[:limit], whole=ended and not cut and not empty)
    return Body(data=b"", whole=False)  # packed in a way that was not asked for


def _check_framing(response: http.client.HTTPResponse) -> None:
    """Where the body ends must be certain: a cut one would be taken for the whole."""
    headers = response.headers
    codings = [each.strip().lower() for each in headers.get_all("transfer-encoding", [])]
    lengths = {each.strip() for each in headers.get_all("content-length", [])}
    if (
        headers.defects
        or codings not in ([], ["chunked"])
        or not all(re.fullmatch("[0-9]{1,18}", n) for n in lengths)
    ):
        raise http.client.HTTPException("no certain end")
    if len(lengths) > 1:
        raise http.client.HTTPException("several ends")
    if (
        codings and not response.chunked
    ):  # with a blank behind it, which http.client does not take off
        response.chunked, response.chunk_left, response.length = True, None, None


def _read(response: http.client.HTTPResponse, limit: int) -> tuple[bytes, bool]:
    """One byte more than the limit, so that a cut is seen; and whether it came to an end that the
    server meant.
    """
    found = bytearray()
    while len(found) <= limit:
        try:
            piece = response.read1(min(_PIECE, limit + 1 - len(found)))
        except ssl.SSLEOFError:  # without TLS' own end, anybody on the way may have cut it
            return bytes(found), False
        if not piece:
            break
        found += piece
    if response.length and len(found) <= limit:
        raise http.client.IncompleteRead(b"")
    return bytes(found), True


def _unpacked(packed: bytes, limit: int, *, cut: bool) -> bytes:
    """The body, unpacked no further than one byte over the limit, whatever a bomb would unpack to.

    gzip may have several members, one behind the other; anything else behind one is no part of it.
    Lost if the last one ends too soon and it was not `cut` here.
    """
    parts: list[bytes] = []
    left, rest = limit + 1, packed
    for _ in range(_MOST_MEMBERS):
        data, member = _member(rest, left, first=not parts)
        parts.append(data)
        left -= len(data)
        if left == 0 or (member.eof and not member.unused_data.startswith(b"\x1f\x8b")):
            return b"".join(parts)
        if not member.eof:
            if cut:
                return b"".join(parts)
            raise ConnectionLost(
                "closed the connection in the middle of a compressed answer", sent=True
            )
        rest = member.unused_data
    raise ProtocolFault(f"sends its answer in more than {_MOST_MEMBERS} compressed pieces")


def _member(packed: bytes, most: int, *, first: bool) -> tuple[bytes, zlib._Decompress]:
    """`deflate` is meant with a header, and often sent without one."""
    for wbits in (47, -15) if first else (47,):
        member = zlib.decompressobj(wbits=wbits)
        try:
            return member.decompress(packed, most), member
        except zlib.error:
            continue
    raise ProtocolFault("says its answer is compressed, but it cannot be unpacked") from None
