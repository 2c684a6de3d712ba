"""The words of messages on the screen."""

import pytest

from madoguchi.conversations.folding import fold
from madoguchi.conversations.models import Message
from madoguchi.desk.bodies import blocks_of, is_designed, note_blocks, shown_chars

pytestmark = pytest.mark.usefixtures("in_english")


def folded(text: str) -> Message:
    spans = [[span.kind.value, span.start, span.end, span.label, span.lines] for span in fold(text)]
    return Message(text=text, spans=spans)


def test_paragraphs_links_and_markup_of_others():
    (block,) = blocks_of(Message(text="一段 <b>\n\n二段 https://shop.example/"))

    assert block.html.startswith("<p>一段 &lt;b&gt;</p><p>二段 <a href=")
    assert block.summary == ""


def test_quotation_and_signature_have_a_summary_each():
    text = "承知しました。\n\n-- \n髙橋\n\n2026年11月20日(金) 10:23 店 <s@shop.example>:\n> 一\n> 二\n"

    summaries = [block.summary for block in blocks_of(folded(text))]

    assert summaries[0] == ""
    assert any(summary.startswith("Show the quotation (") for summary in summaries)


@pytest.mark.parametrize(
    ("text", "has_columns"),
    [
        ("商品     数\n土鍋     1", True),
        ("はい\n| 品 | 数 |", True),
        ("┌ ┐", True),
        ("商品     数\n\n土鍋     1", False),
        ("a     b", False),
        ("| a", False),
        ("x   x" * 19_000 + "\nx", False),
        ("x| " * 33_000, False),
    ],
)
def test_tables_of_spaces_keep_their_columns(text, has_columns):
    """No clock for the last two: what grows with the square of its length takes very long."""
    (block,) = blocks_of(Message(text=text))

    assert block.has_columns == has_columns


def test_endless_text_is_cut():
    (block,) = blocks_of(Message(text="あ" * 50), 10)
    (note,) = note_blocks(Message(text="あ" * 50), 10)

    assert block.html.count("あ") == note.html.count("あ") == 10


@pytest.mark.parametrize(
    ("lengths", "each"),
    [
        ([50_000], 20_000),
        ([1_000] * 60, 20_000),
        ([20_000] * 20, 20_000),
        ([500_000] * 40, 10_000),
        ([500_000] * 500, 2_000),
    ],
)
def test_all_of_a_page_together_is_bounded(lengths, each):
    assert shown_chars([Message(text="あ" * length) for length in lengths]) == each


def test_blank_parts_are_left_out():
    message = Message(text="はい\n\n", spans=[["written", 0, 3, "", 0], ["quote", 3, 4, "", 0]])

    assert len(blocks_of(message)) == 1


def test_names_in_notes_are_marked_unless_there_is_an_address():
    (named,) = note_blocks(Message(text="@佐々木 お願いします"))
    (addressed,) = note_blocks(Message(text="a@mail.example へ"))

    assert '<span class="mention">@佐々木</span>' in named.html
    assert "mention" not in addressed.html


@pytest.mark.parametrize(
    ("html", "is_so"),
    [
        ("", False),
        ("<p>x</p>", False),
        ("<img>", True),
        ("<table></table>", True),
        ("<style>.a{background-color:#eee}</style>\n<p>x</p>", True),
        ("<style>body{background-color:#eee}\np{margin:0}</style>\n<p>x</p>", False),
        ("<style>p{margin:0}\nbody{background-color:#eee}</style>\n<p>x</p>", False),
    ],
)
def test_designed_mail_is_told_from_plain(html, is_so):
    assert is_designed(Message(html=html)) is is_so
