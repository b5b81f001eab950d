"""Why a text that is not empty still cannot be the value of a variable.

Each phrase follows a variable's name, says what kind of text it is, and shows no part of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from unicodedata import category

from .placeholder_words import addresses_its_reader, is_common_password, only_describes

PLACEHOLDERS = frozenset({"changeme", "changethis", "replaceme", "replacethis", "placeholder"})
PLACEHOLDERS |= {"fixme", "todo", "tbd"}
# The words that programs print for a missing value.
NOTHING_WORDS = frozenset({"null", "undefined", "none", "nil", "nan", "n/a", "redacted", "unset"})
_MORE_NOTHING = frozenset({"novalue", "notset", "notdefined", "#n/a", "notapplicable", "filtered"})
_MORE_NOTHING |= {"notconfigured", "notprovided", "notavailable", "knownafterapply"}
_NOTHING_IN_BRACKETS = {"masked", "hidden", "sensitive", "sensitivevalue", "empty", "missing"}
# The spelling that programs use when they build a text. In another case it may be a name.
_PRINTED_FOR_NOTHING = frozenset({"undefined", "null", "None", "NaN"})
_OBJECT = re.compile(r"\[object \w+\]|%![a-z]?\((?:<nil>|missing|nil)\)|/dev/stdin", re.IGNORECASE)
# Root of a site, any IPv6 address, and every minute of a cron table hold no letter, and are values.
_ONLY_SIGNS = re.compile(r"/|::|\[::\]|[*?](?: [*?]){4,6}")
# Invisible characters other than controls and format characters: a joiner, Hangul
# and Khmer fillers, a blank Braille cell, and the selectors of a variant of the character before.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u3164\uffa0\u17b4\u17b5\u180b-\u180f\u2800\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
# A character with a selector of its variant, such as `❤️`.
_VARIANT = re.compile("[^\\x00-\\x7f][\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# An expression of the shell, of GitHub or of Terraform. Every repetition is bounded or cannot
# overlap the next attempt, so that a search is linear on a megabyte.
_UNEXPANDED = re.compile(
    r"\$\{\{|\$\{[#!]?[A-Za-z_][A-Za-z0-9_.\[\]@*]{0,199}(?:[-:?+=#%/^,][^{}$]{0,99})?\}"
)
_TEMPLATE = re.compile(
    r"\{\{[^{}]*\}\}|\{%[^%]*%\}|%\{[^{}]*\}|<%[^%]*%>|#\{[A-Za-z_][\w.]*\}#?|__[A-Z][A-Z0-9_]*[A-Z0-9]__"
    r"|\$\{[^{}]*\}|\$\[[^\[\]]*\]|\(\([\w./: -]+\)\)"
)
# A store of secrets, by the names that tools give it: `op://`, `aws-secretsmanager://`, `gcpsm:`.
_STORE = (
    r"(?:(?:aws|gcp|google|az|azure|hashi|hcp?|k8s|kubernetes|alibaba|oci)[-_+]?)?"
    r"(?:sm|ssm|kv|keyvault|key-vault|vault|secrets?|secrets?-?manager|parameter-?store)"
    r"|1password|akeyless|berglas|bitwarden|bws?|chamber|conjur|doppler|env|gsm|infisical|keeper"
    r"|keepass(?:xc)?|keychain|keyring|lastpass|op|pass|secretref|secrethub|sops"
)
_REFERENCE = re.compile(
    rf"(?:{_STORE})://\S|ref\+[a-z0-9]+://\S|(?:>>)?vault:(?!v[0-9]+:)[\w.-]+/\S"
    r"|(?:secretref|secretKeyRef):\S|ssm:/\S|env:[A-Z][A-Z0-9_]+$"
    r"|@Microsoft\.(?:KeyVault|AppConfiguration)\(|!(?:Ref|Sub|GetAtt|ImportValue|secret)\s\S"
)
_RESOLVE = re.compile(r"\{\{resolve:[a-z-]{1,40}:")
_ENCRYPTED = re.compile(
    r"(?:sops:)?ENC\[[A-Z0-9_]+,|encrypted:[A-Za-z0-9+/=]|!vault\b|\$ANSIBLE_VAULT;|\{cipher\}"
    r"|-----BEGIN (?:AGE ENCRYPTED FILE|PGP MESSAGE)-----"
)
_SECRET_NAME = re.compile(
    r"arn:aws[a-z-]*:(?:secretsmanager:[a-z0-9-]+:[0-9]*:secret:|ssm:[a-z0-9-]+:[0-9]*:parameter/)\S+"
    r"|(?:gcp:secretmanager:|https://secretmanager\.googleapis\.com/v1/)?"
    r"projects/[^/\s]+(?:/locations/[^/\s]+)?/secrets/[^/\s]+\S*"
    r'|(?:\{"uri": ?")?https://[a-z0-9-]+\.vault\.azure\.net(?::443)?/secrets/\S+'
    r"|/aws/reference/secretsmanager/\S+|(?:secret|kv)/data/\S+"
    r"|(?:file:(?://)?)?/(?:run|var/run|etc|mnt|vault)/secrets(?:-store)?/\S+"
)
_NAME = r"(?:[A-Z_][A-Z0-9_]*|[a-z]+(?:_[a-z0-9]+)+)"
_VARIABLE = rf"\$(?:[Ee]nv:)?{_NAME}|%{_NAME}%|\$\([^()]*\)"
_VARIABLE_ALONE = re.compile(
    rf"{_VARIABLE}|\$\(.*\)|(?:secrets|vars|env|process\.env|import\.meta\.env)\.[A-Z][A-Z0-9_]+"
    r"|%env\([\w:]+\)%|\$ENV\{\w+\}|(?:os\.)?(?:get)?env(?:iron)?[(\[][\"']?[A-Z_0-9]+[\"']?[)\]]"
    r"|(?:var|local)\.[a-z]+(?:_[a-z0-9]+)+|data(?:\.[a-z]+_\w+)(?:\.\w+){1,3}",
    re.DOTALL,
)
_SHELL_WORD = re.compile(r"[$%]([A-Za-z]{3,40})%?")
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,30})://(?=\S)")
_URL_PART = re.compile(r"(?:\$\([^()]*\)|\{\{[^{}]*\}\}|[^/:@?&=#,;])+")
_PART_UNEXPANDED = re.compile(rf"{_VARIABLE}|\{{\{{[^{{}}]*\}}\}}|__[A-Z][A-Z0-9_]*[A-Z0-9]__")
_IN_BRACKETS = re.compile(r"<[^<>]+>")
# What a form of a URL calls its parts.
_FORM_WORDS = frozenset({"USER", "USERNAME", "PASSWORD", "HOST", "HOSTNAME", "PORT", "DOMAIN"})
_YOUR = re.compile(r"your(?:[-_ .](?:[A-Za-z]+|[0-9]{1,4})){1,9}[!.]?", re.IGNORECASE)
_ROW_OF_X = re.compile(r"(?<![A-Za-z0-9])(?:x{4,}|X{4,})(?![A-Za-z0-9])|x{8,}|X{8,}")
_MASKED = re.compile(r"[^\s*]\*{4,}|\*{4,}[^\s*]|[•●]{3,}")
_CUT_OFF = re.compile(r"(?:(?!\.\.\.|…)\S)*+(?:\.{3}|…)\S*+")
_EMPTY_PEM = re.compile(
    r"-----BEGIN [A-Z ]{1,40}-----(?:\s|\\+n)*(?:\.{3,}|…|-----END|<|[A-Z_]*YOUR[-_ ]|\Z)"
)
_DJANGO = "django-insecure-"
# What the keys of vendors begin with.
_PREFIX = re.compile(
    r"(?:base64:|hex:|[Bb]earer|[Bb]asic|[Tt]oken |[rsp]k_(?:live|test)_|rzp_(?:live|test)_|whsec_"
    r"|gh[opsu]_|github_pat_|glpat-|xox[abp]-|xapp-|sk-(?:ant-(?:api03-)?|proj-|or-(?:v1-)?)?"
    r"|npm_|pypi-|hf_|re_|AKIA|ASIA|AIza(?:Sy)?|SG\.|AC(?=0|X|x)|eyJ|dop_v1_|lin_api_|shpat_|hvs\."
    r"|xkeysib-|key-|figd_|gsk_|phc_|sbp_|ntn_|dckr_pat_|tskey-|fc-|r8_|ya29\.)"
)
# Keys that vendors publish for examples, tests and emulators. Anybody knows them.
_PUBLISHED = frozenset(
    {
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",  # AWS
        "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY",
        "6LeIxAcTAAAAAJcZVRqyHh71UMIEGNQ_MXjiZKhI",  # reCAPTCHA
        "6LeIxAcTAAAAAGG-vFI1TnRWxMZNFuojJ4WifJWe",
        "1x0000000000000000000000000000000AA",  # Turnstile
        "2x0000000000000000000000000000000AA",
        "3x0000000000000000000000000000000AA",
        # The emulators of Azure's storage and of Cosmos DB.
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
        "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==",
        "UseDevelopmentStorage=true",
        "10000000-ffff-ffff-ffff-000000000001",  # hCaptcha
        "20000000-ffff-ffff-ffff-000000000002",
        "30000000-ffff-ffff-ffff-000000000003",
        # The first accounts of Hardhat, Anvil and Ganache.
        "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
        "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
        "0x4f3edf983ac636a65a842ce7c78d9aa706d3b113bce9c46f30d7d21715b23b1d",
        "test test test test test test test test test test test junk",
        "myth like bonus scare over problem client lizard pioneer submit female collect",
        # In the documentation of GitHub, Slack, Mailgun, Google, Twilio SendGrid and Vault.
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        "xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcBrzbqgy",
        "key-3ax6xnjp29jd6fds4gc373sgvjxteol0",
        "AIzaSyDaGmWKa4JsXZ-HjGw7ISLn_3namBGewQe",
        "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",
        "s.iyNUhq8Ov4hIAx6snw5mB2nL",
    }
)
_PUBLISHED_FORM = re.compile(
    r"[A-Za-z0-9+/]{8,50}EXAMPLE(?:KEY)?|[123]x0{10,40}(?:AA|AB|BB|FF)|(?:abandon ){11,23}\w+"
)
# In a connection string of pairs.
_ACCOUNT_KEY = re.compile(r"\bAccountKey=([^;\s]+)")
_PAIR = re.compile(r"\b(?:AccountKey|SharedAccessKey|Password|Pwd)=([^;\s]+)", re.IGNORECASE)
# Of the examples of jwt.io, and of the keys that every local Supabase has.
_JWT_EXAMPLE = re.compile(
    r"eyJ\S+\.(?:SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"
    r"|KMUFsIDTnFmyG3nMiGM6H9FNFUROf3wh7SmqJp-QV30)|eyJ[\w-]+\.eyJpc3MiOiJzdXBhYmFzZS1kZW1v\S+"
)


def no_value_fault(text: str, name: str | None, written: Collection[str] = ()) -> str | None:
    """Why a text that is not empty cannot be the value of any variable; None if it may be one.

    `name` is the variable's. `written` are the texts that its rule writes out: each is a value.
    """
    if text in written:
        return None
    for fault_of in _FAULTS:
        if fault := fault_of(text):
            return fault
    if name and text == name:
        return "is its own name, not a value"
    if name and text.startswith(f"{name}="):
        return "is a whole line of an env file: it begins with its own name and an equals sign"
    return None


def no_secret_fault(text: str) -> str | None:
    """Why a text that may be the value of some variable cannot be a secret; None if it may be."""
    if _SECRET_NAME.fullmatch(text):
        return "is the name of a secret, not the secret: it was not resolved"
    prefix = _PREFIX.match(text)
    if prefix and (not (rest := text[prefix.end() :].strip(" *")) or rest in _PRINTED_FOR_NOTHING):
        return "is only the prefix of a key"
    if is_common_password(text):
        return "is one of the most common passwords"
    scheme = _URL.match(text)
    if not scheme and len(text) <= 100 and text[0] not in "{[" and _CUT_OFF.fullmatch(text):
        return "is cut short with dots"
    if only_describes(text):
        return "only describes a secret: it is an example"
    password = _password_of(scheme[1], text[scheme.end() :]) if scheme else ""
    pair = _PAIR.search(text) if len(text) <= 2_000 and not scheme else None
    if pair and (_IN_BRACKETS.fullmatch(pair[1]) or only_describes(pair[1])):
        return "is a connection string with a placeholder for its password"
    is_cut_off = bool(password) and not password.strip(".…")
    if scheme and any(map(addresses_its_reader, text[scheme.end() :].split("/")[1:])):
        return "is a URL that contains a placeholder"
    if is_cut_off or only_describes(password) or is_common_password(password):
        return "is a URL with a placeholder for its password"
    return None


def _password_of(scheme: str, rest: str) -> str:
    """The password in a URL; of the web's the user alone is one, as Sentry and GitHub read it."""
    user, at, _ = rest.split("/", 1)[0].rpartition("@")
    name, colon, password = user.partition(":") if at else ("", "", "")
    return name if not colon and scheme in ("http", "https") else password


def _fault_at_ends(text: str) -> str | None:
    if all(map(_is_blank, text)):
        return "is blank: it contains only white space"
    if "\0" in text:
        return "contains a NUL character, which no variable can contain"
    if _is_blank(text[0]):
        return f"begins with {_blank_name(text[0])}"
    if _is_blank(text[-1]) and not (_VARIANT.fullmatch(text[-2:]) and not _is_blank(text[-2])):
        return f"ends with {_blank_name(text[-1])}"
    return None


def _is_blank(char: str) -> bool:
    return char.isspace() or category(char) in ("Cc", "Cf") or bool(_INVISIBLE.match(char))


def _blank_name(char: str) -> str:
    if char in "\r\n":
        return "a newline"
    return "white space" if char.isspace() else "an invisible character"


def _nothing_fault(text: str) -> str | None:
    if len(text) > 2 and not text.strip("*"):
        return "is only asterisks: a masked value, copied from a log"
    word = text.strip("()[]<>{}").casefold() if len(text) <= 40 else text
    bare = re.sub(r"[-_ .]", "", word) if len(text) <= 40 else text
    is_word = word in NOTHING_WORDS or bare in _MORE_NOTHING or word == "n.a."
    is_word = is_word or (bare in _NOTHING_IN_BRACKETS and len(word) < len(text))
    if is_word or _OBJECT.fullmatch(text):
        return "is a word for a missing value, not a value"
    if not any(map(str.isalnum, text)) and not _ONLY_SIGNS.fullmatch(text):
        return "contains no letter and no digit"
    return None


def _unresolved_fault(text: str) -> str | None:
    if _REFERENCE.match(text) or _RESOLVE.search(text):
        return "is a reference to a secret that was not resolved"
    if _ENCRYPTED.match(text):
        return "is still encrypted"
    return None


def _unexpanded_fault(text: str) -> str | None:
    if len(text) > 1 and text[0] == text[-1] == "`":
        return "is a command in backticks that was not run"
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return "is in quotes, which are part of the value here"
    if text[0] == "<" and text[-1] == ">" and text[1:2] not in "?!" and "</" not in text:
        return "is a placeholder in angle brackets"
    if _UNEXPANDED.search(text):
        return "contains an expression that was not expanded (a dollar sign and braces)"
    if _TEMPLATE.fullmatch(text):
        return "is a template that was not filled in"
    word = _SHELL_WORD.fullmatch(text)
    if _VARIABLE_ALONE.fullmatch(text) or (word and only_describes(word[1])):
        return "is a variable or a command that was not expanded"
    return None


def _placeholder_fault(text: str) -> str | None:
    word = re.sub(r"[-_ .!]", "", text[:40]).casefold()
    if len(text) <= 40 and word in PLACEHOLDERS:
        return "is a placeholder word, not a value"
    prefix = _PREFIX.match(text)
    rest = text[prefix.end() :].lstrip(" _-") if prefix else ""
    if _is_your_something(text):
        return "is a placeholder: it begins with your-"
    if len(text) > 2 and not text.strip("xX"):
        return "is a placeholder: a row of x"
    if len(text) <= 200 and _ROW_OF_X.search(text):
        return "contains a placeholder: a row of x"
    if len(text) <= 200 and _MASKED.search(text):
        return "is masked: asterisks or dots replace a part of it"
    if addresses_its_reader(text) or addresses_its_reader(rest) or _is_your_something(rest):
        return "is a placeholder: it describes what to put there"
    if pem := _EMPTY_PEM.search(text):
        is_dots = pem[0].endswith((".", "…"))
        return f"is a placeholder, a key with {'dots for its' if is_dots else 'no'} content"
    return None


def _published_fault(text: str) -> str | None:
    if text.startswith(_DJANGO):
        return "is a key that Django generated for development, marked insecure"
    account_key = _ACCOUNT_KEY.search(text) if len(text) <= 2_000 else None
    key = account_key[1] if account_key else text
    is_short = len(text) <= 2_000
    has_form = is_short and (_PUBLISHED_FORM.fullmatch(text) or _JWT_EXAMPLE.fullmatch(text))
    if key in _PUBLISHED or has_form:
        return "is an example key that its vendor has published"
    return None


def _url_fault(text: str) -> str | None:
    """Why a URL is not a value: one of its parts is only a placeholder."""
    scheme = _URL.match(text)
    if scheme is None or len(text) > 2_000:
        return None
    authority, _, rest = text[scheme.end() :].partition("/")
    if authority.strip(".…") == "":
        return "is a URL with a placeholder as its host"
    parts = re.split(r"[:@.,]", authority)
    for part in (*_URL_PART.findall(text[scheme.end() :]), *parts):
        if _PART_UNEXPANDED.fullmatch(part):
            return "is a URL with a variable or a command that was not expanded"
        if _IN_BRACKETS.fullmatch(part):
            return "is a URL that contains a placeholder"
    if not _PRINTED_FOR_NOTHING.isdisjoint(parts):
        return "is a URL with a word for a missing value in it"
    if any(map(_is_placeholder, parts)):
        return "is a URL that contains a placeholder"
    if any(re.fullmatch(r"YOUR(?:[-_][A-Z]+)*", part) for part in rest.split("/")):
        return "is a URL that contains a placeholder"
    return None


def _is_placeholder(part: str) -> bool:
    if part in _FORM_WORDS:
        return True
    bare = re.sub(r"[-_ ]", "", part).casefold()
    return bare in PLACEHOLDERS or _is_your_something(part) or addresses_its_reader(part)


def _is_your_something(text: str) -> bool:
    """`your-company`, `your api key`. A sentence may be a text that users are shown."""
    if len(text) > 200 or not _YOUR.fullmatch(text):
        return False
    return " " not in text or addresses_its_reader(text)


# In this order: the first that applies names the kind of text.
_FAULTS: tuple[Callable[[str], str | None], ...] = (
    _fault_at_ends,
    _nothing_fault,
    _unresolved_fault,
    _unexpanded_fault,
    _placeholder_fault,
    _published_fault,
    _url_fault,
)
