"""Attachments and mails as they are: nothing a stranger sent runs, nothing loads unasked."""

import io
import zipfile
from dataclasses import replace

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_inbound, make_inbox, receive_mail
from tests.factories.desk import HTMX, browser_of, text_of

from madoguchi.channels.contract import Address, InboundAttachment
from madoguchi.channels.models import RawMessage
from madoguchi.core.html import sanitise
from madoguchi.desk.framed_mail import framed_mail
from madoguchi.files.actions import store_blob
from madoguchi.flows.inbound import receive

pytestmark = pytest.mark.django_db

PNG = InboundAttachment("写真.png", "image/png", b"\x89PNG\r\n", content_id="photo@mail", is_inline=True)
EVIL = InboundAttachment("evil.html", "text/html", b"<script>alert(1)</script>")
NOTES = InboundAttachment("明細.csv", "text/csv", "商品,数\n土鍋,1".encode())
BACKGROUND = "background-image:url('https://track.example/{}' referrer-policy(no-referrer))"
PDF = InboundAttachment("注文.pdf", "application/pdf", b"%PDF-1.7")


@pytest.fixture
def client():
    return browser_of(make_user(language="en"))


def files_of(message):
    return {each.name: each.pk for each in message.attachments.all()}


def test_a_file_is_saved_never_run(client):
    pk = files_of(receive_mail(make_inbox(), attachments=(EVIL,)))["evil.html"]

    for query in ("", "?inline=1"):
        answer = client.get(f"/files/{pk}{query}")
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Content-Disposition"] == "attachment; filename*=UTF-8''evil.html"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_a_picture_is_shown_where_it_is_asked_for(client):
    pk = files_of(receive_mail(make_inbox(), attachments=(PNG,)))["写真.png"]

    shown, saved = client.get(f"/files/{pk}?inline=1"), client.get(f"/files/{pk}")

    assert (shown["Content-Type"], shown.content) == ("image/png", PNG.content)
    assert shown["Content-Disposition"] == "inline; filename*=UTF-8''%E5%86%99%E7%9C%9F.png"
    assert saved["Content-Disposition"].startswith("attachment")


def test_previews_show_pictures_text_and_pdf(client):
    files = files_of(receive_mail(make_inbox(), attachments=(PNG, NOTES, PDF)))

    picture = text_of(client.get(f"/files/{files['写真.png']}/preview", headers=HTMX))
    text = text_of(client.get(f"/files/{files['明細.csv']}/preview", headers=HTMX))
    paper = text_of(client.get(f"/files/{files['注文.pdf']}/preview", headers=HTMX))
    page = text_of(client.get(f"/files/{files['明細.csv']}/preview"))
    document = client.get(f"/files/{files['注文.pdf']}/document")

    assert f'src="/files/{files["写真.png"]}?inline=1"' in picture
    assert "土鍋,1" in text
    assert f'src="/files/{files["注文.pdf"]}/document"' in paper
    assert 'id="rail-body"' in page
    assert document["Content-Type"] == "application/pdf"
    assert client.get(f"/files/{files['明細.csv']}/document").status_code == 404
    assert client.get(f"/files/{files['明細.csv']}?inline=1")["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("encoding", ["cp932", "utf-8-sig", "utf-16", "iso2022_jp"])
def test_text_is_shown_in_the_encoding_in_which_it_was_saved(client, encoding):
    words = "南部鉄瓶のお手入れ\n".encode(encoding)
    pk = files_of(receive_mail(make_inbox(), attachments=(InboundAttachment("メモ.txt", "text/plain", words),)))[
        "メモ.txt"
    ]

    dialog = text_of(client.get(f"/files/{pk}/preview", headers=HTMX))
    shown, saved = client.get(f"/files/{pk}?inline=1"), client.get(f"/files/{pk}")

    assert '<pre class="preview-text">南部鉄瓶のお手入れ' in dialog
    assert shown.content.decode() == "南部鉄瓶のお手入れ\n"
    assert saved.content == words


def test_a_long_text_is_cut_at_a_line_and_bytes_that_are_no_text_break_nothing(client):
    line = "あ" * 99 + "\n"
    files = (
        InboundAttachment("長い.txt", "text/plain", (line * 5000).encode("cp932")),
        InboundAttachment("壊れた.txt", "text/plain", b"\xff\x00\x81"),
    )
    pks = files_of(receive_mail(make_inbox(), attachments=files))

    long = text_of(client.get(f"/files/{pks['長い.txt']}/preview", headers=HTMX))
    broken = client.get(f"/files/{pks['壊れた.txt']}/preview", headers=HTMX)

    words = long.partition('<pre class="preview-text">')[2].partition("</pre>")[0]
    assert set(words.splitlines()) == {line.strip()}
    assert 1900 < len(words.splitlines()) < 5000
    assert broken.status_code == 200


def test_html_stands_in_a_frame_without_scripts_or_remote_images(client):
    html = sanitise(
        '<p onclick="x()">こんにちは</p><img src="https://track.example/p.gif"><img src="cid:photo@mail">'
        '<img src="cid:lost@mail"><a href="https://shop.example/a">見る</a><script>alert(1)</script>'
    )
    message = receive_mail(make_inbox(), html=html, attachments=(PNG,))
    pk = files_of(message)["写真.png"]

    closed = client.get(f"/m/{message.pk}/html")
    opened = client.get(f"/m/{message.pk}/html?images=1")

    page = text_of(closed)
    assert "<script" not in page
    assert "onclick" not in page
    assert 'data-remote-src="https://track.example/p.gif"' in page
    assert f'src="/files/{pk}?inline=1"' in page
    assert 'title="https://shop.example/a"' in page
    assert "Show images" in page
    assert "sandbox allow-same-origin allow-popups" in closed["Content-Security-Policy"]
    assert "img-src 'self' data:;" in closed["Content-Security-Policy"]
    assert 'src="https://track.example/p.gif" referrerpolicy="no-referrer"' in text_of(opened)
    assert "https:" in opened["Content-Security-Policy"]
    assert "Show images" not in text_of(opened)


@pytest.mark.parametrize(
    ("href", "words", "host"),
    [
        ("http://evil.example/login", "https://bank.example/", "evil.example"),
        ("http://evil.example/login", " <b>www.bank.example</b>/login ", "evil.example"),
        ("http://bank.example.evil.example/", "bank.example", "bank.example.evil.example"),
        ("https://bank.example/a?b=1", "https://www.bank.example/", ""),
        ("https://shop.example/files/1", "manual.pdf", ""),
        ("https://shop.example/", "こちら", ""),
        ("http://[x", "https://bank.example/", "http://[x"),
        ("http://evil.example/", "詳しくは https://bank.example/ を", "evil.example"),
        ("http://evil.example/", "詳しくはwww.bank.exampleへ", "evil.example"),
        ("http://evil.example/", '<span class="x">こちら</span>bank.example', "evil.example"),
        ("http://evil.example/", 'bank<i style="display:none"> </i>.example', "evil.example"),
        ("http://evil.example/", "<b>Read more. Unsubscribe</b>", ""),
        ("http://evil.example/", "<b class=x>info@shop.example</b>", ""),
    ],
)
def test_a_link_that_names_another_place_says_where_it_leads(href, words, host):
    page = framed_mail(f'<p><a href="{href}" rel="noopener">{words}</a></p>', files={}, with_images=False, url="/")

    told = page.partition('<span class="madoguchi-host">→ ')[2].partition("</span>")[0]
    assert told == host


def test_a_mail_brings_its_sheet_but_ours_comes_first():
    html = sanitise("<style>.a{color:red} span{display:none!important}</style><p class=a>本文</p>")

    page = framed_mail(html, files={}, with_images=False, url="/")

    assert page.index("@layer house") < page.index(".a{color:red}") < page.index("本文")
    assert ".madoguchi-host { display: inline-block !important" in page
    assert "Show images" not in page


def test_pictures_behind_words_wait_like_all_others():
    html = sanitise(
        "<style>.a{background:#eee url('https://track.example/a.png?b=1&c=2')}</style>"
        '<p class=a>一</p><p style="background-image:url(https://track.example/d.png?e=1&amp;f=2)">二</p>'
    )

    closed = framed_mail(html, files={}, with_images=False, url="/m/1/html")
    opened = framed_mail(html, files={}, with_images=True, url="/m/1/html")

    assert "url(" not in closed
    assert 'href="/m/1/html?images=1"' in closed
    assert f".a{{background:#eee;{BACKGROUND.format('a.png?b=1&c=2')}}}" in opened
    assert f'style="{BACKGROUND.format("d.png?e=1&amp;f=2")}"' in opened


def test_designed_mail_is_shown_as_html_and_plain_mail_as_text(client):
    designed = receive_mail(make_inbox(), html="<table><tr><td>表</td></tr></table>", text="表")
    plain = receive_mail(make_inbox(), html="<p>本文</p>", sender=Address("b@mail.example"))

    assert f'src="/m/{designed.pk}/html"' in text_of(client.get(f"/c/{designed.conversation_id}"))
    page = text_of(client.get(f"/c/{plain.conversation_id}"))
    assert "<iframe" not in page
    assert f"/m/{plain.pk}/as-html" in page
    assert "<iframe" in text_of(client.get(f"/m/{plain.pk}/as-html", headers=HTMX))


def test_the_original_is_text_to_the_browser(client):
    inbox = make_inbox()
    source = b"Subject: x\r\n\r\n<script>alert(1)</script>"
    raw = RawMessage.objects.create(inbox=inbox, source="smtp", blob=store_blob(source))
    message = receive(inbox, make_inbound(), raw=raw)

    shown, saved = client.get(f"/m/{message.pk}/source"), client.get(f"/m/{message.pk}/source?download=1")

    assert (shown.content, shown["Content-Type"]) == (source, "text/plain; charset=utf-8")
    assert "sandbox" in shown["Content-Security-Policy"]
    assert saved["Content-Disposition"] == f'attachment; filename="message-{message.pk}.eml"'


def test_a_message_without_original_says_so(client):
    message = receive_mail(make_inbox())

    answer = client.get(f"/m/{message.pk}/source")

    assert answer.status_code == 404
    assert "is not kept any more" in text_of(answer)


def test_details_show_addresses_and_headers(client):
    message = receive_mail(
        make_inbox(), cc=(Address("taro@mail.example", "太郎"),), headers={"x-mailer": "Becky!"}, charset="iso-2022-jp"
    )

    dialog = text_of(client.get(f"/m/{message.pk}/details", headers=HTMX))
    page = text_of(client.get(f"/m/{message.pk}/details"))

    for word in ("太郎 &lt;taro@mail.example&gt;", "Becky!", "iso-2022-jp", message.external_id):
        assert word in dialog
    assert 'id="rail-body"' in page


@pytest.mark.parametrize("path", ["html", "as-html", "source", "details", "reinterpret"])
def test_messages_of_another_desk_do_not_exist(client, path):
    message = receive_mail(make_inbox(is_open_to_all=False))

    assert client.get(f"/m/{message.pk}/{path}").status_code == 404


@pytest.mark.parametrize("path", ["", "/document", "/preview"])
def test_files_of_another_desk_do_not_exist(client, path):
    pk = files_of(receive_mail(make_inbox(is_open_to_all=False), attachments=(PDF,)))["注文.pdf"]

    assert client.get(f"/files/{pk}{path}").status_code == 404


def test_all_files_of_a_message_come_as_one_archive(client):
    message = receive_mail(make_inbox(), attachments=(NOTES, PDF, NOTES, replace(EVIL, name="../../etc/passwd")))

    answer = client.get(f"/m/{message.pk}/files.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}

    assert answer["Content-Disposition"] == f'attachment; filename="{message.conversation_id}-{message.pk}.zip"'
    assert found == {
        "明細.csv": NOTES.content,
        "注文.pdf": PDF.content,
        "明細 (2).csv": NOTES.content,
        "__.._etc_passwd": EVIL.content,
    }


def test_an_archive_is_offered_from_two_files_on(client):
    inbox = make_inbox()
    one, two = (receive_mail(inbox, attachments=files) for files in ((PDF,), (PDF, NOTES)))

    pages = [text_of(client.get(f"/c/{each.conversation_id}")) for each in (one, two)]

    assert [f"/m/{each.pk}/files.zip" in page for each, page in zip((one, two), pages, strict=True)] == [False, True]


def test_an_archive_of_a_desk_one_may_not_see_does_not_exist(client):
    message = receive_mail(make_inbox(is_open_to_all=False), attachments=(PDF, NOTES))

    assert client.get(f"/m/{message.pk}/files.zip").status_code == 404
