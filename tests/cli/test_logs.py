"""One line an entry: JSON for machines, short text for people."""

import io
import json
import logging
import sys

import pytest

from madoguchi.cli import logs
from madoguchi.core.env import BadSetting


@pytest.fixture(autouse=True)
def _as_before():
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], level = before
    root.setLevel(level)
    logging.captureWarnings(capture=False)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def entry(stream, **extra):
    logs.configure("web", stream)
    logging.getLogger("madoguchi.desk").info("%s stored", "mail", extra=extra)
    return stream.getvalue()


def test_machines_get_one_json_object_a_line():
    line = json.loads(entry(io.StringIO(), bytes=12))

    at = line.pop("at")
    assert at.endswith("+00:00")
    assert line == {
        "level": "info",
        "process": "web",
        "logger": "madoguchi.desk",
        "message": "mail stored",
        "bytes": 12,
    }


def test_japanese_stays_readable():
    assert "窓口" in entry(io.StringIO(), inbox="窓口")


def test_objects_of_django_are_left_out():
    assert "request" not in json.loads(entry(io.StringIO(), request=object(), server_time=1))


def test_people_at_a_terminal_get_short_text():
    at, _, rest = entry(Terminal(), bytes=12).partition(" ")

    assert len(at) == len("12:34:56")
    assert rest == "web      mail stored bytes=12\n"


def test_the_format_can_be_chosen(monkeypatch):
    monkeypatch.setenv("MADOGUCHI_LOG_FORMAT", "text")

    assert "mail stored" in entry(io.StringIO())


@pytest.mark.parametrize("kind", ["json", "text"])
def test_an_error_brings_its_trace(monkeypatch, kind):
    monkeypatch.setenv("MADOGUCHI_LOG_FORMAT", kind)
    stream = io.StringIO()
    logs.configure("web", stream)

    try:
        int("broken")
    except ValueError:
        logging.getLogger("x").exception("It failed.")

    assert "ValueError: invalid literal" in stream.getvalue()
    assert kind == "text" or stream.getvalue().count("\n") == 1


def test_levels_below_the_chosen_one_are_dropped(monkeypatch):
    monkeypatch.setenv("MADOGUCHI_LOG_LEVEL", "WARNING")

    assert entry(io.StringIO()) == ""


def test_libraries_are_quiet_unless_asked(monkeypatch):
    logs.configure("web", io.StringIO())
    quiet = logging.getLogger("procrastinate").isEnabledFor(logging.INFO)
    monkeypatch.setenv("MADOGUCHI_LOG_LEVEL", "DEBUG")
    logs.configure("web", io.StringIO())

    assert (quiet, logging.getLogger("procrastinate").isEnabledFor(logging.INFO)) == (False, True)


def test_an_unknown_level_is_told(monkeypatch):
    monkeypatch.setenv("MADOGUCHI_LOG_LEVEL", "loud")

    with pytest.raises(BadSetting, match="choose one of: DEBUG"):
        logs.configure("web", sys.stdout)
