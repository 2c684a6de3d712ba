"""Sparing a colleague the conversations of a harassing person, as they wish; taken back at any time.

Who is spared something does not find it in any list, cannot be given it, and is not named anywhere but in the case.
What they had of it goes to whoever is responsible for the case, as any conversation that changes hands.
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
from madoguchi.conversations.actions.triage import assign
from madoguchi.conversations.audience import who_may_see
from madoguchi.conversations.models import Conversation
from madoguchi.core.errors import Invalid, NotAllowed


@transaction.atomic
def shield(case: Case, person: User, *, is_wished: bool, user: User) -> CaseShield:
    """Hide the conversations of a harassment case from a colleague who wishes it; twice is once. Records it."""
    held = hold_case(case, user)
    _check(held, person, user)
    if not is_wished:
        raise Invalid(_("Ask the colleague first: nothing is hidden against their wish."), field="is_wished")
    row, is_new = CaseShield.objects.get_or_create(case=held, person=person, defaults={"by": user})
    if is_new:
        links = CaseConversation.objects.filter(case=held).values("conversation_id")
        for conversation in Conversation.objects.filter(pk__in=links).order_by("pk"):
            _hide(held, conversation, person, user)
        tell(CASE_SHIELDED, held, user, person=person.pk)
    return row


@transaction.atomic
def unshield(case: Case, person: User, *, user: User) -> None:
    """Let a colleague see them again, also when the case is closed; what another case hides stays hidden."""
    held = hold_case(case, user, is_closed_fine=True)
    if not may(user, Permission.DECIDE_CASES):
        raise NotAllowed(REFUSAL)
    if CaseShield.objects.filter(case=held, person=person).delete()[0]:
        show_what_is_left(held, person)
        tell(CASE_UNSHIELDED, held, user, person=person.pk)


def shield_new(case: Case, conversation: Conversation, *, user: User) -> None:
    """Hide what has just been linked with a case from whom the case is kept."""
    for row in CaseShield.objects.filter(case=case).select_related("person"):
        _hide(case, conversation, row.person, user)


def show_what_is_left(case: Case, person: User | None = None) -> None:
    """Show again what no case hides any more, of everybody or of one person."""
    through = Conversation.hidden_from.through
    people = [person.pk] if person else list(CaseShield.objects.filter(case=case).values_list("person_id", flat=True))
    for each in people:
        cases = CaseShield.objects.filter(person=each).values("case_id")
        linked = CaseConversation.objects.filter(case__in=cases).values("conversation_id")
        carried = Q(merged__in=linked) | Q(split_from__in=linked) | Q(side_of__in=linked)
        kept = Conversation.objects.filter(Q(pk__in=linked) | carried).values("pk")
        through.objects.filter(user=each).exclude(conversation__in=kept).delete()


def _hide(case: Case, conversation: Conversation, person: User, user: User) -> None:
    if conversation.assignee_id == person.pk:
        heirs = who_may_see(conversation.pk, [each for each in (case.owner, case.second) if each and each != person])
        able = [each for each in heirs if may(each, Permission.ASSIGN)]
        assign([conversation], able[0] if able else None, user=user)
    conversation.followers.remove(person)
    conversation.hidden_from.add(person)


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
