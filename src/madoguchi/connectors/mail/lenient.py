"""Base64 as it arrives: without padding, with foreign bytes in it, cut off anywhere."""

import base64

ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_FOREIGN = bytes(set(range(256)) - set(ALPHABET))


def lenient_base64(run: bytes) -> bytes:
    """Decode one run without padding; foreign bytes are skipped and a last lonely character dropped."""
    letters = run.translate(None, _FOREIGN)
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    return base64.b64decode(letters + b"=" * (-len(letters) % 4))
