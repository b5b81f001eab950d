"""Commands and CI: a workflow step ran the command with success on the commit; CI is green."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..tokenize import COMMAND, OTHER, TokenizedText
from ..verifying_commands import verifies
from .sentence import ProposedCheck, SentencePattern

_SUCCEED = (
    r"(?:pass(?:es|ed|ing)?|succeed(?:s|ed)?|successful(?:ly)?|green|clean"
    r"|complete[sd]? successfully"
    r"|(?:runs?|compiles?|builds?|completes?)(?: cleanly| successfully| without (?:any )?errors?))"
)
_KIND = (
    r"(?:unit|integration|e2e|end-to-end|backend|frontend|contract|regression|api|ui|production"
    r"|static|security)"
)
_TESTED = (
    rf"(?:all |the |full )*(?:{_KIND}(?:,| and|/)? )*"
    r"(?:tests?|test suite|linting|linter|lint|lint checks?|type ?checks?|type checking|build"
    r"|builds|code|typescript|typescript code|formatting|format checks?|project|checks?"
    r"|static analysis)"
)
_CI = (
    r"(?:ci|ci/cd|ci pipeline|ci/cd pipeline|github actions|status checks"
    r"|required (?:status )?checks)"
)
_OF_CI = r"(?: checks?| pipelines?| builds?| workflows?| jobs?| tests?)?"
_LIST = (
    r"(?: \((?:(?:lint|test|tests|build|type ?check|types|e2e|unit|integration|format)"
    r"(?:, | and |\) ?)?)+\)?)?"
)


def _ran(tokenized: TokenizedText, found: re.Match[str]) -> list[ProposedCheck]:
    return [run(tokenized.marked(found["command"]).text)]


def _green(tokenized: TokenizedText, found: re.Match[str]) -> list[ProposedCheck]:
    return [green()]


CLOSED = (
    SentencePattern(rf"ENSURECOMMAND BE{_SUCCEED}", "`npm test` passes", _ran),
    SentencePattern(
        rf"ENSURE{_TESTED} BE{_SUCCEED}(?:: | \(| with | )COMMAND\)?",
        "All unit tests pass (`npm test`)",
        _ran,
    ),
    SentencePattern(
        r"ENSURE(?:there are )?no (?:lint|linting|type|typescript|build|compile|compilation) "
        r"(?:errors?|warnings?|issues?) \(COMMAND\)",
        "No lint errors (`make lint`)",
        _ran,
    ),
    SentencePattern(
        rf"ENSURE(?:all |the )*{_CI}{_OF_CI} BE{_SUCCEED}{_LIST}",
        "All CI checks pass",
        _green,
    ),
)

# Understood in part: CI ran it; whether that was meant, and all of it, is a person's to say.
IN_PART = (
    "Run the suite: `pytest -q`",
    "`cargo clippy` is silent about the new crate",
    "All tests passing",
    "로컬에서 `npm run lint` 확인",
)

_SAYS_GREEN = re.compile(
    r"\b(?:ci|tests?|test suite|build|builds|lint(?:ing|er)?|type ?check(?:s|ing)?|pipelines?"
    r"|code linting|compilation|github actions|workflows?|status checks|eslint|pytest|mypy|jest"
    r"|clippy|prettier)\b(?: \w+){0,2} "
    r"(?:pass(?:es|ed|ing)?|green|clean|succe\w+|validated|executed|without errors?)\b"
    r"|\b(?:wait|waiting) for ci\b"
    r"|\bno (?:lint\w*|typescript|type|build|compil\w+) (?:errors|warnings)\b"
)
_OTHER_TESTS = re.compile(
    r"smoke|penetration|load|stress|manual|acceptance|\buat\b|restore|backup|browser|realworld|deploy"
)


# The command comes before a release: a workflow says so, by its jobs.
_BEFORE_RELEASE = re.compile(r"\bbefore (?:\w+ ){0,2}(?:tag\w*|releas\w+|publish\w*)\b")
_NAMES_CHECKLIST = re.compile(
    r"\b(?:references?|refers? to|mentions?|names?|links? to|cites?|points? (?:to|at)) "
    r"(?:this|the) (?:\w+ )?(?:check ?list|document|runbook|page)\b"
)
THIS_CHECKLIST = "this checklist"  # in a check: the file's own name stands here in the end


def mentioned(tokenized: TokenizedText, piece: str) -> Iterator[ProposedCheck]:
    """Each command that CI can have run; else CI itself, if the words say that it must be green."""
    ran = False
    is_before = _BEFORE_RELEASE.search(piece) is not None
    for token in tokenized.within(piece):
        if token.kind == COMMAND:
            ran = True
            yield run(token.text)
            if is_before:
                named = _NAMES_CHECKLIST.search(piece) is not None
                yield before_release(token.text, names_checklist=named)
        elif token.kind == OTHER and "&&" in token.text:
            commands = [each.strip() for each in token.text.split("&&")]
            verifying = [command for command in commands if verifies(command)]
            ran = ran or bool(verifying)
            yield from map(run, verifying)
    if not ran and _SAYS_GREEN.search(piece) and not _OTHER_TESTS.search(piece):
        yield green()


def run(command: str) -> ProposedCheck:
    """The step that runs it."""
    return ProposedCheck({"ci": {"runs": command}}, f"CI ran {command} with success on this commit")


def before_release(command: str, *, names_checklist: bool) -> ProposedCheck:
    """A workflow runs it before what releases, and perhaps names the checklist."""
    mentions = {"mentions": THIS_CHECKLIST} if names_checklist else {}
    return ProposedCheck(
        {"workflow": {"runs": command, **mentions, "before": "tag"}},
        f"what could release waits for {command}",
    )


def green() -> ProposedCheck:
    """Every other check of the commit."""
    return ProposedCheck({"ci": {"green": True}}, "every check of this commit ended in success")
