"""The phase and the environment that the words of a heading or an item name.

A table of phrases, with rows for each language of the corpus. Where no phrase fits, as in an
unknown language, an item is asked before the deployment. So is anything doubtful: nobody would ask
an item before the release that is `after` by mistake. All patterns are matched against `fold`ed
text: lower case, without punctuation, single spaces.
"""

from __future__ import annotations

import re
from functools import cache

from .model import Phase, fold

_EN = (
    r"(?:deploy\w*|releas\w*|launch\w*|go live|golive|roll ?out\w*|publish\w*|publication|ship\w*"
    r"|prod|production push)"
)
_ES = (
    r"(?:despliegue|desplegar|lanzamiento|lanzar|publicaci[oó]n|publicar"
    r"|puesta en producci[oó]n|deploy\w*|release)"
)
_PT = r"(?:deploy\w*|implanta[cç][aã]o|implantar|publica[cç][aã]o|publicar|lan[cç]amento|release)"
_FR = (
    r"(?:d[eé]ploiement|d[eé]ployer|publication|publier|livraison|lancement"
    r"|mise en (?:production|prod|ligne)|release)"
)
_DE = (
    r"(?:deployment|deploy|release|ver[oö]ffentlichung|bereitstellung|auslieferung|rollout|go live"
    r"|inbetriebnahme)"
)
_NL = r"(?:deployment|deploy|release|uitrol|livegang|oplevering|publicatie)"
_RU = (
    r"(?:депло\w*|разв[её]ртывани\w*|релиз\w*|выпуск\w*|запуск\w*|выкат\w*|выкладк\w*|публикаци\w*)"
)
_UK = r"(?:депло\w*|розгортанн\w*|реліз\w*|випуск\w*|запуск\w*|публікаці\w*)"
_VI = r"(?:deploy|triển khai|phát hành|release|ra mắt)"
_ZH = r"(?:部署|发布|發布|上线|上線)"
_KO = r"(?:배포|릴리[스즈]|출시)"

_STEP = r"^(?:step \d+ |phase \d+ |\d+ )*"
# Before each pattern stand the stems of which it needs one. Most titles hold none of them, so that
# most patterns are never compiled (20 ms).
_AFTER = (
    ("post", rf"\bpost (?:{_EN}|{_ES}|{_FR})|\bpost(?:deploy|release|launch)\w*|\bpost flight\b"),
    ("after", rf"\bafter (?:a |an |the |each |every |any |successful |production |full )*{_EN}"),
    ("once", r"\bonce (?:it is |it s )?(?:deployed|released|live|published)\b"),
    ("smoke", r"\bsmoke (?:and \w+ )?(?:test\w*|check\w*)\b|\bsmoketests?\b"),
    ("verif", r"\bverify(?:ing)? (?:the |a )?(?:deployment|release|rollout)\b"),
    ("test", r"^test(?:ing)? the deployment\b|\brauchtests?\b|\brooktests?\b"),
    ("first", r"\bfirst (?:\d+ )?(?:h|hours?|min|minutes?|days?)\b"),
    ("despu", rf"\bdespu[eé]s (?:del? |de la |de )?{_ES}"),
    ("tras", rf"\btras (?:el |la )?{_ES}"),
    ("humo fum", r"\bpruebas de humo\b|\btestes? de fuma[cç]a\b|\btests? de fum[eé]e\b"),
    ("pos pós ap", rf"\bp[oó]s {_PT}|\bap[oó]s (?:o |a )?{_PT}|\bapr[eè]s (?:le |la |l )?{_FR}"),
    ("depois", rf"\bdepois d[oae] {_PT}"),
    ("nach", rf"\bnach (?:dem |der |jedem |jeder )?{_DE}"),
    ("na", rf"\bna (?:de |het |elke )?{_NL}"),
    ("после", rf"\bпосле {_RU}"),
    ("після", rf"\bпісля {_UK}"),
    ("дым дим смоук", r"\bд[ыи]мов\w+ тест\w*|\bсмоук\b"),
    ("sau", rf"\bsau (?:khi )?{_VI}"),
    ("后 後 验证 驗證", rf"{_ZH}(?:完成|成功)?(?:之|以)?(?:后|後)|{_ZH}(?:验证|驗證)"),
    ("冒烟 冒煙", r"冒烟测试|冒煙測試"),
    ("후", rf"{_KO} ?(?:완료 ?)?(?:후|이후)"),
    ("스모크", r"스모크 ?테스트"),
)
# The deployment itself, step by step. A title of the whole document may say so, too: its items are
# asked before the deployment.
_DURING = (
    ("during", rf"^during\b|\bduring (?:a |the |each )*{_EN}"),
    (
        "deploy rollout launch",
        r"\b(?:deploy|deployment|rollout|launch) "
        r"(?:steps?|process|procedures?|execution|sequence|day)\b",
    ),
    ("release", r"\brelease (?:steps|day)\b"),
    (
        "deploy ship promote",
        rf"{_STEP}(?:deploy|deploying|ship|promote)(?: the)?(?: \w+)? "
        r"to (?:prod|production|live|mainnet)\b",
    ),
    (
        "deploy publish ship live tag release",
        rf"{_STEP}(?:deploy|publish|ship it|go live|tag and push|tag and release|final release)$",
    ),
    (
        "release tag",
        rf"{_STEP}(?:creat\w+|cut\w*|mak\w+|publish\w*|tag\w*) "
        r"(?:a |an |the |new |git |github )*(?:release|tag)$",
    ),
    ("pasos", rf"\bpasos (?:de |del |para el |para )+{_ES}"),
    ("durante pendant während tijdens", r"^durante\b|^pendant\b|^während\b|^tijdens\b"),
    ("passos", rf"\bpassos (?:de |do |da )?{_PT}"),
    ("tapes", rf"\b[eé]tapes (?:de |du )?{_FR}"),
    ("schritte", rf"\b{_DE} ?schritte\b"),
    ("stappen", rf"\b{_NL} ?stappen\b"),
    ("во шаги этапы", rf"\b(?:во время|шаги|этапы) {_RU}"),
    ("các trong", rf"\b(?:các bước|trong khi) {_VI}"),
    ("步 执 執 过 過 流 中", rf"{_ZH}(?:步骤|步驟|执行|執行|过程|過程|流程|中$)"),
    ("절차 단계 실행 중", rf"{_KO} ?(?:절차|단계|실행|중)(?: |$)"),
)
_BEFORE = (
    (
        "pre",
        rf"\bpre {_EN}|\bpre(?:deploy|release|launch|flight|requisite)\w*"
        r"|\bpre (?:flight|requisites?)\b",
    ),
    (
        "before",
        r"^before\b|\bbefore (?:a |an |the |each |every |any |your |first |you |we |production )*"
        rf"(?:{_EN}|merg\w+|tagg\w+|production)",
    ),
    ("prior", rf"\bprior to (?:a |the |each |any )*{_EN}"),
    ("prepar", rf"\bprepar(?:e|ing|ation) (?:for |of )?(?:the |a )?{_EN}"),
    ("pre pré", rf"\bpre {_ES}|\bpr[eé] (?:{_PT}|requisitos|{_FR})"),
    (
        "antes",
        rf"^antes\b|\bantes (?:del? |de la |de )?(?:{_ES}|producci[oó]n)"
        rf"|\bantes d[oae] (?:{_PT}|produ[cç][aã]o)",
    ),
    ("avant", rf"^avant\b|\bavant (?:le |la |l |de )?{_FR}"),
    ("vor", rf"\bvor (?:dem |der |jedem |jeder )?{_DE}"),
    ("voor", rf"\bvoor (?:de |het |elke )?{_NL}"),
    ("перед до", rf"\b(?:перед|до) (?:{_RU}|{_UK})"),
    ("trước", rf"\btrước (?:khi )?{_VI}"),
    ("前", rf"{_ZH}(?:之|以)?前"),
    ("전 사전", rf"{_KO} ?(?:전|이전)|사전"),
)

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
    r"^(?:push|tạo) tag\b",
)
# A release to somewhere else, or something that only begins like one, is asked before.
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
    "опублікувати", "tạo",
)  # fmt: skip
_LEAD = re.compile(r"(?:\[[^\[\]]{0,80}\]\s*|[^\w\[]+)++")  # "[Release lead]", signs and pictures
_COMMAND = re.compile(r"(?i:deploy|publish)\s*[:：]")  # "Deploy: `shop up`"
_ENOUGH = 400  # characters of an item that can say what it is


def _matches(rows: tuple[tuple[str, str], ...], words: str) -> bool:
    for stems, pattern in rows:
        if any(stem in words for stem in stems.split()) and _any_of((pattern,)).search(words):
            return True
    return False


@cache
def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


def heading_phase(title: str, *, whole: bool = False) -> Phase | None:
    """The phase that a heading names; None if it names none, or both.

    `whole`: it is the title of the whole document.
    """
    words = fold(title[:_ENOUGH])
    after = _matches(_AFTER, words) or (not whole and _matches(_DURING, words))
    if after == _matches(_BEFORE, words):
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
