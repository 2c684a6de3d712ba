"""docs/howto/use-the-api.md: every example works, in the order in which it stands there."""

import json
import re
import shlex
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.factories.conversations import make_conversation, make_inbox

from madoguchi.api.problems import MEANINGS
from madoguchi.channels.actions import store_raw
from madoguchi.conversations.models import Message

pytestmark = pytest.mark.django_db

GUIDE = Path(__file__).parents[2] / "docs/howto/use-the-api.md"


def examples():
    """The commands and the lines that say where values come from, in order."""
    blocks = re.findall(r"^```sh\n(.*?)^```", GUIDE.read_text(), re.DOTALL | re.MULTILINE)
    for block in blocks:
        for piece in re.split(r"\n(?=api |# )|\n\n", block):
            if piece.startswith(("api ", "# ")):
                yield piece.strip()


class Shell:
    """Just enough of a shell and of curl for the examples."""

    def __init__(self, caller):
        self.caller = caller
        self.values = {"DESK": "/api/v1"}
        self.answer = None

    def run(self, piece):
        if named := re.fullmatch(r"# ([A-Z]+): (\S+)", piece):
            self.values[named[1]] = str(self.look_up(named[2]))
            return
        words = shlex.split(piece.replace("\\\n", " "))
        for name, value in self.values.items():
            words = [word.replace(f"${name}", value) for word in words]
        response = self.call(words[1:])
        assert 200 <= response.status_code < 300, (piece, response.content.decode())
        self.answer = response.json() if "json" in response.get("Content-Type", "") else None

    def look_up(self, path):
        found = self.answer
        for part in path.split("."):
            found = found[int(part)] if part.isdecimal() else found[part]
        return found

    def call(self, words):
        options = {"-X": ["GET"], "-d": [], "-H": [], "-F": [], "--data-urlencode": [], "-o": []}
        url, words = "", list(words)
        while words:
            word = words.pop(0)
            if word in options:
                options[word].append(words.pop(0))
            elif word != "-G":
                url = word
        asked = [tuple(each.split("=", 1)) for each in options["--data-urlencode"]]
        query = "&".join([urlsplit(url).query, urlencode(asked)])
        headers = dict(header.split(": ", 1) for header in options["-H"])
        data, content_type = "".join(options["-d"]), headers.pop("Content-Type", "application/octet-stream")
        if options["-F"]:
            name, file = options["-F"][0].split("=@")
            return self.caller.client.post(url, {name: SimpleUploadedFile(file, b"%PDF-1.7", "application/pdf")})
        method, path = options["-X"][-1], f"{urlsplit(url).path}?{query}"
        return self.caller.client.generic(method, path, data, content_type=content_type, headers=headers)


def test_every_example_works(caller):
    inbox = make_inbox()
    raw = store_raw(b"Subject: x\r\n\r\nx", source="smtp", inbox=inbox)
    for subject in ("一", "二"):
        conversation = make_conversation(inbox, subject=subject)
        Message.objects.filter(conversation=conversation).update(raw=raw)
    shell = Shell(caller)

    done = [piece for piece in examples() if shell.run(piece) is None]

    assert len(done) >= 20
    assert json.loads(json.dumps(shell.values)).keys() >= {"NUMBER", "SEEN", "MESSAGE", "REPLY", "FILE", "UNDO"}


def test_guide_tells_every_refusal():
    told = {int(code) for code in re.findall(r"^\| (\d{3}) \|", GUIDE.read_text(), re.MULTILINE)}

    assert told == {*MEANINGS, 405, 500}
