"""Files of other repositories: their bytes, "not there" where the folder was readable, else "could not look"."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from deploy_checklist.github.client import Client
from deploy_checklist.github.contents import contents
from deploy_checklist.outcome import Unobservable
from servers.github import FakeHub


@pytest.fixture
def meta(hub: FakeHub, connected: Callable[..., Client]) -> Client:
    hub.repository(
        "acme/config",
        files={"prices/ussd.json": "[1]", "logo.png": b"\x89PNG\xff", "big.bin": b"x" * 1_500_000},
    )
    hub.token("meta", "octo-lead", {"contents": "read"})
    return connected("meta", name="metadata-token")


@pytest.mark.parametrize(
    ("path", "data"),
    [("prices/ussd.json", b"[1]"), ("logo.png", b"\x89PNG\xff"), ("big.bin", b"x" * 1_500_000)],
)
def test_a_file_is_read_byte_for_byte(meta: Client, path: str, data: bytes) -> None:
    assert contents(meta, "acme/config", path, None) == data


def test_a_file_is_read_at_the_ref_that_was_named(hub: FakeHub, meta: Client) -> None:
    repo = hub.repositories["acme/config"]
    before = repo.branches["main"]
    repo.commit("main", {"prices/ussd.json": "[2]"})
    assert contents(meta, "acme/config", "prices/ussd.json", before) == b"[1]"
    assert contents(meta, "acme/config", "prices/ussd.json", "main") == b"[2]"


@pytest.mark.parametrize("path", ["prices/gone.json", "gone.json", "no/such/folder/x"])
def test_a_file_that_a_readable_folder_lacks_is_not_there(meta: Client, path: str) -> None:
    assert contents(meta, "acme/config", path, None) is None


@pytest.mark.parametrize("hidden", [False, True], ids=["403", "404"])
def test_a_repository_the_token_may_not_read_lacks_nothing(
    hub: FakeHub, connected: Callable[..., Client], meta: Client, hidden: bool
) -> None:
    hub.hidden = hidden
    hub.token("narrow", "octo-lead", {})
    with pytest.raises(Unobservable) as failure:
        contents(
            connected("narrow", name="metadata-token"), "acme/config", "prices/gone.json", None
        )
    assert failure.value.remedy == "give metadata-token the permission Contents: read"


@pytest.mark.parametrize(
    ("repository", "ref"), [("acme/gone", None), ("acme/config", "no-such-ref")]
)
def test_a_repository_or_ref_that_is_not_there_lacks_nothing(
    meta: Client, repository: str, ref: str | None
) -> None:
    with pytest.raises(Unobservable, match="could not be found"):
        contents(meta, repository, "prices/ussd.json", ref)


def test_a_folder_is_not_a_file(meta: Client) -> None:
    with pytest.raises(Unobservable, match="prices in acme/config is not a file"):
        contents(meta, "acme/config", "prices", None)


@pytest.mark.parametrize(
    ("repository", "path"),
    [
        ("acme/config", "../secret"),
        ("acme/config", "a/./b"),
        ("acme/..", "x"),
        ("../x", "x"),
        ("acme/x/y", "z"),
        ("acme/config", "a//b"),
    ],
)
def test_a_path_that_leads_elsewhere_is_never_sent(
    hub: FakeHub, meta: Client, repository: str, path: str
) -> None:
    with pytest.raises(Unobservable, match="the path is refused"):
        contents(meta, repository, path, None)
    assert hub.requests == []
