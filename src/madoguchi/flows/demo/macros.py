"""The demo's macros: templates that file, tag and move on what they answer, with words and without."""

from madoguchi.accounts.models import User
from madoguchi.conversations.choices import Priority, Status
from madoguchi.conversations.models import Category, CustomField
from madoguchi.conversations.own import folders_of, live_statuses
from madoguchi.wording.actions.templates import create_template
from madoguchi.wording.choices import Scope
from madoguchi.wording.content import Content
from madoguchi.wording.deeds import ME, NOBODY, Deed, DeedKind

_RETURN = (
    "{{宛名}}\n\n{{挨拶}}\n\nこのたびはお届けした商品でご迷惑をおかけし、申し訳ございません。返品を承ります。\n"
    "{{?返送先}}あてに、{{日付+8}}までに着払いでお送りください。\n\n到着を確認しだい、返金の手続きをいたします。\n\n{{署名}}"
)
_CALL_BACK = (
    "{{宛名}}\n\nお電話をいただき、ありがとうございます。\n"
    "{{営業日+1}}17時までに、担当の{{担当者の姓}}よりご連絡いたします。\n\n{{署名}}"
)


def create_macros(keeper: User, categories: dict[tuple[str, str], Category], fields: dict[str, CustomField]) -> None:
    """A reply that files what it answers, a matter taken down from a call, and two that only do something."""
    returns = next(row for (main, sub), row in categories.items() if "返品" in main and not sub)
    statuses = {each.name: each.key for each in live_statuses()}
    folder = next((each.pk for each in folders_of(keeper) if each.name == "返品・交換"), 0)
    _macro(
        keeper,
        "返品受付(着払い)",
        Deed(DeedKind.CATEGORY, returns.pk),
        Deed(DeedKind.TAG, "返品"),
        Deed(DeedKind.FOLDER, folder),
        Deed(DeedKind.FIELD, "返金", field=fields["希望対応"].pk),
        Deed(DeedKind.STATUS, statuses["返品待ち"]),
        subject="返品のご案内",
        body=_RETURN,
        abbreviation="へん",
    )
    _macro(
        keeper,
        "折り返しのお約束",
        Deed(DeedKind.TAG, "折り返し"),
        Deed(DeedKind.PRIORITY, Priority.HIGH),
        Deed(DeedKind.ASSIGNEE, ME),
        Deed(DeedKind.STATUS, Status.OPEN.value),
        subject="お電話のお礼",
        body=_CALL_BACK,
    )
    _macro(
        keeper,
        "お礼のみ・対応不要にする",
        Deed(DeedKind.TAG, "お礼"),
        Deed(DeedKind.PRIORITY, Priority.LOW),
        Deed(DeedKind.STATUS, Status.NOREPLY.value),
    )
    _macro(
        keeper,
        "倉庫へ確認中にする",
        Deed(DeedKind.TAG, "倉庫確認"),
        Deed(DeedKind.ASSIGNEE, NOBODY),
        Deed(DeedKind.STATUS, statuses["倉庫確認中"]),
    )


def _macro(keeper: User, name: str, *deeds: Deed, subject: str = "", body: str = "", abbreviation: str = "") -> None:
    content = Content(
        name=name,
        subject=subject,
        body=body,
        abbreviation=abbreviation,
        folder="マクロ",
        scope=Scope.ALL.value,
        keywords="マクロ 一括操作",
        is_suggested=False,
        actions=deeds,
    )
    create_template(content, user=keeper)
