"""One row of the list as markup, written in Python: a page has dozens of them, and a template takes ten times as long.

The row goes inside an <ol>. Everything that is not markup passes `escape`; a test puts markup into every field.
"""

from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from madoguchi.ui.icons import render_icon
from madoguchi.ui.rows import Row, Tag


def row_markup(row: Row) -> SafeString:
    """A row with its box for choosing several."""
    return mark_safe(
        f'<li class="item" id="conversation-{escape(row.id)}">{_pick(row)}{_link(row)}\n'
        f"{render_icon(row.status_icon, css='mark')}{_who(row)}{_when(row)}\n"
        f'<span class="what"><b>{escape(row.subject)}</b>{escape(row.excerpt)}</span>{_signs(row)}\n'
        f'<span class="state">{_state(row)}</span>{_due(row)}</a></li>'
    )


def _pick(row: Row) -> str:
    label = _("Select %(name)s, %(subject)s") % {"name": row.name, "subject": row.subject}
    return (
        f'<label class="pick"><input type="checkbox" name="conversation" value="{escape(row.id)}" data-pick form="bulk"'
        f' aria-label="{escape(label)}"></label>'
    )


def _link(row: Row) -> str:
    href = escape(row.href)
    late, unread = (
        " data-late" if row.is_late else " data-soon" if row.is_soon else "",
        " data-unread" if row.is_unread else "",
    )
    current = ' aria-current="true"' if row.is_current else ""
    hint = f' title="{escape(row.hint)}"' if row.hint else ""
    return (
        f'<a class="row" href="{href}" hx-get="{href}" hx-target="#work" hx-swap="outerHTML" hx-push-url="true"'
        f' data-row data-status="{escape(row.status)}"{late}{unread}{current}{hint}>'
    )


def _who(row: Row) -> str:
    plum = render_icon("plum", label=_("Important customer"), size="s") if row.is_vip else ""
    vip = f'<span class="vip">{plum}</span>' if plum else ""
    flag = _tag(row.flag) if row.flag else ""
    return f'<span class="who"><span class="name">{escape(row.name)}</span>{vip}{flag}</span>'


def _when(row: Row) -> str:
    channel = render_icon(row.channel.icon, label=row.channel.word)
    return f'<span class="when">{channel}<time datetime="{escape(row.when_at)}">{escape(row.when)}</time></span>'


def _signs(row: Row) -> str:
    signs = "".join(render_icon(sign.icon, label=sign.word, css=sign.css) for sign in row.signs)
    return f'<span class="marks">{signs}</span>'


def _state(row: Row) -> str:
    if row.lock:
        return f'<span class="locked">{render_icon("lock")}{escape(row.lock)}</span>'
    assignee = f"<span>{escape(row.assignee)}</span>" if row.assignee else ""
    tags = "".join(map(_tag, row.tags))
    return f'<span class="status">{escape(row.status_word)}</span>{assignee}{tags}'


def _tag(tag: Tag) -> str:
    tone = f' data-tone="{escape(tag.tone)}"' if tag.tone else ""
    return f'<span class="tag"{tone}>{escape(tag.word)}</span>'


def _due(row: Row) -> str:
    due_at = f' data-due="{escape(row.due_at)}" data-due-style="list"' if row.due_at else ""
    soon = f'<span class="said"> {escape(_("Due soon"))}</span>' if row.is_soon else ""
    return f'<span class="due"{due_at}>{escape(row.due)}{soon}</span>'
