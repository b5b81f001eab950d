"""Answers to the questions, each read as its kind requires. A mistake comes with its position."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from ...data_formats import Malformed, Node, parse_yaml
from ...errors import Fault, Unusable
from ...rules.faults import one_line, suggestion
from ...rules.top_level import LEVELS
from ...values.hosts import Reach, canonical_host, reach
from .items import is_plain_value
from .known import CHOICES, DOMAIN, FACT, MEMBERS, STATUS, is_private_domain
from .questions import OpenQuestion

_MOST = 50  # members or values in one answer
_WHO = re.compile(r"@[A-Za-z0-9][A-Za-z0-9-]{0,80}(?:/[A-Za-z0-9._-]{1,100})?")
_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,99}")
_YES_OR_NO = frozenset(("yes", "no", "true", "false", "on", "off", "y", "n"))  # of no variable
_IN_URL = re.compile(r"^[a-z][a-z0-9+.-]*://([^/?#@\s]+)|^([^/?#@:\s]+)[/:]", re.IGNORECASE)


class WrongAnswer(Exception):
    """An answer that does not fit its question: why, and the likely right one."""

    def __init__(self, why: str, hint: str | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.hint = hint


def read_answers(text: str, file: str, questions: Sequence[OpenQuestion]) -> Mapping[str, object]:
    """The answers in a YAML or JSON mapping of ids, as rules-file data; null leaves one open.

    Raises Unusable with every mistake and its place.
    """
    try:
        root = parse_yaml(text, file)
    except Malformed as malformed:
        raise Unusable(
            faults=tuple(
                _fault(file, each.line, each.column, each.why) for each in malformed.faults
            )
        ) from None
    nodes = {} if root.value is None else root.value
    if not isinstance(nodes, dict):
        message = "answers must be a mapping of question ids to answers"
        fault = _fault(file, root.line, root.column, message, "Such as `status:API_URL: 200`")
        raise Unusable(faults=(fault,))
    by_id = {each.id: each for each in questions}
    answers, faults = {}, []
    for id_, node in nodes.items():
        question = by_id.get(id_)
        if question is None:
            message = f"`{one_line(id_)}` is not a question about this checklist"
            hint = suggestion(id_, by_id) or "See `deploy-checklist init --questions json`"
            faults.append(_fault(file, node.key_line, node.key_column, message, hint))
            continue
        try:
            answer = answered(question, _plain(node))
        except WrongAnswer as wrong:
            message = f"`{one_line(id_)}` {wrong.why}"
            faults.append(_fault(file, node.line, node.column, message, wrong.hint))
            continue
        if answer is not None:
            answers[id_] = answer
    if faults:
        raise Unusable(faults=tuple(faults))
    return answers


def answered(question: OpenQuestion, given: object) -> object:
    """An answer as rules-file data; None leaves the question open. Raises WrongAnswer.

    `given`: text, a number, true, a list of texts and numbers, or None.
    """
    if given is None:
        return None
    if given is True:
        if question.default is None:
            why = f"has no proposal for `true` to accept: write an answer{_like(question)}"
            raise WrongAnswer(why)
        given = question.default
    if isinstance(given, bool):
        raise WrongAnswer("is not a yes or no question", "Write null to leave it open")
    return _READERS[question.kind](question, given)


def _plain(node: Node) -> object:
    """A scalar, or a list of scalars; a number keeps its spelling."""
    if isinstance(node.value, list):
        return [_plain(each) for each in node.value]
    if isinstance(node.value, float):
        return str(node.value)
    return node.plain()


def _texts(question: OpenQuestion, given: object) -> list[str]:
    parts = given if isinstance(given, list) else [given]
    if any(isinstance(part, bool) or not isinstance(part, str | int) for part in parts):
        raise WrongAnswer(f"must be a text or a list of texts{_like(question)}")
    texts = list(dict.fromkeys(str(part).strip() for part in parts))
    if not texts or "" in texts:
        raise WrongAnswer(f"has an empty answer{_like(question)}", "Write null to leave it open")
    if len(texts) > _MOST:
        raise WrongAnswer(f"has more than {_MOST} entries")
    return texts


def _text(question: OpenQuestion, given: object) -> str:
    texts = _texts(question, given)
    if len(texts) > 1:
        raise WrongAnswer(f"must have one answer{_like(question)}")
    return texts[0]


def _domain(question: OpenQuestion, given: object) -> object:
    text = _text(question, given)
    host = _deployed_host(text)
    if host is None:
        inside = _IN_URL.match(text)
        meant = _deployed_host(inside[1] or inside[2]) if inside else None
        hint = f"Did you mean `{meant}`?" if meant else None
        raise WrongAnswer(f"must be a domain that can be deployed to{_like(question)}", hint)
    return host


def _deployed_host(text: str) -> str | None:
    """The host, if something may be deployed there: a public one, or a name inside of a network."""
    host = canonical_host(text) if len(text) <= 253 and not text.startswith(".") else None
    if host is None or reach(host) is Reach.PUBLIC:
        return host
    return host if is_private_domain(host) else None


def _fact(question: OpenQuestion, given: object) -> object:
    name, equals, value = _text(question, given).partition("=")
    name, value = name.strip(), value.strip()
    says_yes_or_no = name.lower() in _YES_OR_NO
    if says_yes_or_no or not _NAME.fullmatch(name):
        meant = re.sub(r"[^A-Z0-9]+", "_", name[:100].upper()).strip("_")
        is_name = _NAME.fullmatch(meant) and not says_yes_or_no
        hint = f"Did you mean `{meant}`?" if is_name else None
        raise WrongAnswer(f"must be a variable's name or NAME=value{_like(question)}", hint)
    if not equals:
        return {"env": name, "default": False}
    if not is_plain_value(value):
        raise WrongAnswer("has a value that a rule cannot contain", "Write it such as MODE=live")
    return {"env": name, "equals": value, "default": False}


def _members(question: OpenQuestion, given: object) -> object:
    members = _texts(question, given)
    for member in members:
        if member not in LEVELS and not _WHO.fullmatch(member):
            meant = f"@{member}"
            hint = f"Did you mean `{meant}`?" if _WHO.fullmatch(meant) else None
            why = (
                f"must be @login, @organisation/team or one of {', '.join(LEVELS)}{_like(question)}"
            )
            raise WrongAnswer(why, hint)
    return members


def _choices(question: OpenQuestion, given: object) -> object:
    values = _texts(question, given)
    if not all(map(is_plain_value, values)):
        raise WrongAnswer(f"has a value that a rule cannot contain{_like(question)}")
    return values


def _status(question: OpenQuestion, given: object) -> object:
    texts = _texts(question, given)
    if not all(re.fullmatch(r"[1-5][0-9]{2}", text, re.ASCII) for text in texts):
        raise WrongAnswer("must be HTTP statuses, 100 to 599", "Such as 200, or [200, 204]")
    return [int(text) for text in texts]


_READERS: Mapping[str, Callable[[OpenQuestion, object], object]] = {
    DOMAIN: _domain,
    FACT: _fact,
    MEMBERS: _members,
    CHOICES: _choices,
    STATUS: _status,
}


def _like(question: OpenQuestion) -> str:
    example = question.example
    shown = ", ".join(map(str, example)) if isinstance(example, list) else str(example)
    return f", such as {one_line(shown)}"


def _fault(file: str, line: int, column: int, message: str, hint: str | None = None) -> Fault:
    return Fault(file=file, line=line, column=column, message=message, hint=hint)
