"""HTML of our own letters: whatever is in it, the customer reads, and nothing is said where nobody looks."""

import re

import pytest

from madoguchi.core.errors import Invalid
from madoguchi.core.html import html_run_together, html_to_text
from madoguchi.core.letter_html import sanitise_letter

SECRET = "80,000円を返金します。"


@pytest.mark.parametrize(
    "html",
    [
        f"<p>承知しました。</p><div style='display:none'>{SECRET}</div>",
        f"<p>承知しました。</p><div style='display:none;display:block'>{SECRET}</div>",
        f"<style>.a{{display:block!important}}</style>承知しました。<p class='a' style='display:none'>{SECRET}</p>",
        f"<p>承知しました。<wbr style='display:none'>{SECRET}</p>",
        f"<table><colgroup><col style='display:none'></colgroup><tr><td>{SECRET}</td></tr></table>",
        f"<p>承知しました。</p><p style='visibility:hidden'>{SECRET}</p>",
        f"<p>承知しました。</p><p style='font-size:0;line-height:0'>{SECRET}</p>",
        f"<p>承知しました。</p><p style='color:#fff'>{SECRET}</p>",
        f"<p>承知しました。</p><details><summary>詳細</summary>{SECRET}</details>",
        f"<p>承知しました。</p><p hidden style='text-indent:-4000px'>{SECRET}</p>",
        f"<p>承知しました。</p><table><tr height=0><td style='width:0;letter-spacing:-1em'>{SECRET}</td></tr></table>",
    ],
)
def test_nothing_is_hidden(html):
    clean = sanitise_letter(html)

    assert SECRET in html_to_text(clean)
    assert not any(
        word in clean for word in ("display", "hidden", "none", "font-size", "indent", "color", "class", ":0")
    )


@pytest.mark.parametrize(
    ("html", "read"),
    [
        ("<p>返<span style='font-size:0'>x</span>金</p>", "返x金"),
        ("<p>返<ruby>x<rt>金</rt></ruby></p>", "返x金"),
        ("<p><bdo dir='rtl'>円000,08</bdo></p>", "円000,08"),
        ("<p><span style='unicode-bidi:bidi-override;direction:rtl'>円000,08</span></p>", "円000,08"),
        ("<p dir='rtl' title='80,000円'>返金</p>", "返金"),
        ("<ol start='80000'><li>円を返金します</li></ol>", "1. 円を返金します"),
        ("<ol><li value='80000'>円を返金します</li></ol>", "1. 円を返金します"),
        ("<abbr title='80,000円'>返金</abbr>", "返金"),
        ("<h6>見出し</h6><p>本文</p>", "見出し\n\n本文"),
    ],
)
def test_what_is_read_is_what_is_seen(html, read):
    clean = sanitise_letter(html)

    assert html_to_text(clean) == read
    assert not any(word in clean for word in ("rtl", "title", "start", "value", "ruby", "font-size"))


@pytest.mark.parametrize(
    "style",
    [
        "color:#1e3a5f",
        "color:red",
        "background-color:#f5f5f5;padding:8px 16px",
        "font-size:14px;line-height:1.8",
        "border-left:3px solid #ccc;padding-left:1em",
        "text-align:center;font-weight:bold",
        "width:100%;border-collapse:collapse",
    ],
)
def test_usual_setting_stays(style):
    html = f'<p style="{style}">本文</p>'

    assert sanitise_letter(html) == html


@pytest.mark.parametrize(
    "style",
    [
        "color:white", "color:#fefefe", "color:#99999900", "color:rgba(0,0,0,0)", "color:transparent", "color:inherit",
        "background:#000", "background-color:black", "font-size:1px", "font-size:0.01em", "line-height:0",
        "margin-left:-900px", "margin-left:4000px", "width:0", "height:0;overflow:hidden", "position:absolute",
        "opacity:0", "float:left", "text-indent:9999px", "letter-spacing:-1em", "text-transform:uppercase",
        "font-family:Wingdings", "direction:rtl", "display:block", "writing-mode:vertical-rl", "white-space:nowrap",
        "--remote-image:'https://x.example/a.png'", "c\\6flor:white",
    ],
)  # fmt: skip
def test_what_may_hide_goes(style):
    assert sanitise_letter(f'<p style="{style}">本文</p>') == "<p>本文</p>"


def test_picture_in_the_html_is_refused():
    with pytest.raises(Invalid) as refused:
        sanitise_letter('<p>図</p><img src="data:image/png;base64,iVBORw0KGgo=">')

    assert refused.value.field == "html"


def test_cleaning_again_changes_nothing():
    html = (
        '<h2>ご案内</h2><p>詳しくは<a href="https://shop.example/a">こちら</a><br>'
        "図</p><blockquote><ul><li><b>一</b></li></ul></blockquote>"
        '<table border="1"><caption>題</caption><tr><td width="50%">表</td></tr></table>'
    )

    clean = sanitise_letter(html)

    assert sanitise_letter(clean) == clean


def test_picture_of_another_server_says_its_words():
    clean = sanitise_letter('<p><img src="https://shop.example/a.png" alt="地図"></p>')

    assert html_to_text(clean) == "[地図]"


def test_deep_nesting_is_set_as_text():
    clean = sanitise_letter("<blockquote>" * 100 + "80,000円" + "</blockquote>" * 100)

    assert "<blockquote" not in clean
    assert "80,000円" in clean


@pytest.mark.parametrize(
    "html",
    [
        "<table><tfoot><tr><td>一</td></tr></tfoot><tbody><tr><td>二</td></tr></tbody></table>三",
        "<table><tr><td>一</td></tr><thead><tr><td>二</td></tr></thead></table>三",
        "<table><tr><td>一</td></tr><caption align='top'>二</caption></table>三",
        "<table><caption align='bottom'>一</caption><tr><td>二</td></tr></table>三",
        "<table align='right'><tr><td>一</td></tr><tr><td>二</td></tr></table>三",
        "<table><tr><td rowspan=2>一<tr><td style='vertical-align:bottom' valign=bottom>二</table>三",
        "<p>一</p><img align='right' src='https://shop.example/a.png' alt='二'><p align='start'>三</p>",
    ],
)
def test_a_table_is_shown_in_the_order_in_which_it_is_written(html):
    clean = sanitise_letter(html)

    assert [char for char in html_to_text(clean) if char in "一二三"] == ["一", "二", "三"]
    assert not any(word in clean for word in ("tfoot", "thead", "caption", " align=", "rowspan", "vertical", "bottom"))


def test_cells_are_shown_apart_and_at_one_height():
    clean = sanitise_letter(
        "<table cellspacing=0 cellpadding=0 style='border-collapse:collapse;margin:0'>"
        "<tr><td style='padding:0;border:1px solid #ccc' align=right>80,</td><th valign=bottom>000円</th></tr></table>"
    )

    assert clean == (
        '<table style="border-collapse:collapse" cellpadding="8"><tbody><tr>'
        '<td style="border:1px solid #ccc" align="right" valign="top">80,</td><th valign="top">000円</th>'
        "</tr></tbody></table>"
    )


@pytest.mark.parametrize(
    ("html", "read"),
    [
        ("<p>80,000円<br>です。<b>8</b>日</p>", ""),
        ("<table><tr><td>80,</td><td>000円</td></tr></table>", "80,000円"),
        ("<table><tr><td><p>80,</p></td><td><p>000円</p></td></tr></table>", "80,000円"),
        ("<table><tr><td>一<br>80,</td><td>二<br>000円</td></tr></table>", "一二\n80,000円\n一80,二000円"),
        (
            "<table><tr><td>80,</td><td><table><tr><td>00</td><td>0円</td></tr></table></td></tr></table>",
            "80,000円",
        ),
        ("<blockquote><table><tr><td>80,</td><td>000円</td></tr></table></blockquote>", "> 80,000円"),
        ("<p>80,<a href='https://shop.example/'>00</a>0円</p>", "80,000円"),
        ("<p>80,<img src='https://shop.example/a' alt='0'>00円</p>", "80,00円\n80,000円"),
    ],
)
def test_what_stands_side_by_side_is_also_read_as_one(html, read):
    assert html_run_together(sanitise_letter(html)) == read


@pytest.mark.parametrize("mark", ["\u2067", "&#x2067;", "&rlm;", "\u202e", "&#8235;"])
def test_marks_that_turn_the_direction_go(mark):
    clean = sanitise_letter(f"<p>{mark}リスト{mark}<a href='https://shop.example/{mark}'>ブラック</a></p>")

    assert html_to_text(clean) == "リストブラック <https://shop.example/>"


@pytest.mark.parametrize(
    "html",
    [
        "<blockquote>" * 40 + "但し書き" + "</blockquote>" * 40,
        '<div style="margin:0 0 0 199px;padding-left:199px">' * 3 + "但し書き" + "</div>" * 3,
        '<p style="font-size:49px;padding-left:3em">' + '<span style="margin:0 3em">' * 5 + "但し書き" + "</span>" * 5,
        "<ul><li>" * 20 + "但し書き" + "</li></ul>" * 20,
        "<table><tr><td width='1200'>左</td><td>但し書き</td></tr></table>",
        "<table><tr>" + "<td>&nbsp;</td>" * 60 + "<td>但し書き</td></tr></table>",
        "<table><tr>"
        + "<td><img src='https://shop.example/a' width='700'></td>" * 2
        + "<td>但し書き</td></tr></table>",
    ],
)
def test_words_that_would_stand_far_to_the_right_are_set_plain(html):
    clean = sanitise_letter(html)

    assert "但し書き" in clean
    assert "style" not in clean
    assert not re.search("<(?:blockquote|ul|td)", clean)


@pytest.mark.parametrize(
    "html",
    [
        "<blockquote>" * 12 + "引用" + "</blockquote>" * 12,
        '<table width="600"><tr><td width="20">&nbsp;</td><td width="560">本文</td><td width="20"></td></tr></table>',
        "<p>&nbsp;</p>" * 200,
    ],
)
def test_what_letters_usually_have_stays(html):
    assert sanitise_letter(html).count("<") >= html.count("<")


@pytest.mark.parametrize("blank", ["\u00a0", "&nbsp;", "\u2007", "<b>&nbsp;</b>", "&nbsp;\u3164"])
def test_blanks_push_no_words_out_of_sight(blank):
    clean = sanitise_letter(f"<p>返金します。{blank * 3000}ただし</p>")

    assert len(re.findall("&nbsp;|[\u00a0\u2007\u3164]", clean)) == 40
    assert html_to_text(clean).endswith("ただし")


@pytest.mark.parametrize("html", ["<pre>{}</pre>", "<p style='white-space:pre'>{}</p>", "<pre lang='ja'>{}</pre>"])
def test_lines_that_are_set_as_written_are_wrapped(html):
    assert 'style="white-space:pre-wrap"' in sanitise_letter(html.format("返金します。" + " " * 300 + "ただし"))


def test_words_that_look_like_a_picture_are_words():
    letter = sanitise_letter('<p>&lt;img src="data:image/png;base64,AAAA"&gt; と src="data: の説明</p>')

    assert html_to_text(letter).strip() == '<img src="data:image/png;base64,AAAA"> と src="data: の説明'
