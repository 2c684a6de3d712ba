"""The ASGI application: live streams raw, everything else Django as WSGI in a bounded pool of threads.

Django's own ASGI handler costs several times the CPU of WSGI and a new thread a request (measured, ADR 0011).
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import django
from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

django.setup(set_prefix=False)

from madoguchi.desk.stream import stream  # noqa: E402 - after django.setup

type Scope = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Scope]]
type Send = Callable[[Scope], Awaitable[None]]

#: Requests worked on at once; each holds one database connection while it lives.
WEB_THREADS = 8

_pages = WSGIMiddleware(get_wsgi_application(), workers=WEB_THREADS)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Route one ASGI scope."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"] == "/live":
        await stream(scope, receive, send)
    elif scope["type"] == "http":
        await _pages(scope, receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
