"""The demo's own fields of customers, the segments of the shop, and a table of visitors of a fair that was imported."""

from io import BytesIO

from madoguchi.accounts.models import User
from madoguchi.core.conditions import Condition
from madoguchi.core.fields.kinds import FieldKind, Option
from madoguchi.customers.actions import set_customer_fields
from madoguchi.customers.actions.field_keeping import CustomerDefinition, create_customer_field
from madoguchi.customers.actions.import_work import work_on
from madoguchi.customers.actions.importing import Choices, start_check, start_import, start_run
from madoguchi.customers.actions.segments import save_segment
from madoguchi.customers.models import Customer, CustomerField
from madoguchi.customers.segments import Conditions
from madoguchi.wording.actions.templates import create_template
from madoguchi.wording.choices import Kind, Scope
from madoguchi.wording.content import Content

_RANKS = ("ゴールド", "シルバー", "ブロンズ")
#: One line has a slip of the pen, as such tables have.
_VISITORS = """\
氏名,フリガナ,メールアドレス,電話番号,会社名,会員ランク,備考
水野 さつき,ミズノ サツキ,mizuno@tenji.example,090-0000-0311,,ブロンズ,土鍋のカタログ希望
片岡 修,カタオカ オサム,kataoka@tenji.example,03-0000-0312,片岡雑貨店,シルバー,卸の相談
Grace Miller,,grace@tenji.example,,,,English catalogue please
岩本 真帆,イワモト マホ,iwamoto(at)tenji.example,090-0000-0314,,ブロンズ,
"""


def create_segments(owner: User) -> None:
    """Fields, what stands in them, an import, and segments over all of it."""
    fields = _create_fields(owner)
    for position, customer in enumerate(Customer.objects.filter(merged_into=None).order_by("pk")[:60]):
        set_customer_fields(customer, _values(fields, position), by=owner.actor)
    _import(owner)
    _create_phrase(owner)
    rank = fields["会員ランク"].pk
    for name, *conditions in (
        ("ゴールド会員", (f"field-{rank}", "is", "o:1")),
        ("重要なお客様で未完了", ("vip", "is", "1"), ("open_inquiry", "is", "1")),
        ("3件以上の問い合わせ", ("inquiries", "more", "2")),
        ("メールが届かない", ("bounced", "is", "1")),
    ):
        asked = Conditions(tuple(Condition(*each) for each in conditions))
        save_segment(name, asked, user=owner, is_shared=True)


def _create_fields(owner: User) -> dict[str, CustomerField]:
    options = [Option(0, name) for name in _RANKS]
    wanted = (
        CustomerDefinition("会員番号", FieldKind.TEXT, "HM-で始まる番号", "会員", 1),
        CustomerDefinition("会員ランク", FieldKind.CHOICE, section="会員", position=2, options=options),
        CustomerDefinition("誕生日", FieldKind.DATE, section="会員", position=3, is_personal=True),
        CustomerDefinition("カタログ送付", FieldKind.CHECK, position=4),
    )
    return {each.name: create_customer_field(each, by=owner.actor) for each in wanted}


def _create_phrase(owner: User) -> None:
    """Words that each customer gets with their own rank and number."""
    body = "{{顧客項目.会員ランク|会員}}のお客様(会員番号:{{顧客項目.会員番号|未登録}})は、送料が無料でございます。"
    words = Content(
        name="会員特典のご案内", body=body, kind=Kind.PHRASE, scope=Scope.ALL, folder="会員", is_suggested=False
    )
    create_template(words, user=owner)


def _values(fields: dict[str, CustomerField], position: int) -> dict[int, object]:
    values: dict[str, object] = {"会員番号": f"HM-{10_210 + 37 * position}", "会員ランク": _RANKS[position % 3]}
    if position % 4 == 0:
        values["誕生日"] = f"19{60 + position % 40}-{1 + position % 12:02}-{1 + position % 28:02}"
    if position % 3 == 0:
        values["カタログ送付"] = True
    return {fields[name].pk: value for name, value in values.items()}


def _import(owner: User) -> None:
    content = _VISITORS.encode("cp932")
    row = start_import(BytesIO(content), name="展示会の来場者.csv", size_bytes=len(content), user=owner)
    work_on(row.pk)
    row.refresh_from_db()
    start_check(row, Choices(row.mapping, tags=("展示会",)), user=owner)
    while work_on(row.pk):
        pass
    start_run(row, user=owner)
    while work_on(row.pk):
        pass
