"""A timeline as a table: one line an entry, texts whole, with what the reader sees masked masked."""

from collections.abc import Collection, Iterator, Sequence

from django.db.models.functions import Left
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.conversations.models import Message
from madoguchi.customers.masking import Masking
from madoguchi.flows.timeline.entry import Chosen, Entry, Way
from madoguchi.flows.timeline.reading import page_of

#: Nobody reads a longer table; a longer timeline is taken out by periods.
MOST_LINES = 20_000
_AT_ONCE = 500
#: What fits into a cell of a workbook.
_MOST_CHARS = 32_000


def table_rows(user: User, customers: Collection[int], chosen: Chosen) -> Iterator[list[str]]:
    """The first line, then the entries of customers whom the caller has got for this person, the newest first."""
    yield _heading()
    masking = Masking() if user.masks_contacts else None
    place, amount = None, 0
    while amount < MOST_LINES:
        page = page_of(user, customers, chosen, before=place, limit=_AT_ONCE)
        for cells in _lines(page.entries):
            yield [masking.text(cell) for cell in cells] if masking else cells
        amount += len(page.entries)
        if not page.has_more:
            break
        place = page.entries[-1].place


def _heading() -> list[str]:
    return [
        _("Date and time"), _("Kind"), _("Direction"), _("Channel"), _("Desk"), _("Inquiry"), _("Who"), _("Subject"),
        _("State"), _("Text"),
    ]  # fmt: skip


def _lines(entries: Sequence[Entry]) -> Iterator[list[str]]:
    ids = [each.id for each in entries if isinstance(each.row, Message)]
    whole = dict(Message.objects.filter(pk__in=ids).values_list("pk", Left("text", _MOST_CHARS))) if ids else {}
    for entry in entries:
        text = whole.get(entry.id, "") if isinstance(entry.row, Message) else entry.summary
        yield [
            timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M"), str(entry.kind.label),
            str(Way(entry.way).label) if entry.way else "", entry.channel, entry.inbox,
            str(entry.conversation or ""), entry.who, entry.title, entry.state, text,
        ]  # fmt: skip
