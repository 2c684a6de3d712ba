"""差し戻し in words: who gave a reply back, with which reason codes and comment, wherever its author corrects it."""

from dataclasses import dataclass

from madoguchi.accounts.models import User
from madoguchi.conversations.actions.approvals import reason_word
from madoguchi.conversations.approval_queue import given_back, given_back_to
from madoguchi.conversations.models import ApprovalDecision, Conversation
from madoguchi.ui.dates import Words


@dataclass(frozen=True, slots=True)
class SentBack:
    """Why a reply came back."""

    who: str
    reasons: tuple[str, ...]
    comment: str
    when: str = ""
    request: int = 0  #: where its versions and the changes in colour are


def sent_back_of(conversation: Conversation) -> dict[int, SentBack]:
    """By message, for the timeline; two queries."""
    return {message: _words(decision) for message, decision in given_back(conversation).items()}


def sent_back_to(user: User, conversation: Conversation, words: Words) -> SentBack | None:
    """What this person is correcting here, if their last request came back; one query."""
    decision = given_back_to(user, conversation)
    return None if decision is None else _words(decision, words.short(decision.at))


def _words(decision: ApprovalDecision, when: str = "") -> SentBack:
    reasons = tuple(map(reason_word, decision.reasons))
    who = decision.by.name if decision.by else ""
    return SentBack(who, reasons, decision.comment, when, decision.request_id)
