"""Where a variable is to be stored on GitHub: as a secret, unless it is known to be public.

Everybody with write access can read a plain variable, and logs do not mask it; a public value that
is stored as a secret is only masked without need. This does not decide what reports hide: `redact`
searches for every value.
"""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct

# Last words of names.
_SECRET_WORDS = frozenset({"KEY", "TOKEN", "SECRET", "PASSWORD", "PASS", "DSN"})
_SETTING_WORDS = frozenset(
    {
        *("PROVIDER", "DRIVER", "ENV", "ENVIRONMENT", "STAGE", "MODE", "VERSION", "FORMAT"),
        *("DOMAIN", "DOMAINS", "HOST", "HOSTS", "HOSTNAME", "PORT", "SCHEME", "ORIGIN", "ORIGINS"),
        *("REGION", "ZONE", "TIMEZONE", "TZ", "LOCALE", "LANG", "LANGUAGE", "CURRENCY", "COUNTRY"),
        *("ENABLED", "DISABLED", "DEBUG", "LEVEL", "VERBOSITY"),
        *("TIMEOUT", "INTERVAL", "TTL", "RETRIES", "LIMIT", "CONCURRENCY", "WORKERS", "REPLICAS"),
        *("DATE", "DAYS", "HOURS", "MINUTES", "SECONDS", "MS"),
    }
)
_SETTING_ENDINGS = ("SERVICE_NAME", "APP_NAME", "ORIGIN_ALLOWLIST", "ROTATED_AT")
# Frameworks build such variables into pages and apps that anybody can read.
_BROWSER_PREFIXES = (
    "NEXT_PUBLIC_",
    "NUXT_PUBLIC_",
    "EXPO_PUBLIC_",
    "PUBLIC_",
    "REACT_APP_",
    "VITE_",
)


def named_like_a_secret(name: str) -> bool:
    """Whether the last word of the name says that it is a secret (design §8.2)."""
    return name.rsplit("_", 1)[-1] in _SECRET_WORDS


def _named_like_a_setting(name: str) -> bool:
    """Whether the name shows that the value is public: `LOG_LEVEL` does, `PAYMENT_URL` does not."""
    if name.startswith(_BROWSER_PREFIXES) or name.endswith(_SETTING_ENDINGS):
        return True
    return name.rsplit("_", 1)[-1] in _SETTING_WORDS


# Their rule quotes the value, or says that it is a number or a list of origins.
_PUBLIC_CHECKS = frozenset({"equals", "one_of", "above", "at_least", "below", "at_most", "origins"})
_WEB_SCHEMES = frozenset({"http", "https", "ws", "wss"})
_WEBHOOK_WORDS = frozenset({"WEBHOOK", "WEBHOOKS", "HOOK", "HOOKS"})


def check_shows_public(check: str) -> bool:
    """Whether a variable with this check is public. `matches` proves nothing: keys match, too."""
    return check in _PUBLIC_CHECKS


def url_rule_shows_public(name: str, hosts: Collection[str], schemes: Collection[str]) -> bool:
    """Whether a `url` rule shows that the variable is public: it names the host of a web address.

    A webhook's URL is never public: its path is the credential.
    """
    words = {label.upper() for host in hosts for label in host.split(".")} | {*name.split("_")}
    is_webhook = not _WEBHOOK_WORDS.isdisjoint(words)
    return bool(hosts) and _WEB_SCHEMES.issuperset(schemes) and not is_webhook


class Storage(Struct, frozen=True, kw_only=True):
    """Which variables are to be stored as secrets: all that are not known to be public."""

    secrets: frozenset[str] = frozenset()  # secret by the rules or the checklist
    public: frozenset[str] = frozenset()  # public by a rule
    connections: frozenset[str] = frozenset()  # what a check connects with may hold a password

    def is_secret(self, name: str) -> bool:
        """Whether to store the variable as a secret; True in case of doubt."""
        if name in self.secrets or name in self.connections or named_like_a_secret(name):
            return True
        return name not in self.public and not _named_like_a_setting(name)

    def env_line(self, name: str) -> str:
        """The line for a step's `env:` that passes the variable to the step."""
        context = "secrets" if self.is_secret(name) else "vars"
        return f"{name}: ${{{{ {context}.{name} }}}}"
