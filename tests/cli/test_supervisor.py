"""Children are kept running, replaced when they die or hang, and ended together; real processes, real signals."""

import logging
import multiprocessing
import os
import select
import signal
import threading
import time
from pathlib import Path

import pytest

from madoguchi.cli import supervisor as supervising
from madoguchi.cli.supervisor import Part, Supervisor

FORK = multiprocessing.get_context("fork")
LIMIT_SECONDS = 20

pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(supervising, "FIRST_PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(supervising, "LOOK_EVERY_SECONDS", 0.05)
    monkeypatch.setattr(supervising, "ORPHAN_PATIENCE_SECONDS", 0.3)


class Stage:
    """A supervisor in a process of its own, whose children report what they are called and their number."""

    def __init__(self):
        self.read_end, self.write_end = os.pipe()
        self.process = None

    def supervise(self, *parts, look=lambda: None):
        def be_supervisor():
            running = Supervisor(list(parts), look=look)
            running.start()
            running.run()

        self.process = FORK.Process(target=be_supervisor)
        self.process.start()

    def report(self, name):
        """Tell from a child that it runs; so short a write is never mixed with another."""
        os.write(self.write_end, f"{name} {os.getpid()}\n".encode())

    def next(self):
        line = b""
        while not line.endswith(b"\n"):
            assert select.select([self.read_end], [], [], LIMIT_SECONDS)[0]
            line += os.read(self.read_end, 1)
        name, pid = line.decode().split()
        return name, int(pid)

    def stop(self):
        os.kill(self.process.pid, signal.SIGTERM)
        self.process.join(LIMIT_SECONDS)
        return self.process.exitcode


@pytest.fixture
def stage():
    used = Stage()
    yield used
    if used.process and used.process.is_alive():
        used.process.kill()
        used.process.join()
    os.close(used.read_end)
    os.close(used.write_end)


def is_gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z"


def until(condition):
    deadline = time.monotonic() + LIMIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def waits(stage, name):
    """Work that reports itself and goes on until told to stop."""

    def work(_beat):
        signal.signal(signal.SIGTERM, lambda _number, _frame: os._exit(0))
        stage.report(name)
        while True:
            signal.pause()

    return work


def test_parts_run_side_by_side_and_end_together(stage):
    stage.supervise(Part("web", waits(stage, "web")), Part("worker", waits(stage, "worker")))

    pids = dict(stage.next() for _ in range(2))
    code = stage.stop()

    assert (sorted(pids), code) == (["web", "worker"], 0)
    assert all(is_gone(pid) for pid in pids.values())


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_part_that_dies_is_started_again(stage, number):
    stage.supervise(Part("web", waits(stage, "web")))
    _, first = stage.next()

    os.kill(first, number)
    _, second = stage.next()
    code = stage.stop()

    assert (first != second, code) == (True, 0)


def test_a_part_that_fails_is_started_again_and_the_reason_logged(stage, capfd):
    def fail(_beat):
        stage.report("web")
        raise RuntimeError("no luck today")

    stage.supervise(Part("web", fail))
    first, second = stage.next(), stage.next()
    stage.stop()
    said = capfd.readouterr().out

    assert first[1] != second[1]
    assert "no luck today" in said


def test_a_part_that_hangs_is_replaced(stage, monkeypatch):
    monkeypatch.setattr(supervising, "SILENCE_SECONDS", 2)

    def beat_once(beat):
        stage.report("worker")
        beat()
        threading.Event().wait()

    stage.supervise(Part("worker", beat_once, beats=True))
    first, second = stage.next(), stage.next()
    stage.stop()

    assert first[1] != second[1]


def test_a_part_that_beats_is_left_alone(stage, monkeypatch):
    monkeypatch.setattr(supervising, "SILENCE_SECONDS", 1)
    looks = FORK.Semaphore(0)

    def keep_beating(beat):
        stage.report("worker")
        while True:
            beat()
            time.sleep(0.01)

    stage.supervise(Part("worker", keep_beating, beats=True), look=looks.release)
    _, pid = stage.next()
    for _ in range(50):  # more than twice the silence that is allowed
        assert looks.acquire(timeout=LIMIT_SECONDS)

    assert not is_gone(pid)
    assert stage.stop() == 0


def test_a_part_that_does_not_stop_is_killed(stage, monkeypatch):
    monkeypatch.setattr(supervising, "PATIENCE_SECONDS", 0.3)

    def stay(_beat):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        stage.report("web")
        while True:
            signal.pause()

    stage.supervise(Part("web", stay))
    _, pid = stage.next()
    code = stage.stop()

    assert (code, is_gone(pid)) == (0, True)


def test_children_of_a_killed_supervisor_end_themselves(stage):
    def stay(_beat):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # as if stopping took too long
        stage.report("worker")
        while True:
            signal.pause()

    stage.supervise(Part("web", waits(stage, "web")), Part("worker", stay))
    pids = [stage.next()[1] for _ in range(2)]

    stage.process.kill()

    for pid in pids:
        until(lambda pid=pid: is_gone(pid))


def test_the_pause_doubles_and_is_short_again_after_good_health(caplog):
    part = Part("web", lambda _beat: None, pause_seconds=0.05)
    running = Supervisor([part])
    pauses = []

    for healthy in (0, 0, 0, supervising.HEALTHY_SECONDS + 1):
        part.started_at = time.monotonic() - healthy
        running._note_end(part, 0)
        pauses.append(part.start_again_at - time.monotonic())

    assert pauses == pytest.approx([0.05, 0.1, 0.2, 0.05], abs=0.03)
    assert "exit code 0" in caplog.text


def test_the_pause_has_an_end(caplog):
    part = Part("web", lambda _beat: None, pause_seconds=supervising.LONGEST_PAUSE_SECONDS)

    part.started_at = time.monotonic()
    Supervisor([part])._note_end(part, signal.SIGKILL)

    assert part.pause_seconds == supervising.LONGEST_PAUSE_SECONDS
    assert "signal SIGKILL" in caplog.text


def test_an_unread_heartbeat_does_not_block():
    read, write = os.pipe()
    os.set_blocking(write, False)

    for _ in range(70_000):  # a pipe holds 65,536 bytes
        supervising.beat(write)

    assert len(os.read(read, 100_000)) == 65_536
    os.close(read)
    os.close(write)


@pytest.fixture(autouse=True)
def _loud(caplog):
    caplog.set_level(logging.INFO)
