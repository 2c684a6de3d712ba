"""What changed, by word: nothing is lost, Japanese words stay whole, long texts end in time."""

import random
import time

import pytest

from madoguchi.search.word_diff import ADDED, REMOVED, SAME, Piece, cut, has_changes, word_diff


def _old(pieces: list[Piece]) -> str:
    return "".join(piece.text for piece in pieces if piece.kind != ADDED)


def _new(pieces: list[Piece]) -> str:
    return "".join(piece.text for piece in pieces if piece.kind != REMOVED)


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ("了解しました。", "承知しました。", [(REMOVED, "了解"), (ADDED, "承知")]),
        ("代金は5,000円です。", "代金は5,500円です。", [(REMOVED, "5,000"), (ADDED, "5,500")]),
        ("明日発送します。", "明日の午前中に発送します。", [(ADDED, "の午前中に")]),
        ("山田様\n\nお世話になります。", "山田様\n\nいつもお世話になります。", [(ADDED, "いつも")]),
        ("taro@example.jp へ", "taro@example.com へ", [(REMOVED, "taro@example.jp"), (ADDED, "taro@example.com")]),
        ("返品できます。", "返品できます。\nご安心ください。", [(ADDED, "\nご安心ください。")]),
        ("", "新しい本文", [(ADDED, "新しい本文")]),
        ("古い本文", "", [(REMOVED, "古い本文")]),
    ],
)
def test_word_diff_names_the_words(before: str, after: str, changes: list[tuple[str, str]]) -> None:
    pieces = word_diff(before, after)

    assert [piece for piece in pieces if piece.kind != SAME] == changes


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ("Please replay soon.", "Please reply soon.", ["-replay", "+reply"]),
        ("11月25日(水)までに", "11月26日(木)までに", ["-11月25日(水)", "+11月26日(木)"]),
        ("令和8年11月25日に", "令和8年11月26日に", ["-令和8年11月25日", "+令和8年11月26日"]),
        ("2026-11-25 10:00", "2026-11-26 10:30", ["-2026-11-25 10:00", "+2026-11-26 10:30"]),
        ("TEL 03-0000-1234です", "TEL 03-0000-1235です", ["-03-0000-1234", "+03-0000-1235"]),
        ("注文HK-1234の件", "注文HK-1243の件", ["-HK-1234", "+HK-1243"]),
        ("型番ＡＢＣ１２です", "型番ＡＢＤ１２です", ["-ＡＢＣ１２", "+ＡＢＤ１２"]),
        (
            "https://shop.example/a?b=1 を",
            "https://shop.example/a?b=2 を",
            ["-https://shop.example/a?b=1", "+https://shop.example/a?b=2"],
        ),
        ("ご返金いたします", "ご返品いたします", ["-ご返金", "+ご返品"]),
        ("お問い合わせの件", "お問い合わせ先の件", ["-お問い合わせ", "+お問い合わせ先"]),
        ("café へ", "cafe へ", ["-café", "+cafe"]),
        ("ｶﾅﾀﾞ産", "ｶﾅﾀ産", ["-ｶﾅﾀﾞ", "+ｶﾅﾀ"]),
        ("👨‍👩‍👧です", "👨‍👩‍👦です", ["-👨‍👩‍👧", "+👨‍👩‍👦"]),
    ],
)
def test_word_diff_never_cuts_inside_a_word(before: str, after: str, changes: list[str]) -> None:
    signs = {REMOVED: "-", ADDED: "+"}

    found = [signs[piece.kind] + piece.text for piece in word_diff(before, after) if piece.kind != SAME]

    assert found == changes


def test_cut_keeps_words_of_a_run_without_an_end() -> None:
    run = "返品方法確認" * 3000

    words = cut(run)

    assert "".join(words) == run
    assert {len(word) for word in words} <= {2, 4}


def test_word_diff_of_the_same_text_has_no_changes() -> None:
    pieces = word_diff("同じ文章です。\n二行目。", "同じ文章です。\n二行目。")

    assert pieces == [(SAME, "同じ文章です。\n二行目。")]
    assert not has_changes(pieces)
    assert word_diff("", "") == []


def test_word_diff_does_not_leave_particles_alone_between_changes() -> None:
    pieces = word_diff("返金を行います。", "交換を承ります。")

    assert pieces[:2] == [(REMOVED, "返金を行い"), (ADDED, "交換を承り")]


def test_word_diff_loses_nothing_whatever_the_texts_are() -> None:
    dice = random.Random(2026)
    parts = [
        "お客様",
        "ご返金",
        "は",
        "の",
        "、",
        "。",
        "\n",
        " ",
        "5,000円",
        "ABC-12",
        "髙﨑𠮷",
        "㍿",
        "👨‍👩‍👧",
        "ー",
        "か\u3099",
        "\r\n",
    ]

    for _round in range(400):
        before = "".join(dice.choices(parts, k=dice.randrange(40)))
        after = "".join(dice.choices(parts, k=dice.randrange(40)))
        pieces = word_diff(before, after)

        assert (_old(pieces), _new(pieces)) == (before, after)
        assert "".join(cut(before)) == before


@pytest.mark.parametrize("kind", ["other", "shuffled", "edited", "run"])
def test_word_diff_of_long_texts_ends_in_time(kind: str) -> None:
    dice = random.Random(7)
    sentences = [f"{number}番の商品は{dice.randrange(99)}日後に発送いたします。" for number in range(4_000)]
    before = "\n".join(sentences)[:100_000]
    changed = sentences[:]
    dice.shuffle(changed)
    after = {
        "other": "".join(dice.choices("東西南北春夏秋冬あいうえお、。\n", k=100_000)),
        "shuffled": "".join(changed)[:100_000],
        "edited": before.replace("7日後", "8日後"),
        "run": "返" * 100_000,
    }[kind]
    word_diff("辞書", "辞典")  # the dictionary is loaded

    began = time.monotonic()
    pieces = word_diff(before, after)

    assert time.monotonic() - began < 5
    assert (_old(pieces), _new(pieces)) == (before, after)
