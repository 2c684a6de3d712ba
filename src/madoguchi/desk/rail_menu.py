"""The pages beside the lists: what waits for this person, where to look things up, team and settings."""

from dataclasses import replace

from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.channels.registry import channel_classes
from madoguchi.conversations.filters import Filter
from madoguchi.desk.noticing import capped, unread_word
from madoguchi.desk.numbers import Numbers
from madoguchi.desk.quarantine_words import quarantine_word
from madoguchi.desk.rail_items import RailGroup, RailItem, list_url, page_url

type _Entry = tuple[str, str, str, str]


def _group(word: str, entries: list[_Entry], path: str, *, has_bell: bool = False) -> RailGroup:
    items = [
        RailItem(href, icon, name, amount, is_current=path == href, is_list=False)
        for icon, name, href, amount in entries
    ]
    return RailGroup(word, items, has_bell=has_bell)


def to_do(user: User, numbers: Numbers, path: str) -> RailGroup:
    """What waits for this person beside the lists, below the notices."""
    left, promises, callbacks = page_url("unanswered"), page_url("promises"), page_url("callbacks")
    entries = [
        ("s-late", _("Unanswered"), left, capped(numbers.unanswered)),
        ("promise", _("Promises"), promises, unread_word(numbers.promised)),
        ("phone", _("Callbacks"), callbacks, unread_word(numbers.callbacks)),
        ("note", _("Messages"), page_url("slips"), unread_word(numbers.slips)),
    ]
    if may(user, Permission.REPLY):
        waiting = f"{numbers.approvals:,}" if numbers.approvals else ""
        entries.append(("stamp", _("Awaiting approval"), page_url("approvals"), waiting))
    if may(user, Permission.WRITE_NOTE):
        entries.append(("draft", _("Drafts"), page_url("drafts"), ""))
    entries.append(("clock", _("Planned mail"), page_url("planned"), ""))
    if may(user, Permission.REPLY):
        entries.append(("reply", _("Bulk replies"), page_url("bulk-replies"), ""))
    group = _group(_("To do"), entries, path, has_bell=True)
    late = {left: numbers.unanswered > 0, promises: numbers.is_promise_red, callbacks: numbers.is_callback_red}
    return replace(group, items=[replace(each, is_late=late.get(each.href, False)) for each in group.items])


def look_up(user: User, path: str) -> RailGroup:
    """Where everything is found."""
    entries = [
        ("search", _("Search"), page_url("search"), ""),
        ("users", _("Customers"), page_url("customers"), ""),
        ("history", _("All conversations"), list_url(Filter(status="all", sort="newest")), ""),
        ("phone", _("Calls"), page_url("calls"), ""),
    ]
    if may(user, Permission.REPLY):
        entries.append(("template", _("Templates"), page_url("templates"), ""))
    entries.append(("book", _("Knowledge"), page_url("articles"), ""))
    if may(user, Permission.REPLY):
        entries.append(("shield", _("Cases"), page_url("cases"), ""))
    return _group(_("Look up"), entries, path)


def around(user: User, numbers: Numbers, path: str) -> RailGroup:
    """The team, what stayed inside, settings."""
    entries = [
        ("info", _("Announcements"), page_url("bulletins"), ""),
        ("team", _("Who is on duty"), page_url("board"), ""),
    ]
    if _keeps_mail(user, numbers):
        entries.append(("send", _("Sent mail (local)"), page_url("outbox"), ""))
    if may(user, Permission.MANAGE_QUARANTINE):
        entries.append(("spam", _("Quarantine"), page_url("quarantine"), quarantine_word(numbers.quarantined)))
    entries.append(("settings", _("Settings"), page_url("settings"), ""))
    return _group(_("Team and settings"), entries, path)


def _keeps_mail(user: User, numbers: Numbers) -> bool:
    """Whether mail stays inside: in the demo, of a 窓口 without a mail server, and invitations before there is one."""
    if not numbers.inboxes:
        return may(user, Permission.MANAGE_WORKSPACE)
    classes = channel_classes()
    kept = (classes[each.kind].keeps_messages(each.settings) for each in numbers.inboxes if each.kind in classes)
    return bool(numbers.workspace and numbers.workspace.is_demo) or any(kept)
