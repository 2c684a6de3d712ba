"""Cases as rows for the one timeline of a person (`flows.timeline`): `visible_to` again, as a prepared read.

Patterns about the customers of the slot `people`, for the eyes of the slot `person`, as `conversations.of_person` has.
"""

from django.db.models import Exists, F, Q, QuerySet

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, roles_that_may
from madoguchi.accounts.sight import Sight
from madoguchi.cases.choices import CaseKind, CaseState
from madoguchi.cases.models import Case, CaseConversation, CaseMember
from madoguchi.conversations.models import Conversation
from madoguchi.core.prepared import OneOf, Slot


def cases_with(sight: Sight) -> QuerySet[Case]:
    """Their cases that the person may see."""
    theirs = Case.objects.filter(OneOf(F("customer_id"), Slot("people")))
    if sight is Sight.EVERYTHING:  # owners and administrators, who oversee cases
        return theirs
    if sight is not Sight.DESKS:
        return theirs.none()
    answering = User.objects.filter(pk=Slot("person"), role__in=roles_that_may(Permission.REPLY))
    named = CaseMember.objects.filter(user=Slot("person")).values("case_id")
    seen = Conversation.objects.visible_in(sight).values("pk")
    told = CaseConversation.objects.filter(conversation__in=seen).values("case_id")
    complaint = Q(kind=CaseKind.COMPLAINT, is_confidential=False, pk__in=told)
    return theirs.filter(Q(pk__in=named) | complaint, Exists(answering))


def cases_under_way(sight: Sight) -> QuerySet[Case]:
    """Those that somebody is at."""
    return cases_with(sight).filter(state=CaseState.OPEN)
