"""Where a variable is to be stored on GitHub: as a secret, unless it is shown to be public.

Whoever may write in the repository can read a plain variable, and no log hides it. A setting that
is stored as a secret is only hidden where it need not be. What a report hides is another question
(`redact`): a value is searched for wherever it is stored.
"""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct

# The last word of a name.
_SECRETS = frozenset({"KEY", "TOKEN", "SECRET", "PASSWORD", "PASS", "DSN"})
_SETTINGS = frozenset(
    {
        *("PROVIDER", "DRIVER", "ENV", "ENVIRONMENT", "STAGE", "MODE", "VERSION", "FORMAT"),
        *("DOMAIN", "DOMAINS", "HOST", "HOSTS", "HOSTNAME", "PORT", "SCHEME", "ORIGIN", "ORIGINS"),
        *("REGION", "ZONE", "TIMEZONE", "TZ", "LOCALE", "LANG", "LANGUAGE", "CURRENCY", "COUNTRY"),
        *("ENABLED", "DISABLED", "DEBUG", "LEVEL", "VERBOSITY"),
        *("TIMEOUT", "INTERVAL", "TTL", "RETRIES", "LIMIT", "CONCURRENCY", "WORKERS", "REPLICAS"),
        *("DATE", "DAYS", "HOURS", "MINUTES", "SECONDS", "MS"),
    }
)
_SETTINGS_OF_WORDS = ("SERVICE_NAME", "APP_NAME", "ORIGIN_ALLOWLIST", "ROTATED_AT")
# What begins like this is built into pages and apps that anybody can read.
_IN_BROWSERS = ("NEXT_PUBLIC_", "NUXT_PUBLIC_", "EXPO_PUBLIC_", "PUBLIC_", "REACT_APP_", "VITE_")


def named_like_a_secret(name: str) -> bool:
    """Whether the last word of the name says that it is a secret (design §8.2)."""
    return name.rsplit("_", 1)[-1] in _SECRETS


def named_like_a_setting(name: str) -> bool:
    """Whether the name says that anybody may read the value: `LOG_LEVEL`, never `PAYMENT_URL`."""
    if name.startswith(_IN_BROWSERS) or name.endswith(_SETTINGS_OF_WORDS):
        return True
    return name.rsplit("_", 1)[-1] in _SETTINGS


# What spells the value out in the rules file, or says that it is a number or a list of origins.
_SHOW = frozenset({"equals", "one_of", "above", "at_least", "below", "at_most", "origins"})
_WEB = frozenset({"http", "https", "ws", "wss"})
_HOOKS = frozenset({"WEBHOOK", "WEBHOOKS", "HOOK", "HOOKS"})


def check_shows_public(check: str) -> bool:
    """Whether a variable that this check judges may be read by anybody.

    Not one that `matches` judges: a key has a form, too.
    """
    return check in _SHOW


def url_rule_shows_public(name: str, hosts: Collection[str], schemes: Collection[str]) -> bool:
    """Whether a `url` rule does: it says the host, and refuses a user and a password in the URL.

    Not of a webhook, whose path is its credential, nor of a database's or a queue's scheme.
    """
    return bool(hosts) and _WEB.issuperset(schemes) and _HOOKS.isdisjoint(name.split("_"))


class Storage(Struct, frozen=True, kw_only=True):
    """Which variables are to be stored as secrets: all that are not shown to be public."""

    secrets: frozenset[str] = frozenset()  # the rules or the document say so
    public: frozenset[str] = frozenset()  # a rule shows it

    def is_secret(self, name: str) -> bool:
        """Whether the variable belongs among the secrets; in doubt it does."""
        if name in self.secrets or named_like_a_secret(name):
            return True
        return name not in self.public and not named_like_a_setting(name)

    def env_line(self, name: str) -> str:
        """The line under a step's `env:` that hands the variable over."""
        return f"{name}: ${{{{ {'secrets' if self.is_secret(name) else 'vars'}.{name} }}}}"
