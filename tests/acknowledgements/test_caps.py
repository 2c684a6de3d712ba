"""自動受付メール: once to one address, so often to one domain and by one desk, however many come at once."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone
from tests.factories.acknowledgements import acknowledgements, make_answering_inbox, run_acknowledgements
from tests.factories.conversations import receive_mail
from tests.factories.together import together

from madoguchi.acknowledgements.actions import acknowledge, forget_told
from madoguchi.acknowledgements.choices import MOST_PER_DOMAIN
from madoguchi.acknowledgements.models import ToldAddress
from madoguchi.channels.contract import Address
from madoguchi.conversations.choices import MessageKind

pytestmark = pytest.mark.django_db
TOKYO = ZoneInfo("Asia/Tokyo")
OPEN = datetime(2026, 4, 28, 11, 0, tzinfo=TOKYO)  # a Tuesday; the day after is 昭和の日
CLOSED = datetime(2026, 4, 28, 20, 0, tzinfo=TOKYO)


def test_an_address_is_told_once_a_day_by_whichever_desk():
    first, second = make_answering_inbox(), make_answering_inbox()
    with time_machine.travel(OPEN, tick=False) as clock:
        receive_mail(first)
        receive_mail(second, sender=Address("Yumiko@MAIL.example"), subject="別の件")
        told = run_acknowledgements()
        clock.shift(timedelta(hours=23, minutes=59))
        receive_mail(first, subject="三つ目の件")
        told_again = run_acknowledgements()
        clock.shift(timedelta(minutes=2))
        receive_mail(first, subject="四つ目の件")
        told_next_day = run_acknowledgements()

    assert (len(told), told_again, len(told_next_day)) == (1, [], 1)


def test_one_mailbox_is_told_once_under_whichever_of_its_names():
    inbox = make_answering_inbox()
    for local in ("v.ictim+1", "victim+2", "vic.tim"):
        receive_mail(inbox, sender=Address(f"{local}@gmail.com"), subject=f"件 {local}")
    receive_mail(inbox, sender=Address("victim@googlemail.com"))

    assert len(run_acknowledgements()) == 1


def test_one_domain_is_told_so_often_in_an_hour_by_all_desks_together():
    desks = [make_answering_inbox(), make_answering_inbox()]
    for number in range(MOST_PER_DOMAIN + 4):
        receive_mail(desks[number % 2], sender=Address(f"somebody{number}@victim.example"))
    receive_mail(desks[0], sender=Address("hanako@other.example"))

    told = run_acknowledgements()

    assert len(told) == MOST_PER_DOMAIN + 1


def test_addresses_are_kept_as_hashes_and_forgotten_after_a_day():
    receive_mail(make_answering_inbox())
    run_acknowledgements()
    kept = ToldAddress.objects.get()

    forget_told(kept.at + timedelta(hours=23))
    still = ToldAddress.objects.count()
    forget_told(kept.at + timedelta(hours=24))

    assert "yumiko" not in kept.address_hash
    assert (still, ToldAddress.objects.count()) == (1, 0)


def test_a_desk_tells_so_many_in_an_hour_and_no_more():
    inbox = make_answering_inbox(most_per_hour=2)
    for number in range(4):
        receive_mail(inbox, sender=Address(f"customer{number}@mail.example"))
    first = run_acknowledgements()
    ToldAddress.objects.update(at=timezone.now() - timedelta(hours=2))

    receive_mail(inbox, sender=Address("later@mail.example"))

    assert (len(first), len(run_acknowledgements())) == (2, 1)


def test_two_desks_do_not_tell_each_other_for_ever():
    """One writes to the other, both acknowledge: the letter that comes back is a machine's, and one of ours."""
    first, second = make_answering_inbox(address="a@one.example"), make_answering_inbox(address="b@two.example")
    receive_mail(second, sender=Address(first.address), subject="部品の件")
    ours = run_acknowledgements()
    theirs = receive_mail(first, sender=Address(second.address), subject="Re: 部品の件")

    assert (ours, run_acknowledgements()) == ([], [])
    assert theirs.kind == MessageKind.INBOUND


def test_two_installations_that_lose_each_others_marks_stop_after_one_letter():
    """The worst case: another desk acknowledges our acknowledgement, under a new subject, and its marks got lost."""
    inbox = make_answering_inbox()
    for number in range(5):
        receive_mail(inbox, sender=Address("desk@other.example"), subject=f"受付番号 {number}")
        run_acknowledgements()

    assert len(acknowledgements()) == 1


@pytest.mark.django_db(transaction=True)
def test_two_mails_of_one_customer_at_once_are_told_once():
    inbox, other = make_answering_inbox(), make_answering_inbox()
    first, second = receive_mail(inbox), receive_mail(other, subject="別の件")

    together(lambda: acknowledge(first.pk), lambda: acknowledge(second.pk), lambda: acknowledge(first.pk))

    assert len(acknowledgements()) == 1


@pytest.mark.django_db(transaction=True)
def test_many_at_once_keep_the_cap():
    inbox = make_answering_inbox(most_per_hour=2)
    received = [receive_mail(inbox, sender=Address(f"customer{number}@mail.example")) for number in range(5)]

    together(*[lambda pk=each.pk: acknowledge(pk) for each in received])

    assert len(acknowledgements()) == 2
