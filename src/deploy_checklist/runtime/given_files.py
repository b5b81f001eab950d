"""The files that the runner and the inputs name: the event's payload, and certificates."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import Unusable
from ..run.event import PAYLOAD_HINT
from ..world import files

_MOST_OF_PAYLOAD = 32 * 1024 * 1024  # bytes; GitHub sends no webhook of more than 25 MB
_MOST_OF_AUTHORITIES = 1_048_576  # bytes


def read_authorities(root: Path, path: str | None) -> bytes | None:
    """The certificates of the input `ca-file`, in PEM form."""
    if path is None:
        return None
    from ..github.authorities import holds_certificates

    what = "file of the input `ca-file`"
    pem = files.read(files.inside(root, path, what=what), what=what, limit=_MOST_OF_AUTHORITIES)
    if not holds_certificates(pem):
        raise Unusable(
            f"{path}: the {what} contains no certificate in PEM format",
            hint="convert it: openssl x509 -in FILE -inform der",
        )
    return pem


def read_payload(path: str | None) -> Mapping[str, Any]:
    """The webhook's payload. Anybody may have written what is in it: it is data, nothing else."""
    if path is None:
        return {}
    what = "event's payload (GITHUB_EVENT_PATH)"
    try:
        payload = json.loads(files.read(Path(path), what=what, limit=_MOST_OF_PAYLOAD))
    except Unusable as error:
        raise Unusable(error.message, hint=PAYLOAD_HINT) from None
    except (ValueError, RecursionError):
        raise Unusable(f"{path}: the {what} is not JSON", hint=PAYLOAD_HINT) from None
    if not isinstance(payload, dict):
        raise Unusable(f"{path}: the {what} is not a JSON object", hint=PAYLOAD_HINT)
    return payload
