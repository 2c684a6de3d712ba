"""Folding: two public suites of replies, the styles of Japanese mail programs, and properties of any text."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madoguchi.conversations.folding import Span, SpanKind, fold, written

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"
W, Q, S = SpanKind.WRITTEN, SpanKind.QUOTE, SpanKind.SIGNATURE

#: What GitHub's suite asserts of each mail: the kinds, how the visible text begins and how it ends.
GITHUB = {
    "correct_sig": ((W, S), "this is an email", "with a correct -- signature."),
    "email_1_1": ((W, S), "Hi folks", "Java HTTP API."),
    "email_1_2": ((W, Q, S), "Hi,\nOn Tue, 2011-03-01 at 18:02 +0530", 'delete them all individually."'),
    "email_1_3": ((W, S, Q, S), "Oh thanks.\n\nHaving", "would be great."),
    "email_1_4": ((W, Q), "Awesome!", "another problem with it."),
    "email_1_5": ((W,), "One: Here's what I've got.", "for a while."),
    "email_1_6": ((W, Q), "I get proper rendering", "magnificent torch of pixels"),
    "email_1_7": ((W, Q), ":+1:", ":+1:"),
    "email_1_8": ((W, Q, S), "On Tue, Apr 29, 2014", "and under this."),
    "email_2_1": ((W, Q), "Outlook with a reply", "Outlook with a reply"),
    "email_2_2": ((W, Q), "Outlook with a reply", "directly above line"),
    "email_2_3": ((W, Q), "Outlook with a reply", "directly above line"),
    "email_BlackBerry": ((W, S), "Here is another email", "Here is another email"),
    "email_bullets": ((W, Q, S), "test 2 this should list second", "   - how about bullets\n   - and another"),
    "email_iPhone": ((W, S), "Here is another email", "Here is another email"),
    "email_long_quote": ((W, Q, W, S), "Hi folks", "Java HTTP API."),
    "email_multi_word_sent_from_my_mobile_device": ((W, S), "Here is another email", "Here is another email"),
    "email_one_is_not_on": ((W, Q), "Thank, this", "when I run..."),
    "email_sent_from_my_not_signature": ((W,), "Here is another email", "then my mobile phone."),
    "email_sig_delimiter_in_middle_of_line": ((W,), "Hi there!", "kthxbai"),
    "greedy_on": ((W, Q), "On your remote host", "the tunnel is not working."),
    "pathological": ((W, Q), "I think you're onto something.", "get back to a computer."),
}  # fmt: skip


def japanese_cases():
    source = (Path(__file__).parent / "japanese_replies.txt").read_bytes().decode()
    for case in source.split("\n#### ")[1:]:
        if not case.startswith("written\n"):
            heading, _, message = case.partition("\n")
            name, kinds, label = (piece.strip() for piece in heading.split("|"))
        else:
            wanted = case.removeprefix("written\n").strip("\n")
            yield pytest.param(message + "\n", wanted, tuple(kinds.split()), label, id=name)


def kinds_of(text: str, **options: bool) -> tuple[SpanKind, ...]:
    return tuple(span.kind for span in fold(text, **options))


def visible(text: str) -> str:
    return "".join(text[span.start : span.end] for span in fold(text) if span.kind is W).strip()


def is_whole(text: str, spans: tuple[Span, ...]) -> bool:
    return "".join(text[span.start : span.end] for span in spans) == text


def corpus(folder: str) -> Path:
    if not (CORPORA / folder).is_dir():
        pytest.skip(f"the shared corpus of replies (../shared/corpora/{folder}) is not here")
    return CORPORA / folder


def test_the_github_suite_is_complete():
    names = {path.stem for path in corpus("reply_github").glob("*.txt")}

    assert names == set(GITHUB)


@pytest.mark.parametrize("name", GITHUB)
def test_the_github_suite(name):
    text = (corpus("reply_github") / f"{name}.txt").read_bytes().decode()

    spans = fold(text)

    kinds, begins, ends = GITHUB[name]
    assert tuple(span.kind for span in spans) == kinds
    assert visible(text).startswith(begins)
    assert visible(text).endswith(ends)
    assert is_whole(text, spans)


def test_the_trimmer_suite():
    folder = corpus("reply_trimmer")
    mails = sorted((folder / "emails").glob("*.txt"))

    wrong = [
        path.name
        for path in mails
        if written(path.read_text()) != (folder / "trimmed" / path.name).read_text().strip()
        or not is_whole(path.read_text(), fold(path.read_text()))
    ]

    assert len(mails) == 32
    assert wrong == []


@pytest.mark.parametrize(("message", "wanted", "kinds", "label"), list(japanese_cases()))
def test_japanese_mail_programs(message, wanted, kinds, label):
    spans = fold(message)

    assert written(message) == wanted
    assert tuple(span.kind for span in spans) == kinds
    assert any(label in span.label for span in spans)
    assert is_whole(message, spans)


def test_there_are_enough_japanese_cases():
    assert len(list(japanese_cases())) >= 60


def test_a_quotation_says_whose_it_is_and_how_long():
    text = "はい。\n\n2026年11月20日(金) 10:23 窓口 <support@harukaze.example>:\n> 一\n>\n> 二\n"

    quote = fold(text)[1]

    assert quote.label == "2026年11月20日(金) 10:23 窓口 <support@harukaze.example>"
    assert quote.lines == 4


def test_a_signature_tells_its_lines_and_has_no_label():
    signature = fold("はい。\n\n-- \n山田\n\n総務\n")[1]

    assert (signature.kind, signature.lines, signature.label) == (S, 3, "")


def test_an_empty_text_has_no_spans():
    assert fold("") == ()
    assert written("") == ""


def test_blank_text_is_one_span():
    assert kinds_of("\n \n") == (W,)
    assert written("\n \n") == ""


def test_every_line_break_is_kept():
    text = "一\r\n二\r三\n\r\n> 四\r\n> 五"

    assert is_whole(text, fold(text))
    assert kinds_of(text) == (W, Q)


def test_a_forward_known_by_its_subject_is_content():
    headers = "差出人: 鈴木花子\n送信日時: 2026年11月20日 10:23\n宛先: 窓口\n件名: 破損\n"
    text = f"対応をお願いします。\n\n{headers}\n商品が壊れていました。交換してください。\n"

    assert kinds_of(text) == (W, Q)
    assert kinds_of(text, is_forward=True) == (W,)
    assert written(text, is_forward=True) == "対応をお願いします。"


def test_a_person_quoting_by_hand_is_not_folded():
    text = "The shop answered me.\n\nOn 20 November they wrote:\n\nWe will refund you.\n\nNothing came.\n"

    assert kinds_of(text) == (W,)


def test_a_long_quotation_between_answers_is_folded_with_its_heading():
    text = "はい。\n\nOn 2026/11/20 10:23, 窓口 wrote:\n" + "> 説明\n" * 20 + "\nありがとう。\n"

    spans = fold(text)

    assert [span.kind for span in spans] == [W, Q, W]
    assert spans[1].label == "On 2026/11/20 10:23, 窓口 wrote"
    assert written(text) == "はい。\n\n\nありがとう。"


def test_one_endless_quoted_line_is_folded():
    text = "はい。\n>" + "x" * 5_000 + "\nありがとう。\n"

    assert kinds_of(text) == (W, Q, W)


def test_answers_under_marked_header_lines_stay_visible():
    text = (
        "-----Original Message-----\nFrom: 窓口\nSent: today\nTo: 山田\nSubject: 色\n\n> 色は何色ですか。\n\n青です。\n"
    )

    assert kinds_of(text) == (W,)
    assert written(text) == "> 色は何色ですか。\n\n青です。"


@pytest.mark.parametrize(
    "text",
    [
        "From: here to there\nit is far.\n",
        "From: a\nto b\nand c\nand d\n",
        "Subject: 返品\nFrom: 山田\n\n返品したいです。\n",
        "----------\nFrom: Tokyo\nまで何日ですか。\n",
        "転送メール\nの設定を教えてください。\n",
        "On 2026/11/20 10:23 I called you\n\nand nobody answered.\n",
        "On 2026/11/20 " + "I called you and waited for an answer " * 10 + "\nand " * 200 + "wrote:\n",
        "--\n" + "行です\n" * 40,
        "はい\n\n____________________\n" + "行\n" * 8,
        "はい\n\n==========\n" + "TEL 03-0000-0000\n" * 16,
        "以下へ連絡ください：\n\n株式会社はるかぜ\n営業部 山田\nTEL 03-0000-0000\nFAX 03-0000-0001\n",
        "はい\n\n株式会社はるかぜ\n山田\n東京\n",
        "株式会社はるかぜ\n営業部 山田\nTEL 03-0000-0000\nFAX 03-0000-0001\n",
        "はい\n\n株式会社はるかぜ\n営業部\nTEL 03-0000-0000\nFAX 03-0000-0001\nお待ちしています。\n",
    ],
)
def test_text_that_only_resembles_a_heading_or_a_signature_stays(text):
    assert visible(text) == text.strip()


def test_a_titled_rule_far_above_its_text_stands_alone():
    text = "はい\n\n-----Original Message-----\n\n\n\n\n差出人: 窓口\n"

    assert fold(text)[1] == Span(Q, 4, len(text), "Original Message", 2)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("はい\n\n=== 山田太郎 ===\n〒100-0001\n", "はい"),
        ("はい\n\n==== 山田太郎 ====\n〒100-0001\n", "はい"),
        ("はい\n\n----------\n株式会社はるかぜ\n----------\n\n株式会社\n----------\n", "はい"),
        ("はい\n\n==========\n", "はい"),
        ("はい\n\n____________________\n一覧\n登録解除\n", "はい"),
        ("はい\n\n━━━━━\nTEL 03-0000-0000\n━━━━━\n\nSent from my iPhone\n", "はい"),
        ("C> old\nはい\nC> old\n", "C> old\nはい"),
    ],
)
def test_the_ends_of_messages(text, wanted):
    assert written(text).startswith(wanted)


PIECES = st.sampled_from(
    [
        "はい\n", "\n", "> 引用\n", ">\n", "＞引用\r\n", "-- \n", "--\r", "━━━━━━\n", "------\n", "株式会社\n",
        "TEL 03-0000-0000\n", "On 2026/11/20 10:23, a <a@b.example> wrote:\n", "2026年11月20日(金) 10:23 窓口\n",
        "<a@b.example>:\n", "差出人: 山田\n", "送信日時: 2026\n", "宛先: 窓口\n", "件名: 色\n", "\u2028", "\x0b",
        "-----Original Message-----\n", "---------- 転送メッセージ ----------\n", "C> x\n", "x" * 600, "\ufeff",
        "> Begin forwarded message:\n", "iPhoneから送信\n",
    ]
)  # fmt: skip


@settings(max_examples=600, deadline=None)
@given(st.one_of(st.lists(PIECES, max_size=30).map("".join), st.text(max_size=300)), st.booleans())
def test_nothing_is_ever_lost(text, is_forward):
    spans = fold(text, is_forward=is_forward)

    assert is_whole(text, spans)
    assert all(span.start < span.end for span in spans)
    assert all(a.kind is not b.kind for a, b in pairwise(spans))
    assert not text.strip() or any(text[span.start : span.end].strip() for span in spans if span.kind is W)
    assert written(text, is_forward=is_forward) in ("", written(text, is_forward=is_forward).strip())


def test_long_texts_of_every_shape_are_divided():
    for piece in (
        "> a\n",
        "a\n",
        "\n",
        "-----\n",
        "On 1\n",
        "a@b.example\n",
        "2026/11/20 10:23\n",
        "From: a\n",
        "a ",
        "- ",
    ):
        text = piece * 5_000

        assert is_whole(text, fold(text))
