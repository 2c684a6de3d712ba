"""How the processes with an event loop hear that they should end."""

import asyncio
import signal
from collections.abc import Callable


def on_request_to_stop(stop: Callable[[], object]) -> None:
    """Call `stop` in the running event loop at SIGTERM and, unless it is ignored, at SIGINT.

    The children of `madoguchi run` ignore SIGINT: Ctrl-C at a terminal reaches them at once with their parent, who then
    tells them when it is their turn.
    """
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop)
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        loop.add_signal_handler(signal.SIGINT, stop)
