"""Whether everybody can pull the action's image: asked of its registry without any credentials."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any

import requests

from rehearsal.github_api import NotDone, one_line
from rehearsal.steps import Stage

SECONDS = 20
_MANIFESTS = ", ".join(
    (
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    )
)
_IMAGE = re.compile(
    r"(?P<registry>[^/]+)/(?P<name>[^@:]+)(?:@(?P<digest>sha256:\w+)|:(?P<tag>\S+))"
)


def pull_image(stage: Stage) -> str:
    owner_and_name, _, ref = stage.action.partition("@")
    path = f"/repos/{owner_and_name}/contents/action.yml?ref={ref}"
    text = base64.b64decode(stage.github.ask("GET", path)["content"]).decode()
    named = re.search(r"^\s+image:\s*[\"']?docker://([^\s\"']+)", text, re.MULTILINE)
    if named is None:
        return "this action builds its Dockerfile, so there is no image to pull"
    pull(named[1])
    return f"{one_line(named[1])} can be pulled by everybody"


def pull(image: str) -> None:
    """Its manifests and its configuration, each as its digest says. NotDone otherwise."""
    parts = _IMAGE.fullmatch(image)
    if parts is None:
        raise NotDone("the action's image is not of the form registry/name@digest")
    scheme = "http" if parts["registry"].startswith("127.0.0.1:") else "https"
    base = f"{scheme}://{parts['registry']}/v2/{parts['name']}"
    with requests.Session() as session:
        session.trust_env = False  # no credentials of this machine
        reference = parts["digest"] or parts["tag"]
        session.headers["Accept"] = _MANIFESTS
        manifest = fetched(session, f"{base}/manifests/{reference}", parts["digest"]).json()
        for platform in manifest.get("manifests", ()):
            if platform.get("platform", {}).get("architecture") == "amd64":
                digest = platform["digest"]
                manifest = fetched(session, f"{base}/manifests/{digest}", digest).json()
        digest = manifest["config"]["digest"]
        fetched(session, f"{base}/blobs/{digest}", digest)


def fetched(session: requests.Session, url: str, digest: str | None) -> requests.Response:
    """The answer, asked for once more with the token that the registry gives to anybody."""
    try:
        answer = session.get(url, timeout=SECONDS)
        if answer.status_code == 401 and "Authorization" not in session.headers:
            session.headers["Authorization"] = f"Bearer {token_for_anybody(session, answer)}"
            answer = session.get(url, timeout=SECONDS)
    except requests.RequestException as error:
        raise NotDone(f"the registry could not be reached ({type(error).__name__})") from None
    if answer.status_code != 200:
        raise NotDone(f"the registry answers nobody: {answer.status_code}; is the package public?")
    if digest and digest != f"sha256:{hashlib.sha256(answer.content).hexdigest()}":
        raise NotDone("the registry sent something else than the digest says")
    return answer


def token_for_anybody(session: requests.Session, refusal: requests.Response) -> Any:
    challenge = dict(re.findall(r'(\w+)="([^"]*)"', refusal.headers.get("WWW-Authenticate", "")))
    realm = challenge.pop("realm", "")
    if not realm:
        raise NotDone("the registry asks for credentials")
    answer = session.get(realm, params=challenge, timeout=SECONDS)
    try:
        return answer.json().get("token") if answer.ok else None
    except ValueError:
        return None
