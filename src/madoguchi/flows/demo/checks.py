"""The check before sending in the demo: watched words, boxes to tick for the trainee, and a draft with findings."""

from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import User
from madoguchi.conversations.actions.drafts import save_draft
from madoguchi.conversations.choices import Status
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.conversations.models import Conversation
from madoguchi.conversations.queries import newest_inbound
from madoguchi.conversations.subjects import reply_subject
from madoguchi.preflight.actions import add_watch_words, set_levels
from madoguchi.preflight.choices import Check, Level

_ASKED = [
    ("絶対", "言い切らず、事実と条件を書いてください"),
    ("最安", "景品表示法の確認が必要です"),
    ("保証", "保証書の条件を確認してください"),
    ("弊社の責任ではありません", "SVに相談してください"),
    ("クレーム", "「ご指摘」「ご意見」に書き換えてください"),
]
_BLOCKED = [("ブラックリスト", "社外へは使わない言葉です")]
_LETTER = """{name} 様

お問い合わせの件、了解しました。
〇〇の在庫を確認し、早急にご連絡いたします。仕様書を添付いたしますので、ご確認ください。

絶対にご満足いただけるよう努めます。
"""


def set_up_checks(staff: dict[str, User]) -> None:
    """Watch some words, let trainees tick every address, and leave a draft of an agent that has something to find."""
    owner, agent = staff["桜井"], staff["小林"]
    add_watch_words(_ASKED, inbox=None, level=Level.WARN, user=owner)
    add_watch_words(_BLOCKED, inbox=None, level=Level.BLOCK, user=owner)
    set_levels(None, Role.TRAINEE, {Check.TICKS: Level.BLOCK}, version=0, user=owner)
    mine = Conversation.objects.filter(assignee=agent, status=Status.OPEN, drafts=None).order_by("-pk").first()
    newest = newest_inbound(mine) if mine else None
    if mine is None or newest is None:
        return
    values = {
        "to": [{"email": newest.sender_address, "name": mine.customer.label}],
        "subject": reply_subject(mine.subject, mine.pk, language=mine.letter_language),
        "text": _LETTER.format(name=mine.customer.label) + f"\n{mine.inbox.signature}\n",
        "seen_event_id": latest_event_id(mine),
    }
    save_draft(agent, mine, "reply", values=values)
