"""Whatever somebody answers: no crash, no rules file that `lint` refuses, no person's line changed."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from .shop import ANSWERS, RULES, typed, written

RIGHT: dict[str, list[object]] = {
    "domain:staging": ["staging.acme.dev", "qa.acme.dev.", "STAGING.Acme.Dev", None],
    "domain:production": ["acme.dev", "shop.münchen.example", "acme.dev", None],
    "fact:clustering": ["CLUSTER", "CLUSTER_MODE=on", "MODE=a b: #c", "A=true", None],
    "fact:tracing": ["TRACING", "TRACING=yes", "TRACING='x'", None],
    "members:payments-lead": [["@a"], "@a/b", ["@a", "write", "@b-c/d.e"], "admin", None],
    "choices:CARD_GATEWAY": [["acme", "bolt"], True, [1, 2.50, "x: y"], "acme # bolt", None],
    "status:METRICS_URL": [200, True, [200, 204], "401", ["200", 302], None],
}
HOSTILE: list[object] = [
    "", " ", "\n", "a\nb", "a\n  evil: sign\n", "}", "{", "]", '"', "'", "#", "# TODO fact:x y", ": ",
    "- x", "&a", "*a", "!!python/object:x", "%TAG", "${domain}", "${{ secrets.X }}", "$${x}", "\0",
    "\u2028", "\ufeff", "\ud800", "\x1b[31m", "a" * 5_000, "é" * 300, "null", "~", "true", "no", "=", "A=",
    "A==", "=A", "A=\n", "A=${b}", "@", "@/", "@a/", "@a/b/c", "@-", "@a\n", ".", "..", ".acme.dev", "a..b",
    "127.0.0.1", "::1", "169.254.169.254", "metadata.google.internal", "https://x:y@acme.dev", "acme.dev:80",
    "xn--a", "-a.dev", "199.5", -1, 0, 1e309, 99, 600, 10**30, 2.5, False, True, [], {}, {"a": 1}, [[]],
    [None], [True], [{}], ["a", ["b"]], ["x"] * 100, "sk_live_q7Zk29xLmPw4Rt8BvNs3", "<<", "? x", "|", ">",
]  # fmt: skip
UNKNOWN = [
    "fact:",
    "domain",
    "",
    "status:METRICS_URL ",
    "FACT:tracing",
    "items",
    "fact:tracing\n",
    "\0",
]
MINE = [
    "# mine: # TODO fact:tracing stays",
    "waivers: []  # mine",
    "  Somebody is on-call for the night: { sign: { by: [maintain] } }  # mine",
    "  CARD_KEY: secret  # mine",
]


def random_answers(chance: random.Random) -> str:
    answers: dict[str, object] = {}
    for id_, right in RIGHT.items():
        if chance.random() < 0.8:
            hostile = chance.random() < chance.choice([0.0, 0.1, 0.5])
            answers[id_] = chance.choice(HOSTILE if hostile else right)
    if chance.random() < 0.15:
        answers[chance.choice(UNKNOWN)] = chance.choice(HOSTILE)
    text = json.dumps(answers, ensure_ascii=chance.random() < 0.5)
    if chance.random() < 0.1:
        cut = chance.randrange(len(text))
        text = text[:cut] + chance.choice(["", "\t", "}", "\0", "\n"]) + text[cut + 1 :]
    return text


def with_lines_of_a_person(text: str, chance: random.Random) -> str:
    """The file as somebody changed it by hand, in some of these ways."""
    lines = text.split("\n")
    if chance.random() < 0.5:
        lines.insert(lines.index("unverified: sign") + 1, MINE[0])
    if chance.random() < 0.5:
        lines.insert(lines.index("roles:"), MINE[1])
    for key, mine in (("  Somebody is on-call", MINE[2]), ("  CARD_KEY", MINE[3])):
        start = next(at for at, line in enumerate(lines) if line.startswith(key))
        end = next(at for at in range(start + 1, len(lines)) if not lines[at].startswith("   "))
        if chance.random() < 0.5:
            lines[start:end] = [mine]
    for at, line in enumerate(lines):
        if line.startswith("    sign: ") and chance.random() < 0.2:
            lines[at] = "    sign: { that: mine, by: [write] }"
        elif "# TODO" in line and chance.random() < 0.15:
            lines[at] = line.partition("# TODO")[0] + "# mine"
    return "\n".join(lines)


def is_mine(line: str) -> bool:
    return "mine" in line


def bytes_of(answers: str) -> bytes:
    return answers.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("seed", range(200))
def test_random_answers(folder: Path, seed: int) -> None:
    chance = random.Random(seed)
    is_there = chance.random() < 0.7
    if is_there:
        typed("init")
        RULES.write_text(with_lines_of_a_person(written(), chance), encoding="utf-8")
    for _ in range(3):
        before = written() if RULES.exists() else ""
        Path("answers.json").write_bytes(bytes_of(random_answers(chance)))
        code, out, err = typed("init", "--answers", "answers.json")
        assert "a bug in" not in err
        if code != 0:
            assert code == 2
            assert out == ""
            assert (written() if RULES.exists() else "") == before
            continue
        after = written().split("\n")
        assert [line for line in after if is_mine(line)] == [
            line for line in before.split("\n") if is_mine(line)
        ]
        kept = iter(after)
        for line in before.split("\n"):
            if "# TODO" not in line and not line.startswith("    "):
                assert line in kept  # in the same order
        assert typed("lint")[0] == 0


def test_right_answers_alone_are_always_taken(folder: Path) -> None:
    chance = random.Random(1)
    for _ in range(40):
        RULES.unlink(missing_ok=True)
        answers = {id_: chance.choice(right) for id_, right in RIGHT.items()}
        Path("answers.json").write_text(json.dumps(answers), encoding="utf-8")
        code, _, err = typed("init", "--answers", "answers.json")
        assert (code, err) == (0, "")
        assert typed("lint")[0] == 0


def test_the_answers_of_the_other_tests_are_among_the_right_ones() -> None:
    assert [line.partition(": ")[0] for line in ANSWERS.splitlines()] == list(RIGHT)
