"""What may be set: nothing that could not be sent to every customer as it is written."""

import pytest
from tests.factories.accounts import make_admin, make_user
from tests.factories.calendars import make_calendar
from tests.factories.conversations import make_inbox
from tests.factories.together import together

from madoguchi.acknowledgements.actions import ChangedMeanwhile, change_acknowledgement
from madoguchi.acknowledgements.models import Acknowledgement
from madoguchi.acknowledgements.queries import find_acknowledgement, wanted_of
from madoguchi.acknowledgements.texts import Text, Wanted
from madoguchi.channels.choices import INBOX_CHANGED, SendCharset
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.events.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def wanted(body: str = "受け付けました。", *, is_on: bool = True, name: str = "ja_within", subject: str = "") -> Wanted:
    return Wanted(is_on, 100, {name: Text(subject, body)})


def test_it_is_off_until_somebody_switches_it_on():
    found = find_acknowledgement(make_inbox())

    assert (found.is_on, found.version, wanted_of(found)) == (False, 0, Wanted())


def test_what_was_set_can_be_read_and_is_in_the_audit_log():
    inbox, admin = make_inbox(), make_admin()

    change_acknowledgement(inbox, wanted("受け付けました。\r\n\r\n", subject=" 受付 "), user=admin, version=0)

    assert wanted_of(find_acknowledgement(inbox)) == wanted("受け付けました。", subject="受付")
    assert Event.objects.get(kind=INBOX_CHANGED).data == {"fields": ["acknowledgement"]}


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({"body": "{{お客様}}"}, "ja_within_body", "no such field"),
        ({"body": "{{お客様名}} 様"}, "ja_within_body", "not known of every mail"),
        ({"body": "担当の{{担当者名}}です"}, "ja_within_body", "not known of every mail"),
        ({"body": "{{次回営業開始}}"}, "ja_within_body", "not known of every mail"),
        ({"body": "{{?お届け日}}"}, "ja_within_body", "Nobody is there"),
        ({"body": "x", "subject": "{{注文番号}}"}, "ja_within_subject", "not known of every mail"),
        ({"body": "", "subject": "受付"}, "ja_within_body", "no text"),
        ({"body": "x" * 5_001}, "ja_within_body", "too long"),
        ({"body": "x", "subject": "x" * 301}, "ja_within_subject", "too long"),
        ({"body": ""}, "ja_within_body", "before you switch this on"),
        ({"body": "Thanks", "name": "en_within"}, "ja_within_body", "before you switch this on"),
    ],
)
def test_what_could_not_be_sent_is_refused_at_its_field(values, field, says):
    inbox = make_inbox()

    with pytest.raises(Invalid, match=says) as refused:
        change_acknowledgement(inbox, wanted(**values), user=make_admin(), version=0)

    assert refused.value.field == field
    assert not Acknowledgement.objects.exists()


@pytest.mark.parametrize(
    "body",
    ["{{お客様名|お客様}} 様", "{{宛名}}{{敬称}}", "{{受付番号}} {{受付日時}} {{件名}} {{署名}}", "{{営業日+1}}"],
)
def test_what_is_known_of_every_mail_may_stand_there(body):
    found = change_acknowledgement(make_inbox(), wanted(body), user=make_admin(), version=0)

    assert found.is_on


def test_the_next_opening_needs_business_hours():
    inbox = make_inbox(calendar=make_calendar())

    assert change_acknowledgement(inbox, wanted("{{次回営業開始}}"), user=make_admin(), version=0).is_on


def test_letters_that_the_encoding_of_the_desk_lacks_are_named():
    inbox = make_inbox(send_charset=SendCharset.ISO_2022_JP)

    with pytest.raises(Invalid, match="😀") as refused:
        change_acknowledgement(inbox, wanted("受付😀"), user=make_admin(), version=0)

    assert refused.value.field == "ja_within_body"


@pytest.mark.parametrize("cap", [0, 1_001])
def test_the_cap_has_bounds(cap):
    with pytest.raises(Invalid) as refused:
        change_acknowledgement(make_inbox(), Wanted(False, cap), user=make_admin(), version=0)

    assert refused.value.field == "most_per_hour"


def test_only_who_manages_desks_may_set_it():
    with pytest.raises(NotAllowed):
        change_acknowledgement(make_inbox(), wanted(), user=make_user(), version=0)


def test_of_two_who_change_it_the_second_is_told():
    inbox, admin = make_inbox(), make_admin()
    first = change_acknowledgement(inbox, wanted("一"), user=admin, version=0)
    change_acknowledgement(inbox, wanted("二"), user=admin, version=first.version)

    with pytest.raises(ChangedMeanwhile):
        change_acknowledgement(inbox, wanted("三"), user=admin, version=first.version)

    assert wanted_of(find_acknowledgement(inbox)) == wanted("二")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_set_it_first_at_once_one_is_told():
    inbox, admin = make_inbox(), make_admin()

    def save(body: str) -> int:
        return change_acknowledgement(inbox, wanted(body), user=admin, version=0).version

    outcomes = together(lambda: save("一"), lambda: save("二"))

    assert sorted(map(str, outcomes)) == ["1", "changed_meanwhile"]
