"""How headings say when their items are checked, in the languages of the corpus.

Each row has a pattern, and before it stems of which a title needs one: most titles hold none, so
that most patterns are never compiled (20 ms). Titles are matched after `fold`: lower case, without
punctuation, single spaces.
"""

from __future__ import annotations

Rows = tuple[tuple[str, str], ...]

# What the release is called in each language, as a noun or a verb.
_EN = (
    r"(?:deploy\w*|releas\w*|launch\w*|go(?:es|ing)? live|golive|roll ?out\w*|rolling out"
    r"|publish\w*|publication|ship\w*|prod|production push)"
)
_ES = (
    r"(?:despliegues?|desplegar|lanzamiento|lanzar|publicaci[oó]n|publicar"
    r"|(?:puesta en|salida a|paso a|subir a|subida a) producci[oó]n"
    r"|deploy\w*|release|go live)"
)
_PT = (
    r"(?:deploy\w*|implanta[cç][aã]o|implantar|publica[cç][aã]o|publicar|lan[cç]amento|lan[cç]ar"
    r"|(?:entrada em|subir (?:para|em)|subida para) produ[cç][aã]o|release|go live)"
)
_FR = (
    r"(?:d[eé]ploiement|d[eé]ployer|publication|publier|livraison|lancement"
    r"|mise en (?:production|prod|ligne|service)|mep|release|go live)"
)
_DE = (
    r"(?:deployments?|deploy|deployen|releases?|ver[oö]ffentlichung|ver[oö]ffentlichen"
    r"|bereitstellung|auslieferung|rollout|ausrollen|go live|livegang|inbetriebnahme"
    r"|produktivsetzung|produktivgang|launch)"
)
_NL = (
    r"(?:deployment|deploy|deployen|release|releasen|uitrol|uitrollen|livegang|live gaan"
    r"|oplevering|publicatie|publiceren|ingebruikname|go live)"
)
_RU = (
    r"(?:депло\w*|разв[её]ртывани\w*|релиз\w*|выпуск\w*|запуск\w*|выкат\w*|выкладк\w*|публикаци\w*"
    r"|(?:выход|вывод)\w* в прод\w*)"
)
_UK = (
    r"(?:депло\w*|розгортанн\w*|реліз\w*|випуск\w*|запуск\w*|публікаці\w*"
    r"|викатк\w*|викочуванн\w*|вих[оі]д\w* в прод\w*)"
)
_VI = (
    r"(?:deploy\w*|triển khai|phát hành|release|ra mắt|xuất bản|go live|golive"
    r"|(?:đưa )?lên production)"
)
_ZH = r"(?:部署|发布|發布|发版|發版|上线|上線|投产|投產|割接)"
_KO = r"(?:배포|릴리[스즈]|출시|런칭|론칭|롤아웃)"
_IT = (
    r"(?:deploy\w*|rilasci\w*|pubblicazione|pubblicare|lancio|distribuzione"
    r"|(?:messa|andata|passaggio) (?:in (?:produzione|linea|esercizio)|online)"
    r"|(?:rilasciato|pubblicato|messo (?:in (?:produzione|linea)|online))|release|go live)"
)
_JA = (
    r"(?:デプロイ(?:メント)?|リリース|公開|ローンチ|カットオーバー"
    r"|本番(?:反映|適用|移行|稼働|展開)|(?:運用|サービス)開始|サービスイン)"
)
_TR = (
    r"(?:yay[ıi]na (?:al|[çc][ıi]k|ge[çc])\w*|yay[ıi]n\w*"
    r"|da[ğg][ıi]t[ıi]m\w*|deploy\w*|s[üu]r[üu]m\w*|release\w*|lansman\w*"
    r"|canl[ıi]ya (?:al|ge[çc]|[çc][ıi]k)\w*|devreye al\w*)"
)
_ID = (
    r"(?:(?:di)?deploy\w*|(?:di|me)?rilis|perilisan|peluncuran|diluncurkan|penerapan|publikasi"
    r"|dipublikasikan|release|go live|naik (?:ke )?produksi)"
)
# Merging, where it is the last step before a release; no step of the release by itself.
_MERGE = (
    r"(?:merg(?:e|es|ed|ing|en|ear)\b(?! (?:conflicts?|freeze|queue))|tagging\b|cut ?over\b"
    r"|fusi[oó]n(?:ar)?\b|мер[дж]{1,2}\w*|слияни\w*|злитт\w*|samenvoegen|zusammenführ\w*)"
)
_UP_TO_TWO_WORDS = r"(?:\w{1,6} ){0,2}?"

_STEP = r"^(?:step \d+ |phase \d+ |\d+ )*"
_IS_OUT = r"(?:deployed|released|live|published|merged|launched|shipped)"
AFTER: Rows = (
    (
        "post",
        rf"\bpost (?:{_EN}|{_ES}|{_FR}|{_IT})|\bpost (?:flight|implementation)\b"
        r"|\bpost(?:deploy|releas|launch|merg|publish|rollout|golive|despliegue|lanzamiento)\w*",
    ),
    (
        "after",
        r"\bafter (?:a |an |the |each |every |any |this |our |your |successful |production |full "
        rf"|first |initial |final |we |it )*{_EN}"
        rf"|\bafter (?:\w+ ){{1,5}}(?:is|are|was|were|has been|have been) {_IS_OUT}\b",
    ),
    (
        "once soon",
        rf"\b(?:once|as soon as) (?:(?:\w+ ){{0,3}}(?:is|are|s|has been|have been) )?{_IS_OUT}\b",
    ),
    (
        "merg tagging cut fusi birle мер слия злит samenvoegen zusammen",
        r"\b(?:after|post|despu[eé]s|luego|tras|ap[oó]s|pós|depois|apr[eè]s|nach|na|после|після|sau"
        rf"|dopo|setelah|sesudah|usai|pasca) {_UP_TO_TWO_WORDS}{_MERGE}"
        r"|\b(?:merge|birle[şs]tirme)\w*(?: [dt][ae]n)? sonra\w*",
    ),
    (
        "合 머 병 マージ",
        r"合[并併](?:之|以)?[后後]|(?:머지|병합) ?[된한]? ?후(?!보)|マージ(?:した)?後",
    ),
    # The weeks after a release in which its team stays close. Planning them comes before it.
    (
        "hyper",
        r"^(?!.*\b(?:plan|prepar|read|setup|team|staff|roster|schedul|contact|piano|plaan"
        r"|vorbereit)).*\bhyper ?care",
    ),
    ("life", r"\bearly life support\b(?! (?:plan|team|ready|readiness))"),
    ("day", r"\bday (?:2|two) (?:op\w*|tasks?|checks?|support|monitoring|activities)\b"),
    ("smoke", r"\bsmoke (?:and \w+ )?(?:test\w*|check\w*)\b|\bsmoketests?\b"),
    ("verif", r"\bverify(?:ing)? (?:the |a )?(?:deployment|release|rollout)\b"),
    ("test", r"^test(?:ing)? the deployment\b|\brauchtests?\b|\brooktests?\b"),
    (
        "test verif valid check",
        rf"{_STEP}(?:test\w*|verif\w*|validat\w*|checks?) (?:in|on) (?:the )?"
        r"(?:prod|production|live)(?: environment| site)?$",
    ),
    ("first", r"\bfirst (?:\d+ )?(?:h|hours?|min|minutes?|days?|weeks?)\b"),
    ("within", rf"^within (?:the )?(?:\w+ ){{1,3}}(?:of|after) (?:the |each )?{_EN}"),
    ("aftercare nachb", r"^(?:aftercare|nachbereitung|nachbetreuung)\b"),
    ("posterior", rf"\bposterior(?:es)? (?:al?|à|ao) (?:la )?(?:{_ES}|{_PT})"),
    ("despu luego", rf"\b(?:despu[eé]s|luego) (?:del? |de la |de |de cada |de hacer )*{_ES}"),
    ("tras", rf"\btras (?:el |la |cada )?{_ES}"),
    (
        "vez",
        r"\buna vez (?:\w+ ){0,3}?"
        r"(?:desplegad[ao]s?|publicad[ao]s?|lanzad[ao]s?|en producci[oó]n)\b",
    ),
    ("primera", r"\bprimeras? (?:\d+ )?(?:horas?|d[ií]as?|minutos)\b"),
    (
        "produ",
        r"^(?:\d+ )*(?:pruebas?|verificaci[oó]n|testes?|valida[cç][aã]o|tests?|v[eé]rifications?"
        r"|verific[ah]e?|pr[uü]fung) (?:en|em|in|auf)"
        r" (?:producci[oó]n|produ[cç][aã]o|production|produzione|produktion|productie)$",
    ),
    ("humo fum", r"\bpruebas de humo\b|\btestes? de fuma[cç]a\b|\btests? de fum[eé]e\b"),
    (
        "pos pós ap",
        # Without its accent it may be a point of sale.
        rf"\bpós ?{_PT}|\bpos ?(?:implanta|lan[cç]amento|publica)\w*"
        rf"|\bap[oó]s (?:o |a |cada )?{_PT}|\bapr[eè]s (?:le |la |l |chaque )?{_FR}",
    ),
    ("depois", rf"\bdepois d[oae] (?:cada )?{_PT}"),
    ("primeir", r"\bprimeir[ao]s? (?:\d+ )?(?:horas?|dias?|minutos)\b"),
    (
        "fois",
        r"\bune fois (?:\w+ ){0,3}?"
        r"(?:d[eé]ploy[eé]\w*|publi[eé]\w*|fusionn[eé]\w*|en ligne|en production)(?: |$)",
    ),
    ("premi", r"\bpremi[eè]res? (?:\d+ )?(?:heures?|minutes)\b"),
    # Not: according to a plan.
    ("nach", rf"\bnach (?:dem |der |jedem |jeder |erfolgreich\w* )*{_DE}\b(?! ?(?:plan|prozess))"),
    ("nach", r"^nach (?:\d+ )+(?:stunden?|tag\w*|wochen?|monat\w*)\b"),
    ("erste", r"\berste[nr]? (?:\d+ )?(?:stunden?|tage?|minuten?)\b"),
    ("na", rf"\bna (?:de |het |elke |iedere )?{_NL}"),
    ("eerste", r"\beerste (?:\d+ )?(?:uur|uren|dag|dagen|minuten)\b"),
    ("после пост", rf"\bпосле (?:успешн\w+ |кажд\w+ )?{_RU}|\bпост ?(?:депло|релиз)\w*"),
    ("після пост", rf"\bпісля (?:успішн\w+ |кожн\w+ )?{_UK}|\bпост ?реліз\w*"),
    ("перв перш", r"\b(?:первы[еймх]+|перш[іаийі]+) (?:\d+ )?(?:час|годин|минут|хвилин)\w*"),
    ("дым дим смоук", r"\bд[ыи]мов\w+ тест\w*|\bсмоук\b"),
    ("sau hậu", rf"\bsau (?:khi |mỗi lần |mỗi )?{_VI}|\bhậu {_VI}"),
    ("giờ", r"\b(?:\d+ )?giờ đầu\b"),
    # Not: 后端, 后台 (the backend), 前端 (the frontend).
    (
        "后 後 验证 驗證",
        rf"{_ZH}(?:完成|成功|完毕|结束)?(?:之|以)?[后後](?![端台])|{_ZH}(?:验证|驗證)",
    ),
    ("首", r"首(?:个|個)? ?\d+ ?(?:个|個)?(?:小时|小時|天)"),
    ("冒烟 冒煙", r"冒烟测试|冒煙測試"),
    # Not: 후보, a candidate.
    ("후", rf"(?:{_KO}|오픈|운영 ?반영) ?(?:완료 ?|된 ?|한 ?|이 ?|직)?후(?!보)"),
    ("첫 처음", r"(?:첫|처음) ?\d+ ?(?:시간|분|일)"),
    ("스모크", r"스모크 ?테스트"),
    ("dopo", rf"\bdopo (?:il |lo |la |l |ogni |aver |un )*{_IT}"),
    (
        "volta",
        r"\buna volta (?:\w+ ){0,3}?(?:rilasciat[oaie]|pubblicat[oaie]|in produzione|online)\b",
    ),
    ("prim", r"\bprim[ae] (?:\d+ )?or[ae]\b"),
    (
        "後",
        rf"{_JA}(?:完了|実施|作業|直)?(?:した)?(?:の)?後(?!方)|^(?:\d+ )*事後(?:作業|確認|対応)",
    ),
    ("最初", r"最初の ?\d+ ?(?:時間|分|日)"),
    ("スモーク", r"スモーク ?テスト"),
    ("sonra", rf"\b{_TR}(?: [dt][ae]n)? sonra\w*"),
    ("lk", r"\bi\u0307?lk (?:\d+ )?(?:saat\w*|dakika\w*)\b"),
    (
        "setelah sesudah usai pasca",
        rf"\b(?:setelah|sesudah|usai|seusai) (?:selesai |proses |melakukan |berhasil )*{_ID}"
        rf"|\bpasca ?{_ID}",
    ),
    ("pertama", r"\b(?:\d+ )?(?:jam|menit) pertama\b"),
)
# The deployment itself, step by step, or that it is done. A title of the whole document may say so,
# too: its items apply before the deployment.
DURING: Rows = (
    ("during", rf"^during\b|\bduring (?:a |the |each )*{_EN}"),
    (
        "deploy rollout launch",
        r"\b(?:deploy|deployment|rollout|launch) "
        r"(?:steps?|process|procedures?|execution|sequence|day)\b",
    ),
    ("release live jour day", r"\brelease (?:steps|day)\b|\bgo ?live day\b|^jour j$|^d day$"),
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
    (
        "complete done success",
        rf"{_STEP}(?:deployment|deploy|release|launch|rollout) (?:is |was )?(?:considered )?"
        r"(?:completed?|done|successful)(?: (?:when|if|next|what|on)\b.*)?$",
    ),
    ("pasos", rf"\bpasos (?:de |del |para el |para )+{_ES}"),
    ("durante pendant während tijdens", r"^durante\b|^pendant\b|^während\b|^tijdens\b"),
    ("passos andamento", rf"\bpassos (?:de |do |da )?{_PT}|^deploy em andamento\b"),
    ("complet conclu", r"^(?:deploy|despliegue) (?:completo|completado|conclu[ií]do)$"),
    ("tapes", rf"\b[eé]tapes (?:de |du )?{_FR}"),
    ("réussi terminé", r"^(?:\d+ )*d[eé]ploiement (?:r[eé]ussi|termin[eé])$"),
    ("schritte", rf"\b{_DE} ?schritte\b"),
    ("stappen", rf"\b{_NL} ?stappen\b"),
    ("во шаги этапы", rf"\b(?:во время|шаги|этапы) {_RU}"),
    ("các trong", rf"\b(?:các bước|trong khi) {_VI}"),
    ("步 执 執 过 過 流 中", rf"{_ZH}(?:步骤|步驟|执行|執行|过程|過程|流程|中$)"),
    ("完 成", rf"^(?:\d+ )*{_ZH}(?:完成|成功)(?:$|确认|確認)"),
    ("절차 단계 실행 중", rf"{_KO} ?(?:절차|단계|실행|중)(?: |$)"),
    ("완료", rf"^(?:\d+ )*{_KO} ?완료$"),
    ("passi passagg fasi", rf"\b(?:passi|passaggi|fasi) (?:di |del |per il )*{_IT}"),
    ("手順 実行 実施 中 当日", r"デプロイ(?:手順|実行|実施|中$)|リリース(?:手順|当日)"),
    ("adım gün alın", rf"\b{_TR} (?:ad[ıi]mlar[ıi]|g[üu]n[üu])\b|\bcanl[ıi]ya al[ıi]n[ıi]rken\b"),
    ("rasında rasinda", rf"\b{_TR} s[ıi]ras[ıi]nda\b"),
    ("langkah selama saat", rf"\b(?:langkah )+{_ID}|^(?:selama|saat) {_ID}"),
)
BEFORE: Rows = (
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
    (
        "merg tagging cut fusi birle мер слия злит samenvoegen zusammen",
        r"\b(?:pre|antes|avant|vor|voor|перед|до|trước|prima|sebelum|pra)"
        rf" {_UP_TO_TWO_WORDS}{_MERGE}|\b(?:merge|birle[şs]tirme)\w*(?: [dt][ae]n)? [öo]nce\w*",
    ),
    (
        "合 머 병 マージ",
        r"合[并併](?:之|以)?前|(?:머지|병합) ?(?:하기 ?)?(?:전|이전)|マージ(?:する)?前",
    ),
    ("prior", rf"\bprior to (?:a |the |each |any )*{_EN}"),
    ("prepar", rf"\bprepar(?:e|ing|ation) (?:for |of )?(?:the |a )?{_EN}"),
    ("pre pré", rf"\bpre (?:{_ES}|{_IT})|\bpr[eé] (?:{_PT}|requisitos|{_FR})"),
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
    ("前", rf"{_ZH}(?:之|以)?前(?!端)|{_JA}(?:作業|実施)?(?:する)?(?:の)?前|^(?:\d+ )*事前"),
    ("전 사전", rf"{_KO} ?(?:전|이전)|사전"),
    ("prima", rf"^prima d|\bprima (?:del |della |dell |di )(?:ogni )?(?:{_IT}|andare)"),
    ("önce once", rf"\b{_TR}(?: [dt][ae]n)? [öo]nce\w*"),
    ("sebelum pra", rf"\bsebelum (?:proses |melakukan )*{_ID}|\bpra ?{_ID}"),
)
