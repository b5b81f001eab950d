"""Answers of GitHub as the shapes that are declared for them."""

from __future__ import annotations

import base64
import binascii
from typing import Any, TypeVar

from ..data_formats.shapes import WrongShape, shaped
from ..outcome import Unobservable
from .failures import RequestPurpose
from .rest_shapes import RestBlob, RestFile

T = TypeVar("T")

_REMEDY = (
    "run again; if the message stays, check whether a proxy or an older GitHub Enterprise "
    "Server answers"
)
_MOST_LISTED = 1_000  # workflow runs of a commit
_TOO_MANY = f"GitHub lists at most {_MOST_LISTED:,} per commit: gate a newer commit"


def decoded(answer: Any, shape: type[T], need: RequestPurpose) -> T:  # noqa: ANN401 - JSON
    """The answer to a request; Unobservable, with the field, if it has another shape."""
    try:
        return shaped(answer, shape)
    except WrongShape as wrong:
        raise unexpected(need, wrong) from None


def file_bytes(file: RestFile | RestBlob, need: RequestPurpose) -> bytes:
    """What a file holds; Unobservable if it is not written in base64."""
    try:
        if file.encoding == "base64":
            return base64.b64decode("".join(file.content.split()), validate=True)
    except (ValueError, binascii.Error):
        pass
    raise unexpected(need, "`content`: expected base64")


def unexpected(need: RequestPurpose, fault: object, remedy: str = _REMEDY) -> Unobservable:
    """The error for an answer that is not as GitHub describes it. `fault` holds no value of it."""
    return Unobservable(f"GitHub's answer about {need.what}: {fault}", remedy)


def incomplete(need: RequestPurpose, read: int, total: int) -> Unobservable:
    """The error for a list that is shorter than its `total_count`: a proxy may have dropped the
    `Link` header. A schedule can start more runs on one commit than GitHub lists.
    """
    remedy = _REMEDY if read < _MOST_LISTED else _TOO_MANY
    return unexpected(need, f"{read} were sent, but `total_count` is {total}", remedy)
