"""What the demo shows of the approval: rules, the waiting reply with an edit to look at, and figures of some weeks."""

from datetime import timedelta

from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import User
from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.approval_rules import WantedRule, create_rule
from madoguchi.conversations.actions.approvals import Verdict, edit_reply
from madoguchi.conversations.approval import Condition, People, Step
from madoguchi.conversations.approval_choices import DecisionKind, RequestState, VersionKind
from madoguchi.conversations.approval_letters import kept_letter
from madoguchi.conversations.choices import MessageKind, MessageState
from madoguchi.conversations.letters import Letter
from madoguchi.conversations.models import ApprovalDecision, ApprovalRequest, ApprovalVersion, Message

_HISTORY = 24
_CHANGES = (("交換品を", "新しい商品を"), ("お渡しください。", "お渡しいただけますでしょうか。"))


def show_approval(staff: dict[str, User]) -> None:
    """Last of all, so that the rules hold for what the visitor writes and not for what is there."""
    _edit_what_waits(staff)
    _write_history(staff)
    _make_rules(staff)


def _make_rules(staff: dict[str, User]) -> None:
    leaders, owner = People(roles=(Role.SUPERVISOR.value,)), staff["桜井"]
    boss = People(people=(owner.pk,))
    rules = (
        WantedRule((Condition("amount", (50_000,)),), (Step(leaders, minutes=60, then=boss),), name="高額のご案内"),
        WantedRule((Condition("complaint"),), (Step(leaders, minutes=60, then=boss),), name="苦情への返信"),
        WantedRule(
            (Condition("keyword", ("最終回答", "対応を終了")),), (Step(leaders), Step(boss)), name="対応終了（二段階）"
        ),
        WantedRule((Condition("private"),), (Step(),), name="個人情報"),
    )
    for wanted in rules:
        create_rule(wanted, user=owner)


def _edit_what_waits(staff: dict[str, User]) -> None:
    request = ApprovalRequest.objects.filter(state=RequestState.WAITING).select_related("message").first()
    if request is None:
        return
    message, text = request.message, request.message.text
    for old, new in _CHANGES:
        text = text.replace(old, new)
    letter = Letter(
        to=tuple(Address(each["email"], each["name"]) for each in message.to), subject=message.subject, text=text
    )
    comment = "お客様へのお願いは、依頼の形にすると柔らかくなります。"
    verdict = Verdict(request.seen, comment=comment, reasons=("politeness", "tone"))
    edit_reply(message, letter, user=staff["佐々木"], verdict=verdict)


def _write_history(staff: dict[str, User]) -> None:
    """As if replies of the last weeks had been looked at: rows, since nobody can approve in the past."""
    author, boss = staff["高橋"], staff["渡辺"]
    sent = Message.objects.filter(kind=MessageKind.OUTBOUND, state=MessageState.SENT, user=author)
    for number, message in enumerate(sent.order_by("-at")[:_HISTORY]):
        _one(number, message, author, boss)


def _one(number: int, message: Message, author: User, boss: User) -> None:
    is_edited, is_sent_back = number % 5 == 4, number % 9 == 7
    waited = 6 + number * 11 % 47
    request = ApprovalRequest.objects.create(
        message=message,
        author=author,
        state=RequestState.APPROVED,
        reasons=[{"rule": 0, "name": "", "found": []}],
        steps=[Step().plain()],
        version=2 if is_edited or is_sent_back else 1,
        asked_at=message.at - timedelta(minutes=waited),
        step_at=message.at - timedelta(minutes=waited),
        decided_at=message.at,
        waited_minutes=waited,
        was_edited=is_edited,
        was_sent_back=is_sent_back,
    )
    letter = kept_letter(message)
    first = {**letter, "text": letter["text"].replace("いたします。", "します。", 1)}
    later = VersionKind.EDITED if is_edited else VersionKind.RESUBMITTED
    for at, how in enumerate([VersionKind.ASKED, later][: request.version], 1):
        by, kept = (boss if how == VersionKind.EDITED else author), (letter if at == request.version else first)
        ApprovalVersion.objects.create(
            request=request, message=message, number=at, kind=how, by=by, letter=kept, at=request.asked_at
        )
    codes = (("politeness",), ("omission", "typo"), ("fact",))[number % 3]
    if is_edited or is_sent_back:
        kind = DecisionKind.EDITED if is_edited else DecisionKind.SENT_BACK
        about = 2 if is_edited else 1
        _decide(request, kind, boss, about, codes)
    _decide(request, DecisionKind.APPROVED, boss, request.version, ())


def _decide(request: ApprovalRequest, kind: str, boss: User, version: int, codes: tuple[str, ...]) -> None:
    ApprovalDecision.objects.create(
        request=request, kind=kind, by=boss, version=version, reasons=list(codes), at=request.message.at
    )
