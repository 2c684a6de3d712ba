"""What one can do from the palette: go somewhere, or do something to the open conversation.

Each line is found by its words in the reader's language, and by what else people type for it: in Japanese, in kana, in
English, with words of other desks.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.accounts.queries import active_users
from madoguchi.conversations.choices import CHOOSABLE, Status
from madoguchi.conversations.filters import Filter
from madoguchi.conversations.locks import living_lock
from madoguchi.conversations.models import Conversation
from madoguchi.conversations.own import live_statuses
from madoguchi.conversations.queries import newest_inbound
from madoguchi.desk.rail_items import list_url
from madoguchi.desk.rows import status_word
from madoguchi.search.folding import fold

DIALOG, WINDOW = "dialog", "window"


@dataclass(frozen=True, slots=True)
class Option:
    """One line of the palette: a link, a dialog, a deed that is posted, or a key of the page that is pressed."""

    href: str
    icon: str
    word: str
    note: str = ""
    status: str = ""
    also: str = ""  #: what else it is found by
    opens: str = ""  #: DIALOG or WINDOW; empty for the page itself
    values: str = ""  #: posted as JSON; empty for what only leads somewhere
    press: str = ""  #: the shortcut of the button that does it; offered while that button is there
    puts: str = ""  #: where the words come from that go into the letter that is being written
    is_rare: bool = False  #: only offered when something was typed
    confirm: str = ""  #: the question before it is done
    confirm_text: str = ""

    def fits(self, typed: str) -> bool:
        """True when what was typed is part of its words."""
        return _plain(typed) in _plain(f"{self.word} {self.also}")

    def begins_with(self, typed: str) -> bool:
        """True when one of its words begins so: then it was most likely meant."""
        wanted = _plain(typed)
        return len(wanted) > 1 and any(_plain(word).startswith(wanted) for word in [self.word, *self.also.split()])


def _plain(text: str) -> str:
    return fold(text).replace(" ", "")


#: What else the statuses are called.
_STATUS_WORDS: dict[str, str] = {
    Status.NEW: "新着 しんちゃく 未対応 new",
    Status.OPEN: "対応中 たいおうちゅう 再開 さいかい open reopen in-progress",
    Status.WAIT: "お客様の返信待ち へんしんまち 返信待ち waiting pending",
    Status.INTERNAL: "社内確認中 しゃないかくにんちゅう internal",
    Status.HOLD: "保留 ほりゅう 後で対応 あとでたいおう スヌーズ リマインダー hold snooze later remind",
    Status.DONE: "対応完了 たいおうかんりょう 完了 かんりょう 解決済み かいけつずみ done solved resolve finish",
    Status.NOREPLY: "対応不要 たいおうふよう 返信不要 noreply",
    Status.SPAM: "迷惑メール めいわくめーる spam junk",
    Status.CLOSED: "終了 しゅうりょう close closed",
}


def deeds_on(user: User, conversation: Conversation) -> list[Option]:
    """What this person may do to the open conversation."""
    is_closed = conversation.status == Status.CLOSED
    options = list(_writing(user, is_closed=is_closed))
    if may(user, Permission.ASSIGN) and (not is_closed or user.sees_every_inbox):
        options += [
            *_statuses(conversation),
            *_own_statuses(conversation),
            *_people(user, conversation),
            *_filing(user, conversation),
        ]
    return [*options, *_reading(user, conversation)]


def _writing(user: User, *, is_closed: bool) -> Iterator[Option]:
    if may(user, Permission.REPLY) and not is_closed:
        yield Option("", "reply", _("Reply"), "R", press="r", also="返信 へんしん 回答 reply answer")
        yield Option("", "forward", _("Forward"), "F", press="f", also="転送 てんそう forward")
    if may(user, Permission.WRITE_NOTE):
        yield Option("", "note", _("Internal note"), "N", press="n", also="社内メモ しゃないめも コメント note comment")


def _statuses(conversation: Conversation) -> Iterator[Option]:
    for status in CHOOSABLE:
        also = f"{_STATUS_WORDS.get(status, '')} 状態 じょうたい ステータス status"
        word, icon = status_word(status, is_side=conversation.side_of_id is not None), f"s-{status.value}"
        if status == Status.HOLD:
            url = reverse("desk:hold", args=[conversation.pk])
            yield Option(url, icon, f"{word}…", _("Status"), status=status.value, also=also, opens=DIALOG)
        elif status != conversation.status:
            url = reverse("desk:status", args=[conversation.pk])
            values = json.dumps({"status": status.value})
            yield Option(url, icon, word, _("Status"), status=status.value, also=also, values=values)


def _own_statuses(conversation: Conversation) -> Iterator[Option]:
    url = reverse("desk:status", args=[conversation.pk])
    for own in live_statuses():
        if own.is_for(conversation.inbox_id) and own.pk != conversation.own_status_id:
            also = f"{own.name} {own.name_en} 状態 じょうたい ステータス status"
            values = json.dumps({"status": own.key})
            yield Option(url, own.shape, own.word, _("Status"), status=own.tone, also=also, values=values)


def _people(user: User, conversation: Conversation) -> Iterator[Option]:
    url = reverse("desk:assign", args=[conversation.pk])
    also = "担当者 たんとうしゃ 割り当て わりあて アサイン assign assignee"
    if conversation.assignee_id != user.pk:
        mine = f"{also} 自分が担当する じぶんがたんとうする 担当 たんとう take me"
        yield Option(url, "user", _("I take it"), _("Assignee"), also=mine, values=json.dumps({"assignee": "me"}))
    for person in active_users():
        if person.pk not in (user.pk, conversation.assignee_id) and may(person, Permission.ASSIGN):
            values = json.dumps({"assignee": str(person.pk)})
            yield Option(
                url, "user", person.name, _("Assignee"), also=f"{also} {person.email}", values=values, is_rare=True
            )
    if conversation.assignee_id:
        none = f"{also} 担当者なし たんとうしゃなし 未割り当て みわりあて unassign nobody"
        yield Option(url, "close", _("Unassigned"), _("Assignee"), also=none, values=json.dumps({"assignee": "none"}))


def _filing(user: User, conversation: Conversation) -> Iterator[Option]:
    number = conversation.pk
    also = "タグ 分類 ぶんるい カテゴリ ラベル 優先度 ゆうせんど tag label category priority"
    yield Option(reverse("desk:filing", args=[number]), "tag", _("Tags and category"), "T", also=also, opens=DIALOG)
    also = "フォルダ フォルダへ移動 ふぉるだ いどう folder move"
    yield Option(reverse("desk:put-in-folder", args=[number]), "folder", _("Move to a folder"), also=also, opens=DIALOG)
    also = "件名を変更 けんめいをへんこう subject rename title"
    yield Option(reverse("desk:subject", args=[number]), "compose", _("Change the subject"), also=also, opens=DIALOG)
    also = "統合 とうごう まとめる マージ 名寄せ merge join combine"
    yield Option(reverse("desk:merge", args=[number]), "merge", _("Merge with another"), also=also, opens=DIALOG)
    also = "関連付ける かんれんづける 関連 親子 重複 リンク link relate parent child duplicate"
    yield Option(reverse("desk:link", args=[number]), "link", _("Link with another"), also=also, opens=DIALOG)
    if conversation.side_of_id is None:
        also = "他部署に確認を依頼 いらい 確認 取引先 問い合わせ 依頼する ask request supplier department"
        yield Option(reverse("desk:ask", args=[number]), "forward", _("Ask others"), also=also, opens=DIALOG)
    if not conversation.is_open:
        also = "再開する さいかい 理由 reopen reason"
        url = reverse("desk:reopen", args=[number])
        yield Option(url, "refresh", _("Open again with a reason"), also=also, opens=DIALOG)
    is_following = any(each.pk == user.pk for each in conversation.followers.all())
    yield Option(
        reverse("desk:follow", args=[number]),
        "eye-off" if is_following else "eye",
        _("Stop following") if is_following else _("Follow"),
        also="フォローする フォローをやめる ウォッチ follow unfollow watch",
        values=json.dumps({"on": "" if is_following else "1"}),
    )
    lock = living_lock(conversation)
    if lock is not None and lock.user_id != user.pk and may(user, Permission.TAKE_OVER_LOCK):
        also = "返信を引き継ぐ ひきつぐ takeover lock"
        url = reverse("desk:take-over", args=[number])
        yield Option(url, "lock", _("Take over the reply"), lock.user.name, also=also, opens=DIALOG)
    newest = newest_inbound(conversation)
    if newest is not None and conversation.messages.filter(at__lt=newest.at).exists():
        yield Option(
            reverse("desk:split", args=[newest.pk]),
            "split",
            _("Split off the customer's last mail"),
            also="ここから分割 ぶんかつ 分ける わける split separate",
            values="{}",
            confirm=_("Split the conversation here?"),
            confirm_text=_("This message and all later ones become a conversation of their own. You can undo this."),
        )


def _reading(user: User, conversation: Conversation) -> Iterator[Option]:
    url = reverse("desk:print", args=[conversation.pk])
    yield Option(url, "print", _("Print"), also="印刷 いんさつ プリント print pdf", opens=WINDOW)
    newest = newest_inbound(conversation)
    if newest is not None and newest.raw_id and may(user, Permission.WRITE_NOTE):
        yield Option(
            reverse("desk:reinterpret", args=[newest.pk]),
            "refresh",
            _("Garbled? Decode anew"),
            also="再解釈 さいかいしゃく 文字化け もじばけ エンコード charset decode garbled mojibake",
            opens=DIALOG,
        )
    customer = reverse("desk:customer", args=[conversation.customer_id])
    also = "顧客情報 こきゃくじょうほう お客様 おきゃくさま customer profile"
    yield Option(customer, "user", conversation.customer.label, _("Customer"), also=also)
    timeline = reverse("desk:timeline", args=[conversation.customer_id])
    also = "対応履歴 たいおうりれき やりとり 全部 timeline history everything"
    yield Option(timeline, "history", conversation.customer.label, _("Timeline"), also=also)


def places() -> list[Option]:
    """Where one can go from everywhere."""
    return [
        Option(
            reverse("desk:compose"), "compose", _("New mail"), "C", also="新規作成 しんきさくせい メール作成 new mail"
        ),
        Option(reverse("desk:next"), "right", _("Next conversation"), also="次の問い合わせ つぎ next"),
        Option(list_url(Filter(assignee="me")), "user", _("Assigned to me"), also="自分の担当 じぶん mine my"),
        Option(list_url(Filter(late=True)), "s-late", _("Overdue"), also="期限超過 きげんちょうか 遅れ late overdue"),
        Option(
            list_url(Filter(assignee="none")), "inbox", _("Unassigned"), also="担当者なし たんとうしゃなし unassigned"
        ),
        Option(
            list_url(Filter(status="all", sort="newest")),
            "history",
            _("All conversations"),
            also="すべて 全件 ぜんけん all",
        ),
        Option(reverse("desk:search"), "search", _("Search"), also="検索 けんさく さがす find search"),
        Option(reverse("desk:customers"), "users", _("Customers"), also="顧客一覧 こきゃく customers contacts"),
        Option(reverse("desk:drafts"), "draft", _("Drafts"), also="下書き したがき 一時保存 drafts"),
        Option(reverse("desk:bulk-replies"), "reply", _("Bulk replies"), also="一括返信 いっかつへんしん bulk replies"),
        Option(
            reverse("desk:profile"), "user", _("My profile"), also="プロフィール 個人設定 パスワード profile password"
        ),
        Option(reverse("desk:settings"), "settings", _("Settings"), also="設定 せってい 管理 settings admin"),
    ]
