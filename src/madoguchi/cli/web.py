"""The web process: uvicorn with our ASGI application. Requests are logged by our middleware, not by uvicorn."""

import contextlib
import socket
from collections.abc import Iterator
from typing import override

import click
import uvicorn
from django.conf import settings

from madoguchi.cli import logs
from madoguchi.cli.migrate import migrated_database
from madoguchi.cli.preflight import listening_socket
from madoguchi.cli.stopping import on_request_to_stop

APPLICATION = "madoguchi.asgi:application"
#: Open live streams are cut after this time when the process is told to stop; browsers come back by themselves.
LAST_REQUESTS_SECONDS = 3
#: Longer than the 60 s for which proxies usually keep a connection, so that they never send into a closed one.
KEEP_ALIVE_SECONDS = 75


class WebServer(uvicorn.Server):
    """Uvicorn that ends with exit code 0 when told to stop, instead of raising the signal once more."""

    @override
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        on_request_to_stop(lambda: setattr(self, "should_exit", True))
        yield


def serve(listener: socket.socket) -> None:
    """Answer requests that come in at `listener` until SIGTERM."""
    config = uvicorn.Config(
        APPLICATION,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # the settings say whether a proxy is trusted, and Django reads its headers
        timeout_graceful_shutdown=LAST_REQUESTS_SECONDS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )
    WebServer(config).run(sockets=[listener])


@click.command()
@click.option("--host", default=lambda: settings.HTTP_HOST, help="Address to listen on (MADOGUCHI_HTTP_HOST).")
@click.option("--port", default=lambda: settings.HTTP_PORT, type=int, help="Port to listen on (MADOGUCHI_HTTP_PORT).")
def web(host: str, port: int) -> None:
    """Run one web process until SIGTERM or Ctrl-C. It expects a migrated database."""
    logs.configure("web")
    with listening_socket(host, port, "HTTP") as listener, migrated_database():
        serve(listener)
