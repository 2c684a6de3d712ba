"""DKIM (RFC 6376): signing what we send, when a domain has a key here."""

import dkim

#: What a receiver should notice when it changes; the fields a transport may add are left out.
_SIGNED = (b"from", b"to", b"cc", b"subject", b"date", b"message-id", b"in-reply-to", b"references", b"mime-version",
           b"content-type", b"content-transfer-encoding", b"auto-submitted")  # fmt: skip


class BadSigningKey(ValueError):
    """The private key cannot be read or is of a kind DKIM does not know."""


def dkim_sign(raw: bytes, domain: str, selector: str, private_key_pem: str) -> bytes:
    """The mail with a DKIM-Signature in front, relaxed/relaxed, RSA-SHA256. Raises BadSigningKey."""
    try:
        signature = dkim.sign(
            raw,
            selector.encode("ascii"),
            domain.encode("idna"),
            private_key_pem.encode("ascii"),
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=_present(raw),
        )
    except (dkim.DKIMException, UnicodeError, ValueError) as error:
        raise BadSigningKey(f"The DKIM key of {domain} ({selector}) cannot sign: {error}") from error
    return bytes(signature) + raw


def _present(raw: bytes) -> list[bytes]:
    head = raw.partition(b"\r\n\r\n")[0].lower()
    there = {line.partition(b":")[0] for line in head.split(b"\r\n") if line[:1] not in b" \t"}
    return [name for name in _SIGNED if name in there]
