"""The panel of the check before sending: what was found, in words, with the way to the words and the repair."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from madoguchi.conversations.letters import Letter
from madoguchi.conversations.outgoing import file_key
from madoguchi.core.addresses import fold_address
from madoguchi.preflight.choices import Check, Level
from madoguchi.preflight.finding import Finding
from madoguchi.preflight.parts import Part

_ICONS: dict[str, str] = {
    Check.GREETING: "user",
    Check.RECIPIENTS: "mail",
    Check.MANY: "users",
    Check.OTHERS: "user",
    Check.ATTACHMENT: "clip",
    Check.FILES: "file",
    Check.PLACEHOLDERS: "field",
    Check.NUMBERS: "shield",
    Check.DATES: "calendar-x",
    Check.SUBJECT: "note",
    Check.SIGNATURE: "signature",
    Check.MEANWHILE: "history",
    Check.REPEATED: "copy",
    Check.HOURS: "clock",
    Check.POLITENESS: "phrase",
    Check.LANGUAGE: "translate",
}
_LEVELS: dict[str, str] = {Level.BLOCK: "stop", Level.WARN: "warn", Level.NOTE: "note"}


@dataclass(frozen=True, slots=True)
class Line:
    """One finding as it is shown. Offsets count as browsers do (UTF-16)."""

    key: str
    level: str
    icon: str
    text: str
    words: str
    why: str
    part: str
    start: int
    end: int
    repair: str  #: the words of the button; empty without one
    instead: str | None  #: what it writes; None where it only leads to a field
    goes_to: str


@dataclass(frozen=True, slots=True)
class Tick:
    """One address or file that has to be ticked."""

    key: str
    label: str
    note: str
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything the panel shows."""

    lines: Sequence[Line]
    ticks: Sequence[Tick] = ()
    is_review: bool = False  #: 送信内容の確認: sending was asked for, and this stands in its way
    blocked: int = 0
    asked: int = 0
    keys: str = ""  #: what sending all the same acknowledges

    @property
    def count(self) -> int:
        """How many findings there are."""
        return len(self.lines)

    @property
    def is_unticked(self) -> bool:
        """True while an address or a file waits for its tick."""
        return any(not each.is_ticked for each in self.ticks)

    @property
    def is_shown(self) -> bool:
        """Nothing to say, nothing to see."""
        return bool(self.lines or self.ticks or self.is_review)

    @property
    def summary(self) -> str:
        """What a screen reader hears when the panel changes."""
        return _("Check before sending: %(count)d") % {"count": self.count} if self.lines else ""


def panel_of(
    found: Sequence[Finding], letter: Letter, *, ticked: frozenset[str] = frozenset(), is_review: bool = False
) -> Panel:
    """The panel for what was found in a letter; ticks are a list of their own, and approval has its place above."""
    has_ticks = any(each.check == Check.TICKS for each in found) or bool(ticked)
    shown = [each for each in found if each.check not in (Check.TICKS, Check.APPROVAL)]
    return Panel(
        lines=[_line(each, letter) for each in shown],
        ticks=_ticks(letter, ticked) if has_ticks else (),
        is_review=is_review,
        blocked=sum(each.level == Level.BLOCK for each in shown),
        asked=sum(each.level == Level.WARN for each in shown),
        keys=" ".join(each.key for each in shown if each.level == Level.WARN),
    )


def _line(finding: Finding, letter: Letter) -> Line:
    place, repair = finding.place, finding.repair
    source = letter.subject if place and place.part == Part.SUBJECT else letter.text
    is_placed = place is not None and place.part in (Part.SUBJECT, Part.TEXT)
    return Line(
        key=finding.key,
        level=_LEVELS[finding.level],
        icon=_ICONS.get(finding.check, "alert"),
        text=str(finding.message),
        words=finding.words,
        why=str(finding.why) if finding.why else "",
        part=place.part.value if place else "",
        start=_utf16(source[: place.start]) if place and is_placed else 0,
        end=_utf16(source[: place.end]) if place and is_placed else 0,
        repair=str(repair.label) if repair else "",
        instead=repair.text if repair else None,
        goes_to=repair.part.value if repair and repair.part else "",
    )


def _utf16(text: str) -> int:
    """How long a text is to a browser: 𠮷 is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _ticks(letter: Letter, ticked: frozenset[str]) -> list[Tick]:
    fields = ((_("To"), letter.to), (_("Cc"), letter.cc), (_("Bcc"), letter.bcc))
    found = [
        Tick(fold_address(each.email), f"{each.name} <{each.email}>" if each.name else each.email, word, False)
        for word, party in fields
        for each in party
    ]
    found += [Tick(file_key(each), each.name, _("Attachment"), False) for each in letter.enclosures]
    return [Tick(each.key, each.label, each.note, each.key in ticked) for each in found]
