"""PostgreSQL's programs are found, checked, and made readable for the user who runs them."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from madoguchi.core.postgres import DatabaseTrouble, binaries, processes
from madoguchi.core.postgres.binaries import find_binaries, readable_by

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs programs as somebody else")


def installation(place, version):
    """Programs that only tell their version."""
    place.mkdir(parents=True)
    for name in ("postgres", "initdb"):
        (place / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n", encoding="ascii")
        (place / name).chmod(0o755)
    return place


@pytest.fixture
def nothing_else(monkeypatch):
    """No wheel and no system installation."""
    monkeypatch.setattr(binaries, "WHEEL", "no_such_wheel")
    monkeypatch.setattr(binaries, "SYSTEM_PLACES", ())
    monkeypatch.setenv("PATH", "/nonexistent")


@pytest.fixture
def open_place():
    """A folder that every user can reach, unlike those of pytest."""
    place = Path(tempfile.mkdtemp())
    place.chmod(0o755)
    yield place
    shutil.rmtree(place)


def test_a_new_folder_gets_the_newest_version_of_the_wheel():
    assert find_binaries(None).major == 18


def test_an_existing_folder_gets_the_version_that_made_it():
    assert find_binaries(None, major=16).major == 16


def test_the_named_folder_comes_first(tmp_path):
    place = installation(tmp_path / "bin", "15.3")

    assert find_binaries(place, major=15) == binaries.Binaries(place, (15, 3))


def test_a_version_before_its_first_release_counts(tmp_path):
    assert find_binaries(installation(tmp_path / "bin", "19beta2")).version == (19, 0)


def test_the_named_folder_must_hold_the_programs(tmp_path):
    with pytest.raises(DatabaseTrouble, match="no postgres and initdb that run are in it"):
        find_binaries(tmp_path)


def test_the_named_folder_must_be_new_enough(tmp_path):
    with pytest.raises(DatabaseTrouble, match="PostgreSQL 13, which is too old"):
        find_binaries(installation(tmp_path / "bin", "13.9"))


def test_the_named_folder_must_fit_the_data(tmp_path):
    with pytest.raises(DatabaseTrouble, match="made by PostgreSQL 16, but MADOGUCHI_PG_BIN holds version 17"):
        find_binaries(installation(tmp_path / "bin", "17.1"), major=16)


def test_programs_that_tell_no_version_are_none(tmp_path):
    with pytest.raises(DatabaseTrouble, match="no postgres and initdb that run"):
        find_binaries(installation(tmp_path / "bin", "unknown"))


def test_the_system_is_asked_after_the_wheel(tmp_path, monkeypatch, nothing_else):
    installation(tmp_path / "9.6" / "bin", "9.6")
    installation(tmp_path / "16" / "bin", "16.2")
    monkeypatch.setattr(binaries, "SYSTEM_PLACES", (f"{tmp_path}/*/bin",))

    assert find_binaries(None).version == (16, 2)


def test_the_path_is_asked_last(tmp_path, monkeypatch, nothing_else):
    monkeypatch.setenv("PATH", str(installation(tmp_path / "bin", "14.9")))

    assert find_binaries(None).version == (14, 9)


def test_without_any_the_way_out_is_told(nothing_else):
    with pytest.raises(DatabaseTrouble, match="install PostgreSQL 14 or newer, or set MADOGUCHI_DATABASE_URL"):
        find_binaries(None)


def test_without_the_right_one_those_found_are_told(tmp_path, monkeypatch, nothing_else):
    installation(tmp_path / "16" / "bin", "16.2")
    monkeypatch.setattr(binaries, "SYSTEM_PLACES", (f"{tmp_path}/*/bin",))

    with pytest.raises(DatabaseTrouble, match="made by PostgreSQL 12, but only 16 is here"):
        find_binaries(None, major=12)


def test_an_ordinary_user_needs_no_copy():
    found = find_binaries(None)

    assert readable_by(found, {}) is found


@only_root
def test_programs_closed_to_the_user_are_copied_once_and_run_there(tmp_path, open_place, monkeypatch):
    wheel = find_binaries(None).folder.parent
    closed = tmp_path / "site-packages"
    shutil.copytree(wheel, closed / binaries.WHEEL / wheel.name)
    libraries = wheel.parent.parent / f"{binaries.WHEEL}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, closed / libraries.name)
    monkeypatch.setattr(binaries, "SHARED_COPIES", open_place / "copies")
    user = {"user": 65534, "group": 65534}

    found = find_binaries(closed / binaries.WHEEL / wheel.name / "bin")
    copied = readable_by(found, user)
    asked = subprocess.run([copied.program("initdb"), "--version"], **user, extra_groups=[], cwd="/", check=False)

    assert asked.returncode == 0
    assert copied == readable_by(found, user) != found
    assert len(list((open_place / "copies").iterdir())) == 1


@only_root
def test_a_copy_made_meanwhile_by_another_process_is_used(tmp_path, open_place):
    installation(tmp_path / "wheel" / "pg" / "bin", "18.4")
    (open_place / "copy" / "other").mkdir(parents=True)

    binaries._copy_installation(tmp_path / "wheel" / "pg", open_place / "copy")

    assert [part.name for part in (open_place / "copy").iterdir()] == ["other"]


@only_root
def test_no_room_for_the_copy_is_told(tmp_path, monkeypatch):
    tmp_path.chmod(0o700)
    found = find_binaries(installation(tmp_path / "bin", "18.4"))
    (tmp_path / "file").touch()
    monkeypatch.setattr(binaries, "SHARED_COPIES", tmp_path / "file" / "copies")

    with pytest.raises(DatabaseTrouble, match="Not a directory"):
        readable_by(found, {"user": 65534, "group": 65534})


def test_a_copy_that_cannot_be_put_in_place_is_an_error(tmp_path, monkeypatch):
    installation(tmp_path / "wheel" / "pg" / "bin", "18.4")
    monkeypatch.setattr(binaries, "SHARED_COPIES", tmp_path / "copies")

    with pytest.raises(OSError, match="No such file"):
        binaries._copy_installation(tmp_path / "wheel" / "pg", tmp_path / "missing" / "copy")


def test_a_stranger_is_no_server(tmp_path):
    assert not processes.runs_in(os.getpid(), tmp_path)


def test_a_process_that_is_gone_is_no_server(tmp_path):
    gone = subprocess.Popen(["true"])
    gone.wait()

    assert (processes.has_ended(gone.pid), processes.runs_in(gone.pid, tmp_path)) == (True, False)


def test_a_child_that_ended_is_collected():
    child = subprocess.Popen(["true"])

    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)

    assert processes.has_ended(child.pid)
    child.wait()


@pytest.mark.skipif(sys.platform == "linux" and not shutil.which("ps"), reason="asks ps")
def test_without_proc_the_name_of_the_program_is_asked(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "HAS_PROC", False)

    assert not processes.runs_in(os.getpid(), tmp_path)
    assert list(processes.all_in(tmp_path)) == []
