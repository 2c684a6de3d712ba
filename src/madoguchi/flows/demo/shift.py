"""The shift of the demo: who is doing what since when."""

from datetime import timedelta

from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.workforce.actions.bulletins import Posting, post_bulletin, read_bulletin
from madoguchi.workforce.choices import BulletinKind, Presence
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
    """Let six people be on duty, with an announcement to confirm and a note of the shift before."""
    _tell(staff)
    now = timezone.now()
    PresenceSpan.objects.bulk_create(
        PresenceSpan(
            user=staff[name], state=state, started_at=now - timedelta(minutes=minutes), seen_at=now + _OPEN_FOR
        )
        for name, (state, minutes) in _NOW.items()
    )


def _tell(staff: dict[str, User]) -> None:
    announced = post_bulletin(
        Posting("年末年始の営業について", _YEAR_END, must_confirm=True, expires_at=timezone.now() + timedelta(days=30)),
        user=staff["渡辺"],
    )
    for name in ("佐々木", "大野"):
        read_bulletin(announced, user=staff[name])
    note = Posting("配送会社の遅延", _DELAY, kind=BulletinKind.HANDOVER_NOTE)
    post_bulletin(note, user=staff["佐々木"])


_YEAR_END = """12月29日から1月3日まで休業します。
期間中にいただいたお問い合わせには、1月4日以降、順に返信します。
お客様へのご案内はテンプレート「年末年始」を使ってください。"""
_DELAY = """関東の一部で、配送が1日ほど遅れています。
「中継センターから動きがない」というお問い合わせが多く、折り返しのお約束が3件あります。
@小林 確認をお願いします。"""
