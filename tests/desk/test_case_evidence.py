"""Evidence and care on the screen."""

import io
import zipfile

import pytest
from tests.factories.accounts import make_admin, make_user
from tests.factories.cases import make_harassment, make_incident
from tests.factories.conversations import make_conversation
from tests.factories.desk import HTMX, browser_of, text_of, url

from madoguchi.accounts.actions.limits import limit_role
from madoguchi.accounts.choices import Role
from madoguchi.cases.models import Care
from madoguchi.events.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_user(language="en")


@pytest.fixture
def case(agent):
    return make_harassment(agent, conversations=[make_conversation(text="土下座しろ。")], affected=[agent])


def test_evidence_is_locked_verified_and_taken_out(agent, case):
    browser = browser_of(agent)
    browser.post(url("case-lock", case.pk), headers=HTMX)
    browser.post(url("case-statement", case.pk), {"text": "大声があった"}, headers=HTMX)

    shown = text_of(browser.get(url("case-evidence", case.pk)))
    verdict = text_of(browser.post(url("case-verify", case.pk), headers=HTMX))
    archive = browser.post(url("case-export", case.pk))

    assert "土下座しろ" in shown
    assert "大声があった" in shown
    assert "The chain is whole." in verdict
    assert "manifest.json" in zipfile.ZipFile(io.BytesIO(archive.content)).namelist()
    kinds = set(Event.objects.about(case.event_subject).values_list("kind", flat=True))
    assert {"evidence_locked", "evidence_verified", "case_exported"} <= kinds


def test_evidence_is_for_those_who_see_the_case(case):
    browser = browser_of(make_user(Role.SUPERVISOR))

    assert [browser.get(url(name, case.pk)).status_code for name in ("case-evidence", "case-report")] == [404, 404]
    assert [browser.post(url(name, case.pk)).status_code for name in ("case-lock", "case-verify", "case-export")] == [
        404, 404, 404,
    ]  # fmt: skip


def test_who_reads_addresses_masked_takes_nothing_out(agent, case):
    limit_role(Role.AGENT, masks_contacts=True, keeps_files=False, user=make_admin())

    assert browser_of(agent).post(url("case-export", case.pk)).status_code == 403


def test_the_draft_of_a_report_says_what_is_not_known(agent):
    case = make_incident(agent, values={"overview": "誤送信", "unknown": ["cause"]})

    shown = text_of(browser_of(agent).get(url("case-report", case.pk)))

    assert "誤送信" in shown
    assert "Being looked into" in shown
    assert "(to be filled in)" in shown


def test_relief_is_offered_and_answered(agent, case):
    leader = case.second
    browser_of(leader).post(url("care-new"), {"person": agent.pk, "kind": "rest", "text": "休んで"}, headers=HTMX)
    row = Care.objects.get()
    browser = browser_of(agent)

    assert "休んで" in text_of(browser.get(url("care")))
    browser.post(url("care-answer", row.pk, "accepted"), headers=HTMX)
    row.refresh_from_db()
    assert row.state == "accepted"
    stranger = browser_of(make_user(Role.SUPERVISOR))
    assert "休んで" not in text_of(stranger.get(url("care")))
    assert stranger.post(url("care-answer", row.pk, "done")).status_code == 404
