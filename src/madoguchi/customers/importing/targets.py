"""Where a column of a table may go, and the names by which tables of other products call it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from madoguchi.customers.choices import ConsentPurpose, IdentityKind
from madoguchi.customers.models import CustomerField
from madoguchi.search.folding import fold


@dataclass(frozen=True, slots=True)
class Target:
    """One place in a record; `names` are what columns are called that belong there."""

    key: str
    word: Any
    names: tuple[str, ...] = ()


#: Fields of the record that are taken as they are written, up to so many characters.
PLAIN = {
    "family_name": 100, "given_name": 100, "family_kana": 100, "given_kana": 100, "display_name": 300,
    "department": 100, "note": 10_000,
}  # fmt: skip
PLACE = {"postal_code": 16, "prefecture": 40, "city": 100, "street": 300, "building": 200, "country": 2}
ACCOUNTS = (IdentityKind.LINE, IdentityKind.X, IdentityKind.INSTAGRAM, IdentityKind.FACEBOOK, IdentityKind.CHAT)
#: Several columns may go to one of these.
MANY = frozenset({"mail", "phone", "tags", "note", *ACCOUNTS})

_TARGETS = (
    Target("id", _("Number of the customer"), ("id", "顧客id", "顧客番号", "customer id", "customer_id")),
    Target("family_name", _("Family name"), ("姓", "苗字", "名字", "last name", "lastname", "surname")),
    Target("given_name", _("Given name"), ("名", "first name", "firstname")),
    Target("name", _("Whole name"), ("氏名", "名前", "お名前", "顧客名", "お客様名", "会員名", "name", "full name")),
    Target("family_kana", _("Kana of the family name"), ("セイ", "姓カナ", "姓(カナ)", "姓フリガナ", "せい")),
    Target("given_kana", _("Kana of the given name"), ("メイ", "名カナ", "名(カナ)", "名フリガナ", "めい")),
    Target("kana", _("Kana of the whole name"), ("フリガナ", "ふりがな", "カナ", "氏名カナ", "氏名(カナ)", "kana")),
    Target("display_name", _("Name as shown"), ("表示名", "ニックネーム", "display name")),
    Target("honorific", _("Honorific"), ("敬称", "honorific")),
    Target("company", _("Company"), ("会社", "会社名", "法人名", "企業名", "勤務先", "organisation", "organization")),
    Target("department", _("Department"), ("部署", "部署名", "所属")),
    Target("mail", _("Mail address"), (
        "メールアドレス", "メール", "eメール", "e-mail", "email", "email address", "mail", "mailアドレス", "pcメール",
        "携帯メール", "メールアドレス2",
    )),
    Target("phone", _("Phone number"), (
        "電話番号", "電話", "tel", "phone", "携帯電話", "携帯番号", "携帯", "自宅電話", "電話番号2", "mobile",
        "phone number",
    )),
    *(Target(str(kind), kind.label, (f"{kind.label} id", f"{kind.label}アカウント")) for kind in ACCOUNTS),
    Target("postal_code", _("Postal code"), ("郵便番号", "〒", "zip", "zip code", "postcode")),
    Target("prefecture", _("Prefecture"), ("都道府県", "都道府県名", "state")),
    Target("city", _("City"), ("市区町村", "市区郡", "住所1")),
    Target("street", _("Town and number"), ("町名・番地", "番地", "町域", "住所", "住所2", "address", "street")),
    Target("building", _("Building and room"), ("建物名", "建物", "建物名・部屋番号", "住所3", "building")),
    Target("country", _("Country"), ("国", "国名")),
    Target("language", _("Language"), ("言語",)),
    Target("time_zone", _("Time zone"), ("タイムゾーン", "timezone")),
    Target("tags", _("Tags"), ("タグ", "ラベル", "顧客タグ")),
    Target("is_vip", _("Important customer"), ("重要顧客", "vip")),
    Target("note", _("Notes"), ("備考", "メモ", "社内メモ", "note", "memo", "remarks")),
    Target("consent_at", _("Consent: said on"), ("同意日", "同意日時")),
    *(Target(f"consent:{each}", each.label, (f"同意:{each.label}",)) for each in ConsentPurpose),
)  # fmt: skip


def targets(fields: Iterable[CustomerField]) -> list[Target]:
    """Every place a column may go, custom fields last."""
    return [*_TARGETS, *(Target(f"field-{field.pk}", field.name, (field.name,)) for field in fields)]


def guessed(header: Sequence[str], offered: Iterable[Target]) -> dict[str, str]:
    """Where columns of these names probably belong: the number of the column to a key."""
    known: dict[str, str] = {}
    for target in offered:
        for name in (str(target.word), *target.names):
            known.setdefault(_tight(name), target.key)
    found: dict[str, str] = {}
    for number, name in enumerate(header):
        key = known.get(_tight(name))
        if key and (key in MANY or key not in found.values()):
            found[str(number)] = key
    return found


def _tight(name: str) -> str:
    return fold(name).replace(" ", "").replace("_", "")
