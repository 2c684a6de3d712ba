"""Realistic support mail by the thousand: four encodings, answers with and without headers, some with files."""

import base64
import random
from collections.abc import Iterator

MATTERS = (
    "土鍋がまだ届きません",
    "返品の送料について",
    "領収書を発行してください",
    "注文をキャンセルしたいです",
    "サイズを交換できますか",
)
SENTENCES = (
    "お世話になっております。",
    "先日注文した商品がまだ届いておりません。",
    "追跡番号を確認しましたが、二日前から動きがないようです。",
    "今週の土曜日までに必要なのですが、間に合いますでしょうか。",
    "マイページからはキャンセルできませんでした。",
    "お手数をおかけしますが、ご確認をお願いいたします。",
    "写真を添付しますのでご覧ください。",
    "以前も同じことがあり、少し困っています。",
)
CHARSETS = ("utf-8", "utf-8", "iso-2022-jp", "shift_jis")


def mails(count: int, to: str, seed: int = 7) -> Iterator[bytes]:
    """Mails in delivery order; one in three answers an earlier one."""
    rng = random.Random(seed)
    sent: list[tuple[str, str, str]] = []
    for n in range(count):
        charset = rng.choice(CHARSETS)
        message_id = f"bench-{seed}-{n}@mail.example"
        answered = rng.choice(sent) if sent and rng.random() < 0.33 else None
        sender = answered[1] if answered else f"customer{rng.randrange(count)}@mail.example"
        subject = f"Re: {answered[2]}" if answered else f"{rng.choice(MATTERS)} {rng.randrange(10_000)}"
        body = "\n".join(rng.choice(SENTENCES) for _line in range(rng.randrange(4, 14)))
        if answered:
            body += (
                "\n\n2026年11月20日(金) 10:23 サポート窓口:\n> お問い合わせありがとうございます。\n> 確認いたします。\n"
            )
            headers = f"In-Reply-To: <{answered[0]}>\r\nReferences: <{answered[0]}>\r\n"
        else:
            headers = ""
            sent.append((message_id, sender, subject))
        yield _mail(rng, message_id, sender, to, subject, body, charset, headers)


def _mail(rng, message_id, sender, to, subject, body, charset, headers) -> bytes:
    word = base64.b64encode(subject.encode(charset)).decode()
    head = (
        f"From: =?{charset}?B?{base64.b64encode('山田 花子'.encode(charset)).decode()}?= <{sender}>\r\n"
        f"To: {to}\r\nSubject: =?{charset}?B?{word}?=\r\nMessage-ID: <{message_id}>\r\n"
        f"Date: Fri, 20 Nov 2026 10:23:00 +0900\r\nMIME-Version: 1.0\r\n{headers}"
    )
    text = f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: base64\r\n\r\n" + _lines(
        body.encode(charset)
    )
    if rng.random() > 0.1:
        return (head + text).encode()
    file = (
        'Content-Type: image/png; name="photo.png"\r\nContent-Transfer-Encoding: base64\r\n'
        'Content-Disposition: attachment; filename="photo.png"\r\n\r\n' + _lines(rng.randbytes(20_000))
    )
    edge = f"edge{rng.randrange(10**9)}"
    kind = f'Content-Type: multipart/mixed; boundary="{edge}"\r\n\r\n'
    return f"{head}{kind}--{edge}\r\n{text}--{edge}\r\n{file}--{edge}--\r\n".encode()


def _lines(content: bytes) -> str:
    coded = base64.b64encode(content).decode()
    return "\r\n".join(coded[i : i + 76] for i in range(0, len(coded), 76)) + "\r\n"
