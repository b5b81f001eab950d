"""The phase and the environment that the words of a heading or an item name.

`phase_words` has the phrases of headings. If none fits, as in an unknown language, an item
applies before the deployment. So does anything doubtful: nobody would check an item before the
release that is `after` by mistake. All patterns but the clock's are matched against `fold`ed text:
lower case, without punctuation, single spaces.
"""

from __future__ import annotations

import re
from functools import cache

from .model import Phase, fold
from .phase_words import AFTER, BEFORE, DURING, Rows

_THE = (
    r"(?:the |a |an |this |that |your |new |latest |final |built |compiled |signed |annotated |all "
    r"|github |git )*"
)
_CODE = (
    r"(?:app\w*|code|services?|backend|frontend|api|server|containers?|stack|site|website|changes"
    r"|update|contracts?)"
)
_PARCEL = r"(?:release|version|package|build|artifacts?|images?|crates?|gem|wheel|chart|it)"
_NO_MORE = (
    r"(?! (?:notes?|branch|candidate|schedule|plan|checklist|ticket|issue|pr|date|workflow|process"
    r"|draft)\b)"
)
_RELEASE = (
    rf"^(?:create|push|make|add|cut)(?: and push)? {_THE}(?:release |version )?tags?\b"
    r"(?! (?:protection|rule|filter))",
    r"^(?:git )?tag(?:$| (?:the|this|a|an|and|release|version|v\d|commit|it|new)\b)",
    rf"^publish(?:$| (?:to|on|via|and)\b| {_THE}(?:{_PARCEL}|tag)\b{_NO_MORE})",
    rf"^deploy(?:$| (?:to|via|using|with|from)\b| {_THE}(?:{_CODE}|{_PARCEL})\b)",
    rf"^merge {_THE}(?:release|version|pr$|(?:pr |dev\w* )?(?:in)?to (?:main|master|prod\w*)"
    r"|pull request)",
    rf"^announce(?:$| (?:on|in|via|to)\b"
    rf"| {_THE}(?:releases?|version|launch|deployment|it)\b{_NO_MORE})",
    rf"^(?:create|draft and publish|make|cut) {_THE}(?:v\d[\d ]*|version )?releases?\b{_NO_MORE}",
    r"^release (?:to (?:prod|production|npm|pypi|the public)|it\b|v\d|the (?:new )?version)",
    r"^(?:deployed|released|published|launched) "
    r"(?:to|on|in) (?:prod|production|npm|pypi|crates io)\b",
    r"^(?:go live|ship it|launch)$",
    r"^(?:打|创建|推送) ?(?:标签|tag)",
    r"^(?:正式)?(?:发布|上线|部署)(?:到|至)?(?:新版本|版本|生产|生产环境)?$",
    r"^태그 (?:생성|푸시)|^릴리[스즈] (?:게시|생성)|^프로덕션 ?배포$",
    r"^(?:desplegar|publicar|lanzar) (?:a |en |la |el )*(?:producci[oó]n|release|versi[oó]n)\b",
    r"^crear (?:el |la |un )?(?:tag|etiqueta)\b",
    r"^(?:fazer )?deploy (?:em|para|no|na) produ|^publicar (?:a )?(?:release|vers[aã]o)\b",
    r"^criar (?:a |o )?(?:tag|release)\b",
    r"^(?:d[eé]ployer|publier|mettre) (?:la |le |en )*(?:production|release|version|ligne)\b",
    r"^(?:cr[eé]er|pousser) le tag\b",
    r"^(?:release|version) ver[oö]ffentlichen\b|^tag (?:erstellen|pushen)\b",
    r"^(?:tag|release) (?:aanmaken|publiceren)\b",
    r"^(?:создать|поставить) тег|^опубликовать релиз|^выкатить (?:в|на) прод",
    r"^(?:створити|поставити) тег|^опублікувати реліз",
    r"^(?:push|tạo|buat|buat dan push) tag\b|^(?:rilis|deploy) ke produksi\b",
    r"^(?:creare|crea|pubblicare|pubblica) (?:il |la )?(?:tag|release)\b|^deploy in produzione\b",
    r"^タグを(?:作成|打つ|プッシュ)|^本番(?:環境)?[にへ](?:デプロイ|リリース)",
    r"^(?:etiketi?|tag) olu[şs]tur|^canl[ıi]ya al(?:$| )",
)
# A release to another place, or words that only begin like a release, is checked before it.
_NOT_THE_RELEASE = (
    r"^(?:deploy|publish|release)\w* (?:\w+ ){0,4}?(?:to|on|in) (?:the |a |our )?(?:\w+ )?"
    r"(?:staging|stage|dev|development|test|testing|testnets?|preview|qa|uat|sandbox|pre ?prod\w*"
    r"|canary)\b",
    r"^\w+ (?:\w+ ){0,3}(?:strategy|workflow|script|process|conflicts?|dry run)\b|\bbefore\b",
)
# How the name of a release begins: of 10,000 items, most need no closer look.
_RELEASE_WORDS = (
    "create", "push", "make", "add", "cut", "git tag", "tag", "publish", "deploy", "merge",
    "announce", "draft and", "release", "launch", "go live", "ship it", "打", "创建", "推送",
    "正式", "发布", "上线", "部署", "태그", "릴리", "프로덕션", "desplegar", "publicar", "lanzar",
    "crear", "fazer", "criar", "déployer", "publier", "mettre", "creer", "créer", "pousser",
    "version", "создать", "поставить", "опубликовать", "выкатить", "створити", "поставити",
    "опублікувати", "tạo", "buat", "rilis", "crea", "pubblica", "タグ", "本番", "etiket", "canl",
)  # fmt: skip
_LEAD = re.compile(r"(?:\[[^\[\]]{0,80}\]\s*|[^\w\[]+)++")  # "[Release lead]", signs and pictures
_COMMAND = re.compile(r"(?i:deploy|publish)\s*[:：]")  # "Deploy: `shop up`"
_ENOUGH = 400  # characters of an item that can say what it is


# "T-24h", "T-0", "T+1h", "D-2", "J+1": time before and after the launch. Something must show that
# it is no other word: a unit, or that nothing follows.
_CLOCK = re.compile(
    r"(?<![^\W_])[TDJtdj] ?(?P<sign>[-+\N{MINUS SIGN}\N{EN DASH}\N{NON-BREAKING HYPHEN}]) ?"
    r"(?P<number>\d{1,3})(?: ?(?:hours?|hrs?|h|minutes?|mins?|m|days?|d|weeks?|w|jours?)\b"
    r"|(?=\s*(?:$|[^\w\s])))"
)
# A deployment to another place than production comes before the release.
_REHEARSAL = re.compile(r"\b(?:staging|pre ?prod\w*|uat|sandbox|testnets?)\b")


def _clock_phases(title: str) -> set[Phase]:
    return {
        Phase.AFTER if mark["sign"] == "+" or not int(mark["number"]) else Phase.BEFORE
        for mark in _CLOCK.finditer(title)
    }


def _matches(rows: Rows, words: str) -> bool:
    patterns = dict.fromkeys([pattern for stem, pattern in _by_stem(rows) if stem in words])
    return any(_any_of((pattern,)).search(words) for pattern in patterns)


@cache
def _by_stem(rows: Rows) -> Rows:
    return tuple((stem, pattern) for stems, pattern in rows for stem in stems.split())


@cache
def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


def heading_phase(title: str, *, whole: bool = False) -> Phase | None:
    """The phase that a heading names; None if it names none, or both.

    `whole`: it is the title of the whole document.
    """
    title = title[:_ENOUGH]
    words = fold(title)
    clock = _clock_phases(title)
    after = Phase.AFTER in clock or _matches(AFTER, words)
    after = after or (not whole and _matches(DURING, words))
    before = Phase.BEFORE in clock or _matches(BEFORE, words)
    if after == before:
        return None
    if after and _REHEARSAL.search(words):
        return None
    return Phase.AFTER if after else Phase.BEFORE


def is_release(text: str, folded: str | None = None) -> bool:
    """Whether an item *is* the release (tag, publish, deploy, …), so that it cannot hold before.

    `folded` is the same text after `fold`, if the caller has it.
    """
    lead = _LEAD.match(text)
    start = lead.end() if lead else 0
    if folded is not None and not start:
        words = folded[:_ENOUGH]
    else:
        words = fold(text[start : start + _ENOUGH])
    named = words.startswith(_RELEASE_WORDS) and _any_of(_RELEASE).match(words)
    if not named and not _COMMAND.match(text, start):
        return False
    return not _any_of(_NOT_THE_RELEASE).search(words)


# Words around the name of an environment in a heading.
_AROUND = frozenset((
    "environment", "environments", "env", "deployment", "deployments", "deploy", "checklist",
    "checklists", "release", "releases", "the", "a", "for", "to", "of", "in", "on", "de", "en",
    "entorno", "ambiente", "environnement", "umgebung", "omgeving", "окружение", "среда",
    "середовище", "环境", "部署", "환경", "배포",
))  # fmt: skip
_NAME = re.compile(r"\w+(?:[-.]\w+)*")


def environment_candidate(title: str) -> str | None:
    """The heading in lower case, without its number and words like *environment* and *checklist*.

    None if nothing is left.
    """
    words = (word for word in _NAME.findall(title.lower()) if not word.replace(".", "").isdigit())
    return " ".join(word for word in words if word not in _AROUND) or None
