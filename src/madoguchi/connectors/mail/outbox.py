"""The local mailbox: where mail goes that must not leave (demo, development, a 窓口 without a mail server yet).

Each mail is a row for the screen 「送信済みメール(ローカル)」 and a file in the folder `outbox` of the data folder,
a maildir that any mail program can open.
"""

import os
import socket
import time
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from madoguchi.channels.contract import KeptReader
from madoguchi.connectors.mail.models import LocalMail
from madoguchi.files.actions import store_blob
from madoguchi.files.queries import read_blob


@transaction.atomic
def keep_mail(
    mail: bytes, *, external_id: str, sender: str, recipients: Sequence[str], subject: str, lets_in: bool = False
) -> LocalMail:
    """Put a complete mail into the local mailbox; two sends are two mails, as they would be outside.

    What lets somebody in (`lets_in`) is shown to its receivers and to owners only.
    """
    row = LocalMail.objects.create(
        external_id=external_id[:1000],
        sender=sender[:998],
        recipients=[address[:998] for address in recipients],
        subject=subject[:1000],
        lets_in=lets_in,
        blob=store_blob(mail),
    )
    _write(mail, row.pk)
    return row


def local_mails(reader: KeptReader) -> QuerySet[LocalMail]:
    """What was sent into the local mailbox and this reader may see, newest first."""
    rows = LocalMail.objects.defer("blob__inline", "blob__text").order_by("-pk")
    if reader.is_owner:
        return rows
    common = Q(lets_in=False) if reader.senders is None else Q(lets_in=False, sender__in=reader.senders)
    return rows.filter(common | Q(lets_in=True, recipients__contains=[reader.address]))


def raw_of(row: LocalMail) -> bytes:
    """The mail as it would have left."""
    return read_blob(row.blob)


def maildir() -> Path:
    """The folder with the same mails as files: `new/` holds them (https://cr.yp.to/proto/maildir.html)."""
    return Path(settings.DATA_DIR) / "outbox"


def _write(mail: bytes, number: int) -> None:
    folder = maildir()
    for name in ("tmp", "new", "cur"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    name = f"{time.time():.6f}.{os.getpid()}_{number}.{socket.gethostname()}"
    (folder / "tmp" / name).write_bytes(mail)
    (folder / "tmp" / name).rename(folder / "new" / name)
