"""No secret gets out, in no encoding of it."""

from __future__ import annotations

import base64
import html
import json
import random
import re
import string
import time
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape as xml_escape
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import reports
from deploy_checklist.outcome import Outcome
from deploy_checklist.redaction.needles import Needle, needles_of
from deploy_checklist.redaction.redact import Leak, Redactor
from deploy_checklist.redaction.vocabulary import vocabulary
from deploy_checklist.report import formats, markdown
from deploy_checklist.report.model import Notice, Report

SECRET = "pa\"ss<w>o&rd/ü+1'\n2nd line of it"


def hiding(*secrets: str) -> Redactor:
    return Redactor.of({f"S{number}_KEY": secret for number, secret in enumerate(secrets)})


def encoded(secret: str) -> dict[str, str]:
    """Every way the issue names, written here without the code under test."""
    raw = secret.encode()
    forms = {
        "raw": secret,
        "stripped": secret.strip(),
        "url-safe base64": base64.urlsafe_b64encode(raw).decode(),
        "percent": quote(secret, safe=""),
        "percent, lower case": re.sub(
            "%..", lambda found: found[0].lower(), quote(secret, safe="")
        ),
        "form": quote_plus(secret),
        "json": json.dumps(secret)[1:-1],
        "json, unicode": json.dumps(secret, ensure_ascii=False)[1:-1],
        "html": html.escape(secret),
        "xml": xml_escape(secret),
        "xml attribute": quoteattr(secret)[1:-1].replace("&#10;", "\n"),
        "hex": raw.hex(),
        "HEX": raw.hex().upper(),
    }
    forms |= {f"line {number}": line for number, line in enumerate(secret.splitlines())}
    for before in ("", "u", "us:"):
        around = base64.b64encode(f"{before}{secret}".encode()).decode()
        forms[f"base64 after {before!r}"] = around
    return forms


@pytest.mark.parametrize("way", encoded(SECRET))
def test_every_encoding_is_replaced_and_found(way: str) -> None:
    text = f"before {encoded(SECRET)[way]} after"
    redactor = hiding(SECRET)
    cleaned = redactor.text(text)
    assert "***" in cleaned
    assert cleaned.startswith("before ")
    assert cleaned.endswith(" after")
    redactor.check(cleaned)
    with pytest.raises(Leak):
        redactor.check(text.encode())


def test_a_leak_says_nothing_of_what_it_found() -> None:
    with pytest.raises(Leak) as caught:
        hiding("correct-horse").check("the correct-horse is out")
    assert "correct" not in str(caught.value)
    assert str(caught.value).startswith(
        "the value of S0_KEY was found in the finished report, so the report is not shown"
    )


def test_a_secret_behind_the_marks_of_markdown_is_found() -> None:
    with pytest.raises(Leak):
        hiding("sk_live_<1@x>").check("- sk\\_live\\_&lt;1@<!-- -->x&gt;")


def test_overlapping_secrets_leave_nothing_of_either() -> None:
    assert hiding("abcdefgh", "efghijkl").text("..abcdefghijkl..") == "..***.."


@pytest.mark.parametrize(
    ("name", "value", "hidden"),
    [
        ("PAYMENT_API_KEY", "sk_live_abcdef", ["sk_live_abcdef"]),
        ("SENTRY_DSN", "https://abc123@o1.example/2", ["abc123"]),
        (
            "DATABASE_URL",
            "postgres://owner:p%40ssw0rd@db/x?sslkey=zz99",
            ["owner", "p%40ssw0rd", "p@ssw0rd", "zz99"],
        ),
        ("PAYMENT_PROVIDER", "stripe", []),
        ("MONKEY", "a plain word", []),
        ("NAMED_BY_A_RULE", "whatever it is", ["whatever it is"]),
    ],
)
def test_what_counts_as_a_secret(name: str, value: str, hidden: list[str]) -> None:
    texts = {needle.text for needle in needles_of({name: value}, {"NAMED_BY_A_RULE"})}
    assert set(hidden) <= texts
    assert bool(texts - {""}) == bool(hidden)


def test_three_characters_are_too_few_for_a_needle() -> None:
    assert hiding("abc").text("abcabc") == "abcabc"


def test_a_value_that_is_a_word_of_the_report_is_named_and_not_hidden() -> None:
    report = reports.blocked()
    redactor = Redactor.of(
        {"PAYMENT_API_KEY": "production", "B_KEY": "correct-horse"}, (), vocabulary(report)
    )
    assert redactor.exposed == ("PAYMENT_API_KEY",)
    assert redactor.clean(report) == report


def test_an_ordinary_user_in_a_url_is_not_a_finding_but_an_ordinary_password_is() -> None:
    """`default` is the user of every managed Redis; nothing is wrong with it."""
    own = vocabulary(reports.blocked())
    values = {
        "A_URL": "rediss://default:S3cretRealPw99@r.example",
        "B_URL": "redis://shop:production@r.example",
    }
    redactor = Redactor.of(values, (), (*own, "default"))
    assert redactor.exposed == ("B_URL",)
    assert redactor.text("S3cretRealPw99 default") == "*** default"


def test_neither_a_redactor_nor_a_needle_shows_what_it_hides() -> None:
    assert "correct" not in f"{hiding('correct-horse')!r} {Needle('A', 'correct-horse')!r}"


def test_only_free_text_changes() -> None:
    report = replace(reports.blocked(), notices=(Notice(message="it said correct-horse", line=3),))
    cleaned = hiding("correct-horse").clean(report)
    assert cleaned == replace(report, notices=(Notice(message="it said ***", line=3),))


def everywhere(text: str) -> Report:
    """A report that says the text wherever it can say anything."""
    item = reports.item(3, text, section=(text,), id=text, spans=(text,))
    fails = reports.entry(
        item, reports.found(Outcome.FAIL, text, remedy=text), owner=text, source_of_truth=text
    )
    asked = reports.entry(item, reports.asked(text, text))
    return reports.report(
        fails,
        asked,
        boxes=(reports.box(asked), reports.section_box(text, asked)),
        notices=(Notice(message=text, item=text),),
        log_row=f"| {text} |",
        links={"file": f"https://github.example/{text}"},
    )


SECRETS = st.text(
    alphabet=string.ascii_letters + string.digits + "/+=&<>\"'%_-ü€\n :@", min_size=12, max_size=30
)
FORMS = tuple(formats.FORMATS)


def every_rendering(report: Report) -> str:
    return "\n".join(
        (*(formats.render(report, name) for name in FORMS), markdown.render(report, boxes=True))
    )


EMPTY = every_rendering(everywhere("…"))


def stands_in_the_frame(redactor: Redactor) -> bool:
    """Whether a report that says nothing holds the secret, or the beginning of one of its lines."""
    try:
        redactor.check(EMPTY)
    except Leak:
        return True
    return False


@settings(deadline=None)
@given(SECRETS, st.data())
def test_no_encoding_of_any_secret_is_in_any_rendering(secret: str, data: st.DataObject) -> None:
    forms = [form for form in encoded(secret).values() if len(form) > 7]
    assume(len(secret.strip()) > 7)
    said = data.draw(st.sampled_from(forms))
    redactor = Redactor.of({"A_KEY": secret})
    assume(not stands_in_the_frame(redactor))  # `</testsuite>` is no secret that could be kept
    rendered = every_rendering(redactor.clean(everywhere(f"it is {said}, or is it")))
    redactor.check(rendered)
    assert not any(form in rendered for form in forms)


def letters(count: int, seed: int) -> str:
    return "".join(random.Random(seed).choices(string.ascii_letters + string.digits, k=count))


@pytest.mark.measures_time
@pytest.mark.parametrize(
    "text", [letters(1_000_000, 0), "sk_live_" * 125_000], ids=["random", "prefix"]
)
def test_a_thousand_secrets_in_a_megabyte_take_a_second(text: str) -> None:
    redactor = hiding(*(f"sk_live_{letters(24, number)}" for number in range(1_000)))
    began = time.process_time()
    redactor.check(text)
    assert (
        time.process_time() - began < 3
    )  # half a second on a quiet machine; a search per secret takes minutes


def test_few_and_many_secrets_are_found_alike() -> None:
    few = [letters(20, number) for number in range(3)]
    many = [*few, *(letters(20, number) for number in range(3, 300))]
    text = f"x{few[0]}y {few[1]} {few[2].encode().hex()}"
    assert hiding(*few).text(text) == hiding(*many).text(text) == "x***y *** ***"


TOKEN = "eyJhbGciOiJIUzI1NiJ9." + "c3ViamVjdA" * 12


@pytest.mark.parametrize("length", [6, 20, 60, 80])
def test_the_beginning_of_a_secret_that_was_cut_is_replaced_and_found(length: int) -> None:
    """Our own messages cut what they quote; what is left of a long secret is a piece of it all the same."""
    redactor = hiding(TOKEN)
    cut = f"line 1: it is `{TOKEN[:length]}…`"
    assert redactor.text(cut) == "line 1: it is `***…`"
    assert redactor.clean(Notice(message=cut, item=None)).message == "line 1: it is `***…`"
    with pytest.raises(Leak):
        redactor.check(cut)
    redactor.check("line 1: it is `eyJhb…`, and something else…")


def test_text_before_the_beginning_stays() -> None:
    assert (
        hiding(TOKEN).text(f"PASSWORD={TOKEN[:30]}… and PASSWORD={TOKEN}")
        == "PASSWORD=***… and PASSWORD=***"
    )


@pytest.mark.parametrize(
    ("secret", "shown"),
    [
        ("HunterTwo2Secret99", "huntertwo2secret99"),
        ("Hunter two, Secret 99", "hunter-two-secret-99"),
        ("Zq8*kk*pL22x", "Zq8kkpL22x"),
        ("correct  horse   battery", "correct horse battery"),
    ],
)
def test_a_secret_is_known_as_the_parser_of_a_checklist_changes_it(secret: str, shown: str) -> None:
    """In an item's text marks of emphasis are gone, and its id is made of its words."""
    assert hiding(secret).text(f"before {shown} after") == "before *** after"


@pytest.mark.parametrize("password", ["S3c/retPassw0rd#1", "S3c?retPassw0rd", "S3cretPassw0rd"])
def test_a_password_is_found_in_a_url_that_should_have_encoded_it(password: str) -> None:
    redactor = Redactor.of({"DB_URL": f"postgres://owner:{password}@db.example/shop"})
    assert redactor.text(f"pw {password} known") == "pw *** known"
    assert (
        Redactor.of({"APP_URL": "https://app.example:8443/@user"}).text("at app.example")
        == "at app.example"
    )
