"""The tags and releases of this repository."""

from __future__ import annotations

from ..world.ports import ReleaseState
from .client import Client
from .decode import decoded, unexpected
from .rest_shapes import RestRef, RestRelease, RestTag


class Releases:
    """Looks up a tag, and the release that is made of it."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def has_tag(self, tag: str) -> bool:
        """Whether the repository has the tag."""
        need = self._client.need(f"the tag {tag}", "contents: read")
        path = self._client.at("git", "ref", "tags", *tag.split("/"))
        answer = self._client.read_if_there(path, need)
        if answer is None:
            # GitHub answers 404 to what is hidden, too. The list is shown only to who may read it.
            next(iter(self._client.pages(self._client.at("tags"), need, list[RestTag])), None)
            return False
        if decoded(answer, RestRef, need).ref != f"refs/tags/{tag}":
            raise unexpected(need, "`ref`: expected the requested tag")
        return True

    def release(self, tag: str) -> ReleaseState | None:
        """The release of a tag; None if GitHub lists none. A draft is listed only for a token that
        may write.
        """
        need = self._client.need("the repository's releases", "contents: read")
        for each in self._client.pages(self._client.at("releases"), need, list[RestRelease]):
            if each.tag_name == tag:
                return ReleaseState(draft=each.draft, prerelease=each.prerelease)
        return None
