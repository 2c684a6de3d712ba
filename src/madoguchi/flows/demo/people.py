"""The demo's staff, teams, 窓口, customers, categories and saved views."""

from typing import Any

from madoguchi.accounts.actions import create_user
from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import Team, User
from madoguchi.calendars.actions import create_calendar
from madoguchi.calendars.choices import DayRule
from madoguchi.calendars.plan import Plan, YearlyClosure
from madoguchi.channels.actions import create_inbox
from madoguchi.channels.models import Inbox
from madoguchi.conversations.actions.views import save_view
from madoguchi.conversations.filters import Filter
from madoguchi.conversations.models import Category
from madoguchi.customers.actions import add_domain, change_company, create_customer
from madoguchi.customers.companies import find_or_make_company
from madoguchi.customers.models import Customer
from madoguchi.customers.queries import domains_seen
from madoguchi.events.actor import Actor
from madoguchi.flows.demo.source import CORPORATE, DOMAIN, SUPPORT, document

PASSWORD = "harukaze-demo-2026"  # noqa: S105 - of a demo whose mail never leaves
BY = Actor.system("demo")

_STAFF = (
    ("admin", "桜井 真琴", Role.OWNER),
    ("watanabe", "渡辺 由紀", Role.SUPERVISOR),
    ("sasaki", "佐々木 美穂", Role.SUPERVISOR),
    ("nakamura", "中村 大輔", Role.AGENT),
    ("kobayashi", "小林 あかり", Role.AGENT),
    ("takahashi", "高橋 蓮", Role.TRAINEE),
    ("ohno", "大野 誠司", Role.AGENT),
    ("ishii", "石井 里美", Role.AGENT),
    ("tamura", "田村 豪", Role.VIEWER),
)
#: Tags of the file that are marks of the record here.
_FLAGS = ("VIP", "要注意対応")
#: From 10 to 17, in minutes from midnight.
_HOURS = ((600, 1020),)
#: Who can sign in: mail address and password.
LOGINS = [(f"{local}@{DOMAIN}", PASSWORD) for local, _name, _role in _STAFF]


def create_staff() -> dict[str, User]:
    """Everybody by family name, in two teams."""
    staff: dict[str, User] = {}
    for local, name, role in _STAFF:
        user = create_user(f"{local}@{DOMAIN}", name=name, role=role, password=PASSWORD, by=BY)
        User.objects.filter(pk=user.pk).update(signature=f"担当:{user.family_name}")
        user.signature = f"担当:{user.family_name}"
        staff[user.family_name] = user
    support = Team.objects.create(name="サポートチーム")
    support.members.set([staff[name] for name in ("渡辺", "佐々木", "中村", "小林", "高橋")])
    experts = Team.objects.create(name="専門部署")
    experts.members.set([staff[name] for name in ("大野", "石井", "田村")])
    return staff


def create_inboxes() -> dict[str, Inbox]:
    """The two 窓口 by address."""
    signatures = {
        # who writes stands in the person's own signature
        name: text.replace("担当:{{agent.family_name}}\n", "").replace(" {{agent.name}}", "")
        for name, text in document("templates")["_meta"]["signatures"].items()
    }
    local = {"mode": "local"}
    weekdays = create_calendar(
        name="平日10時〜17時",
        plan=Plan(
            "Asia/Tokyo", (_HOURS,) * 5 + ((), ()), yearly_closures=(YearlyClosure((12, 29), (1, 3), "年末年始"),)
        ),
        by=BY,
    )
    answering = {"calendar": weekdays, "reply_within_minutes": 14 * 60}  # two business days
    support = create_inbox(
        name="サポート窓口",
        kind="mail",
        address=SUPPORT,
        by=BY,
        from_name="はるかぜ日用品店 カスタマーサポート",
        signature=signatures["standard"],
        settings=local,
        position=1,
        **answering,
    )
    corporate = create_inbox(
        name="法人窓口",
        kind="mail",
        address=CORPORATE,
        by=BY,
        from_name="はるかぜ日用品店 法人窓口",
        signature=signatures["corporate"],
        reply_rule=DayRule.END,
        reply_within_by_priority={"3": 4 * 60},
        settings=local,
        position=2,
        **answering,
    )
    return {SUPPORT: support, CORPORATE: corporate}


def create_customers() -> dict[str, Customer]:
    """The 40 customers by the id of the file."""
    return {row["id"]: _create_customer(row) for row in document("customers")["customers"]}


def note_companies() -> None:
    """The reading of each company, and the domain its people write from."""
    for row in document("customers")["customers"]:
        company = find_or_make_company(row["company"] or "")
        if company is not None:
            change_company(company, name=company.name, kana=row["company_kana"] or "", note="", by=BY)
            for domain in domains_seen(company):
                add_domain(company, domain, by=BY)


def _create_customer(row: dict[str, Any]) -> Customer:
    place = ("postal_code", "prefecture", "city", "street", "building")
    parts = ("postal_code", "prefecture", "city", "address1", "address2")
    return create_customer(
        by=BY,
        emails=[each["address"] for each in row["emails"]],
        phones=[each["number"] for each in row["phones"]],
        company=row["company"] or "",
        family_name=row["family_name"] or "",
        given_name=row["given_name"] or "",
        family_kana=row["family_kana"] or "",
        given_kana=row["given_kana"] or "",
        display_name=row["display_name"] or "",
        honorific=row["honorific"] or "",
        department=row["department"] or "",
        language=row["language"] or "ja",
        addresses=[{name: row[part] or "" for name, part in zip(place, parts, strict=True)}],
        tags=[tag for tag in row["tags"] if tag not in _FLAGS],
        is_vip=row["rank"] in ("ゴールド", "プラチナ"),
        note=row["note"],
    )


def create_categories() -> dict[tuple[str, str], Category]:
    """大分類 and 中分類 of the inquiries, by both names; ("配送", "") is the main one."""
    made: dict[tuple[str, str], Category] = {}
    for inquiry in document("inquiries")["inquiries"]:
        main, sub = inquiry["expected"]["category"], inquiry["expected"]["subcategory"]
        if (main, "") not in made:
            made[main, ""] = Category.objects.create(name=main, position=len(made))
        if (main, sub) not in made:
            made[main, sub] = Category.objects.create(name=sub, parent=made[main, ""], position=len(made))
    return made


def create_views(owner: User) -> None:
    """Some shared saved views."""
    for name, chosen, icon in (
        ("苦情", Filter(tag="苦情"), "alert"),
        ("写真あり", Filter(tag="写真あり"), "image"),
    ):
        save_view(name, chosen, user=owner, is_shared=True, icon=icon)
