"""What rows of conversations show of other rooms: broken promises and checklists, asked together with the rest."""

from madoguchi.guides.queries import progress_rows
from madoguchi.promises.queries import red_among


class RowExtras:
    """The reads for these conversations (`conversations.listed.Extras`), and what they found."""

    def __init__(self, numbers: list[int]) -> None:
        self._red, self._progress = red_among(numbers), progress_rows(numbers)
        self.reads = (*self._red, self._progress)

    def marked(self) -> set[int]:
        """Those with a promise whose time has passed."""
        return {number for rows in self._red for number in rows if number is not None}

    def progress(self) -> dict[int, tuple[int, int]]:
        """Of those with a checklist: how much of it is done, and how much there is."""
        return {number: (done, n) for number, n, done in self._progress}
