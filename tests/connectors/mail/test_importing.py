"""Mail from files: every mail once, one at a time in memory."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.connectors.mail.test_intake import mail

from madoguchi.channels.models import Inbox, RawMessage
from madoguchi.connectors.mail import importing
from madoguchi.connectors.mail.importing import Counts, import_path
from madoguchi.connectors.mail.intake import Reader
from madoguchi.conversations.choices import Status
from madoguchi.conversations.models import Conversation, Message
from madoguchi.core.errors import Invalid
from madoguchi.files.queries import read_blob

pytestmark = pytest.mark.django_db


def stored() -> list[bytes]:
    return [read_blob(raw.blob) for raw in RawMessage.objects.select_related("blob").order_by("pk")]


def mbox(*mails: bytes, end: bytes = b"\n") -> bytes:
    entries = []
    for content in mails:
        lines = content.replace(b"\r\n", b"\n").replace(b"\nFrom ", b"\n>From ").replace(b"\n>>From ", b"\n>>>From ")
        entries.append(b"From someone@x.example Mon Jun  1 10:00:00 2026\n" + lines + b"\n")
    return b"".join(entries).replace(b"\n", end)


def test_one_file_is_one_mail(desk: Inbox, tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(mail(1))

    counts = import_path(tmp_path / "a.eml", inbox=desk)

    raw = RawMessage.objects.get()
    assert (counts, str(counts)) == (Counts(mails=1, files=1), "Mails: 1, from files: 1")
    assert (raw.source, raw.inbox, stored()) == ("archive", desk, [mail(1)])


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_an_mbox_is_taken_apart(desk: Inbox, tmp_path: Path, end: bytes) -> None:
    quoted = mail(2, text="first\r\n\r\nFrom here on\r\n>From old\r\nFrom inside a paragraph")
    (tmp_path / "all.mbox").write_bytes(mbox(mail(1), quoted, mail(3), end=end))

    counts = import_path(tmp_path / "all.mbox", inbox=desk)

    expected = [each.replace(b"\r\n", end) for each in (mail(1), quoted.replace(b"\n>From", b"\nFrom"), mail(3))]
    assert counts.mails == 3
    assert stored()[0] == expected[0]
    assert stored()[2] == expected[2]
    assert b"From here on" in stored()[1]
    assert b">From here" not in stored()[1]


def test_a_line_with_from_inside_a_mail_does_not_end_it(desk: Inbox, tmp_path: Path) -> None:
    (tmp_path / "all.mbox").write_bytes(b"From a\nSubject: x\n\nline\nFrom the middle\nend\n")

    import_path(tmp_path / "all.mbox", inbox=desk)

    assert stored() == [b"Subject: x\n\nline\nFrom the middle\nend"]


def test_a_folder_is_taken_whole(desk: Inbox, tmp_path: Path) -> None:
    (tmp_path / "2026" / "06").mkdir(parents=True)
    (tmp_path / "2026" / "06" / "b.eml").write_bytes(mail(2))
    (tmp_path / "2026" / "a.eml").write_bytes(mail(3))
    (tmp_path / "all.mbox").write_bytes(mbox(mail(4), mail(5)))
    (tmp_path / ".DS_Store").write_bytes(b"x")
    (tmp_path / "empty.eml").touch()
    seen: list[int] = []

    counts = import_path(tmp_path, inbox=desk, on_progress=lambda so_far: seen.append(so_far.mails))

    assert counts == Counts(mails=4, files=4, refused=1)
    assert seen == [1, 2, 2, 3, 4]
    assert str(counts) == "Mails: 4, from files: 4, 1 empty or over 100 MB left out"


def test_to_repeat_doubles_nothing(desk: Inbox, tmp_path: Path) -> None:
    (tmp_path / "all.mbox").write_bytes(mbox(mail(1), mail(2)))
    for _again in range(2):
        import_path(tmp_path, inbox=desk)

    reader = Reader()
    while reader.read_waiting():
        pass

    assert RawMessage.objects.count() == 4
    assert Message.objects.count() == 2


def test_without_a_desk_each_goes_where_it_is_addressed(desk: Inbox, tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(mail(1, to="help@desk-smtp.example"))

    import_path(tmp_path)
    Reader().read_waiting()

    assert Message.objects.get().inbox == desk


def test_a_desk_may_be_named_by_its_address(desk: Inbox, tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(mail(1, to="elsewhere@x.example"))

    import_path(tmp_path, inbox="Support@desk.example")

    assert RawMessage.objects.get().inbox == desk
    with pytest.raises(Invalid, match="No desk has the address"):
        import_path(tmp_path, inbox="nobody@desk.example")


def test_what_is_too_large_is_left_out(desk: Inbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "FETCH_MAX_BYTES", 500)
    large = mail(1, text="x" * 1000)
    (tmp_path / "a.eml").write_bytes(large)
    (tmp_path / "b.mbox").write_bytes(mbox(large, mail(2)))

    counts = import_path(tmp_path, inbox=desk)

    assert (counts.mails, counts.refused) == (1, 2)
    assert b"No. 2" in stored()[0]


def test_a_file_that_cannot_be_read_is_counted(desk: Inbox, tmp_path: Path) -> None:
    counts = import_path(tmp_path / "gone.eml", inbox=desk)

    assert counts == Counts(files=1, unreadable=1)
    assert str(counts).endswith("1 files unreadable")


def test_links_and_pipes_in_a_folder_are_left_out(desk: Inbox, tmp_path: Path) -> None:
    folder = tmp_path / "mails"
    folder.mkdir()
    (folder / "a.eml").write_bytes(mail(1))
    (tmp_path / "elsewhere.eml").write_bytes(mail(2))
    (folder / "again").symlink_to(folder)
    (folder / "b.eml").symlink_to(tmp_path / "elsewhere.eml")
    os.mkfifo(folder / "c.eml")

    counts = import_path(folder, inbox=desk)

    assert counts == Counts(mails=1, files=1, others=3)
    assert str(counts) == "Mails: 1, from files: 1, 3 links, pipes or devices left out"
    assert stored() == [mail(1)]


def test_a_link_that_is_named_is_followed(desk: Inbox, tmp_path: Path) -> None:
    folder = tmp_path / "mails"
    folder.mkdir()
    (folder / "a.eml").write_bytes(mail(1))
    (tmp_path / "folder").symlink_to(folder)
    (tmp_path / "b.eml").symlink_to(folder / "a.eml")

    assert import_path(tmp_path / "folder", inbox=desk) == Counts(mails=1, files=1)
    assert import_path(tmp_path / "b.eml", inbox=desk) == Counts(mails=1, files=1)


def test_a_folder_that_cannot_be_listed_is_counted(desk: Inbox, tmp_path: Path) -> None:
    def refuse(self: Path, *, on_error: Callable[[OSError], None]) -> Iterator[object]:
        on_error(PermissionError(13, "denied", str(self)))
        yield from ()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Path, "walk", refuse)  # tests may run as root, whom nothing is denied
        counts = import_path(tmp_path, inbox=desk)

    assert counts == Counts(unreadable=1)


def test_mail_of_an_archive_is_no_work_unless_it_is_to_be(desk: Inbox, tmp_path: Path) -> None:
    (tmp_path / "old.eml").write_bytes(mail(1))
    (tmp_path / "new.eml").write_bytes(mail(2))

    import_path(tmp_path / "old.eml", inbox=desk)
    import_path(tmp_path / "new.eml", inbox=desk, as_new=True)
    Reader().read_waiting()

    old, new = Conversation.objects.order_by("pk")
    assert (old.status, old.due_at, old.created_at) == (Status.DONE, None, old.messages.get().sent_at)
    assert (new.status, new.due_at is None) == (Status.NEW, False)
