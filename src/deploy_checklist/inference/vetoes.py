"""Words that stop a check from being proposed, or make an item wait for a person: a table for
each reason, in it a row for each language.
"""

from __future__ import annotations

import re

from ..checklist.environments import names_of
from ..checklist.model import Item, fold
from .words import Words

# What begins with one of these is a person's own act, which names something and asks nothing of it.
PERSONS_ACT = Words(r"""
    en: copy|note(?: down)?|write down|back ?up|notify|announce|tell|inform|paste|find|go to|log ?in
        |read|review with|ask|remember|record|print|send|email|download|bookmark|try
    de: kopiere\w*|notiere\w*|sichere\w*|informiere\w*|gehe|frage\w*|sende\w*
    es: copiar?|anotar?|apuntar?|respaldar|notificar|avisar|ir a|buscar|enviar
    fr: copie[rz]?|note[rz]?|sauvegarde[rz]?|prévenir|informe[rz]?|aller|envoye[rz]?|cherche[rz]?
    id: salin|catat|beritahu|kirim|buka|cari
    it: copia\w*|annota\w*|avvisa\w*|vai|invia\w*|cerca\w*
    ja: コピー|メモ
    ko: 복사|메모
    nl: kopieer|noteer|informeer|ga naar|verstuur|zoek
    pt: copiar?|anotar?|avisar|notificar|ir para|enviar
    ru: скопир\w+|запиш\w+|запис\w+|сообщ\w+|перей\w+|отправ\w+|найти
    tr: kopyala\w*|not al\w*|bildir\w*|gönder\w*
    uk: скопію\w+|запиш\w+|повідом\w+|перей\w+|надісла\w+|знайти
    vi: sao chép|ghi lại|thông báo|gửi|tìm
    zh: 复制|记录|备份|通知|记下|粘贴
""")

# A page to work on proves nothing by answering.
VISIT = Words(r"""
    en: visit|open|go to|see|docs?|documentation|console|dashboard|update|edit|publish|create|select
        |click|add|list|sign ?up|log ?in|register|submit|e\.g|example|like|such as|post|put|patch
        |delete|redirects?|use
    de: besuche\w*|öffne\w*|gehe|siehe|bearbeite\w*|anlegen|eintragen
    es: visit\w+|abrir|abre|ir a|ver|edit\w+|crear
    fr: visite[rz]?|ouvrir|ouvrez|aller|voir|modifie[rz]?|créer|consulter
    id: buka|kunjungi|lihat|ubah|buat|daftar
    it: visita\w*|apri\w*|vai|vedi|modifica\w*|crea\w*
    ja: 開く|参照|編集|作成|登録
    ko: 열기|참조|편집|생성|등록
    nl: bezoek|open|ga naar|zie|bewerk|maak
    pt: visite\w*|abrir|abra|acesse|acessar|ver|editar|criar
    ru: откро\w+|открыть|перей\w+|зай\w+|см|созда\w+
    tr: ziyaret\w*|aç(?:ın)?|git|bak|düzenle\w*|oluştur\w*
    uk: відкри(?:ти|йте)|перей\w+|зай\w+|див|створи\w+
    vi: mở|vào|xem|sửa|tạo|đăng ký
    zh: 打开|前往|登录|参见|编辑|创建|浏览器访问|注册
""")

# Before a path, these show that it is only mentioned.
ONLY_SPOKEN_OF = Words(r"""
    en: see(?: also)?|refer(?:ring)? to|as per|per|follow(?:ing)?|documented in|described in|from
        |against|conventions in|using|reference|runs?|running|executed?|via|through|by|with|like|on
        |in(?= the readme)|steps in|instructions in|as in|listed in|according to
    de: siehe|laut|gemäß|nach|aus|mit|über|per|durch|beschrieben in|anhand von
    es: ver|según|seguir|desde|con|mediante|usando|véase|consultar
    fr: voir|selon|suivre|depuis|avec|via|cf|consulter|d'après
    id: lihat|sesuai|dari|dengan|melalui|ikuti
    it: vedi|secondo|seguire|da|con|tramite|consultare
    ja: 参照[:：]?
    ko: 참조[:：]?|참고[:：]?
    nl: zie|volgens|volg|vanuit|met|via
    pt: ver|veja|conforme|seguir|de|com|via|usando|consultar
    ru: см|смотри|согласно|по|из|с помощью|через
    tr: bkz|bakınız
    uk: див|згідно|за|з|через
    vi: xem|theo|từ|bằng|chọn
    zh: 见|参见|参考|参照|按照|根据|来自|通过|选择|使用
""")
# An address with one of these beside it must not answer all, or a tool asks it all the time.
CLOSED_OFF = Words(r"""
    en: protected|restricted|blocked|disabled|turned off|shut down|offline|revoked|internal
        |internally|private|behind|vpn|firewall\w*|only (?:\w+ )?(?:reachable|accessible|available
        |from)|(?:requires?|needs?) (?:\w+ )?(?:auth\w*|login|tokens?|credentials|password)
        |no (?:public|external) access|secured|scrap\w+|monitor\w*|uptime|alert\w*|polls?
        |load tests?|rate[- ]limit\w*|lockout
    de: geschützt|gesperrt|deaktiviert|abgeschaltet|intern|nur (?:intern|aus|über|im)|überwach\w+
    es: protegid\w|bloquead\w|des(?:habilita|activa)d\w|restringid\w|intern(?:[ao]s?|amente)
        |solo desde|monitore\w+
    fr: protégée?|bloquée?|désactivée?|restreinte?|interne|uniquement|seulement|surveill\w+
    id: dilindungi|diblokir|dinonaktifkan|internal|hanya|dipantau|pantau
    it: protett\w|bloccat\w|disattivat\w|intern\w|solo d\w+|monitorat\w
    ja: 保護|遮断|無効|内部|制限|のみ|認証|監視
    ko: 차단|비활성|내부|제한|보호|인증|모니터링
    nl: beveiligd|geblokkeerd|uitgeschakeld|intern|alleen|gemonitord|bewaakt
    pt: protegid\w|bloquead\w|des(?:ativa|abilita)d\w|restrit\w|intern(?:[ao]s?|amente)|somente
        |apenas|monitora\w+
    ru: закрыт\w*|защищ\w+|заблокирован\w*|отключ\w+|внутренн\w+|только|ограничен\w*|мониторит\w*
        |мониторинг\w*
    tr: korumalı|engelli|engellendi|devre dışı|dahili|sadece|yalnızca|kapalı|izleniyor|izleme\w*
    uk: закрит\w*|захищ\w+|заблокован\w*|вимкн\w+|внутрішн\w+|тільки|лише|моніторит\w*|моніторинг\w*
    vi: bảo vệ|chặn|tắt|nội bộ|chỉ|giám sát
    zh: 保护|禁用|关闭|屏蔽|内网|仅|限制|鉴权|监控
""")
# With one of these beside it, what is named may be what was before, and not be there today.
FORMER = Words(r"""
    en: rather than|instead of|replac(?:es?|ed|ing)|anything but|chang\w+ from|renam\w+
        |mov(?:ed?|ing)|(?:previous|prior|earlier|parent|old) (?:commit|release|version|build|tag)s?
    de: statt|anstelle|ersetz\w+|umbenannt|umbenennen|verschoben|verschieben|vorherig\w+|vorig\w+
    es: en lugar de|en vez de|reemplaz\w+|renombr\w+|movid[oa]s?|mover|anterior(?:es)?
    fr: au lieu de|remplac\w+|renomm\w+|déplac\w+|précédente?s?
    id: ganti nama|dipindah\w*|pindahkan|sebelumnya
    it: invece di|sostitu\w+|rinomin\w+|spost\w+|precedent[ei]
    ja: の代わりに|置き換え|リネーム|改名|[にへ]移動|前回の|以前の
    ko: 대신|교체|이름 ?변경|로 이동|이전 (?:커밋|릴리스|버전)
    nl: in plaats van|vervang\w*|hernoem\w*|verplaatst?|vorige
    pt: em vez de|substitu\w+|renome\w+|movid[oa]s?|mover|anterior(?:es)?
    ru: вместо|замен\w+|переимен\w+|перемещ\w+|перенес\w+|предыдущ\w+
    tr: yerine|yeniden adlandır\w*|taşın\w*|taşı|önceki
    uk: замість|замін\w+|перейм\w+|переміщ\w+|перенес\w+|попередн\w+
    vi: thay vì|thay thế|đổi tên|di chuyển|trước đó
    zh: 而不是|而非|替换|重命名|改名|移动[到至]|移至|上一个|上次|之前的
""")

# Beside a name, these say that no value is expected: it is taken away, or only referred to.
NO_VALUE = Words(r"""
    en: no longer.*|blank|(?<!not )(?<!non-)empty|remov\w*|disabled|turned off|off|delet\w*|unset
        |deprecat\w*|unused|procedure|not (?:be )?(?:set|defined|present|used|needed|required)
        |runbook|documented|documentation|rotation (?:policy|plan)|error code|returns?|status code
        |placeholders?|your(?= ⟨)|(?:kept|stored|saved|held) in (?:the |a |our )?(?:\w+ )?(?:vault
        |password manager|1password|secret manager|secrets manager|keychain)
    de: entfern\w*|gelöscht|deaktiviert|(?:aus|ab)geschaltet|(?:deine?[mnr]?|ihren?)(?= ⟨)
        |platzhalter
    es: elimin\w*|borr\w*|desactivad\w|deshabilitad\w|tus?(?= ⟨)|documentad\w
    fr: supprim\w*|retir\w*|désactivée?s?|(?:votre|vos)(?= ⟨)|documentée?s?
    id: dihapus|hapus|dinonaktifkan
    it: rimoss\w|elimina\w*|disattivat\w|documentat\w
    ja: 削除|無効|不要|オフ
    ko: 삭제|제거|비활성
    nl: verwijder\w*|uitgeschakeld|(?:jouw|uw)(?= ⟨)
    pt: remov\w+|exclu\w+|desativad\w|desabilitad\w|documentad\w
    ru: удал\w+|отключ\w+|выключ\w+|ваш\w*(?= ⟨)|документ\w+
    tr: kaldır\w*|silin\w*|devre dışı|kapalı|kapat\w*
    uk: видал\w+|вимкн\w+|ваш\w*(?= ⟨)
    vi: xóa|xoá|gỡ
    zh: 删除|移除|废弃|禁用|关闭|停用|(?:你的|您的) ?(?=⟨)
""")

# A value with one of these is to be filled in, or to be made.
PLACEHOLDER = Words(r"""
    en: your[-_ ]?\w*|my[-_]\w+|example|placeholder|change[-_ ]?me|x\.y\.z|vx\.y\.z|openssl|rand
        |uuidgen|random\w*|generat\w+|todo|tbd|secure|strong
    de: dein\w*|ihr\w*|beispiel
    es: tu|su|ejemplo|aqu[ií]
    fr: votre|exemple|ici
    id: anda|contoh
    it: tuo|vostro|esempio
    ja: あなたの|例
    ko: 여기에|예시|당신
    nl: jouw|uw|voorbeeld
    pt: seu|sua|exemplo|aqui
    ru: ваш\w*|пример
    tr: sizin|örnek
    uk: ваш\w*|приклад
    vi: của bạn|ví dụ
    zh: 你的|您的|示例
""")

# Tests that CI does not run.
OTHER_TESTS = Words(r"""
    en: smoke|penetration|load|stress|spike|soak|chaos|recovery|manual\w*|acceptance|uat|restore
        |backups?|browsers?|realworld|deploy\w*|rollback|failover|performance|a/b|security scan
        |local\w*|health
    de: manuell\w*|last-?tests?|abnahme
    es: manual\w*|carga|aceptación|local\w*
    fr: manuel\w*|charge|recette|local\w*
    pt: manua\w+|carga|aceitação|local\w*
    ru: ручн\w+|нагруз\w+|локальн\w+
    ja: 手動|負荷|ローカル
    ko: 수동|부하|로컬
    zh: 手动|压力|负载|本地|验收
""")

# This job cannot see what is set in these places: a value in its environment proves only a part.
ELSEWHERE = Words(r"""
    en: vercel|netlify|heroku|render|railway|fly(?:\.io)?|cloudflare|wrangler|supabase|firebase
        |convex|streamlit|cpanel|kubernetes|k8s|kubectl|helm|argocd|ecs|eks|gke|lambda|cloud run
        |app engine|amplify|aws|azure|gcp|digitalocean|hetzner|linode|plesk|nginx|server|vps|vm|host
        |hosting|hosts|docker|container|pods?|cluster|ssh|dashboard|console|panel|portal|local
        |locally|laptop|workstation|manual|manually|staging|dev|development|optional|example
        |terraform|vault|parameter store|secrets manager|1password|doppler|ansible|expo|eas|ios
        |android|app store|xcode|phase \d+|rollback|troubleshooting|if|when|unless
    de: lokal\w*
    es: servidor|opciona\w*|localmente
    fr: serveur|optionnel\w*|localement
    it: locale|localmente
    ja: サーバー?|ローカル|手元
    ko: 서버|로컬
    ru: сервер\w*|локальн\w+
    tr: sunucu\w*|yerel\w*
    uk: сервер\w*|локальн\w+
    vi: máy chủ
    zh: 服务器|本地
""")
CONDITIONAL = Words(r"""
    en: if|when|whenever|unless|where|in case|only for|optional\w*|depending|as needed|as applicable
        |applicable|either|or|^one of|(?:pick|choose) (?:one|an?)
    de: falls|wenn|sofern|optional\w*|(?:bei|nach) bedarf|gegebenenfalls
    es: si|cuando|opciona\w*|en caso
    fr: lorsque|optionnel\w*
    any: \?|？
    id: jika|bila|apabila|opsional
    it: qualora|opzional\w+|facoltativ\w+|se(?= (?:il?|la|le|gli|si|è|\w+at[oaei])\b)
    ja: 場合|任意|もし|オプション|必要に応じて
    ko: 선택|경우
    nl: indien|wanneer|optionee?l\w*
    pt: quando|caso|se(?= (?:houver|for|os?|as?|estiver)\b)
    ru: если|опциональн\w+|при необходимости
    tr: eğer|ise|gerekirse|isteğe bağlı|opsiyonel
    uk: якщо|опціональн\w+|за потреби
    vi: nếu|khi
    zh: 如果|可选|若
""")
# What is named beside these is not so, or must not be so.
DENIED = Words(r"""
    en: not|never|no longer|no more|don't|cannot|\w+n['’]t|forbidden|prohibited|avoid
        |no(?= ⟨[nap])|without(?= ⟨[nap])
    de: nicht|nie(?:mals)?|verboten
    es: (?:ya )?no (?:est[aá]n?|es|son|deben?|debería\w*|pueden?|existen?|responden?|hay|se
        |\w+[aei]r)|nunca|prohibid\w+
    fr: n['’]\w+|ne(?= \w+ (?:pas|plus|jamais))|pas|plus jamais|jamais|interdite?s?
    id: tidak|belum|jangan|bukan|dilarang
    it: non(?!-)|mai|vietat\w
    ja: ない|ません|禁止|不要|不可
    ko: 아님|않|금지|안 ?(?:되|됨|된)|말 ?것|마세요|불가
    nl: niet|nooit|verboden
    pt: não|nunca|proibid\w+
    ru: не|никогда|нельзя|запрещ\w+|отсутству\w+|недоступ\w+
    tr: değil|\w+(?:me|ma)(?:di|dı|meli|malı|yin|yın|yan|yen)|\w+(?:mez|maz)|yasak
    pl: nie
    uk: не|ні|ніколи|заборон\w+|відсутн\w+|недоступн\w+
    vi: không|chưa|đừng|cấm
    zh: 不|未|没|沒|禁止|切勿|请勿
""")
NEGATED = Words(r"""
    en: no|without
    de: kein\w*
    es: sin|ningún|ningun
    fr: sans|aucun|non(?!-)
    id: tanpa
    it: nessun\w*
    ja: なし|せず
    ko: 없(?:음|이|다|습)
    nl: geen
    pt: sem|nenhum
    ru: нет
    tr: yok
    uk: немає
    zh: 无|無
""")

# A list under such a heading is copied for a release, or is for those who change the code.
FOR_OTHERS = Words(r"""
    any: contribu|kontribu|контриб|mitwirk|beitragen|bijdragen|katkı|đóng góp|コントリビュー|貢献
        |기여|贡献
        |^[\W\d_]*(?:templates?|samples?|vorlagen?|plantillas?|modèles?|modell[oi]|modelos?
        |sjablonen|şablonlar?|шаблон[иы]?|テンプレート|ひな形|템플릿|模板|范例)(?:\W*$| (?:for|of) )
    en: (?:issue|pull request|pr|merge request|check ?list|release|deploy\w*|report) templates?
""")
# A heading with one of these lists what goes wrong, or what has to be changed.
MISTAKES = Words(r"""
    en: mistakes?|pitfalls?|gotchas?|anti-?patterns?|wrong|obsolete|deprecated|retired|unused
        |defaults|default (?:values|credentials|passwords)
    de: fehler|veraltet\w*|falsch\w*
    es: errores|obsolet\w+
    fr: erreurs|obsolètes?
    it: errori|obsolet\w+
    ja: 間違い|誤り|廃止
    ko: 실수|폐기
    nl: fouten|verouderd\w*
    pt: erros|obsolet\w+
    ru: ошибки|устарев\w+
    uk: помилки|застаріл\w+
    zh: 错误|误区|弃用|过时
""")
# A list under a heading with one of these is not only of what must be there.
ASKS_MORE = Words(r"""
    en: review\w*|chang\w+|replac\w+|rotat\w+|clean\w*|migrat\w+|old|legacy|upload\w*|rollback
        |default\w*|wrong|bad|known|ignor\w*|exclu\w*|skip\w*|unwanted|temporary|missing|todo
        |pending|write|run|troubleshoot\w*|fix\w*|examples?
    de: prüfen|ändern|ersetzen|alte?|hochladen|beispiele?
    es: revisar|cambi\w+|reemplaz\w+|antigu\w+|subir|ejemplos?
    fr: vérifier|chang\w+|remplac\w+|ancien\w*|exemples?
    ja: 変更|見直し|旧|例
    ko: 변경|검토|교체|예시
    pt: revisar|alter\w+|substitu\w+|antig\w+|exemplos?
    ru: провер\w+|измен\w+|замен\w+|стар\w+|пример\w*
    zh: 修改|更改|替换|审查|旧|示例
""")

_PRODUCTION = Words(names_of("production"))
_OTHER_ENVIRONMENT = Words(rf"""
    any: \blo[ck]al(?!host)|локальн|ローカル|本地|로컬
    {names_of("staging", "development", "preview", "sandbox")}
""")
_ASIDE = re.compile(r"[(（][^()（）]*[)）]")
_ALTERNATIVES = re.compile(r"\b[A-Z][A-Z0-9]*_[A-Z0-9_]+ ?/ ?[A-Z]")  # `A_URL` / `B_URL`
CONDITION = re.compile(r"\(?\b(?:if|when|whenever|unless|where)\b[^()]*\)?", re.IGNORECASE)


def negated(text: str) -> bool:
    """Whether the text, in lower case, says no."""
    return DENIED.found_in(text) or NEGATED.found_in(text)


def of_another_environment(text: str) -> bool:
    """Whether the text, in lower case, is about another environment than production alone."""
    return _OTHER_ENVIRONMENT.found_in(text) and not _PRODUCTION.found_in(text)


def denied(text: str) -> bool:
    """Whether the text, in lower case, says of something that it is not so, or must not be. What is
    in parentheses only explains: "(not debug)", and so does a condition.
    """
    return DENIED.found_in(CONDITION.sub("", _ASIDE.sub("", text)))


def elsewhere(text: str) -> bool:
    """Whether the text is about another place than this job, or a case that may not be this one."""
    return ELSEWHERE.found_in(text.lower())


def conditional(item: Item) -> bool:
    """Whether the item may not hold in a release, or may hold in one of several ways."""
    return (
        item.conditional
        or item.optional
        or CONDITIONAL.found_in(item.text.lower())
        or _ALTERNATIVES.search(item.text) is not None
        or any(CONDITIONAL.found_in(fold(title)) for title in item.section)
    )
