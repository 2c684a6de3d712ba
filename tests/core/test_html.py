import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madoguchi.core.html import clean_to_text, html_to_text, is_too_costly, sanitise, text_to_html

LINK = 'target="_blank" rel="noopener noreferrer nofollow"'


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<style>p{color:red}</style>",
        "<title>t</title>",
        "<iframe src='https://x.example'></iframe>",
        "<object data=x></object>",
        "<svg onload=alert(1)><a xlink:href='javascript:x'></a></svg>",
        "<math><mi></mi></math>",
        "<form action=https://x.example><input name=a><button>b</button></form>",
        "<link rel=stylesheet href=https://x.example><meta http-equiv=refresh content=0><base href=https://x.example>",
        "<video src=https://x.example></video><audio src=https://x.example></audio>",
        "<!-- comment --><![CDATA[x]]>",
        "   ",
        "",
    ],
)
def test_sanitise_removes_what_acts(attack):
    assert sanitise(attack) == ""


@pytest.mark.parametrize(
    ("given_html", "kept"),
    [
        ("<p onclick=x id=a class='evil gmail_quote'>a</p>", '<p class="gmail_quote">a</p>'),
        ("<p class=evil>a</p>", "<p>a</p>"),
        ('<a href="javascript:alert(1)">a</a>', f"<a {LINK}>a</a>"),
        ('<a href="data:text/html,x">a</a>', '<a rel="noopener noreferrer nofollow" target="_blank">a</a>'),
        ('<a href="/relative">a</a>', f"<a {LINK}>a</a>"),
        ('<a href="https://x.example/?a=1&amp;b">a</a>', f'<a href="https://x.example/?a=1&amp;b" {LINK}>a</a>'),
        ('<a href="mailto:a@x.example">a</a>', f'<a href="mailto:a@x.example" {LINK}>a</a>'),
        ('<td style="background-image:url(https://x.example)">a</td>', "a"),
        ('<table><tr><td width=5 bgcolor="#fff">a</td></tr></table>',
         '<table><tbody><tr><td width="5" bgcolor="#fff">a</td></tr></tbody></table>'),
        ("a\x00b", "ab"),
    ],
)  # fmt: skip
def test_sanitise_keeps_structure_and_safe_links(given_html, kept):
    assert sanitise(given_html) == kept


@pytest.mark.parametrize(
    ("style", "kept"),
    [
        ("color:red;background-color:#fff", "color:red;background-color:#fff"),
        ("color: rgb(1, 2, 3)", "color:rgb(1, 2, 3)"),
        ("font-weight:bold;text-align:center;width:50%", "font-weight:bold;text-align:center;width:50%"),
        ("position:fixed;top:0;color:red", "color:red"),
        ("background:url(https://x.example/a.png)", "--remote-image:'https://x.example/a.png'"),
        ("width:expression(alert(1))", ""),
        ("color:url(https://x.example)", ""),
        ("font-family:\\75rl(x)", ""),
        ("display:none", "display:none"),
        ("display:block", "display:block"),
        ("color", ""),
        ("color:" + "a" * 301, ""),
    ],
)
def test_sanitise_keeps_harmless_styles_only(style, kept):
    expected = f'<p style="{kept}">a</p>' if kept else "<p>a</p>"

    assert sanitise(f'<p style="{style}">a</p>') == expected


def test_sanitise_parks_remote_images_and_those_of_the_message():
    clean = sanitise(
        '<p title="<img src=&quot;https://a.example&quot;>">x</p><img src="https://t.example/a.png?x=1&y" alt="a>b">'
        '<img src="cid:logo@x"><img src="data:image/png;base64,AAAA"><img src="data:image/svg+xml;base64,AAAA">'
        '<img srcset="https://t.example/b.png 2x"><img src="/rel.png"><a href="https://x.example">y</a>'
    )

    assert re.findall(r"<img[^<]*>", clean) == [
        '<img data-remote-src="https://t.example/a.png?x=1&amp;y" alt="a&gt;b">',
        '<img data-cid="logo@x">',
        '<img src="data:image/png;base64,AAAA">',
        "<img>",
        "<img>",
        "<img>",
    ]
    assert 'title="&lt;img src=&quot;https://a.example&quot;&gt;"' in clean


@pytest.mark.parametrize(
    "hostile",
    [
        "<div>" * 20_000 + "見える",
        "<b><p>" * 5_000 + "見える",
        '<font color="1">' * 200 + "<p>見える" * 2_000,
        "&" * 150_000 + "見える",
        "<p " + " ".join(f"a{n}=1" for n in range(20_000)) + ">見える",
        "<p " + "".join(f'a{n}="1"/' for n in range(20_000)) + ">見える",
        "<\x00p " + " ".join(f"a{n}" for n in range(20_000)) + ">見える",
        "<!-- <p a=' --></p " + " ".join(f"a{n}" for n in range(20_000)) + ">見える",
        "".join(f"<html a{n}>" for n in range(20_000)) + "見える",
        "<p<" * 50_000 + "見える",
        "<table>見える" + "<br>" * 70_000,
        "<script>" + "x" * 100 + "</script>" + "<p>見える</p>" * 200_000,
        "&nbsp;" * 100_020 + "見える",
        "&" * 100_020 + "&#" + "9" * 5_000 + ";見える",
        "見える" + "<a href=http://a>" * 80_000,
        "見える" + " " * 2_000_001 + "見えない",
    ],
)
def test_sanitise_shows_costly_html_as_text(hostile):
    shown = sanitise(hostile)

    assert "見える" in shown
    assert "<div" not in shown
    assert "<p>" not in shown


def test_costly_html_loses_its_blank_lines_and_keeps_the_others():
    lines = text_to_html("一 行\n二\xa0行")

    assert sanitise("<p> \n" * 60_000 + "一 行 <br>\u3000\n\t二&nbsp;行" + "&" * 100_020).startswith(lines)


def test_costly_html_keeps_a_bounded_text():
    assert len(sanitise("あ" * 2_000_001)) == 500_000


def test_costly_html_is_told_apart_from_a_deep_newsletter():
    cell = f'<td width="600" style="{"color: red; " * 300}" title="a > b">'
    newsletter = f"<table><tr>{cell}" * 40 + "<br>本文" * 10_000 + "</td></tr></table>" * 40

    assert not is_too_costly(newsletter)
    assert not is_too_costly("<table>" + "<tr><td>x</td></tr>" * 100_000)
    assert not is_too_costly("<p>x" * 50_000 + "<b>x</b>" * 50_000)
    assert is_too_costly("<table><tr><td>" * 300)


@given(st.text(alphabet="<>/\"'=&;: abcdefimgsrcscriptdivstyle\x00　あ", max_size=300))
@settings(max_examples=300, deadline=None)
def test_sanitise_is_stable_and_lets_no_script_or_remote_source_through(source):
    clean = sanitise(source)

    assert "<script" not in clean.lower()
    assert not re.search(r'<[a-z]+[^<>]* src="(?!data:)', clean)
    assert sanitise(clean_to_text(clean)).find("<script") == -1


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>一</p><p>二<br>三</p>", "一\n\n二\n三"),
        ("<div>一</div><div>二</div>", "一\n二"),
        ("a  \n b&nbsp;&nbsp;c&lt;", "a b  c<"),
        ("<ul><li>一</li><li>二<ul><li>三</li></ul></li></ul>終", "・一\n・二\n\u3000・三\n\n終"),
        ('<ol start="3"><li>a</li><li>b</li></ol>', "3. a\n4. b"),
        ('<ol start="x"><li>a</li></ol>', "1. a"),
        ("<li>a</li>", "・a"),
        ("<table><tr><th>商品</th><th>数量</th></tr><tr><td>ミル</td><td>1</td></tr></table>", "商品 | 数量\nミル | 1"),
        ("<p>a</p><blockquote>b<br>c<blockquote>d</blockquote></blockquote><p>e</p>", "a\n\n> b\n> c\n>\n> > d\n\ne"),
        ("<pre>  a\n    b</pre>", "  a\n    b"),
        ("a<hr>b", "a\n────────────────────\nb"),
        ('<img src="https://x.example/a.png" alt="地図">', "[地図]"),
        ('<a href="https://x.example/a">こちら</a>', "こちら <https://x.example/a>"),
        ('<a href="https://x.example/">x.example</a>', "x.example"),
        ('<a href="mailto:a@x.example">a@x.example</a>', "a@x.example"),
        ('<a href="https://x.example"><img></a>', ""),
        ('<div style="display:none">隠<div>し</div></div>本文', "本文"),
        ('<div style="display:block;display:none">隠し</div>本文', "本文"),
        ('<div style="display:none;display:block">見える</div>本文', "見える\n本文"),
        ('<p>本文<wbr style="display:none">見える</p>', "本文見える"),
        ('<table><colgroup><col style="display:none"></colgroup><tr><td>見える</td></tr></table>', "見える"),
        ('<style>.a{display:block!important}</style><p class="a" style="display:none">見える</p>', "見える"),
        ('<style>.b{display:none!important}</style><p class="b" style="display:none">隠し</p>本文', "本文"),
        ("<p>a</p>\n<p></p>\n<p></p><p>b</p>", "a\n\nb"),
        ("<h1>見出し</h1>本文", "見出し\n\n本文"),
        ("</ul></blockquote></pre>a", "a"),
    ],
)
def test_html_to_text_reads_well(html, text):
    assert html_to_text(html) == text


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<b>&\"'", "&lt;b&gt;&amp;&quot;&#x27;"),
        ("a\r\nb\rc\n", "a<br>b<br>c<br>"),
        ("  字下げ   三つ", "&nbsp; 字下げ&nbsp;&nbsp; 三つ"),
        ("\n 一つ", "<br>&nbsp;一つ"),
        ("https://x.example/a?b=1&c=2。次", f'<a href="https://x.example/a?b=1&amp;c=2" {LINK}>https://x.example/a?b=1&amp;c=2</a>。次'),
        ("「https://x.example/」", f'「<a href="https://x.example/" {LINK}>https://x.example/</a>」'),
        ("(https://x.example/a_(b)).", f'(<a href="https://x.example/a_(b)" {LINK}>https://x.example/a_(b)</a>).'),
        ("[https://x.example/a[1]]!", f'[<a href="https://x.example/a[1]" {LINK}>https://x.example/a[1]</a>]!'),
        ("https://x.example/をご覧", f'<a href="https://x.example/" {LINK}>https://x.example/</a>をご覧'),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("宛先 a.b+c@x.example まで", '宛先 <a href="mailto:a.b+c@x.example">a.b+c@x.example</a> まで'),
        ("TEL03-1234-5678", "TEL03-1234-5678"),
        ("TEL: 03-1234-5678まで", 'TEL: <a href="tel:0312345678">03-1234-5678</a>まで'),
        ("0120-123-456", '<a href="tel:0120123456">0120-123-456</a>'),
        ("+81 3-1234-5678", '<a href="tel:+81312345678">+81 3-1234-5678</a>'),
        ("注文 1234-5678-9012", "注文 1234-5678-9012"),
    ],
)  # fmt: skip
def test_text_to_html_escapes_links_and_keeps_blanks(text, html):
    assert text_to_html(text) == html


@given(st.text(max_size=200))
@settings(deadline=None)
def test_text_to_html_only_ever_makes_links_and_breaks(text):
    tags = set(re.findall(r"</?([a-z0-9]+)", text_to_html(text)))

    assert tags <= {"a", "br"}


def test_sanitised_html_of_text_gives_the_text_back():
    text = "お世話になっております。\n  2行目 <タグ> & 記号\n\nhttps://x.example/a"

    assert html_to_text(text_to_html(text)) == text
