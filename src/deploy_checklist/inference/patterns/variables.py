"""Environment variables: set, set to a value, not set."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...storage import named_like_a_secret
from ...values.no_value import NOTHING_WORDS, no_value_fault
from ...values.secret_forms import looks_like_a_secret
from ..tokenize import ASSIGNMENT, NAME, OTHER, Token, TokenizedText
from .sentence import ProposedCheck, SentencePattern

_SET = (
    r"(?:set|present|configured|defined|provided|populated|available|in place|filled in|set up"
    r"|not empty|non-empty|added)"
)
_KIND = (
    r"(?:(?:env(?:ironment)?|config(?:uration)?) (?:variables?|vars?|secrets?)|variables?|secrets?"
    r"|env vars?)"
)
_PLACE = r"(?:environment|env|github|repository|repo|actions|ci|job)"
_WHERE = (
    rf"(?: (?:in|as|to|under) (?:the |an? )?(?:{_PLACE} )*"
    r"(?:secrets?|environment|env|variables?|vars?)"
    r"|(?: in| for) (?:the )?(?:target |deployment )?environment)?"
)
# Someone who uses the value, not a property that it must have.
_USER = (
    r"(?:gateways?|providers?|services?|integrations?|clients?|vendors?|accounts?|exporters?"
    r"|backends?|adapters?)"
)
_FOR = rf"(?: for (?:the |our )?(?:[\w/.-]+ ){{0,4}}{_USER})?"
_NOT_SET = (
    r"(?:(?:must|should|may|can) not be (?:set|present|defined|configured)"
    r"|(?:is|are) (?:not (?:set|defined|present)|unset|absent))"
)


def _present(tokenized: TokenizedText, found: re.Match[str]) -> list[ProposedCheck]:
    return [presence(name) for token in tokenized.within(found["names"]) for name in token.names]


def _absent(tokenized: TokenizedText, found: re.Match[str]) -> list[ProposedCheck]:
    return [
        ProposedCheck({"absent": True}, f"{name} is not handed a value", variable=name)
        for token in tokenized.within(found["names"])
        for name in token.names
    ]


def _assigned(tokenized: TokenizedText, found: re.Match[str]) -> list[ProposedCheck]:
    check = _of_assignment(tokenized.marked(found["assignment"]))
    return [check] if "equals" in check.rule else []


def _secure(tokenized: TokenizedText, found: re.Match[str]) -> list[ProposedCheck]:
    return [
        ProposedCheck({"url": {"scheme": "https"}}, f"{name} is an https address", variable=name)
        for token in tokenized.within(found["names"])
        for name in token.names
    ]


def _equal(tokenized: TokenizedText, found: re.Match[str]) -> list[ProposedCheck]:
    names, value = tokenized.within(found["names"]), tokenized.marked(found["value"]).text
    if len(names) != 1 or not _literal(value):
        return []
    check = _equality(names[0].names[0], value)
    return [check] if "equals" in check.rule else []


CLOSED = (
    SentencePattern(
        rf"ENSURE(?:the )?(?:{_KIND} )?NAMES (?:{_KIND} )?BE{_SET}{_WHERE}{_FOR}",
        "`API_URL` is set.",
        _present,
    ),
    SentencePattern(
        rf"ENSURE(?:all )?(?:required |necessary |following )*{_KIND}(?: are)? {_SET}: NAMES",
        "Environment variables set: `API_URL`, `CACHE_URL`",
        _present,
    ),
    SentencePattern(
        rf"ENSURENAMES {_SET} for (?:the |our )?(?:[\w/.-]+ ){{0,5}}{_USER}",
        "`MAIL_KEY` configured for transactional mail provider",
        _present,
    ),
    SentencePattern(
        rf"ENSUREASSIGNMENT BE{_SET}{_WHERE}", "`NODE_ENV=production` is set", _assigned
    ),
    SentencePattern(
        r"ENSURENAMES (?:(?:is|are) )?(?:set to|equals?) VALUE",
        "`LOG_LEVEL` is set to `info`",
        _equal,
    ),
    SentencePattern(
        rf"ENSURE(?:the )?(?:{_KIND} )?NAMES {_NOT_SET}{_WHERE}",
        "`ALLOW_MOCKS` must not be set",
        _absent,
    ),
    SentencePattern(
        rf"ENSURENAMES BE(?:removed|deleted) from (?:the )?(?:production )?(?:{_PLACE} )*"
        r"(?:environment|env|secrets|variables|vars)",
        "`OLD_TOKEN` removed from the environment",
        _absent,
    ),
    SentencePattern(
        r"ENSURENAMES (?:(?:uses?|is|are) https|(?:starts?|begins?) with https(?:://)?)",
        "`SHOP_URL` uses HTTPS",
        _secure,
    ),
    SentencePattern(
        r"NAMES (?:ist|sind) (?:gesetzt|konfiguriert|vorhanden)", "`API_URL` ist gesetzt", _present
    ),
    SentencePattern(
        r"NAMES (?:est|sont) (?:définie?s?|configurée?s?)", "`API_URL` est définie", _present
    ),
    SentencePattern(
        r"NAMES (?:está|están) (?:definid[ao]s?|configurad[ao]s?)",
        "`API_URL` está configurada",
        _present,
    ),
    SentencePattern(
        r"NAMES (?:está|estão) (?:definid[ao]s?|configurad[ao]s?)",
        "`API_URL` está definida",
        _present,
    ),
    SentencePattern(r"NAMES ?已(?:设置|配置)", "`API_URL` 已设置", _present),
    SentencePattern(r"NAMES(?:이|가)? 설정됨", "`API_URL` 설정됨", _present),
)

# Understood in part: the variable has a value, or the value that is named; a person decides about
# the rest.
IN_PART = (
    "`DATABASE_URL` points to the new cluster",
    "`SESSION_KEY` rotated and stored in the vault",
    "Set `LOG_LEVEL=warn`",
    "`UPLOAD_BUCKET`",
    "修改 `ADMIN_TOKEN`",
    "`MAIL_FROM` set when mail is on",
)

# Beside a name, these say that no value is expected: it is taken away, or only referred to.
_NO_LOOK = re.compile(
    r"no longer|remov|disabled|turned off|\boff\b|delet|unset|not (?:be )?(?:set|defined|present"
    r"|used|needed|required)|deprecat|\bunused|procedure|runbook|documented|documentation"
    r"|rotation (?:policy|plan)|error code|returns? |status code"
)
_TAKEN_AWAY = re.compile(
    r"\b(?:no longer|removed?|deleted?|deprecated|disabled|unset|(?:must|should|may) not be"
    r"|unused)\b"
)
_PLACEHOLDER = re.compile(
    r"[<>\[\]{}]|^$|^\.+$|_{3,}|\byour\b|your[-_]|xxx|\.\.\.|…|change[-_ ]?me|example\.|\*\*", re.I
)


# Words of a secret's name, besides those that `storage` knows.
_MORE_SECRET_WORDS = frozenset(
    {"SALT", "PEPPER", "PWD", "PASSWD", "PASSPHRASE", "PASSCODE", "CREDENTIAL", "CREDENTIALS"}
    | {"CREDS", "SECRETS", "TOKENS", "KEYS", "PASSWORDS", "PAT", "JWT", "HMAC", "MNEMONIC"}
)
_WITHIN_A_WORD = ("SECRET", "TOKEN", "PASSWORD", "PASSWD", "APIKEY")
# With one of these at its end, a name speaks of a secret, and its value is none.
_PROPERTIES = """
URL URI ENDPOINT NAME PATH FILE DIR HOST PORT REGION PROVIDER TTL EXPIRY EXPIRES EXPIRATION IN DAYS
HOURS MINUTES SECONDS MS LENGTH SIZE BITS ROUNDS COUNT LIMIT FAILURES ATTEMPTS RETRIES AGE
ALGORITHM ALG TYPE FORMAT HEADER PREFIX ISSUER AUDIENCE ENABLED REQUIRED POLICY MODE VERSION
"""


def mentioned(tokenized: TokenizedText, piece: str) -> Iterator[ProposedCheck]:
    """What can be verified of each variable that a piece of text names."""
    if _NO_LOOK.search(piece) or _TAKEN_AWAY.search(tokenized.normalized):
        return
    values = dict(_values_beside(tokenized))
    length = _LENGTH.search(piece)
    for token in tokenized.within(piece):
        if token.kind == ASSIGNMENT:
            yield _of_assignment(token)
        elif token.kind in (NAME, OTHER):
            for name in token.names:
                yield _equality(name, values[name]) if name in values else presence(name)
                if length:
                    least = int(length[1] or length[2])
                    description = f"{name} has {least} characters or more"
                    yield ProposedCheck({"min_length": least}, description, variable=name)


_BESIDE = re.compile(
    r"⟨n(\d+)⟩ ?(?:(?:=|:|→|is|is set to|set to|equals) ?⟨[vu](\d+)⟩|= ?([\w.:/@-]+))"
    r"(?=$|[ ,;.)])(?! or\b)",
    re.IGNORECASE,
)
_LENGTH = re.compile(
    r"(\d{1,3})\+? ?(?:chars?\b|characters\b|caracteres\b|zeichen\b|символов|字符|자 이상)"
    r"|(?:>=|≥) ?(\d{1,3}) chars"
)


def _values_beside(tokenized: TokenizedText) -> Iterator[tuple[str, str]]:
    """Names and their values, wherever the item says `NAME` = `value`."""
    for found in _BESIDE.finditer(tokenized.original):
        name = tokenized.tokens[int(found[1])].names[0]
        value = (tokenized.tokens[int(found[2])].text if found[2] else found[3]).strip("\"'")
        if _literal(value) or looks_like_a_secret(value):
            yield name, value


def presence(name: str) -> ProposedCheck:
    """The variable has a value."""
    kind = "secret" if named_like_a_secret(name) else "present"
    return ProposedCheck({kind: True}, f"{name} is present", variable=name)


def _of_assignment(token: Token) -> ProposedCheck:
    value = (token.value or "").strip("\"'")
    if not _literal(value) and not looks_like_a_secret(value):
        return presence(token.names[0])
    return _equality(token.names[0], value)


def _equality(name: str, value: str) -> ProposedCheck:
    """The variable is exactly that. Of a secret only that it is present: what a document shows of
    one is an example, or must not be copied into a rules file.
    """
    if looks_like_a_secret(value):
        return ProposedCheck({"secret": True}, f"{name} is present", variable=name)
    if _names_a_secret(name):
        return presence(name)
    return ProposedCheck({"equals": value}, f"{name} is exactly that", variable=name)


def _names_a_secret(name: str) -> bool:
    """Whether one of the name's words says secret, unless the last tells a property of a secret."""
    words = name.upper().split("_")
    return words[-1] not in _PROPERTIES.split() and any(
        named_like_a_secret(word) or word in _MORE_SECRET_WORDS or word.endswith(_WITHIN_A_WORD)
        for word in words
    )


def _literal(value: str) -> bool:
    """Whether this is the value itself, not a placeholder."""
    if not 0 < len(value) <= 200 or _PLACEHOLDER.search(value) or "\n" in value:
        return False
    # That a checklist writes out `none` shows that the word is a value there.
    return no_value_fault(value, None, NOTHING_WORDS) is None
