"""What is written now and read later, by people of other languages."""

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy

from madoguchi.core.telling import kept, telling, together, told

FULL = telling("The mailbox of %(address)s is full. Contact the customer in another way.")
HIDDEN = telling("Nobody has received the mail.")


def in_language(language, text):
    with translation.override(language):
        return told(text)


def test_a_sentence_is_read_in_the_language_of_its_reader():
    with translation.override("ja"):
        stored = kept(FULL % {"address": "taro@mail.example"})

    assert in_language("en", stored) == (
        "The mailbox of taro@mail.example is full. Contact the customer in another way."
    )
    assert in_language("ja", stored) == (
        "taro@mail.exampleのメールボックスがいっぱいです。別の方法でお客様にご連絡ください。"
    )


def test_sentences_stand_in_a_row_and_within_each_other():
    within = telling("%(host)s cannot be reached (%(why)s). Check the name and port.") % {
        "host": "mail.example",
        "why": telling("nothing answers at this port"),
    }

    stored = kept(together(within, HIDDEN))

    assert in_language("en", stored) == (
        "mail.example cannot be reached (nothing answers at this port). Check the name and port. "
        "Nobody has received the mail."
    )
    assert "nothing" not in in_language("ja", stored)
    assert "Nobody" not in in_language("ja", stored)


@pytest.mark.parametrize(
    ("words", "stored"),
    [
        ("パスワードが違います。", "パスワードが違います。"),
        ("100 % とは", "100 % とは"),
        ("", ""),
        ("\x1e[]", "[]"),
        (" \x1e \x1e550 no", "550 no"),
        (gettext_lazy("Sent"), "送信済み"),
        ("あ" * 30, "あ" * 20),
    ],
)
def test_plain_text_stays_what_it_is_and_is_never_taken_for_a_sentence(words, stored):
    with translation.override("ja"):
        assert kept(words, limit=20) == stored

    assert in_language("en", stored) == stored


def test_facts_are_kept_short_and_numbers_as_numbers():
    sizes = telling("The mail has %(size)d MB; up to %(limit)d MB are read by themselves.")

    stored = kept(sizes % {"size": 30, "limit": 25})
    long = kept(FULL % {"address": "a" * 5000})

    assert in_language("en", stored) == "The mail has 30 MB; up to 25 MB are read by themselves."
    assert len(long) < 1200


def test_a_sentence_can_be_compared_and_printed():
    assert FULL % {"address": "a"} == FULL % {"address": "a"}
    assert FULL != HIDDEN
    assert len({HIDDEN, telling("Nobody has received the mail.")}) == 1
    assert repr(HIDDEN) == "Told('Nobody has received the mail.', {})"
