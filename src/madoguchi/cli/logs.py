"""Logs: one stream, one line an entry, JSON for machines and short text at a terminal.

MADOGUCHI_LOG_FORMAT (json, text, auto) and MADOGUCHI_LOG_LEVEL choose; auto is text where a person looks on.
Values given as `extra=` appear as fields of the JSON line.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TextIO, override

from madoguchi.core import env

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
FORMATS = ("auto", "json", "text")
#: Libraries that tell more than anybody wants at INFO.
QUIET = ("uvicorn", "procrastinate", "mail.log", "httpx2", "httpcore2", "asyncio", "imapclient", "pypdf")
_KNOWN_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """One JSON object a line: at (UTC), level, process, logger, message, `extra` values, the trace of an error."""

    def __init__(self, process: str) -> None:
        """`process` is the part of the product that speaks: main, web, worker."""
        super().__init__()
        self.process = process

    @override
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": self.process,
            "logger": record.name,
            "message": record.getMessage(),
            **extras(record),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class Text(logging.Formatter):
    """Time of day, process, level unless it is INFO, message, extras; for a person at a terminal."""

    def __init__(self, process: str) -> None:
        """`process` is the part of the product that speaks: main, web, worker."""
        super().__init__()
        self.process = process

    @override
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        level = "" if record.levelno == logging.INFO else f"{record.levelname} "
        facts = "".join(f" {name}={value}" for name, value in extras(record).items())
        error = f"\n{self.formatException(record.exc_info)}" if record.exc_info else ""
        return f"{at} {self.process:<8} {level}{record.getMessage()}{facts}{error}"


def configure(process: str, stream: TextIO | None = None) -> None:
    """Send everything that is logged in this process to `stream` (standard output), in the name of `process`."""
    stream = stream or sys.stdout
    kind, level = chosen()
    is_text = kind == "text" or (kind == "auto" and stream.isatty())
    handler = logging.StreamHandler(stream)
    handler.setFormatter((Text if is_text else JsonLines)(process))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(level if level == "DEBUG" else "WARNING")
    logging.captureWarnings(capture=True)


def chosen() -> tuple[str, str]:
    """Return format and level as the settings have them."""
    return (
        env.choice("MADOGUCHI_LOG_FORMAT", FORMATS, "auto", about="how the log is written"),
        env.choice("MADOGUCHI_LOG_LEVEL", LEVELS, "INFO", about="the least that is logged"),
    )


def extras(record: logging.LogRecord) -> dict[str, object]:
    """Return what was given as `extra=`, without the objects that Django adds for its own handlers."""
    given = {name: value for name, value in vars(record).items() if name not in _KNOWN_FIELDS}
    return {name: value for name, value in given.items() if name not in {"request", "server_time"}}
