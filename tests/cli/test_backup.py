"""A backup is everything; it comes back into an empty desk, and only there."""

import tarfile

import pytest
from tests.cli.desks import Desk, free_port

from madoguchi.cli import backup

EMAIL = "mori@harukaze-nichiyo.example"


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    """A desk with a person in it, and a file beside the database."""
    desk = Desk(tmp_path_factory.mktemp("full") / "data", free_port(), free_port())
    assert desk.ask("migrate")[0] == 0
    assert desk.ask("user", "create", EMAIL, "--password", "correct horse battery")[0] == 0
    (desk.data_dir / "files" / "ab").mkdir(parents=True)
    (desk.data_dir / "files" / "ab" / "abcd").write_bytes(b"raw mail")
    return desk


@pytest.fixture(scope="module")
def archive(full, tmp_path_factory):
    file = tmp_path_factory.mktemp("backup") / "desk.tar"
    code, said = full.ask("backup", str(file))
    assert code == 0, said
    return file


def test_a_backup_is_for_the_owners_eyes_only(archive):
    assert archive.stat().st_mode & 0o077 == 0
    assert [path.name for path in archive.parent.iterdir()] == ["desk.tar"]


def test_everything_comes_back(full, archive, tmp_path):
    empty = Desk(tmp_path / "data", free_port(), free_port())

    code, said = empty.ask("restore", str(archive))
    listed = empty.ask("user", "list")

    assert (code, EMAIL in listed[1]) == (0, True), said
    assert (empty.data_dir / "files" / "ab" / "abcd").read_bytes() == b"raw mail"
    assert (empty.data_dir / "secret-key").read_bytes() == (full.data_dir / "secret-key").read_bytes()
    assert empty.ask("migrate")[1] == "The database is of this version already.\n"


def test_a_backup_goes_into_an_empty_desk_only(full, archive):
    code, said = full.ask("restore", str(archive))

    assert (code, "This database is not empty" in said) == (1, True)


@pytest.mark.parametrize(("content", "sentence"), [(b"", "is damaged"), (None, "it has no database.dump")])
def test_another_file_is_no_backup(tmp_path, content, sentence):
    file = tmp_path / "other.tar"
    if content is None:
        tarfile.open(file, "w").close()
    else:
        file.write_bytes(content)

    with pytest.raises(backup.CannotRun, match=sentence):
        backup.unpack(file, tmp_path)


def test_files_that_are_there_give_way(tmp_path):
    (tmp_path / "new").mkdir()
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "old").touch()

    backup.put_in_place(tmp_path / "new", tmp_path / "files")

    assert (tmp_path / "files.before-restore" / "old").exists()
    assert list((tmp_path / "files").iterdir()) == []


def test_a_part_that_is_not_in_the_backup_changes_nothing(tmp_path):
    (tmp_path / "files").mkdir()

    backup.put_in_place(tmp_path / "missing", tmp_path / "files")

    assert (tmp_path / "files").exists()


def test_what_a_tool_says_is_told():
    with pytest.raises(backup.CannotRun, match=r"pg_dump failed: .*no-such-option"):
        backup.run_tool("pg_dump", "--no-such-option")
