"""The real application behind a real server, and people with real browsers in front of it."""

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import uvicorn
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, ConsoleMessage, Page
from tests.factories.accounts import make_workspace
from tests.factories.desk import browser_of

from madoguchi.accounts.models import User


@pytest.fixture
def site(transactional_db: None) -> Iterator[str]:
    """The address of the application over this test's database."""
    # The server's threads give their connections back, so that the database can be dropped in the end.
    connection.settings_dict["CONN_MAX_AGE"] = 0
    from madoguchi.asgi import application  # noqa: PLC0415 - it sets Django up, which pytest has to do first

    make_workspace()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(
            uvicorn.Config(application, log_level="error", lifespan="off", timeout_graceful_shutdown=5)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture
def open_as(site: str, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open a page as somebody, in a browser of their own; nothing may be thrown or refused in any of them."""
    wrong: list[str] = []
    contexts = []

    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            wrong.append(message.text)

    def opened(user: User | None, path: str = "/", *, width: int = 1440, height: int = 900, dark: bool = False) -> Page:
        is_phone = width < 700
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            locale="ja-JP",
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            has_touch=is_phone,
            is_mobile=is_phone,
        )
        contexts.append(context)
        if user is not None:
            key = browser_of(user).session.session_key
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": site}])
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", note)
        page.goto(f"{site}{path}")
        page.wait_for_selector("html[data-ready]", state="attached")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []
