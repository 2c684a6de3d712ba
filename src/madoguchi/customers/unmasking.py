"""Putting back what was masked: from what the person was shown in a form, and from the customers' records."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Q

from madoguchi.accounts.models import User
from madoguchi.core.addresses import fold_address
from madoguchi.customers.choices import IdentityKind
from madoguchi.customers.masking import (
    DOMAIN,
    DOT,
    FIRST,
    OTHER,
    SIGNS,
    Masking,
    code_of,
    masked_mail,
    masked_phone,
    sign_of,
)
from madoguchi.customers.models import HiddenText, Identity
from madoguchi.customers.numbers import loose_numbers
from madoguchi.customers.phones import phone_key

_MASKED_MAIL = re.compile(rf"({FIRST}{OTHER}?){DOT}{{3}}([0-9a-f]{{6}})@({DOMAIN})")
_MASKED_PHONE = re.compile(rf"[0-9+(][0-9+() {DOT}-]{{6,20}}[0-9]")
#: A number in any writing of which something is hidden: what is not put back must not leave either.
_DOTTED = re.compile(rf"[0-9０-９][0-9０-９()（） {DOT}.,:=_/~・‐‑‒–—―−－ｰー-]{{6,24}}[0-9０-９]")
#: Addresses of one domain that begin alike, numbers that end alike: of more, none is put back.
_LOOKED_AT = 20_000
_MOSTSIGNS = 500


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of a text, and the mask in whose place it was put."""

    text: str
    masked: str = ""


def known_addresses(folded: Collection[str]) -> set[str]:
    """Those of these addresses that a customer has: the ones that `unmasked` finds again."""
    if not folded:
        return set()
    rows = Identity.objects.filter(kind=IdentityKind.MAIL, key__in=list(folded))
    return set(rows.values_list("key", flat=True))


def known_numbers(text: str) -> frozenset[str]:
    """Of whatever in a text may be a number, the keys of those that a customer has."""
    keys = {phone_key(text[each.start : each.end]) for each in loose_numbers(text)}
    rows = Identity.objects.filter(kind=IdentityKind.PHONE, key__in=sorted(keys)[:_LOOKED_AT]) if keys else ()
    return frozenset(each.key for each in rows)


def is_masked(text: str) -> bool:
    """True when something masked stands in a text."""
    return DOT in text and bool(SIGNS.search(text) or any(DOT * 2 in each for each in _DOTTED.findall(text)))


def hidden_from(user: User, text: str) -> dict[str, str]:
    """What stands behind the masks of a text that this person was shown in a form."""
    signs = sorted(set(SIGNS.findall(text)))[:_MOSTSIGNS]
    if not signs:
        return {}
    rows = HiddenText.objects.filter(user=user, sign__in=signs).values_list("masked", "text")
    return {masked: shown for masked, shown in rows if masked in text}


def unmasked(
    text: str, others: Iterable[str] = (), hidden: Mapping[str, str] | None = None, *, is_looked_up: bool = True
) -> str:
    """A text with what is masked put back.

    First what `hidden` knows, then what is one of `others` (mail addresses), then, if `is_looked_up`, what one customer
    alone has. Where something of it would be read beside its neighbours (`_090-…`), all of the text stays as it came.
    """
    if DOT not in text:
        return text
    known: dict[str, dict[str, str]] = defaultdict(dict)
    for each in others:
        known[masked_mail(each)][fold_address(each)] = each

    def mail(found: re.Match[str]) -> str:
        return _only(known.get(found[0], {})) or (_find_mail(found) if is_looked_up else "")

    def phone(found: re.Match[str]) -> str:
        return _find_phone(found[0]) if is_looked_up and DOT in found[0] else ""

    pieces = _exactly([_Piece(text)], hidden or {})
    pieces = list(_split(pieces, _MASKED_MAIL, mail))
    pieces = list(_split(pieces, _MASKED_PHONE, phone))
    return "".join(each.text for each in pieces) if _is_masked_again(pieces) else text


def unmasked_part(text: str, hidden: Mapping[str, str]) -> str:
    """The part of a postal address that stands alone in its field, put back whole; of anything else, nothing."""
    masked = text.strip()
    return hidden[masked] if masked in hidden and masked == f"{DOT * 3}{sign_of(masked)}" else text


def _exactly(pieces: list[_Piece], hidden: Mapping[str, str]) -> list[_Piece]:
    """What the person was shown in a field: longer masks first, since one may hold another."""
    masks = sorted(hidden, key=len, reverse=True)
    if not masks:
        return pieces
    return list(_split(pieces, re.compile("|".join(map(re.escape, masks))), lambda found: hidden[found[0]]))


def _split(
    pieces: Iterable[_Piece], pattern: re.Pattern[str], find: Callable[[re.Match[str]], str]
) -> Iterator[_Piece]:
    """The pieces with what `find` gives for a mask put back as a piece of its own."""
    for piece in pieces:
        done = 0
        for found in () if piece.masked else pattern.finditer(piece.text):
            if put := find(found):
                yield _Piece(piece.text[done : found.start()])
                yield _Piece(put, found[0])
                done = found.end()
        yield _Piece(piece.text[done:], piece.masked)


def _is_masked_again(pieces: list[_Piece]) -> bool:
    """True when whatever was put back is recognised where it stands, and nothing more of it shown than before."""
    spans = Masking(can_come_back=True).spans("".join(each.text for each in pieces))
    starts = [start for start, _end, _masked in spans]
    at = 0
    for each in pieces:
        here = bisect_right(starts, at) - 1
        if each.masked and (here < 0 or not _covers(spans[here], at, each)):
            return False
        at += len(each.text)
    return True


def _covers(span: tuple[int, int, str], at: int, piece: _Piece) -> bool:
    start, end, masked = span
    past = end - at - len(piece.text)
    if DOT not in masked or past < 0:
        return False
    before, after = _clear(masked)
    shown_before, shown_after = _clear(piece.masked)
    return before + start - at <= shown_before and after - past <= shown_after


def _clear(masked: str) -> tuple[int, int]:
    """How many characters stand before and behind the dots."""
    return masked.index(DOT), len(masked) - masked.rindex(DOT) - 1


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
