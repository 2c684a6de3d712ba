"""Sparing a colleague the conversations of a harassing person, as they wish; taken back at any time.

Who is spared something does not find it in any list, cannot be given it, and is not named anywhere but in the case.
That goes for the conversations of the case and for all of its customer, those that begin later as well, from the
moment they arrive. What somebody had of it goes to whoever is responsible for the case, as whatever changes hands.
"""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from madoguchi.accounts.actions.rights import REFUSAL
from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.accounts.sight import Sight, sight_of
from madoguchi.cases.actions.holding import check_person, hold_case, tell
from madoguchi.cases.choices import CASE_SHIELDED, CASE_UNSHIELDED, CaseKind
from madoguchi.cases.models import Case, CaseConversation, CaseShield
from madoguchi.conversations.actions.sparing import conversations_of, hand_on
from madoguchi.conversations.models import Conversation
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.customers.actions.sparing import spare_customer, spare_no_more
from madoguchi.customers.models import CustomerSpared


@transaction.atomic
def shield(case: Case, person: User, *, is_wished: bool, user: User) -> CaseShield:
    """Hide the conversations of a harassment case from a colleague who wishes it; twice is once. Records it."""
    held = hold_case(case, user)
    _check(held, person, user)
    if not is_wished:
        raise Invalid(_("Ask the colleague first: nothing is hidden against their wish."), field="is_wished")
    row, is_new = CaseShield.objects.get_or_create(case=held, person=person, defaults={"by": user})
    if is_new:
        _hide(held, person, user)
        tell(CASE_SHIELDED, held, user, person=person.pk)
    return row


@transaction.atomic
def unshield(case: Case, person: User, *, user: User) -> None:
    """Let a colleague see them again, also when the case is closed; what another case hides stays hidden."""
    held = hold_case(case, user, is_closed_fine=True)
    if not may(user, Permission.DECIDE_CASES):
        raise NotAllowed(REFUSAL)
    if CaseShield.objects.filter(case=held, person=person).delete()[0]:
        spare_no_more(person, source=held.event_subject)
        show_what_is_left(held, person)
        tell(CASE_UNSHIELDED, held, user, person=person.pk)


def shield_new(case: Case, *, user: User) -> None:
    """Hide what has just been linked with a case, or its customer, from whom the case is kept."""
    for row in CaseShield.objects.filter(case=case).select_related("person"):
        _hide(case, row.person, user)


def show_what_is_left(case: Case, person: User | None = None) -> None:
    """Show again what no case hides any more, of everybody or of one person."""
    through = Conversation.hidden_from.through
    people = [person.pk] if person else list(CaseShield.objects.filter(case=case).values_list("person_id", flat=True))
    for each in people:
        cases = CaseShield.objects.filter(person=each).values("case_id")
        linked = CaseConversation.objects.filter(case__in=cases).values("conversation_id")
        spared = CustomerSpared.objects.filter(person=each).values("customer")
        carried = Q(merged__in=linked) | Q(split_from__in=linked) | Q(side_of__in=linked)
        theirs = Q(merged__customer__in=spared) | Q(split_from__customer__in=spared)
        kept = Conversation.objects.filter(Q(pk__in=linked) | carried | theirs).values("pk")
        through.objects.filter(user=each).exclude(conversation__in=kept).delete()


def _hide(case: Case, person: User, user: User) -> None:
    linked = Conversation.objects.filter(pk__in=CaseConversation.objects.filter(case=case).values("conversation"))
    hidden = Conversation.hidden_from.through
    hidden.objects.bulk_create(
        [hidden(conversation_id=pk, user=person) for pk in linked.values_list("pk", flat=True)], ignore_conflicts=True
    )
    heirs = [each for each in (case.owner, case.second) if each is not None and may(each, Permission.ASSIGN)]
    hand_on(linked, person, to=heirs, user=user)
    if case.customer is not None:
        spare_customer(case.customer, person, source=case.event_subject)
        hand_on(conversations_of(case.customer.pk), person, to=heirs, user=user)


def _check(case: Case, person: User, user: User) -> None:
    if not may(user, Permission.DECIDE_CASES):
        raise NotAllowed(REFUSAL)
    check_person(person, "person")
    if case.kind != CaseKind.HARASSMENT:
        raise Invalid(_("Only the conversations of harassment can be hidden."))
    if person.pk in (case.owner_id, case.second_id):
        raise Invalid(_("This person deals with the case. Give it to somebody else first."), field="person")
    if sight_of(person) is Sight.EVERYTHING:
        raise Invalid(_("Owners and administrators see everything; nothing can be hidden from them."), field="person")
