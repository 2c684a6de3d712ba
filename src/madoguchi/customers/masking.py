"""Customers' mail addresses, phone numbers and postal addresses for eyes that are not to read them.

Pure. A masked address keeps its beginning, its domain, and six signs by which it is told from others and found again:
「yu•••3f9a1c@mail.example」. A masked number keeps both ends, a postal address the region. What stands in a field that
is sent back carries such signs in every mask, so that `unmasking` can put back exactly what stood there.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field

from django.utils.crypto import salted_hmac

from madoguchi.core.addresses import fold_address
from madoguchi.customers.choices import IdentityKind
from madoguchi.customers.numbers import KANJI_DIGITS, UNSEEN, Number, loose_numbers, numbers_of
from madoguchi.customers.phones import phone_key
from madoguchi.customers.places import places_in

DOT = "•"
DOMAIN = r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}|[\w-]{1,63}(?:[.．][\w-]{1,63}){1,8}"
#: The signs that every mask in a field carries.
SIGNS = re.compile(rf"{DOT}{{3}}([0-9a-f]{{6}})")
#: The first letter of an address, and any other before the @.
FIRST, OTHER = "[A-Za-z0-9._+-]", "[A-Za-z0-9._%+'~{}!#$*?^|-]"
_MAIL = re.compile(rf"({FIRST}{OTHER}{{0,63}})(@|%40)({DOMAIN}|[A-Za-z0-9.-]{{0,63}}(?=…))")
#: Written so that no program finds it.
_APART_MAIL = re.compile(
    rf"({FIRST}{OTHER}{{0,63}})(?: ?(?:\[at\]|\(at\)|＠|（at）|_at_) ?| @ ?|@ )([A-Za-z0-9-]{{1,63}}"
    r"(?:\.[A-Za-z0-9-]{1,63}){0,7}\.[A-Za-z]{2,24})(?![A-Za-z0-9])"
)
_WIDE_MAIL = re.compile(
    r"[Ａ-Ｚａ-ｚ０-９．＿＋－A-Za-z0-9._+-]{1,64}＠[Ａ-Ｚａ-ｚ０-９－A-Za-z0-9-]{1,63}(?:[．.][Ａ-Ｚａ-ｚ０-９－A-Za-z0-9-]{1,63}){1,8}"
)
#: Fewer digits than any number one can call; of them nothing is shown.
_FEWEST = 9
#: No address, number or place in a text is longer.
_LONGEST = 700
#: Parts of a postal address that stand alone: names of fields in JSON and in forms.
PLACE_FIELDS = frozenset({"postal_code", "street", "building"})


def masked_mail(address: str) -> str:
    """「yu•••3f9a1c@mail.example」; the same for every way of writing an address."""
    local, at, domain = address.rpartition("@")
    begin = local[: 2 if len(local) > 3 else 1]
    return f"{begin}{DOT * 3}{code_of(fold_address(address))}{at}{domain}"


def masked_of_kind(kind: str, text: str) -> str:
    """What a field says is of this kind, whatever it looks like: masked as such, or all but its beginning."""
    if kind == IdentityKind.MAIL and "@" in text:
        return masked_mail(text)
    if kind == IdentityKind.PHONE and sum(map(str.isdecimal, text)) >= _FEWEST:
        return masked_phone(text)
    return f"{text[: min(2, len(text) // 3)]}{DOT * 3}{code_of(text)}" if text else text


def masked_phone(number: str, *, is_cut: bool = False) -> str:
    """「09•-••••-••78」: the first and the last two digits; of a piece of a number none."""
    digits = [at for at, char in enumerate(number) if char.isdecimal() or char in KANJI_DIGITS]
    hidden = set(digits if is_cut or len(digits) < _FEWEST else digits[2:-2])
    return "".join(DOT if at in hidden else char for at, char in enumerate(number))


def code_of(text: str) -> str:
    """The six signs of a text: always the same, and they tell nothing of it."""
    return salted_hmac("madoguchi.masking", text, algorithm="sha256").hexdigest()[:6]


@dataclass(frozen=True, slots=True)
class Ours:
    """What is ours and no secret: addresses folded, numbers as their digits, texts in which places may stand."""

    addresses: Collection[str] = ()
    numbers: Collection[str] = ()
    places: str = ""  #: `tight`
    known: Collection[str] = ()  #: not ours: the `phone_key` of numbers that customers have


@dataclass(frozen=True, slots=True)
class Masking:
    """One pass over one answer; `hidden` gathers what stands behind each mask where it may be sent back."""

    ours: Ours = Ours()
    can_come_back: bool = False
    hidden: dict[str, str] = field(default_factory=dict)

    def text(self, text: str) -> str:
        """A text with every address, number and place masked but our own."""
        parts: list[str] = []
        done = 0
        for start, end, masked in self.spans(text):
            parts += (text[done:start], masked)
            done = end
        parts.append(text[done:])
        return "".join(parts)

    def spans(self, text: str) -> list[tuple[int, int, str]]:
        """What is to be masked: where it begins and ends, and the mask, in the order of the text.

        Letters that nobody sees tear nothing, and go with the mask.
        """
        unseen = {each.start() for each in UNSEEN.finditer(text)}
        if not unseen:
            return self._spans(text)
        kept = [at for at in range(len(text)) if at not in unseen]
        spans = self._spans(UNSEEN.sub("", text))
        return [(kept[start], kept[end - 1] + 1, masked) for start, end, masked in spans]

    def of_kind(self, kind: str, text: str) -> str:
        """The address of a customer, known as such by its field: all of it, whatever it looks like."""
        is_ours = fold_address(text) in self.ours.addresses if kind == IdentityKind.MAIL else self._is_ours(text)
        return text if is_ours or not text.strip() else self._kept(text, masked_of_kind(kind, text))

    def _spans(self, text: str) -> list[tuple[int, int, str]]:
        found = [
            (each.start, each.end, self._place(text[each.start : each.end], each.shown)) for each in places_in(text)
        ]
        for pattern, masked in ((_MAIL, self._mail), (_WIDE_MAIL, self._wide_mail), (_APART_MAIL, self._apart_mail)):
            here = [(each.start(), each.end(), masked(each)) for each in pattern.finditer(text)]
            found = _apart(found, here) if here else found
        for numbers in (numbers_of(text), self._known(text)):
            here = [(each.start, each.end, self._phone(text[each.start : each.end], each)) for each in numbers]
            found = _apart(found, here) if here else found
        return found

    def _known(self, text: str) -> list[Number]:
        """Numbers that are written like nothing else, but stand in a customer's record."""
        if not self.ours.known:
            return []
        return [each for each in loose_numbers(text) if phone_key(text[each.start : each.end]) in self.ours.known]

    def place(self, text: str) -> str:
        """A part of a postal address that stands alone, such as a street: all of it."""
        return self._kept(text, f"{DOT * 3}{code_of(text)}") if text.strip() else text

    def _mail(self, found: re.Match[str]) -> str:
        address = f"{found[1]}@{found[3]}"
        if fold_address(address) in self.ours.addresses:
            return found[0]
        return self._kept(address, masked_mail(address)).replace("@", found[2])

    def _wide_mail(self, found: re.Match[str]) -> str:
        address = unicodedata.normalize("NFKC", found[0])
        return found[0] if fold_address(address) in self.ours.addresses else self._kept(found[0], masked_mail(address))

    def _apart_mail(self, found: re.Match[str]) -> str:
        address = f"{found[1]}@{found[2]}"
        return found[0] if fold_address(address) in self.ours.addresses else self._kept(found[0], masked_mail(address))

    def _phone(self, number: str, where: Number) -> str:
        if self._is_ours(number):
            return number
        if not self.can_come_back:
            return masked_phone(number, is_cut=where.is_cut)
        return self._kept(number, f"{number[:2]}{DOT * 3}{code_of(number)}{DOT * 2}{number[-2:]}")

    def _is_ours(self, number: str) -> bool:
        return digits_of(number) in self.ours.numbers

    def _place(self, text: str, shown: int) -> str:
        if self.ours.places and tight(text) in self.ours.places:
            return text
        return self._kept(text, f"{text[:shown]}{DOT * 3}{code_of(text)}")

    def _kept(self, text: str, masked: str) -> str:
        if self.can_come_back:
            self.hidden[masked] = text
        return masked


def _apart(first: list[tuple[int, int, str]], more: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Both in the order of the text; of two that overlap the one that was found first stays."""
    ends, kept = 0, []
    chosen = iter([*first, (10**9, 10**9, "")])
    next_one = next(chosen)
    for each in more:
        while next_one[0] < each[1]:
            ends = max(ends, next_one[1])
            next_one = next(chosen)
        if each[0] >= ends:
            kept.append(each)
    return sorted([*first, *kept])


def sign_of(masked: str) -> str:
    """The six signs in a mask that can come back."""
    found = SIGNS.search(masked)
    return found[1] if found else ""


def mask(text: str, ours: Ours = Ours()) -> str:
    """A text with every address, number and place masked but our own."""
    return Masking(ours).text(text)


def cut_whole(text: str, most: int) -> str:
    """The beginning of a text, which ends before whatever the cut would tear: half an address is masked by nobody."""
    if len(text) <= most:
        return text
    before = max(0, most - _LONGEST)
    spans = Masking().spans(text[before : most + _LONGEST])
    return text[: next((before + start for start, end, _masked in spans if before + start < most < before + end), most)]


def first_words(text: str, most: int) -> str:
    """The beginning of a text on one line, torn nowhere."""
    return cut_whole(" ".join(cut_whole(text, most * 20).split()), most)


def numbers_in(text: str) -> set[str]:
    """The digits of the phone numbers in a text, such as our own signature."""
    clean = UNSEEN.sub("", text)
    return {digits_of(clean[each.start : each.end]) for each in numbers_of(clean)}


def mails_in(text: str) -> set[str]:
    """The mail addresses in a text, folded."""
    return {fold_address(f"{each[1]}@{each[3]}") for each in _MAIL.finditer(text)}


def tight(text: str) -> str:
    """A text as places in it are compared: without blanks and widths."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def digits_of(number: str) -> str:
    """The digits of a number, of whatever width."""
    return unicodedata.normalize("NFKC", "".join(filter(str.isdecimal, number)))
