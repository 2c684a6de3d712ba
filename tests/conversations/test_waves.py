"""Which mails of a batch go side by side."""

from tests.factories.conversations import make_inbound

from madoguchi.channels.contract import Address, AutoKind
from madoguchi.conversations.waves import divide
from madoguchi.customers.models import Identity


def mail(number: int, **values):
    inbound = make_inbound(external_id=f"mail-{number}", **values)
    address = inbound.sender.email
    return inbound, Identity(customer_id=sum(map(ord, address)), key=address)


def test_mails_that_say_nothing_of_each_other_are_one_wave():
    assert divide([mail(number) for number in range(5)]) == [[0, 1, 2, 3, 4]]
    assert divide([]) == []


def test_a_chain_of_answers_has_a_wave_a_link():
    mails = [mail(0), mail(1, in_reply_to="mail-0"), mail(7), mail(2, references=("mail-0", "mail-1"))]

    assert divide(mails) == [[0, 2], [1], [3]]


def test_an_answer_before_its_question_comes_first():
    assert divide([mail(1, in_reply_to="mail-0"), mail(0)]) == [[0], [1]]


def test_the_same_mail_again_waits():
    assert divide([mail(0), mail(0), mail(0), mail(1)]) == [[0, 3], [1], [2]]


def test_two_answers_to_one_mail_keep_their_order():
    assert divide([mail(1, in_reply_to="old"), mail(2, in_reply_to="old")]) == [[0], [1]]


def test_a_report_waits_for_the_mail_it_is_about():
    report = mail(1, auto_kind=AutoKind.BOUNCE, reported_id="mail-0", in_reply_to="other")

    assert divide([mail(0), report]) == [[0], [1]]


def test_an_answer_without_headers_waits_for_what_its_customer_wrote():
    other = {"sender": Address("taro@mail.example"), "subject": "Re: 別の件"}

    assert divide([mail(0), mail(1, subject="Re: 商品がまだ届きません"), mail(2, **other)]) == [[0, 2], [1]]


def test_a_number_waits_for_mails_that_name_its_sender():
    copied = mail(0, cc=(Address("Taro@mail.example"),))

    numbered = mail(1, sender=Address("taro@mail.example"), subject="Re: 件(受付番号:7)", in_reply_to="x")

    assert divide([copied, numbered]) == [[0], [1]]
