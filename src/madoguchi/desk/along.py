"""What is done along with a letter, as the composer and the picker of templates show it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.channels.models import Inbox
from madoguchi.conversations.choices import Status
from madoguchi.conversations.models import Conversation
from madoguchi.desk.status_choices import statuses_after
from madoguchi.wording.actions.macros import MAX_ALONG
from madoguchi.wording.deeds import DeedKind, Told, read_deeds, tell_deeds
from madoguchi.wording.models import Template
from madoguchi.wording.queries import templates_of

_AFTER = (Status.WAIT, Status.OPEN, Status.INTERNAL, Status.DONE)


@dataclass(frozen=True, slots=True)
class AlongLine:
    """One template in the composer: what it does when the letter leaves, and what it cannot."""

    pk: int
    name: str
    words: str
    problems: Sequence[str] = ()
    after: str = ""  #: the status it chooses for after sending,
    before: str = Status.WAIT.value  #: and what is chosen without it


class _Letter(Protocol):
    """Where the picker puts its words (wording_picker.Letter)."""

    user: User
    mode: str
    along: frozenset[int]
    is_for_many: bool
    conversation: Conversation | None

    @property
    def inbox(self) -> Inbox: ...


def along_lines(
    user: User, ids: Iterable[int], inbox_id: int | None, statuses: Sequence[tuple[str, str]]
) -> list[AlongLine]:
    """The templates that bring something along with a letter, each with what it does; none without a query."""
    wanted = sorted(set(ids))[:MAX_ALONG]
    found = templates_of(user).filter(pk__in=wanted) if wanted else ()
    return [along_line(user, each, inbox_id, statuses) for each in found if each.actions]


def along_line(user: User, template: Template, inbox_id: int | None, statuses: Sequence[tuple[str, str]]) -> AlongLine:
    """One template as a line of the composer."""
    told = tell_deeds(read_deeds(template.actions), user, inbox_id=inbox_id)
    keys = [key for key, _word in statuses]
    problems = [each.problem for each in told if each.problem]
    done = [each for each in told if not each.problem]
    after = ""
    for each in [one for one in done if one.deed.kind == DeedKind.STATUS]:
        if str(each.deed.value) in keys:
            after = str(each.deed.value)
        else:
            problems.append(_("%(word)s – cannot be chosen for after sending.") % {"word": each.word})
            done.remove(each)
    before = keys[0] if keys else Status.WAIT.value
    return AlongLine(template.pk, template.name, "、".join(each.word for each in done), problems, after, before)


def brought(letter: _Letter, template: Template) -> dict[str, str]:
    """What the answer to “Insert” says of it: the line for the composer, once, and the status for after sending."""
    is_letter = letter.mode != "note" and not letter.is_for_many
    if not template.actions or not is_letter or template.pk in letter.along:
        return {"along": "", "after": ""}
    inbox = letter.inbox
    line = along_line(letter.user, template, inbox.pk, statuses_after(_AFTER, inbox.pk))
    return {"along": render_to_string("desk/along.html", {"lines": [line]}), "after": line.after}


def does(letter: _Letter, template: Template) -> dict[str, object]:
    """What the preview of the picker shows of it, and where it could be done at once."""
    told: list[Told] = []
    if template.actions:
        told = tell_deeds(read_deeds(template.actions), letter.user, inbox_id=letter.inbox.pk)
    number = letter.conversation.pk if letter.conversation and may(letter.user, Permission.ASSIGN) else 0
    return {"told": told, "run_on": number if told else 0, "is_for_many": letter.is_for_many}
