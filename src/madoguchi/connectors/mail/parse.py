"""A mail's bytes to an `InboundMessage`: pure, deterministic, and quick enough for the intake.

Whatever the bytes are, the result is either a message or `Unparsable` with a reason; the raw mail is kept by the
caller, so nothing is lost either way. Machine-made mail is told apart by `bounces` and `screening`, not here.
"""

import hashlib
import re
from datetime import datetime

from madoguchi.channels.contract import Address, InboundMessage
from madoguchi.conversations.subjects import clean_subject
from madoguchi.core.addresses import fold_address

from . import charsets
from .addresses import domain_of, read_addresses
from .carrier_emoji import carrier_of
from .charsets import Candidate
from .contents import Contents
from .headers import read_date, read_ids, read_kept, read_subject
from .language import guess_language
from .structure import Limits, Part, Unparsable, decode_body, read_structure
from .words import clean_line

__all__ = ["Limits", "Unparsable", "parse_mail", "readings"]

_SPACE = re.compile(r"\s+")
_MAX_READINGS = 8


def parse_mail(raw: bytes, *, limits: Limits = Limits(), charset_override: str = "") -> InboundMessage:  # noqa: B008 -- frozen
    """Read one mail; `charset_override` re-reads all text and headers in that encoding, whatever they declare.

    Raises Unparsable for a structure beyond `limits`, and nothing else.
    """
    root = read_structure(raw, limits)
    force = charsets.canonical(charset_override)
    carrier = carrier_of(domain_of(root.first("from")))
    contents = Contents(limits, force, carrier)
    contents.gather(root)
    guess = {"charset": contents.charset, "carrier": carrier, "force": force}
    subject = read_subject(root.fields, **guess)
    fields = {name: _addresses(root, name, guess) for name in ("to", "cc", "reply-to")}
    sender, sent_at = _sender(root, contents, guess), read_date(root.first("date"))
    if sent_at is None:
        contents.warn("no_date")
    return InboundMessage(
        external_id=_external_id(root, raw, contents),
        sender=sender,
        subject=subject,
        text=contents.text,
        html=contents.html,
        fingerprint=_fingerprint(sender, sent_at, subject, contents),
        to=fields["to"],
        cc=fields["cc"],
        reply_to=fields["reply-to"],
        sent_at=sent_at,
        in_reply_to=next(iter(read_ids(root.first("in-reply-to"))), ""),
        references=read_ids(root.first("references")),
        attachments=tuple(contents.attachments),
        language=guess_language(contents.text or subject, contents.charset),
        charset=contents.charset,
        is_forward=clean_subject(subject).is_forward,
        warnings=tuple(contents.warnings),
        headers=read_kept(root.fields),
    )


def readings(raw: bytes, *, limits: Limits = Limits()) -> list[Candidate]:  # noqa: B008 -- frozen
    """The encodings to offer when a mail looks garbled, the most plausible first; texts are what each would show.

    Judged on the first text part, or on the subject when the body is plain ASCII. Raises Unparsable.
    """
    root = read_structure(raw, limits)
    carrier = carrier_of(domain_of(root.first("from")))
    part = _first_text(root)
    content = decode_body(part)[0] if part else b""
    declared = part.params.text("charset") if part else ""
    if content.isascii() and b"\x1b" not in content and not root.first("subject").isascii():
        content, declared = root.first("subject"), ""
    return charsets.candidates(content, declared, carrier=carrier)[:_MAX_READINGS]


def _first_text(part: Part) -> Part | None:
    if not part.children:
        return part if part.content_type.startswith("text/") else None
    return next((found for child in part.children if (found := _first_text(child))), None)


def _addresses(root: Part, name: str, guess: dict[str, str]) -> tuple[Address, ...]:
    """All fields of that name together, each address once; some senders repeat To."""
    values = [value for key, value in root.fields if key == name]
    found = [address for value in values[:20] for address in read_addresses(value, **guess)]
    return tuple(dict.fromkeys(found))


def _sender(root: Part, contents: Contents, guess: dict[str, str]) -> Address:
    for name in ("from", "sender", "reply-to", "return-path"):
        if found := _addresses(root, name, guess):
            if name != "from":
                contents.warn("no_from")
            return found[0]
    contents.warn("no_sender")
    return Address("")


def _external_id(root: Part, raw: bytes, contents: Contents) -> str:
    value = root.first("message-id")
    found = read_ids(value)
    if found:
        return found[0]
    bare = clean_line(value.decode("ascii", "ignore")).strip("<>")
    if bare and " " not in bare and len(bare) <= 998:
        return bare
    contents.warn("no_message_id")
    return f"sha256-{hashlib.sha256(raw).hexdigest()}@raw"


def _fingerprint(sender: Address, sent_at: datetime | None, subject: str, contents: Contents) -> str:
    """Equal for one mail by two ways (re-encoded, re-wrapped, other trace fields), different for another mail."""
    files = sorted(hashlib.sha256(one.content).hexdigest() for one in contents.attachments)
    parts = (
        fold_address(sender.email),
        sent_at.isoformat() if sent_at else "",
        _SPACE.sub("", subject),
        _SPACE.sub("", contents.text),
        *files,
    )
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()
