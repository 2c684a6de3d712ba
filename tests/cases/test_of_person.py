"""Cases on the timeline of a customer: for whoever may see them, and for nobody else."""

import pytest
from tests.factories.accounts import make_admin, make_user
from tests.factories.cases import make_complaint, make_harassment
from tests.factories.conversations import make_conversation, private_inbox
from tests.factories.desk import browser_of, text_of, url

from madoguchi.accounts.choices import Role
from madoguchi.cases.models import Case
from madoguchi.flows.timeline.entry import Chosen, Kind
from madoguchi.flows.timeline.reading import page_of

pytestmark = pytest.mark.django_db


def shown(user, customer):
    return {each.id for each in page_of(user, [customer.pk], Chosen(kinds=frozenset({Kind.CASE})), limit=20).entries}


@pytest.mark.parametrize("role", list(Role))
def test_the_timeline_shows_what_visible_to_says(role):
    agent, reader = make_user(), make_user(role)
    inbox = private_inbox(agent)
    hidden, common = make_conversation(inbox), make_conversation()
    assert hidden.customer == common.customer
    make_complaint(agent, conversations=[hidden])
    make_complaint(agent, conversations=[common])
    make_complaint(agent, conversations=[common], is_confidential=True)
    make_harassment(agent, conversations=[common])
    if role in (Role.AGENT, Role.TRAINEE, Role.SUPERVISOR):
        make_complaint(agent, owner=reader, conversations=[hidden])

    seen = set(Case.objects.visible_to(reader).values_list("pk", flat=True))

    assert shown(reader, common.customer) == seen


def test_the_page_says_nothing_to_others():
    agent, conversation = make_user(), make_conversation()
    case = make_harassment(agent, title="ひみつの件", conversations=[conversation])
    place = url("timeline", conversation.customer_id)

    assert "ひみつの件" not in text_of(browser_of(make_user(Role.SUPERVISOR)).get(place))
    assert "ひみつの件" in text_of(browser_of(make_admin()).get(place))
    assert shown(agent, conversation.customer) == {case.pk}
