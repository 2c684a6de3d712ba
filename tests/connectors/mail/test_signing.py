"""DKIM: a signed mail verifies, a bad key is named."""

import base64
from dataclasses import replace

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.connectors.mail.outgoing import MESSAGE

from madoguchi.connectors.mail.compose import compose
from madoguchi.connectors.mail.signing import BadSigningKey, dkim_sign


def answering(record):
    def answer(name, timeout=5):
        return record if name == b"s1._domainkey.shop.example." else None

    return answer


@pytest.fixture(scope="module")
def private_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def test_a_signed_mail_verifies(private_key):
    pem = private_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    public = private_key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    answer = answering(b"v=DKIM1; k=rsa; p=" + base64.b64encode(public))
    raw = compose(replace(MESSAGE, is_automatic=True))

    signed = dkim_sign(raw, "shop.example", "s1", pem)

    assert signed.endswith(raw)
    assert dkim.verify(signed, dnsfunc=answer)
    assert not dkim.verify(signed.replace(b"Subject: ", b"Subject: X"), dnsfunc=answer)
    assert b"auto-submitted" in signed.partition(b"\r\nDate")[0]


@pytest.mark.parametrize("key", ["", "garbage", "鍵", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_bad_key_is_named(key):
    with pytest.raises(BadSigningKey, match=r"shop\.example \(s1\)"):
        dkim_sign(compose(MESSAGE), "shop.example", "s1", key)
