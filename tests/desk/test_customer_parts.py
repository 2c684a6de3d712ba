"""What stands beside a customer's record, on the screen."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation
from tests.factories.desk import HTMX, browser_of, text_of, url

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address
from madoguchi.customers import actions
from madoguchi.customers.models import Customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def me():
    return make_user(language="en")


@pytest.fixture
def customer():
    return make_conversation().customer


def test_two_who_edit_the_record_see_both_values(me, customer):
    browser = browser_of(me)
    typed = {"display_name": customer.display_name, "honorific": "様", "version": 1, "note": "朝は不可", "tags": ""}
    actions.change_customer(customer, by=make_user(name="佐藤 健").actor, note="お耳が遠い")

    answer = browser.post(url("customer-edit", customer.pk), typed)

    page = text_of(answer)
    assert answer.status_code == 409
    assert "佐藤 健 has changed this to “お耳が遠い” meanwhile" in page
    assert "朝は不可</textarea>" in page
    assert Customer.objects.get(pk=customer.pk).note == "お耳が遠い"
    again = browser.post(
        url("customer-edit", customer.pk), typed | {"version": Customer.objects.get(pk=customer.pk).version}
    )
    assert again.status_code == 302
    assert Customer.objects.get(pk=customer.pk).note == "朝は不可"


def test_an_address_is_marked_in_a_dialog(me, customer):
    mail = customer.identities.get()
    browser = browser_of(me)

    dialog = text_of(browser.get(url("customer-identity", customer.pk, mail.pk), headers=HTMX))
    saved = browser.post(
        url("customer-identity", customer.pk, mail.pk),
        {"label": "自宅", "is_primary": "on", "is_verified": "on", "is_in_use": "on"},
        headers=HTMX,
    )

    mail.refresh_from_db()
    assert "<html" not in dialog
    assert "In use" in dialog
    assert (saved.status_code, saved["HX-Redirect"]) == (204, url("customer", customer.pk))
    assert (mail.label, mail.is_valid, mail.verified_at is None) == ("自宅", True, False)
    assert "自宅" in text_of(browser.get(url("customer", customer.pk)))


def test_an_address_is_removed_and_brought_back(me, customer):
    mail = customer.identities.get()
    browser = browser_of(me)

    browser.post(url("identity-remove", customer.pk, mail.pk))
    gone = customer.identities.count()
    history = text_of(browser.get(url("customer", customer.pk) + "?tab=changes"))
    browser.post(url("customer-undo", customer.pk, customer.changes.first().pk))

    assert gone == 0
    assert "<del>yumiko@mail.example</del>" in history
    assert customer.identities.get().pk == mail.pk


def test_a_postal_address_is_added_changed_and_removed(me, customer):
    browser = browser_of(me)

    empty = browser.post(url("customer-add-postal", customer.pk), {"country": "JP"})
    browser.post(
        url("customer-add-postal", customer.pk), {"country": "JP", "postal_code": "1500001", "street": "神宮前1"}
    )
    address = customer.addresses.get()
    browser.post(
        url("customer-postal", customer.pk, address.pk),
        {"country": "JP", "postal_code": "150-0001", "street": "神宮前2"},
    )

    assert empty.status_code == 422
    assert "Enter an address." in text_of(empty)
    assert customer.addresses.get().text == "〒150-0001\n神宮前2"
    assert "神宮前2" in text_of(browser.get(url("customer", customer.pk)))
    browser.post(url("postal-remove", customer.pk, address.pk))
    assert not customer.addresses.exists()


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"postal_code": "150-0001"}, ['value="東京都"', 'value="渋谷区"', 'value="神宮前"']),
        ({"postal_code": "150-0001", "street": "神宮前3-1"}, ['value="神宮前3-1"']),
        ({"postal_code": "498-0000"}, ["弥富市", "木曽岬町", "town=1"]),
        ({"postal_code": "498-0000", "town": "1"}, ['value="三重県"']),
        ({"postal_code": "999-9999"}, ["not in the list"]),
        ({"postal_code": "150-0001", "town": "9999"}, ['value="東京都"']),
    ],
)
def test_a_postal_code_fills_in_the_address(me, values, found):
    page = text_of(browser_of(me).get(url("postal-code"), values, headers=HTMX))

    assert [each for each in found if each not in page] == []
    assert "<html" not in page


def test_a_consent_is_noted(me, customer):
    browser = browser_of(me)

    refused = browser.post(url("customer-consent", customer.pk), {"purpose": "survey", "is_given": "1", "source": ""})
    browser.post(url("customer-consent", customer.pk), {"purpose": "survey", "is_given": "", "source": "電話"})

    assert refused.status_code == 422
    assert not customer.consents.get().is_given
    page = text_of(browser.get(url("customer", customer.pk) + "?tab=kept"))
    assert "Withdrawn" in page
    assert "電話" in page


def test_a_file_is_kept_given_out_as_bytes_and_removed(me, customer):
    browser = browser_of(me)

    browser.post(
        url("customer-add-file", customer.pk), {"file": SimpleUploadedFile("同意書.html", b"<script>1</script>")}
    )
    kept = customer.files.get()
    given = browser.get(url("customer-file", customer.pk, kept.pk))

    assert given.content == b"<script>1</script>"
    assert (given["Content-Type"], given["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    assert "同意書.html" in text_of(browser.get(url("customer", customer.pk) + "?tab=kept"))
    browser.post(url("customer-remove-file", customer.pk, kept.pk))
    assert not customer.files.exists()
    assert browser.post(url("customer-add-file", customer.pk)).status_code in (302, 422)


def test_somebody_elses_things_do_not_exist(me, customer):
    other = actions.create_customer(by=me.actor, emails=["o@mail.example"], family_name="佐藤")
    actions.add_postal_address(other, by=me.actor, street="x")
    browser = browser_of(me)

    assert browser.get(url("customer-identity", customer.pk, other.identities.get().pk)).status_code == 404
    assert browser.get(url("customer-postal", customer.pk, other.addresses.get().pk)).status_code == 404


def test_who_only_reads_is_offered_no_change(customer):
    browser = browser_of(make_user(Role.VIEWER, language="en"))

    page = text_of(browser.get(url("customer", customer.pk)))

    assert url("customer-add-address", customer.pk) not in page
    assert browser.get(url("customer-add-address", customer.pk)).status_code == 403


@pytest.mark.parametrize(
    ("chosen", "seen"),
    [
        ("tag=VIP", True),
        ("tag=x", False),
        ("vip=1", True),
        ("care=1", False),
        ("company={company}", True),
        ("company=0", False),
    ],
)
def test_the_list_is_narrowed_by_marks_tags_and_company(me, customer, chosen, seen):
    company = actions.create_customer(by=me.actor, emails=[], company="北風商事").organisation
    actions.change_customer(customer, by=me.actor, is_vip=True, organisation=company)
    actions.set_tags(customer, ["VIP"], by=me.actor)

    page = text_of(browser_of(me).get(url("customers") + "?" + chosen.format(company=company.pk)))

    assert (f'href="{url("timeline", customer.pk)}"' in page) == seen


def test_the_pages_of_one_ask_as_often_for_three_things_as_for_one(me, customer):
    browser = browser_of(me)
    counts = []
    for number in range(3):
        actions.attach_file(customer, f"f{number}", b"x%d" % number, content_type="text/plain", by=me.actor)
        actions.note_consent(customer, "survey", is_given=True, source="電話", by=me.actor)
        actions.add_postal_address(customer, by=me.actor, street=f"{number}")
        actions.change_customer(customer, by=me.actor, note=f"{number}")
        for tab in ("", "?tab=kept", "?tab=changes"):
            browser.get(url("customer", customer.pk) + tab)
            with CaptureQueriesContext(connection) as queries:
                browser.get(url("customer", customer.pk) + tab)
            counts.append(len(queries))

    assert counts[:3] == counts[6:]


def test_the_panel_beside_the_conversation_shows_tags_and_labels(me):
    conversation = make_conversation(sender=Address("k@mail.example", "加藤 久美"))
    actions.set_tags(conversation.customer, ["リピーター"], by=me.actor)
    actions.add_postal_address(conversation.customer, by=me.actor, street="潮見坂1-20-3")
    actions.change_identity(conversation.customer.identities.get(), by=me.actor, label="勤務先")

    page = text_of(browser_of(me).get(f"/c/{conversation.pk}"))

    assert [word for word in ("リピーター", "潮見坂1-20-3", "勤務先") if word not in page] == []
