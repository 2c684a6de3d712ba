"""A server on this machine in a provider's place: for the fakes that stand beside the connectors, and their tests."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked."""

    method: str
    path: str
    headers: dict[str, str]  #: lower-case names
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        """The fields of a form."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True, strict_parsing=True))


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered."""

    told: object = field(default_factory=dict)  #: as JSON; bytes as they are
    status: int = 200


class AgainstTheContract(Exception):
    """A request is not as the provider's published description wants it."""


@contextmanager
def serving(answer: Callable[[Request], Reply]) -> Iterator[str]:
    """Answer every request so, until the end; gives the address. What is against the contract is answered 400."""

    class Handler(BaseHTTPRequestHandler):
        def reply(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            try:
                told = answer(Request(self.command, self.path, headers, body))
            except AgainstTheContract as wrong:
                told = Reply({"against_the_contract": str(wrong)}, 400)
            content = told.told if isinstance(told.told, bytes) else json.dumps(told.told).encode()
            self.send_response(told.status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = reply  # noqa: N815 - http.server's names

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
