"""Files that hold secrets are told by the shape of their names."""

from __future__ import annotations

import pytest

from deploy_checklist.values.secret_files import holds_secrets, is_env_file

ENV_FILES = [
    ".env", ".env.production", "apps/x/.env.local", "prod.env", ".env-prod", ".env_prod",
    ".env.test.local", "env.production", ".ENV", ".envrc", ".env*", ".env.*", "*.env",
    ".envs/.production/.django",
]  # fmt: skip
SECRET = [
    "*.pem", "certs/server.key", "a.p12", "app.jks", "id_rsa", "id_ed25519",
    "serviceAccountKey.json", "credentials.json", "service-account.json",
    "google-service-account.json", "secrets.yml", "config/secrets.yml", "secrets.toml",
    "secrets.production.yaml", "credentials_prod.json", "gcp-credentials.prod.json",
    "terraform.tfvars", "prod.auto.tfvars", "terraform.tfstate", ".npmrc", "kubeconfig",
    ".kube/config", ".htpasswd", ".dev.vars", "key.json", "firebase-adminsdk-x1.json",
    "client_secret_12.apps.json", "config/master.key", "api_keys.json", ".aws/credentials",
    "keystore.properties", "default.key", "secrets/prod.json", "k8s/secrets/shop.yaml",
]  # fmt: skip
ORDINARY = [
    ".env.example", ".env.sample", ".env.template", ".env.dist", ".env.defaults",
    ".env.production.example", ".env.vault", "example.env", "sample.env", "env.example",
    "process.env", "src/env.d.ts", "env.py", "environment.ts", "secrets.py", "docs/secrets.md",
    "secrets-scan.yml", "password.ts", "tokens.css", "id_rsa.pub", "credentials.yml.enc",
    "secrets.enc.yaml", "sealed-secret.yaml", "package.json", "config/limits.yml", "README.md",
    "docker-compose.secrets.yml", ".github/workflows/rotate-secrets.yml",
    "keyboard.json", "keycloak.json", "monkey.txt", ".gitignore", "Dockerfile",
    "server.key.example", "secrets", "credentials", "docs/secrets/README.md",
]  # fmt: skip


@pytest.mark.parametrize("path", ENV_FILES)
def test_an_env_file_holds_secrets(path: str) -> None:
    assert is_env_file(path)
    assert holds_secrets(path)


@pytest.mark.parametrize("path", SECRET)
def test_keys_and_credentials_hold_secrets(path: str) -> None:
    assert holds_secrets(path)
    assert not is_env_file(path)


@pytest.mark.parametrize("path", ORDINARY)
def test_an_example_code_and_what_is_encrypted_hold_none(path: str) -> None:
    assert not holds_secrets(path)
    assert not is_env_file(path)
