"""People whose role reads addresses masked: on every screen and in the API, and they still answer."""

import re
from html import unescape
from importlib import import_module

import pytest
from django.db import connection
from django.urls import reverse
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_conversation, receive_mail
from tests.factories.desk import HTMX, browser_of, text_of
from tests.factories.wording import make_template
from tests.factories.writing import letter

from madoguchi.accounts.actions.limits import limit_role
from madoguchi.accounts.choices import ROLE_LIMIT_CHANGED, Role
from madoguchi.accounts.models import RoleLimit
from madoguchi.channels.contract import Address, InboundAttachment
from madoguchi.conversations.actions.views import copy_view, save_view
from madoguchi.conversations.filters import Filter
from madoguchi.conversations.models import Conversation, Draft, Message
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.customers.actions import add_identity
from madoguchi.customers.choices import IDENTITY_SHOWN
from madoguchi.customers.masking import masked_mail
from madoguchi.events.models import Event
from madoguchi.outreach.models import BulkDraft

pytestmark = pytest.mark.django_db

ADDRESS, PHONE = "yumiko.takahashi@mail.example", "090-1234-5678"


@pytest.fixture
def conversation():
    made = make_conversation(sender=Address(ADDRESS, "髙橋 由美子"))
    add_identity(made.customer, "phone", PHONE, by=make_user().actor)
    return made


@pytest.fixture
def agent():
    limit_role(Role.AGENT, masks_contacts=True, keeps_files=False, user=make_admin())
    return make_user(Role.AGENT)


def _numbers() -> list[int]:
    return list(Conversation.objects.values_list("pk", flat=True))


def pages(conversation) -> list[str]:
    pk = conversation.customer_id
    return [
        reverse("desk:inbox"),
        reverse("desk:conversation", args=[conversation.pk]),
        reverse("desk:reply", args=[conversation.pk]),
        reverse("desk:customers"),
        reverse("desk:customer", args=[pk]),
    ]


def test_no_screen_says_an_address_or_a_number(agent, conversation):
    browser = browser_of(agent)

    shown = [text_of(browser.get(each)) for each in pages(conversation)]

    assert [ADDRESS in each or PHONE in each or "yumiko.takahashi" in each for each in shown] == [False] * len(shown)
    assert masked_mail(ADDRESS) in shown[2]
    assert "09•-••••-••78" in shown[4]


def test_others_see_everything(conversation):
    limit_role(Role.TRAINEE, masks_contacts=True, keeps_files=False, user=make_admin())

    assert ADDRESS in text_of(browser_of(make_user(Role.AGENT)).get(pages(conversation)[4]))


def test_replying_to_a_masked_address_reaches_the_customer(agent, conversation):
    browser = browser_of(agent)
    text = f"髙橋 由美子 様\n\n本日発送いたします。\n\n> {masked_mail(ADDRESS)}:"
    values = letter(conversation, to=f"髙橋 由美子 <{masked_mail(ADDRESS)}>", text=text, review="1")

    shown = text_of(browser.post(f"/c/{conversation.pk}/write", values, headers=HTMX))
    keys = re.search(r'name="acknowledge" value="([^"]*)"', shown)
    if keys:
        browser.post(f"/c/{conversation.pk}/write", {**values, "acknowledge": keys[1]}, headers=HTMX)

    message = Message.objects.get(kind="outbound")
    assert [each["email"] for each in message.to] == [ADDRESS]
    assert f"> {ADDRESS}:" in message.text


def test_dots_that_cannot_be_put_back_are_refused(agent, conversation):
    unknown = masked_mail("somebody.else@mail.example")

    refused = browser_of(agent).post(
        f"/c/{conversation.pk}/write", {"mode": "reply", "to": unknown, "text": "本文"}, headers=HTMX
    )

    assert refused.status_code == 422
    assert refused["HX-Reswap"] == "none"
    assert not Message.objects.filter(kind="outbound").exists()
    assert not Draft.objects.filter(user=agent).exists()


def test_a_note_in_which_a_number_would_stand_clear_is_refused(agent, conversation):
    browser, place = browser_of(agent), f"/c/{conversation.pk}/notes"

    answers = [browser.post(place, {"text": each}, headers=HTMX) for each in ("509•-••••-••78", "09•-••••-••785")]

    assert [each.status_code for each in answers] == [422, 422]
    assert not Message.objects.filter(kind="note").exists()


def test_a_subject_is_cut_before_an_address_it_would_tear(agent, conversation):
    subject = "あ" * (1000 - len("yumiko.takahashi")) + masked_mail(ADDRESS)

    values = {"conversation": [conversation.pk], "subject": subject, "text": "本文", "writer": "w", "opened_with": "0"}
    kept = browser_of(agent).post("/bulk-replies/draft", values)

    assert kept.status_code < 300
    assert BulkDraft.objects.get().subject == "あ" * (1000 - len("yumiko.takahashi"))


def test_what_lists_and_panels_cut_is_cut_before_a_number(agent, conversation):
    for before in (94, 114, 194):  # an aside's, a history's, a list's
        receive_mail(conversation.inbox, sender=Address(ADDRESS), text="い" * before + "080-7654-3211 までお電話を")
    browser = browser_of(agent)
    places = [*pages(conversation), *(reverse("desk:conversation", args=[each]) for each in _numbers())]

    said = [text_of(browser.get(each)) for each in places]

    assert not any("080-7654" in each or "080-7" in each for each in said)
    assert [len(each.preview) for each in Conversation.objects.filter(preview__startswith="いい")][-1:] == [194]


def test_titles_are_cut_before_an_address(agent, conversation):
    number = make_conversation(conversation.inbox, subject="あ" * 50 + ADDRESS).pk
    page = text_of(browser_of(agent).get(reverse("desk:conversation", args=[number])))

    assert f"<title>{'あ' * 50}…" in page


def test_a_copy_of_a_view_tears_no_number(agent, conversation):
    view = save_view("ろ" * 39 + PHONE, Filter(), user=agent)

    assert copy_view(view, user=agent).name.startswith("ろ" * 39 + "(")


def test_stored_previews_end_before_what_was_torn(conversation):
    torn = {"あ" * 189 + "080-7654-32": 189, "あ" * 190 + "taro.yamad": 190, "あ" * 200: 200, "電話 090-1234-5678": 16}
    sql = import_module("madoguchi.conversations.migrations.0020_whole_previews").Migration.operations[0].sql

    lengths = {}
    for preview in torn:
        Conversation.objects.filter(pk=conversation.pk).update(preview=preview)
        with connection.cursor() as cursor:
            cursor.execute(sql)
        lengths[preview] = len(Conversation.objects.get(pk=conversation.pk).preview)

    assert lengths == torn


@pytest.mark.parametrize(
    "number", ["090-12345678", "81-90-1234-5679", "090/1234/5680", "1-212-555-0101", "090 1234-5683"]
)
def test_a_number_in_any_writing_is_masked_on_the_pages_of_its_customer(agent, conversation, number):
    identity = add_identity(conversation.customer, "phone", number, by=make_user().actor)
    browser = browser_of(agent)
    places = [*pages(conversation), f"{pages(conversation)[4]}?tab=changes"]

    said = "".join(text_of(browser.get(each)) for each in places)

    assert not any(each in said for each in (number, identity.text, identity.key))


def test_a_customers_number_does_not_become_ours_by_a_signature(agent, conversation):
    browser, place = browser_of(agent), reverse("desk:profile")
    values = {"name": agent.name, "language": "ja", "theme": "auto", "public_name": ""}

    refused = browser.post(place, values | {"signature": "担当 09•-••••-••78"}, headers=HTMX)
    typed = browser.post(place, values | {"signature": f"担当 {PHONE}"})
    page = text_of(browser.get(place))
    again = browser.post(place, values | {"signature": re.search(r"担当 [^<]*", page)[0]})
    agent.refresh_from_db()

    assert refused.status_code == 422
    assert refused["HX-Reswap"] == "none"
    assert (typed.status_code, again.status_code) == (302, 302)
    assert PHONE not in page
    assert PHONE not in text_of(browser.get(reverse("desk:customer", args=[conversation.customer_id])))
    assert agent.signature == f"担当 {PHONE}"


def test_a_template_keeps_its_numbers_and_gets_none_of_a_customer(agent, conversation):
    template = make_template(agent, name="配送", body="運送会社 03-9999-0000")
    browser, place = browser_of(agent), reverse("desk:template", args=[template.pk])
    written = unescape(re.search(r"<textarea[^>]*name=\"body\"[^>]*>([^<]*)<", text_of(browser.get(place)))[1]).strip()
    values = {"name": "配送", "kind": "template", "scope": "personal", "language": "ja", "version": "1"}

    refused = browser.post(place, values | {"body": "09•-••••-••78"}, headers=HTMX)
    kept = browser.post(place, values | {"body": f"ご案内 {written}"})
    template.refresh_from_db()

    assert (refused.status_code, kept.status_code) == (422, 302)
    assert template.body == "ご案内 運送会社 03-9999-0000"


def test_one_address_is_shown_for_a_reason_that_the_audit_log_keeps(agent, conversation):
    identity = conversation.customer.identities.get(kind="mail")
    url = reverse("desk:contact-show", args=[conversation.customer_id, identity.pk])
    browser = browser_of(agent)

    without = browser.post(url, {"reason": " "}, headers=HTMX)
    unseen = browser.post(url, {"reason": "\u200b\u3164"}, headers=HTMX)
    shown = browser.post(url, {"reason": "電話で確認を求められたため"}, headers=HTMX)
    audit = text_of(browser_of(make_admin()).get(reverse("desk:audit")))

    assert (without.status_code, ADDRESS in text_of(without)) == (422, False)
    assert unseen.status_code == 422
    assert ADDRESS in text_of(shown)
    assert not shown.has_header("X-Shown-On-Purpose")
    assert Event.objects.filter(kind=IDENTITY_SHOWN, actor_id=agent.pk).count() == 1
    assert "電話で確認を求められたため" in audit


def test_nothing_is_downloaded_where_the_role_may_not(conversation):
    limit_role(Role.AGENT, masks_contacts=False, keeps_files=True, user=make_admin())
    file = InboundAttachment("名簿.csv", "text/csv", b"a,b")
    mail = receive_mail(conversation.inbox, sender=Address(ADDRESS), attachments=(file,))
    place = reverse("desk:attachment", args=[mail.attachments.get().pk])

    refused = browser_of(make_user(Role.AGENT)).get(place)
    given = browser_of(make_user(Role.SUPERVISOR)).get(place)

    assert (refused.status_code, given.status_code) == (403, 200)


def test_administrators_set_it_on_the_screen(conversation):
    admin = make_admin()

    browser_of(admin).post(reverse("desk:privacy"), {"masked": ["trainee", "viewer"], "kept": ["viewer"]})

    found = {each.role: (each.masks_contacts, each.keeps_files) for each in RoleLimit.objects.all()}
    assert (found["trainee"], found["viewer"], found["agent"]) == ((True, False), (True, True), (False, False))
    assert Event.objects.filter(kind=ROLE_LIMIT_CHANGED).count() == 2
    with pytest.raises(Invalid):
        limit_role(Role.ADMIN, masks_contacts=True, keeps_files=False, user=admin)
    with pytest.raises(NotAllowed):
        limit_role(Role.AGENT, masks_contacts=True, keeps_files=False, user=make_user(Role.SUPERVISOR))


def test_masking_asks_a_fixed_number_of_questions(agent, django_assert_max_num_queries):
    make_conversation(sender=Address("one@mail.example"))
    browser = browser_of(agent)
    browser.get(reverse("desk:customers"))
    for number in range(5):
        make_conversation(sender=Address(f"more{number}@mail.example"))

    with django_assert_max_num_queries(60):
        page = text_of(browser.get(reverse("desk:customers")))

    assert "more1@" not in page
