"""The one client for HTTP to the outside; whatever an address says, it cannot be led into our own network.

Every name is resolved here and only the addresses that were checked are connected to, so a name cannot change its mind
between the check and the connection. Private addresses are refused unless the caller names the host; redirects are
followed for reading only, each through the same check. Time and size of an answer are bounded as a whole.

HttpTrouble
 ├ AddressRefused    the URL leads where we do not go
 ├ Unreachable       no connection, no answer in time, a broken answer
 └ AnswerTooLarge    more bytes than allowed
"""

import ipaddress
import json as json_module
import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import httpcore2
import httpx2

from madoguchi.core.errors import DomainError
from madoguchi.core.telling import telling as _

USER_AGENT = "Madoguchi"
#: Translates IPv4 into IPv6 (RFC 6052): the IPv4 address inside decides.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class HttpTrouble(DomainError):
    """A request to the outside came to nothing."""

    code = "http_trouble"
    status = 502


class AddressRefused(HttpTrouble):
    """The URL leads where we do not go: another scheme, a private address, back from https to http."""

    code = "address_refused"


class Unreachable(HttpTrouble):
    """No connection, no answer in time, or an answer that is not HTTP."""

    code = "unreachable"


class AnswerTooLarge(HttpTrouble):
    """The answer has more bytes than the caller allows."""

    code = "answer_too_large"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may cost, and which hosts may be private."""

    total_seconds: float = 20.0  #: from the look-up of the name to the last byte, redirects included
    connect_seconds: float = 5.0
    answer_max_bytes: int = 5 * 1024 * 1024
    redirects: int = 5
    private_hosts: frozenset[str] = frozenset()  #: names, in lower case, that may lead to private addresses


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    content: bytes
    url: str  #: of the last request, after redirects
    headers: dict[str, str] = field(default_factory=dict)  #: lower-case names

    @property
    def is_success(self) -> bool:
        """True for 2xx."""
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The content as JSON; Unreachable when it is none, since the other side is not what we thought."""
        try:
            return json_module.loads(self.content)
        except (ValueError, RecursionError) as error:
            raise Unreachable(_("The answer of %(host)s cannot be read.") % {"host": _host(self.url)}) from error


_LIMITS = Limits()


def fetch(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    json: object = None,
    limits: Limits = _LIMITS,
) -> Answer:
    """Make one request and return the whole answer, whatever its status.

    Only GET and HEAD follow redirects (another host must not be sent what was meant for the first).
    Raises HttpTrouble and nothing else.
    """
    sent = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **(headers or {})}
    deadline = time.monotonic() + limits.total_seconds
    try:
        with httpx2.Client(transport=_transport(limits, deadline), trust_env=False) as client:
            client.timeout = httpx2.Timeout(limits.total_seconds, connect=limits.connect_seconds)
            request = client.build_request(method, url, headers=sent, data=form, json=json)
            return _follow(client, request, limits)
    except httpx2.InvalidURL as error:
        raise AddressRefused(_("This is not an address of the web: %(url)s") % {"url": url[:200]}) from error
    except httpx2.TimeoutException as error:
        raise Unreachable(_("%(host)s did not answer in time.") % {"host": _host(url)}) from error
    except httpx2.HTTPError as error:
        raise Unreachable(_("%(host)s could not be reached (%(why)s).") % {"host": _host(url), "why": error}) from error


def _follow(client: httpx2.Client, request: httpx2.Request, limits: Limits) -> Answer:
    for _turn in range(limits.redirects + 1):
        if request.url.scheme not in {"http", "https"}:
            raise AddressRefused(_("Only addresses with http or https can be used."))
        response = client.send(request, stream=True)
        try:
            following = response.next_request
            if following is None or request.method not in {"GET", "HEAD"}:
                return _read(response, limits)
        finally:
            response.close()
        if request.url.scheme == "https" and following.url.scheme != "https":
            raise AddressRefused(_("%(host)s leads from https to http.") % {"host": request.url.host})
        request = following
    raise Unreachable(_("%(host)s leads in a circle.") % {"host": request.url.host})


def _read(response: httpx2.Response, limits: Limits) -> Answer:
    content = bytearray()
    if response.headers.get("content-encoding", "identity") != "identity":
        # We did not ask for it; unpacked, a small answer may be endless.
        raise Unreachable(_("The answer of %(host)s cannot be read.") % {"host": response.url.host})
    for chunk in response.iter_raw():
        content += chunk
        if len(content) > limits.answer_max_bytes:
            raise AnswerTooLarge(_("The answer of %(host)s is too large.") % {"host": response.url.host})
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status_code, bytes(content), str(response.url), headers)


def _host(url: str) -> str:
    return urlsplit(url).hostname or url[:100]


def _transport(limits: Limits, deadline: float) -> httpx2.HTTPTransport:
    transport = httpx2.HTTPTransport(verify=_ssl_context(), trust_env=False)
    # httpx has no public way to give the pool another network.
    transport._pool = httpcore2.ConnectionPool(  # noqa: SLF001
        ssl_context=_ssl_context(), network_backend=_GuardedNetwork(limits.private_hosts, deadline)
    )
    return transport


@lru_cache(maxsize=1)
def _ssl_context() -> ssl.SSLContext:
    return httpx2.create_ssl_context(trust_env=False)


class _GuardedNetwork(httpcore2.NetworkBackend):
    """Connects only to addresses it has checked itself, and lets no operation pass the deadline."""

    def __init__(self, private_hosts: frozenset[str], deadline: float) -> None:
        self._private_hosts = private_hosts
        self._deadline = deadline
        self._network = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        failure: Exception = httpcore2.ConnectError("no address")
        for address in checked_addresses(host, port, self._private_hosts):
            try:
                stream = self._network.connect_tcp(
                    address, port, _remaining(self._deadline, timeout), local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self._deadline)
        raise failure


class _TimedStream(httpcore2.NetworkStream):
    """A stream whose every operation ends at the deadline: a drip of bytes cannot hold us."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _remaining(self._deadline, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _remaining(self._deadline, timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, _remaining(self._deadline, timeout))
        return _TimedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _remaining(deadline: float, timeout: float | None) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore2.ReadTimeout("the time for the whole request is over")
    return left if timeout is None else min(left, timeout)


def checked_addresses(host: str, port: int, private_hosts: frozenset[str] = frozenset()) -> list[str]:
    """The addresses behind a name that may be connected to; AddressRefused when one of them is private.

    One private address among public ones refuses them all: an honest name does not mix them.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(_("There is no host named %(host)s.") % {"host": host}) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if host.lower().rstrip(".") not in private_hosts and not all(is_public(address) for address in addresses):
        raise AddressRefused(
            _("%(host)s is an address inside a private network, where requests are not sent.") % {"host": host}
        )
    return addresses


def is_public(address: str) -> bool:
    """True for an address of the public Internet, also looking inside IPv6 forms that carry an IPv4 address."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast
