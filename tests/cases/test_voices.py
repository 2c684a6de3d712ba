"""Reports without a name: nothing tells who wrote them; those in charge read them and are told on the next day."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.factories.accounts import make_admin, make_user
from tests.factories.desk import HTMX, browser_of, text_of, url

from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import RateBucket
from madoguchi.cases.actions.voices import TooManyReports, note_read, report_anonymously, tell_of_reports
from madoguchi.cases.caring import anonymous_reports
from madoguchi.cases.models import AnonymousReport
from madoguchi.core.errors import Invalid, NotAllowed, NotFound
from madoguchi.events.models import Event
from madoguchi.flows.reactor import drain
from madoguchi.notifications.models import Notification

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_user(name="小林 恵")


@pytest.fixture
def admin():
    return make_admin()


def test_nothing_tells_who_wrote_it(agent, admin):
    browser = browser_of(agent)
    before = Event.objects.count()

    browser.post(url("care-report"), {"text": "電話で一時間怒鳴られた", "conduct": "detention"}, headers=HTMX)

    row = AnonymousReport.objects.get()
    kept = {field.name: getattr(row, field.name) for field in AnonymousReport._meta.fields}
    assert kept == {
        "id": row.pk, "conduct": "detention", "text": "電話で一時間怒鳴られた", "came_on": timezone.localdate(),
        "told_at": None, "read_at": None, "read_by": None,
    }  # fmt: skip
    assert Event.objects.count() == before
    assert not RateBucket.objects.filter(key__startswith="anonymous", key__contains=str(agent.pk)).exists()
    page = text_of(browser_of(admin).get(url("care")))
    assert "電話で一時間怒鳴られた" in page
    assert agent.name not in page[page.index("h-voices") : page.index("h-notes")]


def test_only_those_in_charge_read_it(agent, admin):
    report_anonymously("怒鳴られた", "", user=agent)
    row = AnonymousReport.objects.get()
    leader = make_user(Role.SUPERVISOR)

    assert [len(anonymous_reports(each)) for each in (agent, leader, admin)] == [0, 0, 1]
    assert "怒鳴られた" not in text_of(browser_of(agent).get(url("care")))
    assert browser_of(leader).post(url("care-report-read", row.pk)).status_code == 403
    with pytest.raises(NotFound):
        note_read(row.pk, user=leader)
    browser_of(admin).post(url("care-report-read", row.pk), headers=HTMX)
    note_read(row.pk, user=make_admin())
    row.refresh_from_db()
    assert row.read_by == admin


def test_they_are_told_on_the_next_day_once(agent, admin):
    report_anonymously("怒鳴られた", "", user=agent)
    report_anonymously("また怒鳴られた", "", user=agent)
    now = timezone.now()

    told = [tell_of_reports(now), tell_of_reports(now + timedelta(days=1)), tell_of_reports(now + timedelta(days=1))]
    drain()

    assert told == [0, 2, 0]
    assert list(Notification.objects.values_list("user", "kind")) == [(admin.pk, "anonymous_reports_came")]
    assert browser_of(admin).get(url("notices")).status_code == 200


@pytest.mark.parametrize("values", [("", ""), (" ", ""), ("あ" * 10_001, ""), ("怒鳴られた", "nothing")])
def test_what_cannot_be_reported_is_said(agent, values):
    with pytest.raises(Invalid):
        report_anonymously(*values, user=agent)

    assert not AnonymousReport.objects.exists()


def test_reports_are_bounded_for_all_together(agent):
    for number in range(20):
        report_anonymously(f"報告{number}", "", user=agent)

    with pytest.raises(TooManyReports):
        report_anonymously("もう一つ", "", user=make_user())


def test_guests_report_nothing():
    with pytest.raises(NotAllowed):
        report_anonymously("怒鳴られた", "", user=make_user(Role.GUEST))
