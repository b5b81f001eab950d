"""Each rule finds the items it speaks of, or says why it cannot; nothing is bound by chance."""

from __future__ import annotations

import gc
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy_checklist.checklist.model import Checklist
from deploy_checklist.errors import Unusable
from deploy_checklist.rules.bind import bind, find, waiver_scope
from deploy_checklist.rules.model import Rules
from rules.written import checklist, rules

DOCUMENT = """
# Release
## Payment
- [ ] `PAYMENT_KEY` present in the secrets
- [ ] `NODE_ENV=production` and `PAYMENT_KEY` are set
- [ ] TLS certificates renewed for realtime endpoints
- [ ] TLS certificates stored in the vault
- [ ] Load balancer health checks **updated**, please.
- [ ] Announce it <!-- rule: announcement -->
- [ ] Deploy
- [ ] Deploy the docs
"""


def bound(key: str) -> list[int]:
    found = bind(checklist(DOCUMENT), rules(f"items: {{'{key}': {{env: X, equals: y}}}}"))
    return sorted(found.rules_of)


@pytest.mark.parametrize(
    ("key", "lines"),
    [
        ("PAYMENT_KEY", [3, 4]),
        ("NODE_ENV", [4]),
        ("announcement", [8]),
        ("Announce it", [8]),
        ("TLS certificates renewed", [5]),
        ("tls CERTIFICATES `renewed`", [5]),
        ("Load balancer health checks updated please", [7]),
        ("Deploy", [9]),
        ("Deploy the", [10]),
        ("tls-certificates-renewed", [5]),
    ],
)
def test_a_key_is_a_variable_a_pin_or_the_first_words(key: str, lines: list[int]) -> None:
    assert bound(key) == lines


@pytest.mark.parametrize(
    "key", ["PAYMENT", "OTHER_KEY", "Announ", "certificates renewed", "Deployment"]
)
def test_nothing_less_than_whole_first_words_binds(key: str) -> None:
    found = bind(checklist(DOCUMENT), rules(f"items: {{'{key}': {{env: X, equals: y}}}}"))
    assert not found.rules_of
    assert [rule.key for rule in found.orphans] == [key]


def test_an_item_may_have_several_rules_in_the_order_of_the_file() -> None:
    found = bind(
        checklist(DOCUMENT), rules("items: {PAYMENT_KEY: secret, NODE_ENV: {equals: production}}")
    )
    assert [rule.key for rule in found.rules_of[4]] == ["PAYMENT_KEY", "NODE_ENV"]


def refused(text: str, document: str = DOCUMENT) -> list[str]:
    with pytest.raises(Unusable) as caught:
        bind(checklist(document), rules(text))
    return [str(fault) for fault in caught.value.faults]


def test_first_words_that_several_items_share_are_refused_with_the_candidates() -> None:
    assert refused("items: {TLS certificates: sign}") == [
        "rules.yml:2:9: 2 items in checklist.md begin with `TLS certificates`. "
        "Add words until only one matches, or pin the item (`<!-- rule: name -->`). "
        "One of: `tls-certificates-renewed` (line 5), `tls-certificates-stored` (line 6)"
    ]


WAIVED = "waivers: [{item: %s, reason: r, approved_by: '@o', expires: 2026-12-15}]"


def test_a_waiver_for_an_unknown_item_is_refused_with_the_nearest_name() -> None:
    assert refused("items: {PAYMENT_KEY: secret}\n" + WAIVED % "PAYMENT_KEI") == [
        "rules.yml:3:18: the waiver's item `PAYMENT_KEI` is not in checklist.md, and no rule has that key. "
        "Did you mean `PAYMENT_KEY`?"
    ]


def test_a_waiver_for_an_item_that_cannot_be_waived_is_refused() -> None:
    assert refused("items: {PAYMENT_KEY: {waivable: false}}\n" + WAIVED % "PAYMENT_KEY") == [
        "rules.yml:3:18: `PAYMENT_KEY` cannot be waived: its rule says `waivable: false`. Remove the waiver, or change the rule in line 2"
    ]


def test_a_waiver_for_several_items_at_once_is_refused() -> None:
    [said] = refused("items: {PAYMENT_KEY: secret}\n" + WAIVED % "TLS certificates")
    assert said.startswith("rules.yml:3:18: 2 items in checklist.md begin with `TLS certificates`.")


SIGNED = "signed: [{item: %s, by: '@o', on: 2026-11-01, words: 5be1c0d2}]"
TITLED = "- [ ] Payments:\n  - [ ] Keys rotated\n  - [ ] Refunds tried\n"


@pytest.mark.parametrize(
    ("written", "what"),
    [
        (WAIVED % "payments", "waived"),
        ("signed: [{item: payments, by: '@o', on: 2026-11-01, words: 5be1c0d2}]", "signed"),
    ],
)
def test_an_exception_for_a_title_is_refused_and_names_what_is_below_it(
    written: str, what: str
) -> None:
    [said] = refused("items: {Keys rotated: sign}\n" + written, TITLED)
    assert f"`payments` is a title, and nothing checks a title, so it cannot be {what}. " in said
    assert said.endswith("Name an item below it: `keys`, `refunds`")


def test_a_title_that_has_a_rule_of_its_own_can_be_waived() -> None:
    assert bind(
        checklist(TITLED), rules("items: {Payments: sign}\n" + WAIVED % "payments")
    ).rules_of


def test_an_expired_waiver_is_not_a_fault() -> None:
    """It has no effect any more, and the report says so; the file stays usable."""
    text = "items: {PAYMENT_KEY: secret}\nwaivers: [{item: PAYMENT_KEY, reason: r, approved_by: o, expires: 2020-01-01}]"
    assert bind(checklist(DOCUMENT), rules(text)).rules_of


def test_a_sign_off_for_an_unknown_item_is_refused() -> None:
    line = "signed: [{item: GONE_KEY, by: '@o', on: 2026-11-02, words: 5be1c0d2}]"
    assert refused("items: {PAYMENT_KEY: secret}\n" + line) == [
        "rules.yml:3:17: the sign-off's item `GONE_KEY` is not in checklist.md, and no rule has that key. "
        "Allowed: PAYMENT_KEY, NODE_ENV, announcement, tls-certificates-renewed, tls-certificates-stored, load, "
        "deploy, deploy-the"
    ]


def test_a_sign_off_is_named_as_the_comment_prints_it() -> None:
    """By an id or a rule's key, which is how people's words are found again; first words alone would never count."""
    line = "signed: [{item: %s, by: '@o', on: 2026-11-02, words: 5be1c0d2}]"
    rule = "items: {TLS certificates renewed: sign}\n"
    assert refused(rule + line % "TLS certificates stored")[0].endswith(
        "is not an id and not the key of a rule. Write `tls-certificates-stored`"
    )
    for name in ("tls-certificates-stored", "TLS certificates renewed"):
        assert bind(checklist(DOCUMENT), rules(rule + line % name)).rules_of


def test_all_that_does_not_fit_is_reported_at_once() -> None:
    assert len(refused("items: {TLS certificates: sign, tls: sign}\n" + WAIVED % "nothing")) == 3


@pytest.fixture(scope="module")
def both() -> tuple[Checklist, Rules]:
    return checklist(DOCUMENT), rules("items: {PAYMENT_KEY: secret, Load balancer: sign}")


@pytest.mark.parametrize(
    ("given", "lines"),
    [
        ("PAYMENT_KEY", [3]),
        ("Load balancer", [7]),
        ("Load balancer health", [7]),
        ("announcement", [8]),
        ("NODE_ENV", [4]),
        ("deploy-the", [10]),
    ],
)
def test_commands_take_an_id_or_a_rule_s_key(
    both: tuple[Checklist, Rules], given: str, lines: list[int]
) -> None:
    document, found = both
    assert [item.line for item in find(document, found, given)] == lines
    assert waiver_scope(document, bind(document, found), given).lines == frozenset(lines)


def test_an_ambiguous_name_is_refused_with_the_candidates(both: tuple[Checklist, Rules]) -> None:
    with pytest.raises(Unusable) as caught:
        find(*both, "TLS")
    assert str(caught.value).splitlines() == [
        "`TLS` matches 2 items in checklist.md",
        "One of: `tls-certificates-renewed` (line 5), `tls-certificates-stored` (line 6)",
    ]


def test_an_unknown_name_is_refused_with_the_nearest(both: tuple[Checklist, Rules]) -> None:
    with pytest.raises(Unusable, match=r"is called `NODE_EMV`\nDid you mean `NODE_ENV`\?"):
        find(*both, "NODE_EMV")


WORDS = st.lists(st.sampled_from(["a", "b", "ab", "ß", "的"]), min_size=1, max_size=4).map(" ".join)


@given(st.lists(WORDS, min_size=1, max_size=6), WORDS)
def test_first_words_bind_exactly_the_one_item_that_begins_with_them(
    texts: list[str], key: str
) -> None:
    document = checklist("# D\n" + "".join(f"- [ ] {text}\n" for text in texts))
    beginning = [n for n, text in enumerate(texts, 2) if (text + " ").startswith(key + " ")]
    whole = [n for n, text in enumerate(texts, 2) if text == key]
    expected = whole if len(whole) == 1 else beginning
    try:
        found = sorted(bind(document, rules(f"items: {{'{key}': sign}}")).rules_of)
    except Unusable:
        assert len(expected) > 1
    else:
        assert found == expected


def _seconds(document: Checklist, found: Rules) -> float:
    gc.collect()  # not ours to pay: what the tests before left behind
    gc.disable()
    try:
        start = time.process_time()
        assert len(bind(document, found).rules_of) == len(document.items)
        return time.process_time() - start
    finally:
        gc.enable()


@pytest.mark.measures_time
def test_ten_thousand_rules_and_items_are_bound_in_linear_time() -> None:
    """Twice as much takes about twice as long; a pairwise comparison would take four times and minutes."""
    pairs = []
    for count in (5_000, 10_000):
        document = checklist("# D\n" + "".join(f"- [ ] word{n} and more\n" for n in range(count)))
        pairs.append(
            (document, rules("items:\n" + "".join(f"  word{n} and: sign\n" for n in range(count))))
        )
    rounds = [
        [_seconds(*pair) for pair in pairs] for _ in range(5)
    ]  # in turn: a busy machine slows both
    half, whole = (min(times) for times in zip(*rounds, strict=True))
    assert whole < 3.5 * half
