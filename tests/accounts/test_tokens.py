"""API tokens."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from tests.factories.accounts import make_admin, make_user

from madoguchi.accounts import actions, queries
from madoguchi.accounts.choices import TOKEN_CREATED, TOKEN_REVOKED, TOKEN_USED, Role
from madoguchi.accounts.models import Token
from madoguchi.core.errors import Invalid, NotAllowed, NotFound
from madoguchi.events.models import Event

pytestmark = pytest.mark.django_db


def test_token_acts_as_its_person_and_is_stored_as_a_hash():
    user = make_user()

    text = actions.create_token(user, label=" 倉庫連携 ", by=user.actor)

    token = Token.objects.get()
    assert queries.user_of_token(text) == user
    assert (token.label, text in token.digest) == ("倉庫連携", False)
    assert Event.objects.get(kind=TOKEN_CREATED).data == {"token": token.pk}


def test_revoked_token_is_refused_and_recorded_once():
    user = make_user()
    text = actions.create_token(user, label="倉庫", by=user.actor)
    token = queries.get_token(user, Token.objects.get().pk)

    actions.revoke_token(token, by=user.actor)
    actions.revoke_token(token, by=user.actor)

    assert queries.user_of_token(text) is None
    assert list(queries.tokens_of(user)) == []
    assert Event.objects.filter(kind=TOKEN_REVOKED).count() == 1


def test_use_is_noted_to_the_minute_and_recorded_once_a_day():
    user = make_user()
    text = actions.create_token(user, label="倉庫", by=user.actor)
    noon = timezone.now().replace(hour=12)

    used = []
    for moment in (noon, noon + timedelta(seconds=30), noon + timedelta(minutes=2), noon + timedelta(days=1)):
        with time_machine.travel(moment, tick=False):
            queries.user_of_token(text)
        used.append(Token.objects.get().used_at)

    assert used == [noon, noon, noon + timedelta(minutes=2), noon + timedelta(days=1)]
    assert Event.objects.filter(kind=TOKEN_USED).count() == 2


@pytest.mark.parametrize("text", ["", "mdg_wrong", "x" * 10_000])
def test_other_texts_are_nobody(text):
    assert queries.user_of_token(text) is None


def test_nobody_makes_tokens_for_others():
    with pytest.raises(NotAllowed):
        actions.create_token(make_user(), label="のぞき見", by=make_admin().actor)


def test_administrators_may_revoke_others_tokens_but_agents_may_not():
    user = make_user()
    actions.create_token(user, label="倉庫", by=user.actor)
    token = Token.objects.select_related("user").get()

    with pytest.raises(NotAllowed):
        actions.revoke_token(token, by=make_user(Role.SUPERVISOR).actor)
    actions.revoke_token(token, by=make_admin().actor)

    assert not queries.tokens_of(user).exists()


def test_token_needs_a_purpose():
    user = make_user()

    with pytest.raises(Invalid) as refusal:
        actions.create_token(user, label="  ", by=user.actor)

    assert refusal.value.field == "label"


def test_token_of_somebody_else_is_not_found():
    user = make_user()
    actions.create_token(user, label="倉庫", by=user.actor)

    with pytest.raises(NotFound):
        queries.get_token(make_user(), Token.objects.get().pk)
