"""Prometheus and what belongs to it, each alone on a free port."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from servers import binary, free_port, running

_INSTALL = "apt-get install -y {}"

GOOD = """
groups:
  - name: slo
    rules:
      - {alert: HighErrorRate, expr: "up == 0", for: 5m}
"""
_TWO = 'label_replace(vector(1), "a", "1", "", "") or label_replace(vector(1), "a", "2", "", "")'
# Loads, and fails whenever it is evaluated: two series where one is due.
BROKEN = f"""
groups:
  - name: slo
    rules:
      - {{alert: HighErrorRate, expr: 'vector(1) + on() ({_TWO})'}}
"""
RECORDING = """
groups:
  - name: slo
    rules:
      - {record: job:up, expr: "sum(up)"}
"""
NONE = "groups: []"
# Basic authentication of the user `12` with the password `k`, which bcrypt has in its own format.
GUARDED = "basic_auth_users: {'12': '$2b$04$abcdefghijklmnopqrstuuXdrCIUQNkuObtZxDwmUuhPBLWzLaqGO'}"
CREDENTIAL = {"Authorization": "Basic MTI6aw=="}


@contextmanager
def prometheus(
    folder: Path, rules: str = GOOD, *, alertmanager: int | None = None, guard: str = ""
) -> Iterator[str]:
    """The URL of a Prometheus with these rules, that also takes remote writes; `guard` is its `--web.config.file`."""
    port = free_port()
    (folder / "rules.yml").write_text(rules)
    alerting = f"\nalerting: {{alertmanagers: [{{static_configs: [{{targets: ['localhost:{alertmanager}']}}]}}]}}"
    (folder / "prometheus.yml").write_text(
        "global: {evaluation_interval: 1s}\nrule_files: [rules.yml]"
        + (alerting if alertmanager else "")
        + "\n"
    )
    (folder / "web.yml").write_text(guard)
    program = binary("prometheus", _INSTALL.format("prometheus"))
    command = [
        program,
        "--config.file=prometheus.yml",
        "--web.config.file=web.yml",
        f"--web.listen-address=127.0.0.1:{port}",
        "--storage.tsdb.path=data",
    ]
    with running([*command, "--web.enable-remote-write-receiver"], port, folder):
        _until_evaluated(f"http://localhost:{port}/api/v1/rules")
        yield f"http://localhost:{port}"


def _until_evaluated(url: str) -> None:
    """The port is open before the server serves, and a rule has no health before it was evaluated once."""
    ends = time.monotonic() + 15
    while time.monotonic() < ends:
        try:
            with urlopen(Request(url, headers=CREDENTIAL)) as answer:
                if b'"health":"unknown"' not in answer.read():
                    return
        except HTTPError as starting:
            starting.close()
        time.sleep(0.05)


@contextmanager
def alertmanager(folder: Path) -> Iterator[str]:
    port = free_port()
    (folder / "alertmanager.yml").write_text(
        "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"
    )
    program = binary("prometheus-alertmanager", _INSTALL.format("prometheus-alertmanager"))
    command = [
        program,
        "--config.file=alertmanager.yml",
        "--storage.path=data",
        "--cluster.listen-address=",
    ]
    with running([*command, f"--web.listen-address=127.0.0.1:{port}"], port, folder):
        yield f"http://localhost:{port}"


@contextmanager
def pushgateway(folder: Path) -> Iterator[str]:
    port = free_port()
    program = binary("prometheus-pushgateway", _INSTALL.format("prometheus-pushgateway"))
    with running([program, f"--web.listen-address=127.0.0.1:{port}"], port, folder):
        yield f"http://localhost:{port}"


@contextmanager
def blackbox(folder: Path, ca: bytes) -> Iterator[str]:
    """A blackbox_exporter that trusts one authority, with the modules `http` and `tls`."""
    port = free_port()
    (folder / "ca.pem").write_bytes(ca)
    (folder / "blackbox.yml").write_text(
        "modules:\n"
        "  http: {prober: http, timeout: 5s, http: {follow_redirects: false, preferred_ip_protocol: ip4, "
        "tls_config: {ca_file: ca.pem}}}\n"
        "  tls: {prober: tcp, timeout: 5s, tcp: {tls: true, preferred_ip_protocol: ip4, "
        "tls_config: {ca_file: ca.pem}}}\n"
    )
    program = binary(
        "prometheus-blackbox-exporter", _INSTALL.format("prometheus-blackbox-exporter")
    )
    with running(
        [program, "--config.file=blackbox.yml", f"--web.listen-address=127.0.0.1:{port}"],
        port,
        folder,
    ):
        yield f"http://localhost:{port}"
