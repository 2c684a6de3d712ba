"""Templates among what the palette finds: put into the reply of the open conversation, or else opened."""

import json
from urllib.parse import urlencode

from django.urls import reverse

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.desk.deeds import Option
from madoguchi.desk.wording_page import icon_of, named
from madoguchi.search.folding import fold
from madoguchi.wording.models import Template
from madoguchi.wording.queries import macros_for, offered_to, recently_used
from madoguchi.wording.searching import saying

#: Beside conversations and deeds no more.
_SHOWN = 4
#: Over a letter they are what is looked for.
_OVER_A_LETTER = 8
_MACRO_WORDS = ("マクロ", "まくろ", "一括操作", "macro", "run a macro")


def template_options(user: User, typed: str, number: str) -> list[Option]:
    """The templates that say what was typed; `number` is that of the conversation that is open, if any."""
    if not may(user, Permission.REPLY):
        return []
    found = saying(offered_to(user), typed)[:_SHOWN]
    return [Option(_address(each, number), icon_of(each), each.name, each.folder) for each in found]


def macro_options(user: User, typed: str, number: str) -> list[Option]:
    """What templates do to the open conversation in one click (マクロ): by its name, or all for 「マクロ」."""
    if not number or not may(user, Permission.ASSIGN):
        return []
    offered, wanted = macros_for(user), fold(typed).replace(" ", "")
    is_all = len(wanted) > 1 and any(fold(word).startswith(wanted) for word in _MACRO_WORDS)
    found = offered[:_OVER_A_LETTER] if is_all else saying(offered, typed)[:_SHOWN]
    values = json.dumps({"conversation": number})
    return [
        Option(reverse("desk:template-run", args=[each.pk]), "macro", each.name, named(each), values=values)
        for each in found
    ]


def letter_options(user: User, typed: str) -> list[Option]:
    """Templates for the letter that is being written: what was typed, or what this person used last."""
    if not may(user, Permission.REPLY):
        return []
    offered = offered_to(user)
    found = saying(offered, typed)[:_OVER_A_LETTER] if typed else recently_used(user, offered)
    return [
        Option(
            reverse("desk:template", args=[each.pk]),
            icon_of(each),
            each.name,
            each.folder,
            puts=reverse("desk:template-insert", args=[each.pk]),
        )
        for each in found
    ]


def _address(template: Template, number: str) -> str:
    if not number:
        return reverse("desk:template", args=[template.pk])
    return f"{reverse('desk:reply', args=[int(number)])}?{urlencode({'mode': 'reply', 'template': template.pk})}"
