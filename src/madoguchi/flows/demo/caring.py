"""Cases of the demo: complaints under way and closed, harassment with evidence and care, a leak whose clocks run."""

from datetime import timedelta

from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.cases.actions.affected import add_persons
from madoguchi.cases.actions.care import Offer, offer_care
from madoguchi.cases.actions.decisions import Proposal, ask_decision, decide
from madoguchi.cases.actions.evidence import lock_conversation, lock_statement
from madoguchi.cases.actions.opening import Opening, change_case, open_case
from madoguchi.cases.actions.steps import do_step
from madoguchi.cases.choices import CareKind, CaseKind, Conduct, DecisionKind, Judgement
from madoguchi.cases.models import Case
from madoguchi.cases.steps import steps_of
from madoguchi.conversations.models import Conversation


def open_cases(staff: dict[str, User]) -> None:
    """Open them from the inquiries of today."""
    _complaints(staff)
    _harassment(staff)
    _incident(staff)


def _about(subject: str) -> Conversation:
    return Conversation.objects.filter(subject=subject).latest("pk")


def _complaints(staff: dict[str, User]) -> None:
    about = _about("対応についてがっかりしています")
    now = timezone.now()
    values = {
        "complainant": about.customer.label,
        "product": "ホーロー鍋",
        "order_number": "HK-104470",
        "content": "折り返すと言われたまま1週間連絡がなく、電話では最初から説明し直しになった。",
        "demand": "鍋の交換と、放置された理由の説明",
        "severity": "high",
        "complexity": "middle",
        "impact": "再発すると信頼を大きく損なう",
    }
    case = open_case(
        Opening(
            CaseKind.COMPLAINT, "折り返しの放置と再説明", staff["渡辺"], staff["佐々木"], [about],
            received_at=min(about.created_at, now - timedelta(hours=5)), values=values,
        ),
        user=staff["渡辺"],
    )  # fmt: skip
    do_step(case, "acknowledgement", note="お電話で受付とお詫びをお伝えした", user=staff["渡辺"])
    do_step(case, "assessment", user=staff["佐々木"])
    ask_decision(case, Proposal(DecisionKind.PROPOSAL, "新品と交換し、経緯を書面でご説明する"), user=staff["佐々木"])
    _closed(staff)


def _closed(staff: dict[str, User]) -> None:
    values = {
        "complainant": "鈴木 恵子",
        "product": "湯のみ",
        "content": "包装が破れた状態で届いた。",
        "severity": "low",
        "cause_class": "delivery",
        "cause": "緩衝材の入れ忘れ",
        "facts": "倉庫の写真で確認",
        "proposal": "交換とお詫び",
        "remedy": "replacement",
        "reaction": "ご了承いただいた",
        "prevention": "出荷前の確認表に緩衝材の欄を追加",
    }
    received = timezone.now() - timedelta(days=9)
    wanted = Opening(
        CaseKind.COMPLAINT, "湯のみの包装の破れ", staff["佐々木"], staff["渡辺"], received_at=received, values=values
    )
    case = open_case(wanted, user=staff["佐々木"])
    for days, step in enumerate((each for each in steps_of(case.kind) if not each.is_done_at_once), start=1):
        do_step(case, step.key, at=received + timedelta(days=days, hours=2), user=staff["佐々木"])


def _harassment(staff: dict[str, User]) -> None:
    about = _about("おい")
    first, second = staff["渡辺"], staff["佐々木"]
    values = {
        "happened_at": about.created_at,
        "times": 4,
        "minutes": 82,
        "conduct": Conduct.VIOLENCE,
        "words": "「土下座しろ」「SNSにさらす」「会社の場所はわかってる」(メール原文を保全)",
        "recording": "REC-20482",
        "demand": "代金の10倍の支払い、自宅への訪問と謝罪",
        "our_answer": "点検のうえ交換または返金をご案内。金銭の上乗せと訪問はお断り。",
        "is_by_customer": True,
        "is_beyond": True,
        "is_harmful": True,
    }
    wanted = Opening(
        CaseKind.HARASSMENT, "脅迫と過大な要求(ケトルの件)", first, second, [about],
        received_at=about.created_at, affected=[staff["小林"]], values=values,
    )  # fmt: skip
    case = open_case(wanted, user=first)
    lock_conversation(case, about, user=first)
    lock_statement(case, "14:02から38分の通話。同じ要求が続き、2回予告のうえ14:40に終話した。", user=first)
    do_step(case, "care", note="小林の担当を外し、渡辺が引き継いだ", user=first)
    do_step(case, "evidence", user=second)
    _agree(case, Proposal(DecisionKind.JUDGEMENT, "3つの要素を満たす", Judgement.HARASSMENT), first, second)
    review = timezone.localdate() + timedelta(days=90)
    _agree(case, Proposal(DecisionKind.CARE_FLAG, "電話は2名で受ける", review_on=review), first, second)
    ask_decision(case, Proposal(DecisionKind.WRITTEN_ONLY, "今後は書面のみで回答する", review_on=review), user=second)
    in_a_week = timezone.localdate() + timedelta(days=7)
    offer_care(Offer(staff["小林"], CareKind.REST, "今日は早めに上がってください。", in_a_week, case), user=first)


def _agree(case: Case, wanted: Proposal, first: User, second: User) -> None:
    decide(case, ask_decision(case, wanted, user=first).position, is_agreed=True, user=second)


def _incident(staff: dict[str, User]) -> None:
    values = {
        "discovered_at": timezone.now() - timedelta(days=2),
        "is_financial": False,
        "overview": "発送通知メールを、別のお客様1名に誤って送信した。",
        "items": "氏名、注文番号、配送先の市区町村",
        "persons": "1名",
        "unknown": ["cause", "secondary"],
        "recovery": "誤って受け取った方に削除をお願いし、お返事を待っている。",
    }
    wanted = Opening(
        CaseKind.INCIDENT, "発送通知メールの宛先の取り違え", staff["大野"], staff["渡辺"],
        received_at=timezone.now() - timedelta(days=2), values=values,
    )  # fmt: skip
    case = open_case(wanted, user=staff["大野"])
    add_persons(case, ["清水 隆"], user=staff["大野"])
    change_case(case, seen=1, values={"to_persons": "お詫びのご連絡を準備中"}, user=staff["渡辺"])
