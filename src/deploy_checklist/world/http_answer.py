"""Reads a server's final answer: framed as HTTP requires, and decompressed within limits.

http.client takes an interim answer for the answer, an unreadable length for none, and a chunk of
-1 bytes for everything that follows. Each would let a server have a cut body judged, or fill the
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
    """The final answer: interim ones, such as 103 Early Hints, are skipped."""

    def _read_status(self) -> tuple[str, int, str]:
        for _ in range(_MOST_INTERIM):
            version, status, reason = super()._read_status()  # type: ignore[misc] # since Python 2, and in no stub
            if not 101 < status < 200:
                return version, status, reason
            http.client.parse_headers(self.fp)
        raise http.client.HTTPException("endless interim answers")

    def _read_next_chunk_size(self) -> int:
        size: int = super()._read_next_chunk_size()  # type: ignore[misc] # the same
        if size < 0:
            raise ValueError  # which http.client makes an IncompleteRead
        return size


class Body(OpaqueStruct, frozen=True, kw_only=True):
    """What was read of it. `whole` is False if there is more, or if it could not be decoded."""

    data: bytes
    whole: bool


def read_body(response: http.client.HTTPResponse, limit: int) -> Body:
    """At most `limit` bytes of the body, unpacked.

    ConnectionLost if it ends before the end that the server announced; ProtocolFault if it cannot
    be unpacked.
    """
    _check_framing(response)
    packed, ended = _read(response, limit)
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    cut = len(packed) > limit
    if encoding in ("gzip", "x-gzip", "deflate") and packed:
        data = _unpacked(packed, limit, cut=cut or not ended)
        return Body(data=data[:limit], whole=ended and not cut and len(data) <= limit)
    if encoding == "identity" or not packed:
        # Even an empty body is some bytes long when it is packed.
        empty = encoding != "identity" and response.status not in _NOTHING_FOLLOWS
        return Body(data=packed[:limit], whole=ended and not cut and not empty)
    return Body(data=b"", whole=False)  # an encoding that was not asked for


def _check_framing(response: http.client.HTTPResponse) -> None:
    """HTTPException unless the end of the body is clear: a cut body would look complete."""
    headers = response.headers
    codings = [each.strip().lower() for each in headers.get_all("transfer-encoding", [])]
    lengths = {each.strip() for each in headers.get_all("content-length", [])}
    if (
        headers.defects
        or codings not in ([], ["chunked"])
        or not all(re.fullmatch("[0-9]{1,18}", n) for n in lengths)
    ):
        raise http.client.HTTPException("no clear end")
    if len(lengths) > 1:
        raise http.client.HTTPException("several ends")
    # http.client does not recognise "chunked" with a blank behind it.
    if codings and not response.chunked:
        response.chunked, response.chunk_left, response.length = True, None, None


def _read(response: http.client.HTTPResponse, limit: int) -> tuple[bytes, bool]:
    """At most one byte more than the limit, and whether the answer was complete."""
    found = bytearray()
    while len(found) <= limit:
        try:
            piece = response.read1(min(_PIECE, limit + 1 - len(found)))
        except ssl.SSLEOFError:  # no end by TLS: anybody on the way may have cut it
            return bytes(found), False
        if not piece:
            break
        found += piece
    if response.length and len(found) <= limit:
        raise http.client.IncompleteRead(b"")
    return bytes(found), True


def _unpacked(packed: bytes, limit: int, *, cut: bool) -> bytes:
    """The body, decompressed to at most one byte over the limit, even if it is a bomb.

    gzip may have several members, one after the other; other bytes after one do not belong to it.
    ConnectionLost if the last one ends too soon, unless `cut`: it was cut here, at the limit.
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
            raise ConnectionLost("closed the connection during a compressed answer", sent=True)
        rest = member.unused_data
    raise ProtocolFault(f"sends its answer in more than {_MOST_MEMBERS} compressed pieces")


def _member(packed: bytes, most: int, *, first: bool) -> tuple[bytes, zlib._Decompress]:
    """A member's data, and its state. `deflate` should have a header, and is often sent without."""
    for wbits in (47, -15) if first else (47,):
        member = zlib.decompressobj(wbits=wbits)
        try:
            return member.decompress(packed, most), member
        except zlib.error:
            continue
    raise ProtocolFault(
        "says that its answer is compressed, but it cannot be decompressed"
    ) from None
