"""The statuses one may choose, in the order of the work: each of the system's, followed by ours that stand for it."""

from collections.abc import Iterable
from dataclasses import dataclass

from madoguchi.conversations.choices import CHOOSABLE, Status
from madoguchi.conversations.models import Conversation, OwnStatus
from madoguchi.conversations.own import live_statuses
from madoguchi.desk.rows import status_word


@dataclass(frozen=True, slots=True)
class StatusChoice:
    """One line of a menu of statuses."""

    key: str  #: what is posted: "wait", or "own-12"
    tone: str
    icon: str
    word: str
    is_own: bool = False
    is_current: bool = False


def status_choices(
    own: Iterable[OwnStatus],
    *,
    inbox_id: int | None,
    current: str = "",
    but: tuple[Status, ...] = (),
    is_side: bool = False,
) -> list[StatusChoice]:
    """The statuses offered at a 窓口, or wherever a list looks; `current` is the key of the present one."""
    offered = [each for each in own if each.is_for(inbox_id)]
    choices = []
    for status in CHOOSABLE:
        if status not in but:
            key = status.value
            choices.append(
                StatusChoice(key, key, f"s-{key}", status_word(status, is_side=is_side), is_current=key == current)
            )
        choices += [
            StatusChoice(each.key, each.tone, each.shape, each.word, is_own=True, is_current=each.key == current)
            for each in offered
            if each.state == status
        ]
    return choices


def statuses_after(statuses: Iterable[Status], inbox_id: int | None) -> list[tuple[str, str]]:
    """What a conversation may be after sending (送信後のステータス): these, each followed by ours that stand for it."""
    own = [each for each in live_statuses() if each.is_for(inbox_id)]
    choices: list[tuple[str, str]] = []
    for status in statuses:
        choices.append((status.value, status_word(status)))
        choices += [(each.key, each.word) for each in own if each.state == status]
    return choices


def status_key(conversation: Conversation) -> str:
    """The key of a conversation's status among the choices."""
    own = conversation.own_status_id
    return f"own-{own}" if own else conversation.status
