"""Values that have the form of a secret, whatever their variable is called.

In case of doubt a value has it: then it is stored as a secret, and no rule quotes it.
"""

from __future__ import annotations

import re

_LONGEST = 10_000  # characters that are checked; longer texts are not names, hosts or modes
# User information in a URL, and before the host in a data source's name ("user:word@tcp(host)").
_USER_INFORMATION = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]{0,30}://(?:[^/?#\s@]{0,500}@|[^/\s:@]{0,200}:(?!\d+/)[^\s@]{1,500}@)"
    r"|^(?!mailto:|sip:|npm:|acct:)[^\s:/@]{1,200}:(?!//)[^\s@]{1,500}@"
    r"(?!sha\d+:)(?:[A-Za-z]|\d{1,3}\.\d{1,3}\.)"
)
# A credential among the parameters of a URL or of a connection.
_PARAMETER = re.compile(
    r"(?:^|[?&;,\s])(?:password|passwd|pwd|secret|client[_-]?secret|token|access[_-]?token|sig"
    r"|signature|api[_-]?key|access[_ -]?key|account[_ -]?key|shared[_ -]?access[_ -]?key)"
    r"\s{0,3}=\s{0,3}[^&;\s]{4}",
    re.IGNORECASE,
)
# Anyone who knows such an address can write there.
_CAPABILITY_URL = re.compile(
    r"://hooks\.slack\.com/|://(?:\w+\.)?discord(?:app)?\.com/api/webhooks/|\.webhook\.office\.com/"
    r"|://api\.telegram\.org/bot|://chat\.googleapis\.com/v1/spaces/\S+key="
)
# How the keys of vendors begin.
_VENDORS_KEY = re.compile(
    r"(?<![A-Za-z0-9])(?:[sr]k_(?:live|test)_|whsec_|gh[opsur]_|github_pat_|gl(?:pat|dt|rt|ptt)-"
    r"|xox[abceoprs]-|xapp-|SG\.|npm_|pypi-|hf_|gsk_|xai-|nvapi-|do[opr]_v1_|shp(?:at|ca|pa|ss)_"
    r"|sq0[a-z]{3}-|rubygems_|lin_api_|figd_|hv[sbr]\.|tskey-|sntry[su]_|NRAK-|dckr_(?:pat|oat)_"
    r"|PMAK-|ATATT|ATCTT|sbp_|sb_secret_|pat-na1-|atlasv1\.|AGE-SECRET-KEY-1|base64:)"
    r"(?=[A-Za-z0-9+/=_.-]{8})|(?<![A-Za-z0-9])(?:A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{12}|AIza[\w-]{20}"
    r"|ya29\.[\w-]{8}|eyJ[\w-]{6,}\.|EAA[A-Za-z0-9]{20}"
    r"|sk-(?=[\w-]{0,40}\d)[\w-]{16})|-----BEGIN |\$2[aby]\$\d\d\$|\$argon2"
)
_UUID = re.compile(r"(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
_PASSWORD = re.compile(r"(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[!#%^&*~])[^\s/]{10,60}")
_RUN = re.compile(r"[A-Za-z0-9]{16,}")
_RUN_OF_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{20,}")
# Between digits and letters, and where a capital begins no word: random texts have many of these.
_SURPRISE = re.compile(r"(?<=[A-Za-z])\d|(?<=\d)[A-Za-z]|(?<=[a-z])[A-Z](?![a-z]{2})")


def looks_like_a_secret(value: str) -> bool:
    """Whether it holds a credential: user information, a vendor's key, a long random text."""
    text = value[:_LONGEST]
    forms = (_USER_INFORMATION, _PARAMETER, _CAPABILITY_URL, _VENDORS_KEY, _UUID)
    if any(form.search(text) for form in forms) or _PASSWORD.fullmatch(text):
        return True
    return any(_surprises(run) >= max(3, len(run) / 8) for run in _RUN.findall(text)) or any(
        _surprises(run) >= max(4, len(run) / 5) for run in _RUN_OF_BASE64.findall(text)
    )


def _surprises(run: str) -> int:
    return len(_SURPRISE.findall(run))
