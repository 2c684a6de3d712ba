"""The embedded server is started, shared, adopted after a crash, replaced when killed, and stopped by the last user."""

import fcntl
import multiprocessing
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

import psycopg
import pytest

from madoguchi.core.postgres import DatabaseTrouble, EmbeddedPostgres, binaries, processes, server

#: Promised to whoever starts again after a crash.
BACK_WITHIN_SECONDS = 5
FORK = multiprocessing.get_context("fork")

pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    """One folder with a cluster for all tests here; each leaves it with the server stopped."""
    return tmp_path_factory.mktemp("closed to others") / "data"


@pytest.fixture
def postgres(data_dir):
    with EmbeddedPostgres(data_dir) as running:
        yield running


def answer(running, question):
    with psycopg.connect(running.url, autocommit=True) as connection:
        return connection.execute(question).fetchone()


def remember(running, word):
    """Commit a word, and return a question that finds it."""
    with psycopg.connect(running.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
        connection.execute("INSERT INTO kept VALUES (%s)", [word])
    return f"SELECT count(*) FROM kept WHERE word = '{word}'"


def until(condition, limit_seconds=BACK_WITHIN_SECONDS):
    deadline = time.monotonic() + limit_seconds
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return found


def test_the_product_is_no_superuser_and_owns_its_database(postgres):
    row = answer(
        postgres,
        "SELECT current_user, rolsuper, pg_get_userbyid(datdba) "
        "FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()",
    )

    assert row == ("madoguchi", False, "madoguchi")


def test_text_is_compared_by_code_point_and_japanese_letters_are_letters(postgres):
    row = answer(postgres, "SELECT 'あ' < 'ア', 'ア' < '亜', '髙' ~ '^[[:alpha:]]$', current_setting('fsync')")

    assert row == (True, True, True, "on")


def test_nobody_can_reach_it_over_the_network(postgres):
    row = answer(postgres, "SELECT current_setting('listen_addresses'), inet_server_addr()")

    assert row == ("", None)


def test_the_files_are_closed_to_others(postgres):
    modes = [oct(path.stat().st_mode & 0o077) for path in (postgres.folder.cluster, postgres.folder.socket_directory)]

    assert modes == ["0o0", "0o0"]


def test_data_outlives_a_restart_and_stop_ends_the_process(data_dir):
    with EmbeddedPostgres(data_dir) as first:
        question = remember(first, "restart")
        pid = first.pid

    began = time.monotonic()
    ended = processes.has_ended(pid)
    with EmbeddedPostgres(data_dir) as second:
        kept = answer(second, question)

    assert (ended, kept, first.is_running()) == (True, (1,), False)
    assert time.monotonic() - began < BACK_WITHIN_SECONDS


def test_the_last_user_stops_it(data_dir):
    first, second = EmbeddedPostgres(data_dir), EmbeddedPostgres(data_dir)

    first.start()
    second.start()
    same = first.pid == second.pid
    first.stop()
    still = second.is_running()
    second.stop()

    assert (same, still, second.is_running()) == (True, True, False)


def test_stop_without_start_does_nothing(data_dir, postgres):
    EmbeddedPostgres(data_dir).stop()

    assert postgres.is_running()


def test_many_first_starts_at_once_make_one_cluster(tmp_path):
    pids = FORK.Queue()
    leave = FORK.Event()

    def use():
        with EmbeddedPostgres(tmp_path / "data", durable=False) as running:
            pids.put(running.pid)
            leave.wait(60)

    users = [FORK.Process(target=use) for _ in range(3)]
    for user in users:
        user.start()
    seen = {pids.get(timeout=60) for _ in users}
    leave.set()
    for user in users:
        user.join(60)

    assert len(seen) == 1
    assert processes.has_ended(seen.pop())


def test_a_killed_server_is_replaced_and_nothing_is_lost(postgres):
    question = remember(postgres, "killed server")
    killed = postgres.pid

    os.kill(killed, signal.SIGKILL)
    began = time.monotonic()
    until(lambda: not postgres.is_running())
    postgres.revive()

    assert answer(postgres, question) == (1,)
    assert postgres.pid != killed
    assert time.monotonic() - began < BACK_WITHIN_SECONDS


def test_a_killed_server_is_replaced_though_a_long_query_of_its_goes_on(postgres):
    def query_without_end():
        with psycopg.connect(postgres.url) as connection, pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT count(*) FROM generate_series(1, 100000000000) AS n WHERE n % 7 = 8")

    busy = threading.Thread(target=query_without_end)
    busy.start()
    until(lambda: answer(postgres, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%% 7 = 8%'") > (1,))

    os.kill(postgres.pid, signal.SIGKILL)
    began = time.monotonic()
    until(lambda: not postgres.is_running())
    postgres.revive()
    busy.join(BACK_WITHIN_SECONDS)

    assert not busy.is_alive()
    assert time.monotonic() - began < BACK_WITHIN_SECONDS


@pytest.mark.parametrize("left", ["", "nonsense"])
def test_a_server_killed_before_it_wrote_its_number_is_replaced(postgres, left):
    question = remember(postgres, f"killed early {left}")
    os.kill(postgres.pid, signal.SIGKILL)
    until(lambda: not postgres.is_running())
    (postgres.folder.cluster / "postmaster.pid").write_text(left)

    postgres.revive()

    assert answer(postgres, question) == (1,)


def test_revive_leaves_a_running_server_alone(postgres):
    pid = postgres.pid

    postgres.revive()

    assert postgres.pid == pid


def test_the_server_of_a_killed_supervisor_is_adopted(data_dir):
    questions = FORK.Queue()

    def supervise():
        running = EmbeddedPostgres(data_dir)
        running.start()
        questions.put((remember(running, "killed supervisor"), running.pid))
        threading.Event().wait(60)

    supervisor = FORK.Process(target=supervise)
    supervisor.start()
    question, pid = questions.get(timeout=60)
    supervisor.kill()
    supervisor.join()

    with EmbeddedPostgres(data_dir) as adopted:
        same, kept = adopted.pid == pid, answer(adopted, question)

    assert (same, kept) == (True, (1,))
    assert processes.has_ended(pid)


def test_a_start_waits_for_a_server_that_is_stopping(data_dir, postgres):
    stopping = postgres.pid
    os.kill(stopping, signal.SIGINT)

    with EmbeddedPostgres(data_dir) as other:
        assert answer(other, "SELECT 1") == (1,)


def test_the_number_of_a_dead_server_may_belong_to_a_stranger(data_dir):
    with EmbeddedPostgres(data_dir) as running:
        user = running.folder.server_user
    stranger = subprocess.Popen(["sleep", "60"], **user)
    pid_file = running.folder.cluster / "postmaster.pid"
    pid_file.write_text(f"{stranger.pid}\n/proc/self/cwd\n1\n5432\n../run\n\n\nready   \n", encoding="utf-8")
    running.folder.give(pid_file)

    with running:
        kept = answer(running, "SELECT 1")
    stranger.kill()
    stranger.wait()

    assert kept == (1,)


def test_a_cluster_of_an_older_version_is_named(tmp_path):
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("9\n", encoding="ascii")

    with pytest.raises(DatabaseTrouble, match="made by PostgreSQL 9, but only"):
        EmbeddedPostgres(tmp_path).start()


def test_a_mistake_in_the_own_configuration_is_named(tmp_path):
    running = EmbeddedPostgres(tmp_path / "data", durable=False)
    with running:
        pass
    (running.folder.cluster / "postgresql.local.conf").write_text("shared_bufers = 1GB\n", encoding="utf-8")
    running.folder.give(running.folder.cluster / "postgresql.local.conf")

    with pytest.raises(DatabaseTrouble, match=r"postgresql\.local\.conf has"):
        running.start()


def test_a_user_in_another_container_is_seen(data_dir, postgres):
    running = EmbeddedPostgres(data_dir)
    here = postgres.folder.users_lock.read_bytes()
    postgres.folder.users_lock.write_bytes(b"pid:[1]")

    with pytest.raises(DatabaseTrouble, match="in another container"):
        running.start()
    postgres.folder.users_lock.write_bytes(here)

    assert postgres.is_running()


def test_a_start_that_hangs_elsewhere_is_named(data_dir, postgres, monkeypatch):
    monkeypatch.setattr(server, "START_LIMIT_SECONDS", 0)

    with postgres.folder.start_lock.open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(DatabaseTrouble, match="Another madoguchi has been starting"):
            EmbeddedPostgres(data_dir).start()


def test_a_server_that_never_gets_ready_is_named(data_dir, monkeypatch):
    running = EmbeddedPostgres(data_dir)
    with running:
        pass
    monkeypatch.setattr(server, "START_LIMIT_SECONDS", -1)

    with pytest.raises(DatabaseTrouble, match="is not ready after"):
        running.start()
    monkeypatch.undo()
    with running:
        pass

    assert not running.is_running()


def test_a_server_that_does_not_stop_fast_is_stopped_at_once(data_dir, postgres, monkeypatch):
    monkeypatch.setattr(server, "STOP_LIMIT_SECONDS", 0.2)
    other = EmbeddedPostgres(data_dir)
    os.kill(postgres.pid, signal.SIGSTOP)  # hears nothing any more
    pid = postgres.pid

    postgres._leave()
    other._users = os.open(other.folder.users_lock, os.O_RDWR)
    threading.Timer(0.5, os.kill, (pid, signal.SIGCONT)).start()
    other.stop()

    until(lambda: processes.has_ended(pid))
    assert other.pid is None


def test_a_failing_initdb_is_quoted_and_leaves_nothing_half_made(tmp_path):
    programs = tmp_path / "bin"
    programs.mkdir()
    tell_version = 'if [ "$1" = --version ]; then echo "x (PostgreSQL) 18.4"; exit; fi\n'
    for name in ("postgres", "initdb"):
        (programs / name).write_text(
            f'#!/bin/sh\n{tell_version}echo "FATAL:  could not write: No space left on device" >&2; exit 1\n',
            encoding="ascii",
        )
        (programs / name).chmod(0o755)
    running = EmbeddedPostgres(tmp_path / "data", pg_bin=programs)
    running.folder.server_user = {}

    with pytest.raises(DatabaseTrouble, match="the disk is full"):
        running.start()

    assert not running.folder.cluster.exists()


def test_what_an_interrupted_initdb_left_is_replaced(tmp_path):
    (tmp_path / "postgres.new" / "base").mkdir(parents=True)

    with EmbeddedPostgres(tmp_path, durable=False) as running:
        assert answer(running, "SELECT 1") == (1,)

    assert not (tmp_path / "postgres.new").exists()


def test_a_first_start_that_was_cut_short_is_finished_by_the_next(data_dir, postgres):
    with psycopg.connect(postgres.folder.url_of("postgres", "postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE madoguchi")

    with EmbeddedPostgres(data_dir) as other:
        assert answer(other, "SELECT current_database()") == ("madoguchi",)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
def test_root_runs_it_as_an_ordinary_user_from_a_place_closed_to_that_user(postgres):
    owner = Path(f"/proc/{postgres.pid}").stat().st_uid

    assert owner != 0
    assert postgres.folder.path.parent.stat().st_mode & 0o077 == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as somebody else")
def test_an_ordinary_user_needs_no_root(tmp_path_factory):
    place = Path("/tmp") / f"madoguchi-nobody-{os.getpid()}"  # pytest's own folders are closed to others
    place.mkdir(mode=0o700)
    os.chown(place, 65534, 65534)
    said = FORK.Queue()
    programs = binaries.readable_by(binaries.find_binaries(None), {"user": 65534, "group": 65534})

    def be_nobody():
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        with EmbeddedPostgres(place / "data", pg_bin=programs.folder, durable=False) as running:
            said.put(answer(running, "SELECT current_user"))

    somebody = FORK.Process(target=be_nobody)
    somebody.start()
    heard = said.get(timeout=60)
    somebody.join(60)
    subprocess.run(["rm", "-r", place], check=True)

    assert heard == ("madoguchi",)
