"""When an item is asked: before the deployment, unless the document says after."""

from __future__ import annotations

import pytest

from deploy_checklist.checklist.model import Phase
from deploy_checklist.checklist.phases import environment_candidate, heading_phase, is_release

from .reading import item, items, read

AFTER = (
    "Post-deployment",
    "4. Post-Deploy Verification",
    "✅ POST RELEASE",
    "After the release",
    "After production deployment",
    "Smoke tests",
    "Deployment steps",
    "During the rollout",
    "Verify deployment",
    "First 24 hours",
    "Step 3: Deploy to production",
    "Después del despliegue",
    "Pós-Deploy",
    "Após o deploy",
    "Post-déploiement (J+1)",
    "Après la mise en production",
    "Nach dem Deployment",
    "Na de release",
    "После релиза",
    "Після розгортання",
    "Sau khi deploy",
    "部署后验证",
    "发布步骤",
    "배포 후 검증",
    "Hypercare",
    "Hypercare (2 weeks)",
    "First week",
    "Within 1 hour of release",
    "Aftercare",
    "Nachbereitung",
    "Posterior al despliegue",
    "T-0",
    "T+1h: Post-Deploy",
    "T + 24 hours",
    "J+1",
    "D+7",
    "Post-merge",
    "After merging",
    "After merging the release PR",
    "Once merged",
    "After going live",
    "After the site is live",
    "When it is live, once live",
    "Once deployed to production",
    "Day 2 operations",
    "Post go-live",
    "Post-cutover",
    "Early life support",
    "Testing in production",
    "Después de publicar",
    "Después de fusionar",
    "Tras el despliegue",
    "Luego del lanzamiento",
    "Una vez desplegado",
    "Primeras 24 horas",
    "Pós-implantação",
    "Após o merge",
    "Depois do lançamento",
    "Primeiras 24 horas",
    "Après la mise en prod",
    "Après la fusion",
    "Une fois en ligne",
    "Premières 24 heures",
    "Nach dem Go-Live",
    "Nach dem Merge",
    "NACH DER VERÖFFENTLICHUNG",
    "Nach erfolgreichem Deployment",
    "Die ersten 24 Stunden",
    "Na de uitrol",
    "Na de livegang",
    "Na het mergen",
    "Eerste 24 uur",
    "После успешного деплоя",
    "После мержа",
    "Первые 24 часа",
    "Пост-релиз",
    "Після релізу",
    "Після злиття",
    "Sau khi triển khai",
    "SAU KHI LÊN PRODUCTION",
    "Sau khi merge",
    "上线后",
    "发布后检查",
    "合并后",
    "投产后验证",
    "首24小时监控",
    "上線後",
    "部署完成",
    "デプロイ後",
    "リリース後の確認",
    "公開後の運用",
    "マージ後",
    "本番反映後",
    "デプロイ完了後",
    "배포 후",
    "릴리스 이후",
    "배포 완료 후 확인",
    "오픈 후",
    "병합 후",
    "Dopo il rilascio",
    "Dopo il Deploy",
    "Dopo la messa in produzione",
    "Post-rilascio",
    "Prime 24 ore",
    "DAĞITIMDAN SONRA",
    "Dağıtımdan sonra",
    "Yayın Sonrası",
    "CANLIYA ALINDIKTAN SONRA",
    "Canlıya alma sonrası",
    "Deploy'dan sonra",
    "İlk 24 saat",
    "Dopo la messa online",
    "Dopo aver pubblicato",
    "Yayına aldıktan sonra",
    "Yayın sırasında",
    "運用開始後",
    "サービス開始後の確認",
    "Saat deploy",
    "Setelah deploy",
    "Setelah rilis",
    "Pasca-rilis",
    "Setelah go-live",
    "Jam pertama",
    "Launch (T+0)",
    "Deployment is considered successful when",
    "PRUEBAS EN PRODUCCIÓN",
    "Deploy em andamento",
    "Nach 3 Monaten",
    "Tests en production",
    "Validação em produção",
    "Verifica in produzione",
    "Prüfung in Produktion",
    "Post-implementation review",
    "Jour J",
    "D-Day",
    "Go-live day",
    "T−0",
    "배포 완료!",
    "部署成功确认",
    "Rilis: langkah-langkah deploy",
    "Canlıya alınırken",
    "Dağıtım adımları",
    "デプロイ手順",
)
BEFORE = (
    "Pre-deployment",
    "Preflight",
    "Before the first deploy",
    "Before you release",
    "Preparing for the release",
    "Antes de desplegar",
    "Antes do deploy",
    "Avant le déploiement",
    "Vor dem Release",
    "Voor de release",
    "Перед релизом",
    "Перед розгортанням",
    "Trước khi deploy",
    "部署前检查",
    "배포 전 확인",
    "T-48h: Environment",
    "T-1 day",
    "D-2",
    "J-1",
    "Before merging",
    "Pre-merge",
    "Prima del rilascio",
    "Pre-rilascio",
    "デプロイ前",
    "リリース前の確認",
    "事前準備",
    "Yayın öncesi",
    "Yayına almadan önce",
    "運用開始前",
    "Yayından Önce Tamamlanmalı",
    "Dağıtımdan önce",
    "Sebelum deploy",
    "Pra-rilis",
    "合并前",
    "배포 전",
    "머지 전",
)
SILENT = (
    "Deployment",
    "Rollback",
    "Monitoring",
    "Release notes",
    "Production",
    "Postgres",
    "Afterburner",
    "Deployment scripts",
    "Pre-release and post-release",
    "Keys",
    "",
    "Hypercare plan",
    "Hypercare team ready",
    "Hypercare readiness",
    "After merge conflicts are resolved",
    "After deployment to staging",
    "Smoke tests on staging",
    "릴리스 후보 검증",
    "部署后端",
    "部署后台服务",
    "部署前端",
    "POS deployment",
    "T+1 settlement",
    "D3",
    "T-shirt sizes",
    "Nach Release-Plan",
    "After-sales integration",
    "After hours support",
    "After code freeze",
    "Launch readiness",
    "Go-live readiness",
    "Once approved",
    "Production",
    "Production environment",
    "Hypercare: contacts",
    "Deployment approvals",
    "Deployment configuration",
    "Dopo la migrazione dei dati",
    "公開範囲",
    "前提条件",
    "本番環境の設定",
    "上线方案",
    "发布说明",
    "배포 설정",
    "Yayın notları",
    "Dağıtım ayarları",
    "Catatan rilis",
    "Note di rilascio",
    "Notas de la versión",
    "Release-Notizen",
    "План релиза",
    "Kế hoạch triển khai",
    "Plan de déploiement",
    "Plano de lançamento",
    "Day 1",
    "Deployment Complete Checklist",
    "Merge strategy",
    "合并流程",
    "머지 절차",
    "Merge process",
    "Tagging",
    "Afterpay integration",
    "Post office API",
    "Unit tests",
    "Publicación de secretos",
    "公開鍵の設定",
    "Production tests",
    "Nacht",
    "Nachrichten",
    "Napoli",
    "sonra",
    "Release candidate",
    "T+1h after, T-1h before",
    "48-hour plan: T-2h to T+1h",
)


@pytest.mark.parametrize("title", AFTER)
def test_a_heading_says_after(title: str) -> None:
    assert heading_phase(title) is Phase.AFTER


@pytest.mark.parametrize("title", BEFORE)
def test_a_heading_says_before(title: str) -> None:
    assert heading_phase(title) is Phase.BEFORE


@pytest.mark.parametrize("title", SILENT)
def test_a_heading_says_neither(title: str) -> None:
    assert heading_phase(title) is None


@pytest.mark.parametrize(
    "text",
    [
        "Tag the release",
        "Create and push a git tag",
        "Push the tag",
        "Publish to npm",
        "Publish the release on GitHub",
        "Deploy",
        "🚀 Deploy: `shop up --prod`",
        "Deploy the application",
        "Deploy to production",
        "Merge the release branch",
        "[Lead] Cut the v2.1 release",
        "Announce the release",
        "Deployed to production",
    ],
)
def test_an_item_that_is_the_release_is_asked_after_it(text: str) -> None:
    assert is_release(text)
    assert item("## Pre-release", f"- [ ] {text}").phase is Phase.AFTER


@pytest.mark.parametrize(
    "text",
    [
        "Tag matches the version",
        "Deploy key is configured",
        "Deployment scripts reviewed",
        "Deploy to staging",
        "Deploy the app to the test environment",
        "Create release notes",
        "Publish workflow is green",
        "Publish the release notes draft",
        "Merge conflicts resolved",
        "Merge strategy agreed",
        "Announce release schedule",
        "Announce code freeze",
        "Release notes written",
        "Push notifications work",
        "Launch window confirmed",
        "Tag protection is on",
    ],
)
def test_an_item_that_only_speaks_of_the_release_is_asked_before_it(text: str) -> None:
    assert not is_release(text)
    assert item(f"- [ ] {text}").phase is Phase.BEFORE


def test_the_innermost_heading_that_says_decides() -> None:
    found = items(
        *(
            "# T",
            "- [ ] a",
            "## Post-deployment",
            "### Rollback",
            "- [ ] b",
            "### Before the next release",
            "- [ ] c",
        ),
        *("## Rollback", "- [ ] d"),
    )
    assert [item.phase for item in found] == [Phase.BEFORE, Phase.AFTER, Phase.BEFORE, Phase.BEFORE]


def test_a_title_says_like_a_heading() -> None:
    before, title, after, other = items(
        "- [ ] a",
        "- [ ] **Post-deployment checks:**",
        "  - [ ] b",
        "- [ ] **Backups:**",
        "  - [ ] c",
    )[:4]
    assert (before.phase, after.phase) == (Phase.BEFORE, Phase.AFTER)
    assert title.is_title
    assert other.phase is Phase.BEFORE


def test_what_is_nested_in_the_release_itself_comes_after_it() -> None:
    assert [
        item.phase for item in items("- [ ] Publish the package:", "  - [ ] Mirrors have it")
    ] == [Phase.AFTER] * 2


@pytest.mark.parametrize("title", ["Release process", "Deployment steps", "Deployment procedure"])
def test_a_document_named_after_the_deployment_itself_is_still_asked_before_it(title: str) -> None:
    assert item(f"# {title}", "- [ ] a").phase is Phase.BEFORE


@pytest.mark.parametrize(
    "lines",
    [
        ["## S", "<!-- phase: reference -->"],
        ["## S", "", "<!--phase:reference-->", ""],
        ["## S <!-- phase: reference -->"],
    ],
)
def test_a_pin_under_a_heading_decides_for_everything_below(lines: list[str]) -> None:
    checklist = read(
        *lines, "- [ ] a", "- [ ] Tag the release", "### T", "- [ ] b", "## U", "- [ ] c"
    )
    assert [item.phase for item in checklist.items] == [*[Phase.REFERENCE] * 3, Phase.BEFORE]
    assert checklist.sections[0].phase is Phase.REFERENCE
    assert checklist.sections[0].title == "S"


@pytest.mark.parametrize(
    "lines", [["## S", "words", "", "<!-- phase: reference -->"], ["## S", "<!-- phase: never -->"]]
)
def test_any_other_phase_comment_is_not_a_pin(lines: list[str]) -> None:
    assert item(*lines, "- [ ] a").phase is Phase.BEFORE


@pytest.mark.parametrize(
    ("title", "candidate"),
    [
        ("Production", "production"),
        ("3. Staging environment", "staging"),
        ("🚀 Deployment to eu-west-1", "eu-west-1"),
        ("Production Deployment Checklist", "production"),
        ("Deployment checklist", None),
        ("Staging and production", "staging and production"),
    ],
)
def test_a_heading_less_its_usual_words_may_be_an_environment(
    title: str, candidate: str | None
) -> None:
    assert environment_candidate(title) == candidate
