"""`data`: a value of a JSON, YAML or TOML document is as said, and is never shown."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from checks.judging import finding_of, said
from deploy_checklist.checks.data import Params
from deploy_checklist.outcome import Outcome, Unobservable
from deploy_checklist.world.ports import CertificateFault
from fakes import FakeGitHub, FakeHttp, FakeRepository, world

PRICING = "ussd:\n  - {price: 12.5, name: canary-one}\n  - {price: 3, name: canary-two}\nfree: [{price: 0}]\nnone: []\n"
FILES = {
    "pricing.yml": PRICING,
    "pricing.json": '{"ussd": [{"price": 12.5}], "currency": "canary"}',
    "gaps.json": '{"ussd": [{"price": 1}, {"fee": 2}], "by": {"x": {"price": null}}, "deep": [{"of": [{"p": 1}]}, {}]}',
    "pricing.toml": 'currency = "canary"\nday = 2026-11-22\n'
    "days = [{on = 2026-11-22T08:00:00Z}, {on = 2026-11-23}]\n[ussd]\nprice = 3\n",
    "broken.yml": "a: [canary",
    "broken.json": '{"canary": }',
    "broken.toml": "canary = ",
    "twice.json": '{"a": 1, "a": 2}',
    "deep.json": "[" * 100_000,
    "binary.yml": b"\xff\xfe",
    "empty.yml": "",
}

JUDGED = [
    ("pricing.yml", "ussd[].price", {"each": {"above": 0}}, Outcome.PASS),
    ("pricing.yml", "free[].price", {"each": {"above": 0}}, Outcome.FAIL),
    ("pricing.yml", "none[].price", {"each": {"above": 0}}, Outcome.FAIL),  # not vacuous
    ("pricing.yml", "missing[].price", {"each": {"above": 0}}, Outcome.FAIL),
    (
        "gaps.json",
        "ussd[].price",
        {"each": {"above": 0}},
        Outcome.FAIL,
    ),  # JMESPath would leave the gap out
    ("gaps.json", "ussd[*].price", {"each": {"exists": True}}, Outcome.FAIL),
    ("gaps.json", "ussd[?price].price", {"each": {"above": 0}}, Outcome.PASS),
    ("gaps.json", "ussd[?fee].price", {"each": {"above": 0}}, Outcome.FAIL),
    ("gaps.json", "by.*.price", {"each": {"above": 0}}, Outcome.FAIL),
    ("gaps.json", "deep[].of[].p", {"each": {"above": 0}}, Outcome.FAIL),
    ("gaps.json", "ussd[*].price | [0]", {"above": 0}, Outcome.PASS),
    ("pricing.yml", "ussd[0].price", {"equals": 12.5}, Outcome.PASS),
    ("pricing.json", "ussd[0].price", {"at_least": 12}, Outcome.PASS),
    ("pricing.json", "currency", {"equals": "EUR"}, Outcome.FAIL),
    ("pricing.json", "length(ussd[0].price)", {"equals": 1}, Outcome.FAIL),  # no length of a number
    ("pricing.toml", "ussd.price", {"above": 2}, Outcome.PASS),
    ("pricing.toml", "ussd.nothing", {"exists": False}, Outcome.PASS),
    ("pricing.toml", "day", {"above": 2}, Outcome.FAIL),
    ("pricing.toml", "day", {"equals": "2026-11-22"}, Outcome.PASS),
    ("pricing.toml", "day", {"equals": "2026-11-21"}, Outcome.FAIL),
    ("pricing.toml", "day", {"matches": "2026-.+"}, Outcome.PASS),
    (
        "pricing.toml",
        "days[].on",
        {"each": {"one_of": ["2026-11-22T08:00:00Z", "2026-11-23"]}},
        Outcome.PASS,
    ),
    ("pricing.toml", "max(days[].on)", {"equals": "2026-11-23"}, Outcome.PASS),
    ("pricing.toml", "type(day)", {"equals": "string"}, Outcome.PASS),
    ("empty.yml", "a", {"exists": True}, Outcome.FAIL),
    *(
        (name, "a", {"exists": True}, Outcome.FAIL)
        for name in FILES
        if name.split(".")[0] not in ("pricing", "empty")
    ),
    ("missing.yml", "a", {"exists": False}, Outcome.FAIL),
]


@pytest.mark.parametrize(("file", "at", "comparator", "outcome"), JUDGED)
def test_a_value_is_judged_and_nothing_of_the_document_is_reported(
    file: str, at: str, comparator: dict[str, object], outcome: Outcome
) -> None:
    around = world(repository=FakeRepository(FILES))
    finding = finding_of("data", {"file": file, "at": at, **comparator}, None, around)
    assert finding.outcome is outcome
    assert file in finding.message
    assert "canary" not in said(finding)
    assert "12.5" not in said(finding) or comparator == {"equals": 12.5}


NULLS = '{"null": null, "list": [null], "none": [], "object": {"a": 1}, "prices": [{"of": null}, {"of": 1}, {}], "t": "x"}'
NOWHERE = [
    "missing",
    "null.a",
    "object.b",
    "t.a",
    "list[1]",
    "list[-2]",
    "none[0]",
    "object[0]",
    "object[?a]",
    "object[*].a",
    "list.*",
    "missing[?a].b | [0]",
    "prices[?of > `5`].of | [0]",
    "max(none)",
    "missing || null.a",
]


@pytest.mark.parametrize("at", NOWHERE)
@pytest.mark.parametrize("lenient", [{"empty": True}, {"equals": None}, {"one_of": [None, "a"]}])
def test_what_is_not_there_at_all_is_neither_empty_nor_null(
    at: str, lenient: dict[str, object]
) -> None:
    """A path of another document, or with a typing error, would pass: it leads nowhere, and nothing was looked at."""
    around = world(repository=FakeRepository({"nulls.json": NULLS}))
    finding = finding_of("data", {"file": "nulls.json", "at": at, **lenient}, None, around)
    assert (finding.outcome, finding.message) == (
        Outcome.FAIL,
        f"`{at}` in `nulls.json` is missing",
    )
    absent = finding_of("data", {"file": "nulls.json", "at": at, "exists": False}, None, around)
    assert absent.outcome is Outcome.PASS


@pytest.mark.parametrize(
    "at", ["null", "list[0]", "list[-1]", "prices[0].of", "prices | [0].of", "prices | [0] | of"]
)
@pytest.mark.parametrize(
    "lenient", [{"empty": True}, {"equals": None}, {"one_of": [None, "a"]}, {"exists": False}]
)
def test_a_null_in_the_document_is_empty(at: str, lenient: dict[str, object]) -> None:
    around = world(repository=FakeRepository({"nulls.json": NULLS}))
    assert (
        finding_of("data", {"file": "nulls.json", "at": at, **lenient}, None, around).outcome
        is Outcome.PASS
    )


def test_a_null_and_a_missing_value_are_distinguished_among_entries_too() -> None:
    around = world(repository=FakeRepository({"nulls.json": NULLS}))
    written = {"file": "nulls.json", "at": "prices[].of", "each": {"one_of": [None, 1]}}
    assert (
        finding_of("data", written, None, around).message
        == "`prices[].of` in `nulls.json` entry 3 is missing"
    )
    assert (
        finding_of("data", {**written, "at": "prices[:2].of"}, None, around).outcome is Outcome.PASS
    )


GAPS = """
u: [{price: 3, name: a}, {name: b}]
n: [{price: 3, of: [{price: null}]}, {price: null, of: [{price: null}]}]
by: {x: {of: [{price: null}]}}
words: [{w: a}, {}]
none: []
"""


@pytest.mark.parametrize(
    "at", ["n[].{p: of[].price}", "n[*].{p: of[*].price}", "by.*.{p: of[].price}"]
)
def test_a_null_inside_what_a_path_puts_together_is_one(at: str) -> None:
    """No sign of our own for it, which would be there, not empty, and no null."""
    around = world(repository=FakeRepository({"gaps.yml": GAPS}))
    for entry, outcome in [({"exists": True}, Outcome.FAIL), ({"empty": True}, Outcome.PASS)]:
        written = {"file": "gaps.yml", "at": at, "each": {"each": {"each": entry}}}
        assert finding_of("data", written, None, around).outcome is outcome


@pytest.mark.parametrize(
    "at",
    [
        "min(u[].price)",
        "max(u[*].price)",
        "sum(u[].price)",
        "avg(n[].price)",
        "min([u[].price][])",
        "join(',', words[].w)",
        "sort(u[].price)[0]",
        "sum(u[].price) | @",
        "{of: min(u[].price)}.of",
    ],
)
@pytest.mark.parametrize("comparator", [{"exists": True}, {"empty": False}, {"not_one_of": [0]}])
def test_a_function_over_a_gap_does_not_pass_in_silence(
    at: str, comparator: dict[str, object]
) -> None:
    """JMESPath leaves out the one price that is not there, and the least of the others is above 0."""
    around = world(repository=FakeRepository({"gaps.yml": GAPS}))
    finding = finding_of("data", {"file": "gaps.yml", "at": at, **comparator}, None, around)
    assert finding.outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("at", "equals"),
    [
        ("length(u[?price])", 1),
        ("length(u[].name)", 2),
        ("length(u)", 2),
        ("min(u[?price].price)", 3),
        ("length(u[?!price].name)", 1),
        ("length(none[].price)", 0),
        ("max_by(u, &name).name", "b"),
        ("sort_by(u[?price], &price)[0].name", "a"),
        ("join(',', u[].name)", "a,b"),
        ("contains(u[].name, 'b')", True),
        ("contains(u[].price, `3`)", True),
        ("length(u[].price)", 1),
        ("sum(u[?[name][?@ == 'a']].price)", 3),
        ("sum(u[?not_null(price)].price)", 3),
        ("sum(n[?of[].price].price)", 0),
        ("not_null(u[0].none, u[0].name)", "a"),
        ("length(u[].not_null(price, name))", 2),
        ("type(u[].price)", "array"),
        ("type(n[1].price)", "null"),
        ("to_string(u[].price)", "[3]"),
        ("length(not_null(u[].price))", 1),
        ("length(map(&price, u))", 2),
        ("length(reverse(u[].price))", 1),
        ("keys(u[0])[0]", "price"),
    ],
)
def test_a_function_over_what_is_there_is_what_jmespath_says(at: str, equals: object) -> None:
    around = world(repository=FakeRepository({"gaps.yml": GAPS}))
    finding = finding_of("data", {"file": "gaps.yml", "at": at, "equals": equals}, None, around)
    assert finding.outcome is Outcome.PASS, finding.message


ODD = f'{{"text": "canary", "mixed": [1, "canary", true], "huge": [{10**400}, 1], "endless": [1e999]}}'


@pytest.mark.parametrize(
    "at",
    [
        "sum(mixed)",
        "sort_by(mixed, &@)",
        "max_by(mixed, &@)",
        "mixed[?@ > `1`]",
        "mixed[::0]",
        "avg(huge)",
        "floor(endless[0])",
        "contains(text, `5`)",
        "to_number(no_such_function(text))",
    ],
)
def test_a_path_that_cannot_be_followed_in_this_document_is_a_fault_of_the_two(at: str) -> None:
    """What a document holds must not end as a bug of ours: jmespath lets Python's own errors through."""
    around = world(repository=FakeRepository({"odd.json": ODD}))
    for comparator in ({"exists": False}, {"exists": True}, {"each": {"exists": False}}):
        finding = finding_of("data", {"file": "odd.json", "at": at, **comparator}, None, around)
        assert finding.outcome is Outcome.FAIL
        assert "does not fit `odd.json`" in finding.message
        assert "canary" not in said(finding)


def test_an_expression_that_nests_too_deep_is_a_fault_of_the_rule() -> None:
    with pytest.raises(ValidationError, match="is not a JMESPath expression"):
        Params.model_validate({"file": "a", "at": "!" * 5_000 + "a", "exists": True})


def test_a_malformed_document_is_named_with_its_line() -> None:
    around = world(repository=FakeRepository({"a.yml": "x: 1\ny: [\n"}))
    finding = finding_of("data", {"file": "a.yml", "exists": True}, None, around)
    assert finding.message.startswith("`a.yml` cannot be read: line ")


def test_a_repositorys_value_is_shown_when_asked() -> None:
    around = world(repository=FakeRepository(FILES))
    finding = finding_of(
        "data",
        {"file": "pricing.json", "at": "currency", "equals": "EUR", "show": True},
        None,
        around,
    )
    assert "canary" in finding.message


def test_another_variable_is_compared_with_and_neither_is_reported() -> None:
    around = world({"CURRENCY": "canary"}, repository=FakeRepository(FILES))
    written = {"file": "pricing.json", "at": "currency", "equals_env": "CURRENCY"}
    assert finding_of("data", written, None, around).outcome is Outcome.PASS
    assert (
        finding_of("data", {**written, "equals_env": "OTHER"}, None, around).outcome
        is Outcome.UNKNOWN
    )


def test_a_file_that_may_not_be_read_is_unknown() -> None:
    around = world(
        repository=FakeRepository(
            {}, trouble=Unobservable("`l` is or leads through a symbolic link")
        )
    )
    assert (
        finding_of("data", {"file": "l", "exists": False}, None, around).outcome is Outcome.UNKNOWN
    )


# GitHub


def test_a_file_of_another_repository_is_read_with_its_ref() -> None:
    github = FakeGitHub(contents={("acme/sre", "infra/otel.yaml"): b"receivers: {otlp: {}}"})
    written = {"github": "acme/sre/infra/otel.yaml@main", "at": "receivers.otlp", "exists": True}
    assert finding_of("data", written, None, world(github=github)).outcome is Outcome.PASS
    missing = finding_of(
        "data", {**written, "github": "acme/sre/no.yaml"}, None, world(github=github)
    )
    assert (missing.outcome, missing.message) == (Outcome.FAIL, "`acme/sre/no.yaml` does not exist")


def test_without_github_it_is_unknown() -> None:
    written = {"github": "acme/sre/otel.yaml@main", "exists": True}
    assert finding_of("data", written, None, world()).outcome is Outcome.UNKNOWN
    trouble = FakeGitHub(trouble=Unobservable("`metadata-token` may not read acme/sre"))
    assert finding_of("data", written, None, world(github=trouble)).outcome is Outcome.UNKNOWN


# URL


FROM = {"url": "https://config.acme.example/a?key=canary", "at": "a", "exists": True}


def test_a_document_at_a_url_is_read_as_its_server_calls_it() -> None:
    for http in (
        FakeHttp(),
        FakeHttp(body=b"a: canary", kind="application/yaml"),
        FakeHttp(body=b"a = 1", kind="x/toml"),
    ):
        finding = finding_of("data", FROM, None, world(http=http))
        assert finding.outcome is Outcome.PASS
        assert "canary" not in said(finding)
        assert not http.requests[0].allow_private


def test_a_wrong_answer_fails_and_none_at_all_is_unknown() -> None:
    http = FakeHttp(status=302)
    finding = finding_of("data", FROM, None, world(http=http))
    expected = "`https://config.acme.example/a` answered 302; expected 200"
    assert (finding.outcome, finding.message) == (Outcome.FAIL, expected)
    http.trouble = CertificateFault("its certificate has expired", "renew it")
    assert finding_of("data", FROM, None, world(http=http)).outcome is Outcome.FAIL
    http.trouble = Unobservable("`config.acme.example` refused the connection")
    finding = finding_of("data", FROM, None, world(http=http))
    assert (finding.outcome, finding.message) == (
        Outcome.UNKNOWN,
        "`config.acme.example` refused the connection",
    )
    assert http.requests[-1].called == "`config.acme.example`"
    assert finding_of("data", FROM, None, world()).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    "written",
    [
        {"exists": True},
        {"file": "a", "url": "https://acme.example", "exists": True},
        {"file": "a"},
        {"file": "a", "at": "b"},
        {"file": "a", "at": "[", "exists": True},
        {"file": "a", "at": "", "exists": True},
        {"url": "ftp://acme.example", "exists": True},
        {"url": "https://user:pass@acme.example", "exists": True},
        {"url": "https://acme.example", "exists": True, "show": True},
        {"github": "acme/sre", "exists": True},
        {"github": "acme/sre/../../x@y", "exists": True},
        {"file": "a", "each": {}},
    ],
)
def test_a_use_without_one_source_or_a_comparator_is_refused(written: object) -> None:
    with pytest.raises(ValidationError):
        Params.model_validate(written)
