"""A registry of the test's own that holds one public image."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager

from servers.web import Answer, Asked, web

CONFIG = b'{"architecture": "amd64"}'


def digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


MANIFEST = json.dumps({"config": {"digest": digest(CONFIG)}}).encode()
INDEX = json.dumps(
    {"manifests": [{"digest": digest(MANIFEST), "platform": {"architecture": "amd64"}}]}
).encode()
KEPT = {digest(each): each for each in (CONFIG, MANIFEST, INDEX)}


@contextmanager
def registry(*, public: bool = True, sent: bytes | None = None) -> Iterator[str]:
    """Its address as part of an image's name. `sent`: in place of every answer."""

    def respond(asked: Asked) -> Answer:
        if asked.path.startswith("/token?"):
            assert "scope=repository%3Aorg%2Fgate%3Apull" in asked.path
            return Answer(body=b'{"token": "for-anybody"}')
        if asked.headers.get("authorization") != "Bearer for-anybody":
            realm = f'Bearer realm="http://127.0.0.1:{server.port}/token",scope="repository:org/gate:pull"'
            return Answer(status=401, headers={"WWW-Authenticate": realm})
        if not public:
            return Answer(status=403)
        return Answer(body=sent or KEPT[asked.path.rpartition("/")[2]])

    with web(respond) as server:
        yield f"127.0.0.1:{server.port}/org/gate@{digest(INDEX)}"
