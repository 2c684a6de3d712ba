"""Where a request comes from."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

#: Headers that a proxy adds: a request that has one did not come straight from its sender.
PROXY_HEADERS = ("x-forwarded-for", "x-forwarded-host", "forwarded", "x-real-ip", "via")


def client_address(request: HttpRequest) -> str:
    """The sender's address. X-Forwarded-For counts only behind our own proxy (MADOGUCHI_BEHIND_PROXY).

    Then its last entry is taken, which that proxy has written; everything before it can be forged.
    """
    direct = _clean(request.META.get("REMOTE_ADDR", ""))
    if not settings.PROXIED:
        return direct
    return _clean(request.headers.get("x-forwarded-for", "").rpartition(",")[2]) or direct


def network_of(request: HttpRequest) -> str:
    """What one sender surely shares: the IPv4 address, or the /64 of an IPv6 address."""
    address = client_address(request)
    if address and isinstance(ip_address(address), IPv6Address):
        return str(ip_network(f"{address}/64", strict=False))
    return address or "unknown"


def is_from_this_machine(request: HttpRequest) -> bool:
    """True only for a browser on this very machine, with no proxy in between and none configured."""
    address = client_address(request)
    if settings.PROXIED or not address or any(name in request.headers for name in PROXY_HEADERS):
        return False
    return ip_address(address).is_loopback


def _clean(text: str) -> str:
    """A plain IP address out of `203.0.113.9:4711`, `[2001:db8::1]:80` or `::ffff:203.0.113.9`; empty if it is none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)
