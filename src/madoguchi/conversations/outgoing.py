"""A letter as the pre-flight reads it: recipients folded, quotations and signature found, files looked at."""

from functools import lru_cache

from madoguchi.conversations.folding import passes_on
from madoguchi.conversations.letters import Enclosure, Letter
from madoguchi.conversations.quotations import Parts
from madoguchi.conversations.subjects import clean_subject
from madoguchi.core.addresses import fold_address
from madoguchi.core.html import html_run_together, html_to_text
from madoguchi.files.queries import get_blobs, read_blob
from madoguchi.preflight.outgoing import File, Outgoing, Recipient
from madoguchi.preflight.parts import Part

#: The flag of the first entry that says it is encrypted (APPNOTE.TXT 6.3.10, 4.3.7 and 4.4.4).
_ZIP, _ENCRYPTED = b"PK\x03\x04", 0x01
#: Of larger archives nobody waits for the first bytes.
_LOOKED_INTO_BYTES = 18 * 1024 * 1024


def outgoing_of(
    letter: Letter, parts: Parts, *, is_reply: bool, language: str, ticked: frozenset[str] = frozenset()
) -> Outgoing:
    """The letter as a value for the checks, with what it quotes and how it is signed; reads the heads of archives."""
    return Outgoing(
        text=letter.text,
        subject=letter.subject,
        recipients=_recipients(letter),
        files=tuple(_file(each) for each in letter.enclosures),
        quoted=parts.quoted,
        signed=parts.signed,
        is_reply=is_reply,
        is_forward=clean_subject(letter.subject).is_forward or passes_on(letter.text),
        language=language,
        ticked=ticked,
        shown=html_to_text(letter.html) if letter.html else "",
        beside=html_run_together(letter.html) if letter.html else "",
    )


def _recipients(letter: Letter) -> tuple[Recipient, ...]:
    fields = ((Part.TO, letter.to), (Part.CC, letter.cc), (Part.BCC, letter.bcc))
    return tuple(
        Recipient(fold_address(address.email), address.name, part) for part, party in fields for address in party
    )


def file_key(enclosure: Enclosure) -> str:
    """By which a file of a letter is ticked: the same content under the same name."""
    return f"file:{enclosure.blob_id}:{enclosure.name}"


def _file(enclosure: Enclosure) -> File:
    is_archive = enclosure.name.casefold().endswith(".zip") and enclosure.size_bytes <= _LOOKED_INTO_BYTES
    is_locked = is_archive and _is_locked(enclosure.blob_id)
    return File(enclosure.name, enclosure.size_bytes, is_locked, file_key(enclosure))


@lru_cache(maxsize=256)
def _is_locked(blob_id: int) -> bool:
    """Whether an archive asks for a password; a blob never changes."""
    blob = get_blobs([blob_id]).get(blob_id)
    head = read_blob(blob)[:8] if blob else b""
    return len(head) == 8 and head.startswith(_ZIP) and bool(head[6] & _ENCRYPTED)
