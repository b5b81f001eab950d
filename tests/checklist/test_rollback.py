"""Steps of a rollback are never asked; what must be ready for one is."""

from __future__ import annotations

import pytest

from deploy_checklist.checklist.model import Phase
from deploy_checklist.checklist.rollback import rollback_heading

from .reading import item, items, read

STEPS = (
    "Rollback",
    "4. Rollback procedure",
    "🚨 Emergency Rollback Plan",
    "Rollback steps",
    "Fallback plan",
    "Plan B",
    "Abort",
    "Rückrollen",
    "How to roll back",
    "Backout plan",
    "Rollback & recovery",
    "If something goes wrong",
    "If the deployment fails",
    "In case of failure",
    "When things go wrong",
    "Plan de reversión",
    "Si algo sale mal",
    "Plano de reversão",
    "Em caso de falha",
    "Plan de retour arrière",
    "En cas de problème",
    "Rollback-Plan",
    "Wenn etwas schiefgeht",
    "Terugdraaien",
    "Als het misgaat",
    "План отката",
    "Если что-то пошло не так",
    "План відкату",
    "Якщо щось пішло не так",
    "Kế hoạch rollback",
    "Nếu có sự cố",
    "回滚步骤",
    "如果出现问题",
    "롤백 절차",
    "문제 발생 시",
    "Procedura di rollback",
    "Se qualcosa va storto",
    "ロールバック手順",
    "切り戻し手順",
    "問題が発生した場合",
    "Geri alma planı",
    "Bir şeyler ters giderse",
    "Rencana rollback",
    "Jika terjadi masalah",
)
OTHERS = (
    "Rollback readiness",
    "Rollback plan ready",
    "Rollback triggers",
    "Rollback tested",
    "Before you roll back",
    "Rollback prerequisites",
    "Deployment & rollback plan",
    "Backups and rollback",
    "Monitoring",
    "Backups",
    "回滚演练",
    "ロールバックテスト",
    "롤백 준비",
)


@pytest.mark.parametrize("title", STEPS)
def test_a_heading_may_have_the_steps_of_a_rollback(title: str) -> None:
    assert rollback_heading(title) is True
    found = items("# Shop", f"## {title}", "1. [ ] `helm rollback shop`", "2. [ ] Notify the team")
    assert {each.phase for each in found} == {Phase.REFERENCE}


@pytest.mark.parametrize("title", OTHERS)
def test_under_a_heading_of_anything_else_all_is_asked(title: str) -> None:
    assert not rollback_heading(title)
    found = items("# Shop", f"## {title}", "1. [ ] `helm rollback shop`", "2. [ ] Notify the team")
    assert {each.phase for each in found} == {Phase.BEFORE}


@pytest.mark.parametrize(
    "text",
    [
        "Roll back to the previous image",
        "Revert to the previous version",
        "Restore the database from the backup",
        "Run `kubectl rollout undo deploy/shop`",
        "Execute the rollback script",
        "`make rollback`",
        "[DBA] Restore database backup",
        "Database: restore the latest snapshot",
        "If the migration failed, downgrade it",
        "Deploy the previous release",
        "Switch traffic back to blue",
        "Rollback database migrations",
        "Restaurar la base de datos",
        "Reverter para a versão anterior",
        "Restaurer la base de données",
        "Datenbank wiederherstellen",
        "Vorige versie terugzetten",
        "Откатить релиз",
        "Відновити базу даних",
        "Khôi phục cơ sở dữ liệu",
        "恢复数据库",
        "데이터베이스 복구",
        "Ripristinare il database",
        "データベースを復元する",
        "Önceki sürümü geri yükle",
        "Kembalikan versi sebelumnya",
    ],
)
def test_what_takes_something_back_is_never_asked(text: str) -> None:
    assert item("# Shop", "## Rollback", f"- [ ] {text}").phase is Phase.REFERENCE


@pytest.mark.parametrize(
    "text",
    [
        "Rollback plan tested",
        "Rollback plan documented",
        "Rollback plan",
        "Rollback procedure reviewed by the team",
        "Restore procedure tested in staging",
        "Restore tested",
        "Test the rollback in staging",
        "Document the rollback steps",
        "Verify the rollback procedure",
        "Check that backups exist",
        "Confirm that the previous image is available",
        "Update the rollback runbook",
        "Take a snapshot before the release",
        "Previous image tag noted",
        "On-call engineer knows the steps",
        "`helm rollback` works",
        "Roll back can be done in 5 minutes",
        "Check that the database can be restored",
        "Enable point-in-time recovery",
        "Убедиться, что можно откатить миграцию",
        "Vérifier qu'on peut restaurer la base",
        "Verificar que se puede restaurar la copia",
        "Prüfen, ob sich die Datenbank wiederherstellen lässt",
        "确认可以恢复数据库",
        "恢复时间小于5分钟",
        "復元時間は5分",
        "복구 시간 5분 이내",
        "Thời gian khôi phục 5 phút",
        "Khôi phục thử bản sao lưu",
        "Restore the backup on staging",
        "Stop criteria: 5 % errors",
        "Call tree printed",
        "Communication plan is ready",
        "Error rate above 5 %",
        "Database snapshot of today",
        "Rollback owner: Jane",
        "Plan de reversión documentado",
        "Rollback getestet",
        "Откат протестирован",
        "回滚步骤已演练",
        "ロールバック手順を準備",
        "롤백 테스트 완료",
    ],
)
def test_what_must_be_ready_before_is_asked_beside_the_steps_too(text: str) -> None:
    found = items("# Shop", "## Rollback", f"- [ ] {text}", "- [ ] Revert the release")
    assert [each.phase for each in found] == [Phase.BEFORE, Phase.REFERENCE]


@pytest.mark.parametrize(
    "text",
    [
        "Stop the application",
        "Verify that the shop answers",
        "Verify the rollback succeeded",
        "Update DNS (if needed)",
        "Notify the team of the rollback",
        "Document what went wrong",
        "Verify it works",
        "Run the smoke tests",
        "Re-run the deploy workflow",
        "Deploy",
        "通知团队",
    ],
)
def test_what_is_done_beside_a_step_that_takes_back_is_one(text: str) -> None:
    beside = items("# Shop", "## Rollback", f"- [ ] {text}", "- [ ] Revert the release")
    assert [each.phase for each in beside] == [Phase.REFERENCE] * 2
    alone = item("# Shop", "## Rollback", f"- [ ] {text}")
    assert alone.phase is not Phase.REFERENCE


def test_steps_under_a_heading_within_are_steps_unless_it_says_otherwise() -> None:
    found = items(
        *("# Shop", "## Rollback plan", "### Database", "- [ ] Restore it"),
        *("### Readiness", "- [ ] Restore the demo shop"),
        *("### Before the release", "- [ ] Restore the demo shop"),
        *("## Checks", "- [ ] Restore the demo shop"),
    )
    assert [each.phase for each in found] == [Phase.REFERENCE, *[Phase.BEFORE] * 3]


def test_a_title_says_rollback_like_a_heading() -> None:
    _, step, ready, fails = items(
        "- [ ] **Rollback:**",
        "  - [ ] Revert the release",
        "  - [ ] Plan tested",
        "",
        "If deployment fails:",
        "",
        "1. [ ] Revert the release",
    )
    assert [step.phase, ready.phase, fails.phase] == [
        Phase.REFERENCE,
        Phase.BEFORE,
        Phase.REFERENCE,
    ]


def test_after_the_release_only_the_steps_are_left_out() -> None:
    found = items("## Post-deploy", "### Rollback", "- [ ] Revert it", "- [ ] Error rate is low")
    assert [each.phase for each in found] == [Phase.REFERENCE, Phase.AFTER]


def test_a_document_about_the_rollback_itself_is_asked() -> None:
    assert item("# Rollback", "- [ ] Revert the release").phase is Phase.BEFORE


def test_a_pin_makes_the_steps_count_anyway() -> None:
    checklist = read("# Shop", "## Rollback", "<!-- phase: before -->", "- [ ] Revert the release")
    assert checklist.items[0].phase is Phase.BEFORE
