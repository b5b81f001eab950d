"""Values that show by their form that they are secrets, whatever their variable is called."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from deploy_checklist.values.secret_forms import looks_like_a_secret

from .test_no_value import SHAPES

# The form of a passphrase tells nothing, and that of a password not much: there the name decides.
FORMLESS = ("password", "short password", "passphrase", "foreign words")
WITH_A_FORM = {name: make for name, make in SHAPES.items() if name not in FORMLESS}


@pytest.mark.parametrize("make", WITH_A_FORM.values(), ids=list(WITH_A_FORM))
def test_a_real_secret_has_the_form_of_one(make: Callable[[random.Random], str]) -> None:
    source = random.Random(20_260_702)
    found = [looks_like_a_secret(make(source)) for _ in range(300)]
    assert sum(found) >= 297


@pytest.mark.parametrize(
    "value",
    [
        "https://user:pw@host",
        "https://token@git.acme.dev/x",
        "postgres://app:p/w@db.acme.dev/app",
        "jdbc:postgresql://u:p@db.acme.dev/app",
        "https://a.dev,https://u:p@b.dev",
        "app:pw@tcp(db.acme.dev:3306)/shop",
        "admin:pw@10.0.0.7:27017",
        "Server=db;User Id=app;Password=r7Kq29;",
        "https://acme.dev/feed?access_token=r7Kq29",
        "https://acme.blob.core.windows.net/x?sv=2024&sig=r7Kq29",
        "https://hooks.slack.com/services/T0/B0/x",
        "https://discord.com/api/webhooks/1/x",
        "sk_live_51HqR2x9",
        "rk_test_51HqR2x9",
        "ASIAIOSFODNN7ABCDEFG",
        "-----BEGIN CERTIFICATE-----\nMIIB",
        "$2b$12$KIXQ0z1Y9l7cQ8Yx1mYb4u",
        "hvs.CAESIJ0aK1",
        "k8#Zq!m2Lx9w",
        "4f2b8c1e-93a7-4d5e-8f60-1a2b3c4d5e6f",
    ],
)
def test_a_credential_is_one_wherever_it_is(value: str) -> None:
    assert looks_like_a_secret(value)
    assert looks_like_a_secret(f"x, {value}") or value.startswith(("app:", "admin:", "k8"))


@pytest.mark.parametrize(
    "value",
    [
        *(
            "production",
            "info",
            "true",
            "8080",
            "761551243560",
            "1.2.3-rc.1+build.5",
            "",
            "eu-west-1",
        ),
        *(
            "https://acme.dev",
            "https://shop.acme.dev/api/v1/health?x=1",
            "https://a.dev,https://b.dev",
        ),
        *("acme-prod-bucket-2024-eu-west-1", "MyServiceProduction2024Version3", "key-value-store"),
        *(
            "2024-01-15T10:00:00Z",
            "https://unpkg.com/@acme/ui@1.2.3",
            "https://chat.acme.dev/@shop",
        ),
        *("http://localhost:3000/@vite/client", "node:20@sha256:deadbeef", "npm:react@18"),
        *("git@github.com:acme/shop.git", "registry.acme.dev:5000/shop", "Acme <noreply@acme.dev>"),
        *(
            "mailto:ops@acme.dev",
            "*/5 * * * *",
            "redis.acme.internal:6379",
            "com.acme.shop.android",
        ),
        *("arn:aws:iam::123456789012:role/deploy", "G-ABCDE12345", "Content-Type,Authorization"),
        *(
            "d111111abcdef8.cloudfront.net",
            "default-src 'self'; script-src 'none'",
            "sk-production",
        ),
    ],
)
def test_a_setting_has_no_form_of_a_secret(value: str) -> None:
    assert not looks_like_a_secret(value)


def test_a_long_text_is_read_in_linear_time() -> None:
    for text in (
        "a:" * 50_000,
        "x://" * 20_000,
        "password = " * 9_000,
        "sk-" * 30_000,
        "aB3" * 30_000,
    ):
        looks_like_a_secret(text)
