"""Keep a few child processes running, and end them together.

Children are forked, not started anew: they share the memory of everything that was imported before, which halves what
an idle desk takes. Hence the parent must have no threads and no open connections when it forks.
A child that ends is started again, soon at first and then more slowly. A child whose beat stops is taken for hung and
replaced. If the parent is killed, the children notice the closed pipe and end themselves.
"""

import contextlib
import logging
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from madoguchi.cli import logs

logger = logging.getLogger(__name__)

#: Told to stop, a child has this long before it is killed.
PATIENCE_SECONDS = 10.0
#: An orphan has less: somebody may be starting the program again already.
ORPHAN_PATIENCE_SECONDS = 3.0
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
#: A child that ran this long was healthy; its next pause is the first one again.
HEALTHY_SECONDS = 60.0
#: A child that beats does so every few seconds; after this silence it is taken for hung.
SILENCE_SECONDS = 60.0
LOOK_EVERY_SECONDS = 1.0

type Beat = Callable[[], None]


@dataclass
class Part:
    """One child process: its name in the log, and its work, which gets a function to show that it is alive.

    `beats` says that the work calls that function at least every few seconds.
    """

    name: str
    work: Callable[[Beat], None]
    beats: bool = False
    pid: int | None = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    pause_seconds: float = FIRST_PAUSE_SECONDS
    beat_pipe: int = -1
    beat_at: float = 0.0


@dataclass
class Supervisor:
    """Runs its parts until SIGTERM or SIGINT; `look` is called about every second between."""

    parts: list[Part]
    look: Callable[[], None] = lambda: None
    is_stopping: bool = False
    _lifeline: tuple[int, int] = field(default_factory=os.pipe)
    _signals: tuple[int, int] = field(default_factory=os.pipe)

    def start(self) -> None:
        """Listen to signals and start every part."""
        os.set_blocking(self._signals[0], False)
        os.set_blocking(self._signals[1], False)
        signal.set_wakeup_fd(self._signals[1], warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)  # only to wake the select below
        for part in self.parts:
            self._start(part)

    def run(self) -> None:
        """Keep the parts running until somebody asks to stop, then stop them."""
        try:
            while not self.is_stopping:
                self.step(LOOK_EVERY_SECONDS)
        finally:
            self.stop()

    def step(self, seconds: float) -> None:
        """Wait for something to happen, at most so long, and see to it."""
        watched = [self._signals[0], *(part.beat_pipe for part in self.parts if part.beat_pipe >= 0)]
        ready, _, _ = select.select(watched, [], [], seconds)
        if self._signals[0] in ready:
            os.read(self._signals[0], 1024)
        for part in self.parts:
            if part.beat_pipe in ready and os.read(part.beat_pipe, 1024):
                part.beat_at = time.monotonic()
        self._collect()
        if not self.is_stopping:
            self._see_to_parts()
            self.look()

    def stop(self) -> None:
        """Tell all parts to end, wait, and kill those that do not."""
        self.is_stopping = True
        self._tell_all(signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while any(part.pid for part in self.parts) and time.monotonic() < deadline:
            self.step(0.2)
        for part in self.parts:
            if part.pid:
                logger.warning("%s did not stop within %.0f s and is killed.", part.name, PATIENCE_SECONDS)
        self._tell_all(signal.SIGKILL)
        while any(part.pid for part in self.parts):
            self.step(0.2)
        signal.set_wakeup_fd(-1)

    def _ask_to_stop(self, _number: int, _frame: object) -> None:
        self.is_stopping = True

    def _tell_all(self, number: int) -> None:
        for part in self.parts:
            if part.pid:
                os.kill(part.pid, number)

    def _start(self, part: Part) -> None:
        beat_read, beat_write = os.pipe()
        os.set_blocking(beat_write, False)
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            os.close(beat_read)
            self._be(part, beat_write)
        os.close(beat_write)
        if part.beat_pipe >= 0:
            os.close(part.beat_pipe)
        part.pid, part.beat_pipe = pid, beat_read
        part.started_at = part.beat_at = time.monotonic()

    def _be(self, part: Part, beat_write: int) -> None:
        """Live as the child: do the work and end, never returning to what the parent was doing."""
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent tells us when
        for descriptor in (*self._signals, self._lifeline[1], *(p.beat_pipe for p in self.parts if p.beat_pipe >= 0)):
            os.close(descriptor)
        logs.configure(part.name)
        threading.Thread(target=_end_with_parent, args=(self._lifeline[0],), name="lifeline", daemon=True).start()
        live(part, lambda: beat(beat_write))

    def _collect(self) -> None:
        """Take note of children that ended; strangers, adopted as the first process of a container, just go."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            for part in self.parts:
                if part.pid == pid:
                    self._note_end(part, status)

    def _note_end(self, part: Part, status: int) -> None:
        part.pid = None
        if self.is_stopping:
            return
        now = time.monotonic()
        if now - part.started_at > HEALTHY_SECONDS:
            part.pause_seconds = FIRST_PAUSE_SECONDS
        part.start_again_at = now + part.pause_seconds
        logger.error(
            "%s ended by itself (%s); it starts again in %.1f s.", part.name, _ending(status), part.pause_seconds
        )
        part.pause_seconds = min(part.pause_seconds * 2, LONGEST_PAUSE_SECONDS)

    def _see_to_parts(self) -> None:
        now = time.monotonic()
        for part in self.parts:
            if part.pid is None and now >= part.start_again_at:
                self._start(part)
            elif part.pid and part.beats and now - part.beat_at > SILENCE_SECONDS:
                logger.error("%s has not shown a sign of life for %.0f s and is killed.", part.name, SILENCE_SECONDS)
                part.beat_at = now
                os.kill(part.pid, signal.SIGKILL)


def live(part: Part, beat_once: Beat) -> None:
    """Do a part's work and end the process; an error that nobody caught is logged and becomes exit code 1."""
    code = 1
    try:
        part.work(beat_once)
        code = 0
    except Exception:
        logger.exception("%s failed.", part.name)
    finally:
        logging.shutdown()
        sys.stdout.flush()
        os._exit(code)


def beat(pipe: int) -> None:
    """Write one byte; a full pipe means that the parent has enough of them to read."""
    with contextlib.suppress(BlockingIOError):
        os.write(pipe, b".")


def _end_with_parent(lifeline: int) -> None:
    """Wait until the parent has gone; then stop as if told to, and soon after in any case."""
    os.read(lifeline, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(ORPHAN_PATIENCE_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


def _ending(status: int) -> str:
    if os.WIFSIGNALED(status):
        return f"signal {signal.Signals(os.WTERMSIG(status)).name}"
    return f"exit code {os.waitstatus_to_exitcode(status)}"
