"""What must be noted although the database connection was lost meanwhile: a restart, a failover, a deadlock."""

import time
from collections.abc import Callable

from django.db import InterfaceError, OperationalError, connection

#: What a lost connection looks like, and a deadlock: nothing is wrong with what was asked for.
LOST = (OperationalError, InterfaceError)
#: Seconds before each further try; a database that fails over is back by then, or jobs are taken up again later.
_WAITS = (0.2, 1, 3, 9)


def note_surely[Noted](write: Callable[[], Noted]) -> Noted:
    """Write again on a new connection while the one it used is lost; `write` is a transaction and may run twice.

    Inside somebody else's transaction there is no second try.
    """
    for wait in _WAITS:
        try:
            return write()
        except LOST:
            if connection.in_atomic_block:
                raise
            connection.close()
            time.sleep(wait)
    return write()
