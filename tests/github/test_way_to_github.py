"""Proxies and private authorities: the same way leads to GitHub and to the identity token."""

from __future__ import annotations

import base64
import json
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from deploy_checklist.github import authorities
from deploy_checklist.github.client import connect
from deploy_checklist.github.connections import Access
from deploy_checklist.github.identity import environment_claim
from deploy_checklist.outcome import Unobservable
from servers.authorities import by_a_hand_made_authority, trusted
from servers.relays import connect_proxy, over_tls
from servers.web import Answer, Asked, web

VARIABLES = ("PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")
UNKNOWN = "its certificate is from an authority that this machine does not know"
TOKEN = base64.urlsafe_b64encode(json.dumps({"environment": "production"}).encode()).decode()
JSON = {"Content-Type": "application/json"}


class Server(NamedTuple):
    port: int
    authority: bytes
    file: Path  # of the authority


Ask = Callable[[Server, bytes | None], object]


def github(server: Server, own: bytes | None) -> object:
    """Asks for the repository."""
    url = f"https://localhost:{server.port}"
    access = Access(
        token="t",
        repository="acme/shop",
        api_url=url,
        graphql_url=f"{url}/graphql",
        own_authorities=own,
    )
    client = connect(access, remaining=lambda: 5.0, sleep=lambda _: None, timeout=5)
    return client.read(client.at(), client.need("the repository", "metadata: read"))


def identity(server: Server, own: bytes | None) -> object:
    """Asks for the job's identity token."""
    environ = {
        "ACTIONS_ID_TOKEN_REQUEST_URL": f"https://localhost:{server.port}/token",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "bearer",
    }
    return environment_claim(environ, lambda: 5.0, own)


both = pytest.mark.parametrize("ask", [github, identity])


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No variable of this machine leads elsewhere, and no test finds another's authorities."""
    import os

    for name in [*os.environ]:
        if name.upper().endswith(VARIABLES):
            monkeypatch.delenv(name)
    authorities.tls_context.cache_clear()
    yield
    authorities.tls_context.cache_clear()


def respond(asked: Asked) -> Answer:
    body = {"value": f"x.{TOKEN}.y"} if asked.path.startswith("/token") else {"id": 1}
    return Answer(body=json.dumps(body).encode(), headers=JSON)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    yield from serving(tmp_path, *trusted())


def serving(folder: Path, context: ssl.SSLContext, authority: bytes) -> Iterator[Server]:
    file = folder / "ca.pem"
    file.write_bytes(authority)
    with web(respond, tls=context) as there:
        yield Server(there.port, authority, file)


# Authorities


@both
def test_a_private_authority_is_not_trusted_unasked(server: Server, ask: Ask) -> None:
    with pytest.raises(Unobservable) as failure:
        ask(server, None)
    what = "the repository" if ask is github else "the job's identity token"
    assert failure.value.reason == f"GitHub was not contacted for {what}: {UNKNOWN}"
    assert failure.value.remedy
    assert "`ca-file`" in failure.value.remedy


@both
def test_an_authority_that_is_passed_is_trusted(server: Server, ask: Ask) -> None:
    assert ask(server, server.authority)


@both
@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_the_machine_s_own_variables_name_authorities(
    server: Server, ask: Ask, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, str(server.file))
    assert ask(server, None)


@both
def test_an_authority_is_trusted_besides_the_usual_ones(
    server: Server, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy may hand on some hosts untouched, and stand in for others."""
    another = trusted()[1]
    monkeypatch.setenv("SSL_CERT_FILE", str(server.file))
    assert ask(server, another)


@both
def test_a_hand_made_authority_is_trusted_if_it_is_passed(tmp_path: Path, ask: Ask) -> None:
    (there,) = [*serving_once(tmp_path, ask)]
    assert there


def serving_once(folder: Path, ask: Ask) -> Iterator[object]:
    for server in serving(folder, *by_a_hand_made_authority()):
        yield ask(server, server.authority)


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_a_bundle_without_certificates_is_named(
    server: Server, content: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = server.file.with_name("bundle.pem")
    if content is not None:
        bundle.write_bytes(content)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    with pytest.raises(Unobservable) as failure:
        github(server, None)
    assert failure.value.reason == (
        "GitHub was not contacted for the repository: the file named by REQUESTS_CA_BUNDLE contains no certificates"
    )


# Proxies


@both
@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy"])
def test_a_proxy_is_asked_to_connect(
    server: Server, ask: Ask, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect_proxy() as (port, asked):
        monkeypatch.setenv(variable, f"http://user:pass@localhost:{port}")
        assert ask(server, server.authority)
        with pytest.raises(Unobservable):  # the proxy vouches for nobody
            ask(server, None)
    assert asked == [f"CONNECT localhost:{server.port}"] * len(asked)
    assert len(asked) == 2


@both
@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", None])
def test_a_proxy_over_tls_is_trusted_by_the_same_authorities(
    tmp_path: Path, ask: Ask, variable: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, authority = trusted()
    for server in serving(tmp_path, context, authority):
        with connect_proxy() as (plain_port, asked), over_tls(plain_port, context) as port:
            monkeypatch.setenv("HTTPS_PROXY", f"https://localhost:{port}")
            if variable:
                monkeypatch.setenv(variable, str(server.file))
            assert ask(server, None if variable else authority)
        assert asked == [f"CONNECT localhost:{server.port}"]


def test_a_proxy_s_own_certificate_is_reported_as_such(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect_proxy() as (plain_port, asked), over_tls(plain_port, trusted()[0]) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"https://localhost:{port}")
        with pytest.raises(Unobservable) as failure:
            github(server, server.authority)
    assert failure.value.reason == (
        "GitHub was not contacted for the repository: "
        "the proxy's certificate is from an authority that this machine does not know"
    )
    assert asked == []


def test_a_certificate_behind_a_proxy_is_reported_as_such(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect_proxy() as (port, _):
        monkeypatch.setenv("HTTPS_PROXY", f"http://localhost:{port}")
        with pytest.raises(Unobservable, match=UNKNOWN):
            github(server, None)


@both
@pytest.mark.parametrize("excepted", ["localhost", "*", "example.org,localhost"])
def test_no_proxy_excepts_hosts(
    server: Server, ask: Ask, excepted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect_proxy() as (port, asked):
        monkeypatch.setenv("HTTPS_PROXY", f"http://localhost:{port}")
        monkeypatch.setenv("NO_PROXY", excepted)
        assert ask(server, server.authority)
    assert asked == []


@pytest.mark.parametrize("answer", [b"407 Proxy Authentication Required", b"502 Bad Gateway"])
def test_a_proxy_that_refuses_is_named_without_its_password(
    server: Server, answer: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect_proxy(answer) as (port, _):
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:pa55word@localhost:{port}")
        with pytest.raises(Unobservable) as failure:
            github(server, server.authority)
    assert failure.value.reason == (
        "GitHub could not be reached for the repository: the proxy did not open a connection"
    )
    assert "pa55word" not in f"{failure.value.reason} {failure.value.remedy}"


@pytest.mark.parametrize(
    "address", ["socks5://localhost:1", "localhost:pa55word", "http://", "x://["]
)
def test_an_address_that_leads_to_no_proxy_is_named(
    server: Server, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", address)
    with pytest.raises(Unobservable) as failure:
        github(server, server.authority)
    assert failure.value.reason == (
        "GitHub could not be reached for the repository: the address in HTTPS_PROXY or HTTP_PROXY cannot be used"
    )
