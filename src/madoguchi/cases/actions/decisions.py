"""What one person proposes and another decides. The row is held; the database refuses that both are one person."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.accounts.actions.rights import REFUSAL
from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.cases.actions.holding import hold_case, tell, text_of
from madoguchi.cases.actions.opening import set_clocks
from madoguchi.cases.choices import (
    CASE_DECIDED,
    CASE_DECISION_ASKED,
    CASE_DECISION_WITHDRAWN,
    DECISIONS,
    MAX_REASON,
    CaseKind,
    DecisionKind,
    DecisionState,
    Duty,
    Judgement,
)
from madoguchi.cases.models import Case, CaseDecision, Harassment, Incident
from madoguchi.cases.queries import those_who_see
from madoguchi.core.errors import DomainError, Invalid, NotAllowed, NotFound
from madoguchi.customers.actions.caring import set_care

#: Those that say nothing without a day on which they are looked at again.
NEEDS_REVIEW = (DecisionKind.CARE_FLAG, DecisionKind.WRITTEN_ONLY, DecisionKind.END_SERVICE)
#: Those that need the judgement first: a proper complaint is never answered so.
NEEDS_JUDGEMENT = (
    DecisionKind.WARNING,
    DecisionKind.WRITTEN_ONLY,
    DecisionKind.END_SERVICE,
    DecisionKind.CARE_FLAG,
)


class AlreadyDecided(DomainError):
    """Somebody else has decided, or it was taken back."""

    code = "already_decided"

    def __init__(self) -> None:
        super().__init__(_("Somebody else has decided about this meanwhile. Look at how it stands now."))


class SamePerson(DomainError):
    """One cannot be both of two."""

    code = "same_person"
    status = 403

    def __init__(self) -> None:
        super().__init__(_("You proposed this yourself: somebody else has to decide."))


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody proposes to decide."""

    kind: str
    words: str
    value: str = ""  #: of a judgement
    review_on: date | None = None


@transaction.atomic
def ask_decision(case: Case, wanted: Proposal, *, user: User) -> CaseDecision:
    """Propose a decision; those who may decide it are told."""
    held = hold_case(case, user)
    _check(held, wanted)
    words = text_of(wanted.words, MAX_REASON, "words", is_needed=_("Write what is proposed, and why."))
    if held.decisions.filter(kind=wanted.kind, state=DecisionState.ASKED).exists():
        raise Invalid(_("The same already waits for a second person."), field="kind")
    last = held.decisions.aggregate(last=Max("position"))["last"] or 0
    decision = CaseDecision.objects.create(
        case=held, position=last + 1, kind=wanted.kind, value=wanted.value, words=words,
        review_on=wanted.review_on, asked_by=user,
    )  # fmt: skip
    deciding = [each.pk for each in those_who_see(held) if each != user and may(each, Permission.DECIDE_CASES)]
    named = [pk for pk in deciding if pk in (held.owner_id, held.second_id)]
    people = sorted(named or deciding)
    tell(CASE_DECISION_ASKED, held, user, decision=decision.position, people=people)
    return decision


def _check(held: Case, wanted: Proposal) -> None:
    if wanted.kind not in DECISIONS[held.kind]:
        raise Invalid(_("This is not decided in such a case."), field="kind")
    if wanted.kind == DecisionKind.JUDGEMENT and wanted.value not in (*Judgement.values,):
        raise Invalid(_("Choose what it is."), field="value")
    if wanted.kind == DecisionKind.JUDGEMENT and wanted.value == Judgement.HARASSMENT:
        found = held.harassment
        if not (found.is_by_customer and found.is_beyond and found.is_harmful):
            raise Invalid(_("Harassment needs all three elements. Fill them in first."), field="value")
    if wanted.kind in NEEDS_JUDGEMENT and held.harassment.judgement in (Judgement.UNDECIDED, Judgement.COMPLAINT):
        raise Invalid(_("Two people have to agree first that it is harassment or an unjust demand."), field="kind")
    if wanted.kind in NEEDS_REVIEW and (wanted.review_on is None or wanted.review_on <= timezone.localdate()):
        raise Invalid(_("Set a day to come on which this is looked at again."), field="review_on")
    if wanted.kind in (DecisionKind.CARE_FLAG, DecisionKind.CARE_FLAG_OFF) and held.customer_id is None:
        raise Invalid(_("This case has no customer yet. Link a conversation first."), field="kind")


@transaction.atomic
def decide(case: Case, position: int, *, is_agreed: bool, reply: str = "", user: User) -> CaseDecision:
    """Agree or refuse as the second person; what follows from agreeing happens at once."""
    if not may(user, Permission.DECIDE_CASES):
        raise NotAllowed(REFUSAL)
    held = hold_case(case, user)
    decision = _waiting(held, position)
    if decision.asked_by_id == user.pk:
        raise SamePerson
    why = None if is_agreed else _("Write why not.")
    decision.reply = text_of(reply, MAX_REASON, "reply", is_needed=why)
    decision.state = DecisionState.APPROVED if is_agreed else DecisionState.REJECTED
    decision.decided_by, decision.decided_at = user, timezone.now()
    decision.save(update_fields=["state", "decided_by", "decided_at", "reply"])
    if is_agreed:
        _follow(held, decision, user)
    people = [decision.asked_by_id]
    tell(CASE_DECIDED, held, user, decision=position, agreed=is_agreed, people=people)
    return decision


@transaction.atomic
def withdraw_decision(case: Case, position: int, *, user: User) -> CaseDecision:
    """Take back what oneself proposed and nobody has decided yet."""
    held = hold_case(case, user)
    decision = _waiting(held, position)
    if decision.asked_by_id != user.pk:
        raise NotAllowed(_("Only who proposed this can take it back."))
    decision.state = DecisionState.WITHDRAWN
    decision.save(update_fields=["state"])
    tell(CASE_DECISION_WITHDRAWN, held, user, decision=position)
    return decision


def _waiting(held: Case, position: int) -> CaseDecision:
    decision = held.decisions.filter(position=position).first()
    if decision is None:
        raise NotFound(_("There is no such decision."))
    if decision.state != DecisionState.ASKED:
        raise AlreadyDecided
    return decision


def _follow(held: Case, decision: CaseDecision, user: User) -> None:
    """What comes of an agreement: the judgement, the mark on the customer, the clocks that stop."""
    match decision.kind:
        case DecisionKind.JUDGEMENT:
            Harassment.objects.filter(case=held).update(judgement=decision.value)
        case DecisionKind.CARE_FLAG | DecisionKind.CARE_FLAG_OFF if held.customer is not None:
            set_care(held.customer, needs_care=decision.kind == DecisionKind.CARE_FLAG, by=user.actor)
        case DecisionKind.NO_DUTY:
            _set_duty(held, Duty.NONE)
        case DecisionKind.REPORT if held.kind == CaseKind.INCIDENT:
            _set_duty(held, Duty.REQUIRED)


def _set_duty(held: Case, duty: Duty) -> None:
    incident = Incident.objects.get(case=held)
    incident.duty = duty
    incident.save(update_fields=["duty"])
    set_clocks(held, incident)
