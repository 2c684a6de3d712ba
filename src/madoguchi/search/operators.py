"""The operators of the search box: names in English and Japanese, what they mean, completion, dates.

Only dates and the title are looked up by this room; the meaning of the others belongs to the caller.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madoguchi.search.folding import fold

FROM, TO, TITLE, TAG, IS, STATUS, BEFORE, UNTIL, AFTER, ON, HAS, ASSIGNEE, INBOX, PRIORITY, CATEGORY, NUMBER, FOLDER = (
    "from",
    "to",
    "subject",
    "tag",
    "is",
    "status",
    "before",
    "until",
    "after",
    "on",
    "has",
    "assignee",
    "inbox",
    "priority",
    "category",
    "number",
    "folder",
)


@dataclass(frozen=True, slots=True)
class OperatorKind:
    """One operator as the completion list shows it."""

    name: str  #: the English name, also that of `Operator.name`
    label: Promise  #: the name in the reader's language, as the echo shows it
    hint: Promise  #: what to type behind the colon
    aliases: tuple[str, ...]  #: other names, Japanese first
    values: tuple[str, ...] = ()  #: fixed values to offer; the caller knows the others


#: What `is:` knows, and what each means.
IS_VALUES: dict[str, Promise] = {
    "open": _("not finished yet"),
    "closed": _("finished"),
    "unread": _("new, nobody has begun"),
    "mine": _("Assigned to me"),
    "unassigned": _("Unassigned"),
    "late": _("Overdue"),
    "vip": _("Important customer"),
    "following": _("Following"),
    "failed": _("a mail of ours could not be sent"),
    "side": _("a request to others"),
}
#: What `has:` knows: with it, and without.
HAS_VALUES: dict[str, tuple[Promise, Promise]] = {
    "attachment": (_("with files"), _("without files")),
    "image": (_("with pictures"), _("without pictures")),
    "note": (_("with an internal note"), _("without an internal note")),
}
#: In the order in which they are offered.
OPERATORS: tuple[OperatorKind, ...] = (
    OperatorKind(FROM, _("From"), _("name or address of the sender"), ("差出人", "送信者", "sender")),
    OperatorKind(TO, _("To"), _("name or address of a recipient"), ("宛先", "受信者", "cc")),
    OperatorKind(TITLE, _("Subject"), _("words of the subject"), ("件名", "題名", "タイトル", "title")),
    OperatorKind(TAG, _("Tag"), _("name of a tag"), ("タグ", "ラベル", "label")),
    OperatorKind(STATUS, _("Status"), _("name of a status"), ("状態", "ステータス")),
    OperatorKind(IS, _("Is"), _("open, closed, unread, mine …"), ("条件",), tuple(IS_VALUES)),
    OperatorKind(ASSIGNEE, _("Assignee"), _("name of a colleague, or me"), ("担当", "担当者"), ("me", "none")),
    OperatorKind(INBOX, _("Inbox"), _("name of an inbox"), ("窓口", "受信箱", "desk")),
    OperatorKind(PRIORITY, _("Priority"), _("low, normal, high, urgent"), ("優先度", "優先順位")),
    OperatorKind(CATEGORY, _("Category"), _("name of a category"), ("分類", "カテゴリ", "カテゴリー")),
    OperatorKind(FOLDER, _("Folder"), _("name of a folder"), ("フォルダ", "フォルダー")),
    OperatorKind(HAS, _("Has"), _("attachment"), ("有無",), tuple(HAS_VALUES)),
    OperatorKind(NUMBER, _("Number"), _("number of the conversation"), ("番号", "受付番号")),
    OperatorKind(AFTER, _("Since"), _("2026-11-20, 11/20, yesterday, 7d"), ("以降", "から", "since")),
    OperatorKind(BEFORE, _("Before"), _("2026-11-20, 11/20, yesterday, 7d"), ("より前",)),
    OperatorKind(UNTIL, _("Until"), _("2026-11-20, 11/20, yesterday, 7d"), ("以前", "まで")),
    OperatorKind(ON, _("On"), _("2026-11-20, 11/20, yesterday"), ("日付", "日")),
)
#: 「添付:あり」 is how Japanese desks write has:attachment.
_ATTACHMENT = fold("添付")
_NO = {fold(word) for word in ("なし", "無し", "無", "no", "none", "0")}
#: What people write for the fixed values above.
_VALUES = (
    {
        (HAS, fold(word)): value
        for value, words in {
            "attachment": ("添付", "添付ファイル", "file", "files", "attachments"),
            "image": ("画像", "写真", "images", "picture", "photo"),
            "note": ("メモ", "社内メモ", "notes"),
        }.items()
        for word in words
    }
    | {
        (IS, fold(word)): value
        for value, words in {
            "open": ("未完了", "未対応"),
            "closed": ("完了", "対応完了", "終了"),
            "unread": ("未読",),
            "mine": ("自分", "自分担当", "me"),
            "unassigned": ("未割り当て", "未割当", "担当者なし"),
            "late": ("期限超過", "遅れ", "overdue"),
            "following": ("フォロー中",),
            "failed": ("送信失敗", "送信できず"),
        }.items()
        for word in words
    }
    | {(ASSIGNEE, fold(word)): value for value, word in (("me", "自分"), ("none", "なし"))}
)
_BY_NAME = {fold(name): kind.name for kind in OPERATORS for name in (kind.name, *kind.aliases)} | {_ATTACHMENT: HAS}
_KINDS = {kind.name: kind for kind in OPERATORS}

_DAYS_AGO = {
    0: ("today", "今日", "本日"),
    1: ("yesterday", "昨日"),
    2: ("一昨日", "おととい"),
    7: ("先週",),
}
_NAMED_DAYS = {fold(name): days for days, names in _DAYS_AGO.items() for name in names}
_FULL = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_SHORT = re.compile(r"(\d{1,2})[-/.月](\d{1,2})日?")
_AGO = re.compile(r"(\d{1,4})(d|w|m|y|日前?|週間?前?|[かけ]?月前?|年前?)")
_UNIT_DAYS = {"d": 1, "日": 1, "w": 7, "週": 7, "m": 30, "か": 30, "け": 30, "月": 30, "y": 365, "年": 365}


def find_operator(name: str) -> str | None:
    """The English name for any name, alias or width of an operator; None when there is no such operator."""
    return _BY_NAME.get(fold(name))


def read_value(typed_name: str, value: str) -> tuple[str, bool]:
    """The value in English where it is one of the fixed ones, and whether it turns the operator into its opposite."""
    if fold(typed_name) == _ATTACHMENT:
        return "attachment", fold(value) in _NO
    return _VALUES.get((find_operator(typed_name) or "", fold(value)), value), False


def operator_kind(name: str) -> OperatorKind:
    """The table's entry for an English name; `KeyError` when there is none."""
    return _KINDS[name]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line of the completion list."""

    insert: str  #: what replaces the piece being typed
    label: Promise
    hint: Promise


def suggest(prefix: str, *, limit: int = 8) -> list[Suggestion]:
    """Operators, or the fixed values of one, that continue the piece being typed; everything for an empty one."""
    typed = fold(prefix.replace("：", ":")).strip()
    minus = "-" if typed.startswith("-") else ""
    name, colon, value = typed.removeprefix("-").partition(":")
    if colon:
        return _values_of(name, value, minus)[:limit]
    fitting = ((_first_fitting(kind, name), kind) for kind in OPERATORS)
    return [Suggestion(f"{minus}{shown}:", kind.label, kind.hint) for shown, kind in fitting if shown][:limit]


def _first_fitting(kind: OperatorKind, typed: str) -> str:
    return next((name for name in (kind.name, *kind.aliases) if fold(name).startswith(typed)), "")


def _values_of(name: str, value: str, minus: str) -> list[Suggestion]:
    kind = _KINDS.get(find_operator(name) or "")
    if kind is None:
        return []
    hints = IS_VALUES if kind.name == IS else {each: said for each, (said, _unsaid) in HAS_VALUES.items()}
    return [
        Suggestion(f"{minus}{kind.name}:{each}", kind.label, hints.get(each, kind.hint))
        for each in kind.values
        if each.startswith(value)
    ]


def read_date(text: str, *, today: date) -> date | None:
    """A day as people write it: 2026-11-20, 2026年11月20日, 11/20 (the latest such day), 昨日, 7d, 2週間前."""
    folded = fold(text).strip()
    if folded in _NAMED_DAYS:
        return today - timedelta(days=_NAMED_DAYS[folded])
    if full := _FULL.fullmatch(folded):
        return _day(*(int(number) for number in full.groups()))
    if short := _SHORT.fullmatch(folded):
        month, day = int(short.group(1)), int(short.group(2))
        this_year = _day(today.year, month, day)
        return this_year if this_year is not None and this_year <= today else _day(today.year - 1, month, day)
    if ago := _AGO.fullmatch(folded):
        days = int(ago.group(1)) * _UNIT_DAYS[ago.group(2)[0]]
        return today - timedelta(days=min(days, today.toordinal() - 1))
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
