"""A letter under approval: how a version keeps it, and the hash by which what leaves is what was approved."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from madoguchi.channels.contract import Address, OutboundMessage
from madoguchi.conversations.models import Attachment, Message

type Kept = dict[str, Any]


def kept_letter(message: Message, files: Sequence[Attachment] | None = None) -> Kept:
    """Everything of a message that reaches somebody, as plain values."""
    attached = message.attachments.select_related("blob").defer("blob__inline") if files is None else files
    return {
        "to": message.to,
        "cc": message.cc,
        "bcc": message.bcc,
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
        "files": [
            {"name": each.name, "type": each.content_type, "size": each.size_bytes, "sha256": each.blob.sha256}
            for each in attached
        ],
    }


def file_changes(before: Kept, after: Kept) -> list[tuple[str, Kept]]:
    """Which files went, came or stayed, in the order of reading; the same name with other bytes went and came."""
    old, new = ([(each["name"], each["type"], each["sha256"]) for each in kept["files"]] for kept in (before, after))
    gone = [("removed", each) for each, key in zip(before["files"], old, strict=True) if key not in new]
    now = [("same" if key in old else "added", each) for each, key in zip(after["files"], new, strict=True)]
    return [*(each for each in now if each[0] == "same"), *gone, *(each for each in now if each[0] == "added")]


def hash_of_kept(kept: Kept) -> str:
    """One text of 64 characters for all of it."""
    files = [[each["name"], each["type"], each["sha256"]] for each in kept["files"]]
    parties = [[[each["email"], each.get("name", "")] for each in kept[name]] for name in ("to", "cc", "bcc")]
    return _digest([*parties, kept["subject"], kept["text"], kept["html"], files])


def hash_of_leaving(letter: OutboundMessage) -> str:
    """The same of what is handed to the channel, from the very bytes of its files."""
    files = [[each.name, each.content_type, hashlib.sha256(each.content).hexdigest()] for each in letter.attachments]
    parties = [[_party(address) for address in group] for group in (letter.to, letter.cc, letter.bcc)]
    return _digest([*parties, letter.subject, letter.text, letter.html, files])


def _party(address: Address) -> list[str]:
    return [address.email, address.name]


def _digest(values: list[Any]) -> str:
    return hashlib.sha256(json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
