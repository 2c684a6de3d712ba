"""The gallery's server and a browser to look at it."""

import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page
from tests.ui.gallery import heard
from tests.ui.site import gallery_server


@pytest.fixture(scope="package")
def gallery() -> Iterator[str]:
    server = gallery_server()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def look_at(gallery: str, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open a page of the gallery; when the test ends, nothing may have been refused or thrown in the browser."""
    heard.clear()
    context = chromium.new_context(
        viewport={"width": 1440, "height": 900}, permissions=["clipboard-write", "clipboard-read"]
    )
    wrong: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            wrong.append(message.text)

    def opened(address: str, *, width: int = 1440, height: int = 900) -> Page:
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "console", lambda message: wrong.append(message.text) if "Content Security Policy" in message.text else None
        )
        page.goto(f"{gallery}/{address}")
        page.wait_for_selector("html[data-ready]", state="attached")
        return page

    yield opened
    context.close()
    assert wrong == []
