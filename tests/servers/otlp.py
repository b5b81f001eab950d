"""An OTLP receiver over HTTP that decodes what it is sent, as the specification says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.logs.v1 import logs_service_pb2 as logs
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2 as metrics
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as traces

from servers.web import Answer, Asked, Web, web

_REQUESTS = {
    "/v1/traces": (traces.ExportTraceServiceRequest, traces.ExportTraceServiceResponse),
    "/v1/metrics": (metrics.ExportMetricsServiceRequest, metrics.ExportMetricsServiceResponse),
    "/v1/logs": (logs.ExportLogsServiceRequest, logs.ExportLogsServiceResponse),
}


@contextmanager
def otlp(*, key: str | None = None, warning: str | None = None) -> Iterator[Web]:
    """A receiver; with `key` it asks for the header `x-api-key`, with `warning` every success is partial."""

    def respond(asked: Asked) -> Answer:
        if asked.path not in _REQUESTS:
            return Answer(status=404)
        if key is not None and asked.headers.get("x-api-key") != key:
            return Answer(status=401)
        if asked.headers.get("content-type") != "application/x-protobuf":
            return Answer(status=415)
        request, response = _REQUESTS[asked.path]
        try:
            request.FromString(asked.body)
        except DecodeError:
            return Answer(status=400)
        said = response()
        if warning is not None:
            said.partial_success.error_message = warning
        return Answer(
            body=said.SerializeToString(), headers={"Content-Type": "application/x-protobuf"}
        )

    with web(respond) as there:
        yield there
