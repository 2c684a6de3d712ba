"""Check 1: the letter begins with the name of whoever it goes to, as that person writes it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from madoguchi.core.telling import telling as _
from madoguchi.preflight.choices import Level
from madoguchi.preflight.finding import Finding, Place, Repair
from madoguchi.preflight.mentions import Kind
from madoguchi.preflight.outgoing import Outgoing
from madoguchi.preflight.parts import Part
from madoguchi.preflight.rulebook import Rulebook
from madoguchi.preflight.surroundings import Person, Surroundings
from madoguchi.search.folding import fold_name

_LINE = re.compile(r"[^\n]+")
_JAPANESE = re.compile(
    r"(?P<name>[^。、！？\n]{1,80}?)[ \u3000]{0,4}(?P<honorific>様|さま|さん|殿|御中|先生|各位|氏)[、,]?"
)
_ENGLISH = re.compile(
    r"(?:dear|hi|hello|good (?:morning|afternoon|evening))[ ,]+(?P<name>[^,!:\n]{1,80})[,!:]?", re.IGNORECASE
)
_TITLE = re.compile(
    r"(?:代表取締役|代表|社長|副社長|専務|常務|取締役|部長|次長|課長|係長|主任|店長|所長|室長|理事長|ご?担当者?){1,3}$"
)
_ENGLISH_TITLE = re.compile(r"^(?:mr|mrs|ms|mx|miss|dr|prof)\.? ", re.IGNORECASE)
_ANYBODY = frozenset({"customer", "valuedcustomer", "sir", "madam", "sirormadam", "sir/madam", "there", "all", "team"})
_ANYBODY_JA = frozenset(
    {"お客", "お客さま", "お客様", "皆", "各位", "ご担当者", "担当者", "関係者", "お取引先", "会員", "ゲスト"}
)
_FIRM = re.compile(r"株式会社|有限会社|合同会社|㈱|㈲|[(（](?:株|有|同)[)）]")
_LINES = 4  #: firm, department, title and name may stand on lines of their own


@dataclass(frozen=True, slots=True)
class Addressed:
    """Somebody named at the beginning of a letter."""

    start: int
    name: str
    honorific: str

    @property
    def place(self) -> Place:
        """Where the name stands."""
        return Place(Part.TEXT, self.start, self.start + len(self.name))


def look_at_greeting(letter: Outgoing, around: Surroundings, _rules: Rulebook) -> Iterator[Finding]:
    """The name is missing, somebody else's, or spelled otherwise than its owner spells it."""
    customer = around.customer
    if letter.is_forward or customer is None or not (customer.names or customer.company):
        return
    addressed = addressees(letter.said)
    if not addressed:
        if letter.is_japanese and customer.names:
            yield _missing(customer)
        return
    for each in addressed:
        if finding := _judged(each, customer, around, letter):
            yield finding


def addressees(text: str) -> list[Addressed]:
    """Who is greeted in the first lines of a text."""
    found = []
    for line in _first_lines(text):
        stripped = line[0].strip(" \u3000")
        begin = line.start() + line[0].index(stripped)
        match = _JAPANESE.fullmatch(stripped) or _ENGLISH.fullmatch(stripped)
        if match:
            honorific = match.groupdict().get("honorific", "")
            found.append(Addressed(begin + match.start("name"), match["name"].rstrip(" \u3000"), honorific))
        elif "。" in stripped or len(stripped) > 60:
            break
    return found


def _first_lines(text: str) -> Iterator[re.Match[str]]:
    lines = (line for line in _LINE.finditer(text[:2000]) if line[0].strip(" \u3000"))
    return (line for line, _number in zip(lines, range(_LINES), strict=False))


def _missing(customer: Person) -> Finding:
    greeting = f"{customer.written} {customer.honorific}".strip()
    return Finding(
        _("The letter does not begin with the customer's name."),
        Place(Part.TEXT, 0, 0),
        why=_("Letters to customers begin with the name of whoever they are for."),
        repair=Repair(_("Put “%(name)s” at the beginning") % {"name": greeting}, f"{greeting}\n\n"),
        most=Level.NOTE,
    )


def _judged(each: Addressed, customer: Person, around: Surroundings, letter: Outgoing) -> Finding | None:
    if _is_anybody(each):
        return None
    names = _accepted(customer, around, letter)
    candidates = _candidates(each.name, customer)
    if _bare(candidates[0]) == _bare(customer.given):
        return None
    if any(_bare(candidate) == _bare(name) for candidate in candidates for name in names):
        return None
    for candidate in candidates:
        for name in names:
            if fold_name(candidate) == fold_name(name):
                return _misspelled(each, candidate, name)
    is_stranger = f"{Kind.NAME}:{fold_name(each.name)}" in around.strangers
    return _somebody_else(each, customer, is_stranger=is_stranger)


def _is_anybody(each: Addressed) -> bool:
    name = _bare(each.name)
    if "{{" in name or "〇〇" in name or "○○" in name or not any(map(str.isalpha, name)):
        return True  # a blank, of which another check speaks
    return name in _ANYBODY_JA or name.casefold() in _ANYBODY or each.honorific == "各位"


def _accepted(customer: Person, around: Surroundings, letter: Outgoing) -> list[str]:
    """Every name that may stand there: the customer's, the firm's, and those of others whom the letter goes to."""
    recipients = [each.name for each in letter.recipients if each.name and "@" not in each.name]
    own = [name for name in customer.names if name != customer.given]  # behind another family name it is another's
    found = [*own, customer.company, *recipients, *around.participants]
    # Of a family name other spellings are wrong; of a firm and its people any part may stand there.
    firms = [name for name in own if _FIRM.search(name)]
    parts = [part for name in (*firms, *recipients, *around.participants) for part in _parts(name)]
    return [name for name in dict.fromkeys([*found, *parts]) if name]


def _parts(name: str) -> list[str]:
    """What else somebody may be called: the family, and with a firm 大西 of 「合同会社つむぎ設計 経理担当 大西」."""
    words = name.replace("\u3000", " ").split()
    if len(words) < 2:
        return []
    if not _FIRM.search(name):
        return words[:1]
    return [*(" ".join(words[start:]) for start in range(1, len(words))), *(w for w in words if _FIRM.search(w))]


def _candidates(name: str, customer: Person) -> list[str]:
    """What of a greeting may be the name: all of it, its last words, and what follows the firm."""
    titled = _TITLE.sub("", _ENGLISH_TITLE.sub("", name.strip())).strip(" \u3000") or name
    parts = titled.replace("\u3000", " ").split(" ")
    found = [titled, *(" ".join(parts[-size:]) for size in (2, 1) if len(parts) > size)]
    firms = [each for each in (customer.department, customer.company) if each and each in titled]
    found += [titled.rpartition(firm)[2].strip(" \u3000") for firm in firms]
    return [each for each in dict.fromkeys(found) if each]


def _bare(name: str) -> str:
    return name.replace(" ", "").replace("\u3000", "")


def _misspelled(each: Addressed, candidate: str, name: str) -> Finding:
    start = each.start + each.name.rindex(candidate)
    place = Place(Part.TEXT, start, start + len(candidate))
    if not _is_spelled_alike(candidate, name):
        text = _("The name is spelled otherwise than in the customer's record: “%(name)s”.")
    else:
        text = _("The customer writes this name with other characters: “%(name)s”.")
    return Finding(
        text % {"name": name},
        place,
        candidate,
        why=_("The customer notices at once when their own name is written in another way."),
        repair=Repair(_("Change to “%(name)s”") % {"name": name}, name),
    )


def _is_spelled_alike(one: str, other: str) -> bool:
    """Only other shapes of the same kanji: 高 and 髙."""
    return len(_bare(one)) == len(_bare(other))


def _somebody_else(each: Addressed, customer: Person, *, is_stranger: bool) -> Finding:
    right = customer.company if each.honorific == "御中" and customer.company else customer.written or customer.company
    if each.honorific == "御中" and customer.company and _core(each.name) == _core(customer.company):
        text = _("株式会社 and the like stand on the other side of this firm's name: “%(name)s”.")
    elif is_stranger:
        text = _("The letter greets another customer. The record of this one says “%(name)s”.")
    else:
        text = _("The letter greets somebody else than the customer. The record says “%(name)s”.")
    return Finding(
        text % {"name": right},
        each.place,
        each.name,
        why=_("A letter that greets the wrong person most likely goes to the wrong person."),
        repair=Repair(_("Change to “%(name)s”") % {"name": right}, right),
    )


def _core(company: str) -> str:
    """The name of a firm without its legal form."""
    return fold_name(_FIRM.sub("", company))
