"""the ACM certificate is issued, in use, and its renewal has not failed"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ..outcome import Finding, Unobservable, failed, passed
from ..world.ports import World
from .base import JudgeContext, Needs, Observation
from .shared import service
from .shared.aws import Aws, AwsParams, NotFound
from .shared.calls import Calls
from .shared.moments import parse_moment, require_moment
from .shared.service import Service

_PAGES = 20
_ACM = Service(
    name="AWS (ACM)", credential="AWS_ACCESS_KEY_ID", permission="`acm:DescribeCertificate`"
)
_STATUSES = frozenset(
    ("PENDING_VALIDATION", "INACTIVE", "EXPIRED", "VALIDATION_TIMED_OUT", "REVOKED", "FAILED")
)
_KEY_TYPES = [
    "RSA_1024",
    "RSA_2048",
    "RSA_3072",
    "RSA_4096",
    "EC_prime256v1",
    "EC_secp384r1",
    "EC_secp521r1",
]


class Params(AwsParams):
    """`arn`, or the `domain` whose certificates are meant; needs `acm:ListCertificates`,
    `acm:DescribeCertificate`.
    """

    arn: str | None = Field(
        default=None,
        pattern="^arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]*:certificate/.+$",
        description="of the certificate",
    )
    domain: str | None = Field(
        default=None, min_length=1, description="a name that the certificate is for"
    )

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.arn is None) == (self.domain is None):
            raise PydanticCustomError("aws", "takes either `arn` or `domain`")
        return self


def reads(params: Params) -> frozenset[Needs]:
    return params.needs(value=False)


def observe(params: Params, subject: str | None, world: World) -> Observation:
    if params.arn and params.region is None:
        params = params.model_copy(update={"region": params.arn.split(":")[3]})
    calls = Calls(world, params.timeout)
    acm = Aws(name="ACM", endpoint="acm", params=params, calls=calls)
    arns = [params.arn] if params.arn else _of_domain(acm, params.domain or "")
    found = []
    for arn in arns:
        try:
            asked = {"CertificateArn": arn}
            described = acm.json(
                "CertificateManager.DescribeCertificate", "acm:DescribeCertificate", asked
            )
        except NotFound:
            continue
        certificate = service.mapping(_ACM, described.get("Certificate"))
        if params.domain is None or _is_for(certificate, params.domain):
            found.append(certificate)
    return Observation(source=calls.source("AWS Certificate Manager"), data=found)


def _of_domain(acm: Aws, domain: str) -> Sequence[str]:
    """The ARNs of certificates for a domain. Without naming key types, AWS lists only RSA of 2,048
    bits.
    """
    wanted = _names_for(domain)
    arns: list[str] = []
    asked: dict[str, object] = {"Includes": {"keyTypes": _KEY_TYPES}, "MaxItems": 100}
    for _ in range(_PAGES):
        try:
            page = acm.json("CertificateManager.ListCertificates", "acm:ListCertificates", asked)
        except NotFound:
            raise Unobservable(
                "ACM does not list its certificates", "is it the right region?"
            ) from None
        for each in service.entries(_ACM, page.get("CertificateSummaryList")):
            named = _names(each, "SubjectAlternativeNameSummaries")
            if (
                not wanted.isdisjoint(named)
                or each.get("HasAdditionalSubjectAlternativeNames") is True
            ):
                arns.append(str(each.get("CertificateArn")))
        if not page.get("NextToken"):
            return arns
        asked = {**asked, "NextToken": page["NextToken"]}
    raise Unobservable(
        f"ACM lists more than {_PAGES * 100} certificates", "name the one by its `arn`"
    )


def _names_for(domain: str) -> frozenset[str]:
    lower = domain.lower()
    return frozenset((lower, f"*.{lower.partition('.')[2]}"))


def _names(certificate: dict[str, Any], others: str) -> Sequence[str]:
    more = certificate.get(others)
    found = [certificate.get("DomainName"), *(more if isinstance(more, list) else [])]
    return [str(name).lower() for name in found]


def _is_for(certificate: dict[str, Any], domain: str) -> bool:
    """By its full list of names; ACM's list of certificates has no more than a hundred of each."""
    return not _names_for(domain).isdisjoint(_names(certificate, "SubjectAlternativeNames"))


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    certificates: list[dict[str, Any]] = observation.data
    what = f"`{params.domain}`" if params.domain else "that ARN"
    if not certificates:
        return failed(f"ACM has no certificate for {what}", "is it the right account and region?")
    used = [each for each in certificates if each.get("InUseBy")]
    if not used:
        return failed(
            f"ACM's certificate for {what} is not in use",
            "attach it to the load balancer or distribution",
        )
    for each in used:
        if fault := _fault(each, context.now):
            return failed(*fault)
    return passed(f"issued and in use, valid until {min(map(_ends, used)):%Y-%m-%d}")


def _fault(certificate: dict[str, Any], now: datetime) -> tuple[str, str | None] | None:
    status = str(certificate.get("Status"))
    if status != "ISSUED":
        known = status if status in _STATUSES else "unknown"
        return (
            f"the certificate is not issued: its status is {known}",
            "see ACM's console for what it waits for",
        )
    renewal = service.mapping(_ACM, certificate.get("RenewalSummary") or {}).get("RenewalStatus")
    if renewal == "FAILED":
        return (
            "its renewal has failed",
            "check the CAA and validation records of every name, then renew it",
        )
    if renewal == "PENDING_VALIDATION":
        return (
            "its renewal waits for validation",
            "restore the validation records (CNAME) of every name",
        )
    begins, ends = parse_moment(certificate.get("NotBefore")), _ends(certificate)
    if ends <= now:
        return f"the certificate expired on {ends:%Y-%m-%d}", "import or request a new one"
    if begins is not None and begins > now:
        return (
            f"the certificate is not valid before {begins:%Y-%m-%d}",
            "use the one before until then",
        )
    ineligible = (
        certificate.get("RenewalEligibility") == "INELIGIBLE"
    )  # an imported one, for example
    if ineligible and begins is not None and (ends - now) * 6 <= ends - begins:
        return (
            f"AWS does not renew this certificate, and it ends on {ends:%Y-%m-%d}",
            "import or request a new one",
        )
    return None


def _ends(certificate: dict[str, Any]) -> datetime:
    return require_moment(certificate.get("NotAfter"), _ACM.name)
