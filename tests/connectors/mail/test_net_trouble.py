"""What failed, in words that are no programmer's."""

import errno
import socket
import ssl

import pytest

from madoguchi.connectors.mail.net_trouble import server_words, why


def ssl_error(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, f"[SSL: {reason}] (_ssl.c:1020)")
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ssl_error("WRONG_VERSION_NUMBER"), "this port does not begin with TLS; choose STARTTLS or another port"),
        (ssl_error("NO_SHARED_CIPHER"), "no shared cipher"),
        (socket.gaierror(-2, "Name or service not known"), "there is no server of this name"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), "nothing answers at this port"),
        (OSError(errno.ENOTCONN, "Transport endpoint is not connected"), "Transport endpoint is not connected"),
        (TimeoutError("timed out"), "timed out"),
    ],
)
def test_why_a_server_cannot_be_reached(error: OSError, said: str) -> None:
    assert str(why(error)) == said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("b'[AUTHENTICATIONFAILED] Authentication failed.'",), "[AUTHENTICATIONFAILED] Authentication failed."),
        ((b"busy",), "busy."),
        (("b",), "b."),
        ((), "."),
    ],
)
def test_what_a_server_said(given: tuple[object, ...], said: str) -> None:
    assert server_words(Exception(*given)) == said
