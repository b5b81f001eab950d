"""Target groups, asked of moto; what moto never says is put in by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from deploy_checklist.outcome import Finding, Outcome
from outside import looked
from servers.aws import KEYS, Aws, aws
from servers.web import Answer, Asked, web


@pytest.fixture(scope="module")
def cloud() -> Iterator[Aws]:
    with aws() as there:
        yield there


def group(url: str, **written: object) -> Finding:
    return looked("aws_target_group", {"url": url, **written}, KEYS, subject=None)


def test_a_target_group_and_its_targets(cloud: Aws) -> None:
    ec2, elb = cloud.client("ec2"), cloud.client("elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    made = elb.create_target_group(
        Name="realtime", Protocol="HTTP", Port=80, VpcId=vpc, HealthCheckPath="/healthz"
    )
    arn = made["TargetGroups"][0]["TargetGroupArn"]
    assert group(cloud.url, name="elsewhere").message == "AWS has no such target group"
    assert group(cloud.url, name="realtime").message == "the target group has no targets"
    assert (
        group(cloud.url, arn=arn, path="/health").message
        == "its health check does not request `/health`"
    )
    image = ec2.describe_images()["Images"][0]["ImageId"]
    run = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=subnet)["Instances"]
    elb.register_targets(TargetGroupArn=arn, Targets=[{"Id": run[0]["InstanceId"]}])
    finding = group(cloud.url, arn=arn, path="/healthz")
    assert (finding.outcome, finding.message) == (
        Outcome.PASS,
        "1 of 1 targets are healthy; the health check requests `/healthz`",
    )


GROUP = (
    "<member><TargetGroupArn>a</TargetGroupArn><TargetGroupName>realtime</TargetGroupName>"
    "<HealthCheckPath>/</HealthCheckPath></member>"
)


def xml_of(*states: str) -> Answer:
    members = "".join(
        f"<member><TargetHealth><State>{state}</State></TargetHealth></member>" for state in states
    )
    health = f"<TargetHealthDescriptions>{members}</TargetHealthDescriptions>"
    return Answer(
        body=f'<R xmlns="urn:x"><TargetGroups>{GROUP}</TargetGroups>{health}</R>'.encode()
    )


@pytest.mark.parametrize(
    ("states", "words"),
    [
        (("healthy", "draining"), "1 of 1 targets are healthy"),
        (("healthy", "unhealthy", "initial"), "1 initial, 1 unhealthy, of 3 targets"),
        (("healthy", "unused"), "1 unused, of 2 targets"),
        (("unused", "unused"), "no load balancer uses the target group"),
        (("draining",), "the target group has no targets"),
        (("::error::",), "1 in another state, of 1 targets"),
    ],
)
def test_every_target_that_stays_must_be_healthy(states: tuple[str, ...], words: str) -> None:
    with web(lambda asked: xml_of(*states)) as there:
        assert group(there.url, name="realtime").message == words


DECLARED = '<!DOCTYPE a [<!ENTITY b "' + "c" * 1000 + '">]><a>&b;</a>'


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(DECLARED.encode(), id="a document type"),
        pytest.param(DECLARED.encode("utf-16"), id="a document type in UTF-16"),
        pytest.param(
            b'<?xml version="1.0" encoding="nonsense"?><a/>', id="an encoding that nobody knows"
        ),
        pytest.param(
            b'<?xml version="1.0" encoding="gbk"?><a/>', id="an encoding of several bytes"
        ),
        pytest.param(b"\xff\x00", id="no text"),
        pytest.param(b"<html><body>Sign in</body></html>", id="a page"),
        pytest.param(f"<R><TargetGroups>{GROUP}</TargetGroups></R>".encode(), id="no states"),
        pytest.param(xml_of("healthy").body[:-20], id="cut"),
        pytest.param(b'{"TargetGroups": []}', id="JSON"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_an_answer_in_another_shape_is_unknown(body: bytes) -> None:
    """It says neither that the group is there nor that it is not."""
    with web(lambda asked: Answer(body=body)) as there:
        finding = group(there.url, name="realtime")
    assert (finding.outcome, finding.message) == (
        Outcome.UNKNOWN,
        "AWS's answer does not match its documentation",
    )


def test_a_group_that_is_deleted_while_it_is_checked_is_not_there() -> None:
    def respond(asked: Asked) -> Answer:
        if b"DescribeTargetHealth" not in asked.body:
            return xml_of("healthy")
        return Answer(status=400, body=b"<R><Error><Code>TargetGroupNotFound</Code></Error></R>")

    with web(respond) as there:
        assert group(there.url, name="realtime").message == "AWS has no such target group"
