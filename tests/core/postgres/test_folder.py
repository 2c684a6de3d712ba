"""The data folder's layout, the address, and who may use it."""

import errno
import os
import pwd
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from madoguchi.core.postgres import DatabaseTrouble, DataFolder, database_url, folder
from madoguchi.core.postgres.trouble import disk_trouble, start_trouble


@pytest.fixture
def deep(tmp_path):
    """A folder whose path is too long for a socket."""
    return tmp_path / ("deep" * 30) / "data"


def test_the_address_names_the_socket_below_the_data_folder():
    parts = conninfo_to_dict(database_url(Path("/srv/my desk")))

    assert parts == {"user": "madoguchi", "dbname": "madoguchi", "host": "/srv/my desk/run", "port": "5432"}


def test_a_long_path_gets_a_short_socket_that_is_always_the_same(deep):
    place = DataFolder(deep).socket_directory

    assert place.parent == Path("/tmp")
    assert place == DataFolder(deep).socket_directory != DataFolder(deep / "x").socket_directory


def test_a_long_path_works(deep):
    data = DataFolder(deep)
    data.prepare()

    data.prepare_socket_directory()
    mode = data.socket_directory.stat().st_mode & 0o777
    data.socket_directory.rmdir()

    assert mode == 0o700


def test_a_socket_folder_of_somebody_else_is_refused(deep):
    place = DataFolder(deep).socket_directory
    place.symlink_to("/")

    with pytest.raises(DatabaseTrouble, match="belongs to another user"):
        DataFolder(deep).prepare_socket_directory()
    place.unlink()


def test_a_data_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "data").touch()

    with pytest.raises(DatabaseTrouble, match="cannot be used as data folder: Not a directory"):
        DataFolder(tmp_path / "data").prepare()


def test_a_socket_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "run").touch()

    with pytest.raises(DatabaseTrouble, match="cannot be used as data folder: File exists"):
        DataFolder(tmp_path).prepare_socket_directory()


def test_too_little_space_is_told_before_anything_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(folder, "LEAST_FREE_BYTES", 2**60)

    with pytest.raises(DatabaseTrouble, match="MB left; free some space"):
        DataFolder(tmp_path).prepare()


def test_a_new_data_folder_is_closed_to_others(tmp_path):
    DataFolder(tmp_path / "data").prepare()

    assert (tmp_path / "data").stat().st_mode & 0o076 == 0


def test_an_existing_data_folder_keeps_its_mode_but_lets_the_server_pass(tmp_path):
    (tmp_path / "data").mkdir(mode=0o755)
    (tmp_path / "data").chmod(0o754)

    DataFolder(tmp_path / "data").prepare()

    passing = 0o001 if os.geteuid() == 0 else 0
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o754 | passing


def test_there_is_no_version_before_the_first_start(tmp_path):
    assert DataFolder(tmp_path).major is None


def test_the_version_is_read_from_the_cluster(tmp_path):
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("17\n", encoding="ascii")

    assert DataFolder(tmp_path).major == 17


def test_an_unreadable_version_is_told(tmp_path):
    (tmp_path / "postgres" / "PG_VERSION").mkdir(parents=True)

    with pytest.raises(DatabaseTrouble, match="Is a directory"):
        assert DataFolder(tmp_path).major


def test_a_cluster_of_somebody_else_is_refused(tmp_path, monkeypatch):
    (tmp_path / "postgres").mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)

    with pytest.raises(DatabaseTrouble, match="belongs to another user; start as that user"):
        assert DataFolder(tmp_path).server_user


def test_an_ordinary_user_runs_the_server_itself(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 4242)

    assert DataFolder(tmp_path).server_user == {}


def accounts(monkeypatch, known):
    def look_up(name):
        if name not in known:
            raise KeyError(name)
        return known[name]

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(pwd, "getpwnam", look_up)


def test_root_runs_it_as_nobody_where_there_is_no_postgres(tmp_path, monkeypatch):
    accounts(monkeypatch, {"nobody": pwd.getpwuid(0)})

    assert DataFolder(tmp_path).server_user == {"user": 0, "group": 0}


def test_root_without_any_other_user_is_told_what_to_do(tmp_path, monkeypatch):
    accounts(monkeypatch, {})

    with pytest.raises(DatabaseTrouble, match="start madoguchi as an ordinary user"):
        assert DataFolder(tmp_path).server_user


def test_a_user_without_a_name_is_told_what_to_do(tmp_path, monkeypatch):
    def look_up(_uid):
        raise KeyError

    data = DataFolder(tmp_path)
    data.cluster.mkdir()
    monkeypatch.setattr(pwd, "getpwuid", look_up)

    with pytest.raises(DatabaseTrouble, match="has no name on this system"):
        data.write_configuration(18, durable=True)


@pytest.mark.parametrize(("major", "known"), [(18, True), (17, False)])
def test_settings_of_newer_versions_are_kept_from_older_ones(tmp_path, major, known):
    data = DataFolder(tmp_path)
    data.cluster.mkdir()

    data.write_configuration(major, durable=True)

    assert ("io_method" in (data.cluster / "postgresql.conf").read_text(encoding="utf-8")) is known


@pytest.mark.parametrize("content", ["", "no number\n"])
def test_half_a_pid_file_counts_as_none(tmp_path, content):
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "postmaster.pid").write_text(content, encoding="utf-8")

    assert DataFolder(tmp_path).read_postmaster() is None


def test_a_pid_file_in_the_making_means_starting(tmp_path):
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "postmaster.pid").write_text("12\n/x\n1\n", encoding="utf-8")

    assert DataFolder(tmp_path).read_postmaster() == (12, "starting")


def test_a_long_log_is_set_aside(tmp_path, monkeypatch):
    monkeypatch.setattr(folder, "LONGEST_LOG_BYTES", 10)
    data = DataFolder(tmp_path)
    data.log_file.parent.mkdir()
    data.log_file.write_text("more than ten bytes", encoding="utf-8")

    os.close(data.open_log())

    assert (data.log_file.read_text(encoding="utf-8"), (tmp_path / "log" / "postgres.log.1").exists()) == ("", True)


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "is full; free some space"),
        (errno.EDQUOT, "is full; free some space"),
        (errno.EROFS, "read-only file system; set MADOGUCHI_DATA_DIR"),
        (errno.EACCES, "may not be written by this user"),
        (errno.EIO, "cannot be used as data folder"),
    ],
)
def test_trouble_with_the_disk_is_told_with_what_to_do(number, sentence):
    assert sentence in str(disk_trouble(OSError(number, os.strerror(number)), Path("/srv/desk")))


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("PANIC:  could not write: No space left on device", "the disk is full"),
        ("FATAL:  something new", "does not start: something new"),
        ("", "ended without a word"),
    ],
)
def test_what_postgres_said_is_told(said, sentence):
    assert sentence in str(start_trouble(said, Path("/srv/desk/log")))
