"""Stored mail follows the sanitiser's rules of today, and nothing else of it changes."""

import pytest
from click.testing import CliRunner
from tests.connectors.mail.mails import mail
from tests.factories.conversations import make_inbox, receive_mail

from madoguchi.channels.models import RawMessage
from madoguchi.cli.commands import cli
from madoguchi.connectors.mail.parse import parse_mail
from madoguchi.connectors.mail.recleaning import clean_html_anew
from madoguchi.conversations.models import Message
from madoguchi.files.actions import store_blob
from madoguchi.files.models import Blob
from madoguchi.flows.inbound import receive

pytestmark = pytest.mark.django_db

STYLED = "<style>.a{color:red}</style>\n"
HTML = '<p class="a">本文です</p>'


def stored(html, charset="utf-8", **raw_values):
    """A message as the intake leaves it, from the bytes of a mail."""
    inbox = make_inbox()
    content = mail(html.encode(charset), content_type=b"text/html; charset=utf-8")
    raw = RawMessage.objects.create(inbox=inbox, source="smtp", blob=store_blob(content), **raw_values)
    message = receive(inbox, parse_mail(content, charset_override=raw.charset_override), raw=raw)
    assert message is not None
    return message


def aged(message, **values):
    """As an earlier version stored it."""
    Message.objects.filter(pk=message.pk).update(**{"html": "<p>本文です</p>", **values})


def test_old_mail_gets_its_sheet_and_keeps_everything_else():
    message = stored(STYLED + HTML)
    aged(message)
    before = Message.objects.values().get(pk=message.pk)

    first, second = clean_html_anew(), clean_html_anew()

    assert Message.objects.values().get(pk=message.pk) == {**before, "html": STYLED + HTML}
    assert str(first) == "1 mails with HTML, 1 changed, 0 left as they are"
    assert str(second) == "1 mails with HTML, 0 changed, 0 left as they are"


def test_the_encoding_that_a_person_chose_stays():
    message = stored(STYLED + HTML, charset="euc-jp", charset_override="euc-jp")
    aged(message)

    clean_html_anew()

    assert Message.objects.get(pk=message.pk).html == STYLED + HTML


def test_mail_that_reads_otherwise_today_is_left():
    message = stored(STYLED + HTML)
    aged(message, text="前の本文")

    counts = clean_html_anew()

    assert (counts.changed, counts.left) == (0, 1)
    assert Message.objects.get(pk=message.pk).html == "<p>本文です</p>"


def test_mail_whose_original_cannot_be_read_is_left_and_the_rest_goes_on():
    lost, other = stored(STYLED + HTML), stored(STYLED + HTML + "<p>二</p>")
    aged(lost)
    aged(other)
    Blob.objects.filter(pk=lost.raw.blob_id).update(inline=None, storage_key="nowhere/at-all")

    counts = clean_html_anew()

    assert (counts.looked_at, counts.changed, counts.left) == (2, 1, 1)


def test_mail_without_html_or_original_is_not_looked_at():
    receive_mail(make_inbox(), html="<p>本文</p>")

    answer = CliRunner().invoke(cli, ["mail", "clean-html"], prog_name="madoguchi")

    assert (answer.exit_code, answer.output) == (0, "0 mails with HTML, 0 changed, 0 left as they are\n")
