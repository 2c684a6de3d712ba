"""A timeline taken out: what stands in the table, for whose eyes, and that it is in the audit log."""

import csv
import io

import pytest
from openpyxl import load_workbook
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_conversation, private_inbox
from tests.factories.desk import browser_of, url

from madoguchi.accounts.actions.limits import limit_role
from madoguchi.accounts.choices import Role
from madoguchi.events.models import Event
from madoguchi.flows.timeline.entry import Chosen
from madoguchi.flows.timeline.table import table_rows

pytestmark = pytest.mark.django_db


def test_the_table_has_every_entry_with_its_whole_text(monkeypatch):
    monkeypatch.setattr("madoguchi.flows.timeline.table._AT_ONCE", 1)
    text = "長い文章。" * 200
    conversation = make_conversation(subject="土鍋の返品", text=text)
    make_conversation(conversation.inbox, subject="二つ目", text="短い文章。")

    lines = list(table_rows(make_admin(), [conversation.customer_id], Chosen(channel="mail")))

    assert [line[-1] for line in lines[1:]] == ["短い文章。", text]
    assert [line[7] for line in lines[1:]] == ["二つ目", "土鍋の返品"]
    assert all(len(line) == len(lines[0]) for line in lines)


def test_the_file_is_safe_from_formulas_and_noted():
    admin = make_admin(language="en")
    conversation = make_conversation(subject="=1+1", text="=cmd()")

    answer = browser_of(admin).post(
        f"{url('timeline-table', conversation.customer_id)}?kind=mail", {"format": "csv_bom"}
    )

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[7:] for row in rows[1:]] == [["'=1+1", "", "'=cmd()"]]
    assert "attachment" in answer["Content-Disposition"]
    event = Event.objects.get(kind="timeline_exported")
    assert (event.subject, event.data) == (
        f"customer:{conversation.customer_id}",
        {"format": "csv_bom", "narrowed": ["kind"]},
    )


def test_a_workbook_can_be_read_back():
    conversation = make_conversation(subject="土鍋の返品")

    answer = browser_of(make_admin()).post(url("timeline-table", conversation.customer_id), {"format": "xlsx"})

    rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert "土鍋の返品" in [row[7] for row in rows]


def test_whoever_may_not_take_customers_out_does_not_get_it():
    conversation = make_conversation()

    answer = browser_of(make_user("viewer")).post(url("timeline-table", conversation.customer_id), {"format": "csv"})

    assert answer.status_code == 403
    assert not Event.objects.filter(kind="timeline_exported").exists()


def test_what_one_may_not_see_is_not_in_it_and_a_format_that_is_none_is_refused():
    admin, agent = make_admin(), make_user()
    secret = make_conversation(private_inbox(), subject="秘密の相談")
    make_conversation(subject="土鍋の返品")

    lines = list(table_rows(agent, [secret.customer_id], Chosen(channel="mail")))
    refused = browser_of(admin).post(url("timeline-table", secret.customer_id), {"format": "pdf"})

    assert [line[7] for line in lines[1:]] == ["土鍋の返品"]
    assert refused.status_code in (409, 422)


def test_contacts_are_masked_in_it_for_roles_that_read_so():
    admin = make_admin()
    limit_role(Role.SUPERVISOR, masks_contacts=True, keeps_files=False, user=admin)
    conversation = make_conversation(text="電話は 090-1234-5678 です。")
    reader = make_user("supervisor")

    answer = browser_of(reader).post(url("timeline-table", conversation.customer_id), {"format": "csv"})

    said = answer.content.decode()
    assert "090-1234-5678" not in said
    assert "•" in said or answer.status_code == 403
