"""What a heading or an item says of when and where: its phase, and the environment it may speak
for.

A phrase table, one row per language of the corpus. An unknown language says nothing, and what says
nothing is asked before the deployment. So is anything doubtful: an item that is wrongly `after`
would let a release go unasked. All patterns are matched against `fold`ed text: lower case,
punctuation gone, single spaces.
"""

from __future__ import annotations

import re
from functools import cache

from .model import Phase, fold

_EN = r"(?:deploy\w*|releas\w*|launch\w*|go live|golive|roll ?out\w*|publish\w*|publication|ship\w*|prod|production push)"
_ES = r"(?:despliegue|desplegar|lanzamiento|lanzar|publicaci[oó]n|publicar|puesta en producci[oó]n|deploy\w*|release)"
_PT = r"(?:deploy\w*|implanta[cç][aã]o|implantar|publica[cç][aã]o|publicar|lan[cç]amento|release)"
_FR = r"(?:d[eé]ploiement|d[eé]ployer|publication|publier|livraison|lancement|mise en (?:production|prod|ligne)|release)"
_DE = r"(?:deployment|deploy|release|ver[oö]ffentlichung|bereitstellung|auslieferung|rollout|go live|inbetriebnahme)"
_NL = r"(?:deployment|deploy|release|uitrol|livegang|oplevering|publicatie)"
_RU = (
    r"(?:депло\w*|разв[её]ртывани\w*|релиз\w*|выпуск\w*|запуск\w*|выкат\w*|выкладк\w*|публикаци\w*)"
)
_UK = r"(?:депло\w*|розгортанн\w*|реліз\w*|випуск\w*|запуск\w*|публікаці\w*)"
_VI = r"(?:deploy|triển khai|phát hành|release|ra mắt)"
_ZH = r"(?:部署|发布|發布|上线|上線)"
_KO = r"(?:배포|릴리[스즈]|출시)"

_STEP = r"^(?:step \d+ |phase \d+ |\d+ )*"
# Each pattern behind words of which it needs one: most titles hold none, and most patterns are
# never compiled (20 ms).
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
# The deployment itself, step by step. A whole document may be called that, and is then asked before
# it.
_DURING = (
    ("during", rf"^during\b|\bduring (?:a |the |each )*{_EN}"),
    (
        "deploy rollout launch",
        r"\b(?:deploy|deployment|rollout|launch) (?:steps?|process|procedures?|execution|sequence|day)\b",
    ),
    ("release", r"\brelease (?:steps|day)\b"),
    (
        "deploy ship promote",
        rf"{_STEP}(?:deploy|deploying|ship|promote)(?: the)?(?: \w+)? to (?:prod|production|live|mainnet)\b",
    ),
    (
        "deploy publish ship live tag release",
        rf"{_STEP}(?:deploy|publish|ship it|go live|tag and push|tag and release|final release)$",
    ),
    (
        "release tag",
        rf"{_STEP}(?:creat\w+|cut\w*|mak\w+|publish\w*|tag\w*) (?:a |an |the |new |git |github )*(?:release|tag)$",
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
        rf"\bpre {_EN}|\bpre(?:deploy|release|launch|flight|requisite)\w*|\bpre (?:flight|requisites?)\b",
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
        rf"^antes\b|\bantes (?:del? |de la |de )?(?:{_ES}|producci[oó]n)|\bantes d[oae] (?:{_PT}|produ[cç][aã]o)",
    ),
    ("avant", rf"^avant\b|\bavant (?:le |la |l |de )?{_FR}"),
    ("vor", rf"\bvor (?:dem |der |jedem |jeder )?{_DE}"),
    ("voor", rf"\bvoor (?:de |het |elke )?{_NL}"),
    ("перед до", rf"\b(?:перед|до) (?:{_RU}|{_UK})"),
    ("trước", rf"\btrước (?:khi )?{_VI}"),
    ("前", rf"{_ZH}(?:之|以)?前"),
    ("전 사전", rf"{_KO} ?(?:전|이전)|사전"),
)

_THE = r"(?:the |a |an |this |that |your |new |latest |final |built |compiled |signed |annotated |all |github |git )*"
_CODE = r"(?:app\w*|code|services?|backend|frontend|api|server|containers?|stack|site|website|changes|update|contracts?)"
_PARCEL = r"(?:release|version|package|build|artifacts?|images?|crates?|gem|wheel|chart|it)"
_NO_MORE = r"(?! (?:notes?|branch|candidate|schedule|plan|checklist|ticket|issue|pr|date|workflow|process|draft)\b)"
_RELEASE = (
    rf"^(?:create|push|make|add|cut)(?: and push)? {_THE}(?:release |version )?tags?\b(?! (?:protection|rule|filter))",
    r"^(?:git )?tag(?:$| (?:the|this|a|an|and|release|version|v\d|commit|it|new)\b)",
    rf"^publish(?:$| (?:to|on|via|and)\b| {_THE}(?:{_PARCEL}|tag)\b{_NO_MORE})",
    rf"^deploy(?:$| (?:to|via|using|with|from)\b| {_THE}(?:{_CODE}|{_PARCEL})\b)",
    rf"^merge {_THE}(?:release|version|pr$|(?:pr |dev\w* )?(?:in)?to (?:main|master|prod\w*)|pull request)",
    rf"^announce(?:$| (?:on|in|via|to)\b| {_THE}(?:releases?|version|launch|deployment|it)\b{_NO_MORE})",
    rf"^(?:create|draft and publish|make|cut) {_THE}(?:v\d[\d ]*|version )?releases?\b{_NO_MORE}",
    r"^release (?:to (?:prod|production|npm|pypi|the public)|it\b|v\d|the (?:new )?version)",
    r"^(?:deployed|released|published|launched) (?:to|on|in) (?:prod|production|npm|pypi|crates io)\b",
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
# A release to somewhere else, or something that only begins like one: asked before, like anything
# else.
_NOT_THE_RELEASE = (
    r"^(?:deploy|publish|release)\w* (?:\w+ ){0,4}?(?:to|on|in) (?:the |a |our )?(?:\w+ )?"
    r"(?:staging|stage|dev|development|test|testing|testnets?|preview|qa|uat|sandbox|pre ?prod\w*|canary)\b",
    r"^\w+ (?:\w+ ){0,3}(?:strategy|workflow|script|process|conflicts?|dry run)\b|\bbefore\b",
)
# What a release's name begins with: of 10,000 items, most need no closer look.
_RELEASE_WORDS = (
    *(
        "create",
        "push",
        "make",
        "add",
        "cut",
        "git tag",
        "tag",
        "publish",
        "deploy",
        "merge",
        "announce",
        "draft and",
    ),
    *(
        "release",
        "launch",
        "go live",
        "ship it",
        "打",
        "创建",
        "推送",
        "正式",
        "发布",
        "上线",
        "部署",
        "태그",
    ),
    *(
        "릴리",
        "프로덕션",
        "desplegar",
        "publicar",
        "lanzar",
        "crear",
        "fazer",
        "criar",
        "déployer",
        "publier",
    ),
    *(
        "mettre",
        "creer",
        "créer",
        "pousser",
        "version",
        "создать",
        "поставить",
        "опубликовать",
        "выкатить",
    ),
    *("створити", "поставити", "опублікувати", "tạo"),
)
_LEAD = re.compile(r"(?:\[[^\[\]]{0,80}\]\s*|[^\w\[]+)++")  # "[Release lead]", signs and pictures
_COMMAND = re.compile(r"(?i:deploy|publish)\s*[:：]")  # "Deploy: `shop up`"
_ENOUGH = 400  # characters of an item that can say what it is


def _says(rows: tuple[tuple[str, str], ...], words: str) -> bool:
    return any(
        any(needed in words for needed in stems.split()) and _any_of((pattern,)).search(words)
        for stems, pattern in rows
    )


@cache
def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


def heading_phase(title: str, *, whole: bool = False) -> Phase | None:
    """When the items under this heading are asked, if the heading says so; one that says both says
    nothing.

    `whole`: it is the title of the whole document.
    """
    words = fold(title[:_ENOUGH])
    after = _says(_AFTER, words) or (not whole and _says(_DURING, words))
    if after == _says(_BEFORE, words):
        return None
    return Phase.AFTER if after else Phase.BEFORE


def is_release(text: str, folded: str | None = None) -> bool:
    """This item *is* the release (tag, publish, deploy, merge, announce), so it cannot be true
    before it.
    """
    lead = _LEAD.match(text)
    start = lead.end() if lead else 0
    words = (
        folded[:_ENOUGH]
        if folded is not None and not start
        else fold(text[start : start + _ENOUGH])
    )
    named = words.startswith(_RELEASE_WORDS) and _any_of(_RELEASE).match(words)
    return bool(named or _COMMAND.match(text, start)) and not _any_of(_NOT_THE_RELEASE).search(
        words
    )


_AROUND = frozenset(
    (
        *(
            "environment",
            "environments",
            "env",
            "deployment",
            "deployments",
            "deploy",
            "checklist",
            "checklists",
        ),
        *(
            "release",
            "releases",
            "the",
            "a",
            "for",
            "to",
            "of",
            "in",
            "on",
            "de",
            "en",
            "entorno",
            "ambiente",
        ),
        *(
            "environnement",
            "umgebung",
            "omgeving",
            "окружение",
            "среда",
            "середовище",
            "环境",
            "部署",
            "환경",
            "배포",
        ),
    )
)
_NAME = re.compile(r"\w+(?:[-.]\w+)*")


def environment_candidate(title: str) -> str | None:
    """The heading less *environment*, *deployment*, *checklist* and its number, lower case; None if
    nothing is left.
    """
    words = (word for word in _NAME.findall(title.lower()) if not word.replace(".", "").isdigit())
    return " ".join(word for word in words if word not in _AROUND) or None
