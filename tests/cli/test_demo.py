"""The demo workspace goes into an empty database, once, and its people can sign in."""

import pytest
from click.testing import CliRunner
from django.db import transaction

from madoguchi.accounts.models import User
from madoguchi.accounts.queries import find_workspace, get_user_by_email
from madoguchi.cli.commands import cli
from madoguchi.cli.demo import load_demo_once
from madoguchi.conversations.actions.undo import undo
from madoguchi.conversations.choices import Priority
from madoguchi.conversations.filters import Filter
from madoguchi.conversations.models import Conversation, Message, UndoStep
from madoguchi.conversations.queries import conversation_page
from madoguchi.outreach.models import BulkReplyItem

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """What the command says when it loads the demo workspace; it is there for all tests of this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield CliRunner().invoke(cli, ["demo"], prog_name="madoguchi")
        transaction.set_rollback(True)


def test_everybody_who_is_listed_can_sign_in(demo):
    people = [line.split() for line in demo.output.splitlines()]

    assert demo.exit_code == 0, demo.output
    assert "admin@harukaze-nichiyo.example" in dict(people)
    assert [email for email, password in people if not get_user_by_email(email).check_password(password)] == []


def test_the_desk_looks_alive(demo):
    admin = get_user_by_email("admin@harukaze-nichiyo.example")

    page = conversation_page(admin, Filter())

    assert find_workspace().is_demo
    assert len(page.rows) == 50


def test_designed_mails_come_with_their_sheets(demo):
    designed = Message.objects.filter(html__startswith="<style>").order_by("external_id")

    quote, offer = designed
    assert quote.html.startswith("<style>p.MsoNormal,li.MsoNormal,div.MsoNormal{margin:0mm;")
    assert '<p class="MsoNormal">北風商事㈱ 仕入課の西尾と申します。</p>' in quote.html
    assert "@media (max-width:420px){" in offer.html
    assert "url(" not in offer.html


def test_a_merge_can_be_taken_back_and_a_bulk_reply_was_corrected(demo):
    leader = User.objects.get(name__startswith="渡辺")
    step = UndoStep.objects.get(kind="merge")
    survivor = Conversation.objects.get(pk=step.data["into"])

    with transaction.atomic():
        merged = (survivor.priority, survivor.message_count)
        undo(step.pk, user=leader)
        survivor.refresh_from_db()
        apart = (survivor.priority, survivor.message_count)
        transaction.set_rollback(True)

    assert (merged, apart) == ((Priority.URGENT, 2), (Priority.NORMAL, 1))
    assert list(BulkReplyItem.objects.order_by("position").values_list("state", flat=True)) == [
        "written", "written", "written", "set_aside",
    ]  # fmt: skip
    assert Message.objects.filter(text__contains="11時現在の地域ごとの状況").count() == 1


def test_a_second_start_changes_nothing(demo):
    assert load_demo_once() is None
    assert get_user_by_email("admin@harukaze-nichiyo.example").is_active


def test_it_goes_into_an_empty_database_only(demo):
    answer = CliRunner().invoke(cli, ["demo"], prog_name="madoguchi")

    assert answer.exit_code == 1
    assert answer.output.startswith("Error: ")
