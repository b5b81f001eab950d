"""AWS without its SDK: requests signed by Signature Version 4."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from msgspec import Struct
from msgspec.structs import replace
from pydantic import Field

from ...opaque import OpaqueStruct
from ...outcome import Unobservable
from ...values.no_value import no_value_fault
from ...world.ports import Absence, HttpAnswer, World
from . import probe, service
from .calls import Calls
from .service import Call, Service, ServiceUrl

_CREDENTIALS = "AWS_ACCESS_KEY_ID"
_REGION = "^[a-z0-9-]{4,30}$"
_REJECTED = {
    "UnrecognizedClientException",
    "InvalidSignatureException",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
}
_EXPIRED = {"ExpiredToken", "ExpiredTokenException"}
_REQUEST_EXPIRED = "RequestExpired"  # its time is more than 15 minutes from AWS' own
_CLOCK_SKEW = re.compile(rb"Signature (?:expired|not yet current)")
_NOT_FOUND = {"ResourceNotFoundException", "TargetGroupNotFound"}
_FORBIDDEN = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized"}


class AwsParams(probe.ProbeParams):
    """Credentials are read from the variables that `aws-actions/configure-aws-credentials` sets."""

    region: str | None = Field(
        default=None,
        pattern=_REGION,
        description="AWS region. Default: that of the ARN, else AWS_REGION.",
        examples=["eu-central-1"],
    )
    url: ServiceUrl | None = Field(
        default=None,
        description="Another endpoint to use instead of that of AWS.",
        examples=["https://vpce.acme.example"],
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


def signed_headers(
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    keys: Keys,
    scope: tuple[str, str],
    now: datetime,
) -> dict[str, str]:
    """The headers of a POST, with its signature. `scope` is region and service.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
    """
    parts = urlsplit(url)
    stamp, day = f"{now:%Y%m%dT%H%M%SZ}", f"{now:%Y%m%d}"
    session = {"X-Amz-Security-Token": keys.session} if keys.session else {}
    signed = {**headers, **session, "Host": parts.netloc, "X-Amz-Date": stamp}
    lower = {name.lower(): " ".join(text.split()) for name, text in signed.items()}
    names = ";".join(sorted(lower))
    lines = "".join(f"{name}:{lower[name]}\n" for name in sorted(lower))
    path = quote(parts.path or "/", safe="/~")
    digest = hashlib.sha256(body).hexdigest()
    canonical_request = f"POST\n{path}\n{parts.query}\n{lines}\n{names}\n{digest}"
    digest = hashlib.sha256(_bytes(canonical_request)).hexdigest()
    credential_scope = f"{day}/{scope[0]}/{scope[1]}/aws4_request"
    string_to_sign = f"AWS4-HMAC-SHA256\n{stamp}\n{credential_scope}\n{digest}"
    key = _bytes(f"AWS4{keys.secret}")
    for part in (day, *scope, "aws4_request"):
        key = hmac.digest(key, _bytes(part), "sha256")
    signature = hmac.digest(key, _bytes(string_to_sign), "sha256").hex()
    signed["Authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={keys.access}/{credential_scope}, "
        f"SignedHeaders={names}, Signature={signature}"
    )
    return signed


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")  # a variable may hold any bytes


class Aws(Struct, frozen=True, kw_only=True):
    """One AWS service in one region."""

    name: str  # "ACM"
    endpoint: str  # "acm": in its host name and in its signatures
    params: AwsParams
    calls: Calls

    def json(self, target: str, permission: str, request: Mapping[str, object]) -> dict[str, Any]:
        """Calls an action of a JSON service. Raises NotFound if the answer says so."""
        headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": target}
        answer = self._post(json.dumps(request).encode(), headers, permission)
        _raise_unless_200(answer, _json_error, permission)
        who = self._service(permission)
        return service.mapping(who, service.json_of_200(who, answer))

    def xml(self, query: str, permission: str) -> bytes:
        """Calls an action of an XML service. Raises NotFound if the answer says so."""
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        answer = self._post(query.encode(), headers, permission)
        _raise_unless_200(answer, _xml_error, permission)
        return answer.body

    def _post(self, body: bytes, headers: Mapping[str, str], permission: str) -> HttpAnswer:
        region = self._region()
        domain = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
        to = service.ServiceParams(
            url=self.params.url or f"https://{self.endpoint}.{region}.{domain}",
            allow_private=self.params.allow_private,
            ca_file=self.params.ca_file,
        )
        world = self.calls.world
        scope = (region, self.endpoint)
        signed = signed_headers(f"{to.url}/", headers, body, _keys(world), scope, world.clock.now())
        call = Call(path="/", headers=signed, method="POST", body=body)
        who = self._service(permission)
        if not self.params.region and not self.params.url:  # the region is a variable's value
            who = replace(who, place=f"the host of {who.name}")
        return service.send(who, to, call, self.calls)

    def _service(self, permission: str) -> Service:
        return Service(
            name=f"AWS ({self.name})", credential=_CREDENTIALS, permission=f"`{permission}`"
        )

    def _region(self) -> str:
        if self.params.region:
            return self.params.region
        for variable in ("AWS_REGION", "AWS_DEFAULT_REGION"):
            found = self.calls.world.variables.lookup(variable)
            if isinstance(found, Absence):
                continue
            # The region becomes part of the host that is sent the credentials.
            if not re.fullmatch(_REGION, found.text) or no_value_fault(found.text, variable):
                raise Unobservable(
                    f"{variable} is not an AWS region", "write a region such as eu-central-1"
                )
            return found.text
        raise Unobservable(
            "no AWS region is set", "add `region:` to the rule, or pass AWS_REGION to the step"
        )


def _keys(world: World) -> Keys:
    session = world.variables.lookup("AWS_SESSION_TOKEN")
    if not isinstance(session, Absence):
        probe.require_usable(session.text, "AWS_SESSION_TOKEN")
    return Keys(
        access=probe.require_value(_CREDENTIALS, world),
        secret=probe.require_value("AWS_SECRET_ACCESS_KEY", world),
        session=None if isinstance(session, Absence) else session.text,
    )


def _raise_unless_200(
    answer: HttpAnswer, error_of: Callable[[bytes], str], permission: str
) -> None:
    if answer.status == 200:
        return
    if probe.is_busy(answer):  # whatever error it names
        raise Unobservable(f"AWS {probe.describe_answer(answer)}", "try again later")
    error = error_of(answer.body)
    skewed = error in _REJECTED and _CLOCK_SKEW.search(answer.body)
    if error == _REQUEST_EXPIRED or skewed:
        raise Unobservable(
            "AWS rejects the time of the request", "correct the clock of this machine"
        )
    if error in _FORBIDDEN:
        raise Unobservable(
            "AWS does not allow these credentials to do this", f"they need `{permission}`"
        )
    if error in _EXPIRED:
        raise Unobservable(
            "AWS says that the credentials have expired",
            "configure them in this job, right before the gate",
        )
    if error in _REJECTED:
        raise Unobservable(
            f"AWS does not accept the credentials ({_CREDENTIALS})",
            "check that they are complete and for this account",
        )
    if error in _NOT_FOUND:
        raise NotFound
    raise Unobservable(
        f"AWS {probe.describe_answer(answer)}; expected 200",
        "check the spelling of the names in the rule",
    )


def _json_error(body: bytes) -> str:
    try:
        return str(json.loads(body).get("__type", "")).rpartition("#")[2]
    except (ValueError, AttributeError, RecursionError):
        return ""


def _xml_error(body: bytes) -> str:
    _, _, rest = body.decode("utf-8", "replace").partition("<Code>")
    return rest.partition("</Code>")[0]
