"""Host names in URLs: their canonical form, and whether a host is public by its name alone."""

from __future__ import annotations

import ipaddress
import re
from enum import StrEnum
from functools import lru_cache
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Services that give credentials to any process on a machine. Sources: the clouds' own
# documentation, cloud-init's pages of its data sources (docs.cloud-init.io), and for OpenStack
# Neutron's specification "IPv6 support in Metadata service".
METADATA = tuple(
    ipaddress.ip_network(net)
    for net in (
        # AWS, Azure, GCP, DigitalOcean, Oracle, OpenStack, IBM, …; and AWS's DNS and time
        "169.254.169.0/24",
        "169.254.42.42/32",  # Scaleway
        "169.254.0.23/32",  # Tencent
        "169.254.170.0/24",  # credentials of ECS and EKS pods
        "fd00:ec2::/32",  # the same over IPv6
        "fd20:ce::/32",  # GCP over IPv6
        "fe80::a9fe:a9fe/128",  # OpenStack over IPv6
        "fd00:c1::a9fe:a9fe/128",  # Oracle over IPv6, as its SDK has it
        "fd00:42::42/128",  # Scaleway over IPv6
        "fd00:a9fe:a9fe::1/128",  # Akamai (Linode) over IPv6
        "fd00:100::100:200/128",  # Alibaba over IPv6
        "100.100.100.200/32",  # Alibaba
        "100.96.0.96/32",  # Volcengine and BytePlus
        "100.80.80.80/32",  # UCloud
        "192.0.0.192/32",  # Oracle Cloud at Customer
        "168.63.129.16/32",  # Azure's wire server
    )
)
_METADATA_NAMES = (
    *("metadata.google.internal", "metadata.goog", "metadata"),  # GCP
    *("instance-data", "instance-data.ec2.internal"),  # AWS
    "metadata.tencentyun.com",  # Tencent
    "api.metadata.cloud.ibm.com",  # IBM
    "metadata.platformequinix.com",  # Equinix Metal
    "data-server",  # CloudStack
    "rancher-metadata",  # Rancher
)
# Private by RFC 8215, but global to older versions of Python's ipaddress.
_LOCAL_NAT64 = ipaddress.ip_network("64:ff9b:1::/48")
# Still in use inside of networks, although RFC 3879 deprecates it; global to ipaddress.
_SITE_LOCAL = ipaddress.ip_network("fec0::/10")
# IPv6 addresses whose last 32 bits are the IPv4 address that a translator or a tunnel leads to.
_EMBEDDING = (
    ipaddress.ip_network("64:ff9b::/96"),  # NAT64, RFC 6052
    _LOCAL_NAT64,
    ipaddress.ip_network("::ffff:0:0:0/96"),  # IPv4-translated, RFC 7915
    ipaddress.ip_network("::/96"),  # IPv4-compatible, RFC 4291
)
_PRIVATE_ENDINGS = (".localhost", ".local", ".internal", ".localdomain", ".lan", ".home.arpa")
# White space, control and invisible characters; not the joiners, which words in Persian need.
_STRAY = re.compile(
    "[\\s\x00-\x20\x7f-\x9f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\ufeff]"
)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")


class Reach(StrEnum):
    """From where a host can be reached, judged by its name or address alone, without DNS."""

    PUBLIC = "public"
    PRIVATE = "private"
    METADATA = "metadata"


def has_stray_character(url: str) -> bool:
    """Whether it contains a character that no URL may have. urlsplit removes some of them, and
    clients interpret the others in different ways.
    """
    return _STRAY.search(url) is not None


def canonical_host(host: str) -> str | None:
    """The host in lower case, without final dot, in Punycode; an address in its usual form.

    None if this is not a host's name.
    """
    host = host.lower().removesuffix(".")
    if not host.isascii():
        try:
            encoded = host.encode("idna")
            # IDNA 2003 turns ß into ss, but a browser goes to another host.
            if encoded.decode("idna") != host:
                return None
        except UnicodeError:
            return None
        host = encoded.decode()
    if address := address_of(host):
        return str(address)
    labels = host.split(".")
    if len(host) > 253 or not all(map(_LABEL.fullmatch, labels)):
        return None
    return host if _ipv4_part(labels[-1]) is None else None


def is_web_url(text: str) -> bool:
    """Whether it is an http or https URL whose host and port can be read."""
    try:
        parts = urlsplit(text)
        host = parts.hostname if parts.port != 0 else None  # reading the port may fail, too
    except ValueError:
        return False
    readable = not has_stray_character(text) and canonical_host(host or "") is not None
    return parts.scheme in ("http", "https") and readable


def shown_host(host: str) -> str:
    """The host as a URL writes it: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def address_of(host: str) -> Address | None:
    """The address, in any spelling that a connection accepts (`2130706433`, `0x7f.1`); None for a
    name.
    """
    if ":" in host:
        try:
            return ipaddress.IPv6Address(host.partition("%")[0])
        except ValueError:
            return None
    parts = [_ipv4_part(part) for part in host.split(".")]
    numbers = [part for part in parts if part is not None]
    if len(numbers) != len(parts) or len(parts) > 4 or any(number > 255 for number in numbers[:-1]):
        return None
    if numbers[-1] >= 256 ** (5 - len(numbers)):
        return None
    high = sum(number << 8 * (3 - place) for place, number in enumerate(numbers[:-1]))
    return ipaddress.IPv4Address(high + numbers[-1])


def _ipv4_part(text: str) -> int | None:
    """A number as inet_aton reads it: decimal, octal after a zero, hexadecimal after 0x."""
    if re.fullmatch(r"0x[0-9a-f]{0,8}", text):
        return int(text[2:] or "0", 16)
    if re.fullmatch(r"0[0-7]{1,11}", text):
        return int(text, 8)
    return int(text) if re.fullmatch(r"[0-9]{1,10}", text) else None


@lru_cache(maxsize=256)  # a hundred probes use only a few hosts
def reach(host: str) -> Reach:
    """A canonical host's reach. Loopback, `.internal` and a name without a dot are private."""
    if address := address_of(host):
        reaches = [_reach_of(each) for each in _with_embedded_ipv4(address)]
        return max(reaches, key=list(Reach).index)
    if host in _METADATA_NAMES:
        return Reach.METADATA
    private = "." not in host or host.endswith(_PRIVATE_ENDINGS)
    return Reach.PRIVATE if private else Reach.PUBLIC


def _reach_of(address: Address) -> Reach:
    if any(address in network for network in METADATA):
        return Reach.METADATA
    local = address in _LOCAL_NAT64 or address in _SITE_LOCAL
    public = address.is_global and not address.is_multicast and not local
    return Reach.PUBLIC if public else Reach.PRIVATE


def _with_embedded_ipv4(address: Address) -> tuple[Address, ...]:
    """The address, and the IPv4 address to which a tunnel or translator leads from it."""
    if isinstance(address, ipaddress.IPv4Address):
        return (address,)
    inner = address.ipv4_mapped or address.sixtofour
    if any(address in network for network in _EMBEDDING):
        inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address.ipv4_mapped and inner:
        return (inner,)
    return (address, inner) if inner else (address,)


def is_within(host: str, domain: str) -> bool:
    """Whether a host is the domain or a subdomain of it."""
    return host == domain or host.endswith(f".{domain}")
