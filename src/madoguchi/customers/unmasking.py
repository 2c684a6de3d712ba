"""Putting back what was masked: from what the person was shown in a form, and from the customers' records."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from django.db.models import Q

from madoguchi.accounts.models import User
from madoguchi.core.addresses import fold_address
from madoguchi.customers.choices import IdentityKind
from madoguchi.customers.masking import DOMAIN, DOT, SIGNS, code_of, masked_mail, masked_phone
from madoguchi.customers.models import HiddenText, Identity

_MASKED_MAIL = re.compile(rf"([A-Za-z0-9._+-][A-Za-z0-9._%+'-]?){DOT}{{3}}([0-9a-f]{{6}})@({DOMAIN})")
_MASKED_PHONE = re.compile(rf"[0-9+(][0-9+() {DOT}-]{{6,20}}[0-9]")
#: Addresses of one domain that begin alike, numbers that end alike: of more, none is put back.
_LOOKED_AT = 20_000
_MOSTSIGNS = 500


def known_addresses(folded: Collection[str]) -> set[str]:
    """Those of these addresses that a customer has: the ones that `unmasked` finds again."""
    if not folded:
        return set()
    rows = Identity.objects.filter(kind=IdentityKind.MAIL, key__in=list(folded))
    return set(rows.values_list("key", flat=True))


def is_masked(text: str) -> bool:
    """True when something masked stands in a text."""
    return DOT in text and bool(SIGNS.search(text) or any(DOT in each for each in _MASKED_PHONE.findall(text)))


def hidden_from(user: User, text: str) -> dict[str, str]:
    """What stands behind the masks of a text that this person was shown in a form."""
    signs = sorted(set(SIGNS.findall(text)))[:_MOSTSIGNS]
    if not signs:
        return {}
    rows = HiddenText.objects.filter(user=user, sign__in=signs).values_list("masked", "text")
    return {masked: shown for masked, shown in rows if masked in text}


def unmasked(text: str, others: Iterable[str] = (), hidden: Mapping[str, str] | None = None) -> str:
    """A text with what is masked put back.

    First what `hidden` knows, then what is one of `others` (mail addresses), then what one customer alone has.
    """
    if DOT not in text:
        return text
    for masked in sorted(hidden or {}, key=len, reverse=True):
        text = text.replace(masked, (hidden or {})[masked])
    known: dict[str, dict[str, str]] = defaultdict(dict)
    for each in others:
        known[masked_mail(each)][fold_address(each)] = each

    def mail(found: re.Match[str]) -> str:
        return _only(known.get(found[0], {})) or _find_mail(found) or found[0]

    def phone(found: re.Match[str]) -> str:
        return (_find_phone(found[0]) if DOT in found[0] else "") or found[0]

    return _MASKED_PHONE.sub(phone, _MASKED_MAIL.sub(mail, text))


def _find_mail(found: re.Match[str]) -> str:
    """The address, where only one looks like this: a letter goes to nobody by chance."""
    begin, code, domain = found.groups()
    of_domain = Q(key__startswith=begin.casefold(), key__endswith=f"@{domain.casefold()}")
    rows = Identity.objects.filter(of_domain, kind=IdentityKind.MAIL).values_list("shown", flat=True)
    looked_at = list(rows[: _LOOKED_AT + 1])
    alike = {fold_address(each): each for each in looked_at if code_of(fold_address(each)) == code}
    return _only(alike) if len(looked_at) <= _LOOKED_AT else ""


def _only(alike: Mapping[str, str]) -> str:
    return next(iter(alike.values())) if len(alike) == 1 else ""


def _find_phone(masked: str) -> str:
    """The number, where only one looks like this."""
    rows = list(Identity.objects.filter(kind=IdentityKind.PHONE, key__endswith=masked[-2:])[: _LOOKED_AT + 1])
    alike = {each.key: each.text for each in rows if masked in (masked_phone(each.text), masked_phone(each.shown))}
    return _only(alike) if len(rows) <= _LOOKED_AT else ""
