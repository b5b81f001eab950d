# Plain enough for every builder: Docker's legacy one, BuildKit, and act's. The release workflow resolves the base to a digest.
ARG PYTHON_IMAGE=python:3.13-slim

FROM ${PYTHON_IMAGE} AS build
WORKDIR /build
COPY requirements.lock ./
# git's one binary is all that is asked of git; the package's dependencies (perl) would triple what every run pulls.
# `--version` fails the build if the base lacks a library of it. Stripping the wheels' libraries saves 8 MB.
# pip and apt work side by side; `wait` fails if pip did.
# hadolint ignore=DL3008 # the versions are those of the base's own Debian release; a release is pinned by its digest
RUN set -eu; \
    python3 -m venv --without-pip /opt/deploy-checklist; \
    pip --python /opt/deploy-checklist/bin/python install --quiet --no-cache-dir --no-compile --no-deps \
        --only-binary :all: --require-hashes --requirement requirements.lock & wheels=$!; \
    apt-get update -qq -o Acquire::Languages=none; \
    apt-get install -qq --no-install-recommends -o DPkg::Options::=--force-unsafe-io binutils; \
    apt-get download -qq git; \
    dpkg --extract git_*.deb git; \
    git/usr/bin/git --version; \
    wait "$wheels"; \
    find /opt/deploy-checklist/bin -type f -delete; \
    find /opt/deploy-checklist -name '*.so' -exec strip --strip-unneeded {} +; \
    python3 -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/deploy-checklist/lib
COPY src/deploy_checklist /build/deploy_checklist
# Without bytecode a run takes 2.6 times as long. Unchecked: these files never change, whatever a copy does to their dates.
RUN python3 -m compileall -q -j 0 --invalidation-mode unchecked-hash /build/deploy_checklist \
    && cp -R /build/deploy_checklist /opt/deploy-checklist/lib/python3*/site-packages/

FROM ${PYTHON_IMAGE}
LABEL org.opencontainers.image.title="deploy-checklist" \
      org.opencontainers.image.description="The deployment checklist you already have, as a release gate." \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /build/git/usr/bin/git /usr/bin/git
COPY --from=build /build/git/usr/share/doc/git/copyright /usr/share/doc/git/copyright
COPY --from=build /opt/deploy-checklist /opt/deploy-checklist
# python:slim ships its standard library without bytecode; importing what a run imports leaves just that, and proves the image.
# So does the time zone, which `window` reads from the base's tzdata.
RUN ["/opt/deploy-checklist/bin/python", "-I", "-c", "import deploy_checklist.action, deploy_checklist.cli, github, requests, ssl, cryptography.x509, comrak, tabulate, yaml, jmespath, redis, pydantic_settings, subprocess, zoneinfo; zoneinfo.ZoneInfo('Europe/Berlin')"]
# GitHub's rules for container actions: root, no WORKDIR, an absolute path in exec form (a shell drops INPUT_FOLLOW-UPS).
# -I: neither the workspace nor PYTHONPATH can put a module in the place of ours.
ENTRYPOINT ["/opt/deploy-checklist/bin/python", "-I", "-X", "utf8", "-m", "deploy_checklist", "action"]
