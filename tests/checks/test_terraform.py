"""`terraform`: outputs and resources of a state, whose values are never said."""

from __future__ import annotations

import gzip
import json

import pytest
from pydantic import ValidationError

from checks.judging import finding_of, said
from deploy_checklist.checks.terraform import Params
from deploy_checklist.outcome import Outcome
from fakes import FakeGitHub, FakeHttp, FakeRepository, world

PATH = "infra/realtime.tfstate"


def resource(
    kind: str, name: str, *instances: dict[str, object], **more: object
) -> dict[str, object]:
    return {
        "mode": "managed",
        "type": kind,
        "name": name,
        "provider": "p",
        "instances": list(instances),
        **more,
    }


STATE: dict[str, object] = {
    "version": 4,
    "terraform_version": "1.9.8",
    "serial": 7,
    "lineage": "x",
    "outputs": {
        "redis_url": {"value": "rediss://canary@cache:6379", "type": "string", "sensitive": True},
        "origins": {"value": ["https://acme.example"], "type": ["list", "string"]},
        "version": {"value": "2.4.0", "type": "string"},
    },
    "resources": [
        resource(
            "aws_lb_target_group",
            "rt",
            {"attributes": {"health_check": [{"path": "/canary"}], "port": 443}},
        ),
        resource("aws_lb", "main", {"attributes": {"internal": False}}, module='module.lb["a"]'),
        resource(
            "aws_instance",
            "rt",
            {"index_key": 0, "attributes": {"ami": "canary"}},
            {"index_key": 1, "attributes": {"ami": "other"}},
            {"deposed": "00000000", "index_key": 1, "attributes": {"ami": "old"}},
        ),
        resource("aws_ami", "base", {"attributes": {"id": "canary"}}, mode="data"),
        resource("aws_vpc", "none"),
        "no resource",
    ],
}
OUTPUTS = STATE["outputs"]

JUDGED = [
    ({"output": "redis_url", "matches": "rediss://.*"}, Outcome.PASS),
    ({"output": "redis_url", "matches": "redis://.*"}, Outcome.FAIL),
    ({"output": "redis_url", "equals": "REDISS://CANARY@CACHE:6379"}, Outcome.FAIL),
    ({"output": "origins", "contains": ["https://acme.example"]}, Outcome.PASS),
    ({"output": "origins", "at": "[0]", "equals": "https://acme.example"}, Outcome.PASS),
    ({"output": "no", "exists": False}, Outcome.FAIL),
    ({"output": "version", "equals": "2.4.0"}, Outcome.PASS),
    (
        {"resource": "aws_lb_target_group.rt", "at": "health_check[0].path", "equals": "/canary"},
        Outcome.PASS,
    ),
    ({"resource": "aws_lb_target_group.rt", "at": "port", "equals": 80}, Outcome.FAIL),
    ({"resource": 'module.lb["a"].aws_lb.main', "at": "internal", "equals": False}, Outcome.PASS),
    ({"resource": "aws_instance.rt[1]", "at": "ami", "equals": "other"}, Outcome.PASS),
    (
        {"resource": "aws_instance.rt", "at": "ami", "equals": "other"},
        Outcome.FAIL,
    ),  # the first one differs
    ({"resource": "aws_instance.rt", "at": "ami", "not_one_of": ["old"]}, Outcome.PASS),
    ({"resource": "data.aws_ami.base", "at": "id", "min_length": 3}, Outcome.PASS),
    ({"resource": "aws_ami.base", "exists": True}, Outcome.FAIL),
    ({"resource": "aws_vpc.none", "exists": True}, Outcome.FAIL),
]


@pytest.mark.parametrize(("written", "outcome"), JUDGED)
def test_a_state_is_judged_and_none_of_its_values_is_reported(
    written: dict[str, object], outcome: Outcome
) -> None:
    around = world(
        repository=FakeRepository({PATH: json.dumps(STATE)}, untracked=frozenset([PATH]))
    )
    finding = finding_of("terraform", {"state": PATH, **written}, None, around)
    assert finding.outcome is outcome
    assert finding.notices == ()
    told = said(finding).replace("CANARY", "")
    assert "canary" not in told or "canary" in str(written)


@pytest.mark.parametrize(("written", "outcome"), JUDGED)
def test_the_json_of_terraform_output_serves_as_well(
    written: dict[str, object], outcome: Outcome
) -> None:
    around = world(repository=FakeRepository({PATH: json.dumps(OUTPUTS)}))
    finding = finding_of("terraform", {"state": PATH, **written}, None, around)
    if "resource" in written:
        assert (finding.outcome, finding.message) == (
            Outcome.FAIL,
            f"`{PATH}` contains only outputs, so there is no resource to check",
        )
    else:
        assert finding.outcome is outcome


UNFIT = [
    ("", Outcome.FAIL, "cannot be read: line 1"),
    ("[]", Outcome.FAIL, "is neither a state nor"),
    ('{"version": 4, "outputs": [', Outcome.FAIL, "cannot be read: line 1"),
    ('{"version": 4}', Outcome.FAIL, "has no output `x`"),
    ('{"version": 4, "outputs": []}', Outcome.FAIL, "has no output `x`"),
    ('{"version": 4, "outputs": {"x": 1}}', Outcome.FAIL, "has no output `x`"),
    ('{"version": 4, "outputs": {"x": {}}}', Outcome.FAIL, "has no output `x`"),
    ('{"version": 3, "modules": []}', Outcome.UNKNOWN, "a state whose version is not 4"),
    ('{"version": true}', Outcome.UNKNOWN, "a state whose version is not 4"),
    (
        '{"serial": 1, "encrypted_data": "canary", "encryption_version": "v0"}',
        Outcome.UNKNOWN,
        "is encrypted",
    ),
]


@pytest.mark.parametrize(("text", "outcome", "message"), UNFIT)
def test_a_state_that_cannot_be_read_never_passes(
    text: str, outcome: Outcome, message: str
) -> None:
    around = world(repository=FakeRepository({PATH: text}, untracked=frozenset([PATH])))
    finding = finding_of("terraform", {"state": PATH, "output": "x", "exists": True}, None, around)
    assert finding.outcome is outcome
    assert message in finding.message
    assert "canary" not in said(finding)


OUTPUT = '{"x": {"sensitive": true, "type": "string", "value": "canary"}}'
SHAPES = [
    (f"[command]/tf/terraform-bin output -json\n{OUTPUT}", "wrapper", "terraform_wrapper: false"),
    (f"{OUTPUT}\n::debug::Terraform exited with code 0.\n", "wrapper", "terraform_wrapper: false"),
    (
        OUTPUT.encode("utf-16"),
        "UTF-16",
        "`terraform output -json | Out-File -Encoding utf8 o.json`",
    ),
    (OUTPUT.encode("utf-16-le"), "UTF-16", "Out-File -Encoding utf8"),
    (gzip.compress(OUTPUT.encode(), mtime=0), "gzip", "gunzip"),
    ('"canary"', "it is one value", "`terraform output -json > o.json`"),
    ('["canary"]', "it is one value", "`terraform output -json > o.json`"),
    ("rediss://canary:6379\n", "terraform output -raw", "`terraform output -json > o.json`"),
    ("{}", "it has no outputs", "workspace"),
    (" \n", "is empty", "`terraform output -json > o.json`"),
    ("\x1b[33m╷\x1b[0m\n│ Warning: No outputs found\n", "message of Terraform's", "workspace"),
    (
        '{"format_version": "1.0", "values": {}}',
        "a state as `terraform show -json`",
        "output -json",
    ),
    ('{"format_version": "1.2", "planned_values": {}}', "is a plan", "output -json"),
    ('{"data": [{"attributes": {"name": "x"}}]}', "HCP Terraform's API", "output -json"),
    ('{"data": {"attributes": {"name": "x"}}}', "HCP Terraform's API", "output -json"),
    (f"time=2026 level=info msg=Running\n{OUTPUT}", "other lines", "without `2>&1`"),
    (f"{OUTPUT}\nReleasing the lock\n", "other lines", "without `2>&1`"),
    ('{"x": "canary"}', "plain value, as `pulumi stack output --json`", 'at: "x"'),
    ('{"error": {"code": 403}}', "JSON, but not in Terraform's format", "output -json"),
    ('{"x": {"sensitive": true, "value": "<sensitive>"}}', "is masked", "output -json"),
    ('{"x": {"value": "***"}}', "is masked", "output -json"),
    ("version https://git-lfs.github.com/spec/v1\noid sha256:aa\n", "Git LFS", "git lfs pull"),
    ('<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "XML", "downloads"),
    ('x = "canary"\ny = 3\n', "without `-json`", "`terraform output -json > o.json`"),
    ('# aws_lb.main:\nresource "aws_lb" "main" {\n}\n', "terraform show", "output -json"),
    ('{"@level":"info"}\n{"@level":"info"}\n', "log in JSON", "output -json"),
    ('{"x": {"value": null, "type": "dynamic"}}', "exists, but is null", ""),
    (
        '{"version": 3, "modules": []}',
        "version is not 4",
        "`terraform output -json > o.json`",
    ),
    ('{"encrypted_data": "canary"}', "is encrypted", "`tofu output -json > o.json`"),
]


def test_a_duplicate_key_does_not_count_as_a_line_around_the_json() -> None:
    around = world(repository=FakeRepository({"o.json": '{"x": {"value": 1}, "x": {"value": 2}}'}))
    written = {"state": "o.json", "output": "x", "matches": ".+"}
    finding = finding_of("terraform", written, None, around)
    assert finding.outcome is Outcome.FAIL
    assert "duplicate key" in finding.message
    assert "around" not in finding.message


@pytest.mark.parametrize(("held", "shape", "typed"), SHAPES)
def test_what_is_not_a_state_is_named_with_what_to_type(
    held: str | bytes, shape: str, typed: str
) -> None:
    around = world(repository=FakeRepository({"o.json": held}))
    written = {"state": "o.json", "output": "x", "matches": ".+"}
    finding = finding_of("terraform", written, None, around)
    assert finding.outcome in (Outcome.FAIL, Outcome.UNKNOWN)
    assert shape in finding.message
    assert typed in (finding.remedy or "")
    assert "canary" not in said(finding)
    assert "apply" not in said(finding)


@pytest.mark.parametrize("held", [text for text, *_ in UNFIT] + [held for held, *_ in SHAPES])
def test_no_advice_writes_over_a_state(held: str | bytes) -> None:
    """For a resource it is the state that must be written, and to another file."""
    around = world(repository=FakeRepository({PATH: held}))
    written = {"state": PATH, "resource": "a.b", "exists": True}
    finding = finding_of("terraform", written, None, around)
    assert finding.outcome is not Outcome.PASS
    assert f"> {PATH}" not in said(finding) and "output -json >" not in said(finding)


def test_a_tainted_resource_is_a_notice_for_its_own_rule_and_for_outputs() -> None:
    tainted: dict[str, object] = {"status": "tainted", "attributes": {"port": 1}}
    resources = [resource("a", "b", tainted), resource("c", "d", {"attributes": {"port": 1}})]
    state = {**STATE, "resources": resources}
    around = world(
        repository=FakeRepository({PATH: json.dumps(state)}, untracked=frozenset([PATH]))
    )
    notice = (f"`a.b` is tainted in `{PATH}`: Terraform will replace it",)
    for written, notices in (
        ({"resource": "a.b", "at": "port", "equals": 1}, notice),
        ({"resource": "c.d", "at": "port", "equals": 1}, ()),
        ({"output": "version", "exists": True}, notice),
    ):
        finding = finding_of("terraform", {"state": PATH, **written}, None, around)
        assert (finding.outcome, finding.notices) == (Outcome.PASS, notices)


def test_a_resource_without_instances_is_distinguished_from_a_missing_one() -> None:
    deposed: dict[str, object] = {"deposed": "0a1b", "attributes": {"port": 1}}
    state = {"version": 4, "resources": [resource("a", "b"), resource("c", "d", deposed)]}
    around = world(repository=FakeRepository({PATH: json.dumps(state)}))
    messages = [
        finding_of("terraform", {"state": PATH, "resource": each, "exists": True}, None, around)
        for each in ("a.b", "c.d", "e.f")
    ]
    assert [(each.outcome, each.message) for each in messages] == [
        (Outcome.FAIL, f"`a.b` has no instance in `{PATH}`"),
        (Outcome.FAIL, f"`c.d` has no instance in `{PATH}`"),
        (Outcome.FAIL, f"`{PATH}` has no resource `e.f`"),
    ]


def test_odd_resources_are_passed_over() -> None:
    for resources in (
        None,
        {},
        [1],
        [{}],
        [{"instances": {}}],
        [{"type": "a", "name": "b", "instances": [1, {}]}],
    ):
        text = json.dumps({"version": 4, "resources": resources})
        around = world(repository=FakeRepository({PATH: text}))
        written = {"state": PATH, "resource": "a.b", "at": "c", "exists": True}
        assert finding_of("terraform", written, None, around).outcome is Outcome.FAIL


def test_a_tracked_state_is_a_notice() -> None:
    around = world(repository=FakeRepository({PATH: json.dumps(STATE)}))
    finding = finding_of(
        "terraform", {"state": PATH, "output": "version", "exists": True}, None, around
    )
    assert finding.outcome is Outcome.PASS
    assert finding.notices == (
        f"`{PATH}` is tracked by git, but a state contains secrets in plain text",
    )


def test_a_state_that_is_not_there_fails_with_the_command_that_writes_it() -> None:
    finding = finding_of("terraform", {"state": PATH, "output": "x", "exists": True}, None, world())
    assert (finding.outcome, finding.message) == (Outcome.FAIL, f"`{PATH}` does not exist")
    assert "terraform output -json" in (finding.remedy or "")


ELSEWHERE = [
    {"url": "https://config.acme.example/rt?sig=canary"},
    {"github": "acme/infra/rt.json@main"},
]


@pytest.mark.parametrize("source", ELSEWHERE)
@pytest.mark.parametrize(("written", "outcome"), JUDGED)
def test_a_state_that_lies_elsewhere_is_judged_alike(
    source: dict[str, str], written: dict[str, object], outcome: Outcome
) -> None:
    body = json.dumps(STATE).encode()
    around = world(
        http=FakeHttp(body=body), github=FakeGitHub(contents={("acme/infra", "rt.json"): body})
    )
    finding = finding_of("terraform", {**source, **written}, None, around)
    assert finding.outcome is outcome
    told = said(finding).replace("CANARY", "")
    assert "canary" not in told or "canary" in str(written)


@pytest.mark.parametrize("source", ELSEWHERE)
def test_a_state_elsewhere_that_cannot_be_checked_is_unknown(source: dict[str, str]) -> None:
    written = {**source, "output": "version", "exists": True}
    assert finding_of("terraform", written, None, world()).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (ELSEWHERE[0], "`https://config.acme.example/rt` answered 404; expected 200"),
        (ELSEWHERE[1], "`acme/infra/rt.json@main` does not exist"),
    ],
)
def test_a_state_that_is_not_there_elsewhere_fails(source: dict[str, str], message: str) -> None:
    around = world(http=FakeHttp(status=404), github=FakeGitHub())
    finding = finding_of("terraform", {**source, "output": "version", "exists": True}, None, around)
    assert (finding.outcome, finding.message, finding.remedy) == (Outcome.FAIL, message, None)


@pytest.mark.parametrize(
    "written",
    [
        {"state": PATH, "exists": True},
        {"state": PATH, "output": "x"},
        {"state": PATH, "output": "x", "resource": "y", "exists": True},
        {"output": "x", "exists": True},
        {"state": PATH, "url": "https://acme.example", "output": "x", "exists": True},
        {"url": "https://user:pass@acme.example", "output": "x", "exists": True},
        {"github": "acme/infra", "output": "x", "exists": True},
    ],
)
def test_a_use_that_names_nothing_or_two_things_is_refused(written: object) -> None:
    with pytest.raises(ValidationError):
        Params.model_validate(written)
