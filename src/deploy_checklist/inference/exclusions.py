"""Words because of which an item waits for a person."""

from __future__ import annotations

import re

from ..checklist.model import Item, fold

# This job cannot see what is set in these places: a value in its environment proves only a part.
_ELSEWHERE = re.compile(
    r"\b(?:vercel|netlify|heroku|render|railway|fly(?:\.io)?|cloudflare|wrangler|supabase|firebase"
    r"|convex|streamlit|cpanel|kubernetes|k8s|kubectl|helm|argocd|ecs|eks|gke|lambda|cloud run"
    r"|app engine|amplify|aws|azure|gcp|digitalocean|hetzner|linode|plesk|nginx|server|serveur"
    r"|servidor|сервер\w*|服务器|서버|vps|vm|host|hosting|hosts|docker|container|pods?|cluster|ssh"
    r"|dashboard|console|panel|portal|local|locally|laptop|workstation|manual|manually|staging|dev"
    r"|development|optional|optionnel\w*|opciona\w*|example|terraform|vault|parameter store"
    r"|secrets manager|1password|doppler|ansible|expo|eas|ios|android|app store|xcode|phase \d+"
    r"|rollback|troubleshooting|if|when|unless)\b"
)
_CONDITIONAL = re.compile(
    r"\b(?:if|when|whenever|unless|where|in case|only for|optional\w*|depending|falls|wenn|si"
    r"|cuando|quando|lorsque|если|optionnel\w*|opciona\w*|nếu|khi|as needed|as applicable"
    r"|applicable|either|or)\b|如果|可选|若|선택|경우|\?|？"
)
_ALTERNATIVES = re.compile(r"\b[A-Z][A-Z0-9]*_[A-Z0-9_]+ ?/ ?[A-Z]")  # `A_URL` / `B_URL`
NEGATED = re.compile(
    r"\b(?:not|no|never|without|don't|doesn't|isn't|aren't|cannot|nicht|kein\w*|sans|pas|sin|sem"
    r"|не|нет|ні|немає|không|ningún|ningun|nenhum|aucun|niet|geen|não|non(?!-)|nessun\w*|nunca|nie"
    r"|jamais|nooit|değil|yok|\w+(?:me|ma)di|tidak|belum|jangan|bukan|никогда|ніколи)\b"
    r"|不|未|无|没|沒|無|아님|않|금지|ない|なし|せず"
)

# A person decides about each of these, for the reason beside it. What can be verified of them only
# helps.
EXAMPLES_LEFT_TO_PEOPLE = {
    "`API_URL` is set if the shop is on": "it holds only under a condition",
    "`API_URL` or `SHOP_URL` is set": "one of several ways",
    "`API_URL` is set in Vercel": "it is about another place than this job",
    "`API_URL` is set to `<your-domain>`": "a placeholder is no value",
    "`API_URL` is set to the shop's address, e.g. `https://shop.acme.dev`": (
        "an example is not the value"
    ),
    "`LEGACY_TOKEN` no longer used": "what is taken away is not looked for",
    "`.env` created": "it is on the host; in the repository it would be a fault",
    "Run `npm run migrate`": "the command changes something",
    "Run `ruff check --fix`": "a command that mends what it finds never fails",
    "Deploy with `make deploy`": "it is the release itself",
    "Open https://console.acme.dev and add the key": (
        "a page to work on proves nothing by answering"
    ),
    "http://localhost:3000/health answers": "it is on somebody's own machine",
    "`scripts/smoke.sh` works": "that a file is there does not say that it works",
    "See `docs/runbook.md` for the steps": "the file is only spoken of",
}


def elsewhere(text: str) -> bool:
    """Whether the text is about another place than this job, or a case that may not be this one."""
    return bool(_ELSEWHERE.search(text.lower()))


def conditional(item: Item) -> bool:
    """Whether the item may not hold in a release, or may hold in one of several ways."""
    return (
        item.conditional
        or item.optional
        or _CONDITIONAL.search(item.text.lower()) is not None
        or _ALTERNATIVES.search(item.text) is not None
        or any(_CONDITIONAL.search(fold(title)) for title in item.section)
    )


def may_fail(item: Item) -> bool:
    """Whether the item asks for something unconditionally, so that an empty variable fails it."""
    return not conditional(item) and not NEGATED.search(item.text.lower())
