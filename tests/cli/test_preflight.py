"""Ports and the data folder are checked before anything starts, and troubles are told in one sentence."""

import errno
import json
import multiprocessing
import os
import socket

import pytest

from madoguchi.cli import preflight
from madoguchi.cli.preflight import check_port, listening_socket, only_one
from madoguchi.cli.trouble import CannotRun
from madoguchi.core.postgres import DatabaseTrouble

FORK = multiprocessing.get_context("fork")

pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")


@pytest.fixture
def taken():
    """A port that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(preflight, "LEFTOVERS_LIMIT_SECONDS", 0.2)


def test_a_free_port_is_listened_on():
    with (
        listening_socket("127.0.0.1", 0, "HTTP") as listener,
        socket.create_connection(listener.getsockname()) as visitor,
    ):
        assert visitor.getpeername() == listener.getsockname()


def test_a_taken_port_is_told_with_the_setting_to_change(taken):
    with pytest.raises(CannotRun, match=rf"^Port {taken} on 127.0.0.1 is taken.*MADOGUCHI_HTTP_PORT to a free port"):
        listening_socket("127.0.0.1", taken, "HTTP")


def test_a_taken_port_is_found_for_others(taken):
    with pytest.raises(CannotRun, match="MADOGUCHI_SMTP_PORT"):
        check_port("127.0.0.1", taken, "SMTP")


def test_a_checked_port_is_free_again():
    with listening_socket("127.0.0.1", 0, "HTTP") as first:
        port = first.getsockname()[1]

    check_port("127.0.0.1", port, "SMTP")
    listening_socket("127.0.0.1", port, "SMTP").close()


def test_a_port_that_is_off_is_not_checked():
    assert check_port("no.such.host.example", 0, "SMTP") is None


def test_an_unknown_host_is_told():
    with pytest.raises(CannotRun, match=r"MADOGUCHI_HTTP_HOST is “256\.0\.0\.1”, which is no address"):
        listening_socket("256.0.0.1", 0, "HTTP")


def test_an_address_of_another_machine_is_told():
    with pytest.raises(CannotRun, match=r"Nothing can listen on 192\.0\.2\.1 port 0"):
        listening_socket("192.0.2.1", 0, "HTTP")


def test_a_reserved_port_is_told():
    trouble = preflight._port_trouble(OSError(errno.EACCES, "Permission denied"), "127.0.0.1", 25, "SMTP")

    assert "set MADOGUCHI_SMTP_PORT to 1024 or higher" in str(trouble)


def test_the_second_is_told_who_has_the_folder(tmp_path):
    with (
        only_one(tmp_path, "http://localhost:8000"),
        pytest.raises(CannotRun, match=rf"process {os.getpid()}, http://localhost:8000\. Stop it first"),
        only_one(tmp_path, "http://localhost:9000"),
    ):
        pass


def test_the_folder_is_free_again_afterwards(tmp_path):
    with only_one(tmp_path, "first"):
        pass

    with only_one(tmp_path, "second"):
        note = json.loads((tmp_path / "run.lock").read_text(encoding="utf-8"))

    assert note == {"pid": os.getpid(), "address": "second"}


def test_a_holder_that_has_not_written_its_note_is_waited_for_no_longer(tmp_path, quick):
    with only_one(tmp_path, "x"):
        (tmp_path / "run.lock").write_text("", encoding="utf-8")

        with pytest.raises(CannotRun, match="about to start"), only_one(tmp_path, "y"):
            pass


def hold_beyond_death(folder, ready, release):
    """Take the folder, leave a child with the lock, and die as if killed."""
    holding = only_one(folder, "killed")
    holding.__enter__()
    if os.fork() == 0:
        ready.set()
        release.wait(20)
    os._exit(0)


def test_what_a_killed_run_left_is_waited_for(tmp_path, caplog):
    caplog.set_level("INFO")
    ready, release = FORK.Event(), FORK.Event()
    killed = FORK.Process(target=hold_beyond_death, args=(tmp_path, ready, release))
    killed.start()
    killed.join()
    ready.wait(20)

    def release_when_waiting(_record):
        release.set()
        return True

    preflight.logger.addFilter(release_when_waiting)
    with only_one(tmp_path, "next"):
        note = json.loads((tmp_path / "run.lock").read_text(encoding="utf-8"))
    preflight.logger.removeFilter(release_when_waiting)

    assert note["address"] == "next"
    assert "Waiting for the last processes" in caplog.text


def test_what_a_killed_run_left_is_not_waited_for_for_ever(tmp_path, quick):
    ready, release = FORK.Event(), FORK.Event()
    killed = FORK.Process(target=hold_beyond_death, args=(tmp_path, ready, release))
    killed.start()
    killed.join()
    ready.wait(20)

    with pytest.raises(CannotRun, match="already runs"), only_one(tmp_path, "next"):
        pass
    release.set()


def test_a_process_of_somebody_else_is_alive(monkeypatch):
    def refuse(_pid, _number):
        raise PermissionError

    monkeypatch.setattr(os, "kill", refuse)

    assert preflight._is_alive(1)


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "run.lock").mkdir()

    with pytest.raises(DatabaseTrouble, match="Is a directory"), only_one(tmp_path, "x"):
        pass
