"""Between whom a message goes, in one line: who reads along is seen before anybody answers."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from madoguchi.conversations.choices import MessageKind
from madoguchi.conversations.models import Message
from madoguchi.core.addresses import fold_address

type Party = dict[str, str]


def towards(message: Message) -> str:
    """「サポート窓口ほか2名へ、Cc 上司ほか1名、返信先 …」: of what came in, whoever is not the 窓口 it came to."""
    parts = [_to_line(message)]
    if copies := _others(message, message.cc):
        parts.append(f"Cc {_named(copies)}")
    if asked := _asked(message):
        parts.append(_("answers to %(name)s") % {"name": _named(asked)})
    return _(", ").join(parts)


def has_others(message: Message) -> bool:
    """True when the line leaves somebody out, or names anybody but the two between whom the message goes."""
    is_ours = message.kind == MessageKind.OUTBOUND
    return bool(len(_others(message, message.to)) > is_ours or _others(message, message.cc) or _asked(message))


def _asked(message: Message) -> list[Party]:
    """Where answers are wanted, other than at the sender."""
    sender = fold_address(message.sender_address)
    return [each for each in message.reply_to if fold_address(each["email"]) != sender]


def _to_line(message: Message) -> str:
    others = _others(message, message.to)
    if message.kind == MessageKind.OUTBOUND:
        first = _name(message.to[0]) if message.to else ""
        others = message.to[1:]
    else:
        first = message.inbox.name
    if others:
        return _("to %(name)s and %(n)d more") % {"name": first, "n": len(others)}
    return _("to %(name)s") % {"name": first}


def _others(message: Message, parties: Sequence[Party]) -> list[Party]:
    """These parties; of what came in without the 窓口."""
    if message.kind == MessageKind.OUTBOUND:
        return list(parties)
    ours = {fold_address(each) for each in message.inbox.addresses}
    return [each for each in parties if fold_address(each["email"]) not in ours]


def _named(parties: Sequence[Party]) -> str:
    first = _name(parties[0])
    return _("%(name)s and %(n)d more") % {"name": first, "n": len(parties) - 1} if len(parties) > 1 else first


def _name(party: Party) -> str:
    return party["name"] or party["email"]
