"""The inquiries of the file, received today by the real door, and what the staff has done with some of them."""

import struct
import zlib
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.channels.contract import Address, AutoKind, InboundAttachment, InboundMessage
from madoguchi.channels.models import Inbox
from madoguchi.conversations.actions.drafts import save_draft
from madoguchi.conversations.actions.locks import take_lock
from madoguchi.conversations.actions.notes import add_note
from madoguchi.conversations.actions.replies import Sending, write_reply
from madoguchi.conversations.actions.triage import assign, change_status, change_tags, set_category, set_priority
from madoguchi.conversations.choices import Priority, Status
from madoguchi.conversations.deadlines import tell_of_deadlines
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.conversations.letters import Letter
from madoguchi.conversations.models import Category, Conversation, Message, ReplyLock
from madoguchi.conversations.subjects import reply_subject
from madoguchi.core.html import sanitise
from madoguchi.customers.choices import IdentityKind
from madoguchi.customers.models import Customer
from madoguchi.events.models import Event
from madoguchi.flows.demo.merged import merge_pair
from madoguchi.flows.demo.promising import promise_things
from madoguchi.flows.demo.sending import plan_mails
from madoguchi.flows.demo.sent import send_mails
from madoguchi.flows.demo.shift import begin_shift
from madoguchi.flows.demo.source import CORPORATE, DOMAIN, SUPPORT, document, fill_days, html_of
from madoguchi.flows.demo.things import stage_things
from madoguchi.flows.inbound import receive

PRIORITIES = {"緊急": Priority.URGENT, "高": Priority.HIGH, "中": Priority.NORMAL, "低": Priority.LOW}
#: Who has taken what, and how far they are.
_TAKEN = {
    "Q002": ("中村", Status.OPEN),
    "Q003": ("小林", Status.OPEN),
    "Q005": ("渡辺", Status.INTERNAL),
    "Q008": ("小林", Status.OPEN),
    "Q011": ("中村", Status.OPEN),
    "Q014": ("石井", Status.INTERNAL),
    "Q016": ("中村", Status.WAIT),
    "Q019": ("小林", Status.WAIT),
    "Q024": ("佐々木", Status.HOLD),
    "Q026": ("渡辺", Status.OPEN),
    "Q027": ("渡辺", Status.INTERNAL),
    "Q034": ("中村", Status.OPEN),
    "Q037": ("小林", Status.OPEN),
    "Q032": (None, Status.SPAM),
    "Q033": (None, Status.NOREPLY),
}
#: Unanswered past 返信期限: minutes late; on a business day the first was escalated already.
_LATE = {"Q026": 84, "Q029": 24}
_LOCKED = ("Q011", "中村")
_WAITS_FOR_APPROVAL = ("Q006", "高橋")


def receive_today(
    staff: dict[str, User],
    inboxes: dict[str, Inbox],
    categories: dict[tuple[str, str], Category],
    customers: dict[str, Customer],
) -> None:
    """Receive, oldest first, every inquiry that came or could have come by mail, and work on some."""
    now = timezone.localtime()
    arrived = [
        (_received_at(row, now), row) for row in document("inquiries")["inquiries"] if _address_of(row, customers)
    ]
    conversations: dict[str, Conversation] = {}
    for at, row in sorted(arrived, key=lambda pair: pair[0]):
        inbound = _inbound(row, at, _address_of(row, customers))
        message = receive(inboxes[_inbox_address(row)], inbound, at=at)
        if message is None:
            continue
        conversation = Conversation.objects.get(pk=message.conversation_id)
        conversations[row["id"]] = conversation
        Event.objects.filter(subject=conversation.event_subject).update(at=at)
        _file(conversation, row, staff["渡辺"], categories)
        _work_on(conversation, row, staff)
    _stage(conversations, staff)
    stage_things(conversations, staff, categories)


def _received_at(row: dict[str, Any], now: datetime) -> datetime:
    """When it came; what would lie in the future today came yesterday."""
    hour, minute = map(int, row["received"]["time"].split(":"))
    day = now - timedelta(days=row["received"]["days_ago"])
    at = day.replace(hour=hour, minute=minute, second=int(row["id"][1:]) % 60, microsecond=0)
    return at if at < now else at - timedelta(days=1)


def _inbox_address(row: dict[str, Any]) -> str:
    return CORPORATE if row["expected"]["category"] == "法人・大口" else SUPPORT


def _address_of(row: dict[str, Any], customers: dict[str, Customer]) -> Address | None:
    if row.get("from"):
        email = row["from"].get("email")
        return Address(email, row["from"]["name"]) if email else None
    customer = customers[row["customer_id"]]
    wanted = row.get("from_address")
    identity = customer.identities.filter(kind=IdentityKind.MAIL).order_by("-is_primary", "pk").first()
    if wanted:
        return Address(wanted, customer.label)
    return Address(identity.shown, customer.label) if identity else None


def _inbound(row: dict[str, Any], at: datetime, sender: Address | None) -> InboundMessage:
    assert sender is not None
    hints = row.get("raw_hints") or {}
    headers = {name.lower(): value for name, value in (hints.get("headers") or {}).items()}
    auto = AutoKind.NONE
    if "report-type=delivery-status" in headers.get("content-type", ""):
        auto = AutoKind.BOUNCE
    elif "auto-submitted" in headers:
        auto = AutoKind.AUTOREPLY
    return InboundMessage(
        external_id=f"{row['id'].lower()}.{at:%Y%m%d}@mail.example",
        sender=sender,
        to=(Address(row["to"]),),
        subject=fill_days(row["subject"], at),
        text=fill_days(row["body"], at),
        html=sanitise(html_of(row["id"])),
        fingerprint=row["id"],
        sent_at=at,
        in_reply_to=(hints.get("in_reply_to") or "").strip("<>"),
        references=tuple(each.strip("<>") for each in hints.get("references") or []),
        language=row["language"],
        charset=hints.get("charset") or "utf-8",
        attachments=tuple(_attachment(each) for each in row.get("attachments") or []),
        headers=headers,
        auto_kind=auto,
    )


def _attachment(row: dict[str, Any]) -> InboundAttachment:
    """A small picture in place of the photograph: two colours from the file's name."""
    shade = zlib.crc32(row["name"].encode()) & 0xFF
    return InboundAttachment(row["name"].replace(".jpg", ".png"), "image/png", _png(320, 200, shade))


def _png(width: int, height: int, shade: int) -> bytes:
    line = b"\x00" + bytes(
        channel for x in range(width) for channel in (200, 180 - shade // 4, 120 + (x * 100 // width) + shade // 10)
    )
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(line * height)),
        (b"IEND", b""),
    )
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def _file(
    conversation: Conversation, row: dict[str, Any], leader: User, categories: dict[tuple[str, str], Category]
) -> None:
    expected = row["expected"]
    set_category([conversation], categories[expected["category"], expected["subcategory"]], user=leader)
    if PRIORITIES[expected["priority"]] != Priority.NORMAL:
        set_priority([conversation], PRIORITIES[expected["priority"]], user=leader)
    tags = [*expected["tags"], *(["苦情"] if expected["complaint"] else [])]
    if tags:
        change_tags([conversation], add=tags, user=leader)


def _work_on(conversation: Conversation, row: dict[str, Any], staff: dict[str, User]) -> None:
    name, status = _TAKEN.get(row["id"], (None, None))
    if name:
        assign([conversation], staff[name], user=staff["渡辺"])
    for step in row.get("thread") or []:
        author = staff.get((step.get("by") or "").split(" ")[0])
        if author and step["kind"] in ("internal_note", "phone_memo"):
            title = "電話メモ\n" if step["kind"] == "phone_memo" else ""
            add_note(conversation, title + step["body"], user=author)
        elif author and step["kind"] == "agent_reply_draft":
            _draft(conversation, author, fill_days(step["body"], timezone.localtime()))
    if status:
        resume_at = timezone.now() + timedelta(days=2) if status == Status.HOLD else None
        reason = "見積りの回答待ち" if status == Status.HOLD else ""
        change_status([conversation], status, user=staff["渡辺"], hold_reason=reason, resume_at=resume_at)


def _draft(conversation: Conversation, author: User, text: str) -> None:
    values = {
        "to": [{"email": _customer_address(conversation), "name": conversation.customer.label}],
        "subject": reply_subject(conversation.subject, conversation.pk, language=conversation.language),
        "text": text,
        "seen_event_id": latest_event_id(conversation),
    }
    save_draft(author, conversation, "reply", values=values)


def _customer_address(conversation: Conversation) -> str:
    newest = Message.objects.filter(conversation=conversation).exclude(sender_address="").order_by("pk").first()
    return newest.sender_address if newest else f"nobody@{DOMAIN}"


def _stage(conversations: dict[str, Conversation], staff: dict[str, User]) -> None:
    """What a visitor should find at first sight: two late ones, one being answered, one waiting for approval."""
    now = timezone.now()
    for key, minutes in _LATE.items():
        conversation = conversations[key]
        conversation.set_due(now - timedelta(minutes=minutes))
        conversation.save(update_fields=["due_at", "queue_at"])
    tell_of_deadlines(now)
    key, name = _LOCKED
    take_lock(conversations[key], user=staff[name])
    ReplyLock.objects.filter(conversation=conversations[key]).update(expires_at=now + timedelta(hours=8))
    key, name = _WAITS_FOR_APPROVAL
    conversation = conversations[key]

    letter = Letter(
        to=(Address(_customer_address(conversation), conversation.customer.label),),
        subject=reply_subject(conversation.subject, conversation.pk, language=conversation.language),
        text=_APOLOGY.format(name=conversation.customer.label),
    )
    write_reply(conversation, letter, user=staff[name], sending=Sending(seen_event_id=latest_event_id(conversation)))
    plan_mails(conversations, staff)
    inbox = conversations[_WAITS_FOR_APPROVAL[0]].inbox
    send_mails(inbox, staff)
    merge_pair(inbox, staff)
    promise_things(conversations, staff)
    begin_shift(staff)


_APOLOGY = """{name} 様

このたびは、お届けした土鍋のふたが割れており、誠に申し訳ございません。
はるかぜ日用品店の高橋でございます。

お写真をお送りいただき、ありがとうございます。
交換品を本日発送いたします。破損した商品は、配達員がお引き取りに伺いますので、箱のままお渡しください。

ご不便をおかけしましたこと、重ねてお詫び申し上げます。
"""
