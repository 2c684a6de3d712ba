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
from madoguchi.customers.places import places_in

DOT = "•"
DOMAIN = r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}|[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
#: The signs that every mask in a field carries.
SIGNS = re.compile(rf"{DOT}{{3}}([0-9a-f]{{6}})")
_MAIL = re.compile(rf"([A-Za-z0-9._+-][A-Za-z0-9._%+'-]{{0,63}})(@|%40)({DOMAIN}|[A-Za-z0-9.-]{{0,63}}(?=…))")
_WIDE_MAIL = re.compile(
    r"[Ａ-Ｚａ-ｚ０-９．＿＋－A-Za-z0-9._+-]{1,64}＠[Ａ-Ｚａ-ｚ０-９－A-Za-z0-9-]{1,63}(?:[．.][Ａ-Ｚａ-ｚ０-９－A-Za-z0-9-]{1,63}){1,8}"
)
_D = "0-9０-９"
#: What people write between the parts of a number; the same twice.
_S = "[-‐‑‒–—―−－ｰー.．・ \u3000\u00a0]{1,3}"
_PHONE = re.compile(
    rf"(?:(?<![{_D}_])(?<![0-9A-Fa-f][-.])|(?<=%[0-9A-F]{{2}}))(?:"
    rf"[+＋][{_D}][{_D}()（） \u00a0‐‑–−－ー.-]{{7,20}}[{_D}]"
    rf"|[0０][{_D}]{{1,4}}(?P<s>{_S})[{_D}]{{1,4}}(?P=s)[{_D}]{{3,4}}(?:(?P=s)[{_D}]{{3,4}})?"
    rf"|[(（][0０][{_D}]{{1,4}}[)）](?:{_S})?[{_D}]{{1,4}}{_S}[{_D}]{{3,4}}"
    rf"|[0０][{_D}]{{1,4}}[(（][{_D}]{{1,4}}[)）][{_D}]{{3,4}}"
    rf")(?![{_D}])(?![-－.][{_D}])"
    rf"|(?<![{_D}_])[0０][{_D}]{{1,4}}{_S}[{_D}]{{2,4}}(?:{_S}[{_D}]{{0,4}})?(?=…)"
    rf"|(?<=…)[{_D}]{{0,4}}{_S}(?:[{_D}]{{2,4}}{_S})?[{_D}]{{4}}(?![{_D}])"
    rf"|(?:(?<![A-Za-z0-9０-９_.+/=-])|(?<=(?i:tel|fax))|(?<=(?i:tel|fax)[.=/-])|(?<=[?&;]q=)|(?<=%[0-9A-F]{{2}}))"
    rf"[0０][{_D}]{{9,10}}(?![a-fA-F{_D}_])(?![-.][{_D}])"
)
#: Fewer digits than any number one can call: a date, a version.
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


def masked_phone(number: str) -> str:
    """「09•-••••-••78」: the first and the last two digits."""
    digits = [at for at, char in enumerate(number) if char.isdecimal()]
    hidden = set(digits[2:-2])
    if len(digits) < _FEWEST:  # a piece of one
        hidden = set(digits)
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
        """What is to be masked: where it begins and ends, and the mask, in the order of the text."""
        found = [
            (each.start, each.end, self._place(text[each.start : each.end], each.shown)) for each in places_in(text)
        ]
        for pattern, masked in ((_MAIL, self._mail), (_WIDE_MAIL, self._wide_mail), (_PHONE, self._phone)):
            here = [(each.start(), each.end(), masked(each)) for each in pattern.finditer(text)]
            found = _apart(found, here) if here else found
        return found

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

    def _phone(self, found: re.Match[str]) -> str:
        number = found[0]
        digits = digits_of(number)
        is_cut = found.string[found.end() : found.end() + 1] == "…" or found.string[: found.start()].endswith("…")
        if (len(digits) < _FEWEST and not is_cut) or digits in self.ours.numbers:
            return number
        if not self.can_come_back:
            return masked_phone(number)
        return self._kept(number, f"{number[:2]}{DOT * 3}{code_of(number)}{DOT * 2}{number[-2:]}")

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
    spans = Masking().spans(text[: most + _LONGEST])
    return text[: next((start for start, end, _masked in spans if start < most < end), most)]


def numbers_in(text: str) -> set[str]:
    """The digits of the phone numbers in a text, such as our own signature."""
    return {digits_of(each[0]) for each in _PHONE.finditer(text)}


def mails_in(text: str) -> set[str]:
    """The mail addresses in a text, folded."""
    return {fold_address(f"{each[1]}@{each[3]}") for each in _MAIL.finditer(text)}


def tight(text: str) -> str:
    """A text as places in it are compared: without blanks and widths."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def digits_of(number: str) -> str:
    """The digits of a number, of whatever width."""
    return unicodedata.normalize("NFKC", "".join(filter(str.isdecimal, number)))
