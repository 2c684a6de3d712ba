"""A text as it is read, and the way back to where each character stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.core.seen_text import seen, seen_with_origins, straight

LETTERS = st.text(st.sampled_from("aｱﾞが\u3099\u200b\u00ad\U000e0100{｛㈱é\u0301\n 円８"), max_size=30)


@pytest.mark.parametrize(
    ("text", "read", "word", "stands"),
    [
        ("返\u200b金", "返金", "返金", "返\u200b金"),
        ("\u00adご返\U000e0100金。", "ご返金。", "返金", "返\U000e0100金"),
        ("｛｛名前｝｝様", "{{名前}}様", "{{名前}}", "｛｛名前｝｝"),
        ("㈱ｶﾞﾗｽ", "(株)ガラス", "ガラス", "ｶﾞﾗｽ"),
        ("plain 円", "plain 円", "円", "円"),
    ],
)
def test_words_lead_back_to_where_they_stand(text, read, word, stands):
    found = seen_with_origins(text)
    at = found.text.index(word)

    start, end = found.span(at, at + len(word))

    assert (found.text, text[start:end]) == (read, stands)


@given(LETTERS)
def test_both_ways_of_reading_agree(text):
    found = seen_with_origins(text)

    assert found.text == seen(text)
    assert all(
        0 <= start <= end <= len(text) for at in range(len(found.text)) for start, end in [found.span(at, at + 1)]
    )


@pytest.mark.parametrize("mark", "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_marks_that_turn_the_direction_are_taken_out(mark):
    assert straight(f"שלום{mark}リスト\u200dブラック{mark}مرحبا") == "שלוםリスト\u200dブラックمرحبا"


def test_a_digit_in_a_frame_is_a_digit():
    assert seen("8\ufe0f\u20e30\u20e3円") == "80円"
