"""Files of a repository at a ref, read through the API."""

from __future__ import annotations

import re
from posixpath import dirname

from ..outcome import Unobservable
from .client import Client, under
from .decode import decoded, file_bytes
from .failures import RequestPurpose
from .rest_shapes import RestBlob, RestFile, RestObject

_REPOSITORY = re.compile(r"(?!\.)[\w.-]+/(?!\.{1,2}$)[\w.-]+", re.ASCII)


def contents(client: Client, repository: str, path: str, ref: str | None) -> bytes | None:
    """A file's bytes; None if its folder was readable and the file is not in it."""
    need = client.need(f"{path} in {repository}", "contents: read")
    if not _REPOSITORY.fullmatch(repository) or not {".", "..", ""}.isdisjoint(path.split("/")):
        raise Unobservable(
            "the path is refused", "write owner/name and a path without `.` and `..`"
        )
    params = {} if ref is None else {"ref": ref}
    answer = client.read_if_there(_path(repository, path), need, params)
    if answer is None:
        if not _folder_is_readable(client, repository, path, ref, need):
            raise need.not_shown()
        return None
    if isinstance(answer, list) or decoded(answer, RestObject, need).type != "file":
        raise Unobservable(f"{need.what} is not a file", "name a file")
    file = decoded(answer, RestFile, need)
    if file.encoding == "base64":
        return file_bytes(file, need)
    # GitHub sends no contents of files above 1 MiB.
    path_of_blob = under(f"/repos/{repository}", "git", "blobs", file.sha)
    return file_bytes(decoded(client.read(path_of_blob, need), RestBlob, need), need)


def _folder_is_readable(
    client: Client, repository: str, path: str, ref: str | None, need: RequestPurpose
) -> bool:
    """Whether the file's folder, or one above it, can be read.

    GitHub answers 404 to what is hidden as well as to what is not there: this distinguishes them.
    """
    params = {} if ref is None else {"ref": ref}
    folder = dirname(path)
    while folder:
        if client.read_if_there(_path(repository, folder), need, params) is not None:
            return True
        folder = dirname(folder)
    root = under(f"/repos/{repository}", "git", "trees", ref or "HEAD")
    return client.read_if_there(root, need) is not None


def _path(repository: str, path: str) -> str:
    return under(f"/repos/{repository}/contents", *path.split("/"))
