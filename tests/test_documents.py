"""Documents are read as they are written: positions kept, nothing guessed, nothing quoted, nothing that crashes."""

from __future__ import annotations

import json
import time
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy_checklist.data_formats import (
    DEEPEST,
    Malformed,
    duration,
    format_duration,
    load_document,
    parse_yaml,
)


def troubles(text: str) -> list[tuple[int, int, str]]:
    with pytest.raises(Malformed) as caught:
        parse_yaml(text, "f.yml")
    return [(trouble.line, trouble.column, trouble.why) for trouble in caught.value.faults]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("8080", 8080),
        ("-3", -3),
        ("0.5", 0.5),
        ("on", "on"),
        ("no", "no"),
        ("yes", "yes"),
        ("2026-12-15", "2026-12-15"),
        ("12:30:00", "12:30:00"),
        ("007", "007"),
        ("0x1F", "0x1F"),
        ("1e5", "1e5"),
        ("1_000", "1_000"),
        (".inf", ".inf"),
        ("5be1c0d2", "5be1c0d2"),
        ("'8080'", "8080"),
        ('"true"', "true"),
        ("|\n  true", "true"),
    ],
)
def test_a_scalar_is_text_unless_it_is_plainly_something_else(written: str, value: object) -> None:
    found = parse_yaml(f"key: {written}", "f.yml").plain()
    assert found == {"key": value}
    assert isinstance(found, dict)
    assert isinstance(found["key"], type(value))


def test_a_fraction_remembers_how_it_was_written() -> None:
    found = parse_yaml("version: 1.10", "f.yml").plain()
    assert found == {"version": 1.1}
    assert str(found["version"]) == "1.10"


def test_the_key_on_is_text() -> None:
    """GitHub's workflows have it."""
    assert parse_yaml("on: push", "f.yml").plain() == {"on": "push"}


def test_every_node_knows_the_positions_of_itself_and_its_key() -> None:
    root = parse_yaml("a: 1\nb:\n  - x\n  - ünï: {deep:  y}\n", "f.yml")
    deep = root.value["b"].value[1].value["ünï"].value["deep"]
    assert (deep.key_line, deep.key_column, deep.line, deep.column) == (4, 11, 4, 18)


@pytest.mark.parametrize(
    ("text", "place", "why"),
    [
        ("a: b: c", (1, 5), "a `:` where no key can be"),
        ("a: [1, 2", (2, 1), "missing `,` or closing `]`"),
        ("a: 'x", (1, 6), "a quote is not closed"),
        ('a: "\\d"', (1, 5), "put a regular expression in 'single quotes'"),
        ("a:\n\tb: 1", (2, 1), "a tab"),
        ("a: @octo", (1, 4), "quote it"),
        ("a: \x01", (1, 4), "a control character"),
        ("a: *x", (1, 4), "aliases are not allowed"),
        ("a: &x 1\nb: 2", (1, 4), "anchors are not allowed"),
        ("a: &x [1]", (1, 4), "anchors are not allowed"),
        ("a: !!python/name:os.system x", (1, 4), "tags are not allowed"),
        ("? [a]\n: 1", (1, 3), "cannot be a key"),
        ("a: 1\n---\nb: 2\n", (2, 1), "a second document begins here"),
    ],
)
def test_what_is_not_read_is_named_with_its_place_and_a_way_out(
    text: str, place: tuple[int, int], why: str
) -> None:
    [(line, column, said)] = troubles(text)
    assert (line, column) == place
    assert why in said


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "- - ", "[{a: "])
def test_fifty_thousand_open_brackets_are_a_fault_and_no_crash(opening: str) -> None:
    [(line, _, why)] = troubles(opening * 50_000)
    assert line == 1
    assert why == f"nested deeper than {DEEPEST} levels"


def test_fifty_levels_are_read() -> None:
    assert parse_yaml("[" * DEEPEST + "]" * DEEPEST, "f.yml").plain() is not None


def test_more_than_a_mebibyte_is_refused_before_it_is_read() -> None:
    assert "larger than 1 MiB" in troubles("a: " + "ü" * 600_000)[0][2]


def test_every_duplicate_key_is_named_and_the_first_is_what_could_be_read() -> None:
    with pytest.raises(Malformed) as caught:
        parse_yaml("a: 1\nb: {c: 1, c: 2}\na: 2\n", "f.yml")
    assert [(each.line, each.column) for each in caught.value.faults] == [(2, 11), (3, 1)]
    assert "first in line 1" in caught.value.faults[1].why
    assert caught.value.node is not None
    assert caught.value.node.plain() == {"a": 1, "b": {"c": 1}}


# Anchors, which only workflow files may have


def anchored(text: str) -> object:
    return parse_yaml(text, "f.yml", anchors=True).plain()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: &x 1\nb: *x", {"a": 1, "b": 1}),
        ("a: &x [1, 2]\nb: *x", {"a": [1, 2], "b": [1, 2]}),
        ("a: &x { c: 1 }\nb: *x", {"a": {"c": 1}, "b": {"c": 1}}),
        ("- &x a\n- *x\n- [*x, { y: *x }]", ["a", "a", ["a", {"y": "a"}]]),
        ("a: &x { c: &y 1 }\nb: [*x, *y]", {"a": {"c": 1}, "b": [{"c": 1}, 1]}),
        ("a: &x 1\nb: &x 2\nc: *x", {"a": 1, "b": 2, "c": 2}),  # the newest of a name
        ("a: &x\nb: *x", {"a": None, "b": None}),
        ("a: &x 'true'\nb: *x", {"a": "true", "b": "true"}),
        ("a: &x 1", {"a": 1}),
        ("a: &x { c: 1 }\nb: { <<: *x }", {"a": {"c": 1}, "b": {"<<": {"c": 1}}}),
    ],
)
def test_an_alias_has_the_value_of_its_anchor(text: str, value: object) -> None:
    assert anchored(text) == value


def test_the_value_of_an_alias_has_the_position_of_the_alias() -> None:
    root = parse_yaml("a: &x { c: 1 }\nb:\n  - *x\n", "f.yml", anchors=True)
    [alias] = root.value["b"].value
    assert (alias.line, alias.column) == (3, 5)
    assert (root.value["b"].key_line, alias.value["c"].line) == (2, 1)
    other = parse_yaml("a: &x 1\nb: *x\n", "f.yml", anchors=True)
    assert [(node.key_line, node.line) for node in other.value.values()] == [(1, 1), (2, 2)]


@pytest.mark.parametrize(
    ("text", "place", "why"),
    [
        ("a: *x", (1, 4), "no anchor before it has this name"),
        ("a: *x\nb: &x 1", (1, 4), "no anchor before it has this name"),
        ("a: &x 1\n*x : 2", (2, 1), "no anchor before it has this name"),
        ("a: &x [*x]", (1, 8), "this alias is inside its own anchor"),
        ("a: &x { b: [{ c: *x }] }", (1, 18), "this alias is inside its own anchor"),
        ("&x a: 1", (1, 1), "anchors are not allowed"),
        ("a: !!str x", (1, 4), "tags are not allowed"),
        ("a: &x 1\nb: *x\nb: 2", (3, 1), "duplicate key"),
    ],
)
def test_an_alias_without_an_anchor_is_reported_with_its_position(
    text: str, place: tuple[int, int], why: str
) -> None:
    with pytest.raises(Malformed) as caught:
        anchored(text)
    fault = caught.value.faults[0]
    assert (fault.line, fault.column) == place
    assert why in fault.why


def laughs(levels: int, width: int) -> str:
    """Lists of which each holds the one before many times."""
    lines = ["a0: &a0 [lol]"]
    lines += [
        f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * width)}]" for at in range(1, levels + 1)
    ]
    return "\n".join(lines)


@pytest.mark.measures_time
@pytest.mark.parametrize(("levels", "width"), [(9, 10), (40, 2), (2, 1_000), (45, 9)])
def test_a_billion_laughs_end_fast_with_a_fault(levels: int, width: int) -> None:
    started = time.process_time()
    with pytest.raises(Malformed, match="the aliases expand to too many values"):
        anchored(laughs(levels, width))
    assert time.process_time() - started < 1


@pytest.mark.measures_time
def test_many_small_aliases_of_one_large_part_end_fast_too() -> None:
    large = f"a: &a [{', '.join(['x'] * 9_000)}]\n"
    started = time.process_time()
    with pytest.raises(Malformed, match="aliases expand"):
        anchored(large + "".join(f"b{at}: *a\n" for at in range(50_000)))
    assert time.process_time() - started < 5


@pytest.mark.parametrize("each", [1, 20, 49])
def test_aliases_do_not_nest_deeper_than_what_is_written_may(each: int) -> None:
    opened, closed = "[" * each, "]" * each
    lines = ["a0: &a0 [x]"]
    lines += [f"a{at}: &a{at} {opened}*a{at - 1}{closed}" for at in range(1, 100)]
    with pytest.raises(Malformed, match=f"nested deeper than {DEEPEST} levels"):
        anchored("\n".join(lines))


def test_an_alias_may_reach_the_deepest_level() -> None:
    whole = (
        "a: &x "
        + "[" * 30
        + "]" * 30
        + "\nb: "
        + "{ c: " * (DEEPEST - 31)
        + "*x"
        + "}" * (DEEPEST - 31)
    )
    assert anchored(whole)
    with pytest.raises(Malformed, match="nested deeper"):
        anchored(whole.replace("*x", "[*x]"))


@pytest.mark.parametrize("text", ["a: &x 1", "a: &x 1\nb: *x", "a: *x"])
def test_other_documents_have_no_anchors(text: str) -> None:
    assert "are not allowed" in troubles(text)[0][2]
    with pytest.raises(Malformed, match="are not allowed"):
        load_document(text.encode(), "rules.yml")


# Beyond U+FFFF JSON escapes in halves, which YAML does not know.
TEXT = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=("Cs",)), max_size=8)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=10,
)


@given(PLAIN)
def test_whatever_json_can_say_is_read_the_same_as_yaml(data: object) -> None:
    """JSON is YAML: quoted text stays text, and everything else keeps its type."""
    assert parse_yaml(json.dumps(data), "f.yml").plain() == data


@given(st.text(max_size=60))
def test_no_text_raises_anything_but_malformed_and_none_is_quoted(text: str) -> None:
    try:
        parse_yaml(text, "f.yml")
    except Malformed as malformed:
        assert malformed.line >= 1
        assert malformed.column >= 1
        assert str(malformed).startswith(f"f.yml:{malformed.line}:{malformed.column}: ")


SECRET = "hunter2-in-a-document"


@pytest.mark.parametrize(
    ("name", "data", "place"),
    [
        ("a.json", f'{{"a": "{SECRET}",\n}}', (2, 1)),
        ("a.tfstate", f'{{"{SECRET}": 1, "{SECRET}": 2}}', (1, 1)),
        ("a.json", f'["{SECRET}", NaN]', (1, 1)),
        ("a.json", "[" * 100_000, (1, 1)),
        ("a.json", "9" * 10_000, (1, 1)),
        ("a.yml", f"a: '{SECRET}", (1, 26)),
        ("a.toml", f'a = "{SECRET}"\nb = \n', (2, 5)),
        ("a.toml", "a = " + "[" * 100_000, (1, 1)),
    ],
)
def test_a_broken_document_is_malformed_at_its_place_without_a_word_of_it(
    name: str, data: str, place: tuple[int, int]
) -> None:
    with pytest.raises(Malformed) as caught:
        load_document(data.encode(), name)
    assert (caught.value.line, caught.value.column) == place
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_document_that_is_not_utf_8_is_malformed() -> None:
    with pytest.raises(Malformed, match=r"a\.json:2:1: not UTF-8 text"):
        load_document(b'{"a":\n "\xff"}', "a.json")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.json", b'{"a": [1, 0.5]}'),
        ("terraform.tfstate", b'\xef\xbb\xbf{"a": [1, 0.5]}'),
        ("a.YAML", b"a: [1, 0.5]"),
        ("a.yml", b"\xef\xbb\xbfa: [1, 0.5]"),
        ("a.toml", b"a = [1, 0.5]"),
        ("outputs", b'{"a": [1, 0.5]}'),
    ],
)
def test_a_document_is_read_as_its_name_says_and_as_json_if_it_says_nothing(
    name: str, data: bytes
) -> None:
    assert load_document(data, name) == {"a": [1, 0.5]}


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("2026-01-01", "2026-01-01"),
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("2026-01-01 00:00:00z", "2026-01-01T00:00:00Z"),
        ("2026-01-01T00:00:00+08:00", "2026-01-01T00:00:00+08:00"),
        ("2026-01-01T00:00:00", "2026-01-01T00:00:00"),
        ("07:30:00", "07:30:00"),
    ],
)
def test_a_date_of_toml_is_the_text_that_json_and_yaml_have_for_it(written: str, text: str) -> None:
    """Else a rule, and a JMESPath, would mean something else in every format."""
    assert load_document(f"a = [{{at = {written}}}]".encode(), "a.toml") == {"a": [{"at": text}]}


@pytest.mark.parametrize("text", ["a = 0x1" + "0" * 4_000, f"[{'a.' * 5_000}a]\nb = 1"])
def test_toml_that_python_itself_cannot_handle_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        load_document(text.encode(), "a.toml")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30s", 30), ("10m", 600), ("4h", 14_400), ("90d", 90 * 86_400), ("2w", 14 * 86_400)],
)
def test_durations(text: str, seconds: int) -> None:
    assert duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["", "90", "d", "90 d", "-1d", "1.5h", "90days", "９d", "1d2h", "999999999w"]
)
def test_anything_else_is_not_a_duration(text: str) -> None:
    with pytest.raises(ValueError, match=r"^is (not a duration|too long)"):
        duration(text)


@given(st.integers(0, 10**8))
def test_a_duration_that_was_written_is_read_as_itself(seconds: int) -> None:
    assert duration(format_duration(timedelta(seconds=seconds))) == timedelta(seconds=seconds)


def test_days_are_written_as_days() -> None:
    assert [format_duration(duration(text)) for text in ("90d", "2w", "36h", "90m", "0s")] == [
        "90d",
        "14d",
        "36h",
        "90m",
        "0d",
    ]
