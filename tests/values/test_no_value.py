"""What is no value: each kind is told apart, and no real value is refused."""

from __future__ import annotations

import base64
import json
import random
import string
import uuid
from collections.abc import Callable

import pytest

from deploy_checklist.values.no_value import no_secret_fault, no_value_fault

REFERENCE = "is a reference to a secret that was not resolved"
ENCRYPTED = "is still encrypted"
NAME = "is the name of a secret, not the secret: it was not resolved"
UNEXPANDED = "is a variable or a command that was not expanded"
IN_URL = "is a URL with a variable or a command that was not expanded"
NOTHING = "is a word for a missing value, not a value"
ASKS = "is a placeholder: it describes what to put there"
X = "contains a placeholder: a row of x"
PUBLISHED = "is an example key that its vendor has published"
DESCRIBES = "only describes a secret: it is an example"
COMMON = "is one of the most common passwords"
PREFIX = "is only the prefix of a key"

# No value of any variable.
NO_VALUE = {
    REFERENCE: (
        "op://Prod/Payments/api_key",
        "vault:secret/data/shop#API_KEY",
        "ref+vault://secret/shop#/api_key",
        "ref+awsssm://shop/key",
        "@Microsoft.KeyVault(SecretUri=https://acme.vault.azure.net/secrets/key/)",
        "@Microsoft.AppConfiguration(Endpoint=https://acme.azconfig.io; Key=k)",
        "{{resolve:secretsmanager:prod/shop:SecretString:key}}",
        "postgres://app:{{resolve:ssm-secure:db}}@db.acme.dev/app",
        "berglas://acme-secrets/api-key",
        "secretref:api-key",
        *("aws-secretsmanager://shop/key", "gcp-secretmanager://shop/key", "chamber://shop/key"),
        *("azure-keyvault://shop/key", "hashivault://secret/key", "keeper://UID/field/password"),
        *("1password://vault/item", "bitwarden://item", "env://API_KEY", "env:API_KEY"),
        *("ssm:/prod/key", "secretKeyRef:api-key", "infisical://prod/API_KEY"),
    ),
    ENCRYPTED: (
        "encrypted:BDb3sJ0xZ9l2kq8uYt7rNpQw4vXcLhE5",
        "ENC[AES256_GCM,data:p673w==,iv:YY=,aad:UQ=,tag:A=]",
        "!vault |$ANSIBLE_VAULT;1.1;AES256",
        "$ANSIBLE_VAULT;1.1;AES256\n6231",
        "{cipher}AQA0f3",
    ),
    UNEXPANDED: (
        "$(openssl rand -hex 32)",
        "$(cat /run/$(hostname))",
        "$JWT_SECRET_FROM_HOST",
        "$X",
        "$env:API_KEY",
        "$db_password",
        "$password",
        "%API_KEY%",
        "secrets.API_KEY",
        *("import.meta.env.API_KEY", "%env(API_KEY)%", "%env(resolve:API_KEY)%", "$ENV{API_KEY}"),
        *("os.environ['API_KEY']", 'os.getenv("API_KEY")', "env('API_KEY')", "var.api_key"),
        "data.aws_ssm_parameter.key.value",
    ),
    "is a template that was not filled in": (
        *(
            "((vault/api.key))",
            "$[variables.apiKey]",
            "%{env:KEY}",
            "${file(./s.yml):k}",
            "{% key %}",
        ),
    ),
    IN_URL: (
        "postgres://app:$DB_PASSWORD@db.acme.dev/app",
        "https://%HOST%/x",
        "redis://:$(cat /run/pw)@redis:6379",
        "https://{{ host }}/x",
        "https://shop.{{ domain }}/x",
        "https://__HOST__/x",
    ),
    "is a command in backticks that was not run": ("`openssl rand -hex 32`",),
    NOTHING: (
        *("[hidden]", "[MASKED]", "(sensitive value)", "(known after apply)"),
        *("None", "none", "nil", "<nil>", "(null)", "N/A", "NaN", "undefined", "[object Object]"),
        *("REDACTED", "[REDACTED]", "/dev/stdin", "%!s(<nil>)", "not set", "<no value>"),
    ),
    "contains no letter and no digit": ("-", "--", ".", "*", "…", "[]", "{}", "???", "_", "—"),
    "is a URL with a placeholder as its host": ("https://...", "postgres://…"),
    ASKS: (
        *("yoursecretkeyhere", "INSERT_YOUR_KEY_HERE", "enter-your-api-key", "add-your-key-here"),
        *("change-this-in-production", "change-me-to-a-random-string", "please-change-me"),
        *("secret_key_base_placeholder", "changeme123", "sk_live_replace_me"),
        *("여기에-비밀키-입력", "강력한-암호-여기에", "请替换为你的密钥", "你的密钥"),
        *("ここに秘密鍵を入力", "tu_clave_secreta_aqui", "contraseña-segura-aquí"),
        *("sua_chave_secreta_aqui", "hier-dein-schluessel", "Hier-Schlüssel-eintragen"),
        *("votre_cle_secrete", "votre-mot-de-passe", "ваш_секретный_ключ", "ваш_секретний_ключ"),
        *("gizli_anahtariniz", "mật_khẩu_của_bạn", "la-tua-password", "kata-sandi-anda"),
        *("jouw-wachtwoord-hier", "ihr-passwort", "hier-je-wachtwoord", "vervang-mij", "cambiami"),
        *("remplacez-moi", "поменяй_меня", "змініть-мене", "替换我", "değiştir-beni", "your密钥"),
        *("ganti-dengan-kunci-anda", "xoxb-your-token"),
        *(
            "sk-ant-your-key-here",
            "re_your_resend_key",
            "AIzaSyYourApiKeyHere",
            "AKIAYOURACCESSKEY",
        ),
        *("!ChangeThisMercureHubJWTSecretKey!", "mettez-votre-cle-ici", "ersetzen-sie-mich"),
        *("verander-dit", "thay-đổi-tôi", "替换成你的token", "ubah-ini"),
    ),
    "is a placeholder: it begins with your-": (
        "your_secret_key_here",
        "your-company-name",
        "your-khoa-bi-mat",
    ),
    X: ("sk_live_xxxxxxxxxxxxxxxxxxxxxxxx", "pk-xxxxxxxxxxxx", "ghp_" + "x" * 36, "G-XXXXXXXX"),
    "is masked: asterisks or dots replace a part of it": ("sk_live_****", "•••••3f"),
    "is a URL that contains a placeholder": (
        "https://your-domain.com",
        "redis://:changeme@redis:6379",
        "https://<host>/x",
        "https://sentry.io/<project>",
        "postgres://app:<password>@db.acme.dev/app",
        "postgres://USER:PASSWORD@HOST:PORT/DB",
        "https://hooks.slack.com/services/YOUR/WEBHOOK/URL",
    ),
    "is a URL with a word for a missing value in it": (
        "https://undefined.acme.dev/x",
        "https://api.undefined",
        "https://null/x",
        "postgres://undefined:undefined@db.acme.dev/app",
        "redis://:None@redis:6379",
        "https://acme.dev:NaN/x",
    ),
    PUBLISHED: (
        "AKIAIOSFODNN7EXAMPLE",
        "AKIAI44QH8DHBEXAMPLE",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "6LeIxAcTAAAAAGG-vFI1TnRWxMZNFuojJ4WifJWe",
        "1x0000000000000000000000000000000AA",
        *("2x00000000000000000000AB", "10000000-ffff-ffff-ffff-000000000001"),
        "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
        "test test test test test test test test test test test junk",
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        "eyJhbGciOiJIUzI1NiJ9.e30.KMUFsIDTnFmyG3nMiGM6H9FNFUROf3wh7SmqJp-QV30",
        "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJzdXBhYmFzZS1kZW1vIn0.EGIM96RAZx35lJzdJsyH",
        "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJ"
        "PLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;",
    ),
    "is a key that Django generated for development, marked insecure": (
        "django-insecure-3k2j4h5g6f7d8s9a0",
    ),
    "contains a NUL character, which no variable can contain": ("live\0key", "\0live"),
    "is a placeholder, a key with no content": (
        *("-----BEGIN RSA PRIVATE KEY-----", '{"key":"-----BEGIN A-----\\n-----END A-----\\n"}'),
        "-----BEGIN PRIVATE KEY-----\\nYOUR_KEY\\n-----END PRIVATE KEY-----",
    ),
    "is a placeholder, a key with dots for its content": (
        "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
    ),
}
# Perhaps the value of some variable, but no secret.
NO_SECRET = {
    NAME: (
        "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/api-AbCdEf",
        "arn:aws:ssm:eu-west-1:123456789012:parameter/shop/key",
        "projects/123/secrets/api-key/versions/latest",
        "https://acme.vault.azure.net/secrets/key/1",
        "/run/secrets/api_key",
        *("/etc/secrets/api_key", "file:/run/secrets/api_key", "secret/data/prod#API_KEY"),
        *(
            "/aws/reference/secretsmanager/prod/key",
            '{"uri":"https://a.vault.azure.net/secrets/k"}',
        ),
    ),
    "is a connection string with a placeholder for its password": (
        "Server=db;User Id=sa;Password=<password>;",
        "user=app password=changeme host=db",
    ),
    "is a URL that contains a placeholder": (
        "https://discord.com/api/webhooks/your-id/your-token",
    ),
    DESCRIBES: (
        *("my-super-secret-key", "supersecretkey", "generate-with-openssl-rand-hex-32"),
        *("generate_a_random_32_char_string", "example-api-key", "dummy-key-for-build"),
        *("dev-secret-do-not-use-in-prod", "test-secret-key", "password123"),
        *("cambiar-en-produccion", "troque-esta-senha", "a_changer_en_production"),
        *("ランダムな文字列", "随机32位字符串", "замените-в-продакшене", "değiştirin-şifre"),
        *("my-S3cr3t", "ThisTokenIsNotSoSecret", "my-stripe-key", "openssl rand -hex 32", "local"),
        *("value", "value-goes-in", "null-value", "ninguno", "keine", "無", "없음"),
        *("provided-by-vault", "to be defined", "zu-ersetzen", "à-définir", "нужно_заменить"),
        *(
            "待填写",
            "要変更",
            "설정필요",
            "harus-diganti",
            "мій-секретний-ключ",
            "シークレットキー",
        ),
        *("geheim-passwort", "wijzig-wachtwoord", "ganti-kata-sandi", "cambiare-in-produzione"),
    ),
    COMMON: ("qwertyuiop", "admin123456", "P@ssw0rd!", "letmein1"),
    PREFIX: (
        *("base64:", "sk_live_", "github_pat_", "Bearer"),
        *("Bearer undefined", "sk_live_undefined", "base64:None"),
    ),
    "is cut short with dots": ("sk_live_...", "AKIA...3F7Q", "sk-…"),
    "is a URL with a placeholder for its password": (
        "postgres://app:password@db.acme.dev/app",
        "postgres://app:...@db.acme.dev/app",
        "https://examplePublicKey@o0.ingest.sentry.io/0",
    ),
}


@pytest.mark.parametrize(
    ("text", "fault"), [(text, fault) for fault, texts in NO_VALUE.items() for text in texts]
)
def test_what_is_not_a_value_of_any_variable_says_which_kind_it_is(text: str, fault: str) -> None:
    assert no_value_fault(text, "NAME") == fault


@pytest.mark.parametrize(
    ("text", "fault"), [(text, fault) for fault, texts in NO_SECRET.items() for text in texts]
)
def test_what_is_not_a_secret_may_be_the_value_of_another_variable(text: str, fault: str) -> None:
    assert no_value_fault(text, "NAME") is None
    assert no_secret_fault(text) == fault


SETTINGS = [
    *("0", "x", "false", "no", "a", "production", "debug", "test", "password", "replace", "token"),
    *("add-key", "change-password", "su-app", "/", "::", "* * * * *", "0 3 * * *", "na"),
    *("https://{s}.tile.acme.dev/{z}/{x}/{y}.png", "docker://alpine:latest", "https://HR.acme.dev"),
    *("https://none.acme.dev", "https://acme.dev/null", "postgres://nullable:x@db.acme.dev/a"),
    *("https://acme.dev/your-account", "https://acme.dev/change-password", "eu-west-1"),
    *("/dev/stdout", "Loading...", "Your order has shipped", "$5", "100%", "a%20b", "/run/secrets"),
    *(
        "https://acme.dev/a%20b%20c",
        "vault:v1:8SDd3WHDOjf7mq69CyCqYjBXAiQQAVZRkFM13ok481zoCmHnSeDX",
    ),
    *("hidden", "masked", "data.acme.dev", "local.acme.dev", "openssl", "THE_EXAMPLE", "ssm"),
    *("http://nowhere.acme.dev", "nowhere"),
    *("<?xml version='1.0'?><a></a>", "<b>Hello</b>"),
]
SECRETS = [
    *("q7Zk29xLmPw4Rt8BvNs3", "correct-horse-battery-staple", "P@ss#w0rd$9Zk!x"),
    *("aGVsbG8gd29ybGQgdGhpcyBpcw==", "whsec_8fK2mZq0Lr7TyN", "your_2gk3Lz9XcVbN"),
    *("postgres://app:9fK2m@db.acme.internal:5432/app", "sk_test_4eC39HqLyjWDarjtT1zdp7dc"),
    '{"type":"service_account","private_key_id":"ab12"}',
    "rediss://:q7Z...m4Rt8BvNs3@cache.acme.dev:6380/0",
    *("dev_9Kf2mZq0Lr", "https://acme@git.acme.dev/shop", "Host=db;Password=9Kf2mZq0Lr", "abcabd9"),
    *("$2b$12$KIXQ0z1Y9l7cQ8Yx1mYb4u", "$ecret9Horse", "лошадь-скрепка-батарея-верно"),
]


@pytest.mark.parametrize("text", SETTINGS)
def test_a_setting_is_a_value(text: str) -> None:
    assert no_value_fault(text, "NAME") is None


@pytest.mark.parametrize("text", SECRETS)
def test_a_real_secret_is_one(text: str) -> None:
    assert no_value_fault(text, "NAME") is None
    assert no_secret_fault(text) is None


@pytest.mark.parametrize("text", ["none", "*", "changeme", "$HOME", "-"])
def test_what_the_rule_writes_out_is_a_value(text: str) -> None:
    assert no_value_fault(text, "NAME")
    assert no_value_fault(text, "NAME", {text, "s3"}) is None


ALNUM = string.ascii_letters + string.digits
WORDS = [
    "river",
    "copper",
    "lantern",
    "violet",
    "harbor",
    "meadow",
    "quartz",
    "saddle",
    "timber",
    "walnut",
    "anchor",
    "breeze",
    "candle",
    "dagger",
    "ember",
    "falcon",
    "ginger",
    "hollow",
    "island",
    "jungle",
    "kettle",
    "ladder",
    "marble",
    "nectar",
    "orchid",
    "pepper",
    "rocket",
    "silver",
    "tunnel",
    "velvet",
    "willow",
    "zephyr",
]
FOREIGN = [
    "лампа",
    "береза",
    "якорь",
    "ветер",
    "песок",
    "山川",
    "海風",
    "銀河",
    "紫竹",
    "하늘",
    "바다",
    "구름",
    "나무",
    "さくら",
    "みずうみ",
    "かぜ",
    "rüya",
    "köprü",
    "güneş",
    "ánh",
    "trăng",
    "sông",
    "élève",
    "forêt",
    "mañana",
    "corazón",
    "über",
    "straße",
]


def chars(source: random.Random, alphabet: str, length: int) -> str:
    return "".join(source.choices(alphabet, k=length))


def encoded(source: random.Random, length: int) -> str:
    return base64.b64encode(source.randbytes(length)).decode()


def pem(source: random.Random) -> str:
    lines = "\n".join(encoded(source, 48) for _ in range(6))
    return f"-----BEGIN PRIVATE KEY-----\n{lines}\n-----END PRIVATE KEY-----"


def jwt(source: random.Random) -> str:
    claims = json.dumps({"sub": chars(source, ALNUM, 12)}).encode()
    head, body = (base64.urlsafe_b64encode(each).decode().rstrip("=") for each in (b"{}", claims))
    return f"{head}.{body}.{chars(source, ALNUM + '-_', 43)}"


SHAPES: dict[str, Callable[[random.Random], str]] = {
    "stripe": lambda source: f"sk_live_{chars(source, ALNUM, 24)}",
    "stripe webhook": lambda source: f"whsec_{chars(source, ALNUM, 32)}",
    "github": lambda source: f"ghp_{chars(source, ALNUM, 36)}",
    "github fine": lambda source: (
        f"github_pat_{chars(source, ALNUM, 22)}_{chars(source, ALNUM, 59)}"
    ),
    "gitlab": lambda source: f"glpat-{chars(source, ALNUM + '-_', 20)}",
    "slack": lambda source: f"xoxb-{chars(source, string.digits, 12)}-{chars(source, ALNUM, 24)}",
    "slack webhook": lambda source: (
        f"https://hooks.slack.com/services/T{chars(source, string.ascii_uppercase, 8)}"
        f"/B{chars(source, string.ascii_uppercase, 8)}/{chars(source, ALNUM, 24)}"
    ),
    "aws id": lambda source: f"AKIA{chars(source, string.ascii_uppercase + '234567', 16)}",
    "aws secret": lambda source: chars(source, ALNUM + "/+", 40),
    "google": lambda source: f"AIza{chars(source, ALNUM + '-_', 35)}",
    "openai": lambda source: f"sk-proj-{chars(source, ALNUM + '-_', 48)}",
    "anthropic": lambda source: f"sk-ant-api03-{chars(source, ALNUM + '-_', 60)}",
    "sendgrid": lambda source: f"SG.{chars(source, ALNUM, 22)}.{chars(source, ALNUM + '-_', 43)}",
    "twilio": lambda source: f"SK{chars(source, string.hexdigits.lower(), 32)}",
    "npm": lambda source: f"npm_{chars(source, ALNUM, 36)}",
    "sentry": lambda source: (
        f"https://{chars(source, '0123456789abcdef', 32)}@o{source.randrange(10**6)}.ingest.sentry.io/42"
    ),
    "hex": lambda source: source.randbytes(32).hex(),
    "base64": lambda source: encoded(source, 32),
    "laravel": lambda source: f"base64:{encoded(source, 32)}",
    "uuid": lambda source: str(uuid.UUID(bytes=source.randbytes(16))),
    "pem": pem,
    "jwt": jwt,
    "json": lambda source: json.dumps({"type": "service_account", "key": pem(source)}),
    "postgres": lambda source: (
        f"postgres://app:{chars(source, ALNUM, 12)}@db.acme.internal:5432/shop?sslmode=require"
    ),
    "redis": lambda source: f"rediss://:{chars(source, ALNUM + '-._~', 16)}@cache.acme.dev:6380/0",
    "azure": lambda source: (
        f"DefaultEndpointsProtocol=https;AccountName=acme;AccountKey={encoded(source, 64)}"
    ),
    "password": lambda source: chars(source, ALNUM + "!#$%&*+-/:;=?@^_~", 20) + "k",
    "short password": lambda source: f"k{chars(source, ALNUM + '!#$%&*', 10)}7",
    "passphrase": lambda source: source.choice("-_ .").join(source.choices(WORDS, k=5)),
    "foreign words": lambda source: source.choice("-_ .").join(source.choices(FOREIGN, k=5)),
}


def test_no_real_value_is_refused() -> None:
    source, refused = random.Random(20_260_701), []
    for number in range(10_020):
        shape = list(SHAPES)[number % len(SHAPES)]
        text = SHAPES[shape](source)
        if fault := no_value_fault(text, "NAME") or no_secret_fault(text):
            refused.append((shape, fault))
    assert len(SHAPES) == 30
    assert refused == []


@pytest.mark.parametrize(
    "piece", ["$(", "{{", "your-", "key", "a:", "****", "x ", "...", "%A", "/@"]
)
def test_a_megabyte_is_judged_at_once(piece: str) -> None:
    for start in ("a", "https://", "-----BEGIN A", "arn:aws:ssm:"):
        text = start + piece * (1_048_576 // len(piece))
        no_value_fault(text, "NAME")
        no_secret_fault(text)
