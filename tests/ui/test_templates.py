"""Components and tags, rendered with the engine of the gallery (the product's templates, no database)."""

from html.parser import HTMLParser

import pytest
from django.test import RequestFactory
from django.utils.translation import override
from tests.ui.gallery import ENGINE, MailboxForm, Person

from madoguchi.ui.rows import Row, Sign, Tag


def render(source, request=None, **context):
    with override("en"):
        return ENGINE.from_string("{% load ui %}" + source).render(context, request).strip()


def include(component, **context):
    return render(f'{{% include "ui/{component}.html" %}}', **context)


class Elements(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def attributes(html, tag):
    return next(attrs for name, attrs in Elements(html).found if name == tag)


ROW = Row(
    id="12",
    href="/c/12",
    status="open",
    status_word="対応中",
    name="髙﨑 <邉𠮷>",
    subject="件名",
    excerpt="本文",
    when="16:22",
    when_at="2026-11-22T07:22:00Z",
    channel=Sign("mail", "メール"),
    assignee="渡辺",
    due="14:00",
    tags=(Tag("苦情", "beni"), Tag("配送")),
    signs=(Sign("draft", "下書きあり"),),
)


def test_row_leads_to_its_conversation_and_says_its_status_in_words():
    html = render("{% row row %}", row=ROW)
    link = attributes(html, "a")

    assert (link["href"], link["hx-get"], link["hx-target"], link["data-status"]) == ("/c/12", "/c/12", "#work", "open")
    assert "髙﨑 &lt;邉𠮷&gt;" in html
    assert '<span class="status">対応中</span><span>渡辺</span>' in html
    assert '<span class="tag" data-tone="beni">苦情</span><span class="tag">配送</span>' in html
    assert 'class="icon icon-draft" role="img" aria-label="下書きあり"' in html
    assert not {"data-late", "data-unread", "aria-current"} & set(link)


def test_row_shows_who_is_replying_in_place_of_the_status():
    html = render("{% row row %}", row=Row(**{**fields(ROW), "lock": "中村さんが返信処理中です"}))

    assert "中村さんが返信処理中です" in html
    assert 'class="status"' not in html


def fields(row):
    return {name: getattr(row, name) for name in row.__slots__}


def test_row_lets_no_markup_through_from_any_field():
    texts = {name: f"<i>'{name}\"" for name, value in fields(ROW).items() if isinstance(value, str)}
    hostile = {"flag": Tag("<i>", "<i>"), "tags": (Tag("<i>", "<i>"),), "signs": (Sign("<i>", "<i>"),)}
    rows = [
        Row(**{**fields(ROW), **texts, **hostile, "channel": Sign("<i>", "<i>"), "lock": lock, "is_vip": True})
        for lock in ("", "<i>")
    ]

    html = "".join(render("{% row row %}", row=row) for row in rows)

    assert {tag for tag, _attributes in Elements(html).found} <= {
        "li", "label", "input", "a", "svg", "use", "span", "time", "b",
    }  # fmt: skip
    assert html.count("&lt;i&gt;&#x27;name&quot;") == 4
    assert attributes(html, "a")["href"] == "<i>'href\""


def test_row_marks_what_is_late_unread_chosen_and_important():
    row = Row(
        **{
            **fields(ROW),
            "is_late": True,
            "is_unread": True,
            "is_current": True,
            "is_vip": True,
            "flag": Tag("緊急", "beni"),
            "due_at": "2026-11-22T05:00:00Z",
        }
    )
    html = render("{% row row %}", row=row)
    link = attributes(html, "a")

    assert {"data-late", "data-unread", "aria-current"} <= set(link)
    assert attributes(html, "input")["aria-label"] == "Select 髙﨑 <邉𠮷>, 件名"
    assert 'data-due="2026-11-22T05:00:00Z"' in html
    assert 'aria-label="Important customer"' in html
    assert '<span class="tag" data-tone="beni">緊急</span>' in html


def test_button_is_a_link_with_an_address_and_a_button_without():
    link = include("button", word="見る", href="/x", kind="main")
    button = include(
        "button", word="返信", icon="reply", key="R", type="submit", name="deed", value="reply", form="f", disabled=True
    )

    assert attributes(link, "a") == {"class": "button", "data-kind": "main", "href": "/x"}
    assert attributes(button, "button") == {
        "class": "button",
        "type": "submit",
        "name": "deed",
        "value": "reply",
        "form": "f",
        "disabled": None,
        "data-key": "r",
        "aria-keyshortcuts": "R",
    }
    assert '<kbd aria-hidden="true">R</kbd>' in button


def test_icon_button_has_a_name():
    assert attributes(include("button", word="閉じる", icon="close", kind="icon"), "button")["aria-label"] == "閉じる"


def test_field_joins_label_help_and_error_to_the_control():
    form = MailboxForm({"email": "support@"})
    html = include("field", field=form["name"])
    control = attributes(html, "input")

    assert attributes(html, "label")["for"] == control["id"] == "id_name"
    assert set(control["aria-describedby"].split()) == {"id_name_helptext", "id_name_error"}
    assert control["aria-invalid"] == "true"
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert '<span class="must">Required</span>' in html


def test_field_says_optional_only_when_asked():
    form = MailboxForm()

    assert "Optional" not in include("field", field=form["server"])
    assert '<span class="must" data-optional>Optional</span>' in include("field", field=form["server"], optional=True)


def test_choices_are_a_fieldset_with_a_legend():
    html = include("field", field=MailboxForm()["role"], wide=True)

    assert attributes(html, "fieldset")["aria-describedby"] == "id_role_helptext"
    assert "<legend>" in html


def test_a_checkbox_stands_before_its_words():
    html = include("field", field=MailboxForm()["notify"])

    assert html.index("<input") < html.index("新着を通知する")
    assert attributes(html, "label") == {"class": "choice"}


def test_form_errors_point_to_the_fields_or_say_what_is_wrong():
    form = MailboxForm({"email": "a@b.example"})
    below = include("form_errors", form=form)
    form.add_error(None, "メールボックスに接続できませんでした。")

    assert "Some entries need another look." in below
    assert "メールボックスに接続できませんでした。" in include("form_errors", form=form)
    assert include("form_errors", form=MailboxForm()) == ""


@pytest.mark.parametrize(
    ("component", "given", "expected"),
    [
        ("tag", {"word": "苦情", "tone": "beni"}, '<span class="tag" data-tone="beni">苦情</span>'),
        (
            "notice",
            {"tone": "error", "title": "送信できませんでした"},
            '<div class="notice" data-tone="error" role="alert">',
        ),
        (
            "notice",
            {"text": "案内", "action_word": "続ける", "action_href": "/w"},
            '<a class="button" href="/w">続ける</a>',
        ),
        (
            "strip",
            {"text": "受信が止まっています", "tone": "beni", "icon": "alert"},
            '<div class="strip" data-tone="beni" role="status">',
        ),
        (
            "empty",
            {"title": "該当する問い合わせはありません", "action_word": "解除", "action_href": "/"},
            '<h3 class="empty-title">該当する問い合わせはありません</h3>',
        ),
        ("more", {"url": "/next"}, 'hx-get="/next" hx-target="closest li" hx-swap="outerHTML"'),
        (
            "chip",
            {"word": "髙橋", "note": "a@b.example", "remove_label": "外す"},
            '<button type="button" aria-label="外す">',
        ),
        ("file", {"name": "a.pdf", "size": "92 KB", "href": "/f"}, '<a href="/f" class="paper">'),
        ("file", {"name": "a.pdf", "progress": 40}, '<progress value="40" max="100" aria-label="a.pdf"></progress>'),
        ("file", {"name": "a.png", "thumb": "/t"}, '<img class="thumb" src="/t" alt=""'),
        ("toast", {"text": "閉じました", "undo_url": "/undo"}, 'hx-post="/undo" hx-swap="none"'),
        ("toast", {"text": "x", "countdown": 15}, 'data-countdown="15"'),
        (
            "rail_item",
            {"href": "/", "icon": "s-new", "word": "新着", "amount": "9", "status": "new", "current": True},
            '<span class="count">9</span>',
        ),
        ("reply_bar", {"url": "/compose"}, 'hx-get="/compose?mode=note" hx-target="#composer"'),
    ],
)
def test_component(component, given, expected):
    assert expected in include(component, **given)


def test_more_is_nothing_at_the_end():
    assert include("more", url="") == ""


def test_recipients_keep_name_and_address_in_a_hidden_field():
    html = include(
        "recipients",
        name="to",
        label="宛先",
        people=[Person('髙橋 "由" <美>', "y@mail.example"), Person("", "info@k.example")],
        complete_url="/c",
    )
    values = [attrs["value"] for tag, attrs in Elements(html).found if attrs.get("type") == "hidden"]

    assert values == ['髙橋 "由" <美> <y@mail.example>', "info@k.example"]


def test_status_and_face_tags():
    assert 'class="status" data-status="wait"' in render('{% status "wait" "お客様の返信待ち" %}')
    assert (
        render('{% face " 𠮷野" presence="ready" size="l" %}')
        == '<span class="face" aria-hidden="true" data-presence="ready" data-size="l">𠮷</span>'
    )
    assert render('{% icon "mail" label="メール" %}').startswith('<svg class="icon" role="img" aria-label="メール">')


@pytest.mark.parametrize(
    ("cookie", "expected"),
    [("dark", 'lang="en" data-theme="dark"'), ("auto", 'lang="en"'), ('"><script>', 'lang="en"'), ("", 'lang="en"')],
)
def test_theme_is_a_cookie_and_only_a_known_one(cookie, expected):
    request = RequestFactory().get("/")
    request.COOKIES["theme"] = cookie

    assert render("{% html_attributes %}", request=request) == expected


def test_html_attributes_without_a_request():
    assert render("{% html_attributes %}") == 'lang="en"'


def test_every_module_is_preloaded():
    assert render("{% module_preloads %}").count('<link rel="modulepreload"') > 10
