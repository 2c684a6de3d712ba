"""Calendars added, changed and deleted: what is refused, what is recorded, and two people at once."""

from dataclasses import replace
from datetime import date

import pytest
from tests.factories.accounts import make_admin, make_user
from tests.factories.calendars import NEW_YEAR, TEN_TO_FIVE, WEEKDAYS, make_calendar
from tests.factories.conversations import make_inbox

from madoguchi.calendars.actions import (
    CalendarInUse,
    ChangedMeanwhile,
    change_calendar,
    create_calendar,
    delete_calendar,
)
from madoguchi.calendars.models import BusinessCalendar
from madoguchi.calendars.plan import Closure, Opening, Plan, YearlyClosure
from madoguchi.calendars.queries import all_calendars, get_calendar, names_of_calendars
from madoguchi.core.errors import Invalid, NotAllowed, NotFound
from madoguchi.events.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

FULL = replace(
    WEEKDAYS,
    closures=(Closure(date(2026, 8, 13), date(2026, 8, 15), "夏季休業"),),
    openings=(Opening(date(2026, 11, 23), ((600, 720), (780, 900)), "祝日営業"),),
)


@pytest.fixture
def by():
    return make_admin().actor


def kinds():
    return list(Event.objects.filter(subject__startswith="calendar:").order_by("pk").values_list("kind", flat=True))


def test_a_calendar_says_what_it_was_told(by):
    made = create_calendar(name=" 平日 ", plan=FULL, by=by)

    found = get_calendar(made.pk)
    assert (found.name, str(found), found.plan, found.version) == ("平日", "平日", FULL, 1)
    assert kinds() == ["calendar_created"]


def test_a_change_is_saved_and_recorded_with_its_fields(by):
    calendar = make_calendar(name="平日")

    changed = change_calendar(calendar, name="平日", plan=FULL, version=1, by=by)

    assert (changed.plan, changed.version) == (FULL, 2)
    assert Event.objects.get(kind="calendar_changed").data == {"fields": ["closures", "openings"]}


def test_of_two_people_at_once_the_second_is_told(by):
    calendar, same = _twice(make_calendar())
    change_calendar(calendar, name="先", plan=FULL, version=calendar.version, by=by)

    with pytest.raises(ChangedMeanwhile, match="Nothing of yours was saved"):
        change_calendar(same, name="後", plan=WEEKDAYS, version=same.version, by=by)

    assert (get_calendar(same.pk).name, get_calendar(same.pk).plan) == ("先", FULL)


def _twice(calendar):
    return get_calendar(calendar.pk), get_calendar(calendar.pk)


def test_what_was_deleted_meanwhile_is_not_changed(by):
    calendar = make_calendar()
    delete_calendar(get_calendar(calendar.pk), by=by)

    with pytest.raises(NotFound):
        change_calendar(calendar, name="平日", plan=WEEKDAYS, version=1, by=by)
    with pytest.raises(NotFound):
        delete_calendar(calendar, by=by)
    with pytest.raises(NotFound):
        get_calendar(calendar.pk)


def test_a_calendar_in_use_stays(by):
    calendar = make_calendar()
    make_inbox(name="サポート窓口", calendar=calendar)
    make_inbox(name="法人窓口", calendar=calendar)

    with pytest.raises(CalendarInUse, match="サポート窓口, 法人窓口"):
        delete_calendar(calendar, by=by)

    assert BusinessCalendar.objects.count() == 1


def test_a_deleted_calendar_leaves_its_name_in_the_record(by):
    delete_calendar(make_calendar(name="旧"), by=by)

    assert Event.objects.get(kind="calendar_deleted").data == {"name": "旧"}


@pytest.mark.parametrize("role", ["guest", "viewer", "trainee", "agent", "supervisor"])
def test_only_administrators_change_calendars(role):
    by, calendar = make_user(role).actor, make_calendar()

    with pytest.raises(NotAllowed):
        create_calendar(name="平日", plan=WEEKDAYS, by=by)
    with pytest.raises(NotAllowed):
        change_calendar(calendar, name="平日", plan=FULL, version=1, by=by)
    with pytest.raises(NotAllowed):
        delete_calendar(calendar, by=by)


def test_a_name_is_given_once_and_fits(by):
    make_calendar(name="平日")
    other = make_calendar(name="土日")

    for name, sentence in (("平日", "of this name"), (" ", "Enter a name"), ("あ" * 61, "too long")):
        with pytest.raises(Invalid, match=sentence) as refused:
            create_calendar(name=name, plan=WEEKDAYS, by=by)
        with pytest.raises(Invalid, match=sentence):
            change_calendar(other, name=name, plan=WEEKDAYS, version=1, by=by)
        assert refused.value.field == "name"


def week(*monday):
    return (monday,) + (TEN_TO_FIVE,) * 6


DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"week": ((),) * 7}, "week", "no business hours"),
        ({"week": ((),) * 7, "openings": FULL.openings}, "week", "no business hours"),
        ({"week": (TEN_TO_FIVE,) * 6}, "week", "seven days"),
        ({"week": week((1320, 120))}, "week", "past midnight"),
        ({"week": week((600, 600))}, "week", "past midnight"),
        ({"week": week((1320, 1560))}, "week", "past midnight"),
        ({"week": week((1440, 1500))}, "week", "between 0:00 and 24:00"),
        ({"week": week((-1, 60))}, "week", "between 0:00 and 24:00"),
        ({"week": week((600, 800), (700, 900))}, "week", "not overlap"),
        ({"week": week(*((each, each + 1) for each in range(0, 26, 2)))}, "week", "too many"),
        ({"time_zone": "Asia/Atlantis"}, "time_zone", "no such time zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone", "no such time zone"),
        ({"closures": (Closure(DAY, date(2026, 11, 22)),)}, "closures", "or later"),
        ({"closures": (Closure(DAY, date(2027, 11, 24)),)}, "closures", "a year at most"),
        ({"closures": (Closure(date(1999, 1, 1), DAY),)}, "closures", "between 2000 and 2199"),
        ({"closures": (Closure(DAY, DAY, "あ" * 61),)}, "closures", "too long"),
        ({"closures": (Closure(DAY, DAY),) * 201}, "closures", "too many"),
        ({"yearly_closures": (YearlyClosure((2, 30), (3, 1)),)}, "yearly_closures", "no such day"),
        ({"yearly_closures": (YearlyClosure((1, 1), (12, 31)),)}, "closures", "not open once"),
        ({"openings": (Opening(DAY, ()),)}, "openings", "needs its hours"),
        ({"openings": (Opening(DAY, ((900, 600),)),)}, "openings", "past midnight"),
        ({"openings": (Opening(DAY, TEN_TO_FIVE),) * 2}, "openings", "one special opening"),
    ],
)
def test_what_cannot_be_meant_is_refused_at_its_field(by, changes, field, sentence):
    with pytest.raises(Invalid, match=sentence) as refused:
        create_calendar(name="平日", plan=replace(WEEKDAYS, **changes), by=by)

    assert refused.value.field == field
    assert BusinessCalendar.objects.count() == 0


def test_a_calendar_that_is_closed_for_decades_is_refused(by):
    years = tuple(Closure(date(year, 1, 1), date(year, 12, 31)) for year in range(2020, 2060))

    with pytest.raises(Invalid, match="not open once"):
        create_calendar(name="平日", plan=replace(WEEKDAYS, closures=years), by=by)


def test_what_is_unusual_and_can_be_meant_is_kept(by):
    all_day = Plan("America/New_York", (((0, 1440),),) * 7, has_japanese_holidays=False)
    touching = Plan("Asia/Kathmandu", (((0, 60), (60, 1440)),) + ((),) * 6, yearly_closures=(NEW_YEAR,))

    assert create_calendar(name="24時間", plan=all_day, by=by).plan == all_day
    assert create_calendar(name="月曜", plan=touching, by=by).plan == touching


def test_calendars_are_listed_and_named(by):
    later, first = make_calendar(name="b"), make_calendar(name="a")

    assert list(all_calendars()) == [first, later]
    assert names_of_calendars([first.pk, later.pk, 999_999]) == {first.pk: "a", later.pk: "b"}
