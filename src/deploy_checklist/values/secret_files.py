"""Files that contain secrets, recognised by their names: they belong on the host, never in git."""

from __future__ import annotations

import re

# A file whose name has one of these words is an example to fill in.
_EXAMPLE = frozenset(
    {"example", "examples", "sample", "samples", "template", "templates", "tmpl", "tpl", "dist"}
    | {"skeleton", "exemple", "ejemplo", "exemplo", "beispiel"}
)
# Of an env file or a file with data one of these says that it may be read, or only with a key.
_READABLE = frozenset(
    {"default", "defaults", "schema", "vault", "enc", "encrypted", "gpg", "age", "sops", "sealed"}
    | {"external", "public"}
)
_WORDS = re.compile(r"[^\W_]+")
_LONGEST_NAME = 255  # characters; no file system has a longer one
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

_ENVIRONMENT = (
    r"(?:prod(?:uction)?|stag(?:e|ing)|dev(?:elopment)?|local|test(?:ing)?|qa|uat|preview|ci|live)"
)
_ENV_FILE = re.compile(
    rf"\.env(?:[._*-].*)?|\.envrc|(?!process\.|meta\.|import\.|deno\.|bun\.).*\.env\*?"
    rf"|env[._-]{_ENVIRONMENT}"
)
_ENV_FOLDER = re.compile(r"(?:^|/)\.envs/")
# Files that are secret whatever they are called, those with a name of their own, and private keys.
_SECRET_FILE = re.compile(
    r".*\.(?:pem|key|p12|p8|pk8|pfx|jks|keystore|ppk|kdbx|ovpn|kubeconfig)"
    r"|.*\.tfvars(?:\.json)?|.*\.tfstate(?:\.backup)?"
    r"|\.(?:npmrc|pypirc|netrc|pgpass|htpasswd|dockercfg|git-credentials|my\.cnf|vault_pass\w*)"
    r"|\.dev\.vars(?:\..+)?|\.secrets?|\.credentials?|_netrc|kubeconfig(?:\.\w+)?"
    r"|local\.settings\.json|client_secret.*\.json|.*adminsdk.*\.json"
    r"|id_(?:rsa|dsa|ecdsa|ed25519)\w*"
)
_IN_FOLDER = re.compile(r"(?:^|/)\.(?:kube/config|docker/config\.json|aws/credentials)$")
_FOLDER_OF_SECRETS = re.compile(r"(?:^|/)(?:\.?secrets?|credentials|creds)/[^/]+$")
# Of a file with data, the last word of its name says what is in it: `gcp-credentials.prod.json`.
_DATA = re.compile(
    r"(?!(?:docker-)?compose\b)(.+)\.(?:json|ya?ml|toml|ini|conf|cfg|properties|txt|xml|csv)"
)
_HELD = frozenset(
    {"secret", "secrets", "credential", "credentials", "creds", "password", "passwords", "passwd"}
    | {"key", "keys", "keyfile", "apikey", "apikeys", "keystore", "token", "tokens"}
    | {"serviceaccount"}
)
_OF_ENVIRONMENT = re.compile(rf"(?:[\W_]+{_ENVIRONMENT})+$", re.IGNORECASE)


def is_env_file(path: str) -> bool:
    """Whether this is `.env`, `.env.production`, `prod.env`, …, and no example of one."""
    name = path.rsplit("/", 1)[-1]
    is_readable = not (_EXAMPLE | _READABLE).isdisjoint(_words(name))
    return not is_readable and bool(_ENV_FILE.fullmatch(name.lower()) or _ENV_FOLDER.search(path))


def holds_secrets(path: str) -> bool:
    """Whether a file of this name, or one that this glob matches, holds secrets: an env file, a
    private key, credentials. An example of one does not, nor one that is encrypted.
    """
    name = path.rsplit("/", 1)[-1]
    if not _EXAMPLE.isdisjoint(_words(name)):
        return False
    if is_env_file(path) or _SECRET_FILE.fullmatch(name.lower()) or _IN_FOLDER.search(path):
        return True
    data = None if ".github/" in path else _DATA.fullmatch(name.lower())
    if data is None or not _READABLE.isdisjoint(_words(name)):
        return False
    if _FOLDER_OF_SECRETS.search(path):
        return True
    words = _words(_OF_ENVIRONMENT.sub("", name[: data.end(1)][-_LONGEST_NAME:]))
    return bool(words) and (words[-1] in _HELD or words[-2:] == ["service", "account"])


def _words(name: str) -> list[str]:
    return _WORDS.findall(_CAMEL.sub(" ", name).lower())
