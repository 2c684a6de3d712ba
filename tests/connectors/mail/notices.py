"""Bounces as tests write them, and how they are read."""

import email
from email.message import Message

from madoguchi.channels.contract import AutoKind
from madoguchi.connectors.mail.bounces import Report, read_report


def mail(source: str) -> Message:
    return email.message_from_bytes(source.encode())


def read(source: str, text: str = "") -> Report | None:
    return read_report(mail(source), text)


def bounced(source: str) -> Report:
    report = read(source)
    assert report is not None
    assert report.auto_kind is AutoKind.BOUNCE
    return report
