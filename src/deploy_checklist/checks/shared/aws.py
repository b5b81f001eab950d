"""AWS without its SDK: requests signed by Signature Version 4."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from msgspec import Struct
from msgspec.structs import replace
from pydantic import Field

from ...opaque import OpaqueStruct
from ...outcome import Unobservable
from ...world.ports import Absence, HttpAnswer, World
from . import probe, service
from .calls import Calls
from .service import Call, Service, ServiceUrl

_CREDENTIALS = "AWS_ACCESS_KEY_ID"
_REGION = "^[a-z0-9-]{4,30}$"
_NOT_TAKEN = {
    "UnrecognizedClientException",
    "InvalidSignatureException",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
}
_OVER = {"ExpiredToken", "ExpiredTokenException"}
_LATE = "RequestExpired"  # stamped more than 15 minutes before or after AWS' own time
_SKEW = re.compile(rb"Signature (?:expired|not yet current)")
_NOT_FOUND = {"ResourceNotFoundException", "TargetGroupNotFound"}
_FORBIDDEN = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized"}


class AwsParams(probe.ProbeParams):
    """Credentials are those that `aws-actions/configure-aws-credentials` sets; `url` is for
    endpoints of one's own.
    """

    region: str | None = Field(
        default=None, pattern=_REGION, description="else the ARN's, else AWS_REGION"
    )
    url: ServiceUrl | None = Field(
        default=None, description="an endpoint of one's own, instead of AWS'"
    )

    def required_variables(self) -> tuple[str, ...]:
        return (*super().required_variables(), _CREDENTIALS, "AWS_SECRET_ACCESS_KEY")


class Keys(OpaqueStruct, frozen=True, kw_only=True):
    """What requests are signed with."""

    access: str
    secret: str
    session: str | None


class NotFound(Exception):
    """AWS knows no such thing."""


def signed(
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    keys: Keys,
    scope: tuple[str, str],
    now: datetime,
) -> dict[str, str]:
    """The headers of a POST with its signature. `scope` is region and service.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
    """
    parts = urlsplit(url)
    stamp, day = f"{now:%Y%m%dT%H%M%SZ}", f"{now:%Y%m%d}"
    session = {"X-Amz-Security-Token": keys.session} if keys.session else {}
    sent = {**headers, **session, "Host": parts.netloc, "X-Amz-Date": stamp}
    lower = {name.lower(): " ".join(text.split()) for name, text in sent.items()}
    names = ";".join(sorted(lower))
    lines = "".join(f"{name}:{lower[name]}\n" for name in sorted(lower))
    path = quote(parts.path or "/", safe="/~")
    asked = f"POST\n{path}\n{parts.query}\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}"
    within = f"{day}/{scope[0]}/{scope[1]}/aws4_request"
    to_sign = f"AWS4-HMAC-SHA256\n{stamp}\n{within}\n{hashlib.sha256(_bytes(asked)).hexdigest()}"
    key = _bytes(f"AWS4{keys.secret}")
    for each in (day, *scope, "aws4_request"):
        key = hmac.digest(key, _bytes(each), "sha256")
    signature = hmac.digest(key, _bytes(to_sign), "sha256").hex()
    sent["Authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={keys.access}/{within}, SignedHeaders={names}, Signature={signature}"
    )
    return sent


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")  # a variable may hold any bytes


class Aws(Struct, frozen=True, kw_only=True):
    """One of AWS' services, in one region."""

    name: str  # "ACM"
    endpoint: str  # "acm": of its host name, and of its signatures unless `signs_as` says otherwise
    params: AwsParams
    calls: Calls

    def json(self, target: str, permission: str, asked: Mapping[str, object]) -> dict[str, Any]:
        """An action of a service that speaks JSON. NotFound if it says so."""
        headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": target}
        answer = self._post(json.dumps(asked).encode(), headers, permission)
        found = service.document(
            self._service(permission), _of_200(answer, _json_error(answer), permission)
        )
        return service.mapping(self._service(permission), found)

    def xml(self, query: str, permission: str) -> bytes:
        """An action of a service that speaks XML."""
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        answer = self._post(query.encode(), headers, permission)
        return _of_200(answer, _xml_error(answer), permission).body

    def _post(self, body: bytes, headers: Mapping[str, str], permission: str) -> HttpAnswer:
        region = self._region()
        shown = bool(self.params.region or self.params.url)  # what a variable spells is not shown
        own = f"https://{self.endpoint}.{region}.amazonaws.com{'.cn' if region.startswith('cn-') else ''}"
        url = self.params.url or own
        to = service.ServiceParams(
            url=url,
            allow_private=self.params.allow_private,
            ca_file=self.params.ca_file,
        )
        world = self.calls.world
        scope = (region, self.endpoint)
        carried = signed(f"{to.url}/", headers, body, _keys(world), scope, world.clock.now())
        call = Call(path="/", headers=carried, method="POST", body=body)
        who = self._service(permission)
        return service.send(
            who if shown else replace(who, place=f"the host of {who.name}"), to, call, self.calls
        )

    def _service(self, permission: str) -> Service:
        return Service(
            name=f"AWS ({self.name})", credential=_CREDENTIALS, permission=f"`{permission}`"
        )

    def _region(self) -> str:
        if self.params.region:
            return self.params.region
        for variable in ("AWS_REGION", "AWS_DEFAULT_REGION"):
            found = self.calls.world.variables.lookup(variable)
            if not isinstance(found, Absence):
                if not re.fullmatch(
                    _REGION, found.text
                ):  # it becomes part of the host that is sent credentials
                    raise Unobservable(f"{variable} is no AWS region", "write it like eu-central-1")
                return found.text
        raise Unobservable(
            "no AWS region is named", "say `region:` in the rule, or hand over AWS_REGION"
        )


def _keys(world: World) -> Keys:
    session = world.variables.lookup("AWS_SESSION_TOKEN")
    return Keys(
        access=probe.held(_CREDENTIALS, world),
        secret=probe.held("AWS_SECRET_ACCESS_KEY", world),
        session=None if isinstance(session, Absence) else session.text,
    )


def _of_200(answer: HttpAnswer, error: str, permission: str) -> HttpAnswer:
    if answer.status == 200:
        return answer
    if probe.busy(answer):  # whatever it calls itself
        raise Unobservable(f"AWS {probe.answered(answer)}", "try again later")
    if error == _LATE or (error in _NOT_TAKEN and _SKEW.search(answer.body)):
        raise Unobservable(
            "AWS finds the time of the call wrong", "correct the clock of this machine"
        )
    if error in _FORBIDDEN:
        raise Unobservable(
            "AWS does not allow this to the credentials", f"they need `{permission}`"
        )
    if error in _OVER:
        raise Unobservable(
            "AWS says that the credentials have expired",
            "configure them in this job, right before the gate",
        )
    if error in _NOT_TAKEN:
        raise Unobservable(
            f"AWS does not take the credentials ({_CREDENTIALS})",
            "are they whole, and of this account?",
        )
    if error in _NOT_FOUND:
        raise NotFound
    raise Unobservable(
        f"AWS {probe.answered(answer)}; expected 200",
        "is what the rule names spelled as AWS has it?",
    )


def _json_error(answer: HttpAnswer) -> str:
    if answer.status == 200:
        return ""
    try:
        return str(json.loads(answer.body).get("__type", "")).rpartition("#")[2]
    except (ValueError, AttributeError, RecursionError):
        return ""


def _xml_error(answer: HttpAnswer) -> str:
    if answer.status == 200:
        return ""
    _, _, rest = answer.body.decode("utf-8", "replace").partition("<Code>")
    return rest.partition("</Code>")[0]
