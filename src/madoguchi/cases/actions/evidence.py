"""Locking evidence. Links are added to the end of the chain while its case is held, one person at a time."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.cases.actions.holding import hold_case, tell, text_of
from madoguchi.cases.chain import genesis, link
from madoguchi.cases.choices import (
    CASE_EXPORTED,
    EVIDENCE_LOCKED,
    EVIDENCE_VERIFIED,
    MAX_TEXT,
    MOST_EVIDENCE,
    EvidenceKind,
)
from madoguchi.cases.models import Case, CaseConversation, Evidence
from madoguchi.cases.verifying import Verdict, verify_chain
from madoguchi.conversations.choices import MessageKind
from madoguchi.conversations.models import Conversation, Message
from madoguchi.core.errors import Invalid, NotFound
from madoguchi.files.models import Blob


@transaction.atomic
def lock_conversation(case: Case, conversation: Conversation, *, user: User) -> int:
    """Freeze all messages, memos and files of a conversation of the case that are not frozen yet; how many links."""
    held = hold_case(case, user)
    if not CaseConversation.objects.filter(case=held, conversation=conversation).exists():
        raise NotFound(_("This conversation does not belong to the case. Add it first."))
    rows = Message.objects.visible_to(user).filter(conversation=conversation)
    rows = rows.select_related("user", "raw__blob").prefetch_related("attachments__blob").order_by("at", "pk")
    known = set(Evidence.objects.filter(case=held).values_list("source", flat=True))
    made = [each for message in rows for each in _of_message(message) if each[1] not in known]
    return _append(held, made, user)


@transaction.atomic
def lock_statement(case: Case, text: str, *, user: User) -> int:
    """Freeze what a person writes down: what was said on the telephone, what they saw."""
    held = hold_case(case, user)
    words = text_of(text, MAX_TEXT, "text", is_needed=_("Write what is to be kept."))
    content = {"kind": EvidenceKind.STATEMENT.value, "text": words, "by": user.name, "at": timezone.now().isoformat()}
    return _append(held, [(EvidenceKind.STATEMENT, "", content, None)], user)


type _Piece = tuple[EvidenceKind, str, Mapping[str, Any], Blob | None]


def _of_message(message: Message) -> Iterable[_Piece]:
    """A message as it stands, its source where it has one, and each of its files."""
    is_note = message.kind == MessageKind.NOTE
    kind = EvidenceKind.MEMO if is_note else EvidenceKind.MESSAGE
    source = message.raw.blob if message.raw else None
    content = {
        "kind": kind.value,
        "id": message.pk,
        "conversation": message.conversation_id,
        "direction": message.kind,
        "at": message.at.isoformat(),
        "from": message.sender_address or (message.user.email if message.user else ""),
        "name": message.sender_name or (message.user.name if message.user else ""),
        "to": [each.get("email", "") for each in message.to],
        "subject": message.subject,
        "text": message.text,
        "message_id": message.external_id,
        "source_sha256": source.sha256 if source else "",
    }
    yield kind, f"message:{message.pk}", content, source
    for attachment in message.attachments.all():
        file = {
            "kind": EvidenceKind.FILE.value,
            "id": attachment.pk,
            "message": message.pk,
            "name": attachment.name,
            "content_type": attachment.content_type,
            "size_bytes": attachment.size_bytes,
            "sha256": attachment.blob.sha256,
            "at": message.at.isoformat(),
        }
        yield EvidenceKind.FILE, f"attachment:{attachment.pk}", file, attachment.blob


def _append(held: Case, pieces: list[_Piece], user: User) -> int:
    if held.evidence_count + len(pieces) > MOST_EVIDENCE:
        raise Invalid(_("A case can have %(most)d pieces of evidence at most.") % {"most": MOST_EVIDENCE})
    if not pieces:
        return 0
    previous, position, now = held.evidence_head or genesis(held.pk), held.evidence_count, timezone.now()
    rows = []
    for kind, source, content, blob in pieces:
        position += 1
        whole = {**content, "position": position, "locked_at": now.isoformat(), "locked_by": user.name}
        row = Evidence(
            case=held, position=position, kind=kind, source=source, content=whole, blob=blob,
            previous=previous, hash=link(previous, whole), locked_by=user, locked_at=now,
        )  # fmt: skip
        rows.append(row)
        previous = row.hash
    Evidence.objects.bulk_create(rows)
    held.evidence_head, held.evidence_count = previous, position
    held.save(update_fields=["evidence_head", "evidence_count"])
    # A second copy of every hash, in a table that is only ever added to.
    tell(EVIDENCE_LOCKED, held, user, links=[[row.position, row.hash] for row in rows])
    return len(rows)


@transaction.atomic
def verify_evidence(case: Case, *, user: User) -> Verdict:
    """Compute the chain anew and write down what came of it."""
    held = hold_case(case, user, is_closed_fine=True)
    verdict = verify_chain(held)
    tell(EVIDENCE_VERIFIED, held, user, whole=verdict.is_whole, links=verdict.amount)
    return verdict


@transaction.atomic
def note_export(case: Case, *, user: User) -> None:
    """Write down that a case was taken out."""
    tell(CASE_EXPORTED, hold_case(case, user, is_closed_fine=True), user)
