"""What would be a second word for a state or a verdict of docs/glossary.md, and where it is one."""

from __future__ import annotations

import re

from deploy_checklist.report.model import Verdict
from deploy_checklist.report.states import State, verdict_word

NUMBER = r"(?:\d+|no|none|one|two|three|four|five|six|seven|eight|nine|ten)"
IS = r"(?:is|are|was|were|be|been|becomes?|stays?|remains?|counts? as|turns?|never|an?|it)"
# What would be a second word, where a state is said; and the state that it is about.
SECOND_WORDS: dict[str, State] = {
    rf"(?<!\w){NUMBER} (?:items? )?(?:to fix|failing|broken|wrong|red|faulty|incorrect)\b": State.FAILED,
    r"(?:^#+ |❌ )\W*(?:to fix|red|broken)\b": State.FAILED,
    r"^FIX\b(?=  )": State.FAILED,
    r"\bseen:": State.FAILED,
    r"\bunseen\b": State.NOT_CHECKED,
    r"\bcould not (?:be )?look(?:ed)?\b(?! up| it up)(?: at)?": State.NOT_CHECKED,
    r"\bcannot (?:be )?look(?:ed at)?\b": State.NOT_CHECKED,
    r"\bnot looked at\b": State.NOT_CHECKED,
    rf"(?<!\w)(?:{NUMBER}|{IS}) (?:items? )?\W{{0,3}}(?:unknown|unchecked|inconclusive)\b(?! (?:to|value|actor|place|state)\b)": State.NOT_CHECKED,
    r"(?:^#+ |❔ )\W*(?:unknown|undetermined|unverified)\b": State.NOT_CHECKED,
    rf"\b(?:items?|checks?) {IS} undetermined\b": State.NOT_CHECKED,
    rf"(?<!\w)(?:{NUMBER}|{IS}) (?:items? )?\W{{0,3}}(?:pending|unsigned|unconfirmed|to (?:confirm|approve))\b": State.TO_SIGN,
    r"\b(?:items?|it) waits? for (?:a person|people|someone|somebody)\b": State.TO_SIGN,
    r"(?:^#+ |✋ )\W*(?:pending|sign\b(?!-))": State.TO_SIGN,
    r"^SIGN\b(?=  )": State.TO_SIGN,
    rf"(?<!\w){NUMBER} (?:to wait for|in progress|on hold)\b|^#+ .*\bto wait for\b|^WAIT\b(?=  )": State.WAITING,
    rf"(?<!\w){NUMBER} warned of\b|^WARN\b(?=  )": State.WARNING,
    rf"(?<!\w){NUMBER} (?:items? )?(?:excused|exempt(?:ed)?|tolerated|suppressed)\b": State.WAIVED,
    rf"(?<!\w){NUMBER} (?:items? )?(?:verified|ok|fine|(?<!no )green|succeeded|successful)\b": State.PASSED,
    r"(?:^#+ |✅ )\W*(?:verified|ok|done|green)\b": State.PASSED,
    rf"\b(?:items?|checks?|never|as) (?:{IS} )?\W?verified\b": State.PASSED,
    r"^OK\b(?=  )": State.PASSED,
    rf"(?<!\w){NUMBER} (?:items? )?(?:confirmed|approved)\b": State.SIGNED,
    rf"(?<!\w){NUMBER} (?:items? )?(?:not (?:asked|applicable)|n/a|ignored|omitted)\b|^SKIP\b(?=  )": State.SKIPPED,
    rf"(?<!\w){NUMBER} to know\b": State.WARNING,
    r"\b(?:excused|exempt(?:ed)?|tolerated) until\b": State.WAIVED,
    r"\b(?:items?|checks?|checklist|it) (?:is|are|was|were) (?:undecided|unresolved|unverified)\b": State.NOT_CHECKED,
    rf"(?<!\w){NUMBER} (?:items? )?(?:deferred|postponed|left for later)\b": State.LATER,
}
SECOND_VERDICTS: dict[str, Verdict] = {
    r"\b(?:waits|would wait) for people\b": Verdict.WAITING,
    r"\b(?:verdict|release) (?:is|stays) unknown\b": Verdict.UNDETERMINED,
    r"\bcould not be told to be in force\b": Verdict.UNDETERMINED,
    r"\brolled_back\b": Verdict.ROLLED_BACK,
}
FORBIDDEN = [
    *(
        (re.compile(pattern, re.IGNORECASE | re.MULTILINE), word)
        for pattern, word in SECOND_WORDS.items()
    ),
    *(
        (re.compile(pattern, re.IGNORECASE | re.MULTILINE), verdict_word(verdict))
        for pattern, verdict in SECOND_VERDICTS.items()
    ),
]
# What says something else with such a word: the page, the words around it, and what it is.
OTHER_THINGS: tuple[tuple[str, str, str], ...] = (
    ("run/resolve.py", "the commit to gate is unknown", "a commit, and no item"),
    ("signoffs/involvement.py", "some authors are unknown", "people, and no items"),
)


def second_words(text: str, where: str = "") -> list[str]:
    """What in a text names a state or a verdict otherwise than the glossary."""
    for page, words, _ in OTHER_THINGS:
        if page == where:
            assert words in text, f"{where} no longer says “{words}”: delete the row"
            text = text.replace(words, "")
    found = ((pattern.search(text), word) for pattern, word in FORBIDDEN)
    return [f"{where}: “{hit[0].strip()}” is “{word}”" for hit, word in found if hit]
