"""Secrets at rest: sealed with a key derived from SECRET_KEY, so that a database dump alone gives no password away."""

import base64
import json
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from madoguchi.core.errors import DomainError


class SealBroken(DomainError):
    """A stored secret cannot be opened: the secret key is another one than when it was stored."""

    code = "seal_broken"


@lru_cache(maxsize=4)
def _fernet(secret_key: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"madoguchi.sealing").derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def seal(secrets: dict[str, str]) -> str:
    """Encrypt a small mapping into printable text."""
    return _fernet(settings.SECRET_KEY).encrypt(json.dumps(secrets).encode()).decode()


def unseal(sealed: str) -> dict[str, str]:
    """Decrypt what `seal` made; an empty text is an empty mapping. Raises SealBroken under another secret key."""
    if not sealed:
        return {}
    try:
        opened: dict[str, str] = json.loads(_fernet(settings.SECRET_KEY).decrypt(sealed.encode()))
    except InvalidToken as error:
        raise SealBroken(
            "A stored password cannot be read, because the secret key has changed. "
            "Restore MADOGUCHI_SECRET_KEY or enter the password again."
        ) from error
    return opened
