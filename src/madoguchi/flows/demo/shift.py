"""The shift of the demo: who is doing what since when."""

from datetime import timedelta

from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.workforce.choices import Presence
from madoguchi.workforce.models import PresenceSpan

#: State and minutes ago; the windows of the demo's staff count as open for a working day.
_NOW = {
    "渡辺": (Presence.READY, 95),
    "佐々木": (Presence.MEETING, 22),
    "中村": (Presence.READY, 41),
    "小林": (Presence.BREAK, 12),
    "高橋": (Presence.TRAINING, 55),
    "大野": (Presence.WRAP_UP, 6),
}
_OPEN_FOR = timedelta(hours=8)


def begin_shift(staff: dict[str, User]) -> None:
    """Let six people be on duty."""
    now = timezone.now()
    PresenceSpan.objects.bulk_create(
        PresenceSpan(
            user=staff[name], state=state, started_at=now - timedelta(minutes=minutes), seen_at=now + _OPEN_FOR
        )
        for name, (state, minutes) in _NOW.items()
    )
