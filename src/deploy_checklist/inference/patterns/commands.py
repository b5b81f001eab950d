"""Commands and CI: a workflow step ran the command with success on the commit; CI is green."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from .. import phrases, vetoes
from ..surroundings import Surroundings
from ..tokenize import COMMAND, OTHER, TokenizedText
from ..verifying_commands import is_own_command, verifies
from .sentence import ProposedCheck

# Of the words between CI and its success, these do not count.
_FILLERS = frozenset(
    {"of", "for", "on", "all", "this", "the", "commit", "main", "branch", "release"}
    | {"is", "are", "was", "must", "be", "has", "have", "been", "finished", "completed", "run"}
)
_MOST_BETWEEN = 24  # characters
_SAYS_GREEN = re.compile(
    r"\b(?:wait|waiting) for ci\b"
    r"|\bno (?:lint\w*|typescript|type|build|compil\w+) (?:errors|warnings)\b|keine lint\w*-?fehler"
    r"|^(?:re-?)?run (?:the )?(?:\w+ ){0,3}(?:test )?suite\b"
    r"|^(?:(?:re-?)?run|execute) (?:(?:all|the|full|unit|integration|e2e) )*tests"
    r"(?=$| (?:with|in|on) )"
)


# Of a command that may do anything, these say that it verifies something.
_ENDS_WELL = re.compile(
    r"no (?:diff|errors?|changes)|exits? (?:with )?(?:code )?0|\bpass|succe|\bclean\b"
)

# The command comes before a release: a workflow says so, by its jobs.
_BEFORE_RELEASE = re.compile(r"\bbefore (?:\w+ ){0,2}(?:tag\w*|releas\w+|publish\w*)\b")
_NAMES_CHECKLIST = re.compile(
    r"\b(?:references?|refers? to|mentions?|names?|links? to|cites?|points? (?:to|at)) "
    r"(?:this|the) (?:\w+ )?(?:check ?list|document|runbook|page)\b"
)


def _says_green(piece: str) -> bool:
    """Whether the words say that CI must end well."""
    says = _SAYS_GREEN.search(piece) is not None or _ci_succeeds(piece)
    return says and not vetoes.OTHER_TESTS.found_in(piece)


def _ci_succeeds(piece: str) -> bool:
    """Whether CI and its success are next to each other."""
    for found in phrases.CI.pattern(piece).finditer(piece):
        succeeds = phrases.SUCCEEDS.pattern(piece)
        success = succeeds.search(piece, found.end(), found.end() + 60)
        if success:
            between = piece[found.end() : success.start()].split()
            words = [word for word in between if word not in _FILLERS]
            if len(words) <= 1 and len(" ".join(words)) <= _MOST_BETWEEN and "⟨" not in between:
                return True
    return False


def is_meant(command: str, sentence: str) -> bool:
    """Whether a sentence about something that passed refers to this command: one of its words is a
    part of it, and nothing in it is a denial or mentions a test that CI does not run.
    """
    words = [word for word in sentence.partition("⟨")[0].split() if len(word) > 3]
    is_other = vetoes.negated(sentence) or vetoes.OTHER_TESTS.found_in(sentence)
    return not is_other and any(word in command for word in words)


def _has_failed(piece: str) -> bool:
    """Whether the words say that a command did not end well."""
    ended_well = phrases.SUCCEEDS.found_in(piece) or vetoes.negated(piece)
    return phrases.FAILED.found_in(piece) and not ended_well


def mentioned(text: TokenizedText, piece: str, around: Surroundings) -> Iterator[ProposedCheck]:
    """Each command that CI can have run; else CI itself, if the words say that it must be green."""
    ran = False
    is_before = _BEFORE_RELEASE.search(piece) is not None
    for token in text.within(piece):
        if token.kind == COMMAND:
            ran = True
            yield replace(run(token.text), maybe=_has_failed(piece))
            if is_before:
                named = around.paths.name if _NAMES_CHECKLIST.search(piece) else None
                yield before_release(token.text, checklist=named)
        elif token.kind == OTHER and "&&" in token.text:
            commands = [each.strip() for each in token.text.split("&&")]
            verifying = [command for command in commands if verifies(command)]
            ran = ran or bool(verifying)
            yield from map(run, verifying)
        elif token.kind == OTHER and is_own_command(token.text):
            yield replace(run(token.text), maybe=not _ENDS_WELL.search(piece))
    if not ran and _says_green(piece):
        yield green()


def run(command: str) -> ProposedCheck:
    """The step that runs it."""
    return ProposedCheck({"ci": {"runs": command}}, f"CI ran {command} successfully on this commit")


def before_release(command: str, *, checklist: str | None) -> ProposedCheck:
    """A workflow runs it before what releases, and perhaps names the checklist."""
    mentions = {"mentions": checklist} if checklist else {}
    return ProposedCheck(
        {"workflow": {"runs": command, **mentions, "before": "tag"}},
        f"every job that could release waits for {command}",
    )


def green() -> ProposedCheck:
    """Every other check of the commit."""
    return ProposedCheck({"ci": {"green": True}}, "every check of this commit succeeded")
