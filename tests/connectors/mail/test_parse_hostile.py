"""Any bytes give a message or a reason, quickly; and an independent generator agrees with what was decoded."""

import hashlib
import json
import random
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.connectors.mail.mails import b_word, file_part, mail, multipart_mail, part
from tests.connectors.mail.odd_parts import CONTENT, EVENT, RENDER, attribute, tnef, uuencoded

from madoguchi.connectors.mail.parse import Unparsable, parse_mail, readings

BENCH = Path(__file__).resolve().parents[4] / "shared" / "bench" / "gen_mail.py"
N = 300_000
SEEDS = [
    mail(
        "お世話になっております。".encode("cp932"),
        content_type=b"text/plain; charset=shift_jis",
        subject=b_word(b"\x1b$BCmJ8\x1b(B"),
    ),
    multipart_mail(part("本文".encode()), part(b"<p>a<img src=cid:x></p>", b"text/html"), subtype=b"alternative"),
    multipart_mail(
        part(b"x"),
        file_part(CONTENT, b"a.bin", b"image/png", b"Content-ID: <x>"),
        part(EVENT.encode(), b"text/calendar"),
    ),
    multipart_mail(part(uuencoded(CONTENT)), part(b"Subject: x\r\n\r\ny", b"message/rfc822")),
    multipart_mail(
        file_part(
            tnef(RENDER, attribute(2, 0x8010, b"a"), attribute(2, 0x800F, b"b")), b"winmail.dat", b"application/ms-tnef"
        )
    ),
]
TOKENS = [
    b"\r\n", b"\n\n", b"=?utf-8?B?", b"=?iso-2022-jp?Q?", b"?=", b"\x1b$B", b"\x1b(B", b"\x00", b"--", b"boundary=",
    b'"', b";", b"Content-Type: multipart/mixed\r\n", b"charset=utf-7", b"charset=hz", b"base64", b"\xff",
    b"begin 644 x\n", b"=ybegin size=1 name=x\n", b"<", b"(", b"filename*0*=", b"%", b"text/html", b"text/calendar",
    b"message/rfc822", b"format=flowed", b"\x81", b"From: ", b",", b":", b"\xe3\x80\x81", b"\x78\x9f\x3e\x22",
]  # fmt: skip


def strings_of(message):
    yield from (
        message.external_id,
        message.subject,
        message.text,
        message.html,
        message.sender.email,
        message.sender.name,
    )
    yield from (message.in_reply_to, message.language, message.charset, *message.references, *message.headers.values())
    yield from (text for one in message.attachments for text in (one.name, one.content_type, one.content_id))
    yield from (text for one in message.to + message.cc + message.reply_to for text in (one.email, one.name))


def check(raw, charset_override=""):
    try:
        message = parse_mail(raw, charset_override=charset_override)
    except Unparsable:
        return
    everything = "".join(strings_of(message))
    assert "\x00" not in everything
    assert everything.encode("utf-8")
    assert message.text or not message.html
    assert not any(char in message.subject + message.sender.name + message.sender.email for char in "\r\n")
    assert readings(raw)


@given(st.binary(max_size=600))
@settings(deadline=None)
def test_any_bytes(raw):
    check(raw)
    check(b"From: a@x.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + raw)
    check(b"Content-Type: text/html; charset=" + raw)


@given(
    st.integers(0, len(SEEDS) - 1),
    st.randoms(use_true_random=False),
    st.sampled_from(["", "", "cp932", "utf-16", "iso-2022-jp"]),
)
@settings(max_examples=400, deadline=None)
def test_mutated_mails(number, rng, override):
    raw = bytearray(SEEDS[number])
    for _ in range(rng.randint(1, 12)):
        place = rng.randint(0, len(raw))
        match rng.randint(0, 3):
            case 0:
                raw[place:place] = rng.choice(TOKENS)
            case 1:
                del raw[place : place + rng.randint(1, 60)]
            case 2:
                raw[place : place + 1] = bytes((rng.randint(0, 255),))
            case _:
                other = rng.choice(SEEDS)
                start = rng.randint(0, len(other))
                raw[place:place] = other[start : start + rng.randint(0, 200)]

    check(bytes(raw), override)


def header(name, value):
    return b"From: a@x.example\r\n" + name + b": " + value + b"\r\n\r\nx"


def body(content, content_type=b"text/plain"):
    return b"From: a@x.example\r\nContent-Type: " + content_type + b"\r\n\r\n" + content


@pytest.mark.parametrize(
    "raw",
    [
        header(b"Content-Type", b"text/plain" + b";" * N + b"="),
        header(b"Content-Type", b"text/plain; a" + b" " * N),
        header(b"Content-Type", b'text/plain; name="' + b"\\" * N),
        header(b"Content-Type", b'text/plain; name="' + b"\x81@" * (N // 2)),
        header(b"Content-Type", b'text/plain; name="' + b"\x1b$B" * (N // 3)),
        header(b"To", b"(" * N),
        header(b"To", b'"' * N),
        header(b"To", b"<" * N + b"@"),
        header(b"To", b"a" * N + b"@"),
        header(b"To", b" " * N + b"x@"),
        header(b"To", b"x" + b"\t" * N + b"@x"),
        header(b"To", b"=?utf-8?b?" * (N // 10)),
        header(b"To", "、".encode() * (N // 3) + b"@b"),
        header(b"Subject", b"=?utf-8?b?" * (N // 10)),
        header(b"References", b"<" * N),
        header(b"Date", b"1" * N),
        body(b"-" * N * 10, b"multipart/mixed; boundary=--------"),
        body((b"\n--x" + b"y" * 190) * 20_000, b"multipart/mixed"),
        body(b"begin 644 x\n" * 50_000),
        body(b"=ybegin size=1 name=x\n" * 30_000),
        body(b"begin-base64 644 x\n" * 30_000),
        body(b"a \n" * N, b"text/plain; format=flowed"),
        body(b" " * N * 10 + b"x"),
        body(b"BEGIN:VEVENT\nSUMMARY" + b";A=B" * 40_000 + b"\n", b"text/calendar"),
        body(b"+" * N * 7),
        body(b"+AGE-" * (N // 5), b"text/plain; charset=utf-7"),
        body(b"\x1b$B" * (N // 3), b"text/plain; charset=iso-2022-jp"),
        body(b"<div>" * (N // 5), b"text/html"),
        body(b"&" * N, b"text/html"),
        body(b"&nbsp;" * N, b"text/html"),
        body(b"x" + b" " * 2_000_001 + b"y", b"text/html"),
        body(b"<p>" + b"https://" * (N // 8), b"text/html"),
    ],
)
def test_large_input_made_to_be_slow_is_not(raw):
    """No clock here: what grows with the square of its length would take minutes, and CI stops that."""
    assert parse_mail(raw).sender.email == "a@x.example"


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    if not BENCH.exists():
        pytest.skip(f"the independent mail generator is not beside the checkout ({BENCH.name})")
    folder = tmp_path_factory.mktemp("mails")
    command = [sys.executable, str(BENCH), "--n", "300", "--seed", "7", "--out", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return [(one, (folder / one["file"]).read_bytes()) for one in expected["messages"]]


def test_an_independent_generator_agrees(generated):
    for expected, raw in generated:
        message = parse_mail(raw)

        assert message.subject == expected["subject"]
        assert f"<{message.external_id}>" == expected["message_id"]
        assert (message.sender.name, message.sender.email) == (expected["from_name"], expected["from_addr"])
        assert [excerpt for excerpt in expected["excerpts"] if excerpt not in message.text] == []
        assert [(one.name, hashlib.sha256(one.content).hexdigest()) for one in message.attachments] == [
            (one["filename"], one["sha256"]) for one in expected["attachments"]
        ]
        assert message.sent_at == datetime.fromisoformat(expected["date"]).astimezone(UTC)
        assert message.language == expected["lang"]
        assert message.warnings == ()


def test_fingerprints_tell_the_generated_mails_apart(generated):
    ids = {expected["message_id"] for expected, _ in generated}

    assert len({parse_mail(raw).fingerprint for _, raw in generated}) == len(ids)


def test_generated_mails_in_random_damage(generated):
    rng = random.Random(1)
    for _, raw in rng.sample(generated, 60):
        damaged = bytearray(raw[:20_000])
        for _ in range(20):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        check(bytes(damaged))
