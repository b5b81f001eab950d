"""`dns`: what a name leads to, by the system's own resolver, which asks a real server here."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.judging import finding_of
from deploy_checklist.outcome import Finding, Outcome, Unobservable
from deploy_checklist.world.dns import LiveDns
from deploy_checklist.world.dns_port import ResolvedName
from fakes import FakeDns, world
from rules.written import faults, rules, uses
from servers.dns import findings, may_have_a_network

SEE = "see where it points: `dig +short shop.acme.example A shop.acme.example AAAA`"


def leading(*addresses: str, canonical: str = "shop.acme.example", **written: object) -> Finding:
    """The finding where `shop.acme.example` leads to these addresses."""
    answer = ResolvedName(addresses=addresses, canonical=(canonical,) if canonical else ())
    around = world(dns=FakeDns({"shop.acme.example": answer}))
    return finding_of("dns", {"name": "shop.acme.example", **written}, None, around)


def test_a_name_alone_has_to_resolve() -> None:
    found = leading("192.0.2.1", "2001:db8::1")
    assert (found.outcome, found.message) == (
        Outcome.PASS,
        "`shop.acme.example` has 2 addresses",
    )
    found = leading(canonical="")
    assert (found.outcome, found.message) == (
        Outcome.FAIL,
        "`shop.acme.example` does not resolve: the name does not exist or has no address",
    )
    assert found.remedy


def test_the_aliases_end_at_the_listed_name() -> None:
    found = leading("192.0.2.1", canonical="acme.cdn.example", cname="Acme.CDN.example.")
    assert (found.outcome, found.message) == (
        Outcome.PASS,
        "`shop.acme.example` ends at `acme.cdn.example` and has 1 address",
    )


@pytest.mark.parametrize(
    ("canonical", "message"),
    [
        (
            "canary.example",
            "`shop.acme.example` is an alias that does not end at `acme.cdn.example`",
        ),
        ("canary.acme.cdn.example", "is an alias that does not end at"),
        ("<script>canary</script>", "is an alias that does not end at"),
        ("", "is an alias that does not end at"),
        (
            "shop.acme.example",
            "`shop.acme.example` is not an alias, so it does not end at `acme.cdn.example`",
        ),
    ],
)
def test_another_end_fails_and_is_not_shown(canonical: str, message: str) -> None:
    found = leading("192.0.2.1", canonical=canonical, cname="acme.cdn.example")
    assert found.outcome is Outcome.FAIL
    assert message in found.message
    assert found.remedy == SEE
    assert "canary" not in repr(found)


def test_two_ends_while_dns_is_changed_are_not_the_listed_one() -> None:
    answer = ResolvedName(addresses=("192.0.2.1",), canonical=("a.example", "b.example"))
    around = world(dns=FakeDns({"x.example": answer}))
    found = finding_of("dns", {"name": "x.example", "cname": "a.example"}, None, around)
    assert found.outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("found", "listed"),
    [
        (["192.0.2.1"], "192.0.2.1"),
        (["192.0.2.1", "192.0.2.2"], ["192.0.2.2", "192.0.2.1"]),
        (["2001:db8::1"], "2001:0DB8:0:0:0:0:0:1"),
        (["192.0.2.1", "2001:db8::1"], ["192.0.2.0/24", "2001:db8::/32"]),
        (["fe80::1%eth0"], "fe80::1"),
    ],
)
def test_addresses_are_compared_as_addresses(found: list[str], listed: object) -> None:
    finding = leading(*found, addresses=listed)
    assert finding.outcome is Outcome.PASS
    assert finding.message.endswith(", all in the rule")
    assert finding.notices == ()


@pytest.mark.parametrize(
    ("found", "listed", "told"),
    [
        (["192.0.2.9"], "192.0.2.1", ("1 of 1", "IPv4")),
        (["192.0.2.1", "192.0.2.9"], "192.0.2.1", ("1 of 2", "IPv4")),
        (["192.0.2.1", "2001:db8::1"], "192.0.2.1", ("1 of 2", "IPv6")),
        (["192.0.2.9", "2001:db8::1"], "192.0.2.1", ("2 of 2", "IPv4 and IPv6")),
        (["::ffff:192.0.2.1"], "192.0.2.1", ("1 of 1", "IPv6")),
        (["192.0.3.1"], "192.0.2.0/24", ("1 of 1", "IPv4")),
    ],
)
def test_an_address_that_is_not_listed_fails_and_is_not_shown(
    found: list[str], listed: str, told: tuple[str, str]
) -> None:
    finding = leading(*found, addresses=listed)
    assert finding.outcome is Outcome.FAIL
    count, kinds = told
    assert (
        finding.message == f"{count} addresses of `shop.acme.example` are not in the rule ({kinds})"
    )
    assert finding.remedy == SEE
    assert not any(each in repr(finding) for each in found if each not in listed)


def test_a_listed_address_that_is_missing_is_a_notice_and_a_range_is_none() -> None:
    found = leading("192.0.2.1", addresses=["192.0.2.1", "192.0.2.2", "198.51.100.0/24"])
    assert found.outcome is Outcome.PASS
    assert found.notices == ("these addresses of the rule are missing now: 192.0.2.2",)


ADDRESSES = st.ip_addresses(v=4, network="192.0.2.0/29") | st.ip_addresses(
    v=6, network="2001:db8::/125"
)


@given(st.lists(ADDRESSES, min_size=1), st.lists(ADDRESSES, min_size=1))
def test_it_passes_exactly_where_no_address_is_beside_the_list(
    found: list[object], listed: list[object]
) -> None:
    finding = leading(*map(str, found), addresses=[str(each) for each in listed])
    assert (finding.outcome is Outcome.PASS) is (set(found) <= set(listed))


def test_a_resolver_in_trouble_and_a_run_offline_could_not_look() -> None:
    trouble = Unobservable("this machine's resolver could not look up `a.example`", "try again")
    found = finding_of("dns", "a.example", None, world(dns=FakeDns(trouble=trouble)))
    assert (found.outcome, found.message) == (Outcome.UNKNOWN, trouble.reason)
    found = finding_of("dns", "a.example", None, world(dns=LiveDns(), offline=True))
    assert (found.outcome, found.message) == (Outcome.UNKNOWN, "this run opens no connections")


NAME = "must be a host's name, such as `shop.acme.example`"
ADDRESS = (
    "must be an address, or a range with its first address, such as `203.0.113.0/24`; "
    "the widest are `/8` (IPv4) and `/16` (IPv6)"
)


@pytest.mark.parametrize(
    ("written", "mistake"),
    [
        ("192.0.2.1", f"2:22: `dns` {NAME}"),
        ("https://shop.acme.example", f"2:22: `dns` {NAME}"),
        ("'*.acme.example'", f"2:22: `dns` {NAME}"),
        ("a..b", f"2:22: `dns` {NAME}"),
        ("{cname: a.example}", "2:22: `dns` needs `name`"),
        ("{name: a.example, cname: 192.0.2.1}", f"2:47: `dns.cname` {NAME}"),
        ("{name: a.example, addresses: []}", "2:51: `dns.addresses` must not be empty"),
        ("{name: a.example, addresses: 192.0.2.1/24}", f"2:51: `dns.addresses` {ADDRESS}"),
        (
            "{name: a.example, addresses: [192.0.2.1, '::/0']}",
            f"2:63: `dns.addresses[1]` {ADDRESS}",
        ),
        (
            "{name: a.example, addresses: [10.0.0.0/8, 128.0.0.0/1]}",
            f"2:64: `dns.addresses[1]` {ADDRESS}",
        ),
        ("{name: a.example, addresses: 10.0.0.0/7}", f"2:51: `dns.addresses` {ADDRESS}"),
        ("{name: a.example, addresses: '2001::/15'}", f"2:51: `dns.addresses` {ADDRESS}"),
        ("{name: a.example, addresses: 3221225985}", f"2:51: `dns.addresses` {ADDRESS}"),
        ("{name: a.example, addresses: fe80::1%eth0}", f"2:51: `dns.addresses` {ADDRESS}"),
        ("{name: a.example, addresses: lb.example}", f"2:51: `dns.addresses` {ADDRESS}"),
    ],
)
def test_a_mistake_is_reported_with_its_place(written: str, mistake: str) -> None:
    assert faults(f"items: {{Names: {{dns: {written}}}}}") == [f"rules.yml:{mistake}"]


def test_a_name_may_hold_a_value_of_the_environment_and_be_international() -> None:
    found = rules(
        """
        environments: {production: {domain: bücher.example}}
        items: {Names: {dns: "shop.${domain}"}}
        """,
        "production",
    )
    params = uses(found, "Names")["dns"].params
    assert params.name == "shop.xn--bcher-kva.example"  # type: ignore[attr-defined]


RESOLVED: dict[str, tuple[dict[str, object], str, str]] = {
    "an IPv4 address": ({"name": "one.example", "addresses": "192.0.2.1"}, "pass", "1 address,"),
    "an IPv6 address": ({"name": "six.example", "addresses": "2001:db8::1"}, "pass", "1 address,"),
    "both": ({"name": "both.example"}, "pass", "2 addresses"),
    "an IPv6 address that is not listed": (
        {"name": "both.example", "addresses": "192.0.2.1"},
        "fail",
        "are not in the rule (IPv6)",
    ),
    "twenty": ({"name": "many.example", "addresses": "192.0.2.0/24"}, "pass", "20 addresses"),
    "a private one": ({"name": "private.example", "addresses": "10.0.0.7"}, "pass", "1 address,"),
    "an alias": ({"name": "alias.example", "cname": "end.example"}, "pass", "ends at"),
    "an alias of an alias": ({"name": "chain.example", "cname": "end.example"}, "pass", "ends at"),
    "an alias on the way": (
        {"name": "chain.example", "cname": "alias.example"},
        "fail",
        "is an alias that does not end at `alias.example`",
    ),
    "an alias in other letters": (
        {"name": "loud.example", "cname": "end.example"},
        "pass",
        "ends at",
    ),
    "an alias with an underscore": (
        {"name": "under.example", "cname": "under_score.example"},
        "pass",
        "ends at",
    ),
    "no alias": ({"name": "one.example", "cname": "end.example"}, "fail", "is not an alias"),
    "another language": ({"name": "bücher.example"}, "pass", "1 address"),
    "a name of the hosts file": (
        {"name": "localhost", "addresses": ["127.0.0.0/8", "::1"]},
        "pass",
        "all in the rule",
    ),
    "a name of the search domain": ({"name": "bare"}, "pass", "1 address"),
    "only in the search domain": ({"name": "nowhere.example"}, "fail", "does not resolve"),
    "no record": ({"name": "empty.example"}, "fail", "does not resolve"),
    "an alias that leads nowhere": ({"name": "dangling.example"}, "fail", "does not resolve"),
    "aliases in a circle": ({"name": "loop.example"}, "fail", "does not resolve"),
    "an answer about another name": (
        {"name": "other-answer.example"},
        "fail",
        "does not resolve",
    ),
    "an end that is no name": ({"name": "odd.example", "cname": "end.example"}, "fail", ""),
    "a server's failure": ({"name": "servfail.example"}, "unknown", "could not look up"),
    "a refusal": ({"name": "refused.example"}, "unknown", "could not look up"),
    "a failure for IPv6 alone": ({"name": "half.example"}, "unknown", "could not look up"),
    "silence": ({"name": "silent.example"}, "unknown", "could not look up"),
    "silence for IPv6 alone": ({"name": "half-silent.example"}, "unknown", "could not look up"),
    "no time": (
        {"name": "silent.example", "timeout": 0.2},
        "unknown",
        "the resolver (for `silent.example`) did not answer within 0.2s",
    ),
    "garbage": ({"name": "garbage.example"}, "unknown", "could not look up"),
    "a head alone": ({"name": "short.example"}, "unknown", "could not look up"),
    "an answer that is cut": ({"name": "cut.example"}, "unknown", "could not look up"),
    "an answer to nobody": ({"name": "other-id.example"}, "unknown", "could not look up"),
    "an answer to another question": (
        {"name": "other-question.example"},
        "unknown",
        "could not look up",
    ),
}


@pytest.fixture(scope="module")
def resolved() -> dict[str, tuple[str, str, list[str]]]:
    """What each came to, by the system's resolver and a server that is its only one."""
    if not may_have_a_network():
        pytest.skip("needs a network of its own: unshare --user --net --mount (util-linux)")
    found = findings([written for written, _, _ in RESOLVED.values()])
    return dict(zip(RESOLVED, found, strict=True))


@pytest.mark.parametrize("what", RESOLVED)
def test_the_systems_resolver_is_understood(
    what: str, resolved: dict[str, tuple[str, str, list[str]]]
) -> None:
    _, expected, told = RESOLVED[what]
    outcome, message, _ = resolved[what]
    assert (outcome, told in message) == (expected, True), message


@pytest.mark.measures_time
def test_without_a_network_it_could_not_look() -> None:
    if not may_have_a_network():
        pytest.skip("needs a network of its own: unshare --user --net --mount (util-linux)")
    began = time.monotonic()
    found = findings([{"name": "one.example", "timeout": 3}], cut=True)
    assert [outcome for outcome, _, _ in found] == ["unknown"]
    assert time.monotonic() - began < 20
