"""Typed readers of environment variables; settings and the command line read them in no other way.

An unset and an empty variable mean the same (compose files pass empty ones). A value that cannot be used stops the
program at once with one sentence: what is wrong, why, and what to do (`BadSetting`).
Every reader notes what it was asked for in `KNOWN`, from which the reference of settings is printed.
"""

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off"})


class BadSetting(Exception):
    """A setting cannot be used; the message is one sentence for the person who runs the program."""


@dataclass(frozen=True)
class Setting:
    """What is known of one environment variable: its name, the kind of its value, its default, what it is for."""

    name: str
    kind: str
    default: str
    about: str


KNOWN: dict[str, Setting] = {}


def text(name: str, default: str | None = None, *, about: str = "") -> str:
    """Return the variable as it is, without blanks around it; without a default it must be set."""
    _note(name, "text", default, about)
    return _read(name, default)


def integer(
    name: str, default: int | None = None, *, least: int | None = None, most: int | None = None, about: str = ""
) -> int:
    """Return a whole number between `least` and `most`, both allowed themselves."""
    _note(name, "whole number", default, about)
    raw = _read(name, None if default is None else str(default))
    try:
        number = int(raw)
    except ValueError:
        raise BadSetting(f"{name} is “{raw}”, which is not a whole number; write digits only, like 8000.") from None
    if (least is not None and number < least) or (most is not None and number > most):
        raise BadSetting(f"{name} is {number}, which is out of range; choose a number {_range(least, most)}.")
    return number


def port(name: str, default: int, *, about: str = "") -> int:
    """Return a TCP port; 0 means that nothing listens."""
    return integer(name, default, least=0, most=65535, about=about)


def boolean(name: str, default: bool | None = None, *, about: str = "") -> bool:  # noqa: FBT001 - a default like the others
    """Return True for 1, true, yes, on, and False for 0, false, no, off, in any case."""
    _note(name, "1 or 0", None if default is None else str(int(default)), about)
    raw = _read(name, None if default is None else str(int(default))).lower()
    if raw not in TRUE | FALSE:
        raise BadSetting(f"{name} is “{raw}”, which is neither yes nor no; write 1 or 0.")
    return raw in TRUE


def choice(name: str, choices: Collection[str], default: str | None = None, *, about: str = "") -> str:
    """Return one of `choices`, exactly as written there."""
    _note(name, " | ".join(choices), default, about)
    value = _read(name, default)
    if value not in choices:
        raise BadSetting(f"{name} is “{value}”, which is not known here; choose one of: {', '.join(choices)}.")
    return value


def time_zone(name: str, default: str, *, about: str = "") -> str:
    """Return the name of a time zone that this machine knows."""
    _note(name, "time zone", default, about)
    value = _read(name, default)
    try:
        ZoneInfo(value)
    except (KeyError, OSError, ValueError):  # not there, no zone, or no name at all
        raise BadSetting(f"{name} is “{value}”, which is no time zone; write one like Asia/Tokyo.") from None
    return value


def path(name: str, default: Path | None = None, *, about: str = "") -> Path:
    """Return an absolute path; `~` is the home folder. Nothing is asked of the disk."""
    shown = str(default or "")
    home = str(Path.home())
    _note(name, "path", f"~{shown.removeprefix(home)}" if shown.startswith(f"{home}/") else shown, about)
    return Path(_read(name, None if default is None else str(default))).expanduser().absolute()


def secret(name: str, default: str | None = None, *, about: str = "") -> str:
    """Return NAME, or the content of the file that NAME_FILE names (container secrets), without a final line break.

    Both at once are refused: nobody could say which of them holds. The value is never part of an error message.
    """
    _note(name, "secret", default, about)
    file_name = os.environ.get(f"{name}_FILE", "").strip()
    if not file_name:
        return _read(name, default)
    if os.environ.get(name, "").strip():
        raise BadSetting(f"{name} and {name}_FILE are both set, so it is open which one holds; keep one of them.")
    try:
        return Path(file_name).expanduser().read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise BadSetting(f"{name}_FILE names {file_name}, which cannot be read ({reason}); check the path.") from None


def url(name: str, default: str | None = None, *, schemes: Collection[str], about: str = "") -> str:
    """Return a URL that has one of `schemes`, or the default; read as a secret, since URLs carry passwords."""
    value = secret(name, default, about=about)
    KNOWN[name] = Setting(name, "URL", default or "", about)
    if value == default:
        return value
    try:
        scheme = urlsplit(value).scheme
    except ValueError:
        scheme = ""
    if scheme not in schemes:
        raise BadSetting(f"{name} does not start with {' or '.join(f'{known}://' for known in schemes)}; correct it.")
    return value


def _read(name: str, default: str | None) -> str:
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise BadSetting(f"{name} is not set, but nothing works without it; set it in the environment.")
    return default


def _note(name: str, kind: str, default: object, about: str) -> None:
    KNOWN[name] = Setting(name, kind, "" if default is None else str(default), about)


def _range(least: int | None, most: int | None) -> str:
    if least is None:
        return f"of at most {most}"
    if most is None:
        return f"of at least {least}"
    return f"from {least} to {most}"
