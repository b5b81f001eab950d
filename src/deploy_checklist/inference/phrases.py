"""The words that ask for something a machine can check: the closed sentence forms, and a table
for each thing, in it a row for each language. All are matched in lower case; in languages without
spaces between words anywhere in a text.
"""

from __future__ import annotations

from .words import Words, rows_of

# An address answers.
ANSWERS = Words(r"""
    en: returns?|respon\w+|answers?|(?<!not )(?:reachable|accessible|available)|loads?|live|up
        |online|opens at|works|working|get|200|status(?: code)?|curl|health(?:y|z|check| checks?)?
        |headers
    de: erreichbar|antwortet|liefert|funktioniert|verfügbar
    es: respond\w+|accesible|devuelve|disponible|funciona\w*
    fr: répond|accessible|renvoie|retourne|disponible|fonctionne
    id: mengembalikan|(?:dapat|bisa) diakses|merespons?|berfungsi
    it: risponde|raggiungibile|restituisce|disponibile|funziona
    ja: 動作|応答|返す|返る|返却|アクセス(?:可能|できる)|疎通|ヘルスチェック
    ko: 응답|반환|정상|접속 ?(?:가능|확인)|헬스
    nl: bereikbaar|antwoordt|beschikbaar|werkt
    pt: responde\w*|acessível|retorna\w*|devolve|disponível|funciona\w*
    ru: отвеча\w+|доступ\w*|возвраща\w+|работает|открывается
    tr: yanıt \w+|dön(?:üyor|dürüyor)|erişilebilir|çalışıyor|açılıyor
    uk: відповіда\w+|доступ\w*|поверта\w+|працює|відкривається
    vi: trả về|hoạt động|truy cập được|phản hồi
    zh: 返回|可访问|可以访问|能访问|能够访问|正常|响应|可达|健康
""")

# CI itself, and that it ended well.
CI = Words(r"""
    en: ci|tests?|test suites?|builds?|lint(?:ing|ers?)?|type ?check(?:s|ing)?|pipelines?
        |compilation|github actions|workflows?(?: runs?)?|(?:status|lint\w*|format\w*|code
        |static) checks|eslint|pytest|mypy|jest|clippy|prettier
    de: ci|pipelines?|builds?|workflows?|(?:alle|unit|automatisierte)[- ]?tests
    es: ci|pipeline|build|compilación|workflows?|tests|pruebas (?:unitarias|automatizadas)
    fr: ci|pipeline|build|workflows?|tests(?: unitaires| automatisés)?
    id: ci|pipeline|build|workflows?|(?:semua|unit) tes[t]?
    it: ci|pipeline|build|workflow|(?:tutti i )?test(?: unitari| automatici)?
    ja: (?:(?<![a-z])ci(?![a-z])|ビルド|パイプライン|ワークフロー|(?:全|単体|ユニット)テスト)
    ko: (?:(?<![a-z])ci(?![a-z])|빌드|파이프라인|워크플로우?|(?:전체|모든|단위) ?테스트)
    nl: ci|pipelines?|build|workflows?|(?:alle|unit) ?tests
    pt: ci|pipeline|build|workflows?|testes(?: unitários| automatizados)?
    ru: ci|пайплайн\w*|сборк\w+|(?:все |юнит-?|unit-?|модульные )тесты
    tr: ci|pipeline|build|derleme|(?:tüm |birim )testler\w*
    uk: ci|пайплайн\w*|збірк\w+|(?:усі |всі |юніт-?|модульні )тести
    vi: ci|pipeline|build|workflow|(?:tất cả |toàn bộ )(?:các )?(?:unit )?tests?
    zh: (?:(?<![a-z])(?:ci|actions)(?![a-z])|工作流|流水线|构建|(?:所有|全部|单元|集成)测试)
""")
SUCCEEDS = Words(r"""
    en: pass(?:es|ed|ing)?|green|clean|succe\w+|validated|executed|without (?:any )?errors?
    de: grün|erfolgreich|bestanden|fehlerfrei|läuft durch|laufen durch
    es: pasa\w*|en verde|exitos\w+|sin errores
    fr: passe\w*|réussi\w*|verte?s?|au vert|sans erreurs?
    id: berhasil|lulus|hijau|sukses|tanpa error
    it: passa\w*|verd[ei]|superat\w|senza errori|riuscit\w
    ja: 成功|パス|通過|グリーン|緑|エラーなし
    ko: 통과|성공|초록
    nl: slag\w+|groen|geslaagd|zonder fouten
    pt: passa\w*|verdes?|com sucesso|sem erros
    ru: проход\w+|пройден\w*|успеш\w+|зел[её]н\w+|без ошибок
    tr: başarılı|başarıyla|geç(?:ti|iyor)|yeşil|hatasız
    uk: прох\w+|пройден\w*|успіш\w+|зелен\w+|без помилок
    vi: thành công|pass|xanh|không (?:có )?lỗi
    zh: 通过|成功|绿色|绿灯|运行
""")
# A command did not end well.
FAILED = Words(r"""
    en: fail(?:s|ed|ing|ures?)?|broken|breaks?|skipp\w+|crash\w*|(?<!0 )errors?|errored|flaky
    de: schlägt fehl|fehlgeschlagen|scheitert|übersprungen|rot
    es: falla\w*|fall[oó]|omitid\w|en rojo
    fr: échou\w+|échec|ignorée?s?
    id: gagal|dilewati
    it: fallisc\w+|fallit\w|saltat\w
    ja: 失敗|スキップ|エラー
    ko: 실패|건너뛰|오류
    nl: faalt|mislukt|overgeslagen
    pt: falh\w+|pulad\w|ignorad\w
    ru: пада\w+|упал\w*|провал\w+|пропущен\w*
    tr: başarısız|atlan\w+|hata
    uk: пада\w+|впал\w*|провал\w+|пропущен\w*
    vi: thất bại|bỏ qua|lỗi
    zh: 失败|报错|跳过
""")

# The changelog, and that something is written into it.
CHANGELOG = Words(r"""
    en: change ?log|release history
    de: änderungsprotokoll|änderungshistorie
    es: registro de cambios|historial de cambios
    fr: journal des (?:modifications|changements)
    it: registro delle modifiche
    ja: 変更履歴|更新履歴|チェンジログ
    ko: 변경 ?(?:로그|이력)|체인지로그
    nl: wijzigingslog\w*
    pt: registro de (?:alterações|mudanças)
    ru: (?:журнал|список|история) изменений|ченджлог\w*
    tr: değişiklik (?:günlüğü|kaydı)
    uk: (?:журнал|список|історія) змін
    vi: nhật ký thay đổi
    zh: 变更日志|更新日志|變更日誌|更新日誌
""")
WRITTEN = Words(r"""
    en: updat\w+|add(?:s|ed|ing)?|edit\w*|finali[sz]e\w*|writ\w+|generat\w+|check(?:ed)?|verify
        |complete|entry|entries|up[- ]to[- ]date|reflects|includes|prepared|moved?
    de: aktuali\w+|ergänz\w+|gepflegt|eingetragen|eintrag|geschrieben
    es: actualiza\w*|añad\w+|agrega\w*|complet\w+|redacta\w*
    fr: mise? à jour|mettre à jour|ajout\w+|complét\w+|rédig\w+
    id: diperbarui|perbarui|diupdate|update|ditambahkan
    it: aggiorna\w*|aggiun\w+|complet\w+|scritt\w
    ja: 更新|追記|追加|記載|記入
    ko: 업데이트|갱신|작성|추가
    nl: bijgewerkt|bijwerken|aangevuld|geschreven
    pt: atualiza\w*|adiciona\w*|complet\w+|escrit\w
    ru: обнов\w+|дополн\w+|заполн\w+|написан\w*
    tr: güncel\w+|eklen\w+|yazıl\w+
    uk: оновл\w+|доповн\w+|заповн\w+|написан\w*
    vi: cập nhật|bổ sung|viết
    zh: 更新|添加|补充|填写|编写
""")

# GitHub's own objects: these words begin a sentence that asks for one.
TAG = Words(r"""
    en: (?:create|push|make|add|cut|sign|publish)(?:[ ,]+(?:and )?\w+)? (?:(?:the|a|an|this|new|git
        |github|signed|annotated|release|version) )*tags?(?! (?:protection|rule|filter|message
        |format|line))|(?:git )?tag(?: \w+){0,3} (?:created|pushed|exists|signed)
        |tag (?:and \w+ \w+ )?(?:should|must)|(?:git )?tag (?:the |this )?(?:release|version|commit)
        |git tag|git push .{0,80}(?:--tags|v[\d$x])
    de: (?:git-?)?tag (?:\w+ )?(?:erstell\w+|gesetzt|setzen|push\w+|gepusht)
    es: crear (?:y \w+ )?(?:el |la |un |una )?(?:tag|etiqueta)|(?:tag|etiqueta) cread\w
    fr: (?:créer|pousser|poser) (?:et \w+ )?(?:le |un )?tag|tag (?:git )?(?:créé|poussé)
    id: (?:buat|push|buat dan push) (?:git )?tag|tag (?:git )?dibuat
    it: (?:creare|crea|pubblica\w*) (?:e \w+ )?(?:il |un )?tag|tag creat\w
    ja: タグを?(?:作成|打つ|打ち|付け|プッシュ)|git tag
    ko: 태그 ?(?:생성|푸시|추가)|git tag
    nl: (?:git-?)?tag (?:aanmaken|aangemaakt|gepusht|pushen)
    pt: criar (?:e \w+ )?(?:a |o |uma? )?tag|tag criada
    ru: (?:создать|поставить|запушить) (?:git-?)?тег|тег (?:создан|поставлен)\w*
    tr: (?:git )?tag(?:'\w+)? (?:oluştur\w*|ekle\w*|push\w*)|etiket oluştur\w*
    uk: (?:створити|поставити) (?:git-?)?тег|тег (?:створен|поставлен)\w*
    vi: (?:tạo|push|gắn|đánh) (?:git )?tag
    zh: (?:打|打上|创建|推送) ?(?:git )?(?:标签|tag)|git tag
""")
RELEASE = Words(r"""
    en: (?:create|draft|publish|make|cut|edit|check) (?:and \w+ )?(?:(?:the|a|an|this|new|git|github
        |signed|annotated|release|version) )*(?:draft )?releases?(?! (?:tag|note|branch|candidate
        |schedule|plan|check ?list|ticket|issue|pr|date|workflow|process|team|manager|announce
        |blocker|build|page|is|are|on (?!git ?hub)|to |docs|version|artifact)\w*)
        |(?:git ?hub )?release (?:is |was )?(?:published|created|drafted)|git ?hub release
        |gh release (?:create|edit)
    de: (?:git ?hub[- ])?release (?:erstell\w+|anlegen|angelegt|veröffentlich\w+)
    es: (?:crear|publicar) (?:la |el |un |una )?release|release (?:cread|publicad)\w
    fr: (?:créer|publier) (?:la |une |le )?release|release (?:créée|publiée)
    id: (?:buat|publikasikan|terbitkan) (?:github )?release
    it: (?:creare|crea|pubblica\w*) (?:la |una )?release|release (?:creat|pubblicat)\w
    ja: github ?(?:release|リリース)s?[をの]?(?:作成|公開)
    ko: (?:github |깃허브 )?릴리[스즈] ?(?:게시|생성)
    nl: (?:git ?hub )?release (?:aanmaken|aangemaakt|publiceren|gepubliceerd)
    pt: (?:criar|publicar) (?:a |o |uma? )?release|release (?:criada|publicada)
    ru: (?:создать|опубликовать) релиз|релиз (?:создан|опубликован)\w*
    tr: (?:git ?hub )?release (?:oluştur\w*|yayınla\w*)
    uk: (?:створити|опублікувати) реліз|реліз (?:створен|опублікован)\w*
    vi: (?:tạo|xuất bản) (?:github )?release
    zh: (?:创建|发布|起草) ?(?:github )?release
""")

# What is not there any more: the word is beside the path.
GONE = Words(r"""
    en: remov(?:e|es|ed|ing)|delet(?:e|es|ed|ing)|drop(?:s|ped)?|get rid of|gone|no longer there
    de: entfern(?:t|en|e)|gelöscht|löschen|lösche
    es: elimin(?:ar|ad[oa]s?)|borr(?:ar|ad[oa]s?)
    fr: supprim(?:er|ée?s?)|retir(?:er|ée?s?)
    id: hapus|dihapus
    it: rimuovere|rimoss[oiea]|elimina(?:re|t[oiea])
    ja: を?削除(?:済み?|した|する)?|を?除去
    ko: [을를]? ?(?:삭제|제거)(?:됨|함)?
    nl: verwijder(?:d|en)?
    pt: remov(?:er|id[oa]s?)|exclu(?:ir|íd[oa]s?)|apag(?:ar|ad[oa]s?)
    ru: удал(?:ить|[её]н\w*)
    tr: kaldır(?:ıldı|ın)?|silin(?:di|ir)?|sil
    uk: видал(?:ити|ен\w*)
    vi: xóa|xoá|gỡ bỏ
    zh: 已?(?:删除|移除|去掉)(?:了)?
""")
# What is named under such a heading must not be uploaded or committed.
NOT_UPLOADED = Words(r"""
    en: (?:not|never|don't|exclude[ds]?) (?:to )?(?:be )?(?:upload|commit|push|track)\w*
    de: nicht (?:hochladen|committen|einchecken)
    es: no (?:subir|commitear)
    fr: ne pas (?:envoyer|committer|versionner)
    ja: コミットしない|アップロードしない
    ko: (?:커밋|업로드)하지
    pt: não (?:subir|enviar|commitar)
    ru: не (?:загружать|коммитить)
    zh: (?:不要|禁止|不应|不能)(?:上传|提交)
""")

# A list under such a heading names files that are there.
FILES = Words(r"""
    en: files?|exists?|present|structure|included|committed|checked in|repo(?:sitory)?
    de: dateien|vorhanden
    es: archivos|ficheros
    fr: fichiers
    id: file|berkas
    it: file
    ja: ファイル
    ko: 파일
    nl: bestanden
    pt: arquivos|ficheiros
    ru: файлы
    tr: dosyalar
    uk: файли
    vi: tệp
    zh: 文件
""")

# What the words in capitals of a closed form mean. ⟨n0⟩ is a mark, see tokenize.py. USER is
# someone who uses the value, not a property that it must have.
PARTS = rows_of(r"""
    NAMES: (?P<names>(?:⟨n\d+⟩)+)
    ASSIGNMENT: (?P<assignment>⟨a\d+⟩)
    COMMAND: (?P<command>⟨c\d+⟩)
    PATHS: (?P<paths>⟨p\d+⟩(?:(?:, | and |, and | or |, or )⟨p\d+⟩)*)
    VALUE: (?P<value>⟨[vu]\d+⟩)
    ENSURE: (?:(?:please )?(?:verify|ensure|check|confirm|make sure)(?: that)? )?
    BE: (?:(?:is|are|has been|have been|was|were) )?
    SETUP: (?:set|present|configured|defined|provided|populated|available|in place|filled in|set up
        |not empty|non-empty|added)
    SORT: (?:(?:env(?:ironment)?|config(?:uration)?) (?:variables?|vars?|secrets?)|variables?
        |secrets?|env vars?)
    PLACE: (?:(?:environment|env|github|repository|repo|actions|ci|job) )*
    STORE: (?:environment|env|secrets|variables|vars)
    WHERE: (?: (?:in|as|to|under) (?:the |an? )?PLACE(?:secrets?|environment|env|variables?|vars?)
        |(?: in| for) (?:the )?(?:target |deployment )?environment)?
    USER: (?:gateways?|providers?|services?|integrations?|clients?|vendors?|accounts?|exporters?
        |backends?|adapters?)
    SUCCEEDED: (?:pass(?:es|ed|ing)?|succeed(?:s|ed)?|successful(?:ly)?|green|clean
        |complete[sd]? successfully
        |(?:runs?|compiles?|builds?|completes?)(?: cleanly| successfully| without (?:any )?errors?))
    TESTED: (?:all |the |full )*(?:(?:unit|integration|e2e|end-to-end|backend|frontend|contract
        |regression|api|ui|production|static|security)(?:,| and|/)? )*(?:tests?|test suite
        |linting|linter|lint|lint checks?|type ?checks?|type checking|build|builds|code
        |typescript|typescript code|formatting|format checks?|project|checks?|static analysis)
    INTEGRATION: (?:ci|ci/cd|ci pipeline|ci/cd pipeline|github actions|status checks
        |required (?:status )?checks)(?: (?:check|pipeline|build|workflow|job|test)s?)?
    LISTED: (?: \((?:(?:lint|tests?|build|type ?check|types|e2e|unit|integration
        |format)(?:, | and |\) ?)?)+\)?)?
    THERE: (?:exists?|must exist|present|there|existe|existent|presente|vorhanden|aanwezig
        |существует|существуют|існує|есть|tồn tại|存在|存在する|存在します|mevcut|tersedia
        |(?:present )?(?:in|part of) (?:the )?repo(?:sitory)?|checked in
        |committed(?: to (?:the )?repo(?:sitory)?| to git)?)
    GIT: (?:git|github|(?:the |this )?(?:git )?repo(?:sitory)?|(?:version|source) control)
    TRACKED: (?:(?:committed|tracked|checked in|pushed)(?: (?:to|in|into|by) GIT)?
        |(?:stored )?in GIT)
    INTO: (?: (?:to|in|into) GIT)?
    UNLESS: (?:BE(?:not|never)|isn't|aren't|cannot be|(?:must|should|may|can) (?:not|never) be)
    FORBIDDEN: (?:(?:must|should|may|can) not be (?:set|present|defined|configured)
        |(?:is|are) (?:not (?:set|defined|present)|unset|absent))
    USEDBY: (?: for (?:the |our )?(?:[\w/.-]+ ){0,4}USER)?
    KEPT: (?:git-?ignored|ignored by git|(?:listed |included )?in (?:the |your )?⟨p\d+⟩)
    SPOTLESS: no (?:lint(?:ing)?|type(?:script)?|build|compil(?:e|ation)) (?:error|warning|issue)s?
    RECORD: (?:the )?(?:changelog|change log|⟨p\d+⟩)
    RELEASED: (?: (?:for|with) (?:the |this |new )*(?:release|version|changes|new version))?
""")

# Closed sentence forms: the check for a sentence, an example, and below it the whole sentence.
# `if run`: closed only if a workflow of this repository runs the command; `in a list`: only if
# nothing above the item asks for more than existence; `of files`: and if it mentions files.
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
