"""Style attributes: what stays, and that one list decides whatever way it is written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madoguchi.core.styles import clean_style


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("FONT-SIZE: 14PX ;; COLOR :Red", "font-size:14px;color:red"),
        ("width:100%!important;color:red ! important", "width:100%;color:red"),
        ('font-family:"ＭＳ　Ｐゴシック",Arial', "font-family:'ＭＳ　Ｐゴシック',Arial"),
        ("font:bold 14px/1.5 'Hiragino Sans',sans-serif", "font:bold 14px/1.5 'Hiragino Sans',sans-serif"),
        ("text-indent:-18.0pt;margin-left:18pt", "text-indent:-18.0pt;margin-left:18pt"),
        ("background:linear-gradient(#fff,rgba(0,0,0,.5))", "background:linear-gradient(#fff,rgba(0,0,0,.5))"),
        ("width:calc((480px - 100%)*480)", "width:calc((480px - 100%)*480)"),
        ("display:table-cell;visibility:hidden", "display:table-cell;visibility:hidden"),
        ("color:#1e3a5f;border-top:1px solid #0e9", "color:#1e3a5f;border-top:1px solid #0e9"),
        ("/* a */color:red;/* b */", "color:red"),
        ("mso-line-height-rule:exactly;line-height:20px", "line-height:20px"),
        ("c\\6f lor:red", "color:red"),
    ],
)  # fmt: skip
def test_what_mails_say_stays(written, kept):
    assert clean_style(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        "position:fixed;top:0",
        "position:sticky",
        "p\\6fsition:fixed",
        "transform:scale(99)",
        "opacity:.01;filter:blur(9px);clip-path:inset(0);overflow:hidden;z-index:9",
        "animation:x 1s",
        "content:'x'",
        "behavior:url(x.htc)",
        "-moz-binding:url(https://x.example/a.xml)",
        "width:expression(alert(1))",
        "width:EXPRESSION\\28 alert(1))",
        "color:\\75rl(https://x.example)",
        "cursor:url(https://x.example/c.cur),auto",
        "list-style:url(https://x.example/b.png)",
        "list-style-image:url(https://x.example/b.png)",
        "background-image:image-set('https://x.example/a.png' 1x)",
        "background-image:-webkit-cross-fade(url(https://x.example),url(https://y.example))",
        "background:url(javascript:alert(1))",
        "background:url(/accounts/logout)",
        "background:url(//x.example/a.png)",
        "background:url('https://x.example/a\\27.png')  url(",
        "--a:url(https://x.example)",
        "--remote-image:'https://x.example'",
        "background:var(--a)",
        "width:env(a)",
        "color:attr(title)",
        "width:calc(1px + var(--a))",
        "color:calc(1)",
        "margin:-10px",
        "margin-top:calc(0px - 100px)",
        "width:1e9px",
        "width:99999px",
        "height:100vh",
        "display:contents",
        "color:rgb(1,2,3",
        "color:rgb)(1,2,3",
        "color:)(()",
        "font-family:'a",
        "font-family:'</style><script>'",
        "color:red}body{color:blue",
        "color:red\x00",
        "@import 'x'",
        "color:" + "rgb(" * 500 + ")" * 500,
        "x:" + "(}" * 1900,
        "x:\\(" + "[" * 3_900,
        "",
        ";;:;",
    ],
)
def test_what_could_load_cover_or_hide_goes(written):
    assert clean_style(written) in ("", "--remote-image:'https://x.example/a%27.png'")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("background:#eee url(https://x.example/a.png) no-repeat", "background:#eee no-repeat;--remote-image:'https://x.example/a.png'"),
        ("background-image:url( 'https://x.example/a b(1).png' )", "--remote-image:'https://x.example/a%20b%281%29.png'"),
        ("background:\\75rl(HTTPS://x.example/a.png)", "--remote-image:'HTTPS://x.example/a.png'"),
        ("background:url(https://x.example/a.png),url(https://y.example/b.png)", "--remote-image:'https://x.example/a.png'"),
        ("background:url(https://x.example/a.png) #fff !important", "background:#fff;--remote-image:'https://x.example/a.png'"),
        ("background:url(data:image/png;base64,AAAA)", ""),
        ("background:url(https://例.example/a.png)", ""),
    ],
)  # fmt: skip
def test_a_remote_ground_is_parked_and_its_colour_stays(written, kept):
    assert clean_style(written) == kept


@given(st.text(alphabet="abcdeurl:;()'\"\\/*{}[]<>@!-#%0159. \n\x00あ", max_size=200))
@settings(max_examples=500, deadline=None)
def test_nothing_gets_out_of_the_attribute(written):
    clean = clean_style(written)

    assert not set(clean) & set('<>{}\\"@!\x00\n')
    assert "url(" not in clean
    assert clean_style(clean) == clean
