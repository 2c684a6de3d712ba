"""Message-IDs of our own mail.

They carry the conversation's number, signed, so that an answer finds its way home even when the row of the message
is gone, and nobody can invent one.
"""

import hashlib
import hmac
import re
import secrets

from django.conf import settings

_OWN_ID = re.compile(r"^mdg\.(\d{1,18})\.([0-9a-f]{16})\.([0-9a-f]{16})@", re.ASCII)


def new_message_id(conversation_id: int, domain: str) -> str:
    """A fresh Message-ID without < > for a mail of this conversation."""
    nonce = secrets.token_hex(8)
    return f"mdg.{conversation_id}.{nonce}.{_signature(conversation_id, nonce)}@{domain}"


def conversation_of_message_id(message_id: str) -> int | None:
    """The number of the conversation that one of our own Message-IDs names, or None if it is not ours."""
    match = _OWN_ID.match(message_id)
    if not match:
        return None
    number, nonce, signature = int(match[1]), match[2], match[3]
    return number if hmac.compare_digest(signature, _signature(number, nonce)) else None


def _signature(conversation_id: int, nonce: str) -> str:
    text = f"message-id:{conversation_id}:{nonce}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).hexdigest()[:16]
