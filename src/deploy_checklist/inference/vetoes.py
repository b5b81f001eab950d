"""Words because of which something is not looked at, or an item waits for a person: a table for
each reason, in it a row for each language.
"""

from __future__ import annotations

import re

from ..checklist.environments import names_of
from ..checklist.model import Item, fold
from .phrases import Rows
from .words import Words

# What begins with one of these is a person's own act, which names something and asks nothing of it.
PERSONS_ACT: Rows = {
    "en": r"copy|note(?: down)?|write down|back ?up|notify|announce|tell|inform|paste|find"
    r"|go to|log ?in|read|review with|ask|remember|record|print|send|email|download|bookmark|try",
    "de": r"kopiere\w*|notiere\w*|sichere\w*|informiere\w*|gehe|frage\w*|sende\w*",
    "es": r"copiar?|anotar?|apuntar?|respaldar|notificar|avisar|ir a|buscar|enviar",
    "fr": r"copie[rz]?|note[rz]?|sauvegarde[rz]?|prévenir|informe[rz]?|aller|envoye[rz]?"
    r"|cherche[rz]?",
    "id": r"salin|catat|beritahu|kirim|buka|cari",
    "it": r"copia\w*|annota\w*|avvisa\w*|vai|invia\w*|cerca\w*",
    "ja": r"コピー|メモ",
    "ko": r"복사|메모",
    "nl": r"kopieer|noteer|informeer|ga naar|verstuur|zoek",
    "pt": r"copiar?|anotar?|avisar|notificar|ir para|enviar",
    "ru": r"скопир\w+|запиш\w+|запис\w+|сообщ\w+|перей\w+|отправ\w+|найти",
    "tr": r"kopyala\w*|not al\w*|bildir\w*|gönder\w*",
    "uk": r"скопію\w+|запиш\w+|повідом\w+|перей\w+|надісла\w+|знайти",
    "vi": r"sao chép|ghi lại|thông báo|gửi|tìm",
    "zh": r"复制|记录|备份|通知|记下|粘贴",
}

# A page to work on proves nothing by answering.
VISIT: Rows = {
    "en": r"visit|open|go to|see|docs?|documentation|console|dashboard|update|edit|publish|create"
    r"|select|click|add|list|sign ?up|log ?in|register|submit|e\.g|example|like|such as|post|put"
    r"|patch|delete|redirects?|use",
    "de": r"besuche\w*|öffne\w*|gehe|siehe|bearbeite\w*|anlegen|eintragen|überwacht",
    "es": r"visit\w+|abrir|abre|ir a|ver|edit\w+|crear|monitoread\w",
    "fr": r"visite[rz]?|ouvrir|ouvrez|aller|voir|modifie[rz]?|créer|consulter|surveillée?",
    "id": r"buka|kunjungi|lihat|ubah|buat|daftar|dipantau",
    "it": r"visita\w*|apri\w*|vai|vedi|modifica\w*|crea\w*|monitorat\w",
    "ja": r"開く|参照|編集|作成|登録|監視",
    "ko": r"열기|참조|편집|생성|등록|모니터링",
    "nl": r"bezoek|open|ga naar|zie|bewerk|maak|gemonitord",
    "pt": r"visite\w*|abrir|abra|acesse|acessar|ver|editar|criar|monitorad\w",
    "ru": r"откро\w+|открыть|перей\w+|зай\w+|см|созда\w+|мониторит\w*",
    "tr": r"ziyaret\w*|aç(?:ın)?|git|bak|düzenle\w*|oluştur\w*|izleniyor",
    "uk": r"відкри(?:ти|йте)|перей\w+|зай\w+|див|створи\w+|моніторит\w*",
    "vi": r"mở|vào|xem|sửa|tạo|đăng ký",
    "zh": r"打开|前往|登录|参见|编辑|创建|浏览器访问|注册",
}
# Some tool asks the address all the time.
WATCHED: Rows = {
    "en": r"scrap\w+|monitor\w*|uptime|alert\w*|polls?|load tests?|rate[- ]limit\w*|lockout",
    "de": r"überwach\w+",
    "es": r"monitore\w+",
    "fr": r"surveill\w+",
    "id": r"dipantau|pantau",
    "it": r"monitorat\w",
    "ja": "監視",
    "ko": "모니터링",
    "nl": r"gemonitord|bewaakt",
    "pt": r"monitora\w+",
    "ru": r"мониторит\w*|мониторинг\w*",
    "tr": r"izleniyor|izleme\w*",
    "uk": r"моніторит\w*|моніторинг\w*",
    "vi": r"giám sát",
    "zh": "监控",
}

# Before a path, these say that it is only spoken of.
ONLY_SPOKEN_OF: Rows = {
    "en": r"see(?: also)?|refer(?:ring)? to|as per|per|follow(?:ing)?|documented in|described in"
    r"|from|against|conventions in|using|reference|runs?|running|executed?|via|through|by|with|like"
    r"|on|in(?= the readme)|steps in|instructions in|as in|listed in|according to",
    "de": r"siehe|laut|gemäß|nach|aus|mit|über|per|durch|beschrieben in|anhand von",
    "es": r"ver|según|seguir|desde|con|mediante|usando|véase|consultar",
    "fr": r"voir|selon|suivre|depuis|avec|via|cf|consulter|d'après",
    "id": r"lihat|sesuai|dari|dengan|melalui|ikuti",
    "it": r"vedi|secondo|seguire|da|con|tramite|consultare",
    "ja": r"参照[:：]?",
    "ko": r"참조[:：]?|참고[:：]?",
    "nl": r"zie|volgens|volg|vanuit|met|via",
    "pt": r"ver|veja|conforme|seguir|de|com|via|usando|consultar",
    "ru": r"см|смотри|согласно|по|из|с помощью|через",
    "tr": r"bkz|bakınız",
    "uk": r"див|згідно|за|з|через",
    "vi": r"xem|theo|từ|bằng|chọn",
    "zh": r"见|参见|参考|参照|按照|根据|来自|通过|选择|使用",
}
# An address with one of these beside it must not answer everybody.
CLOSED_OFF: Rows = {
    "en": r"protected|restricted|blocked|disabled|turned off|shut down|offline|revoked|internal"
    r"|internally|private|behind|vpn|firewall\w*"
    r"|only (?:\w+ )?(?:reachable|accessible|available|from)"
    r"|(?:requires?|needs?) (?:\w+ )?(?:auth\w*|login|tokens?|credentials|password)"
    r"|no (?:public|external) access|secured",
    "de": r"geschützt|gesperrt|deaktiviert|abgeschaltet|intern|nur (?:intern|aus|über|im)",
    "es": r"protegid\w|bloquead\w|des(?:habilita|activa)d\w|restringid\w|intern(?:[ao]s?|amente)"
    r"|solo desde",
    "fr": r"protégée?|bloquée?|désactivée?|restreinte?|interne|uniquement|seulement",
    "id": r"dilindungi|diblokir|dinonaktifkan|internal|hanya",
    "it": r"protett\w|bloccat\w|disattivat\w|intern\w|solo d\w+",
    "ja": "保護|遮断|無効|内部|制限|のみ|認証",
    "ko": "차단|비활성|내부|제한|보호|인증",
    "nl": r"beveiligd|geblokkeerd|uitgeschakeld|intern|alleen",
    "pt": r"protegid\w|bloquead\w|des(?:ativa|abilita)d\w|restrit\w|intern(?:[ao]s?|amente)"
    r"|somente|apenas",
    "ru": r"закрыт\w*|защищ\w+|заблокирован\w*|отключ\w+|внутренн\w+|только|ограничен\w*",
    "tr": r"korumalı|engelli|engellendi|devre dışı|dahili|sadece|yalnızca|kapalı",
    "uk": r"закрит\w*|захищ\w+|заблокован\w*|вимкн\w+|внутрішн\w+|тільки|лише",
    "vi": r"bảo vệ|chặn|tắt|nội bộ|chỉ",
    "zh": "保护|禁用|关闭|屏蔽|内网|仅|限制|鉴权",
}
# With one of these beside it, a value is the one that was before, or is not meant.
REPLACED: Rows = {
    "en": r"rather than|instead of|replac\w+|anything but|chang\w+ from",
    "de": r"statt|anstelle|ersetz\w+",
    "es": r"en lugar de|en vez de|reemplaz\w+",
    "fr": r"au lieu de|remplac\w+",
    "it": r"invece di|sostitu\w+",
    "ja": "の代わりに|置き換え",
    "ko": "대신|교체",
    "pt": r"em vez de|substitu\w+",
    "ru": r"вместо|замен\w+",
    "zh": "而不是|而非|替换",
}

# Beside a name, these say that no value is expected: it is taken away, or only referred to.
NO_VALUE: Rows = {
    "en": r"no longer.*|blank|(?<!not )(?<!non-)empty|remov\w*|disabled|turned off|off|delet\w*"
    r"|unset|deprecat\w*|unused|procedure"
    r"|not (?:be )?(?:set|defined|present|used|needed|required)|runbook|documented|documentation"
    r"|rotation (?:policy|plan)|error code|returns?|status code|placeholders?|your(?= ⟨)"
    r"|(?:kept|stored|saved|held) in (?:the |a |our )?(?:\w+ )?(?:vault|password manager"
    r"|1password|secret manager|secrets manager|keychain)",
    "de": r"entfern\w*|gelöscht|deaktiviert|(?:aus|ab)geschaltet|(?:deine?[mnr]?|ihren?)(?= ⟨)"
    r"|platzhalter",
    "es": r"elimin\w*|borr\w*|desactivad\w|deshabilitad\w|tus?(?= ⟨)|documentad\w",
    "fr": r"supprim\w*|retir\w*|désactivée?s?|(?:votre|vos)(?= ⟨)|documentée?s?",
    "id": r"dihapus|hapus|dinonaktifkan",
    "it": r"rimoss\w|elimina\w*|disattivat\w|documentat\w",
    "ja": r"削除|無効|不要|オフ",
    "ko": r"삭제|제거|비활성",
    "nl": r"verwijder\w*|uitgeschakeld|(?:jouw|uw)(?= ⟨)",
    "pt": r"remov\w+|exclu\w+|desativad\w|desabilitad\w|documentad\w",
    "ru": r"удал\w+|отключ\w+|выключ\w+|ваш\w*(?= ⟨)|документ\w+",
    "tr": r"kaldır\w*|silin\w*|devre dışı|kapalı|kapat\w*",
    "uk": r"видал\w+|вимкн\w+|ваш\w*(?= ⟨)",
    "vi": r"xóa|xoá|gỡ",
    "zh": r"删除|移除|废弃|禁用|关闭|停用|(?:你的|您的) ?(?=⟨)",
}

# A value with one of these is to be filled in, or to be made.
PLACEHOLDER: Rows = {
    "en": r"your[-_ ]?\w*|my[-_]\w+|example|placeholder|change[-_ ]?me|x\.y\.z|vx\.y\.z|openssl"
    r"|rand|uuidgen|random\w*|generat\w+|todo|tbd|secure|strong",
    "de": r"dein\w*|ihr\w*|beispiel",
    "es": r"tu|su|ejemplo|aqu[ií]",
    "fr": r"votre|exemple|ici",
    "id": r"anda|contoh",
    "it": r"tuo|vostro|esempio",
    "ja": "あなたの|例",
    "ko": "여기에|예시|당신",
    "nl": r"jouw|uw|voorbeeld",
    "pt": r"seu|sua|exemplo|aqui",
    "ru": r"ваш\w*|пример",
    "tr": r"sizin|örnek",
    "uk": r"ваш\w*|приклад",
    "vi": r"của bạn|ví dụ",
    "zh": "你的|您的|示例",
}

# Tests that CI does not run.
OTHER_TESTS: Rows = {
    "en": r"smoke|penetration|load|stress|spike|soak|chaos|recovery|manual\w*|acceptance|uat"
    r"|restore|backups?|browsers?|realworld|deploy\w*|rollback|failover"
    r"|performance|a/b|security scan|local\w*|health",
    "de": r"manuell\w*|last|abnahme",
    "es": r"manual\w*|carga|aceptación|local\w*",
    "fr": r"manuel\w*|charge|recette|local\w*",
    "pt": r"manua\w+|carga|aceitação|local\w*",
    "ru": r"ручн\w+|нагруз\w+|локальн\w+",
    "ja": "手動|負荷|ローカル",
    "ko": "수동|부하|로컬",
    "zh": "手动|压力|负载|本地|验收",
}

# This job cannot see what is set in these places: a value in its environment proves only a part.
ELSEWHERE: Rows = {
    "en": r"vercel|netlify|heroku|render|railway|fly(?:\.io)?|cloudflare|wrangler|supabase|firebase"
    r"|convex|streamlit|cpanel|kubernetes|k8s|kubectl|helm|argocd|ecs|eks|gke|lambda|cloud run"
    r"|app engine|amplify|aws|azure|gcp|digitalocean|hetzner|linode|plesk|nginx|server|vps|vm|host"
    r"|hosting|hosts|docker|container|pods?|cluster|ssh|dashboard|console|panel|portal|local"
    r"|locally|laptop|workstation|manual|manually|staging|dev|development|optional|example"
    r"|terraform|vault|parameter store|secrets manager|1password|doppler|ansible|expo|eas|ios"
    r"|android|app store|xcode|phase \d+|rollback|troubleshooting|if|when|unless",
    "de": r"lokal\w*",
    "es": r"servidor|opciona\w*|localmente",
    "fr": r"serveur|optionnel\w*|localement",
    "it": r"locale|localmente",
    "ja": "サーバー?|ローカル|手元",
    "ko": "서버|로컬",
    "ru": r"сервер\w*|локальн\w+",
    "tr": r"sunucu\w*|yerel\w*",
    "uk": r"сервер\w*|локальн\w+",
    "vi": r"máy chủ",
    "zh": "服务器|本地",
}
CONDITIONAL: Rows = {
    "en": r"if|when|whenever|unless|where|in case|only for|optional\w*|depending|as needed"
    r"|as applicable|applicable|either|or|^one of|(?:pick|choose) (?:one|an?)",
    "de": r"falls|wenn|sofern|optional\w*|(?:bei|nach) bedarf|gegebenenfalls",
    "es": r"si|cuando|opciona\w*|en caso",
    "fr": r"lorsque|optionnel\w*",
    "any": r"\?|？",
    "id": r"jika|bila|apabila|opsional",
    "it": r"qualora|opzional\w+|facoltativ\w+|se(?= (?:il?|la|le|gli|si|è|\w+at[oaei])\b)",
    "ja": "場合|任意|もし|オプション|必要に応じて",
    "ko": "선택|경우",
    "nl": r"indien|wanneer|optionee?l\w*",
    "pt": r"quando|caso|se(?= (?:houver|for|os?|as?|estiver)\b)",
    "ru": r"если|опциональн\w+|при необходимости",
    "tr": r"eğer|ise|gerekirse|isteğe bağlı|opsiyonel",
    "uk": r"якщо|опціональн\w+|за потреби",
    "vi": r"nếu|khi",
    "zh": "如果|可选|若",
}
# What is named beside these is not so, or must not be so.
DENIED: Rows = {
    "en": r"not|never|no longer|no more|don't|cannot|\w+n['’]t|forbidden|prohibited|avoid",
    "de": r"nicht|nie(?:mals)?|verboten",
    "es": r"(?:ya )?no (?:est[aá]n?|es|son|deben?|debería\w*|pueden?|existen?|responden?|hay|se"
    r"|\w+[aei]r)|nunca|prohibid\w+",
    "fr": r"n['’]\w+|ne(?= \w+ (?:pas|plus|jamais))|pas|plus jamais|jamais|interdite?s?",
    "id": r"tidak|belum|jangan|bukan|dilarang",
    "it": r"non(?!-)|mai|vietat\w",
    "ja": "ない|ません|禁止|不要|不可",
    "ko": "아님|않|금지|안 ?(?:되|됨|된)|말 ?것|마세요|불가",
    "nl": r"niet|nooit|verboden",
    "pt": r"não|nunca|proibid\w+",
    "ru": r"не|никогда|нельзя|запрещ\w+|отсутству\w+|недоступ\w+",
    "tr": r"değil|\w+(?:me|ma)(?:di|dı|meli|malı|yin|yın|yan|yen)|\w+(?:mez|maz)|yasak",
    "pl": r"nie",
    "uk": r"не|ні|ніколи|заборон\w+|відсутн\w+|недоступн\w+",
    "vi": r"không|chưa|đừng|cấm",
    "zh": "不|未|没|沒|禁止|切勿|请勿",
}
NEGATED: Rows = {
    "en": r"no|without",
    "de": r"kein\w*",
    "es": r"sin|ningún|ningun",
    "fr": r"sans|aucun|non(?!-)",
    "it": r"nessun\w*",
    "ja": "なし|せず",
    "nl": r"geen",
    "pt": r"sem|nenhum",
    "ru": r"нет",
    "tr": r"yok",
    "uk": r"немає",
    "zh": "无|無",
}
# A heading with one of these lists what goes wrong, or what has to be changed.
MISTAKES: Rows = {
    "en": r"mistakes?|pitfalls?|gotchas?|anti-?patterns?|wrong|obsolete|deprecated|retired|unused"
    r"|defaults|default (?:values|credentials|passwords)",
    "de": r"fehler|veraltet\w*|falsch\w*",
    "es": r"errores|obsolet\w+",
    "fr": r"erreurs|obsolètes?",
    "it": r"errori|obsolet\w+",
    "ja": "間違い|誤り|廃止",
    "ko": "실수|폐기",
    "nl": r"fouten|verouderd\w*",
    "pt": r"erros|obsolet\w+",
    "ru": r"ошибки|устарев\w+",
    "uk": r"помилки|застаріл\w+",
    "zh": "错误|误区|弃用|过时",
}

# A list under a heading with one of these is not only of what must be there.
ASKS_MORE: Rows = {
    "en": r"review\w*|chang\w+|replac\w+|rotat\w+|clean\w*|migrat\w+|old|legacy|upload\w*|rollback"
    r"|default\w*|wrong|bad|known|ignor\w*|exclu\w*|skip\w*|unwanted|temporary|missing|todo|pending|write|run|troubleshoot\w*|fix\w*|examples?",
    "de": r"prüfen|ändern|ersetzen|alte?|hochladen|beispiele?",
    "es": r"revisar|cambi\w+|reemplaz\w+|antigu\w+|subir|ejemplos?",
    "fr": r"vérifier|chang\w+|remplac\w+|ancien\w*|exemples?",
    "ja": "変更|見直し|旧|例",
    "ko": "변경|검토|교체|예시",
    "pt": r"revisar|alter\w+|substitu\w+|antig\w+|exemplos?",
    "ru": r"провер\w+|измен\w+|замен\w+|стар\w+|пример\w*",
    "zh": "修改|更改|替换|审查|旧|示例",
}
# What is named under such a heading must not be uploaded or committed.
NOT_UPLOADED: Rows = {
    "en": r"(?:not|never|don't|exclude[ds]?) (?:to )?(?:be )?(?:upload|commit|push|track)\w*",
    "de": r"nicht (?:hochladen|committen|einchecken)",
    "es": r"no (?:subir|commitear)",
    "fr": r"ne pas (?:envoyer|committer|versionner)",
    "ja": "コミットしない|アップロードしない",
    "ko": "(?:커밋|업로드)하지",
    "pt": r"não (?:subir|enviar|commitar)",
    "ru": r"не (?:загружать|коммитить)",
    "zh": "(?:不要|禁止|不应|不能)(?:上传|提交)",
}

_ELSEWHERE, _CONDITIONAL, _DENIED = map(Words, (ELSEWHERE, CONDITIONAL, DENIED))
_NEGATED = Words(DENIED, NEGATED)
_LOCAL: Rows = {"any": r"\blo[ck]al(?!host)|локальн|ローカル|本地|로컬"}
_PRODUCTION = Words(names_of("production"))
_OTHER_ENVIRONMENT = Words(names_of("staging", "development", "preview", "sandbox"), _LOCAL)
_ASIDE = re.compile(r"[(（][^()（）]*[)）]")
_ALTERNATIVES = re.compile(r"\b[A-Z][A-Z0-9]*_[A-Z0-9_]+ ?/ ?[A-Z]")  # `A_URL` / `B_URL`
CONDITION = re.compile(r"\(?\b(?:if|when|whenever|unless|where)\b[^()]*\)?", re.IGNORECASE)


def negated(text: str) -> bool:
    """Whether the text, in lower case, says no."""
    return _NEGATED.found_in(text)


def of_another_environment(text: str) -> bool:
    """Whether the text, in lower case, is about another environment than production alone."""
    return _OTHER_ENVIRONMENT.found_in(text) and not _PRODUCTION.found_in(text)


def denied(text: str) -> bool:
    """Whether the text, in lower case, says of something that it is not so, or must not be. What is
    in parentheses only explains: "(not debug)", and so does a condition.
    """
    return _DENIED.found_in(CONDITION.sub("", _ASIDE.sub("", text)))


def elsewhere(text: str) -> bool:
    """Whether the text is about another place than this job, or a case that may not be this one."""
    return _ELSEWHERE.found_in(text.lower())


def conditional(item: Item) -> bool:
    """Whether the item may not hold in a release, or may hold in one of several ways."""
    return (
        item.conditional
        or item.optional
        or _CONDITIONAL.found_in(item.text.lower())
        or _ALTERNATIVES.search(item.text) is not None
        or any(_CONDITIONAL.found_in(fold(title)) for title in item.section)
    )
