"""What tests say to the listener, and what it has stored."""

import socket

from madoguchi.channels.models import RawMessage
from madoguchi.files.queries import read_blob

MAIL = b"From: yumiko@customer.example\r\nSubject: hello\r\n\r\nbody\r\n"


SENDER = "yumiko@customer.example"


def talk(port: int, *lines: bytes) -> list[bytes]:
    """Say lines, each after the answer to the one before; the last lines of the answers."""
    said = []
    with socket.create_connection(("127.0.0.1", port), 10) as connection, connection.makefile("rb") as answers:
        for line in [b"", *lines]:
            connection.sendall(line)
            while (answer := answers.readline())[3:4] == b"-":
                pass
            said.append(answer.rstrip())
    return said


def stored() -> list[bytes]:
    return [read_blob(raw.blob) for raw in RawMessage.objects.select_related("blob").order_by("pk")]
