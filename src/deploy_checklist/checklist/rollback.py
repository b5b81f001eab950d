"""Which items are steps of a rollback.

People take them when a release failed. After a good release nobody could confirm them, so they are
never checked. Preparations (a tested plan, a backup) are, and so is anything doubtful: an item
is a step only under a heading that says rollback, in a section where an item undoes something, if
it begins like a step and does not say that something is ready.

The tables contain regular expressions, in which `_` means a space and `*` more letters. They
are matched after `fold`.
"""

from __future__ import annotations

import re
from functools import cache

from .model import fold

_HEADINGS = """
rollback* roll_back rolling_back backout back_out backing_out revert reverting undo undoing
contingency contingency_plan emergency_procedure* emergency_steps emergency_plan
fallback* failback* abort* plan_b rückrollen
goes_wrong go_wrong went_wrong deployment_fails deploy_fails release_fails launch_fails
rollout_fails deployment_still_fails deployment_breaks deploy_breaks release_breaks
in_case_of_failure in_case_of_emergency in_case_of_problems in_case_of_trouble in_case_of_issues
in_case_of_a_failed_*
reversión revertir vuelta_atrás marcha_atrás algo_sale_mal algo_va_mal algo_falla despliegue_falla
en_caso_de_fallo* en_caso_de_error* en_caso_de_problema*
reversão reverter algo_der_errado algo_sair_errado em_caso_de_falha* em_caso_de_problema*
em_caso_de_erro* retour_arrière retour_en_arrière en_cas_de_problème* en_cas_d_échec
en_cas_d_erreur* en_cas_de_panne se_passe_mal tourne_mal
zurückrollen rückfallplan notfallplan etwas_schiefgeht etwas_schief_geht deployment_fehlschlägt
deployment_scheitert im_fehlerfall im_notfall bei_problemen
terugdraai* terugrol* terugzet* terugval* misgaat mis_gaat mislukt bij_problemen
откат* пошло_не_так пойдёт_не_так пойдет_не_так в_случае_проблем* в_случае_сбо* в_случае_ошиб*
відкат* пішло_не_так піде_не_так у_разі_проблем* у_разі_збо* в_разі_збо* в_разі_проблем*
khôi_phục hoàn_tác quay_lui có_sự_cố xảy_ra_sự_cố gặp_sự_cố có_lỗi xảy_ra_lỗi
回滚 回滾 回退 出现问题 出現問題 出了问题 出问题 部署失败 发布失败 上线失败
롤백 원복 되돌리기 문제_발생 문제가_발생 장애_발생 장애_시 배포_실패
ripristino annullamento va_storto va_male in_caso_di_problem* in_caso_di_error*
ロールバック 切り戻し 切戻し 問題が発生 問題が起き 障害発生 障害が発生 失敗した場合
geri_alma geri_dönüş ters_gider* sorun_çıkarsa hata_durumunda
pengembalian terjadi_masalah ada_masalah terjadi_kesalahan deploy_gagal deployment_gagal
"""
# A heading with one of these is about something else than the steps.
_OTHER_HEADINGS = """
test* drill* rehears* dry_run ready readiness prepar* review* verif* validat* monitor* check*
before criteria trigger* prerequisite* requirement* owner* contact*
preparación prueba* preparação teste* préparation essai* prove prontezza bereit* vorbereit*
getestet klaar voorbereid* готовност* проверк* підготовк* перевірк* sẵn_sàng chuẩn_bị
hazır* kesiapan persiapan siap 准备 準備 就绪 测试 測試 演练 演練 验证
テスト 訓練 준비 테스트 검증 점검
"""
# Of several subjects of a heading each must be one of the first table, or one of these.
_KINDRED = "recover* restor* emergenc* incident*"
_JOINT = (
    r"(?i)[&+/,;、・]|\b(?:and|or|und|oder|et|ou|y|e|en(?! caso?\b)|и|та|và|ve|dan)\b|[和与及と]"
)

# An item with one of these says that something is ready, or is to be made so.
_READY = """
test* drill* rehears* dry_run ready readiness prepare* documented documentation review* agreed
approved defined identified confirmed noted recorded available reachable exist exists in_place
known know knows understood validated verified trained assigned configured enabled created taken
written updated scheduled planned stored saved kept tagged in_advance beforehand before
probad* documentad* list[oa] preparad* definid* disponible* testad* verificad* pront[oa]
disponíve* testé* documenté* prêt* préparé* validé* getestet* dokumentiert* bereit vorbereitet*
vorhanden geprüft* verfügbar gedocumenteerd klaar voorbereid aanwezig beschikbaar
протестирован* проверен* задокументирован* готов* подготовлен* описан* план* доступн*
протестован* перевірен* задокументован* підготовлен* đã kế_hoạch sẵn_sàng
testat* documentat* verificat* piano edildi hazır* belgelen* planı diuji siap rencana tersedia
已 测试 測試 演练 演練 准备 準備 就绪 文档 计划 方案 预案 完成 验证 手順 計画 テスト 済 文書 訓練
테스트 준비 문서 계획 절차 완료 검증
"""
# Being able to undo something is not a step, and neither is checking that or trying it elsewhere.
_ABLE = """
staging sandbox uat thử
works can could able ability possible ensure make_sure granted permission* rights takes
puede pueden posible verificar comprobar asegurar* pode podem possível garantir assegurar
peut possible vérifier assurer kann können lässt prüfen sicherstellen kan controleer controleren
можно может возможн* убедиться убедитесь проверить проверьте можна може переконатися перевірити
có_thể kiểm_tra đảm_bảo può possono possibile verificare assicurarsi emin kontrol mümkün
bisa dapat pastikan periksa 可以 能够 能夠 确保 確保 确认 检查 檢查 できる 可能 確認 가능 확인 수_있
"""
# Nor is it a step to look after these.
_PREPARED_THINGS = """
plan plans procedure* strateg* runbook* playbook* script scripts backup* snapshot* staging access
"""
# How an item begins that undoes something; in languages other than English the words may be
# anywhere.
# Compiled when an item of a rollback is first read: importing them took 2 ms.
_LEADING = r"^(?:(?:then|next|first|immediately|if needed|if necessary) )*"
_UNDOES = (
    _LEADING + r"(?:roll(?:ing)? back|back out|(?:revert|restore|undo|downgrade|redeploy)"
    r"(?! (?:points?|scripts?|plan|procedure|process|strategy|time|is|can)\b)|re deploy"
    r"|git (?:revert|reset|checkout)|helm rollback|kubectl rollout undo"
    r"|rollback (?:to|the|all|any|app\w*|database|db|migrations?|deploy\w*|release|code|helm|via)"
    r"|(?:switch|route|point|shift|move|fail|flip|go) (?:\w+ ){0,4}(?:back|previous|old)"
    r"|(?:deploy|promote|activate|publish|reinstall) (?:the )?(?:previous|last|old|prior)"
    r"|(?:run|execute|use|follow|start|trigger|perform|initiate|make|npm|pnpm|yarn|just|rake|rails"
    r"|php|flyway|liquibase|alembic|knex|argocd|vercel|netlify|heroku|fly|flyctl)"
    r" (?:\w+ ){0,4}?(?:rollback|rollout undo|undo|revert|downgrade|restore))\b"
)
_UNDOING_WORDS = """
helm_rollback rollout_undo git_revert
revertir restaurar restaure volver_a_la reverter reverta voltar_para voltar_à restaurer restaurez
revenir_à rétablir redéployer zurückrollen zurücksetzen wiederherstellen zurückspielen
terugdraaien terugzetten herstellen herstel terugrollen
откатить откатите откатиться восстановить восстановите вернуть верните вернуться
відкотити відкотіть відновити відновіть повернути поверніть
^khôi_phục ^quay_lại ^hoàn_tác ^rollback_về ripristinare ripristina tornare_alla torna_alla
kembalikan pulihkan kembali_ke geri_al geri_alın geri_yükle geri_yükleyin geri_dön geri_dönün
回滚到 回滚至 执行回滚 回退到 回退至 切回 切换回
(?:恢复|恢復|还原|還原)(?!时间|時間|目标|目標|能力|流程|策略|点)
ロールバックする ロールバックを実行 復元(?!時間|目標|ポイント) 戻す
(?:복구|복원)(?!_?(?:시간|목표|전략|지점)) 롤백한다 롤백하기 롤백_실행 되돌
"""
# Beside such an item these begin a step.
_ACTS = (
    _LEADING + r"(?:stop|start|restart|run|execute|scale|disable|turn|switch|point|route|re ?run"
    r"|enable (?:the )?maintenance|(?:create|file|raise) (?:an? |the )?(?:incident|ticket|issue)"
    r"|notify|inform|tell|announce|communicate|alert|open|post|update|clear|purge|flush|invalidate"
    r"|delete|remove|verify|check|confirm|validate|monitor|watch|wait|investigate|document|page"
    r"|call|escalate|declare|assess|pause|drain|put|take|bring|send|write|deploy|close|block|reset"
    r"|rebuild|reload|reapply|resume|kubectl|helm|git|docker|terraform|systemctl|npm|make)\b"
    r"(?! (?:conditions?|criteria|lists?|trees?|thresholds?|dashboards?|templates?|owners?|time)\b)"
    # "Call tree printed" tells a state.
    r"(?!.*ed(?<!needed)(?<!required)(?<!succeeded)$)"
)
_ACTING_WORDS = """
detener parar reiniciar avisar notificar ejecutar executar arrêter redémarrer prévenir informer
notifier exécuter stoppen anhalten informieren benachrichtigen stopzetten herstarten informeren
остановить остановите перезапустить перезапустите сообщить уведомить уведомите
зупинити перезапустити повідомити dừng thông_báo fermare ferma riavviare riavvia avvisare avvisa
hentikan jalankan beritahu informasikan durdur durdurun bildir bilgilendir bilgilendirin
停止 重启 重啟 通知 再起動 連絡 중지 중단 재시작 알림 통보 공지
"""
_LOOKS = _LEADING + r"(?:verify|check|confirm|validate|assess|document)\b"
_ROLLBACK = r"\b(?:roll(?:ing|ed)? ?back|revert\w*|restor\w*|previous|last)\b"
_IT_WORKED = r"\b(?:rollback|restore|revert) (?:was |has )?(?:success|succe|work)"
_SMOKE_TESTS = r"\bsmoke ?tests?\b"  # are run again after a rollback, too
# A role in brackets, signs and pictures.
_LEAD = r"(?:\[[^\[\]]{0,80}\]\s*|[^\w\[]+)++"
# "Database: restore it", "If it hangs, stop it"
_LABEL = r"[^:：,，–—]{1,60}[:：,，–—]\s*"
_ENOUGH = 400  # characters of an item that can say what it is


def _has(table: str, words: str) -> bool:
    """Whether one of a table's words is there."""
    # Most titles hold none of the words' beginnings, so that most tables are never compiled.
    return any(map(words.__contains__, _beginnings(table))) and bool(_any_of(table).search(words))


@cache
def _beginnings(table: str) -> tuple[str, ...]:
    plain = (re.split(r"[*(\[]", word.lstrip("^"))[0] for word in table.split())
    return tuple({beginning.replace("_", " ") for beginning in plain})


@cache
def _any_of(table: str) -> re.Pattern[str]:
    """Finds one of a table's words. In scripts without spaces it is found inside a longer run."""
    found = []
    for word in table.split():
        pattern = word.replace("_", " ").replace("*", r"\w*")
        is_spaced = word.lstrip("(?:")[0] < "\u2e80"
        found.append(rf"\b{pattern}\b" if is_spaced else pattern)
    return re.compile("|".join(found))


def rollback_heading(title: str) -> bool | None:
    """Whether the items under a heading may be steps of a rollback.

    None if it does not say; False if it is about something else, such as a test of the steps.
    """
    words = fold(title[:_ENOUGH])
    if _has(_OTHER_HEADINGS, words):
        return False
    if not _has(_HEADINGS, words):
        return None
    subjects = map(fold, re.split(_JOINT, title[:_ENOUGH]))
    return all(_has(_HEADINGS, each) or _has(_KINDRED, each) for each in subjects if each)


def takes_back(text: str) -> bool:
    """Whether an item is the step that undoes a release, and not a preparation for it."""
    return any(
        re.match(_UNDOES, words) or _has(_UNDOING_WORDS, words)
        for words in _read(text)
        if not _has(_ABLE, words)
    )


def is_step(text: str) -> bool:
    """Whether an item is a step, if it is next to one that undoes something."""
    return takes_back(text) or any(map(_acts, _read(text)))


def _acts(words: str) -> bool:
    if re.match(_LOOKS, words):
        if re.search(_ROLLBACK, words) and not re.search(_IT_WORKED, words):
            return False
    elif _has(_ABLE, words):
        return False
    if _has(_PREPARED_THINGS, words):
        return False
    return _has(_ACTING_WORDS, words) or bool(re.match(_ACTS, words))


def _read(text: str) -> tuple[str, ...]:
    """The words of an item, with and without its label; none if they say that it is ready."""
    lead = re.match(_LEAD, text)
    start = text[lead.end() :][:_ENOUGH] if lead else text[:_ENOUGH]
    if _has(_READY, re.sub(_SMOKE_TESTS, "", fold(start))):
        return ()
    label = re.match(_LABEL, start)
    return (fold(start), fold(start[label.end() :])) if label else (fold(start),)
