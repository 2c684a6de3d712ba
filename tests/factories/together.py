"""Several people at the same instant: each deed in a thread with a connection of its own."""

from collections.abc import Callable
from threading import Barrier, Thread

from django.db import connection

from madoguchi.core.errors import DomainError


def together(*deeds: Callable[[], object]) -> list[object]:
    """What each deed returned, or the code of the DomainError it was refused with; anything else is raised."""
    outcomes: list[object] = [None] * len(deeds)
    defects: list[BaseException] = []
    start = Barrier(len(deeds))

    def do(position: int) -> None:
        start.wait()
        try:
            outcomes[position] = deeds[position]()
        except DomainError as refused:
            outcomes[position] = refused.code
        except BaseException as defect:  # noqa: BLE001 - raised again below, where the test sees it
            defects.append(defect)
        finally:
            connection.close()

    threads = [Thread(target=do, args=[position]) for position in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if defects:
        raise defects[0]
    return outcomes
