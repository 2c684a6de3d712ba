"""Every address of the desk and of the API, asked by somebody whose role reads masked: none says what is masked.

What a person of the role typed themself (a search) stands in the answer as they typed it; nothing else is left out.
"""

import json
import re
from datetime import timedelta
from html import unescape
from urllib.parse import unquote

import pytest
from django.apps import apps
from django.db.models import BigAutoField
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse
from django.utils import timezone
from tests.factories.accounts import make_admin, make_user
from tests.factories.approval import make_waiting
from tests.factories.commerce import an_order, make_order
from tests.factories.conversations import make_conversation, make_inbox, reply_to
from tests.factories.desk import HTMX, browser_of, text_of
from tests.factories.knowledge import make_article, make_article_category
from tests.factories.promises import promise_in
from tests.factories.wording import make_template

from madoguchi.accounts.actions import create_token
from madoguchi.accounts.actions.limits import limit_role
from madoguchi.accounts.choices import Role
from madoguchi.channels.choices import RawState
from madoguchi.channels.contract import Address, InboundAttachment
from madoguchi.channels.models import RawMessage
from madoguchi.commerce.actions.ongoing import start_onboarding
from madoguchi.commerce.contract import Buyer
from madoguchi.conversations.actions.asking import Question, ask_aside
from madoguchi.conversations.actions.drafts import save_draft
from madoguchi.conversations.actions.notes import add_note
from madoguchi.conversations.models import Attachment, Message
from madoguchi.customers.actions import add_identity, add_postal_address, attach_file, change_customer
from madoguchi.customers.choices import FILE_SHOWN
from madoguchi.customers.models import CustomerFile
from madoguchi.desk.urls import urlpatterns
from madoguchi.events.models import Event
from madoguchi.files.actions import store_blob
from madoguchi.flows.reactor import drain
from madoguchi.notifications.reminders import set_reminder
from madoguchi.outreach.actions import start_bulk_reply
from madoguchi.workforce.actions.bulletins import Posting, post_bulletin

pytestmark = pytest.mark.django_db

ADDRESS = "secret.person@mail.example"
WORDS = (
    f"連絡先は {ADDRESS}、電話 090-7391-2846、ＴＥＬ０３－７３９１－２８４６、"
    "〒102-8794 東京都千代田区紀尾井町9-87 クロノスタワー501号室 です。"
)
#: Parts of what has to be masked, in every way in which it is written.
SECRETS = ("secret.person", "7391", "７３９１", "8794", "８７９４", "紀尾井町", "クロノスタワー")


@pytest.fixture
def told():
    """One customer whose contacts stand everywhere where a text can stand, and what there is of each kind."""
    writer = make_user(Role.SUPERVISOR, name="渡辺 由紀")
    inbox = make_inbox()
    files = (
        InboundAttachment(f"{ADDRESS}.txt", "text/plain", WORDS.encode("cp932")),
        InboundAttachment("写真 090-7391-2846.png", "image/png", b"\x89PNG 7391"),
        InboundAttachment("名簿.pdf", "application/pdf", b"%PDF secret.person"),
    )
    conversation = make_conversation(
        inbox,
        sender=Address(ADDRESS, ADDRESS),
        subject=f"土鍋 {ADDRESS} 090-7391-2846",
        text=f"土鍋の件です。\n{WORDS}",
        html=f"<p>土鍋 <b>090</b>-7391-2846</p><table><tr><td>{WORDS}</td></tr></table>",
        attachments=files,
    )
    customer = conversation.customer
    actor = writer.actor
    add_identity(customer, "phone", "090-7391-2846", by=actor)
    add_postal_address(
        customer, by=actor, postal_code="102-8794", prefecture="東京都", city="千代田区", street="紀尾井町9-87",
        building="クロノスタワー501号室",
    )  # fmt: skip
    change_customer(customer, by=actor, note=WORDS)
    attach_file(customer, "名簿 090-7391-2846.csv", WORDS.encode(), content_type="text/csv", by=actor)
    add_note(conversation, f"@渡辺 由紀 {WORDS}", user=writer)
    reply_to(conversation, writer, to=(Address(ADDRESS, ADDRESS),), text=f"{ADDRESS} 様\n\n{WORDS}")
    make_waiting(text=f"様\n\n{WORDS}")
    promise_in(conversation, writer, words=WORDS[:120])
    make_article(writer, title="控え 090-7391-2846", body=WORDS, note=WORDS, category=make_article_category("控え"))
    make_template(writer, name="控え 090-7391-2846", body=WORDS, scope="all")
    post_bulletin(Posting("お知らせ 090-7391-2846", WORDS), user=writer)
    ask_aside(conversation, Question(Address("ito@touki.example"), f"在庫 {ADDRESS}", WORDS), user=writer)
    RawMessage.objects.create(
        inbox=inbox, source="smtp", blob=store_blob(f"From: {ADDRESS}\r\n\r\n{WORDS}".encode()),
        state=RawState.QUARANTINED, reason="too_deep",
        detail=WORDS, attempts=1, envelope_from=ADDRESS, envelope_to=["support@shop.example"],
    )  # fmt: skip
    make_order(
        found=an_order(
            buyer=Buyer(ADDRESS, ADDRESS, "090-7391-2846"), note=WORDS, postal_code="102-8794",
            address="東京都千代田区紀尾井町9-87 クロノスタワー501号室",
        )
    )  # fmt: skip
    start_onboarding(customer, [WORDS[:100]], user=writer)
    drain()
    return conversation


@pytest.fixture
def reader(told):
    """Masked; with a draft, a reminder and a notice of their own."""
    person = make_user(Role.SUPERVISOR, name="林 さくら", language="ja")
    save_draft(
        person, told, "reply", values={"text": WORDS, "to": [{"email": ADDRESS, "name": ""}], "subject": WORDS[:90]}
    )
    set_reminder(told, at=timezone.now() + timedelta(days=1), note=WORDS[:150], user=person)
    add_note(told, f"@林 さくら {WORDS}", user=make_user(Role.AGENT))
    other = make_conversation(told.inbox, sender=Address("second@mail.example"), text=WORDS)
    start_bulk_reply([other], f"{{{{宛名}}}}\n\n{WORDS}", user=person)
    drain()
    limit_role(Role.SUPERVISOR, masks_contacts=True, keeps_files=False, user=make_admin())
    return person


def said(response) -> str:
    """Everything an answer says: its body and its headers, as a browser reads them."""
    headers = [f"{name}: {unquote(value)}" for name, value in response.headers.items()]
    told = [json.dumps(json.loads(response[name]), ensure_ascii=False) for name in ("HX-Trigger",) if name in response]
    return "\n".join((*headers, *told, response.content.decode("utf-8", "replace")))


def leaks(response) -> list[str]:
    words = said(response)
    return [each for each in SECRETS if each in words]


def routes(patterns, before="/"):
    for pattern in patterns:
        place = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, place)
        elif isinstance(pattern, URLPattern):
            yield place


def keys_of(*rooms: str) -> list[int]:
    """The keys of rows of these rooms: each is tried wherever an address has one number."""
    models = [model for room in rooms for model in apps.get_app_config(room).get_models()]
    rows = [model.objects.order_by("pk").values_list("pk", flat=True)[:2] for model in models if _has_number(model)]
    return sorted({key for each in rows for key in each})


def _has_number(model) -> bool:
    return isinstance(model._meta.pk, BigAutoField)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_no_page_says_it(told, reader, headers):
    browser = browser_of(reader)
    keys = keys_of(
        "conversations",
        "customers",
        "wording",
        "knowledge",
        "workforce",
        "promises",
        "outreach",
        "channels",
        "commerce",
    )
    found, seen = {}, 0

    for place in routes(urlpatterns):
        numbers = re.findall("<[^>]+>", place)
        for key in keys if len(numbers) == 1 else [0]:
            answer = browser.get(place.replace("".join(numbers), str(key)), headers=headers)
            seen += answer.status_code == 200
            if leaks(answer):
                found[f"{place} {key}"] = leaks(answer)

    assert found == {}
    assert seen > 80


def test_what_belongs_to_a_customer_does_not_say_it(told, reader):
    browser, customer = browser_of(reader), told.customer
    mail = customer.identities.get(kind="mail").pk
    postal = customer.addresses.get().pk
    places = [
        reverse("desk:customer-identity", args=[customer.pk, mail]),
        reverse("desk:contact-show", args=[customer.pk, mail]),
        reverse("desk:customer-postal", args=[customer.pk, postal]),
        *(
            reverse("desk:customer", args=[customer.pk]) + f"?tab={tab}"
            for tab in ("kept", "changes", "orders", "contracts")
        ),
    ]

    answers = [browser.get(each, headers=HTMX) for each in places]

    assert [each.status_code for each in answers] == [200] * len(answers)
    assert [leaks(each) for each in answers] == [[]] * len(answers)


@pytest.mark.parametrize("words", ["土鍋", "連絡先", "千代田区", "secret", "クロノス"])
def test_what_is_found_does_not_say_more_than_was_asked(told, reader, words):
    browser = browser_of(reader)
    places = [f"/search?q={words}", f"/search/suggestions?q={words}", f"/complete?field=to&q={words}",
              f"/palette?q={words}", f"/?q={words}", f"/customers?q={words}", f"/templates?q={words}",
              f"/templates/pick?q={words}&number={told.pk}", f"/c/{told.pk}/merge?q={words}"]  # fmt: skip

    found = {each: leaks(browser.get(each, headers=HTMX)) for each in places}

    assert {each: [word for word in said if words not in word] for each, said in found.items() if said} == {}


def test_no_answer_of_the_api_says_it(told, reader):
    token = create_token(reader, label="Test", by=reader.actor)
    program = Client(headers={"authorization": f"Bearer {token}"})
    keys = keys_of("conversations", "customers", "wording", "knowledge", "promises", "channels", "commerce")
    found, seen = {}, 0

    for place, methods in program.get("/api/v1/openapi.json").json()["paths"].items():
        numbers = re.findall(r"\{[^}]+\}", place)
        for key in keys if len(numbers) == 1 else [told.pk]:
            if "get" in methods:
                answer = program.get(re.sub(r"\{[^}]+\}", str(key), place))
                seen += answer.status_code == 200
                if leaks(answer):
                    found[f"{place} {key}"] = leaks(answer)

    assert found == {}
    assert seen > 40


def test_what_a_deed_answers_does_not_say_it(told, reader):
    browser = browser_of(reader)
    mail = told.messages.filter(kind="inbound").first()

    answers = [
        browser.post(
            f"/c/{told.pk}/write", {"mode": "reply", "to": ADDRESS, "text": WORDS, "review": "1"}, headers=HTMX
        ),
        browser.post(f"/c/{told.pk}/check", {"mode": "reply", "to": ADDRESS, "text": WORDS}, headers=HTMX),
        browser.post(f"/c/{told.pk}/draft", {"mode": "reply", "to": ADDRESS, "text": WORDS}, headers=HTMX),
        browser.post("/preview", {"text": WORDS, "number": told.pk}, headers=HTMX),
        browser.post(f"/m/{mail.pk}/split", headers=HTMX),
        browser.post(f"/c/{told.pk}/subject", {"subject": f"土鍋 {ADDRESS}"}),
        browser.post(f"/customers/{told.customer_id}/identities", {"kind": "mail", "address": ADDRESS}, headers=HTMX),
    ]

    assert [leaks(each) for each in answers] == [[]] * len(answers)


def test_what_is_quoted_leaves_as_it_was(told, reader):
    browser = browser_of(reader)
    shown = unescape(text_of(browser.get(f"/c/{told.pk}/write?mode=reply")))
    written = re.search(r"<textarea[^>]*name=\"text\"[^>]*>([^<]*)<", shown)[1].lstrip()

    browser.post(f"/c/{told.pk}/draft", {"mode": "reply", "text": f"拝見しました。\n{written}"}, headers=HTMX)

    assert "•" in written
    assert reader.drafts.get().text == f"拝見しました。\n{WORDS}"


def test_sources_are_refused_and_their_links_not_shown(told, reader):
    mail = told.messages.filter(kind="inbound").first()
    raw = RawMessage.objects.get(state=RawState.QUARANTINED)
    Message.objects.filter(pk=mail.pk).update(raw=raw)
    places = [f"/m/{mail.pk}/source", f"/m/{mail.pk}/files.zip", f"/quarantine/{raw.pk}/raw"]
    pages = [f"/c/{told.pk}", f"/quarantine/{raw.pk}"]

    masked, plain = browser_of(reader), browser_of(make_admin(language="ja"))

    assert [masked.get(each).status_code for each in places] == [403] * 3
    assert [plain.get(each).status_code for each in places] == [200] * 3
    for page in pages:
        links = [each for each in places if each in text_of(plain.get(page))]
        assert links
        assert [each for each in links if each in text_of(masked.get(page))] == []


def test_a_text_is_looked_at_masked(told, reader):
    file = Attachment.objects.get(content_type="text/plain")

    dialog = text_of(browser_of(reader).get(reverse("desk:preview", args=[file.pk]), headers=HTMX))

    assert "連絡先は se•••" in dialog
    assert f'{reverse("desk:attachment", args=[file.pk])}"' not in dialog


def test_a_file_opens_for_a_reason_to_who_gave_it(told, reader):
    file = Attachment.objects.get(content_type="image/png")
    place, show = reverse("desk:attachment", args=[file.pk]), reverse("desk:file-show", args=[file.pk])
    browser = browser_of(reader)

    page = text_of(browser.get(f"/c/{told.pk}"))
    before = browser.get(place)
    asked = text_of(browser.get(reverse("desk:preview", args=[file.pk]), headers=HTMX))
    without = browser.post(show, {"reason": " "}, headers=HTMX)
    shown = browser.post(show, {"reason": "破損の確認"}, headers=HTMX)
    after = browser.get(f"{place}?inline=1")

    assert f"{place}?inline=1" not in page
    assert before["Location"] == show
    assert f'action="{show}"' in asked
    assert (without.status_code, f"{place}?inline=1" in text_of(shown)) == (422, True)
    assert (after.content, after["Content-Type"]) == (b"\x89PNG 7391", "image/png")
    assert not after.has_header("X-Shown-On-Purpose")
    assert Event.objects.filter(kind=FILE_SHOWN, actor_id=reader.pk).count() == 1
    assert browser_of(_colleague()).get(place)["Location"] == show


def test_a_file_of_the_customer_opens_for_a_reason(told, reader):
    file = CustomerFile.objects.get()
    browser = browser_of(reader)
    place = reverse("desk:customer-file", args=[told.customer_id, file.pk])

    before = browser.get(place)
    browser.post(before["Location"], {"reason": "照合"})

    assert before.status_code == 302
    assert browser.get(place).content.decode() == WORDS


def test_programs_open_a_file_for_a_reason(told, reader):
    token = create_token(reader, label="Test", by=reader.actor)
    program = Client(headers={"authorization": f"Bearer {token}"})
    place = f"/api/v1/attachments/{Attachment.objects.get(content_type='application/pdf').pk}"

    before = program.get(f"{place}/content")
    shown = program.post(f"{place}/show", {"reason": "照合"}, content_type="application/json")
    after = program.get(f"{place}/content")

    assert (before.status_code, shown.status_code) == (403, 204)
    assert after.content == b"%PDF secret.person"


def _colleague():
    return make_user(Role.SUPERVISOR, language="ja")
