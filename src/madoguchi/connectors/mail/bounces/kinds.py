"""Is this message a delivery report at all? Standards first, then independent signs of which two must agree.

One sign alone is never enough: customers quote bounces, mailing programs use an empty sender, and a person may well
be called postmaster.
"""

import re
from typing import TYPE_CHECKING, Final

from madoguchi.connectors.mail.bounces.fields import (
    FEEDBACK_TYPES,
    RECEIPT_TYPES,
    STATUS_TYPES,
    Fields,
    header,
    own_text,
    parts,
)

if TYPE_CHECKING:
    from email.message import Message

_DAEMON: Final = re.compile(
    r"^\s*(?:\"[^\"]*\"\s*)?<?\s*>?\s*$|mailer-?daemon|mail-?daemon|double-bounce@|post-?master|mail administrator"
    r"|mail\.?\s?deliver\w*\.?\s?(?:system|subsystem|service)|\bno-?reply@",
    re.IGNORECASE,
)
_SUBJECT: Final = re.compile(
    r"\s*(?:fwd?:\s*|転送:\s*|wg:\s*)*(?:\[[^\]]{0,60}\]\s*)?(?:\S{1,80} )?(?:"
    r"failure notice|failure delivery|failed delivery|delivery (?:failure|failed|status|error|has failed|report)"
    r"|mail (?:delivery )?(?:failed|failure|status|delivery)|undeliver(?:ed|able)|returned mail|mail system error"
    r"|message (?:delivery has failed|you sent blocked)|could not send message|warning: (?:message|could not send)"
    r"|non[- ]?(?:remis|delivery)|notice: mail delivery|delayed mail|there was an error sending your mail"
    r"|postmaster notify|postfix smtp server: errors|\*\*message you sent|you \S+ are not member"
    r"|недоставленное|ваше сообщение не доставлено"
    r"|メールエラー|配信エラー|送信エラー|配信不能|送信できませんでした|配送エラー|エラーメール)",
    re.IGNORECASE,
)
_FORWARD: Final = re.compile(r"\s*(?:fwd?|転送|wg|tr|rv)\s?:", re.IGNORECASE)
_NOTICE: Final = re.compile(
    r"(?:could ?n[o']t|cannot|can't|not able to|unable to|was ?n[o']t|not been|n[o']t|failed to) "
    r"(?:be )?(?:successfully )?(?:deliver|relay|reach)"
    r"|delivery (?:to|of|has|status|failed)\b[^.]{0,80}(?:failed|delayed|aborted|failure|notification)"
    r"|had (?:permanent |temporary )?(?:fatal|delivery) (?:errors|problems)|was undeliverable"
    r"|returned (?:permanent )?error|transcript of (?:the )?(?:session|attempts)|trouble delivering"
    r"|this message was created automatically by|mail delivery (?:software|status)|error delivering your mail"
    r"|error occurred while (?:trying|attempting) to deliver|failed addresses follow|failure reasons"
    r"|not a member of this mailing list|mailbox exceeds allowed size|groups\.google\.com/support"
    r"|did not reach the following recipient|the mail system at host|届けることができません"
    r"|(?:送信|配信|お届け|配送)できませんでした",
    re.IGNORECASE,
)
_MAX_WORDS_BEFORE_FORWARD: Final = 120
_HEAD: Final = 6_000  #: a notice says what it is early; what stands later is the returned message


def types_of(message: "Message[str, str]") -> frozenset[str]:
    """Return the content types of all parts outside a returned message, and the report type of RFC 6522."""
    report_type = str(message.get_param("report-type", "") or "").lower()
    return frozenset({f"report/{report_type}", *(part.get_content_type() for part in parts(message))})


def is_feedback(message: "Message[str, str]", types: frozenset[str]) -> bool:
    """True for an abuse report (RFC 5965, 6591) and for the providers' own forms of one."""
    if types & FEEDBACK_TYPES or "report/feedback-report" in types:
        return True
    if header(message, "X-Apple-Unsubscribe").lower() == "true":
        return True
    complaint = header(message, "Subject").lower().startswith("complaint about message from")
    return complaint and "message/rfc822" in types


def is_read_receipt(types: frozenset[str]) -> bool:
    """True for a disposition notification (RFC 8098): the message was read, or deleted unread."""
    return bool(types & RECEIPT_TYPES) or "report/disposition-notification" in types


def is_bounce(message: "Message[str, str]", text: str, types: frozenset[str], pasted: list[Fields]) -> bool:
    """True for a delivery status notification, in the standard's form or in any of the old ones."""
    if types & STATUS_TYPES or "report/delivery-status" in types or message.get("X-Failed-Recipients"):
        return True
    subject = bool(_SUBJECT.match(header(message, "Subject")))
    if pasted and subject and _is_bare_forward(message, text):
        return True
    head = "\n".join(line for line in (text or own_text(message))[:_HEAD].splitlines() if not line.startswith(">"))
    signs = (
        subject and not _FORWARD.match(header(message, "Subject")),
        _from_daemon(message),
        bool(_NOTICE.search(" ".join(head.split()))) or bool(pasted),
    )
    return sum(signs) > 1


def _from_daemon(message: "Message[str, str]") -> bool:
    return_path = message.get("Return-Path")
    if return_path is not None and _DAEMON.search(str(return_path)):
        return True
    return bool(_DAEMON.search(header(message, "From")))


def _is_bare_forward(message: "Message[str, str]", text: str) -> bool:
    """True when somebody passed a report on with hardly a word; with more it is that person's own message."""
    if not _FORWARD.match(header(message, "Subject")):
        return True
    own_words = text.partition("\n>")[0]
    return len(own_words) <= _MAX_WORDS_BEFORE_FORWARD
