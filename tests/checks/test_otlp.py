"""Empty exports to a receiver that decodes them."""

from __future__ import annotations

import pytest
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as traces
from pydantic import ValidationError

from deploy_checklist.checks import otlp as kind
from deploy_checklist.outcome import Outcome
from outside import looked
from servers.otlp import otlp
from servers.raw import raw, speaks_ssh
from servers.web import Answer, web


@pytest.mark.parametrize("signal", ["traces", "metrics", "logs"])
def test_an_empty_export_is_accepted_below_the_base_url(signal: str) -> None:
    with otlp() as there:
        finding = looked("otlp", {"signal": signal}, {"NAME": f"{there.url}/"})
        assert [(asked.path, asked.body) for asked in there.asked] == [(f"/v1/{signal}", b"")]
    assert (finding.outcome, finding.message, finding.notices) == (
        Outcome.PASS,
        "an empty export was accepted",
        (),
    )


@pytest.mark.parametrize("name", ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "NAME"])
def test_a_url_that_is_whole_already_is_used_as_it_is(name: str) -> None:
    """Appended twice, the path is a 404: the usual mistake with a signal's own variable."""
    with otlp() as there:
        finding = looked("otlp", {}, {name: f"{there.url}/v1/traces"}, subject=name)
    assert finding.outcome is Outcome.PASS


def test_the_base_variable_with_a_signals_path_fails_and_is_not_asked() -> None:
    """SDKs append the path again, whether or not a receiver takes every path."""
    name = "OTEL_EXPORTER_OTLP_ENDPOINT"
    for ending in ("/v1/traces", "/v1/traces/", "/v1/logs", "/v1/metrics?a=b"):
        for written in ({}, {"path": ""}, {"signal": "logs"}):
            with web(lambda _: Answer()) as there:
                finding = looked("otlp", written, {name: f"{there.url}{ending}"}, subject=name)
                assert there.asked == []
            assert finding.outcome is Outcome.FAIL
            assert "every SDK adds the signal's path again" in finding.message
    assert str(finding.remedy) == (
        "remove `/v1/metrics`, or store the whole URL as OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"
    )


@pytest.mark.parametrize("signal", ["traces", "metrics", "logs"])
def test_a_signals_own_variable_tells_the_signal(signal: str) -> None:
    name = f"OTEL_EXPORTER_OTLP_{signal.upper()}_ENDPOINT"
    with otlp() as there:
        whole = looked("otlp", {}, {name: f"{there.url}/v1/{signal}"}, subject=name)
        base = looked("otlp", {}, {name: there.url}, subject=name)
    assert whole.outcome is Outcome.PASS
    assert base.outcome is Outcome.FAIL and f"export of {signal}" in base.message
    assert base.remedy == f"SDKs use this variable's URL unchanged: end it with `/v1/{signal}`"


def test_a_signals_own_variable_with_the_path_of_another_signal_fails() -> None:
    name = "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT"
    with otlp() as there:
        finding = looked("otlp", {}, {name: f"{there.url}/v1/traces"}, subject=name)
    assert (finding.outcome, finding.message) == (
        Outcome.FAIL,
        "ends with `/v1/traces`, but SDKs send logs to this URL",
    )


def test_a_partial_success_is_a_notice_without_the_receivers_words() -> None:
    with otlp(warning="secret words") as there:
        finding = looked("otlp", {}, {"NAME": there.url})
    assert finding.outcome is Outcome.PASS
    assert finding.notices == ("the receiver accepts it with a warning (a partial success)",)


def test_headers_are_read_as_the_specification_writes_them() -> None:
    with otlp(key="a key") as there:
        written = {"headers_env": "OTEL_EXPORTER_OTLP_HEADERS", "host": "localhost"}
        values = {"NAME": there.url, "OTEL_EXPORTER_OTLP_HEADERS": "x-api-key=a%20key, x-team = a"}
        good = looked("otlp", written, values)
        bad = looked("otlp", written, {**values, "OTEL_EXPORTER_OTLP_HEADERS": "x-api-key=another"})
    assert good.outcome is Outcome.PASS
    assert (
        bad.message
        == "answered 401 (no content type, 0 bytes) to an empty export of traces; expected 200"
    )
    assert "refuses the credential" in str(bad.remedy)


def test_headers_are_sent_only_to_a_host_that_the_rule_names() -> None:
    with pytest.raises(ValidationError):
        kind.Params(headers_env="OTEL_EXPORTER_OTLP_HEADERS")
    with otlp() as hostile:
        values = {"NAME": hostile.url, "HEADERS": "x-api-key=k"}
        finding = looked("otlp", {"headers_env": "HEADERS", "host": "otlp.acme.example"}, values)
        assert hostile.asked == []
    assert finding.outcome is Outcome.FAIL


def test_the_wrong_path_and_the_grpc_port_say_what_to_change() -> None:
    with otlp() as there:
        wrong = looked("otlp", {}, {"NAME": f"{there.url}/otlp"})
    with raw(speaks_ssh) as port:
        grpc = looked("otlp", {}, {"NAME": f"http://localhost:{port}"})
    assert wrong.outcome is Outcome.FAIL and "base URL" in str(wrong.remedy)
    assert grpc.outcome is Outcome.FAIL and "4318" in str(grpc.remedy)


FULL = traces.ExportTraceServiceResponse()
FULL.partial_success.rejected_spans = 300
FULL.partial_success.error_message = "words " * 40


@pytest.mark.parametrize(
    ("body", "media_type", "notice"),
    [
        (b"", "", False),
        (b"", "application/json", False),
        (b"{}", "application/json", False),
        (b'{"partialSuccess": {}}', "application/json; charset=utf-8", False),
        (b'{"partialSuccess": {"errorMessage": "x"}}', "application/json", True),
        (FULL.SerializeToString(), "application/x-protobuf", True),
        (b"\x0a\x00", "application/x-protobuf", False),
    ],
)
def test_what_answers_an_export(body: bytes, media_type: str, notice: bool) -> None:
    with web(
        lambda _: Answer(body=body, headers={"Content-Type": media_type} if media_type else {})
    ) as there:
        finding = looked("otlp", {}, {"NAME": there.url})
    assert (finding.outcome, bool(finding.notices)) == (Outcome.PASS, notice)


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"<!doctype html><title>Sign in</title>", "text/html"),
        (b"", "text/html"),
        (b"\n\n<html>Sign in</html>", "text/html"),
        (b"OK", "text/plain"),
        (b'{"error": 1}', "application/json"),
        (b"[]", "application/json"),
        (b"{", "application/json"),
        (b"{}", ""),
        (FULL.SerializeToString()[:-1], "application/x-protobuf"),
        (b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "application/x-protobuf"),
        (b"\x0a", "application/x-protobuf"),
        (b"\x0a\x02<h", "application/x-protobuf"),
        (bytes(2_000_000), "application/x-protobuf"),
    ],
)
def test_a_page_with_status_200_accepts_no_export(body: bytes, media_type: str) -> None:
    with web(
        lambda _: Answer(body=body, headers={"Content-Type": media_type} if media_type else {})
    ) as there:
        finding = looked("otlp", {}, {"NAME": there.url})
    assert finding.outcome is Outcome.FAIL
    assert finding.message.endswith(", which is not an answer to an export")


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_receiver_that_is_too_busy_says_nothing_of_the_export(status: int) -> None:
    with web(lambda _: Answer(status=status)) as there:
        finding = looked("otlp", {}, {"NAME": there.url})
    assert (finding.outcome, finding.message) == (
        Outcome.UNKNOWN,
        f"it answered {status} (no content type, 0 bytes) to an empty export of traces",
    )


def test_a_header_that_is_not_a_value_is_not_sent() -> None:
    with web(lambda _: Answer()) as there:
        rule = {"url": there.url, "headers_env": "KEY"}
        finding = looked("otlp", rule, {"KEY": "a=b,x-api-key=$API_KEY"}, subject=None)
        assert there.asked == []
    assert (finding.outcome, finding.message) == (
        Outcome.UNKNOWN,
        "KEY is a variable or a command that was not expanded, so no request was sent",
    )
