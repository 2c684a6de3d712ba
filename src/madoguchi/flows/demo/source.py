"""The demo's files (data/*.json) as plain objects."""

import json
import re
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

DOMAIN = "harukaze-nichiyo.example"
SUPPORT = f"support@{DOMAIN}"
CORPORATE = f"biz@{DOMAIN}"
_DAY = re.compile(r"\{\{(dw?):(-?\d+)\}\}")
WEEKDAYS = "月火水木金土日"


@cache
def document(name: str) -> dict[str, Any]:
    """One of the files: customers, faq, inquiries, templates."""
    text = (files("madoguchi.flows.demo") / "data" / f"{name}.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def html_of(key: str) -> str:
    """The designed form of an inquiry as it was sent (data/mails/*.html); empty for most."""
    mail = files("madoguchi.flows.demo") / "data" / "mails" / f"{key}.html"
    return mail.read_text(encoding="utf-8") if mail.is_file() else ""


def fill_days(text: str, received_at: datetime) -> str:
    """Replace {{d:N}} and {{dw:N}} by the date N days after receipt, as the file's `tokens` say."""

    def day(match: re.Match[str]) -> str:
        when = received_at + timedelta(days=int(match[2]))
        weekday = f"({WEEKDAYS[when.weekday()]})" if match[1] == "dw" else ""
        return f"{when.month}月{when.day}日{weekday}"

    return _DAY.sub(day, text)
