"""Services run side by side until a signal, and a failing one ends the process."""

import asyncio
import os
import signal

import pytest

from madoguchi.cli import worker

seen = []


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    seen.clear()
    monkeypatch.setattr(worker, "BEAT_EVERY_SECONDS", 0.01)
    # A shell starts what runs behind it with SIGINT ignored, and the worker would go on ignoring it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def services(*names):
    return [f"{__name__}.{name}" for name in names]


async def wait_for_the_end(stop):
    seen.append("first")
    await stop.wait()
    seen.append("first ended")


async def ask_to_stop(stop):
    seen.append("second")
    os.kill(os.getpid(), signal.SIGTERM)
    await stop.wait()


async def fail(_stop):
    raise OSError("no network")


async def give_up(_stop):
    await asyncio.sleep(0)


def test_services_run_side_by_side_until_told_to_stop():
    worker.work(services=services("wait_for_the_end", "ask_to_stop"))

    assert seen == ["first", "second", "first ended"]


def test_the_loop_shows_that_it_is_alive():
    beats = []

    def beat():
        beats.append(1)
        if len(beats) == 3:
            os.kill(os.getpid(), signal.SIGINT)

    worker.work(beat, services("wait_for_the_end"))

    assert len(beats) >= 3


@pytest.mark.parametrize(("name", "reason"), [("fail", "no network"), ("give_up", "nobody asked it to stop")])
def test_a_service_that_ends_by_itself_ends_the_worker(name, reason):
    with pytest.raises(ExceptionGroup) as caught:
        worker.work(services=services(name, "wait_for_the_end"))

    assert reason in str(caught.value.exceptions)
