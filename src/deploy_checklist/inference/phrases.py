"""The words that ask for something a machine can look at: the closed sentence forms, and a table
for each thing, in it a row for each language. All are matched in lower case; in languages without
spaces between words anywhere in a text.
"""

from __future__ import annotations

from collections.abc import Mapping

Rows = Mapping[str, str]  # a regular expression for each language

# An address answers.
ANSWERS: Rows = {
    "en": r"returns?|respon\w+|answers?|(?<!not )(?:reachable|accessible|available)|loads?|live|up"
    r"|online|opens at|works|working|get|200|status(?: code)?|curl|health(?:y|z|check| checks?)?"
    r"|headers",
    "de": r"erreichbar|antwortet|liefert|funktioniert|verfügbar",
    "es": r"respond\w+|accesible|devuelve|disponible|funciona\w*",
    "fr": r"répond|accessible|renvoie|retourne|disponible|fonctionne",
    "id": r"mengembalikan|(?:dapat|bisa) diakses|merespons?|berfungsi",
    "it": r"risponde|raggiungibile|restituisce|disponibile|funziona",
    "ja": "動作|応答|返す|返る|返却|アクセス(?:可能|できる)|疎通|ヘルスチェック",
    "ko": "응답|반환|정상|접속 ?(?:가능|확인)|헬스",
    "nl": r"bereikbaar|antwoordt|beschikbaar|werkt",
    "pt": r"responde\w*|acessível|retorna\w*|devolve|disponível|funciona\w*",
    "ru": r"отвеча\w+|доступ\w*|возвраща\w+|работает|открывается",
    "tr": r"yanıt \w+|dön(?:üyor|dürüyor)|erişilebilir|çalışıyor|açılıyor",
    "uk": r"відповіда\w+|доступ\w*|поверта\w+|працює|відкривається",
    "vi": r"trả về|hoạt động|truy cập được|phản hồi",
    "zh": "返回|可访问|可以访问|能访问|能够访问|正常|响应|可达|健康",
}

# CI itself, and that it ended well.
CI: Rows = {
    "en": r"ci|tests?|test suites?|builds?|lint(?:ing|ers?)?|type ?check(?:s|ing)?|pipelines?"
    r"|compilation|github actions|workflows?(?: runs?)?|(?:status|lint\w*|format\w*|code|static)"
    r" checks|eslint|pytest|mypy|jest"
    r"|clippy|prettier",
    "de": r"ci|pipelines?|builds?|workflows?|(?:alle|unit|automatisierte)[- ]?tests",
    "es": r"ci|pipeline|build|compilación|workflows?|tests|pruebas (?:unitarias|automatizadas)",
    "fr": r"ci|pipeline|build|workflows?|tests(?: unitaires| automatisés)?",
    "id": r"ci|pipeline|build|workflows?|(?:semua|unit) tes[t]?",
    "it": r"ci|pipeline|build|workflow|(?:tutti i )?test(?: unitari| automatici)?",
    "ja": "(?:(?<![a-z])ci(?![a-z])|ビルド|パイプライン|ワークフロー|(?:全|単体|ユニット)テスト)",
    "ko": "(?:(?<![a-z])ci(?![a-z])|빌드|파이프라인|워크플로우?|(?:전체|모든|단위) ?테스트)",
    "nl": r"ci|pipelines?|build|workflows?|(?:alle|unit) ?tests",
    "pt": r"ci|pipeline|build|workflows?|testes(?: unitários| automatizados)?",
    "ru": r"ci|пайплайн\w*|сборк\w+|(?:все |юнит-?|unit-?|модульные )тесты",
    "tr": r"ci|pipeline|build|derleme|(?:tüm |birim )testler\w*",
    "uk": r"ci|пайплайн\w*|збірк\w+|(?:усі |всі |юніт-?|модульні )тести",
    "vi": r"ci|pipeline|build|workflow|(?:tất cả |toàn bộ )(?:các )?(?:unit )?tests?",
    "zh": "(?:(?<![a-z])(?:ci|actions)(?![a-z])|工作流|流水线|构建|(?:所有|全部|单元|集成)测试)",
}
SUCCEEDS: Rows = {
    "en": r"pass(?:es|ed|ing)?|green|clean|succe\w+|validated|executed|without (?:any )?errors?",
    "de": r"grün|erfolgreich|bestanden|fehlerfrei|läuft durch|laufen durch",
    "es": r"pasa\w*|en verde|exitos\w+|sin errores",
    "fr": r"passe\w*|réussi\w*|verte?s?|au vert|sans erreurs?",
    "id": r"berhasil|lulus|hijau|sukses|tanpa error",
    "it": r"passa\w*|verd[ei]|superat\w|senza errori|riuscit\w",
    "ja": "成功|パス|通過|グリーン|緑|エラーなし",
    "ko": "통과|성공|초록",
    "nl": r"slag\w+|groen|geslaagd|zonder fouten",
    "pt": r"passa\w*|verdes?|com sucesso|sem erros",
    "ru": r"проход\w+|пройден\w*|успеш\w+|зел[её]н\w+|без ошибок",
    "tr": r"başarılı|başarıyla|geç(?:ti|iyor)|yeşil|hatasız",
    "uk": r"прох\w+|пройден\w*|успіш\w+|зелен\w+|без помилок",
    "vi": r"thành công|pass|xanh|không (?:có )?lỗi",
    "zh": "通过|成功|绿色|绿灯|运行",
}

# The changelog, and that something is written into it.
CHANGELOG: Rows = {
    "en": r"change ?log|release history",
    "de": r"änderungsprotokoll|änderungshistorie",
    "es": r"registro de cambios|historial de cambios",
    "fr": r"journal des (?:modifications|changements)",
    "it": r"registro delle modifiche",
    "ja": "変更履歴|更新履歴|チェンジログ",
    "ko": "변경 ?(?:로그|이력)|체인지로그",
    "nl": r"wijzigingslog\w*",
    "pt": r"registro de (?:alterações|mudanças)",
    "ru": r"(?:журнал|список|история) изменений|ченджлог\w*",
    "tr": r"değişiklik (?:günlüğü|kaydı)",
    "uk": r"(?:журнал|список|історія) змін",
    "vi": r"nhật ký thay đổi",
    "zh": "变更日志|更新日志|變更日誌|更新日誌",
}
WRITTEN: Rows = {
    "en": r"updat\w+|add(?:s|ed|ing)?|edit\w*|finali[sz]e\w*|writ\w+|generat\w+|check(?:ed)?|verify"
    r"|complete|entry|entries|up[- ]to[- ]date|reflects|includes|prepared|moved?",
    "de": r"aktuali\w+|ergänz\w+|gepflegt|eingetragen|eintrag|geschrieben",
    "es": r"actualiza\w*|añad\w+|agrega\w*|complet\w+|redacta\w*",
    "fr": r"mise? à jour|mettre à jour|ajout\w+|complét\w+|rédig\w+",
    "id": r"diperbarui|perbarui|diupdate|update|ditambahkan",
    "it": r"aggiorna\w*|aggiun\w+|complet\w+|scritt\w",
    "ja": "更新|追記|追加|記載|記入",
    "ko": "업데이트|갱신|작성|추가",
    "nl": r"bijgewerkt|bijwerken|aangevuld|geschreven",
    "pt": r"atualiza\w*|adiciona\w*|complet\w+|escrit\w",
    "ru": r"обнов\w+|дополн\w+|заполн\w+|написан\w*",
    "tr": r"güncel\w+|eklen\w+|yazıl\w+",
    "uk": r"оновл\w+|доповн\w+|заповн\w+|написан\w*",
    "vi": r"cập nhật|bổ sung|viết",
    "zh": "更新|添加|补充|填写|编写",
}

# GitHub's own objects: these words begin a sentence that asks for one.
_A = r"(?:the |a |an |this |new |git |github |signed |annotated |release |version )*"
TAG: Rows = {
    "en": rf"(?:create|push|make|add|cut|sign|publish)(?:[ ,]+(?:and )?\w+)? {_A}tags?"
    r"(?! (?:protection|rule|filter|message|format|line))"
    r"|(?:git )?tag(?: \w+){0,3} (?:created|pushed|exists|signed)"
    r"|tag (?:and \w+ \w+ )?(?:should|must)|(?:git )?tag (?:the |this )?(?:release|version|commit)"
    r"|git tag|git push .{0,80}(?:--tags|v[\d$x])",
    "de": r"(?:git-?)?tag (?:\w+ )?(?:erstell\w+|gesetzt|setzen|push\w+|gepusht)",
    "es": r"crear (?:y \w+ )?(?:el |la |un |una )?(?:tag|etiqueta)|(?:tag|etiqueta) cread\w",
    "fr": r"(?:créer|pousser|poser) (?:et \w+ )?(?:le |un )?tag|tag (?:git )?(?:créé|poussé)",
    "id": r"(?:buat|push|buat dan push) (?:git )?tag|tag (?:git )?dibuat",
    "it": r"(?:creare|crea|pubblica\w*) (?:e \w+ )?(?:il |un )?tag|tag creat\w",
    "ja": "タグを?(?:作成|打つ|打ち|付け|プッシュ)|git tag",
    "ko": "태그 ?(?:생성|푸시|추가)|git tag",
    "nl": r"(?:git-?)?tag (?:aanmaken|aangemaakt|gepusht|pushen)",
    "pt": r"criar (?:e \w+ )?(?:a |o |uma? )?tag|tag criada",
    "ru": r"(?:создать|поставить|запушить) (?:git-?)?тег|тег (?:создан|поставлен)\w*",
    "tr": r"(?:git )?tag(?:'\w+)? (?:oluştur\w*|ekle\w*|push\w*)|etiket oluştur\w*",
    "uk": r"(?:створити|поставити) (?:git-?)?тег|тег (?:створен|поставлен)\w*",
    "vi": r"(?:tạo|push|gắn|đánh) (?:git )?tag",
    "zh": "(?:打|打上|创建|推送) ?(?:git )?(?:标签|tag)|git tag",
}
RELEASE: Rows = {
    "en": rf"(?:create|draft|publish|make|cut|edit|check) (?:and \w+ )?{_A}(?:draft )?releases?"
    r"(?! (?:tag|note|branch|candidate|schedule|plan|check ?list|ticket|issue|pr|date|workflow"
    r"|process|team|manager|announce|blocker|build|page|is|are|on (?!git ?hub)|to |docs|version"
    r"|artifact)\w*)"
    r"|(?:git ?hub )?release (?:is |was )?(?:published|created|drafted)"
    r"|git ?hub release|gh release (?:create|edit)",
    "de": r"(?:git ?hub[- ])?release (?:erstell\w+|anlegen|angelegt|veröffentlich\w+)",
    "es": r"(?:crear|publicar) (?:la |el |un |una )?release|release (?:cread|publicad)\w",
    "fr": r"(?:créer|publier) (?:la |une |le )?release|release (?:créée|publiée)",
    "id": r"(?:buat|publikasikan|terbitkan) (?:github )?release",
    "it": r"(?:creare|crea|pubblica\w*) (?:la |una )?release|release (?:creat|pubblicat)\w",
    "ja": "github ?(?:release|リリース)s?[をの]?(?:作成|公開)",
    "ko": "(?:github |깃허브 )?릴리[스즈] ?(?:게시|생성)",
    "nl": r"(?:git ?hub )?release (?:aanmaken|aangemaakt|publiceren|gepubliceerd)",
    "pt": r"(?:criar|publicar) (?:a |o |uma? )?release|release (?:criada|publicada)",
    "ru": r"(?:создать|опубликовать) релиз|релиз (?:создан|опубликован)\w*",
    "tr": r"(?:git ?hub )?release (?:oluştur\w*|yayınla\w*)",
    "uk": r"(?:створити|опублікувати) реліз|реліз (?:створен|опублікован)\w*",
    "vi": r"(?:tạo|xuất bản) (?:github )?release",
    "zh": "(?:创建|发布|起草) ?(?:github )?release",
}

# What is not there any more: the word is beside the path.
GONE: Rows = {
    "en": r"remov(?:e|es|ed|ing)|delet(?:e|es|ed|ing)|drop(?:s|ped)?|get rid of|gone"
    r"|no longer there",
    "de": r"entfern(?:t|en|e)|gelöscht|löschen|lösche",
    "es": r"elimin(?:ar|ad[oa]s?)|borr(?:ar|ad[oa]s?)",
    "fr": r"supprim(?:er|ée?s?)|retir(?:er|ée?s?)",
    "id": r"hapus|dihapus",
    "it": r"rimuovere|rimoss[oiea]|elimina(?:re|t[oiea])",
    "ja": "を?削除(?:済み?|した|する)?|を?除去",
    "ko": "[을를]? ?(?:삭제|제거)(?:됨|함)?",
    "nl": r"verwijder(?:d|en)?",
    "pt": r"remov(?:er|id[oa]s?)|exclu(?:ir|íd[oa]s?)|apag(?:ar|ad[oa]s?)",
    "ru": r"удал(?:ить|[её]н\w*)",
    "tr": r"kaldır(?:ıldı|ın)?|silin(?:di|ir)?|sil",
    "uk": r"видал(?:ити|ен\w*)",
    "vi": r"xóa|xoá|gỡ bỏ",
    "zh": "已?(?:删除|移除|去掉)(?:了)?",
}

# A list under such a heading names files that are there.
FILES: Rows = {
    "en": r"files?|exists?|present|structure|included|committed|checked in|repo(?:sitory)?",
    "de": r"dateien|vorhanden",
    "es": r"archivos|ficheros",
    "fr": r"fichiers",
    "id": r"file|berkas",
    "it": r"file",
    "ja": "ファイル",
    "ko": "파일",
    "nl": r"bestanden",
    "pt": r"arquivos|ficheiros",
    "ru": r"файлы",
    "tr": r"dosyalar",
    "uk": r"файли",
    "vi": r"tệp",
    "zh": "文件",
}

# What the words in capitals of a closed form stand for. ⟨n0⟩ is a mark, see tokenize.py.
PARTS: Rows = {
    "NAMES": r"(?P<names>(?:⟨n\d+⟩)+)",
    "ASSIGNMENT": r"(?P<assignment>⟨a\d+⟩)",
    "COMMAND": r"(?P<command>⟨c\d+⟩)",
    "PATHS": r"(?P<paths>⟨p\d+⟩(?:(?:, | and |, and | or |, or )⟨p\d+⟩)*)",
    "VALUE": r"(?P<value>⟨[vu]\d+⟩)",
    "ENSURE": r"(?:(?:please )?(?:verify|ensure|check|confirm|make sure)(?: that)? )?",
    "BE": r"(?:(?:is|are|has been|have been|was|were) )?",
    "SETUP": r"(?:set|present|configured|defined|provided|populated|available|in place|filled in"
    r"|set up|not empty|non-empty|added)",
    "SORT": r"(?:(?:env(?:ironment)?|config(?:uration)?) (?:variables?|vars?|secrets?)|variables?"
    r"|secrets?|env vars?)",
    "PLACE": r"(?:(?:environment|env|github|repository|repo|actions|ci|job) )*",
    "STORE": r"(?:environment|env|secrets|variables|vars)",
    "WHERE": r"(?: (?:in|as|to|under) (?:the |an? )?PLACE(?:secrets?|environment|env|variables?"
    r"|vars?)"
    r"|(?: in| for) (?:the )?(?:target |deployment )?environment)?",
    # Someone who uses the value, not a property that it must have.
    "USER": r"(?:gateways?|providers?|services?|integrations?|clients?|vendors?|accounts?"
    r"|exporters?|backends?|adapters?)",
    "SUCCEEDED": r"(?:pass(?:es|ed|ing)?|succeed(?:s|ed)?|successful(?:ly)?|green|clean"
    r"|complete[sd]? successfully"
    r"|(?:runs?|compiles?|builds?|completes?)(?: cleanly| successfully| without (?:any )?errors?))",
    "TESTED": r"(?:all |the |full )*(?:(?:unit|integration|e2e|end-to-end|backend|frontend|contract"
    r"|regression|api|ui|production|static|security)(?:,| and|/)? )*"
    r"(?:tests?|test suite|linting|linter|lint|lint checks?|type ?checks?|type checking|build"
    r"|builds|code|typescript|typescript code|formatting|format checks?|project|checks?"
    r"|static analysis)",
    "INTEGRATION": r"(?:ci|ci/cd|ci pipeline|ci/cd pipeline|github actions|status checks"
    r"|required (?:status )?checks)(?: checks?| pipelines?| builds?| workflows?| jobs?| tests?)?",
    "LISTED": r"(?: \((?:(?:lint|test|tests|build|type ?check|types|e2e|unit|integration|format)"
    r"(?:, | and |\) ?)?)+\)?)?",
    "THERE": r"(?:exists?|must exist|present|there|existe|existent|presente|vorhanden|aanwezig"
    r"|существует|существуют|існує|есть|tồn tại|存在|存在する|存在します|mevcut|tersedia"
    r"|(?:present )?(?:in|part of) (?:the )?repo(?:sitory)?|checked in"
    r"|committed(?: to (?:the )?repo(?:sitory)?| to git)?)",
    "GIT": r"(?:git|github|(?:the |this )?(?:git )?repo(?:sitory)?|version control|source control)",
    "TRACKED": r"(?:(?:committed|tracked|checked in|pushed)(?: (?:to|in|into|by) GIT)?"
    r"|(?:stored )?in GIT)",
    "INTO": r"(?: (?:to|in|into) GIT)?",
    "UNLESS": r"(?:BE(?:not|never)|isn't|aren't|cannot be|(?:must|should|may|can) (?:not"
    r"|never) be)",
    "FORBIDDEN": r"(?:(?:must|should|may|can) not be (?:set|present|defined|configured)"
    r"|(?:is|are) (?:not (?:set|defined|present)|unset|absent))",
    "USEDBY": r"(?: for (?:the |our )?(?:[\w/.-]+ ){0,4}USER)?",
    "KEPT": r"(?:git-?ignored|ignored by git|(?:listed |included )?in (?:the |your )?⟨p\d+⟩)",
    "SPOTLESS": r"no (?:lint|linting|type|typescript|build|compile|compilation) "
    r"(?:errors?|warnings?|issues?)",
    "RECORD": r"(?:the )?(?:changelog|change log|⟨p\d+⟩)",
    "RELEASED": r"(?: (?:for|with) (?:the |this |new )*(?:release|version|changes|new version))?",
}

# Closed sentence forms: what is asked by a sentence, an example, and below it the whole sentence.
# `if run`: closed only where a workflow of this repository runs the command; `in a list`: only
# where nothing above the item asks more than that it is there; `of files`: and it speaks of files.
FORMS = r"""
present: `API_URL` is set.
  ENSURE(?:the )?(?:SORT )?NAMES (?:SORT )?BESETUPWHEREUSEDBY
present: Environment variables set: `API_URL`, `CACHE_URL`
  ENSURE(?:all )?(?:required |necessary |following )*SORT(?: are)? SETUP: NAMES
present: `MAIL_KEY` configured for transactional mail provider
  ENSURENAMES SETUP for (?:the |our )?(?:[\w/.-]+ ){0,5}USER
assigned: `NODE_ENV=production` is set
  ENSUREASSIGNMENT BESETUPWHERE
assigned in a list: `LOG_LEVEL=warn`
  ASSIGNMENT
equal: `LOG_LEVEL` is set to `info`
  ENSURENAMES (?:(?:is|are) )?(?:set to|equals?) VALUE
absent: `ALLOW_MOCKS` must not be set
  ENSURE(?:the )?(?:SORT )?NAMES FORBIDDENWHERE
absent: `OLD_TOKEN` removed from the environment
  ENSURENAMES BE(?:removed|deleted) from (?:the )?(?:production )?PLACESTORE
secure: `SHOP_URL` uses HTTPS
  ENSURENAMES (?:(?:uses?|is|are) https|(?:starts?|begins?) with https(?:://)?)
present: `API_URL` ist gesetzt
  NAMES (?:ist|sind) (?:gesetzt|konfiguriert|vorhanden)
present: `API_URL` est définie
  NAMES (?:est|sont) (?:définie?s?|configurée?s?)
present: `API_URL` está configurada
  NAMES (?:está|están) (?:definid[ao]s?|configurad[ao]s?)
present: `API_URL` está definida
  NAMES (?:está|estão) (?:definid[ao]s?|configurad[ao]s?)
present: `API_URL` 已设置
  NAMES ?已(?:设置|配置)
present: `API_URL` 설정됨
  NAMES(?:이|가)? 설정됨
run: `npm test` passes
  ENSURECOMMAND BESUCCEEDED
run: All unit tests pass (`npm test`)
  ENSURETESTED BESUCCEEDED(?:: | \(| with | )COMMAND\)?
run: No lint errors (`make lint`)
  ENSURE(?:there are )?SPOTLESS \(COMMAND\)
run if run: The licence check passed (`npm run check:licences`)
  ENSURE(?:[a-z/-]{1,30} ){1,5}BESUCCEEDED(?:: | \(| with )COMMAND\)?
green: All CI checks pass
  ENSURE(?:all |the )*INTEGRATION BESUCCEEDEDLISTED
exist: `docs/runbook.md` exists
  ENSUREPATHS BETHERE
exist in a list of files: `config/limits.yml`
  (?P<paths>⟨p\d+⟩)
ignored: `.env` is in `.gitignore`
  ENSUREPATHS (?:files? )?BEKEPT
untracked: `.env` is not committed
  ENSUREPATHS (?:files? )?(?:UNLESS TRACKED|BEuntracked)
untracked: No `.env` files committed
  ENSURE(?:there (?:is|are) )?no PATHS (?:files? )?BETRACKED
untracked: Never commit `*.pem` files
  (?:never|do not|don't) (?:commit|track|push) (?:any |the |your )?PATHS(?: files?)?INTO
entry: Changelog updated
  ENSURERECORD (?:(?:is|has been) )?updatedRELEASED
entry: The changelog has an entry for this release
  ENSURERECORD (?:has|contains) an entryRELEASED
"""
