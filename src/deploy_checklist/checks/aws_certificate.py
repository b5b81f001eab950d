"""the ACM certificate is issued and in use, and its renewal has not failed

Name the certificate by `arn`, or by the `domain` that it covers. The role needs the permissions
`acm:ListCertificates` and `acm:DescribeCertificate`.
"""

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

OF_RUNNING_WORLD = True
_PAGES = 20
_ACM = Service(
    name="AWS (ACM)", credential="AWS_ACCESS_KEY_ID", permission="`acm:DescribeCertificate`"
)
_STATUSES = frozenset(
    ("PENDING_VALIDATION", "INACTIVE", "EXPIRED", "VALIDATION_TIMED_OUT", "REVOKED", "FAILED")
)
# Without the names of key types, AWS lists only certificates with RSA keys of 2,048 bits.
_KEY_TYPES = ["RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096"]
_KEY_TYPES += ["EC_prime256v1", "EC_secp384r1", "EC_secp521r1"]


class Params(AwsParams):
    """`arn`, or `domain` for the certificates of that domain; needs `acm:ListCertificates`,
    `acm:DescribeCertificate`.
    """

    arn: str | None = Field(
        default=None,
        pattern="^arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]*:certificate/.+$",
        description="ARN of the certificate.",
    )
    domain: str | None = Field(
        default=None,
        min_length=1,
        description="A domain name that the certificate covers.",
        examples=["shop.acme.example"],
    )

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.arn is None) == (self.domain is None):
            raise PydanticCustomError("aws", "needs exactly one of `arn` and `domain`")
        return self


def reads(params: Params) -> frozenset[Needs]:
    return params.needs(value=False)


def observe(params: Params, subject: str | None, world: World) -> Observation:
    if params.arn and params.region is None:
        params = params.model_copy(update={"region": params.arn.split(":")[3]})
    calls = Calls(world, params.timeout)
    acm = Aws(name="ACM", endpoint="acm", params=params, calls=calls)
    found = []
    for arn in [params.arn] if params.arn else _arns_for(acm, params.domain or ""):
        try:
            answer = acm.json(
                "CertificateManager.DescribeCertificate",
                "acm:DescribeCertificate",
                {"CertificateArn": arn},
            )
        except NotFound:
            continue
        certificate = service.mapping(_ACM, answer.get("Certificate"))
        if params.domain is None or _is_for(params.domain, certificate, "SubjectAlternativeNames"):
            found.append(certificate)
    return Observation(source=calls.source("AWS Certificate Manager"), data=found)


def _arns_for(acm: Aws, domain: str) -> Sequence[str]:
    """The ARNs of certificates that may be for a domain: the list has at most a hundred names of
    each.
    """
    arns: list[str] = []
    query: dict[str, object] = {"Includes": {"keyTypes": _KEY_TYPES}, "MaxItems": 100}
    for _ in range(_PAGES):
        try:
            page = acm.json("CertificateManager.ListCertificates", "acm:ListCertificates", query)
        except NotFound:
            raise Unobservable("ACM does not list its certificates", "check the region") from None
        for each in service.entries(_ACM, page.get("CertificateSummaryList")):
            has_more_names = each.get("HasAdditionalSubjectAlternativeNames") is True
            if has_more_names or _is_for(domain, each, "SubjectAlternativeNameSummaries"):
                arns.append(str(each.get("CertificateArn")))
        if not page.get("NextToken"):
            return arns
        query = {**query, "NextToken": page["NextToken"]}
    raise Unobservable(
        f"ACM lists more than {_PAGES * 100} certificates", "name the certificate by its `arn`"
    )


def _is_for(domain: str, certificate: dict[str, Any], key: str) -> bool:
    """Whether a certificate names the domain or its wildcard. `key` holds the alternative names."""
    names = [certificate.get("DomainName")]
    alternatives = certificate.get(key)
    if isinstance(alternatives, list):
        names += alternatives
    domain = domain.lower()
    wildcard = f"*.{domain.partition('.')[2]}"
    return any(str(name).lower() in (domain, wildcard) for name in names)


def moments(params: Params, observation: Observation) -> Sequence[datetime]:
    certificates: list[dict[str, Any]] = observation.data
    found: list[datetime] = []
    for each in certificates:
        begins, ends = parse_moment(each.get("NotBefore")), parse_moment(each.get("NotAfter"))
        found += [moment for moment in (begins, ends) if moment is not None]
        if begins is not None and ends is not None:
            found.append(ends - (ends - begins) / 6)
    return found


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    certificates: list[dict[str, Any]] = observation.data
    what = f"`{params.domain}`" if params.domain else "that ARN"
    if not certificates:
        return failed(f"ACM has no certificate for {what}", "check the account and the region")
    in_use = [each for each in certificates if each.get("InUseBy")]
    if not in_use:
        return failed(
            f"ACM's certificate for {what} is not in use",
            "attach it to the load balancer or distribution",
        )
    for each in in_use:
        if fault := _fault_of(each, context.now):
            return failed(*fault)
    return passed(f"issued and in use, valid until {min(map(_end_of, in_use)):%Y-%m-%d}")


def _fault_of(certificate: dict[str, Any], now: datetime) -> tuple[str, str] | None:
    """What is wrong with a certificate, and what to do about it."""
    status = str(certificate.get("Status"))
    if status != "ISSUED":
        known = status if status in _STATUSES else "unknown"
        return (
            f"the certificate is not issued: its status is {known}",
            "see the reason in the ACM console",
        )
    renewal = service.mapping(_ACM, certificate.get("RenewalSummary") or {}).get("RenewalStatus")
    if renewal == "FAILED":
        return (
            "its renewal has failed",
            "check the CAA and validation records of every name, then renew it",
        )
    if renewal == "PENDING_VALIDATION":
        return (
            "its renewal is waiting for validation",
            "restore the validation records (CNAME) of every name",
        )
    begins, ends = parse_moment(certificate.get("NotBefore")), _end_of(certificate)
    if ends <= now:
        return f"the certificate expired on {ends:%Y-%m-%d}", "import or request a new one"
    if begins is not None and begins > now:
        return (
            f"the certificate is not valid before {begins:%Y-%m-%d}",
            "use the previous one until then",
        )
    # AWS does not renew an imported certificate, for example.
    ineligible = certificate.get("RenewalEligibility") == "INELIGIBLE"
    if ineligible and begins is not None and (ends - now) * 6 <= ends - begins:
        return (
            f"AWS does not renew this certificate, and it expires on {ends:%Y-%m-%d}",
            "import or request a new one",
        )
    return None


def _end_of(certificate: dict[str, Any]) -> datetime:
    return require_moment(certificate.get("NotAfter"), _ACM.name)
