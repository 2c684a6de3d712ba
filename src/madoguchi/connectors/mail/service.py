"""Where mail comes in: the listener and the mailboxes being fetched. What they store, `intake` reads."""

import asyncio
import logging
import socket
import ssl
from contextlib import AsyncExitStack

from django.conf import settings

from madoguchi.connectors.mail import mailboxes
from madoguchi.connectors.mail.listener import Desk, Listening, listen
from madoguchi.connectors.mail.storing import Storer

logger = logging.getLogger(__name__)


async def serve(stop: asyncio.Event) -> None:
    """Listen and fetch until told to stop; mail that has been accepted is stored before the end."""
    async with asyncio.TaskGroup() as running:
        running.create_task(serve_listener(listening(), stop))
        running.create_task(mailboxes.serve(stop))


def listening() -> Listening:
    """What the settings say of the listener."""
    certificate, key = settings.SMTP_TLS_CERT, settings.SMTP_TLS_KEY
    return Listening(
        host=settings.SMTP_HOST,
        smtp_port=settings.SMTP_PORT or None,
        lmtp_port=settings.LMTP_PORT or None,
        tls=_tls(certificate, key) if certificate else None,
        hostname=socket.gethostname(),
    )


def _tls(certificate: str, key: str) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context


async def serve_listener(where: Listening, stop: asyncio.Event, ready: asyncio.Queue[list[int]] | None = None) -> None:
    """Take mail until told to stop; `ready` gets the ports once they are open.

    A port that cannot be had is OSError. At the end mail that was handed over is stored and confirmed, then the
    sessions are cut.
    """
    async with AsyncExitStack() as stack:
        storer = stack.enter_context(Storer())
        desk = Desk(storer)
        stack.callback(desk.close)
        servers = await listen(where, desk)
        ports = [server.sockets[0].getsockname()[1] for server in servers]
        logger.info("mail_listening", extra={"host": where.host, "ports": ports})
        if ready is not None:
            ready.put_nowait(ports)
        await stop.wait()
        for server in servers:
            server.close()
        await asyncio.to_thread(storer.close)
        await asyncio.sleep(0.05)  # the last confirmations leave
        desk.cut_sessions()
