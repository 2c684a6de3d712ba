"""Complaints, harassment and incidents on the screen: only for those who may see them."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.factories.accounts import make_admin, make_user
from tests.factories.cases import make_complaint, make_harassment, make_incident
from tests.factories.conversations import OTHER, make_conversation, make_inbox, make_many, private_inbox, reply_to
from tests.factories.desk import HTMX, browser_of, text_of, url

from madoguchi.accounts.choices import Role
from madoguchi.cases.actions.decisions import Proposal, ask_decision
from madoguchi.cases.choices import DecisionKind
from madoguchi.cases.models import Case
from madoguchi.cases.queries import get_case, suggestions_in
from madoguchi.desk.stream import Client as StreamClient
from madoguchi.events.models import Event
from madoguchi.flows.reactor import drain
from madoguchi.workforce.actions.presence import set_presence

pytestmark = pytest.mark.django_db

RUDE = "何回言えばわかるんだ。バカしかいないのか。土下座しろ。SNSにさらすからな。納得できない。"


@pytest.fixture
def agent():
    return make_user(language="en")


@pytest.fixture
def conversation():
    return make_conversation(text=RUDE)


def field(**values):
    return {"title": "土鍋の件", "words": "割れていた", "owner": "", "received_at": "2026-01-05T10:00", **values}


def test_a_complaint_is_opened_beside_a_conversation(agent, conversation):
    browser = browser_of(agent)
    place = url("case-new-of", conversation.pk, "complaint")
    dialog = text_of(browser.get(place, headers=HTMX))
    assert conversation.subject in dialog
    assert "土下座" in dialog

    answer = browser.post(place, field(owner=agent.pk, demand="返金"), headers=HTMX)

    case = Case.objects.get()
    assert (answer.status_code, answer["HX-Redirect"]) == (204, url("case", case.pk))
    assert (case.complaint.content, case.complaint.demand, case.customer) == (
        "割れていた", "返金", conversation.customer,
    )  # fmt: skip
    assert "土鍋の件" in text_of(browser.get(url("case", case.pk)))
    assert "土鍋の件" in text_of(browser.get(url("cases-of", conversation.pk), headers=HTMX))
    assert "土鍋の件" in text_of(browser.get(url("cases-of", conversation.pk) + "?part=strip", headers=HTMX))


def test_what_is_wrong_is_said_at_its_field(agent, conversation):
    browser = browser_of(agent)
    place = url("case-new-of", conversation.pk, "harassment")

    alone = browser.post(place, field(owner=agent.pk, second=agent.pk), headers=HTMX)
    future = browser.post(
        url("case-new", "incident"), field(owner=agent.pk, received_at="2199-01-01T10:00"), headers=HTMX
    )

    assert (alone.status_code, future.status_code) == (422, 422)
    assert Case.objects.count() == 0


def test_a_report_to_a_supervisor_works_as_it_is_offered(agent, conversation):
    leader, wrote = make_user(role=Role.SUPERVISOR, name="渡辺"), make_user(name="小林")
    away = make_user(role=Role.SUPERVISOR, name="佐々木")
    set_presence(leader, "ready")
    reply_to(conversation, wrote)
    browser = browser_of(agent)
    place = url("case-new-of", conversation.pk, "harassment")
    page = text_of(browser.get(place, headers=HTMX))
    offered = re.findall(r'<option value="(\d*)" selected', page)

    browser.post(place, field(owner=offered[0], second=offered[1]), headers=HTMX)

    case = Case.objects.get()
    assert (case.owner, case.second) == (leader, agent)
    assert page.index(f"{leader.name} (SV)") < page.index(f"{away.name} (SV)")
    assert re.search(rf'name="affected" value="{wrote.pk}"[^>]* checked', page)


def test_customers_in_sight_are_links_in_cases(agent, conversation):
    hidden = make_conversation(private_inbox(), sender=OTHER)
    seen = make_complaint(agent, conversations=[conversation])
    other = make_complaint(agent, conversations=[conversation])
    Case.objects.filter(pk=other.pk).update(customer=hidden.customer)
    browser = browser_of(agent)
    there, nowhere = url("timeline", conversation.customer_id), url("timeline", hidden.customer_id)

    pages = [text_of(browser.get(place)) for place in (url("cases"), url("case", seen.pk), url("case", other.pk))]

    assert [there in page for page in pages] == [True, True, False]
    assert [nowhere in page for page in pages] == [False, False, False]


def test_words_are_offered_to_consider_and_nothing_follows(agent, conversation):
    browser = browser_of(agent)
    strip = url("cases-of", conversation.pk) + "?part=strip"
    drain()

    shown = text_of(browser.get(strip, headers=HTMX))

    assert "May be customer harassment" in shown
    assert "土下座" in shown
    assert Case.objects.count() == 0
    conversation.refresh_from_db()
    assert conversation.status == "new"
    browser.post(url("case-sign-dismiss", conversation.pk, "harassment"), headers=HTMX)
    assert "May be customer harassment" not in text_of(browser.get(strip, headers=HTMX))
    browser.post(url("case-sign-recall", conversation.pk, "harassment"), headers=HTMX)
    assert "May be customer harassment" in text_of(browser.get(strip, headers=HTMX))
    make_harassment(agent, conversations=[conversation])
    assert [each.kind for each in suggestions_in(agent, conversation)] == ["complaint"]


def test_friendly_words_are_offered_as_nothing(agent):
    quiet = make_conversation(text="いつもありがとうございます。土鍋の色を教えてください。")

    assert suggestions_in(agent, quiet) == []


@pytest.mark.parametrize("make", [make_harassment, make_incident])
def test_for_others_there_is_no_trace(make, agent, conversation):
    case = make(agent, title="ひみつの件", conversations=[conversation], second=make_user(Role.SUPERVISOR))
    stranger = make_user(Role.SUPERVISOR, language="en")
    browser = browser_of(stranger)
    places = [
        url("cases") + f"?kind={case.kind}&state=all", url("cases-of", conversation.pk),
        url("cases-of", conversation.pk) + "?part=strip", url("conversation", conversation.pk),
        url("customer", conversation.customer_id), url("audit"), url("notices"), url("search") + "?q=ひみつ",
        url("palette") + "?q=ひみつ",
    ]  # fmt: skip
    drain()

    assert [
        place for place in places if "ひみつの件" in (said := text_of(browser.get(place))) or str(case.pk) in said
    ] == []
    for name, args in (
        ("case", ()), ("case-people", ()), ("case-edit", ("prevention",)), ("case-step-done", ("closing",)),
        ("case-decision-new", ()), ("case-link", ()),
    ):  # fmt: skip
        assert browser.get(url(name, case.pk, *args)).status_code == 404
    assert browser.post(url("case-step-undo", case.pk, "closing")).status_code == 404
    listener = StreamClient(stranger.pk, None)
    assert not any(listener.may_hear(each.subject, each.scope_id) for each in Event.objects.filter(kind="case_opened"))


def test_looking_at_a_confidential_case_is_written_down(agent):
    case, open_one = make_incident(agent), make_complaint(agent)
    browser = browser_of(agent)

    browser.get(url("case", case.pk))
    browser.get(url("case", open_one.pk))

    seen = Event.objects.filter(kind="case_seen")
    assert [(each.subject, each.actor_id) for each in seen] == [(case.event_subject, agent.pk)]


def test_who_oversees_cases_reads_of_them_in_the_audit_log(agent):
    case = make_incident(agent, title="宛先まちがい")

    shown = text_of(browser_of(make_admin(language="en")).get(url("audit")))

    assert "Case opened" in shown
    assert case.title in shown


def test_steps_are_done_moved_left_out_and_taken_back(agent):
    case = make_complaint(agent)
    browser, now = browser_of(agent), timezone.localtime()

    browser.post(
        url("case-step-done", case.pk, "assessment"), {"at": f"{now:%Y-%m-%dT%H:%M}", "note": "重大"}, headers=HTMX
    )
    browser.post(url("case-step-skip", case.pk, "response"), {"reason": "取り下げ"}, headers=HTMX)
    later = now + timedelta(days=3)
    browser.post(url("case-step-move", case.pk, "decision"), {"due_at": f"{later:%Y-%m-%dT%H:%M}"}, headers=HTMX)
    early = browser.post(url("case-step-done", case.pk, "closing"), {"at": f"{now:%Y-%m-%dT%H:%M}"}, headers=HTMX)

    steps = {each.key: each for each in case.steps.all()}
    assert (steps["assessment"].note, steps["response"].state) == ("重大", "skipped")
    assert steps["decision"].due_at is not None
    assert early.status_code == 422
    browser.post(url("case-step-undo", case.pk, "assessment"), headers=HTMX)
    assert case.steps.get(key="assessment").state == "open"
    assert browser.get(url("case", case.pk)).status_code == 200


def test_a_part_is_edited_and_who_comes_second_is_told(agent):
    case = make_complaint(agent)
    browser, place = browser_of(agent), url("case-edit", case.pk, "investigation")

    first = browser.post(place, {"version": 1, "facts": "箱が濡れていた", "cause_class": "delivery"}, headers=HTMX)
    second = browser.post(place, {"version": 1, "facts": "別の見方", "cause_class": ""}, headers=HTMX)

    assert (first.status_code, second.status_code) == (200, 422)
    assert "別の見方" in text_of(second)
    assert get_case(agent, case.pk).complaint.facts == "箱が濡れていた"
    assert "箱が濡れていた" in text_of(browser.get(url("case", case.pk)))


def test_two_people_decide_on_the_screen(agent):
    leader = make_user(Role.SUPERVISOR, language="en")
    case = make_complaint(agent, second=leader)
    browser_of(agent).post(url("case-decision-new", case.pk), {"kind": "proposal", "words": "交換します"}, headers=HTMX)
    browser = browser_of(leader)
    drain()

    assert "Waits for you as the second person" in text_of(browser.get(url("cases")))
    assert "needs you as the second person" in text_of(browser.get(url("notices")))
    refused = browser_of(agent).get(url("case-decide", case.pk, 1, "agree"))
    browser.post(url("case-decide", case.pk, 1, "agree"), {"reply": ""}, headers=HTMX)

    assert refused.status_code == 403
    assert case.decisions.get().state == "approved"
    assert "Agreed by two" in text_of(browser.get(url("case", case.pk)))


def test_an_incident_shows_its_clocks_and_what_is_not_known(agent):
    case = make_incident(agent, values={"unknown": ["cause"], "overview": "メールの誤送信"})

    shown = text_of(browser_of(agent).get(url("case", case.pk)))

    assert "Preliminary report" in shown
    assert "Last day before it" in shown
    assert "Not yet known" in shown
    assert shown.count("Missing") == 7


def test_people_are_named_and_taken_out(agent):
    leader, other = make_user(Role.SUPERVISOR), make_user()
    case = make_harassment(agent, leader)
    browser = browser_of(leader)

    browser.post(
        url("case-people", case.pk), {"owner": leader.pk, "second": other.pk, "members": [other.pk]}, headers=HTMX
    )
    browser.post(url("case-affected", case.pk), {"members": [agent.pk]}, headers=HTMX)

    assert browser_of(agent).get(url("case", case.pk)).status_code == 404
    assert [each.pk for each in case.harassment.affected.all()] == [agent.pk]


def test_conversations_are_added_and_taken_out(agent, conversation):
    case = make_complaint(agent)
    browser = browser_of(agent)

    browser.post(url("case-link", case.pk), {"number": conversation.pk}, headers=HTMX)
    assert f"#{conversation.pk}" in text_of(browser.get(url("case", case.pk)))
    browser.post(url("case-unlink", case.pk, conversation.pk), headers=HTMX)
    assert f"#{conversation.pk}" not in text_of(browser.get(url("case", case.pk)))
    assert browser.post(url("case-link", case.pk), {"number": 10**9}, headers=HTMX).status_code == 422


def test_viewers_see_nothing_of_it(conversation):
    viewer = make_user(Role.VIEWER, language="en")
    browser = browser_of(viewer)

    assert browser.get(url("cases")).status_code == 403
    panel = text_of(browser.get(url("cases-of", conversation.pk), headers=HTMX))
    assert "harassment" not in panel.lower()


def queries_of(browser, place, **headers):
    browser.get(place, headers=headers)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(place, headers=headers).status_code == 200
    return len(asked)


def test_lists_ask_as_often_for_three_as_for_one(agent):
    conversations = make_many(make_inbox(), 3)
    browser = browser_of(agent)
    counts = []
    for conversation in conversations:
        case = make_complaint(agent, conversations=[conversations[0], conversation])
        ask_decision(case, Proposal(DecisionKind.PROPOSAL, "交換"), user=agent)
        counts.append([
            queries_of(browser, url("cases")), queries_of(browser, url("cases-of", conversations[0].pk), **HTMX),
        ])  # fmt: skip

    assert counts[0] == counts[2]


def test_a_record_asks_as_often_for_three_of_each_as_for_one(agent):
    conversations = make_many(make_inbox(), 3)
    people = [make_user() for _each in range(3)]
    small = make_harassment(agent, conversations=conversations[:1], affected=people[:1])
    large = make_harassment(agent, conversations=conversations, affected=people)
    browser = browser_of(agent)

    assert queries_of(browser, url("case", small.pk)) == queries_of(browser, url("case", large.pk))
