"""A mail server that says what it is told to say: for answers no real server gives on demand."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

HANG_UP = b""


class ScriptedSMTP:
    """Answers each command by its first word; `.` is the answer to a whole mail."""

    def __init__(self, answers: dict[str, bytes]) -> None:
        self.answers = {
            "": b"220 scripted",
            "EHLO": b"250 scripted",
            "MAIL": b"250 ok",
            "RCPT": b"250 ok",
            "DATA": b"354 go on",
            ".": b"250 ok",
            "RSET": b"250 ok",
            "QUIT": b"221 bye",
            **answers,
        }
        self.commands: list[bytes] = []
        self.mails: list[bytes] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self._listening.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as lines, contextlib.suppress(OSError):
                self._talk(connection, lines)

    def _talk(self, connection: socket.socket, lines: BinaryIO) -> None:
        connection.sendall(self.answers[""] + b"\r\n")
        while line := lines.readline():
            self.commands.append(line.rstrip())
            said = line.rstrip().decode("utf-8", "replace")
            word = said.partition(" ")[0].upper()
            answer = self.answers.get(said.lower(), self.answers.get(word, b"500 no"))
            if answer == HANG_UP:
                return
            connection.sendall(answer + b"\r\n")
            if word == "DATA" and answer[:1] == b"3":
                content = b""
                while (part := lines.readline()) not in {b".\r\n", b""}:
                    content += part
                self.mails.append(content)
                if self.answers["."] == HANG_UP:
                    return
                connection.sendall(self.answers["."] + b"\r\n")


@contextmanager
def scripted_smtp(**answers: bytes) -> Iterator[ScriptedSMTP]:
    """`dot` is the answer to a whole mail, `greeting` the first line; the other names are commands."""
    names = {"dot": ".", "greeting": ""}
    server = ScriptedSMTP({names.get(name, name): answer for name, answer in answers.items()})
    try:
        yield server
    finally:
        server.close()
