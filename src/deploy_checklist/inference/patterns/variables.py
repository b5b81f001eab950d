"""Environment variables: set, set to a value, not set."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from ...storage import named_like_a_secret
from ...values.no_value import NOTHING_WORDS, no_value_fault
from ...values.secret_forms import looks_like_a_secret
from .. import vetoes
from ..surroundings import Surroundings
from ..tokenize import ASSIGNMENT, NAME, OTHER, Token, TokenizedText
from .sentence import ProposedCheck

_TAKEN_AWAY = re.compile(
    r"\b(?:no longer|removed?|deleted?|deprecated|disabled|unset|(?:must|should|may) not be"
    r"|unused|gone)\b"
)
_BLANK = re.compile(r"[<>\[\]{}]|^$|^\.+$|_{3,}|xxx|\.\.\.|…|\*\*|\bgen-", re.IGNORECASE)
RUNNERS_OWN = frozenset({"PATH", "HOME", "USER", "SHELL", "PWD", "CI", "TODO", "README", "SQL"})
# Words of a secret's name, besides those that `storage` knows.
_MORE_SECRET_WORDS = frozenset(
    {"SALT", "PEPPER", "PWD", "PASSWD", "PASSPHRASE", "PASSCODE", "CREDENTIAL", "CREDENTIALS"}
    | {"CREDS", "SECRETS", "TOKENS", "KEYS", "PASSWORDS", "PAT", "JWT", "HMAC", "MNEMONIC"}
)
_WITHIN_A_WORD = ("SECRET", "TOKEN", "PASSWORD", "PASSWD", "APIKEY")
# A name with one of these at its end is about a secret, but its value is not a secret.
_PROPERTIES = """
URL URI ENDPOINT NAME PATH FILE DIR HOST PORT REGION PROVIDER TTL EXPIRY EXPIRES EXPIRATION IN DAYS
HOURS MINUTES SECONDS MS LENGTH SIZE BITS ROUNDS COUNT LIMIT FAILURES ATTEMPTS RETRIES AGE
ALGORITHM ALG TYPE FORMAT HEADER PREFIX ISSUER AUDIENCE ENABLED REQUIRED POLICY MODE VERSION
"""


def mentioned(text: TokenizedText, piece: str, _around: Surroundings) -> Iterator[ProposedCheck]:
    """What can be verified of each variable that a piece of text names."""
    if all(token.kind not in (NAME, ASSIGNMENT, OTHER) for token in text.within(piece)):
        return
    if vetoes.PERSONS_ACT.begin(piece) or _TAKEN_AWAY.search(text.original.lower()):
        return
    if vetoes.NO_VALUE.found_in(piece):
        return
    is_doubtful = vetoes.of_another_environment(piece)
    is_example = vetoes.PLACEHOLDER.found_in(piece.partition("#")[2])  # a comment in code says so
    values = {name: replace(check, maybe=is_doubtful) for name, check in _values_beside(text)}
    length = _LENGTH.search(piece)
    condition = vetoes.CONDITION.search(piece)
    for at, token in text.placed(piece):
        is_condition = condition is not None and condition.start() < at < condition.end()
        if token.kind == ASSIGNMENT and token.names[0] not in RUNNERS_OWN:
            check = presence(token.names[0]) if is_example else of_assignment(token)
            yield replace(check, maybe=is_doubtful)
        elif token.kind in (NAME, OTHER):
            for name in () if is_condition else token.names:
                if name in RUNNERS_OWN:
                    continue
                yield values.get(name) or presence(name)
                if length:
                    least = int(length[1] or length[2])
                    description = f"{name} has at least {least} characters"
                    yield ProposedCheck({"min_length": least}, description, variable=name)


_BESIDE = re.compile(
    r"(?:\b(set|change|switch) )?⟨n(\d+)⟩ ?(?:(?:=|:|→|is|is set to|set to|equals|to) ?⟨[vu](\d+)⟩"
    r"(?: or ⟨v(\d+)⟩)?|= ?([\w.:/@-]+)|(is set |set )?to ([a-z0-9_-]+)(?=$|[.;]))"
    r"(?=$|[ ,;.)])(?! or\b| ?(?:→|->|=>))",
    re.IGNORECASE,
)
# Without quotes, what is behind a blank is a comment or a command, and a `|` is a choice. A quote
# at one end alone is a part of a value.
_MORE_THAN_A_VALUE = re.compile(r"[\s|]")
_QUOTED = re.compile(r"(?P<quote>[\"'])(?P<value>[^\"']*)(?P=quote)")
_LENGTH = re.compile(
    r"(\d{1,3})\+? ?(?:chars?\b|characters\b|caracteres\b|zeichen\b|символов|字符|자 이상)"
    r"|(?:>=|≥) ?(\d{1,3}) chars"
)


def _values_beside(text: TokenizedText) -> Iterator[tuple[str, ProposedCheck]]:
    """Names and what they must be, wherever the item says `NAME` = `value`, or one of two."""
    for found in _BESIDE.finditer(text.original):
        if found[7] and not (found[1] or found[6]):  # "add NAME to vercel"
            continue
        name = text.tokens[int(found[2])].names[0]
        marked = [text.tokens[int(each)].text for each in (found[3], found[4]) if each]
        values = [each.strip("\"'") for each in marked or [found[5] or found[7]]]
        if len(values) == 2 and all(map(is_literal, values)) and not _names_a_secret(name):
            yield (
                name,
                ProposedCheck({"one_of": values}, f"{name} is one of two values", variable=name),
            )
        elif len(values) == 1 and (is_literal(values[0]) or looks_like_a_secret(values[0])):
            yield name, equality(name, values[0])


def presence(name: str) -> ProposedCheck:
    """The variable has a value."""
    kind = "secret" if named_like_a_secret(name) else "present"
    return ProposedCheck({kind: True}, f"{name} is present", variable=name)


def absence(name: str) -> ProposedCheck:
    """The variable has no value."""
    return ProposedCheck({"absent": True}, f"{name} has no value", variable=name)


def security(name: str) -> ProposedCheck:
    """The variable is an address with https."""
    rule = {"url": {"scheme": "https"}}
    return ProposedCheck(rule, f"{name} is an https address", variable=name)


def of_assignment(token: Token) -> ProposedCheck:
    """The variable equals the assigned text; if that text is not a value, it has some value."""
    value = token.value or ""
    if quoted := _QUOTED.fullmatch(value):
        value = quoted["value"]
    elif _MORE_THAN_A_VALUE.search(value) or value.strip("\"'") != value:
        return presence(token.names[0])
    if not is_literal(value) and not looks_like_a_secret(value):
        return presence(token.names[0])
    return equality(token.names[0], value)


def equality(name: str, value: str) -> ProposedCheck:
    """The variable is exactly that. Of a secret only that it is present: what a document shows of
    one is an example, or must not be copied into a rules file.
    """
    if looks_like_a_secret(value):
        return ProposedCheck({"secret": True}, f"{name} is present", variable=name)
    if _names_a_secret(name):
        return presence(name)
    return ProposedCheck({"equals": value}, f"{name} has exactly that value", variable=name)


def _names_a_secret(name: str) -> bool:
    """Whether one of the name's words says secret, unless the last tells a property of a secret."""
    words = name.upper().split("_")
    return words[-1] not in _PROPERTIES.split() and any(
        named_like_a_secret(word) or word in _MORE_SECRET_WORDS or word.endswith(_WITHIN_A_WORD)
        for word in words
    )


def is_literal(value: str) -> bool:
    """Whether this is the value itself, not a placeholder."""
    if not 0 < len(value) <= 200 or "\n" in value or _BLANK.search(value):
        return False
    if vetoes.PLACEHOLDER.found_in(value.lower()):
        return False
    # That a checklist writes out `none` shows that the word is a value there.
    return no_value_fault(value, None, NOTHING_WORDS) is None
