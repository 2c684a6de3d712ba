"""Customers' mail addresses and phone numbers for eyes that are not to read them, and the way back.

Pure but for `unmasked`, which asks the records. A masked address keeps its beginning, its domain, and six signs by
which it is told from others and found again: 「yu•••3f9a1c@mail.example」. A masked number keeps both ends.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping

from django.db.models import Q
from django.utils.crypto import salted_hmac

from madoguchi.core.addresses import fold_address
from madoguchi.customers.choices import IdentityKind
from madoguchi.customers.models import Identity

_DOT = "•"
_DOMAIN = r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}|[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
_MAIL = re.compile(rf"([A-Za-z0-9._+-][A-Za-z0-9._%+'-]{{0,63}})(@|%40)({_DOMAIN})")
_PHONE = re.compile(
    r"(?<![A-Za-z0-9_.+/=-])(?:"
    r"\+[0-9][0-9 -]{7,17}[0-9]"
    r"|0[0-9]{1,4}([- ])[0-9]{1,4}\1[0-9]{3,4}"
    r"|\(0[0-9]{1,4}\)[- ]{0,1}[0-9]{1,4}-[0-9]{3,4}"
    r"|0[0-9]{1,4}\([0-9]{1,4}\)[0-9]{3,4}"
    r"|0[0-9]{9,10}"
    r")(?![A-Za-z0-9_-])"
)
_MASKED_MAIL = re.compile(rf"([A-Za-z0-9._+-][A-Za-z0-9._%+'-]?){_DOT}{{3}}([0-9a-f]{{6}})@({_DOMAIN})")
_MASKED_PHONE = re.compile(rf"[0-9+(][0-9+() {_DOT}-]{{6,20}}[0-9]")
_TEXTAREA = re.compile(r"(<textarea\b[^>]{0,2000}>)([^<]*)(</textarea>)")
#: Addresses of one domain that begin alike, numbers that end alike: of more, none is put back.
_LOOKED_AT = 20_000


def masked_mail(address: str) -> str:
    """「yu•••3f9a1c@mail.example」; the same for every way of writing an address."""
    local, at, domain = address.rpartition("@")
    begin = local[: 2 if len(local) > 3 else 1]
    return f"{begin}{_DOT * 3}{_code(address)}{at}{domain}"


def masked_phone(number: str) -> str:
    """「09•-••••-••78」: the first and the last two digits."""
    digits = [at for at, char in enumerate(number) if char.isdecimal()]
    hidden = set(digits[2:-2])
    return "".join(_DOT if at in hidden else char for at, char in enumerate(number))


def _code(address: str) -> str:
    return salted_hmac("madoguchi.masking", fold_address(address), algorithm="sha256").hexdigest()[:6]


def mask(text: str, *, keep: Collection[str], keep_numbers: Collection[str] = ()) -> str:
    """A text, page or JSON with every address and number masked but our own: `keep`, folded, and digits."""

    def mail(found: re.Match[str]) -> str:
        local, at, domain = found.groups()
        address = f"{local}@{domain}"
        if fold_address(address) in keep:
            return found[0]
        return masked_mail(address).replace("@", at)

    def phone(found: re.Match[str]) -> str:
        return found[0] if _digits(found[0]) in keep_numbers else masked_phone(found[0])

    return _PHONE.sub(phone, _MAIL.sub(mail, text))


def mask_page(text: str, *, keep: Collection[str], keep_numbers: Collection[str], known: "Known") -> str:
    """The same for HTML. What is being written keeps everything that could not be put back when it is sent."""
    written = [found[2] for found in _TEXTAREA.finditer(text)]
    again = known({fold_address(f"{one[1]}@{one[3]}") for each in written for one in _MAIL.finditer(each)})

    def mail(found: re.Match[str]) -> str:
        address = f"{found[1]}@{found[3]}"
        is_ours = fold_address(address) in keep or fold_address(address) not in again
        return found[0] if is_ours else masked_mail(address)

    parts: list[str] = []
    done = 0
    for area in _TEXTAREA.finditer(text):
        parts.append(mask(text[done : area.start()], keep=keep, keep_numbers=keep_numbers))
        parts.append(area[1] + _MAIL.sub(mail, area[2]) + area[3])
        done = area.end()
    parts.append(mask(text[done:], keep=keep, keep_numbers=keep_numbers))
    return "".join(parts)


type Known = Callable[[set[str]], set[str]]


def known_addresses(folded: Collection[str]) -> set[str]:
    """Those of these addresses that a customer has: the ones that `unmasked` finds again."""
    if not folded:
        return set()
    rows = Identity.objects.filter(kind=IdentityKind.MAIL, key__in=list(folded))
    return set(rows.values_list("key", flat=True))


def is_masked(text: str) -> bool:
    """True when something masked stands in a text."""
    return _DOT in text and bool(_MASKED_MAIL.search(text) or any(_DOT in each for each in _MASKED_PHONE.findall(text)))


def unmasked(text: str, others: Iterable[str] = ()) -> str:
    """A text with what is masked put back, as far as a customer has it or it is one of `others` (mail addresses)."""
    if _DOT not in text:
        return text
    known: dict[str, dict[str, str]] = defaultdict(dict)
    for each in others:
        known[masked_mail(each)][fold_address(each)] = each

    def mail(found: re.Match[str]) -> str:
        return _only(known.get(found[0], {})) or _find_mail(found) or found[0]

    def phone(found: re.Match[str]) -> str:
        return (_find_phone(found[0]) if _DOT in found[0] else "") or found[0]

    return _MASKED_PHONE.sub(phone, _MASKED_MAIL.sub(mail, text))


def _find_mail(found: re.Match[str]) -> str:
    """The address, where only one looks like this: a letter goes to nobody by chance."""
    begin, code, domain = found.groups()
    of_domain = Q(key__startswith=begin.casefold(), key__endswith=f"@{domain.casefold()}")
    rows = Identity.objects.filter(of_domain, kind=IdentityKind.MAIL).values_list("shown", flat=True)
    looked_at = list(rows[: _LOOKED_AT + 1])
    alike = {fold_address(each): each for each in looked_at if _code(each) == code}
    return _only(alike) if len(looked_at) <= _LOOKED_AT else ""


def _only(alike: Mapping[str, str]) -> str:
    return next(iter(alike.values())) if len(alike) == 1 else ""


def _find_phone(masked: str) -> str:
    """The number, where only one looks like this."""
    rows = list(Identity.objects.filter(kind=IdentityKind.PHONE, key__endswith=masked[-2:])[: _LOOKED_AT + 1])
    alike = {each.key: each.text for each in rows if masked in (masked_phone(each.text), masked_phone(each.shown))}
    return _only(alike) if len(rows) <= _LOOKED_AT else ""


def numbers_in(text: str) -> set[str]:
    """The digits of the phone numbers in a text, such as our own signature."""
    return {_digits(each[0]) for each in _PHONE.finditer(text)}


def _digits(number: str) -> str:
    return "".join(filter(str.isdecimal, number))
