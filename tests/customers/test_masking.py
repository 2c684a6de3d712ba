"""Masked addresses and numbers: what is hidden, what is ours, and the way back."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation

from madoguchi.channels.contract import Address
from madoguchi.customers.actions import add_identity
from madoguchi.customers.masking import (
    is_masked,
    known_addresses,
    mask,
    mask_page,
    masked_mail,
    masked_phone,
    numbers_in,
    unmasked,
)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("宛先 yumiko@mail.example です", "yumiko"),
        ("&lt;yumiko@mail.example&gt;", "yumiko"),
        ('{"email":"yumiko.takahashi+shop@mail.example"}', "yumiko.takahashi"),
        ("?q=from%3Ayumiko%40mail.example", "yumiko%40"),
        ("電話 090-1234-5678 まで", "1234"),
        ("電話 03-1234-5678", "1234"),
        ("電話03-1234-5678を変更", "1234"),
        ("(03)1234-5678", "1234"),
        ("09012345678", "012345"),
        ("+81 90 1234 5678", "1234"),
        ("+819012345678", "90123456"),
    ],
)
def test_what_belongs_to_a_customer_is_hidden(text, hidden):
    masked = mask(text, keep=())

    assert hidden not in masked
    assert "•" in masked


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-25",
        "2026-11-25T10:00:00+09:00",
        "注文 HK-104815",
        "5,000円",
        "〒060-0001",
        "受付番号:0123",
        "10:00~17:00",
    ],
)
def test_dates_orders_and_amounts_stay(text):
    assert mask(text, keep=()) == text


def test_our_own_addresses_and_numbers_stay():
    text = "support@shop.example 03-9999-0000"

    assert mask(text, keep={"support@shop.example"}, keep_numbers=numbers_in("TEL: 03-9999-0000")) == text


def test_a_mask_tells_two_addresses_apart_and_is_the_same_in_any_case():
    first, second = masked_mail("yumiko@mail.example"), masked_mail("yukari@mail.example")

    assert first.startswith("yu•••")
    assert first.endswith("@mail.example")
    assert first != second
    assert first.casefold() == masked_mail("Yumiko@Mail.example").casefold()
    assert masked_phone("090-1234-5678") == "09•-••••-••78"


@pytest.mark.django_db
def test_what_two_customers_could_be_is_put_back_for_nobody():
    seen: dict[str, str] = {}
    address = next(
        each
        for each in (f"yu{number}@mail.example" for number in range(200_000))
        if seen.setdefault(masked_mail(each), each) != each
    )
    twin = seen[masked_mail(address)]
    make_conversation(sender=Address(address))
    assert unmasked(masked_mail(address)) == address

    make_conversation(sender=Address(twin))

    assert unmasked(masked_mail(address)) == masked_mail(address)
    assert unmasked(masked_mail(address), [twin]) == twin


@pytest.mark.django_db
def test_what_a_customer_has_is_put_back():
    conversation = make_conversation(sender=Address("yumiko@mail.example", "髙橋 由美子"))
    add_identity(conversation.customer, "phone", "090-1234-5678", by=make_user().actor)
    masked = mask("髙橋 <yumiko@mail.example> 090-1234-5678", keep=())

    assert unmasked(masked) == "髙橋 <yumiko@mail.example> 090-1234-5678"
    assert is_masked(masked)
    assert unmasked(masked_mail("other@mail.example"), ["other@mail.example"]) == "other@mail.example"


@pytest.mark.django_db
@pytest.mark.parametrize("local", ["s-murakami", "..dots..", "-dash", "a_b+c", "x", "o'brien"])
def test_any_beginning_of_an_address_is_put_back(local):
    address = f"{local}@mail.example"
    make_conversation(sender=Address(address))

    masked = mask(f"宛先 {address} へ", keep=())

    assert local not in masked.replace("mail.example", "") or len(local) == 1
    assert unmasked(masked) == f"宛先 {address} へ"


@pytest.mark.django_db
def test_what_nobody_has_stays_masked_and_is_known_as_such():
    masked = masked_mail("nobody@mail.example")

    assert unmasked(masked) == masked
    assert is_masked(masked)
    assert not is_masked("• 箇条書き\n•• 10:00")


@pytest.mark.django_db
def test_in_what_is_being_written_only_what_can_be_put_back_is_masked():
    make_conversation(sender=Address("yumiko@mail.example"))
    page = "<p>a@x.example</p><textarea name='text'>yumiko@mail.example stranger@x.example</textarea>"

    masked = mask_page(page, keep=(), keep_numbers=(), known=known_addresses)

    assert "stranger@x.example" in masked
    assert "yumiko@" not in masked
    assert "a@x.example" not in masked
