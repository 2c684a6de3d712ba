"""Tables of customers taken out: formats, what Excel makes of them, masked where the reader sees masked, kept a day."""

import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone, translation
from openpyxl import load_workbook
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.customers import BY, make_customer, make_customer_field
from tests.factories.imports import checked

from madoguchi.accounts.actions.limits import limit_role
from madoguchi.accounts.choices import Role
from madoguchi.accounts.limits import limited
from madoguchi.accounts.models import User
from madoguchi.channels.contract import Address
from madoguchi.core.errors import Invalid, NotAllowed, NotFound
from madoguchi.customers.actions import add_identity, add_postal_address, change_customer, set_customer_fields
from madoguchi.customers.actions.exporting import NotReady, ask_export, fetch_export
from madoguchi.customers.exporting import columns_for, get_export
from madoguchi.customers.models import CustomerExport
from madoguchi.events.models import Event
from madoguchi.files.queries import read_blob
from madoguchi.flows.customer_export import write_export

pytestmark = pytest.mark.django_db

COLUMNS = ["family_name", "mail", "phone", "note"]


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def admin():
    return make_admin(language="en")


def table(user, file_format, *, columns=COLUMNS, **wanted):
    row = ask_export(wanted, columns=columns, file_format=file_format, user=user)
    write_export(row.pk)
    row = get_export(user, row.pk)
    return row, read_blob(fetch_export(row, user=user))


def lines(text):
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize(
    ("file_format", "encoding", "mark"), [("csv_bom", "utf-8-sig", b"\xef\xbb\xbf"), ("csv", "utf-8", b"")]
)
def test_csv_holds_the_customers_of_the_list(admin, file_format, encoding, mark):
    make_customer("a@mail.example", family_name="髙橋", phones=["0312345678"], note="一行目\n二行目")
    make_customer(family_name="佐藤")

    row, content = table(admin, file_format, q="髙橋")

    assert content.startswith(mark)
    assert lines(content.decode(encoding)) == [
        ["Family name", "Mail address", "Phone number", "Notes"],
        ["髙橋", "a@mail.example", "03-1234-5678", "一行目\n二行目"],
    ]
    assert (row.done, row.total, row.lost) == (1, 1, 0)


def test_cp932_says_which_characters_it_does_not_have(admin):
    make_customer(family_name="𠮷田", note="髙﨑")

    row, content = table(admin, "csv_cp932")

    assert "〓田" in content.decode("cp932")
    assert "髙﨑" in content.decode("cp932")
    assert row.lost == 1


def test_a_workbook_read_back_with_the_library_holds_texts(admin):
    make_customer("a@mail.example", family_name="=1+1", phones=["0312345678"], note="+81")

    _row, content = table(admin, "xlsx")

    sheet = load_workbook(io.BytesIO(content)).active
    cells = [[cell.value for cell in row] for row in sheet]
    assert cells[1] == ["=1+1", "a@mail.example", "03-1234-5678", "+81"]
    assert {cell.data_type for row in sheet for cell in row} == {"s"}


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)"])
def test_no_cell_of_csv_is_a_formula(admin, name):
    make_customer(family_name=name)

    assert lines(table(admin, "csv")[1].decode())[1][0] == f"'{name}"


def test_every_column_has_something_to_say(admin):
    field = make_customer_field("会員番号")
    customer = make_customer("a@mail.example", family_name="甲", company="春風", is_vip=True)
    set_customer_fields(customer, {field.pk: "A-1"}, by=BY)
    add_identity(customer, "line", "U123", by=BY)
    add_postal_address(customer, by=BY, postal_code="150-0001", prefecture="東京都")
    columns = [each.key for each in columns_for(admin)]

    found = lines(table(admin, "csv", columns=columns)[1].decode())
    said = dict(zip(columns, found[1], strict=True))

    assert len(found[0]) == len(set(found[0])) == len(columns)
    assert (said["company"], said["line"], said["postal_code"], said["is_vip"], said[f"field-{field.pk}"]) == (
        "春風", "U123", "150-0001", "1", "A-1",
    )  # fmt: skip


def test_what_somebody_reads_masked_is_masked_in_their_table(admin):
    limit_role(Role.SUPERVISOR, masks_contacts=True, keeps_files=False, user=admin)
    field = make_customer_field("誕生日", is_personal=True)
    customer = make_conversation(make_inbox(), sender=Address("secret.person@mail.example")).customer
    add_identity(customer, "phone", "090-7391-2846", by=BY)
    add_postal_address(customer, by=BY, postal_code="102-8794", street="紀尾井町9-87")
    change_customer(customer, by=BY, note="連絡先は secret.person@mail.example、090-7391-2846 です。")
    set_customer_fields(customer, {field.pk: "1988-04-01"}, by=BY)
    reader = limited(User.objects.all()).get(pk=make_user(Role.SUPERVISOR, language="en").pk)
    columns = [each.key for each in columns_for(reader)]

    texts = [table(reader, "csv", columns=columns)[1].decode()]
    book = load_workbook(io.BytesIO(table(reader, "xlsx", columns=columns)[1])).active
    texts.append("\n".join(str(cell.value) for row in book for cell in row))

    for text in texts:
        assert "•••" in text
        assert [each for each in ("secret.person", "7391", "8794", "紀尾井町", "1988") if each in text] == []


def test_who_may_not_download_gets_no_table(admin):
    limit_role(Role.SUPERVISOR, masks_contacts=False, keeps_files=True, user=admin)
    reader = limited(User.objects.all()).get(pk=make_user(Role.SUPERVISOR).pk)

    for person in (reader, make_user(Role.AGENT)):
        with pytest.raises(NotAllowed):
            ask_export({}, columns=COLUMNS, file_format="csv", user=person)


def test_only_who_asked_fetches_it_and_only_for_a_day(admin):
    make_customer()
    row, _content = table(admin, "csv")

    with pytest.raises(NotFound):
        get_export(make_admin(), row.pk)
    CustomerExport.objects.update(created_at=timezone.now() - timedelta(hours=25))
    with pytest.raises(NotReady):
        fetch_export(get_export(admin, row.pk), user=admin)


def test_a_table_from_before_the_mask_is_kept_back_and_written_anew(admin):
    make_customer("zoe@mail.example")
    leader = make_user(Role.SUPERVISOR)
    row, _content = table(leader, "csv")
    limit_role(Role.SUPERVISOR, masks_contacts=True, keeps_files=False, user=admin)
    masked = limited(User.objects.all()).get(pk=leader.pk)

    with pytest.raises(NotReady, match="before contact details were masked"):
        fetch_export(get_export(masked, row.pk), user=masked)
    assert b"zoe@mail.example" not in table(masked, "csv")[1]


def test_asking_writing_and_fetching_are_in_the_audit_log(admin):
    make_customer()
    table(admin, "csv", vip=True)

    kinds = ["customer_export_asked", "customers_exported", "customer_export_fetched"]
    events = Event.objects.filter(kind__in=kinds).order_by("pk")
    assert [each.kind for each in events] == kinds
    assert events[0].data == {"format": "csv", "columns": COLUMNS, "wanted": ["vip"]}
    assert events[1].data == {"amount": 0, "format": "csv"}


def test_a_segment_that_is_gone_meanwhile_is_said(admin):
    row = ask_export({"segment": 999}, columns=COLUMNS, file_format="csv", user=admin)

    write_export(row.pk)
    write_export(row.pk)

    row.refresh_from_db()
    assert (row.state, row.blob) == ("failed", None)


@pytest.mark.parametrize(("columns", "file_format"), [([], "csv"), (["nothing"], "csv"), (COLUMNS, "pdf")])
def test_choices_that_make_no_sense_are_refused(admin, columns, file_format):
    with pytest.raises(Invalid):
        ask_export({}, columns=columns, file_format=file_format, user=admin)


def test_a_table_that_was_taken_out_comes_in_again(admin):
    make_customer("a@mail.example", family_name="=甲", phones=["0312345678"])
    content = table(admin, "csv_bom", columns=["family_name", "mail", "phone"])[1]

    with translation.override("en"):
        row = checked(content, admin)

    assert (row.updated, row.wrong) == (0, 1)  # a name that is a formula is refused, and said so
