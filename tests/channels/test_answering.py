"""Whom a machine may answer."""

import pytest

from madoguchi.channels.answering import may_auto_answer

OURS = {"support@harukaze.example"}


@pytest.mark.parametrize(
    "sender",
    [
        "MAILER-DAEMON@kyaku.example",
        "postmaster@kyaku.example",
        "noreply@kyaku.example",
        "no-reply@kyaku.example",
        "no_reply@kyaku.example",
        "do-not-reply@kyaku.example",
        "donotreply@kyaku.example",
        "noreply+order=1@kyaku.example",
        "shop-noreply@kyaku.example",
        "bounces+1-hanako=kyaku.example@kyaku.example",
        "auto-reply@kyaku.example",
        "noreply123@kyaku.example",
        "auto-confirm@kyaku.example",
        "x@noreply.kyaku.example",
        "news-owner@kyaku.example",
        "owner-news@kyaku.example",
        "Support@harukaze.example",
        "hanako",
        "@kyaku.example",
        "",
    ],
)
def test_nobody_reads_these_so_no_machine_answers(sender):
    assert may_auto_answer([sender], own_addresses=OURS) is False


@pytest.mark.parametrize(
    "sender", ["hanako@kyaku.example", "reply@kyaku.example", "no.rena@kyaku.example", "a..b.@k.example"]
)
def test_people_may_be_answered(sender):
    assert may_auto_answer([sender], own_addresses=OURS) is True


def test_the_address_an_answer_would_go_to_counts():
    assert may_auto_answer(["hanako@kyaku.example", "noreply@kyaku.example"]) is False
    assert may_auto_answer(["hanako@kyaku.example", "taro@kyaku.example"]) is True
