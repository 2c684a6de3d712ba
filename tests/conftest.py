"""One throw-away PostgreSQL for the whole test session, started before anything reads Django's settings.

The first process (xdist's controller, or the only one) starts it; workers inherit its address and get a database of
their own from pytest-django. What a killed session left behind is swept up by the next one.
MADOGUCHI_TEST_DATABASE_URL names another server to test against; its role must be allowed to create databases.
"""

import atexit
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import django
import pytest
from django.db import connection
from django.utils import translation
from playwright.sync_api import Browser, expect, sync_playwright
from pytest_django import DjangoDbBlocker

from madoguchi.core.postgres import EmbeddedPostgres

PREFIX = "madoguchi-test-"
#: A session younger than this may not have taken its lock yet.
SETTLED_SECONDS = 300


def sweep(left_behind: Path) -> None:
    server = EmbeddedPostgres(left_behind / "server", durable=False)
    try:
        with server.folder.users_lock.open("rb") as users:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        pass
    except BlockingIOError:
        return
    if server.pid:
        with server:
            pass  # adopted, and stopped on leaving
    shutil.rmtree(left_behind, ignore_errors=True)


def start_server() -> None:
    for left_behind in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        if time.time() - left_behind.stat().st_mtime > SETTLED_SECONDS:
            sweep(left_behind)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "data").mkdir()
    os.environ["MADOGUCHI_DATA_DIR"] = str(folder / "data")
    if given := os.environ.get("MADOGUCHI_TEST_DATABASE_URL"):
        os.environ["MADOGUCHI_DATABASE_URL"] = given
        return
    server = EmbeddedPostgres(folder / "server", durable=False)
    server.start()
    atexit.register(server.stop)
    os.environ["MADOGUCHI_DATABASE_URL"] = server.url


#: A page may be slow where much else runs; who waits for what comes loses nothing.
EXPECTED_WITHIN = 20_000
#: Rows of all tests have ids above this one.
IDS_BEGIN_AFTER = 20_000
#: What keeps Chromium to itself, as root and without a screen.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-quic",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Ids begin high: no sequence ever reaches a small number that a test writes for a row that is not there."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass, %s)"
            " FROM pg_sequences WHERE schemaname = 'public'",
            [IDS_BEGIN_AFTER],
        )


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The one browser of a test process: a second start of Playwright beside a running one is refused."""
    # Playwright's loop runs in this thread from now on, where Django would refuse to ask the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=EXPECTED_WITHIN)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def in_english() -> Iterator[None]:
    """What is said by code that runs in no request is said in English."""
    with translation.override("en"):
        yield


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is, all letters of a bulk reply are looked at in one piece."""
    for place in ("looking", "actions"):
        monkeypatch.setattr(f"madoguchi.outreach.{place}.monotonic", lambda: 0.0)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files with a browser last: Playwright's event loop goes on in its process, where Django then refuses.

    With `--no-loadscope-reorder`, as in the Makefile, xdist's workers keep this order.
    """
    with_browser = {item.path for item in items if item.get_closest_marker("browser")}
    items.sort(key=lambda item: item.path in with_browser)


if "PYTEST_XDIST_WORKER" not in os.environ:
    for name in [name for name in os.environ if name.startswith("MADOGUCHI_") and "_TEST_" not in name]:
        del os.environ[name]  # the settings of whoever runs the tests are not ours
    start_server()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "madoguchi.settings",
        "MADOGUCHI_SECRET_KEY": "only-for-tests-" + "0" * 40,
        "MADOGUCHI_DEMO": "0",
    }

django.setup()  # before the conftests of the rooms import models; pytest-django does it too late for them
