"""Two people at the same instant, with a connection each."""

import pytest
from django.db import IntegrityError
from tests.factories.accounts import make_admin
from tests.factories.calendars import WEEKDAYS, make_calendar
from tests.factories.conversations import make_inbox
from tests.factories.together import together

from madoguchi.calendars.actions import change_calendar, create_calendar, delete_calendar
from madoguchi.calendars.queries import all_calendars, get_calendar
from madoguchi.channels.actions import change_inbox
from madoguchi.channels.models import Inbox
from madoguchi.core.collisions import collision_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_who_save_at_once_one_is_told():
    by, pk = make_admin().actor, make_calendar().pk

    def save(name):
        calendar = get_calendar(pk)
        return lambda: change_calendar(calendar, name=name, plan=WEEKDAYS, version=1, by=by).name

    outcomes = together(save("甲"), save("乙"))

    assert sorted(outcomes) in (["changed_meanwhile", "甲"], ["changed_meanwhile", "乙"])
    assert get_calendar(pk).name in outcomes
    assert get_calendar(pk).version == 2


def test_of_two_who_add_the_same_name_one_is_told():
    by = make_admin().actor

    outcomes = together(*[lambda: create_calendar(name="平日", plan=WEEKDAYS, by=by).name] * 2)

    assert sorted(map(str, outcomes)) == ["invalid", "平日"]
    assert [each.name for each in all_calendars()] == ["平日"]


def test_who_chooses_what_is_deleted_at_once_leaves_nothing_half_done():
    by, calendar, inbox = make_admin().actor, make_calendar(), make_inbox()

    def told(deed):
        try:
            return deed()
        except IntegrityError as error:  # as the faces do
            raise collision_of(error) from error

    outcomes = together(
        lambda: told(lambda: change_inbox(inbox, calendar=calendar, by=by).pk),
        lambda: told(lambda: delete_calendar(get_calendar(calendar.pk), by=by)),
    )

    chosen = Inbox.objects.get().calendar_id
    assert outcomes in ([inbox.pk, "in_use"], [inbox.pk, "overtaken"], ["overtaken", None])
    assert chosen == (calendar.pk if outcomes[0] == inbox.pk else None)
    assert [each.pk for each in all_calendars()] == ([calendar.pk] if chosen else [])
