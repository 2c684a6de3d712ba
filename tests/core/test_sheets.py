"""The style sheets of mails: hostile ones do nothing, real ones look as their makers meant."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madoguchi.core.html import clean_to_text, html_to_text, sanitise

LINE = '<p class="a b" id="c">本文 <a class="d" href="https://x.example/">見る</a></p>'
SHEET = re.compile(r"<style>([^<]*)</style>\n")


def sheet_of(css, html=LINE):
    """The sheet that is left of a mail with one `<style>`."""
    found = SHEET.match(sanitise(f"<style>{css}</style>{html}"))
    return found[1] if found else ""


@pytest.mark.parametrize(
    ("css", "kept"),
    [
        (".a{color:red!important}", ".a{color:red!important}"),
        ("P.a , .b{color:red}", "p.a,.b{color:red}"),
        ("p > a.d:hover, p a + a{color:red}", "p>a.d:hover,p a+a{color:red}"),
        ("#c .d:LINK{color:red}", "#c .d:link{color:red}"),
        ('*[class="a"],td[class~=b],[id=c]{color:red}', "*.a,td.b,#c{color:red}"),
        (".a{color:red} .a{color:blue;}", ".a{color:red}\n.a{color:blue}"),
        (".a{color:red;background:#eee url(https://x.example/a.png)}",
         ".a{color:red;background:#eee;--remote-image:'https://x.example/a.png'}"),
        ("@media only screen and (max-width:600px){.a{width:100%!important}.b{color:red}}",
         "@media (max-width:600px){\n.a{width:100%!important}\n.b{color:red}\n}"),
        ("@media (max-width:9em){.a{color:red}}.b{color:red}@media (min-width:9em),print{.a{color:red}}",
         "@media (max-width:9em){\n.a{color:red}\n}\n.b{color:red}\n@media (min-width:9em){\n.a{color:red}\n}"),
        ("@media screen{.a{color:red}}", ".a{color:red}"),
        ("@media (prefers-color-scheme:light){.a{color:red}}", ".a{color:red}"),
        ("@media (prefers-color-scheme: light) and (max-width:9px){.a{color:red}}",
         "@media (max-width:9px){\n.a{color:red}\n}"),
        ("<!-- .a{color:red} -->", ".a{color:red}"),
        ("@charset 'utf-7'; .a{color:red}", ".a{color:red}"),
        (".a{color:red", ".a{color:red}"),
        ("@media (max-width:9px){.a{color:red", "@media (max-width:9px){\n.a{color:red}\n}"),
        ("/* /* .b{color:red} */ .a{color:red}", ".a{color:red}"),
        (".a{color:red}.a{.b{color:blue} width:9px}", ".a{color:red}\n.a{width:9px}"),
        (".b::before,.a/**/,.b:not(.a),.b~.a{color:red}", ".a{color:red}"),
        (".\\61{c\\6flor:red}", ".a{color:red}"),
        ("\x00.a{col\x00or:red}", ".a{color:red}"),
    ],
)  # fmt: skip
def test_harmless_rules_stay(css, kept):
    assert sheet_of(css) == kept


@pytest.mark.parametrize(
    "css",
    [
        "@import url(https://x.example/a.css);",
        "@\\69mport 'https://x.example/a.css';",
        "@font-face{font-family:a;src:url(https://x.example/a.woff)}",
        "@supports (color:red){.a{color:red}}",
        "@layer a{.a{color:red}}",
        "@keyframes a{from{color:red}}",
        "@page{size:1px}",
        "@namespace url(https://x.example);",
        "@media print{.a{color:red}}",
        "@media (prefers-color-scheme:dark){.a{color:red}}",
        "@media not all{.a{color:red}}",
        "@media (min-resolution:2dppx){.a{color:red}}",
        "@media (max-width:calc(9px)){.a{color:red}}",
        "@media (max-width:-9px),(max-width:9vh),(a b c),(max-width),speech{.a{color:red}}",
        "@media " + "(max-width:9px)," * 9 + "all{.a{color:red}}",
        "@media screen;",
        "@media screen{@media screen{.a{color:red}}}",
        ".a::after{content:url(https://x.example)}",
        ".a{content:attr(title)}",
        ".a{--x:url(https://x.example);background:var(--x)}",
        ".a{background:u\\72l(/accounts/logout)}",
        ".a{position:fixed;inset:0}",
        ".a[href^=x],.a[class],.a[class*=a],[title=a],[class=a b],[class='a b']{color:red}",
        ":root,html,html .a,input,x-a{color:red}",
        ".madoguchi-host,#Madoguchi-x{color:red}",
        ".e,#f{color:red}",
        ".\\3c a{color:red}.a\\20 b{color:red}",
        "..a,.a.,.:a,>.a,.a>,.a>>.b,,a*,.a*,. a{color:red}",
        "a b c d e f g{color:red}",
        "p>a .d,.a + .b .d,.a>p>a .d>a{color:red}",
        "." + "a" * 300 + "{color:red}",
        "}.a{color:red}",
        ".a(){color:red}",
        "\ufeff\ufeff{}",
    ],
)
def test_whatever_acts_loads_or_leaves_goes(css):
    assert sheet_of(css) == ""


def test_the_end_of_a_sheet_is_the_end_whatever_stands_around_it():
    clean = sanitise(
        "<style>.a{color:red}/*</style><script>alert(1)</script>*/<style>.b{font-family:'</style>'}" + LINE
    )

    assert clean.startswith('<style>.a{color:red}</style>\n*/\'}<p class="a">本文')
    assert "script" not in clean


def test_sheets_in_comments_and_after_the_bounds_are_none():
    many = "".join(f"<style>.a{{width:{n}px}}</style>" for n in range(30))

    assert SHEET.match(sanitise(f"<!--[if mso]><style>.a{{color:red}}</style><![endif]-->{LINE}")) is None
    assert SHEET.match(sanitise(f"<style>.b{{color:red}}</style><!-- <style>.a{{color:red}}</style>{LINE}x")) is None
    assert sanitise(f"<![if !mso]><style>.a{{color:red}}</style><![endif]>{LINE}").startswith("<style>.a{color:red}")
    assert sanitise(many + LINE).count("width:") == 20


@pytest.mark.parametrize(
    ("media", "kept"),
    [
        ('media="screen and (max-width: 9px)"', "@media (max-width:9px){\n.a{color:red}\n}"),
        ("media=all", ".a{color:red}"),
        ("media='print'", ""),
        ("type=text/css", ".a{color:red}"),
    ],
)
def test_the_media_of_a_whole_sheet_counts(media, kept):
    found = SHEET.match(sanitise(f"<style {media}>.a{{color:red}}</style>{LINE}"))

    assert (found[1] if found else "") == kept


@pytest.mark.parametrize(
    "css",
    [
        ".a{color:red}" * 80_000,
        ".a{}" * 25_000,
        "".join(f".a{{width:{n}px}}" for n in range(100_000)),
        "(" * 99_000,
        "(}" * 49_000,
        "a{" * 49_000,
        "@media screen{" * 7_000,
        "/*" * 49_000,
        "\\75" * 33_000,
        "'\n" * 49_000,
        "url(" * 24_000,
        ".a{" + "color:red;" * 9_000 + "}",
        ".a{color:" + "rgb(" * 20_000 + "}",
        ".a{background:" + "url(x)," * 10_000 + "}",
        ".a," * 33_000 + "{color:red}",
        ".a " * 33_000 + "{color:red}",
        "[" * 33_000 + "]" * 33_000 + "{color:red}",
        ".a:not(" * 14_000,
        "<!--" * 24_000,
        "-->" * 33_000,
    ],
)
def test_costly_sheets_cost_little(css):
    begin = time.process_time()
    clean = sanitise(f"<style>{css}</style>{LINE}")

    assert time.process_time() - begin < 2
    assert len(clean) < 110_000
    assert "本文" in clean


def test_rules_beyond_the_bound_are_left_out():
    assert sheet_of(".a{color:red}" * 5_000) == "\n".join([".a{color:red}"] * 1_500)
    assert sheet_of("@media screen{" + ".a{color:red}" * 5_000 + "}").count("{") == 1_500


def test_the_more_elements_the_fewer_selectors_fit():
    css = "".join(f".a{{width:{n}px}}" for n in range(1_000))

    assert sheet_of(css).count(".a{") == 1_000
    assert sheet_of(css, LINE + "<br>" * 20_000).count(".a{") == 99
    assert sheet_of(css, LINE + "<i>x</i>" * 200_000).count(".a{") == 4


@pytest.mark.parametrize("begin", ["<style ", "<style>", "<!--", "<body style=", "<style></style>", "<style media='"])
def test_beginnings_without_end_cost_little(begin):
    start = time.process_time()
    clean = sanitise("本文" + begin * 100_000)

    assert time.process_time() - start < 3
    assert "本文" in clean


@given(st.text(alphabet="abc.#{}()[]<>:;,'\"\\/*@media-!% url0 \n\x00あ", max_size=300))
@settings(max_examples=500, deadline=None)
def test_nothing_gets_out_of_the_sheet(css):
    clean = sanitise(f"<style>{css}</style>{LINE}")

    sheet = (SHEET.match(clean) or [clean, ""])[1]
    assert clean.count("<style") == clean.count("</style") <= 1
    assert not set(sheet) & set("<\\\x00")
    assert "url(" not in sheet
    assert sheet.count("{") == sheet.count("}")


OUTLOOK = """<html><head><meta name=Generator content="Microsoft Word 15"><style><!--
/* Font Definitions */
@font-face {font-family:"\\@游ゴシック"; panose-1:2 11 4 0;}
/* Style Definitions */
p.MsoNormal, li.MsoNormal, div.MsoNormal
	{margin:0mm; text-align:justify; font-size:10.5pt; font-family:"游ゴシック"; mso-fareast-language:EN-US;}
a:link, span.MsoHyperlink
	{mso-style-priority:99; color:#0563C1; text-decoration:underline;}
span.EmailStyle17 {mso-style-type:personal-compose; color:windowtext;}
@page WordSection1 {size:612.0pt 792.0pt; margin:99.25pt 30.0mm 30.0mm 30.0mm;}
div.WordSection1 {page:WordSection1;}
--></style></head><body lang=JA style='word-wrap:break-word'><div class=WordSection1>
<p class=MsoNormal>お世話になっております。<o:p></o:p></p></div></body></html>"""


def test_outlook_keeps_its_paragraphs_close():
    assert sanitise(OUTLOOK) == (
        "<style>p.MsoNormal{margin:0mm;text-align:justify;font-size:10.5pt;font-family:'游ゴシック'}".replace(
            "p.MsoNormal{", "p.MsoNormal,li.MsoNormal,div.MsoNormal{"
        )
        + "\na:link{color:#0563c1;text-decoration:underline}</style>\n"
        + '<div>\n<p class="MsoNormal">お世話になっております。</p></div>'
    )


def test_a_newsletter_by_classes_keeps_its_tables_and_folds_on_a_phone():
    newsletter = """<head><style type="text/css">
    body{margin:0;background-color:#f4f1ea} .wrap{width:600px;background:#ffffff}
    .item td{padding:12px;border-bottom:1px solid #ddd;font-family:"Hiragino Kaku Gothic ProN",Meiryo,sans-serif}
    .price{color:#b3261e;font-weight:bold;text-align:right} .unused{color:red}
    @media only screen and (max-width:480px){ .wrap{width:100%!important} .item td{display:block} }
    </style></head><table class="wrap"><tr class="item"><td>土鍋</td><td class="price">9,800円</td></tr></table>"""

    clean = sanitise(newsletter)

    assert SHEET.match(clean)[1].splitlines() == [
        "body{margin:0;background-color:#f4f1ea}",
        ".wrap{width:600px;background:#ffffff}",
        ".item td{padding:12px;border-bottom:1px solid #ddd;font-family:'Hiragino Kaku Gothic ProN',Meiryo,sans-serif}",
        ".price{color:#b3261e;font-weight:bold;text-align:right}",
        "@media (max-width:480px){",
        ".wrap{width:100%!important}",
        ".item td{display:block}",
        "}",
    ]
    assert '<td class="price">' in clean


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ('bgcolor="#102030" text=white', "body{background-color:#102030;color:white}"),
        ("style='margin:0;background:#eee;color:rgb(1,2,3)'", "body{background:#eee;color:rgb(1,2,3)}"),
        ('style="background-color:&#35;eee"', "body{background-color:#eee}"),
        ('text="#000000" bgcolor="#FFFFFF" link=blue', ""),
        ('style="background:url(https://x.example/a.png)"', ""),
        ("bgcolor='red}*{color:blue'", ""),
        ("lang=ja", ""),
    ],
)
def test_the_paper_has_the_colours_of_the_body(body, rule):
    assert sanitise(f"<html><body {body}>本文</body></html>") == (f"<style>{rule}</style>\n本文" if rule else "本文")


def test_the_sheet_is_no_text_and_stays_away_from_mails_without_words():
    html = f"<style>.a{{color:red}}</style>{LINE}"

    assert html_to_text(html) == clean_to_text(sanitise(html)) == "本文 見る <https://x.example/>"
    assert sanitise("<style>*{color:red}</style>  ") == ""
    assert clean_to_text(f"あ{sanitise(html)}い") == "あ\n\n本文 見る <https://x.example/>\n\nい"


def test_only_names_that_the_sheet_uses_stay():
    clean = sanitise('<style>.a{color:red}</style><p class="a x gmail_quote" id=c>本文</p><p class="A b">本文</p>')

    assert clean == '<style>.a{color:red}</style>\n<p class="a gmail_quote">本文</p><p>本文</p>'
