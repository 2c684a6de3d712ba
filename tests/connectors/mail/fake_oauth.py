"""An authorization server on loopback: the two addresses of RFC 6749, and introspection (RFC 7662) for Dovecot."""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from madoguchi.connectors.mail.oauth import Client, Provider
from madoguchi.core.http import Limits

LIMITS = Limits(private_hosts=frozenset({"127.0.0.1"}), total_seconds=5)


class FakeOAuth:
    """Knows one client; gives a code to whoever asks, and tokens for codes and refresh tokens it gave."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.challenges: dict[str, str] = {}  #: code to challenge
        self.refresh_tokens: dict[str, str] = {}  #: token to user
        self.access_tokens: dict[str, str] = {}
        self.rotates = True
        self.lifetime_seconds: object = 3600
        self.answer: tuple[int, Any] | None = None  #: said instead of everything else
        self.asked: list[dict[str, str]] = []
        self._count = 0

    @property
    def provider(self) -> Provider:
        base = f"http://127.0.0.1:{self.port}"
        return Provider("Provider", f"{base}/{{tenant}}/authorize", f"{base}/token", ("mail",), limits=LIMITS)

    @property
    def client(self) -> Client:
        return Client(self.provider, "client-1", "secret-1")

    def visit(self, url: str, user: str = "desk@desk.example") -> dict[str, str]:
        """What the person does in the browser: agree; returns what comes back to us."""
        asked = {key: values[0] for key, values in parse_qs(urlsplit(url).query).items()}
        assert asked["code_challenge_method"] == "S256"
        code = self._new("code")
        self.challenges[code] = asked["code_challenge"] + " " + user
        return {"code": code, "state": asked["state"]}

    def token(self, form: dict[str, str]) -> tuple[int, Any]:
        self.asked.append(form)
        if self.answer is not None:
            return self.answer
        if (form.get("client_id"), form.get("client_secret")) != ("client-1", "secret-1"):
            return 401, {"error": "invalid_client"}
        return self._exchange(form) if form["grant_type"] == "authorization_code" else self._refresh(form)

    def _exchange(self, form: dict[str, str]) -> tuple[int, Any]:
        challenge, _blank, user = self.challenges.pop(form["code"], "? ?").partition(" ")
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if challenge != base64.urlsafe_b64encode(digest).rstrip(b"=").decode():
            return 400, {"error": "invalid_grant"}
        return 200, self._tokens(user)

    def _refresh(self, form: dict[str, str]) -> tuple[int, Any]:
        user = self.refresh_tokens.get(form["refresh_token"], "")
        if not user:
            return 400, {"error": "invalid_grant"}
        tokens = self._tokens(user)
        del self.refresh_tokens[form["refresh_token"] if self.rotates else tokens.pop("refresh_token")]
        return 200, tokens

    def introspect(self, form: dict[str, str]) -> tuple[int, Any]:
        user = self.access_tokens.get(form.get("token", ""))
        return 200, {"active": user is not None, "email": user or "", "username": user or ""}

    def _tokens(self, user: str) -> dict[str, Any]:
        access, refresh = self._new("access"), self._new("refresh")
        self.access_tokens[access], self.refresh_tokens[refresh] = user, user
        return {"access_token": access, "refresh_token": refresh, "expires_in": self.lifetime_seconds}

    def _new(self, kind: str) -> str:
        self._count += 1
        return f"{kind}-{self._count}"


@contextmanager
def fake_oauth() -> Iterator[FakeOAuth]:
    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            form = {key: values[0] for key, values in parse_qs(body).items()}
            status, said = server.token(form) if self.path == "/token" else server.introspect(form)
            content = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as listening:
        server = FakeOAuth(listening.server_port)
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        listening.shutdown()
        thread.join()
