"""The tags and releases of this repository."""

from __future__ import annotations

from ..world.ports import ReleaseState
from .client import Client, parsed


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
            next(iter(self._client.pages(self._client.at("tags"), need)), None)
            return False
        with parsed(need):
            if answer["ref"] != f"refs/tags/{tag}":
                raise ValueError("the ref of another tag")
        return True

    def release(self, tag: str) -> ReleaseState | None:
        """The release of a tag; None if GitHub lists none. A draft is listed only for a token that
        may write.
        """
        need = self._client.need("the repository's releases", "contents: read")
        with parsed(need):
            for each in self._client.pages(self._client.at("releases"), need):
                draft, prerelease = each["draft"], each["prerelease"]
                if not isinstance(draft, bool) or not isinstance(prerelease, bool):
                    raise TypeError("draft")
                if each["tag_name"] == tag:
                    return ReleaseState(draft=draft, prerelease=prerelease)
        return None
