"""Files of a repository at a ref, through the API. "Not there" is only said where the folder could
be read.
"""

from __future__ import annotations

import base64
import re
from posixpath import dirname
from typing import Any

from ..outcome import Unobservable
from .client import Client, parsed, under
from .failures import RequestPurpose

_REPOSITORY = re.compile(r"(?!\.)[\w.-]+/(?!\.{1,2}$)[\w.-]+", re.ASCII)


def contents(client: Client, repository: str, path: str, ref: str | None) -> bytes | None:
    """A file's bytes; None if its folder was readable and the file is not in it."""
    need = client.need(f"{path} in {repository}", "contents: read")
    if not _REPOSITORY.fullmatch(repository) or not {".", "..", ""}.isdisjoint(path.split("/")):
        raise Unobservable(
            "the path is refused", "write owner/name and a path without `.` and `..`"
        )
    answer = client.read_if_there(_path(repository, path), need, _at(ref))
    if answer is None:
        _assert_readable(client, repository, path, ref, need)
        return None
    if isinstance(answer, list) or answer.get("type") != "file":
        raise Unobservable(f"{need.what} is not a file", "name a file")
    with parsed(need):
        encoded = (
            answer["content"]
            if answer["encoding"] == "base64"
            else _blob(client, repository, answer, need)
        )
        return base64.b64decode(encoded)


def _assert_readable(
    client: Client, repository: str, path: str, ref: str | None, need: RequestPurpose
) -> None:
    """GitHub answers 404 to what is hidden as well: the nearest folder that can be read tells which
    it was.
    """
    folder = dirname(path)
    while folder:
        if client.read_if_there(_path(repository, folder), need, _at(ref)) is not None:
            return
        folder = dirname(folder)
    if (
        client.read_if_there(under(f"/repos/{repository}", "git", "trees", ref or "HEAD"), need)
        is None
    ):
        raise need.not_shown()


def _blob(client: Client, repository: str, answer: dict[str, Any], need: RequestPurpose) -> str:
    """Above 1 MiB the contents come without their text."""
    blob: dict[str, str] = client.read(
        under(f"/repos/{repository}", "git", "blobs", answer["sha"]), need
    )
    return blob["content"]


def _path(repository: str, path: str) -> str:
    return under(f"/repos/{repository}/contents", *path.split("/"))


def _at(ref: str | None) -> dict[str, str]:
    return {} if ref is None else {"ref": ref}
