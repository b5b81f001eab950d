"""HTTP probes of real servers: what passes, what is said of what fails, and where credentials go."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from deploy_checklist.checks import http
from deploy_checklist.outcome import Outcome
from outside import looked
from servers.authorities import trusted
from servers.web import Answer, Asked, web

KEY = "k3y-that-nobody-may-see"


def guarded(asked: Asked) -> Answer:
    """Lets only the bearer of KEY in."""
    return Answer() if asked.headers.get("authorization") == f"Bearer {KEY}" else Answer(status=401)


def test_a_listed_status_passes_over_https() -> None:
    server, ca = trusted()
    with web(lambda asked: Answer(status=204), server) as there:
        finding = looked("http", {"url": f"{there.url}/healthz", "expect": [200, 204]}, ca=ca)
    assert finding.outcome is Outcome.PASS, finding
    assert finding.message == "answered 204"


def test_the_variables_own_url_is_asked_below_its_path() -> None:
    with web(lambda asked: Answer()) as there:
        finding = looked("http", {"path": "/-/ready"}, {"NAME": f"{there.url}/metrics?team=a"})
        assert [asked.path for asked in there.asked] == ["/metrics/-/ready?team=a"]
    assert finding.outcome is Outcome.PASS


def test_a_wrong_status_shows_status_type_and_size_but_never_the_body() -> None:
    page = Answer(
        status=503,
        body=b"<h1>secret page</h1>" * 100,
        headers={"Content-Type": "text/html; charset=x"},
    )
    with web(lambda asked: page) as there:
        finding = looked("http", {"url": there.url})
    assert finding.message == "answered 503 (text/html, 2.0 kB); expected 200"


def test_a_content_type_that_is_none_is_not_repeated() -> None:
    with web(
        lambda asked: Answer(status=500, headers={"Content-Type": "<script>/::error::"})
    ) as there:
        finding = looked("http", {"url": there.url})
    assert finding.message == "answered 500 (another content type, 0 bytes); expected 200"


def test_a_host_in_brackets_is_shown_as_written() -> None:
    """A log takes `::` at the beginning of a word for a command of the runner's."""
    private = "`[::1]` has a private, loopback or link-local address, so nothing was sent"
    url = {"url": "https://[::1]/x", "allow_private": False}
    assert looked("http", url, subject=None).message == private
    for host in ("::1", "[::1]"):
        of_rule = {"host": host, "allow_private": False}
        assert looked("tls", of_rule, subject=None).message == private
        assert looked("http", of_rule, {"NAME": "https://[::1]/x"}).message == private
        other = looked("http", of_rule, {"NAME": "https://[::2]/x"}).message
        assert other == "points to a host other than `[::1]`, so nothing was sent"


def test_a_redirect_is_not_followed() -> None:
    with web(lambda asked: Answer(status=302, headers={"Location": "/login"})) as there:
        finding = looked("http", {"url": there.url})
        assert len(there.asked) == 1
    assert finding.outcome is Outcome.FAIL and "redirects are not followed" in finding.message


def test_a_body_is_judged_by_the_same_comparators_as_a_variable() -> None:
    body = json.dumps(
        {"status": "success", "groups": [{"health": "ok"}, {"health": "err"}]}
    ).encode()
    with web(lambda asked: Answer(body=body)) as there:
        right = looked("http", {"url": there.url, "json": {"at": "status", "equals": "success"}})
        wrong = looked(
            "http", {"url": there.url, "json": {"at": "groups[?health!='ok']", "empty": True}}
        )
        other = looked("http", {"url": there.url, "json": {"at": "version", "at_least": 2}})
    assert right.outcome is Outcome.PASS
    assert wrong.message == "`groups[?health!='ok']` in the answer is not empty"
    assert other.message == "`version` in the answer is missing"


def test_a_body_that_is_not_json_fails() -> None:
    with web(lambda asked: Answer(body=b"OK")) as there:
        finding = looked("http", {"url": there.url, "json": {"at": "a", "exists": True}})
    assert finding.message == "answered 200 (no content type, 2 bytes), which is not JSON"


def test_contains_looks_into_the_body() -> None:
    with web(lambda asked: Answer(body=b"Prometheus Server is Ready.\n")) as there:
        assert looked("http", {"url": there.url, "contains": "is Ready"}).outcome is Outcome.PASS
        assert (
            "without `is Steady` in it"
            in looked("http", {"url": there.url, "contains": "is Steady"}).message
        )


@pytest.mark.parametrize(
    ("credential", "sent"),
    [
        ({"bearer_env": "KEY"}, {"authorization": f"Bearer {KEY}"}),
        (
            {"basic_env": ["USER_ID", "KEY"]},
            {"authorization": "Basic MTI6azN5LXRoYXQtbm9ib2R5LW1heS1zZWU="},
        ),
        ({"header_env": {"X-API-KEY": "KEY"}}, {"x-api-key": KEY}),
    ],
)
def test_a_credential_is_sent_as_the_rule_says(
    credential: dict[str, object], sent: dict[str, str]
) -> None:
    with web(lambda asked: Answer()) as there:
        looked("http", {"url": there.url, **credential}, {"KEY": KEY, "USER_ID": "12"})
        assert {name: there.asked[0].headers.get(name) for name in sent} == sent


def test_a_key_is_accepted_only_if_the_call_without_it_is_refused() -> None:
    """A server that lets everybody in says nothing about the key."""
    written = {"bearer_env": "KEY", "rejects_without_auth": True}
    with web(guarded) as strict, web(lambda asked: Answer()) as lax:
        good = looked("http", {"url": strict.url, **written}, {"KEY": KEY})
        bad = looked("http", {"url": strict.url, **written}, {"KEY": "another"})
        open_ = looked("http", {"url": lax.url, **written}, {"KEY": KEY})
        assert [("authorization" in asked.headers) for asked in strict.asked] == [True, False, True]
        assert [("authorization" in asked.headers) for asked in lax.asked] == [True, False]
    assert good.message == "accepts the credential, and refuses the call without it"
    assert bad.message.startswith("refuses the credential: answered 401")
    assert "KEY" in str(bad.remedy)
    assert open_.outcome is Outcome.FAIL and "without the credential too" in open_.message


def test_with_an_empty_credential_nothing_is_checked() -> None:
    with web(guarded) as there:
        finding = looked("http", {"url": there.url, "bearer_env": "KEY"}, {"KEY": ""})
        assert there.asked == []
    assert finding.outcome is Outcome.UNKNOWN and "KEY is empty" in finding.message


@pytest.mark.parametrize(
    "written",
    [
        {"bearer_env": "KEY"},
        {"rejects_without_auth": True, "url": "https://a.example"},
        {"url": "ftp://a.example"},
        {"url": "https://a.example", "host": "a.example"},
        {"url": "https://a.example", "json": {"at": "a"}},
        {"url": "https://a.example", "json": {"at": "a[", "exists": True}},
        {"url": "https://a.example", "expect": []},
        {"url": "https://a.example", "methd": "GET"},
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_when_it_is_read(written: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        http.Params.model_validate(written)


def test_a_credential_goes_only_to_the_host_that_the_rule_names() -> None:
    """A variable that was pointed elsewhere must not carry the key there (§8.5)."""
    with web(lambda asked: Answer()) as hostile:
        written = {"host": "push.acme.example", "bearer_env": "KEY"}
        finding = looked("http", written, {"NAME": hostile.url, "KEY": KEY})
        assert hostile.asked == []
    assert finding.outcome is Outcome.FAIL
    assert "a host other than `push.acme.example`, so nothing was sent" in finding.message


def test_a_redirect_to_another_host_carries_no_credential() -> None:
    with web(lambda asked: Answer()) as hostile:
        away = Answer(status=307, headers={"Location": hostile.url})
        with web(lambda asked: away) as there:
            finding = looked("http", {"url": there.url, "bearer_env": "KEY"}, {"KEY": KEY})
        assert hostile.asked == []
    assert finding.outcome is Outcome.FAIL


def test_a_user_and_password_in_the_variables_url_are_not_sent() -> None:
    with web(lambda asked: Answer()) as there:
        finding = looked("http", {}, {"NAME": f"http://me:{KEY}@localhost:{there.port}"})
        assert there.asked == []
    assert finding.outcome is Outcome.FAIL and KEY not in repr(finding)


def test_a_line_break_in_a_credential_sends_nothing() -> None:
    with web(lambda asked: Answer()) as there:
        finding = looked("http", {"url": there.url, "bearer_env": "KEY"}, {"KEY": "a\r\nX-Evil: 1"})
        assert there.asked == []
    assert (
        finding.outcome is Outcome.FAIL
        and "a character that HTTP does not allow" in finding.message
    )


@pytest.mark.parametrize(
    "text",
    ["", "not a url", "https://", "https://a:99999999/", "https://[::1/", "javascript:alert(1)"],
)
def test_a_variable_that_is_not_a_url_fails(text: str) -> None:
    finding = looked("http", {}, {"NAME": text})
    assert (finding.outcome, finding.message) == (Outcome.FAIL, "is not an http or https URL")


def test_netrc_and_proxies_are_not_checked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    """What the machine's user keeps in files or variables of his own is not the rule's business."""
    with web(lambda asked: Answer()) as there, web(lambda asked: Answer()) as proxy:
        monkeypatch.setenv("HOME", str(tmp_path))
        (tmp_path / ".netrc").write_text("machine localhost login me password netrc-password")  # type: ignore[operator]
        monkeypatch.setenv("http_proxy", proxy.url)
        looked("http", {"url": there.url})
        assert proxy.asked == []
        assert "authorization" not in there.asked[0].headers
