"""`madoguchi run` for real: every part is killed, everything comes back, nothing is lost, and it stops when told to."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.cli.desks import LIMIT_SECONDS, Desk, free_port

from madoguchi.cli import run
from madoguchi.cli.run import in_child
from madoguchi.cli.supervisor import Supervisor
from madoguchi.cli.trouble import CannotRun
from madoguchi.core.postgres import DataFolder, EmbeddedPostgres

#: Promised for a second start, and for the time until a killed part is back.
BACK_WITHIN_SECONDS = 5
#: A machine that runs other tests at the same time is slower than the one the promise is about.
SLACK = 6


def parts(desk):
    """Web, worker, reader and the database as they run now."""
    postmaster = DataFolder(desk.data_dir).read_postmaster()[0]
    web, worker, reader = (pid for pid in desk.children() if pid != postmaster)
    return {"web": web, "worker": worker, "reader": reader, "postgres": postmaster}


def until(condition, limit_seconds):
    deadline = time.monotonic() + limit_seconds
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found


def is_gone(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A data folder with one person in it."""
    desk = Desk(tmp_path_factory.mktemp("run") / "data", free_port(), free_port())
    code, said = desk.ask("migrate")
    assert code == 0, said
    code, said = desk.ask("user", "create", "mori@harukaze-nichiyo.example", "--password", "correct horse battery")
    assert code == 0, said
    return desk


@pytest.fixture
def desk(home):
    home.start()
    yield home
    if home.process.poll() is None:
        home.stop()


def test_a_start_on_existing_data_is_quick_and_tells_where_everything_is(home):
    began = time.monotonic()
    home.start()
    took = time.monotonic() - began

    said = home.said
    home.stop()

    assert f"http://localhost:{home.http_port}" in said
    assert f"127.0.0.1 port {home.smtp_port}" in said
    assert took < BACK_WITHIN_SECONDS * SLACK


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly_with_all_its_parts(desk, number):
    running = parts(desk)

    code = desk.stop(number)

    assert (code, '"level": "error"' in desk.said) == (0, False), desk.said
    assert [name for name, pid in running.items() if not is_gone(pid)] == []


@pytest.mark.parametrize("part", ["web", "worker", "reader", "postgres"])
def test_a_killed_part_comes_back(desk, part):
    before = parts(desk)

    os.kill(before[part], signal.SIGKILL)
    began = time.monotonic()
    desk.wait_for("The database is back" if part == "postgres" else f"{part} ended by itself .signal SIGKILL")
    until(lambda: len(desk.children()) == len(before) and desk.status() == 200, BACK_WITHIN_SECONDS * SLACK)
    listed = desk.ask("user", "list")

    assert time.monotonic() - began < BACK_WITHIN_SECONDS * SLACK
    assert (listed[0], "mori@harukaze-nichiyo.example" in listed[1]) == (0, True)


def test_a_killed_supervisor_loses_nothing_and_leaves_nobody_behind(desk):
    before = parts(desk)

    desk.process.kill()
    desk.process.communicate()
    began = time.monotonic()
    desk.start()
    took = time.monotonic() - began
    after = parts(desk)
    listed = desk.ask("user", "list")

    assert took < BACK_WITHIN_SECONDS * SLACK
    assert after["postgres"] == before["postgres"]  # adopted as it was
    assert [name for name, pid in before.items() if not is_gone(pid)] == ["postgres"]
    assert "mori@harukaze-nichiyo.example" in listed[1]


def test_a_second_run_is_told_who_has_the_folder(desk):
    code, said = desk.ask("run", MADOGUCHI_HTTP_PORT=str(free_port()))

    assert (code, f"process {desk.process.pid}, http://localhost:{desk.http_port}" in said) == (1, True), said


@pytest.mark.parametrize(("setting", "port"), [("HTTP", "http_port"), ("SMTP", "smtp_port"), ("LMTP", "http_port")])
def test_a_taken_port_is_told_before_anything_starts(home, tmp_path, setting, port):
    other = Desk(tmp_path, free_port(), free_port())
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        code, said = other.ask("run", **{f"MADOGUCHI_{setting}_PORT": str(number)})

    assert (code, f"Error: Port {number} on 127.0.0.1 is taken" in said) == (1, True), said
    assert not (tmp_path / "postgres").exists()


def test_a_bad_setting_is_told(home):
    code, said = home.ask("run", MADOGUCHI_HTTP_PORT="http")

    assert (code, said.startswith("Error: MADOGUCHI_HTTP_PORT is “http”")) == (1, True), said


def test_a_bad_log_format_is_told(home):
    code, said = home.ask("run", MADOGUCHI_LOG_FORMAT="xml")

    assert (code, said.startswith("Error: MADOGUCHI_LOG_FORMAT is “xml”")) == (1, True), said


def test_a_database_that_does_not_answer_is_told_in_a_sentence(home, tmp_path):
    code, said = home.ask(
        "run", MADOGUCHI_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none", MADOGUCHI_DATA_DIR=str(tmp_path)
    )

    assert (code, said.startswith("Error: The database does not answer (")) == (1, True), said
    assert "Traceback" not in said


def test_a_start_without_the_demo_does_not_read_it():
    program = """
import sys
from madoguchi.cli.surroundings import set_up_django
set_up_django()
import madoguchi.cli.run
print([name for name in sys.modules if name.startswith("madoguchi.flows.demo")])
"""

    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert said == "[]\n"


def test_the_pages_are_read_before_the_web_process_is_forked():
    program = """
import sys
from madoguchi.cli.surroundings import set_up_django
set_up_django()
from madoguchi.cli.run import share_memory
share_memory()
print("madoguchi.desk.urls" in sys.modules, "madoguchi.api.urls" in sys.modules)
"""

    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert said == "True True\n"


def test_something_else_is_done_while_the_child_works(tmp_path):
    os.mkfifo(tmp_path / "meet")

    in_child(
        "setup",
        lambda: (tmp_path / "meet").write_text("from the child", encoding="utf-8") and None,
        meanwhile=lambda: (tmp_path / "heard").write_text((tmp_path / "meet").read_text(encoding="utf-8")) and None,
    )

    assert (tmp_path / "heard").read_text(encoding="utf-8") == "from the child"


def test_an_error_that_nobody_foresaw_is_logged():
    def fail():
        raise RuntimeError("no idea")

    with pytest.raises(CannotRun, match="the lines above say why"):
        in_child("setup", fail)


def test_a_file_instead_of_the_data_folder_is_told(home, tmp_path):
    (tmp_path / "file").touch()

    code, said = home.ask("run", MADOGUCHI_DATA_DIR=str(tmp_path / "file"))

    assert (code, said) == (
        1,
        f"Error: MADOGUCHI_DATA_DIR is {tmp_path}/file, where a file is in the way; set it to a folder.\n",
    )


@pytest.mark.parametrize("process", ["web", "worker"])
def test_what_prepares_no_database_wants_one(tmp_path, process):
    desk = Desk(tmp_path, free_port(), free_port())

    code, said = desk.ask(process)

    assert (code, said.startswith(f"Error: There is no database in {tmp_path} yet")) == (1, True), said
    assert not (tmp_path / "postgres").exists()


def test_web_and_worker_run_alone_on_the_same_database(home):
    web, worker = home.command("web"), home.command("worker")

    answered = until(home.status, LIMIT_SECONDS)
    until(lambda: not can_connect_fails(home.smtp_port), LIMIT_SECONDS)
    for process in (web, worker):
        process.terminate()
    said = [process.communicate(timeout=LIMIT_SECONDS)[0].decode() for process in (web, worker)]

    assert (answered, web.returncode, worker.returncode) == (200, 0, 0), said


def can_connect_fails(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except ConnectionRefusedError:
        return True
    return False


def test_every_line_of_the_log_says_which_process_wrote_it(desk):
    desk.stop()

    lines = [json.loads(line) for line in desk.said.splitlines() if line.startswith("{")]
    assert {"main", "worker"} <= {line["process"] for line in lines}


def test_the_first_run_shows_the_code_that_lets_the_owner_in(tmp_path):
    first = Desk(tmp_path / "data", free_port(), free_port())

    first.start()
    first.stop()
    code = (tmp_path / "data" / "setup-code").read_text(encoding="ascii")

    assert f"From another machine it asks for this setup code: {code}" in first.said


def test_a_first_start_that_is_stopped_leaves_nothing_half_done(tmp_path):
    first = Desk(tmp_path / "data", free_port(), free_port())

    first.process = first.command("run", MADOGUCHI_DEMO="1")
    first.wait_for("Loading the demo workspace")
    postmaster = DataFolder(first.data_dir).read_postmaster()[0]
    code = first.stop()
    listed = first.ask("user", "list")

    assert (code != 0, is_gone(postmaster), listed) == (True, True, (0, "")), first.said


@pytest.fixture
def broken(tmp_path):
    """A server that was killed, with a mistake in its configuration."""
    with EmbeddedPostgres(tmp_path / "data", durable=False) as server:
        own = server.folder.cluster / "postgresql.local.conf"
        own.write_text("no_such_setting = 1\n", encoding="utf-8")
        server.folder.give(own)
        os.kill(server.pid, signal.SIGKILL)
        until(lambda: not server.is_running(), LIMIT_SECONDS)
        yield server


def test_a_database_that_does_not_come_back_is_told_and_tried_again(broken, caplog):
    caplog.set_level("INFO")

    run.revive(broken)
    (broken.folder.cluster / "postgresql.local.conf").unlink()
    run.revive(broken)

    told = [record.getMessage() for record in caplog.records if record.name == run.__name__]
    assert "postgresql.local.conf has an unknown setting" in told[1]
    assert told[-1] == "The database is back."


def test_a_database_that_does_not_come_back_is_tried_less_and_less_often(broken, caplog, monkeypatch):
    now, tried = [1000.0], []
    monkeypatch.setattr(run.time, "monotonic", lambda: now[0])
    revival = run.Revival(broken)
    for second in range(40):
        before = len(caplog.records)
        revival.look()
        tried += [second] if len(caplog.records) > before else []
        now[0] += 1

    assert tried == [0, 1, 3, 7, 15, 31]


def test_there_is_nothing_to_revive_on_another_server():
    assert run.revive(None) is True


def test_the_demo_is_welcomed_with_its_logins(settings):
    settings.DEMO = True
    settings.SMTP_PORT = 2525

    said = run.welcome(8000)

    assert "admin@harukaze-nichiyo.example" in said
    assert "swaks --server 127.0.0.1:2525 --to support@" in said


def test_a_desk_without_mail_intake_does_not_speak_of_it(settings):
    settings.SMTP_PORT = 0

    assert "SMTP" not in run.welcome(8000)


def test_nobody_answers_at_a_closed_port(settings):
    settings.SMTP_PORT = free_port()

    assert (run.answers(("127.0.0.1", free_port())), run.takes_mail(settings.SMTP_PORT)) == (False, False)


def test_a_desk_that_never_answers_is_given_up(monkeypatch):
    monkeypatch.setattr(run, "READY_LIMIT_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        ready = run.wait_until_ready(Supervisor([]), deaf)

    assert ready is False
