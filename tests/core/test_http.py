"""The safe HTTP client against a real server on loopback, and the rules about addresses."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.connectors.mail.certificates import Authority

from madoguchi.core import http
from madoguchi.core.http import AddressRefused, AnswerTooLarge, Limits, Unreachable, fetch, is_public

LOCAL = Limits(private_hosts=frozenset({"127.0.0.1", "localhost"}), total_seconds=5)


class Site(BaseHTTPRequestHandler):
    seen: list[tuple[str, str, dict[str, str], bytes]] = []

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        type(self).seen.append((self.command, self.path, dict(self.headers), body))
        pages: dict[str, Callable[[], None]] = {
            "/json": lambda: self.page(b'{"a": 1}'),
            "/broken": lambda: self.page(b"not json"),
            "/large": lambda: self.page(b"x" * 2000),
            "/packed": lambda: self.page(b"x", ("Content-Encoding", "gzip")),
            "/away": lambda: self.move("/json"),
            "/circle": lambda: self.move("/circle"),
            "/inside": lambda: self.move("http://127.0.0.2:1/"),
            "/file": lambda: self.move("file:///etc/hostname"),
            "/drip": self.drip,
        }
        pages.get(self.path, lambda: self.send_error(404))()

    do_GET = do_POST = do_HEAD = answer  # noqa: N815 - http.server's names

    def page(self, content: bytes, *headers: tuple[str, str]) -> None:
        self.send_response(200)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def move(self, to: str) -> None:
        self.send_response(302)
        self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def drip(self) -> None:
        try:
            for _ in range(100):
                self.wfile.write(b"H")
                time.sleep(0.05)
        except OSError:
            pass

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def site() -> Iterator[str]:
    Site.seen = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_fetch_returns_the_answer(site: str) -> None:
    answer = fetch("GET", f"{site}/json", limits=LOCAL)

    assert (answer.status, answer.json(), answer.is_success) == (200, {"a": 1}, True)
    assert answer.headers["content-length"] == "8"


def test_fetch_returns_an_error_status_as_it_is(site: str) -> None:
    answer = fetch("GET", f"{site}/nowhere", limits=LOCAL)

    assert (answer.status, answer.is_success) == (404, False)


def test_fetch_sends_forms_and_json(site: str) -> None:
    fetch("POST", f"{site}/json", form={"a": "窓"}, limits=LOCAL)
    fetch("POST", f"{site}/json", json={"b": 2}, headers={"X-Key": "k"}, limits=LOCAL)

    assert [body for *_rest, body in Site.seen] == [b"a=%E7%AA%93", b'{"b":2}']
    assert Site.seen[1][2]["X-Key"] == "k"


def test_private_addresses_are_refused(site: str) -> None:
    with pytest.raises(AddressRefused):
        fetch("GET", f"{site}/json")

    assert Site.seen == []


def test_a_name_is_resolved_once_and_only_the_checked_address_is_used(
    site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = socket.getaddrinfo
    asked: list[str] = []

    def resolve(host: str, *args: object, **options: object) -> object:
        asked.append(host)
        return real("127.0.0.1" if host == "desk.example" else host, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    port = site.rpartition(":")[2]
    limits = Limits(private_hosts=frozenset({"desk.example"}))

    answer = fetch("GET", f"http://desk.example:{port}/json", limits=limits)

    assert answer.status == 200
    assert asked.count("desk.example") == 1
    assert Site.seen[0][2]["Host"] == f"desk.example:{port}"


def test_one_private_address_among_public_ones_refuses_all(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(2, 1, 6, "", (address, 80)) for address in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: found)

    with pytest.raises(AddressRefused):
        fetch("GET", "http://mixed.example/")


def test_the_next_address_is_tried(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    port = int(site.rpartition(":")[2])
    real = socket.getaddrinfo
    found = [(2, 1, 6, "", ("127.0.0.9", port)), (2, 1, 6, "", ("127.0.0.1", port))]
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *a, **k: found if host == "two.example" else real(host, *a, **k)
    )

    answer = fetch("GET", f"http://two.example:{port}/json", limits=Limits(private_hosts=frozenset({"two.example"})))

    assert answer.status == 200


def test_redirects_are_followed_for_reading(site: str) -> None:
    answer = fetch("GET", f"{site}/away", limits=LOCAL)

    assert answer.url == f"{site}/json"


def test_redirects_are_not_followed_for_writing(site: str) -> None:
    answer = fetch("POST", f"{site}/away", form={"secret": "1"}, limits=LOCAL)

    assert answer.status == 302
    assert len(Site.seen) == 1


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("/inside", AddressRefused),
        ("/file", AddressRefused),
        ("/circle", Unreachable),
        ("/large", AnswerTooLarge),
        ("/packed", Unreachable),
    ],
)
def test_what_leads_astray_is_refused(site: str, path: str, error: type[Exception]) -> None:
    limits = Limits(private_hosts=frozenset({"127.0.0.1"}), total_seconds=5, answer_max_bytes=1000)

    with pytest.raises(error):
        fetch("GET", f"{site}{path}", limits=limits)


def test_a_drip_of_bytes_ends_at_the_deadline(site: str) -> None:
    began = time.monotonic()

    with pytest.raises(Unreachable):
        fetch("GET", f"{site}/drip", limits=Limits(private_hosts=LOCAL.private_hosts, total_seconds=0.3))

    assert time.monotonic() - began < 2


def test_an_answer_that_is_not_json_is_said_so(site: str) -> None:
    answer = fetch("GET", f"{site}/broken", limits=LOCAL)

    with pytest.raises(Unreachable, match=r"127\.0\.0\.1"):
        answer.json()


@pytest.mark.parametrize("url", ["ftp://files.example/", "http://desk.example:notaport/", "nothing"])
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        fetch("GET", url)


def test_an_unknown_host_is_unreachable() -> None:
    with pytest.raises(Unreachable, match="no-such-host"):
        fetch("GET", "http://no-such-host.invalid/")


def test_https_may_not_lead_to_http(monkeypatch: pytest.MonkeyPatch) -> None:
    import httpx2  # noqa: PLC0415 - only here

    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(302, headers={"Location": "http://plain.example/"})

    monkeypatch.setattr(http, "_transport", lambda *_args: httpx2.MockTransport(answer))

    with pytest.raises(AddressRefused, match=r"secure\.example"):
        fetch("GET", "https://secure.example/")


def test_a_certificate_must_fit_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Authority()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*authority.issue(tmp_path, "127.0.0.1"))
    monkeypatch.setattr(http, "_ssl_context", lambda: ssl.create_default_context(cadata=authority.pem))
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            answer = fetch("GET", f"https://127.0.0.1:{server.server_port}/json", limits=LOCAL)
            with pytest.raises(Unreachable):
                fetch("GET", f"https://localhost:{server.server_port}/json", limits=LOCAL)
        finally:
            server.shutdown()
            thread.join()

    assert answer.json() == {"a": 1}


def test_a_tls_server_nobody_vouches_for_is_unreachable(site: str) -> None:
    with pytest.raises(Unreachable):
        fetch("GET", site.replace("http:", "https:"), limits=LOCAL)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("10.1.2.3", False),
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::a00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_is_public(address: str, *, expected: bool) -> None:
    assert is_public(address) is expected
