"""What each key of the rules file means, but for the parameters of checks. The one source of the
JSON Schema's descriptions and of the tables in docs/rules.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct


class KeyMeaning(Struct, frozen=True):
    """Sentences about a key, as Markdown, and what an editor offers to write there."""

    text: str
    examples: tuple[Any, ...] = ()
    default: Any = None  # None: there is none, or the text says what it depends on


FILE: Mapping[str, KeyMeaning] = {
    "version": KeyMeaning("Version of the file's format: always `1`."),
    "name": KeyMeaning(
        "Name of this gate. Only a repository with several gates needs it.", ("services/api",)
    ),
    "checklist": KeyMeaning(
        "Path of the Markdown checklist, from the repository's root.",
        ("docs/deployment-checklist.md",),
    ),
    "unverified": KeyMeaning(
        "`sign`: a person decides about anything that could not be checked. Without this key, such "
        "an item keeps the release from being ready."
    ),
    "environments": KeyMeaning(
        "The environments, each with the values that rules use as `${name}`.",
        (
            {
                "staging": {"domain": "staging.acme.example"},
                "production": {"domain": "acme.example"},
            },
        ),
    ),
    "facts": KeyMeaning(
        "Questions whose answer is yes or no, for conditions (`when`).",
        ({"stripe": {"env": "PAYMENT_PROVIDER", "equals": "stripe"}},),
    ),
    "roles": KeyMeaning(
        "The people and teams of each role that may sign.",
        ({"backend-lead": ["@octo-lead", "@acme/backend-leads"]},),
    ),
    "sections": KeyMeaning(
        "Settings for whole sections of the checklist, by their headings.",
        ({"Once it is live": {"phase": "after"}},),
    ),
    "items": KeyMeaning(
        "The rules. Each key says which items its rule applies to.",
        ({"PAYMENT_API_KEY": "secret", "Certificates renewed": {"sign": {"by": ["write"]}}},),
    ),
    "waivers": KeyMeaning(
        "Items that do not hold the release until a date, each with a reason and an approver."
    ),
    "signed": KeyMeaning("Sign-offs that count for more than one release."),
    "override": KeyMeaning(
        "Who may let through a release that is not ready, and for how long. Without this key, "
        "nobody may.",
        ({"by": ["maintain"], "for": "4h", "not_author": True},),
    ),
    "rollback": KeyMeaning(
        "`true`: a run may go back to a commit that was deployed through this gate before.",
        default=False,
    ),
    "ignore": KeyMeaning(
        "Names of variables that `lint` does not mention. `*` matches any characters.",
        (["PORT", "NPM_*"],),
    ),
}

RULE: Mapping[str, KeyMeaning] = {
    "when": KeyMeaning(
        "The rule applies only under this condition: a fact, `not` and a fact, an environment, a "
        "list (all of them), or `any_of` (at least one of them).",
        ("stripe", "not stripe", ["production", "stripe"], {"any_of": ["stripe", "paynow"]}),
    ),
    "severity": KeyMeaning(
        "`blocker` holds the release, `warning` does not. A mapping sets it by environment; all "
        "others are blockers.",
        ("warning", {"staging": "warning"}),
        default="blocker",
    ),
    "enforce_from": KeyMeaning(
        "The first day on which a failure holds the release. Until then it is a warning.",
        ("2027-01-31",),
    ),
    "owner": KeyMeaning(
        "Who takes care of the item. Default: the rotation owner in the checklist's table.",
        ("Platform Eng",),
    ),
    "fix": KeyMeaning(
        "What to do if the rule fails, instead of what the check suggests.",
        ("ask #payments for a new key",),
    ),
    "waivable": KeyMeaning("`false`: waivers for the item are rejected.", default=True),
    "env": KeyMeaning("The variable whose value is checked.", ("SHOP_URL",)),
    "phase": KeyMeaning(
        "When the item applies: `before` the deployment, in the `deploy` job, `after` it, or never"
        " (`reference`). Default: what the headings of the checklist say."
    ),
}

FACT: Mapping[str, KeyMeaning] = {
    "env": KeyMeaning(
        "The variable that answers the question. Without a comparator: true, 1, yes and on mean "
        "yes; false, 0, no and off mean no.",
        ("PAYMENT_PROVIDER",),
    ),
    "default": KeyMeaning("The answer if the variable is empty or not set.", (False,)),
    "ready": KeyMeaning(
        "An environment. The answer is yes if this gate let the same commit through for it.",
        ("staging",),
    ),
    "changed": KeyMeaning(
        "Globs of files. The answer is yes if such a file changed since the newest `v*` tag before "
        "this commit.",
        (["infra/**/*.tf"],),
    ),
}

WHEN: Mapping[str, KeyMeaning] = {
    "any_of": KeyMeaning("At least one of these conditions must be true.", (["stripe", "paynow"],))
}

SECTION: Mapping[str, KeyMeaning] = {
    "skip": KeyMeaning(
        "Leaves out the section's items that have no rule. The text is the reason that the report "
        "gives.",
        ("the gate writes the row itself",),
    ),
    "phase": KeyMeaning(
        "When the whole section applies: `before` the deployment, in the `deploy` job, `after` it,"
        " or never (`reference`)."
    ),
    "environment": KeyMeaning(
        "The one environment that the section applies to, or `any`. Default: what its heading "
        "says.",
        ("staging", "any"),
    ),
}

_ITEM = KeyMeaning("Id of an item, or the key of a rule.", ("METRICS_URL",))

WAIVER: Mapping[str, KeyMeaning] = {
    "item": _ITEM,
    "reason": KeyMeaning("Why the item is waived.", ("gateway moves, OPS-412",)),
    "approved_by": KeyMeaning("Who approved the waiver.", ("@octo-ops",)),
    "expires": KeyMeaning("Last day of the waiver, in UTC.", ("2026-12-15",)),
    "environment": KeyMeaning(
        "The one environment that the waiver is for. Default: all of them.", ("staging",)
    ),
}

SIGNED: Mapping[str, KeyMeaning] = {
    "item": _ITEM,
    "by": KeyMeaning("Who signed.", ("@octo-lead",)),
    "on": KeyMeaning("The day on which it was signed.", ("2026-11-02",)),
    "words": KeyMeaning(
        "Hash of the words that were signed. If the item's words change, the sign-off no longer "
        "counts.",
        ("5be1c0d2",),
    ),
    "until": KeyMeaning("Last day on which the sign-off counts.", ("2027-01-31",)),
    "environment": KeyMeaning(
        "The one environment that the sign-off is for. Default: all of them.", ("production",)
    ),
}

OVERRIDE: Mapping[str, KeyMeaning] = {
    "by": KeyMeaning("Roles, or `write`, `maintain`, `admin`, that may override.", (["maintain"],)),
    "for": KeyMeaning("How long an override is valid: at most `24h`.", ("4h",)),
    "not_author": KeyMeaning("`true`: not the author or the last pusher.", default=False),
}
